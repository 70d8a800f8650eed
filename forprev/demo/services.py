"""Loading the demonstration: invented entities, people and sessions, always around the current day."""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction

from forprev.accounts.acting import System
from forprev.accounts.models import Account
from forprev.core import history
from forprev.core.dates import today
from forprev.demo.accounts import ACCOUNTS
from forprev.demo.cast import create_cast
from forprev.demo.directory import fill_directory
from forprev.demo.entities import create_entities
from forprev.demo.names import Crowd
from forprev.demo.past import record_past
from forprev.demo.present import play_present

SEED = 20230109
_LOCK = 4_021_977


class NotLocal(Exception):
    """Demonstration data was asked for where real data may be."""


def is_loaded() -> bool:
    return Account.objects.filter(email=ACCOUNTS[0].email).exists()


def load() -> bool:
    """Load the demonstration, whole or not at all; False if it is there already. NotLocal unless settings.LOCAL."""
    if not settings.LOCAL:
        raise NotLocal(
            "Les données de démonstration ne se chargent que sur une machine locale : FORPREV_DEMO ou FORPREV_DEBUG "
            "doit être activé."
        )
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if is_loaded():
            return False
        crowd = Crowd(SEED)
        with history.action(System(), "load_demo"):
            organisations = create_entities(today())
            cast = create_cast(organisations, crowd, today())
        record_past(organisations, cast, crowd, today())
        play_present(organisations, cast, crowd, today())
        with history.action(System(), "load_demo"):
            fill_directory(crowd, cast.password, today())
    return True
