"""What the database refuses in time."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from forprev.accounts.access import public
from forprev.people.models import Person
from tests.factories.people import PersonFactory
from tests.faults.conftest import Happened


@public
def locks(request: HttpRequest) -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 50")
        Person.objects.select_for_update().get()
    return HttpResponse()


urlpatterns = [path("verrou", locks)]
handler500 = "forprev.core.views.server_error"


@pytest.mark.django_db
def test_every_connection_gives_up_in_time() -> None:
    with connection.cursor() as cursor:
        for name, limit in (
            ("statement_timeout", "10s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "30s"),
        ):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == (limit,)


@pytest.mark.fault(
    4, "A row that somebody else holds", "a page in French that says when to come back, 503; nothing hangs"
)
@pytest.mark.django_db(transaction=True)
@pytest.mark.urls(__name__)
def test_a_row_that_is_held_keeps_nobody_waiting_for_ever(happened: Happened) -> None:
    PersonFactory()
    facts = connection.get_connection_params()
    parameters = {name: facts[name] for name in ("dbname", "user", "password", "host", "port") if facts.get(name)}
    with psycopg.connect(**parameters) as other:
        other.execute("SELECT * FROM people_person FOR UPDATE")
        answer = Client(raise_request_exception=False).get("/verrou")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "Forprev est momentanément indisponible" in answer.content.decode()
    assert Client().get("/verrou").status_code == 200
    happened("503 after the limit, 200 once the row is free")
