"""Writing to the hotline, and its desk."""

from __future__ import annotations

import re
from functools import partial
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forprev.accounts.models import Role
from forprev.accounts.throttling import CONTACTS_PER_ADDRESS
from forprev.core.errors import Conflict, DomainError
from forprev.core.workflow import NotAllowed
from forprev.notices.models import Notice, OutgoingMail
from forprev.notices.services.outbox import deliver
from forprev.people.models import Person
from forprev.support.contact import services
from forprev.support.contact.models import ContactMessage, ContactRequest
from forprev.support.contact.selectors import awaiting, history_of
from forprev.support.contact.workflow import ContactState
from tests.concurrency import together
from tests.documents import pdf
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.contact import contacted
from tests.factories.people import PersonFactory
from tests.factories.support import acting_agent
from tests.screens import make_entity, make_member, make_network_role, menu_of, signed_in, text_of

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "Anne Lévêque",
    "email": "anne@exemple.test",
    "number": "aaa01234",
    "subject": "session",
    "text": "Ma session\nest introuvable.",
}


def typed(**changes: str) -> dict[str, str]:
    return {**TYPED, "key": str(uuid4()), **changes}


def agent() -> Client:
    return signed_in(make_network_role(Role.SUPPORT_AGENT))


class TestAsking:
    def test_anybody_writes_and_gets_a_number_on_the_screen_and_by_mail(self, client: Client) -> None:
        answer = client.post("/contact", typed(page="/verification"), follow=True)
        contact = ContactRequest.objects.get()
        assert re.fullmatch(r"C\d\d-\d{6}", contact.number)
        assert contact.number in text_of(answer)
        assert (contact.name, contact.page, contact.typed_number) == ("Anne Lévêque", "/verification", "AAA01234")
        assert contact.person is None
        mail = OutgoingMail.objects.get(recipient="anne@exemple.test")
        assert contact.number in mail.subject
        assert "Ma session\nest introuvable." in mail.text
        assert "Vous pouvez répondre à ce message." in mail.text
        assert "Vous pouvez répondre à ce message." in mail.html

    def test_whoever_is_signed_in_is_known_with_role_and_entity(self) -> None:
        entity = make_entity()
        manager = make_member(entity)
        client = signed_in(manager)
        page = client.get("/contact", {"depuis": "/sessions/12"})
        assert str(manager.person.number) in text_of(page)
        key = re.search(r'name="key" value="([^"]+)"', page.content.decode())
        assert key
        assert 'name="page" value="/sessions/12"' in page.content.decode()
        client.post("/contact", {"key": key[1], "page": "/sessions/12", "subject": "session", "text": "Aide"})
        contact = ContactRequest.objects.get()
        assert (contact.person_id, contact.organisation_id) == (manager.person_id, entity.pk)
        assert contact.role.startswith("Gestionnaire")

    def test_a_second_click_is_the_same_request(self, client: Client) -> None:
        twice = typed()
        first = client.post("/contact", twice, follow=True)
        second = client.post("/contact", twice, follow=True)
        assert ContactRequest.objects.count() == 1
        assert text_of(first) == text_of(second)
        assert OutgoingMail.objects.filter(recipient="anne@exemple.test").count() == 1

    def test_an_address_that_has_an_account_is_answered_as_one_that_has_none(self, client: Client) -> None:
        AccountFactory(email="anne@exemple.test")
        answer = client.post("/contact", typed(), follow=True)
        contact = ContactRequest.objects.get()
        assert contact.person is None
        other = Client().post("/contact", typed(email="x@exemple.test"), follow=True)
        assert text_of(answer).replace(contact.number, "") == text_of(other).replace(
            ContactRequest.objects.latest("pk").number, ""
        )

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"email": "anne"}, "adresse"),
            ({"email": "a@exemple.test\nBcc: b@exemple.test"}, "adresse"),
            ({"text": "   "}, "Le message doit être renseigné."),
            ({"text": "x" * 5001}, "5000"),
            ({"subject": "autre chose"}, "choix"),
            ({"name": ""}, "Le nom doit être renseigné."),
        ],
    )
    def test_bad_input_is_told_and_nothing_typed_is_lost(
        self, client: Client, change: dict[str, str], said: str
    ) -> None:
        page = client.post("/contact", {**typed(), **change})
        assert page.status_code == 422
        assert said in text_of(page)
        assert "AAA01234" in page.content.decode().upper()
        assert not ContactRequest.objects.exists()

    @pytest.mark.parametrize("page", ["//exemple.test", "https://exemple.test/", "javascript:alert(1)", "x\ny"])
    def test_only_a_page_of_ours_is_noted(self, client: Client, page: str) -> None:
        client.post("/contact", typed(page=page))
        assert ContactRequest.objects.get().page == ""

    def test_a_document_is_looked_into_and_only_agents_fetch_it(self, client: Client) -> None:
        bad = SimpleUploadedFile("page.pdf", b"<html>", "application/pdf")
        assert "malgré son nom" in text_of(client.post("/contact", {**typed(), "document": bad}))
        good = SimpleUploadedFile("capture.pdf", pdf(), "application/pdf")
        client.post("/contact", {**typed(), "document": good})
        message = ContactMessage.objects.get()
        path = f"/demandes-de-contact/{message.request_id}/pieces/{message.pk}"
        answer = agent().get(path)
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        assert client.get(path).status_code == 302
        other = contacted()
        assert agent().get(f"/demandes-de-contact/{other.pk}/pieces/{message.pk}").status_code == 404

    def test_an_address_does_not_write_without_end(self, client: Client) -> None:
        for _ in range(CONTACTS_PER_ADDRESS):
            assert client.post("/contact", typed()).status_code == 302
        page = client.post("/contact", typed(text="Gardez ceci"))
        assert page.status_code == 429
        assert "Gardez ceci" in page.content.decode()
        assert ContactRequest.objects.count() == CONTACTS_PER_ADDRESS

    def test_markup_stays_text(self, client: Client) -> None:
        client.post("/contact", typed(name="<b>Max</b>", text="<script>alert(1)</script>"))
        contact = ContactRequest.objects.get()
        assert b"<script>alert" not in agent().get(f"/demandes-de-contact/{contact.pk}").content
        assert "<script>alert" not in OutgoingMail.objects.get(recipient="anne@exemple.test").html


