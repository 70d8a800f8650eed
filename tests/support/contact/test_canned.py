"""Canned answers: written by the hotline, read over before they leave."""

from __future__ import annotations

import pytest
from django.test import Client

from forprev.accounts.models import Account, Role
from forprev.support.contact.models import CannedAnswer, ContactMessage
from tests.factories.contact import contacted
from tests.screens import make_network_role, signed_in, text_of

pytestmark = pytest.mark.django_db

TYPED = {"title": "Introuvable", "text": "Votre demande {numero}, {nom}, est suivie par {agent}.", "is_active": "on"}


@pytest.fixture
def account() -> Account:
    return make_network_role(Role.SUPPORT_AGENT)


@pytest.fixture
def desk(account: Account) -> Client:
    return signed_in(account)


def test_one_is_taken_up_for_a_request_and_nothing_leaves_by_itself(desk: Client, account: Account) -> None:
    contact = contacted()
    assert "réponse type" not in text_of(desk.get(f"/demandes-de-contact/{contact.pk}"))
    assert desk.post("/reponses-types/nouvelle", TYPED).status_code == 302
    canned = CannedAnswer.objects.get()
    page = desk.get(f"/demandes-de-contact/{contact.pk}", {"modele": canned.pk})
    agent = account.person.display_name
    assert f"Votre demande {contact.number}, Anne Lévêque, est suivie par {agent}." in text_of(page)
    assert not ContactMessage.objects.filter(kind="answer").exists()


@pytest.mark.parametrize("model", ["x", "0", "9" * 30, "-1", "²"])
def test_an_unknown_one_is_none(desk: Client, model: str) -> None:
    assert desk.get(f"/demandes-de-contact/{contacted().pk}", {"modele": model}).status_code == 200


def test_a_hidden_one_is_not_offered(desk: Client) -> None:
    canned = CannedAnswer.objects.create(title="Ancienne", text="Texte ancien", is_active=False)
    page = desk.get(f"/demandes-de-contact/{contacted().pk}", {"modele": canned.pk})
    assert "Texte ancien" not in text_of(page)
    assert "Masquée" in text_of(desk.get("/reponses-types"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": "{prenom}"}, "Variable inconnue : {prenom}."),
        ({"title": ""}, "Le titre doit être renseigné."),
        ({"title": "Prise"}, "Une autre réponse type a déjà ce titre."),
    ],
)
def test_bad_input_is_told_and_nothing_typed_is_lost(desk: Client, change: dict[str, str], said: str) -> None:
    CannedAnswer.objects.create(title="Prise", text="Déjà là")
    page = desk.post("/reponses-types/nouvelle", {**TYPED, **change})
    assert page.status_code == 422
    assert said in text_of(page)
    assert CannedAnswer.objects.count() == 1


def test_it_is_changed_and_the_history_says_by_whom(desk: Client, account: Account) -> None:
    desk.post("/reponses-types/nouvelle", TYPED)
    canned = CannedAnswer.objects.get()
    desk.post(f"/reponses-types/{canned.pk}", {**TYPED, "text": "Autre"})
    canned.refresh_from_db()
    assert canned.text == "Autre"
    event = canned.events.latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["actor_id"] == account.person_id
