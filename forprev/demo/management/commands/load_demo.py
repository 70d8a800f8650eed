"""`manage.py load_demo`: the demonstration data."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from forprev.demo.services import NotLocal, load


class Command(BaseCommand):
    help = "Charge les données de la démonstration, si elles n’y sont pas déjà."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load()
        except NotLocal as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Démonstration chargée." if loaded else "La démonstration est déjà chargée.")
