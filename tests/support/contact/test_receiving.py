"""Mails that come back to the hotline: which thread they join, and what is kept of them."""

from __future__ import annotations

import io
import sys
from email.message import EmailMessage

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forprev.core.uploads import MEGABYTE
from forprev.notices.models import OutgoingMail
from forprev.support.contact import receiving, services
from forprev.support.contact.models import ContactMessage, ContactRequest
from forprev.support.contact.receiving import MOST_AN_HOUR, MailRefused, receive
from forprev.support.contact.workflow import ContactState
from tests.documents import pdf
from tests.factories.accounts import AccountFactory
from tests.factories.contact import contacted, mail
from tests.factories.support import acting_agent

pytestmark = pytest.mark.django_db


def answered() -> tuple[ContactRequest, str]:
    """A request that was answered, and the identifier of the mail that answered it."""
    contact = services.answer(contacted().pk, acting_agent(), 1, "Oui.", resolved=True)
    return contact, contact.messages.get(kind="answer").message_id or ""


def taken(message: EmailMessage) -> ContactRequest:
    return receive(message.as_bytes())


def last(contact: ContactRequest) -> ContactMessage:
    return contact.messages.order_by("pk")[contact.messages.count() - 1]


class TestThreads:
    @pytest.mark.parametrize("header", ["In-Reply-To", "References"])
    def test_a_reply_joins_its_thread_and_opens_it_again(self, header: str) -> None:
        contact, identifier = answered()
        reply = mail("Cela ne marche pas.")
        reply[header] = f"<autre@exemple.test> {identifier}" if header == "References" else identifier
        assert taken(reply) == contact
        contact.refresh_from_db()
        assert contact.state == ContactState.ONGOING
        assert last(contact).text == "Cela ne marche pas."

    def test_the_acknowledgement_can_be_answered_by_its_number(self) -> None:
        contact = contacted()
        subject = OutgoingMail.objects.get(recipient=contact.email).subject
        assert taken(mail(Subject=f"RE: {subject}", sender="ANNE@exemple.test")) == contact
        assert ContactRequest.objects.count() == 1

    def test_somebody_else_s_mail_begins_another_request(self) -> None:
        contact, identifier = answered()
        other = taken(mail(sender="curieux@exemple.test", In_Reply_To=identifier, Subject=f"RE: {contact.number}"))
        assert other != contact
        assert (other.email, other.role) == ("curieux@exemple.test", "par courriel")
        assert contact.messages.count() == 2

    def test_a_number_of_another_year_is_none(self) -> None:
        contact = contacted()
        assert taken(mail(Subject=f"C01-{contact.pk:06}")) != contact

    def test_a_mail_that_answers_nothing_begins_a_request_of_whoever_has_that_address(self) -> None:
        account = AccountFactory(email="anne@exemple.test")
        contact = taken(mail("Bonjour à tous."))
        assert (contact.person, contact.name, contact.state) == (account.person, "Anne Lévêque", ContactState.NEW)
        assert OutgoingMail.objects.filter(recipient="anne@exemple.test", key=f"contact_received/{contact.pk}").exists()

    def test_the_same_mail_twice_is_once(self) -> None:
        same = mail()
        assert taken(same) == taken(same)
        bare = mail(Message_ID="")
        assert taken(bare) == taken(bare)
        assert ContactMessage.objects.count() == 2


class TestRefused:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Auto_Submitted": "auto-replied"},
            {"Auto_Submitted": "auto-generated; owner=x"},
            {"Precedence": "bulk"},
            {"Precedence": "list"},
            {"X_Autoreply": "yes"},
            {"Return_Path": "<>"},
            {"From": ""},
            {"From": "pas une adresse"},
        ],
    )
    def test_what_no_person_wrote(self, headers: dict[str, str]) -> None:
        with pytest.raises(MailRefused):
            taken(mail(**headers))
        assert not ContactRequest.objects.exists()
        assert not OutgoingMail.objects.exists()

    def test_what_is_too_large(self) -> None:
        with pytest.raises(MailRefused, match="too_large"):
            receive(b"From: a@exemple.test\n\n" + b"x" * receiving.MOST)

    def test_a_machine_that_answers_a_machine(self) -> None:
        for _ in range(MOST_AN_HOUR):
            taken(mail())
        with pytest.raises(MailRefused, match="too_many"):
            taken(mail())


class TestContent:
    def test_what_is_quoted_is_left_out(self) -> None:
        quoted = (
            "C’est fait.\n\nLe lun. 23 nov. 2026 à 10:00, Assistance <assistance@demo.test> a écrit :\n> Oui.\n> Bien."
        )
        assert last(taken(mail(quoted))).text == "C’est fait."

    def test_html_becomes_text(self) -> None:
        written = mail()
        written.set_content(
            "<style>p{color:red}</style><p>Bonjour&nbsp;!</p><script>alert(1)</script><p>Ça va&lt;b&gt; ?<br>Oui</p>",
            subtype="html",
        )
        assert last(taken(written)).text == "Bonjour !\nÇa va<b> ?\nOui"

    def test_documents_are_looked_into_and_the_text_names_those_refused(self) -> None:
        written = mail("Voir les pièces.")
        written.add_attachment(pdf(), maintype="application", subtype="pdf", filename="capture.pdf")
        written.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="../virus.exe")
        contact = taken(written)
        kept = ContactMessage.objects.exclude(document="")
        assert [each.document_name for each in kept] == ["capture.pdf"]
        text = contact.messages.first().text
        assert text.startswith("Voir les pièces.")
        assert "Pièce jointe refusée : ../virus.exe." in text

    def test_all_documents_of_a_mail_are_kept_five_at_most(self) -> None:
        written = mail()
        for number in range(6):
            written.add_attachment(
                pdf(pages=number + 1), maintype="application", subtype="pdf", filename=f"{number}.pdf"
            )
        contact = taken(written)
        assert contact.messages.exclude(document="").count() == 5
        assert "plus de 5 pièces jointes" in contact.messages.first().text

    def test_a_very_long_one_is_cut(self) -> None:
        assert len(last(taken(mail("mot " * 10_000))).text) <= 5000

    def test_one_without_text(self) -> None:
        assert last(taken(mail(" "))).text == "(message sans texte)"

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(st.binary(max_size=400))
    def test_bytes_that_are_no_mail_break_nothing(self, content: bytes) -> None:
        for start in (b"", b"From: a@exemple.test\nContent-Type: text/plain; charset=", b"From: a@exemple.test\n\n"):
            try:
                receive(start + content)
            except MailRefused:
                continue


def test_the_command_takes_what_the_mail_server_pipes(monkeypatch: pytest.MonkeyPatch) -> None:
    for content in (mail().as_bytes(), b"\xff\xfe", b"x" * MEGABYTE):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        call_command("receive_mail")
    assert ContactRequest.objects.count() == 1
