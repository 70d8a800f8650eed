"""The network's own words of mails: written on a screen, by a closed list of variables, and what then leaves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forprev.accounts.models import Account, Role
from forprev.accounts.services.passwords import send_password_link
from forprev.core.errors import Conflict
from forprev.notices import texts
from forprev.notices.models import MailText, Notice, OutgoingMail
from forprev.notices.services import send_mail, tell, tell_many
from forprev.notices.services import texts as services
from tests.factories.accounts import AccountFactory
from tests.factories.organisations import acting_national
from tests.factories.people import PersonFactory
from tests.screens import make_network_role, signed_in, text_of

pytestmark = pytest.mark.django_db

LIST = "/administration/courriels"
ADDRESS = f"{LIST}/notices-password_change"
SUBJECT = "[FORPREV] Votre mot de passe, {prenom}"
TEXT = "Bonjour {prenom},\n\nOuvrez :\n\n{lien}\n\n- valable {validite}\n- une fois"


@pytest.fixture
def national() -> Client:
    return signed_in(make_network_role(Role.NATIONAL_ADMINISTRATOR))


def mail(slug: str = "notices-password_change") -> texts.Mail:
    found = texts.mail_of(slug)
    assert found is not None
    return found


def put(slug: str, subject: str, text: str) -> MailText:
    one = mail(slug)
    row = MailText.objects.filter(pk=one.template).first()
    return services.change(one, acting_national(Role.NATIONAL_ADMINISTRATOR), row.version if row else 1, subject, text)


def post(browser: Client, subject: str = SUBJECT, text: str = TEXT, version: int = 1, **more: str) -> HttpResponse:
    return browser.post(ADDRESS, {"subject": subject, "text": text, "version": version, **more})


def error_of(page: HttpResponse, field: str) -> str:
    found = re.search(rf'id="id_{field}_error".*?</ul>', page.content.decode(), flags=re.DOTALL)
    return found[0] if found else ""


def link_told(account: Account) -> OutgoingMail:
    send_password_link(account.email)
    return OutgoingMail.objects.get(recipient=account.email)


class TestEveryMail:
    def test_every_mail_of_the_application_is_on_the_list(self, national: Client) -> None:
        found = Path("forprev").rglob("mails/*.subject.txt")
        templates = {str(path).partition("/templates/")[2].removesuffix(".subject.txt") for path in found}
        assert {each.template for each in texts.mails()} == templates
        page = text_of(national.get(LIST))
        for each in texts.mails():
            assert each.title in page
            assert each.leaves in page
            assert each.fixed in page

    @pytest.mark.parametrize("one", [each for each in texts.mails() if not each.fixed], ids=lambda one: one.slug)
    def test_its_first_words_are_those_of_its_template(self, one: texts.Mail) -> None:
        """Nothing of the template language is left for the network to meet, and they can be saved as they are."""
        assert not re.search(r"\{\{|\{%|%\}|\}\}", one.subject + one.text)
        assert texts.problems(one, one.subject, one.text) == []
        shown = texts.preview(one, one.subject, one.text)
        assert not re.search(r"[{}]", shown.subject + shown.text)
        assert services.check(one, one.subject, one.text) == (one.subject, one.text)

    def test_what_cannot_be_changed_says_why_and_has_no_page(self, national: Client) -> None:
        fixed = [each for each in texts.mails() if each.fixed]
        assert {each.slug for each in fixed} == {
            "accreditation-accepted",
            "network-targeted_message",
            "notices-summary",
        }
        assert all(national.get(f"{LIST}/{each.slug}").status_code == 404 for each in fixed)


class TestScreen:
    def test_it_begins_with_the_words_of_the_template(self, national: Client) -> None:
        page = national.get(ADDRESS)
        assert "Vous avez demandé à modifier votre mot de passe" in page.content.decode()
        assert "{lien}" in text_of(page)

    def test_a_preview_keeps_nothing(self, national: Client) -> None:
        page = post(national, preview="1")
        assert page.status_code == 200
        assert "Objet : [FORPREV] Votre mot de passe, Antoine" in text_of(page)
        assert "<ul><li>valable 72" in page.content.decode()
        assert not MailText.objects.exists()

    def test_saved_it_is_listed_as_changed_and_told(self, national: Client) -> None:
        assert post(national)["Location"] == LIST
        assert re.search(r"Changement de mot de passe Quand [^.]*\. Modifié par le réseau", text_of(national.get(LIST)))
        page = text_of(national.get(ADDRESS))
        assert "Nouveau texte" in page
        assert "[FORPREV] Changement de mot de passe Objet, après : [FORPREV] Votre mot de passe, {prenom}" in page
        assert "Administrateur national" in page

    @pytest.mark.parametrize(
        "typed",
        [
            "{inconnu}",
            "{prenom.__class__}",
            "{prenom!r}",
            "{prenom:>99999999}",
            "{0}",
            "{}",
            "{account.password}",
            "{{ account.password }}",
        ],
    )
    def test_only_variables_of_the_list(self, national: Client, typed: str) -> None:
        for field, values in (("subject", {"subject": typed}), ("text", {"text": f"{TEXT} {typed}"})):
            page = post(national, **values)
            assert page.status_code == 422
            assert "Variable inconnue" in error_of(page, field)
            assert "{lien}" in error_of(page, field)
        assert not MailText.objects.exists()

    def test_a_lonely_brace_is_told(self, national: Client) -> None:
        assert "accolade" in error_of(post(national, text=TEXT + " {prenom"), "text")
        assert "accolade" in error_of(post(national, text=TEXT + " }"), "text")

    def test_the_link_stays_in_the_text_and_out_of_the_subject(self, national: Client) -> None:
        assert "doit contenir {lien}" in error_of(post(national, text="Bonjour {prenom}"), "text")
        assert "ne peut pas porter de lien" in error_of(post(national, subject="{lien}"), "subject")

    def test_template_tags_are_no_variables(self, national: Client) -> None:
        assert "Variable inconnue" in error_of(post(national, text=TEXT + "{% debug %}"), "text")

    def test_somebody_was_faster(self, national: Client) -> None:
        put("notices-password_change", SUBJECT, TEXT)
        page = post(national, text=TEXT + "\n\nAutre")
        assert page.status_code == 409
        assert MailText.objects.get().text == TEXT
        with pytest.raises(Conflict):
            services.change(mail(), acting_national(Role.NATIONAL_ADMINISTRATOR), 1, SUBJECT, TEXT)

    def test_what_changes_nothing_is_said_and_the_first_words_are_not_the_network_s(self, national: Client) -> None:
        page = post(national, subject=mail().subject, text=mail().text)
        assert page.status_code == 422
        assert "Rien ne change" in text_of(page)
        assert not MailText.objects.exists()
        put("notices-password_change", SUBJECT, TEXT)
        assert "Rien ne change" in text_of(post(national, version=2))
        assert post(national, subject=mail().subject, text=mail().text, version=2).status_code == 302
        assert "Texte d’origine" in text_of(national.get(ADDRESS))

    def test_back_to_the_first_words(self, national: Client) -> None:
        put("notices-password_change", SUBJECT, TEXT)
        address = f"{ADDRESS}/origine"
        assert "Revenir au texte d’origine" in text_of(national.get(address))
        assert national.post(address, {"version": 1}).status_code == 409
        assert national.post(address, {"version": 2})["Location"] == ADDRESS
        assert link_told(AccountFactory()).subject == "[FORPREV] Changement de mot de passe"
        page = text_of(national.get(ADDRESS))
        assert "Retour au texte d’origine" in page
        assert post(national, version=3).status_code == 302
        assert link_told(AccountFactory()).subject.startswith("[FORPREV] Votre mot de passe")


class TestWhatLeaves:
    def test_the_mail_says_it_in_text_and_html_and_the_notice_gives_no_link(self) -> None:
        put("notices-password_change", SUBJECT, TEXT)
        account = AccountFactory(person=PersonFactory(first_name="Régine"))
        sent = link_told(account)
        assert sent.subject == "[FORPREV] Votre mot de passe, Régine"
        link = re.search(r"^http\S+/reinitialisation-mot-de-passe/\S+$", sent.text, flags=re.MULTILINE)
        assert link
        assert sent.text.startswith("Bonjour Régine,\n\nOuvrez :\n\nhttp")
        assert f'<a class="button" href="{link[0]}">' in sent.html
        assert "<ul><li>valable 72\N{NO-BREAK SPACE}heures</li><li>une fois</li></ul>" in sent.html
        assert "Ce message est automatique" in sent.html
        assert "Ce message est automatique" in sent.text
        notice = Notice.objects.get(person=account.person)
        assert notice.subject == "Votre mot de passe, Régine"
        assert link[0] not in notice.text

    def test_nothing_typed_becomes_html_or_a_header(self, national: Client) -> None:
        hostile = TEXT + '\n\n<script>alert(1)</script> <a href="https://ailleurs.test">ici</a>'
        assert post(national, subject="Objet\r\nBcc: autre@demo.test", text=hostile).status_code == 302
        page = national.get(ADDRESS).content.decode()
        sent = link_told(AccountFactory())
        assert sent.subject == "Objet Bcc: autre@demo.test"
        for html in (sent.html, page):
            assert "<script>alert" not in html
            assert 'href="https://ailleurs.test"' not in html
        assert "&lt;script&gt;alert(1)" in sent.html

    def test_what_a_value_holds_is_only_words(self) -> None:
        """A first name or a reason that looks like a variable or like HTML stays what it is."""
        put("notices-second_factor_changed", "Compte", "{changement}\n\nBonjour {prenom} {lien}")
        account = AccountFactory(person=PersonFactory(first_name="Régine"))
        context = {"what": "{lien} {{ account.password }} <b>gras</b>\nBcc: x"}
        assert tell(account, "notices/mails/second_factor_changed", context, kind=Notice.Kind.ACCOUNT, url="/x")
        sent = OutgoingMail.objects.get(person=account.person)
        assert "{lien} {{ account.password }} <b>gras</b>" in sent.text
        assert "{lien} {{ account.password }} &lt;b&gt;gras&lt;/b&gt;<br>Bcc: x" in sent.html

    def test_a_mail_without_an_account(self) -> None:
        put("support-contact_received", "[FORPREV] Reçu : {demande}", "Merci.\n\n{message}")
        facts: dict[str, Any] = {"contact": {"number": "C-12"}, "text": "Un\n\n- deux"}
        sent = send_mail("a@demo.test", "support/mails/contact_received", facts)
        assert sent is not None
        assert sent.subject == "[FORPREV] Reçu : C-12"
        assert sent.text.startswith("Merci.\n\nUn\n\n- deux")
        assert "<p>Un</p>\n<ul><li>deux</li></ul>" in sent.html

    def test_words_that_the_application_no_longer_knows_are_left_aside(self) -> None:
        MailText.objects.create(template="notices/mails/password_change", subject="Objet", text="{disparue} {lien}")
        assert link_told(AccountFactory()).subject == "[FORPREV] Changement de mot de passe"

    def test_as_many_queries_for_many_as_for_few(self) -> None:
        put("notices-sessions_ended", "Fin, {prenom}", "Bonjour {prenom} {numero_forprev} : {lien}")

        def asked(people: int) -> int:
            chosen = [AccountFactory().pk for _ in range(people)]
            with CaptureQueriesContext(connection) as queries:
                told = tell_many(
                    Account.objects.filter(pk__in=chosen),
                    "notices/mails/sessions_ended",
                    {},
                    kind=Notice.Kind.ACCOUNT,
                    url="/x",
                )
            assert told == people
            return len(queries)

        assert asked(30) == asked(2)
        assert OutgoingMail.objects.filter(subject__startswith="Fin, ").count() == 32
