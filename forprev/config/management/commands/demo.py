"""`make demo`: the whole application on this machine, on demonstration data."""

from __future__ import annotations

import os
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from forprev.config import embedded_database
from forprev.config.processes import Supervisor, answers, port_is_free, web_command, worker_command
from forprev.demo import accounts, services

READY_SECONDS = 60


class Command(BaseCommand):
    help = "Start web server and worker on demonstration data; Ctrl-C stops everything."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration runs with FORPREV_DEMO=1 only: use `make demo`.")
        port = int(os.environ.get("PORT", "8000"))
        if not port_is_free(port):
            raise CommandError(f"Port {port} is taken. Choose another one: PORT=8080 make demo")
        try:
            self._prepare()
            self._serve(port)
        finally:
            connections.close_all()
            if "DATABASE_URL" not in os.environ:
                embedded_database.stop(settings.VAR_DIR)
            self.stdout.write("Stopped.")

    def _prepare(self) -> None:
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        if not services.is_loaded():
            self.stdout.write("Loading the demonstration data…")
            services.load()

    def _serve(self, port: int) -> None:
        supervisor = Supervisor({"Web server": web_command(port), "Worker": worker_command()}, self.stdout.write)
        supervisor.start()
        deadline = time.monotonic() + READY_SECONDS
        while not answers(port) and time.monotonic() < deadline:
            time.sleep(0.1)
        self.stdout.write(accounts.describe(f"http://localhost:{port}"))
        self.stdout.write("Ctrl-C stops everything.")
        self.stdout.flush()
        supervisor.run()
