"""`manage.py apply_retention`: what the nightly job does, at once; or what it would do; or what was done, again."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from forprev.core.errors import DomainError
from forprev.people.models import Erasure
from forprev.people.retention import replaying, running
from forprev.people.retention.registry import kinds


class Command(BaseCommand):
    help = "Efface ce qui a dépassé sa durée de conservation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        one = parser.add_mutually_exclusive_group()
        one.add_argument("--simulate", action="store_true", help="Compter seulement, sans rien effacer.")
        one.add_argument("--journal", metavar="FICHIER", help="Écrire le journal des effacements.")
        one.add_argument("--replay", metavar="FICHIER", help="Refaire ceux d’un journal, après une restauration.")

    def handle(self, *args: Any, simulate: bool, journal: str | None, replay: str | None, **options: Any) -> None:
        if simulate:
            self._simulate()
        elif journal:
            with Path(journal).open("w", encoding="utf-8") as file:
                self.stdout.write(f"{replaying.write_journal(file)} effacements écrits.")
        elif replay:
            self._replay(Path(replay))
        else:
            for run in running.apply_all():
                self.stdout.write(f"{run.kind} : {run.disposed} effacés sur {run.examined}, {run.failed} en échec")

    def _simulate(self) -> None:
        for kind in kinds():
            if kind.parts or kind.sweep:
                self.stdout.write(f"{kind.key} : {running.simulate(kind, patience=running.LONGEST)}")

    def _replay(self, path: Path) -> None:
        try:
            with path.open(encoding="utf-8") as file:
                done = replaying.replay(file)
        except (OSError, DomainError) as error:
            raise CommandError(str(error)) from error
        for kind, count in done.items():
            self.stdout.write(f"{Erasure.Kind(kind).label} : {count}")
