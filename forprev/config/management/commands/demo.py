"""`make demo`: the whole application on this machine, on demonstration data."""

from __future__ import annotations

import os
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections

from forprev.config import embedded_database
from forprev.config.processes import (
    Supervisor,
    answers,
    port_is_free,
    until_interrupted,
    web_command,
    worker_command,
)
from forprev.demo import accounts, services

READY_SECONDS = 60
ROUND_SECONDS = 1
OWN_DATABASE = "DATABASE_URL" not in os.environ


class Command(BaseCommand):
    help = "Start web server and worker on demonstration data; Ctrl-C stops everything."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration runs with FORPREV_DEMO=1 only: use `make demo`.")
        port = int(os.environ.get("PORT", "8000"))
        supervisor = Supervisor({"Web server": web_command(port), "Worker": worker_command()}, self.say)
        try:
            with until_interrupted():
                if not port_is_free(port):
                    raise CommandError(f"Port {port} is taken. Choose another one: PORT=8080 make demo")
                self.prepare()
                supervisor.start()
                self.wait_for(port, supervisor)
                self.say(accounts.describe(f"http://localhost:{port}"))
                self.say("Ctrl-C stops everything.")
                while True:
                    time.sleep(ROUND_SECONDS)
                    self.look_after_database()
                    supervisor.look_after()
        finally:
            supervisor.stop()
            self.release_database()
        self.say("Stopped.")

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    def prepare(self) -> None:
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        if not services.is_loaded():
            self.say("Loading the demonstration data…")
            services.load()

    def wait_for(self, port: int, supervisor: Supervisor) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not answers(port):
            if time.monotonic() > deadline:
                raise CommandError(f"The web server gave no page within {READY_SECONDS} seconds.")
            supervisor.look_after()
            time.sleep(0.1)

    def look_after_database(self) -> None:
        if OWN_DATABASE and not embedded_database.runs(settings.VAR_DIR):
            self.say("Database stopped: starting it again.")
            embedded_database.url(settings.VAR_DIR)

    def release_database(self) -> None:
        """Stop our own server, unless another program of this checkout is connected to it."""
        connections.close_all()
        connection.close_pool()  # type: ignore[attr-defined]  # of the PostgreSQL backend
        if OWN_DATABASE and not embedded_database.stop(settings.VAR_DIR, unless_used=True):
            self.say("The database goes on: another program uses it.")