class TestTreating:
    def test_agents_are_told_and_see_what_waits(self) -> None:
        account = make_network_role(Role.SUPPORT_AGENT)
        contact = contacted()
        assert Notice.objects.filter(person=account.person).count() == 1
        client = signed_in(account)
        page = client.get("/demandes-de-contact")
        assert contact.number in text_of(page)
        assert "Demandes de contact 1" in menu_of(page)
        assert contact.number in text_of(client.get("/tableau-de-bord"))

    def test_an_answer_leaves_by_mail_with_an_address_that_takes_the_reply(
        self, mailoutbox: list[EmailMultiAlternatives]
    ) -> None:
        contact = contacted()
        acting = acting_agent()
        services.answer(contact.pk, acting, 1, "Elle est dans « À traiter ».")
        contact.refresh_from_db()
        assert (contact.state, contact.assigned_to_id) == (ContactState.WAITING, acting.person_id)
        message = contact.messages.get(kind="answer")
        mail = OutgoingMail.objects.get(message_id=message.message_id)
        assert "Elle est dans « À traiter »." in mail.text
        deliver([mail.pk])
        sent = mailoutbox[-1]
        assert sent.reply_to == ["Assistance Forprev <assistance@demo.test>"]
        assert sent.extra_headers["Message-ID"] == message.message_id

    def test_what_waits_for_others_or_is_resolved_waits_no_more_for_the_agent(self) -> None:
        acting = acting_agent()
        first, second, third = contacted(), contacted(), contacted()
        services.answer(first.pk, acting, 1, "Oui.")
        services.resolve(second.pk, acting, 1)
        assert list(awaiting(acting)) == [third]
        services.assign(third.pk, acting, 1, acting_agent().person)
        assert not awaiting(acting)

    def test_a_note_is_never_told_to_the_requester(self) -> None:
        person = AccountFactory().person
        contact = contacted(person=person)
        services.note(contact.pk, acting_agent(), 1, "Client difficile")
        assert not OutgoingMail.objects.filter(text__contains="Client difficile").exists()
        data = browser_of(person.account).get("/mon-profil/mes-donnees/json").content.decode()
        assert "introuvable" in data
        assert "Client difficile" not in data

    def test_two_agents_at_once_and_the_second_is_told(self) -> None:
        contact = contacted()
        services.answer(contact.pk, acting_agent(), 1, "Un.")
        with pytest.raises(Conflict):
            services.answer(contact.pk, acting_agent(), 1, "Deux.")
        assert contact.messages.filter(kind="answer").count() == 1

    def test_a_resolved_one_is_reopened_and_an_open_one_is_not(self) -> None:
        contact, acting = contacted(), acting_agent()
        with pytest.raises(NotAllowed):
            services.reopen(contact.pk, acting, 1)
        services.answer(contact.pk, acting, 1, "Oui.", resolved=True)
        with pytest.raises(NotAllowed):
            services.resolve(contact.pk, acting, 2)
        assert services.reopen(contact.pk, acting, 2).state == ContactState.ONGOING
        assert [event.after for event in history_of(contact)] == ["En cours", "Résolue", "Nouvelle"]

    def test_only_an_agent_is_put_in_charge(self) -> None:
        contact, acting = contacted(), acting_agent()
        with pytest.raises(DomainError, match="pas de l’assistance"):
            services.assign(contact.pk, acting, 1, PersonFactory())
        services.assign(contact.pk, acting, 1, acting.person)
        assert services.assign(contact.pk, acting, 2, None).assigned_to is None

    def test_by_the_screens(self) -> None:
        account = make_network_role(Role.SUPPORT_AGENT)
        client, contact, known = signed_in(account), contacted(), PersonFactory()
        path = f"/demandes-de-contact/{contact.pk}"
        client.post(f"{path}/affectation", {"version": 1, "agent": account.person_id})
        assert "Aucune personne ne porte" in text_of(
            client.post(f"{path}/personne", {"version": 2, "number": "ZZZ99999"})
        )
        client.post(f"{path}/personne", {"version": 2, "number": known.number.lower()})
        page = client.post(f"{path}/reponse", {"version": 3, "text": ""})
        assert page.status_code == 422
        assert "Le message doit être renseigné." in text_of(page)
        client.post(f"{path}/reponse", {"version": 3, "text": "Note", "note": "1"})
        client.post(f"{path}/reponse", {"version": 4, "text": "Réponse", "resolve": "1"})
        contact.refresh_from_db()
        assert (contact.person, contact.state, contact.version) == (known, ContactState.RESOLVED, 5)
        client.post(f"{path}/etat", {"version": 5, "action": "reopen"})
        contact.refresh_from_db()
        assert contact.state == ContactState.ONGOING
        assert client.post(f"{path}/etat", {"version": 5, "action": "resolve"}).status_code == 409
        text = text_of(client.get(path))
        for said in ("Note interne", "Réponse de l’assistance", "Rouverte", "Affectation"):
            assert said in text

    def test_as_many_queries_for_a_long_thread(self) -> None:
        client, contact, acting = agent(), contacted(), acting_agent()
        path = f"/demandes-de-contact/{contact.pk}"
        counts = []
        for version in range(1, 5):
            with CaptureQueriesContext(connection) as counted:
                client.get(path)
            counts.append(len(counted))
            services.note(contact.pk, acting, version, "Note")
        assert counts[0] == counts[-1]
        assert counts[-1] <= 15


@pytest.mark.django_db(transaction=True)
def test_two_agents_truly_at_once() -> None:
    contact, agents = contacted(), [acting_agent(), acting_agent()]
    results = together(*(partial(services.answer, contact.pk, acting, 1, "Moi.") for acting in agents))
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert ContactMessage.objects.filter(kind="answer").count() == 1
    assert Person.objects.exists()
