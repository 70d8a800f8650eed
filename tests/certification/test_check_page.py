"""The page that checks a session before it leaves: declarations are asked for, kept, and asked for again."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from forprev.certification.models import TrainingSession
from forprev.certification.services import exchange
from tests.factories import accounts
from tests.factories.accounts import AccountFactory
from tests.factories.certification import draft_session, entity_of, sent_session, trainer_of

pytestmark = pytest.mark.django_db


def browser_of(session: TrainingSession) -> Client:
    client = Client()
    accounts.browser_of(AccountFactory(person=entity_of(session).person), client=client)
    return client


def boxes(client: Client, session: TrainingSession) -> dict[str, bool]:
    """The declarations of the page, by value, and whether each is ticked."""
    html = client.get(f"/sessions/{session.pk}/envoyer").content.decode()
    found = re.findall(r'<input[^>]*name="declaration"[^>]*>', html)
    return {re.search(r'value="([^"]+)"', box)[1]: " checked" in box for box in found}  # type: ignore[index]


def test_b24_every_declaration_is_asked_for_each_trainee() -> None:
    session = draft_session(code="SST-2", trainees=2)
    client = browser_of(session)
    asked = boxes(client, session)
    ids = session.trainees.values_list("pk", flat=True)
    assert set(asked) == {f"{pk}-{field}" for pk in ids for field in ("prerequisite_declared", "bases_declared")}
    assert not any(asked.values())


def test_b24_what_is_not_declared_stops_and_what_was_ticked_stays() -> None:
    session = draft_session(code="SST-2", trainees=2)
    client = browser_of(session)
    ticked, *_ = asked = list(boxes(client, session))
    response = client.post(f"/sessions/{session.pk}/envoyer", {"version": session.version, "declaration": [ticked]})
    assert response.status_code == 422
    html = response.content.decode()
    assert "Il y a un problème" in html
    assert [bool(re.search(rf'value="{value}"[^>]* checked', html)) for value in asked] == [
        value == ticked for value in asked
    ]
    session.refresh_from_db()
    assert session.state == "draft"


def test_b24_a_session_that_came_back_can_be_sent_again_with_the_same_declarations() -> None:
    session = sent_session(code="SST-2", trainees=2)
    session = exchange.return_with_comment(session.pk, trainer_of(session), session.version, "Mauvaise ville")
    client = browser_of(session)
    asked = boxes(client, session)
    assert asked
    assert all(asked.values())
    response = client.post(f"/sessions/{session.pk}/envoyer", {"version": session.version, "declaration": list(asked)})
    assert response.status_code == 302
    session.refresh_from_db()
    assert session.state == "trainer"


def test_a_stale_check_page_is_a_conflict() -> None:
    session = draft_session(trainees=4)
    client = browser_of(session)
    response = client.post(f"/sessions/{session.pk}/envoyer", {"version": session.version - 1})
    assert response.status_code == 409
    session.refresh_from_db()
    assert session.state == "draft"
