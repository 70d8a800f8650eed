"""While an agent sees as a user: every address, every method, and whoever tries to do more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any
from uuid import UUID

import pytest
import structlog
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, UUIDConverter
from django_structlog.signals import bind_extra_request_finished_metadata
from structlog.testing import capture_logs

from forprev.accounts import held
from forprev.accounts.access import signed_in
from forprev.accounts.acting import Acting, roles_of
from forprev.accounts.models import Account, Role
from forprev.accounts.services.sessions import PROVED, STRONG
from forprev.accreditation.models import DossierState
from forprev.notices.models import Notice
from forprev.organisations.models import Organisation
from forprev.people.models import Person
from forprev.support.models import Consultation, ConsultedPage
from forprev.support.seeing import services
from forprev.support.seeing.closed import CLOSED
from forprev.support.seeing.middleware import SEEING, reading_only
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.certification import draft_session, issued_session
from tests.factories.dossiers import entity_dossier
from tests.factories.support import asked
from tests.factories.updating import entity_with_a_request
from tests.http.world import World, build, everything
from tests.screens import make_entity, make_member, make_network_role, text_of
from tests.support.seeing.steps import REASON, banner, key_of, see

pytestmark = pytest.mark.django_db

REGISTER = {"support_consultedpage"}


@contextmanager
def only_the_register_grows() -> Iterator[None]:
    before = everything()
    yield
    after = everything()
    assert {table for table in after if after[table] != before[table]} <= REGISTER


def looking(desk: Client, person: Person, role: str) -> Client:
    """`desk` sees as this person in this role, without the pages in between."""
    account = Account.objects.filter(person=person).first() or AccountFactory(person=person)
    by = Person.objects.get(account__pk=desk.session["_auth_user_id"])
    begun = services.begin(acting_of(by), account, role, REASON)
    session = desk.session
    session[SEEING] = begun.pk
    session.save()
    return desk


def seen_in(browser: Client) -> tuple[Person, str]:
    """Whose browser it is, and the key of the role in use there."""
    request = browser.get("/tableau-de-bord").wsgi_request
    return request.acting.person, request.acting.key


def kept_by(browser: Client) -> dict[str, Any]:
    """What its session keeps, but for the moment at which it was last seen."""
    return {**browser.session, "seen_at": None, "key": browser.session.session_key}


def acting_of(person: Person) -> Acting:
    return next(acting for acting in roles_of(person) if acting.role == Role.SUPPORT_AGENT)


def patterns(found: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in found:
        if isinstance(pattern, URLPattern):
            yield (f"{namespace}:{pattern.name}" if namespace else str(pattern.name)), pattern
        else:
            yield from patterns(pattern.url_patterns, pattern.namespace or namespace)


def addresses(keys: dict[str, list[Any]]) -> Iterator[tuple[str, list[str]]]:
    """Every address of the application, each with the likely keys of what this world holds."""
    kinds = {UUIDConverter: "uuid", IntConverter: "int"}
    for name, pattern in patterns(get_resolver().url_patterns):
        converters = [kinds.get(type(each), "str") for each in pattern.pattern.converters.values()]
        if len(converters) == 2 and converters[0] == "int":
            converters[1] = "within"
        mine = keys.get(name.split(":")[0], keys["int"])
        choices = [mine if kind == "int" else keys[kind] for kind in converters]
        yield name, [reverse(name, args=values) for values in product(*choices)] or [reverse(name)]


class TestEveryAddress:
    @pytest.fixture
    def world(self) -> World:
        return build()

    @pytest.fixture
    def keys(self, world: World) -> dict[str, list[Any]]:
        """`within` is for what stands in something else: a trainee of a session, a piece of a dossier."""
        draft = draft_session(world.acting, trainers=[world.trainer], trainees=1)
        issued = issued_session(world.acting, trainers=[world.trainer], trainees=1)
        entity = Organisation.objects.get(pk=world.acting.organisation_id)
        dossier = entity_dossier(entity, DossierState.DRAFT, levels=(("SST", 2),))
        _, change = entity_with_a_request(world.acting)
        certificates = [issued.certificates.get().pk, world.trainer.certificates.get().pk]
        return {
            "certification": [draft.pk, issued.pk, *certificates],
            "accreditation": [draft.accreditation_id, dossier.pk, world.acting.membership_id],
            "organisations": [entity.pk, change.pk],
            "support": [asked(world.acting.person).pk],
            "int": [1],
            "within": [draft.trainees.get().pk],
            "uuid": [UUID(int=1)],
            "str": ["annuaire"],
        }

    @pytest.mark.parametrize("who", ["manager", "delegate", "trainer"])
    def test_nothing_is_written_downloaded_or_shown_that_is_secret(
        self, who: str, world: World, keys: dict[str, list[Any]], desk: Client
    ) -> None:
        person, role = seen_in(world.browsers[who])
        looking(desk, person, role)
        keys["uuid"] = list(Notice.objects.filter(person=person).values_list("pk", flat=True))
        kept = kept_by(desk)
        shown = set()
        with only_the_register_grows():
            for name, urls in addresses(keys):
                for url in urls:
                    answer = desk.get(url)
                    assert answer.status_code in (200, 302, 400, 403, 404, 405, 409), (name, url, answer.status_code)
                    if name == "accounts:session":
                        continue  # of the agent's own: when it ends
                    assert answer.headers["Content-Type"].startswith("text/html"), (name, url)
                    assert "Content-Disposition" not in answer.headers, (name, url)
                    assert name not in CLOSED or answer.status_code == 403, (name, url)
                    if answer.status_code == 200:
                        shown.add(name)
                        assert "Vous voyez comme" in banner(answer), (name, url)
                        assert answer.content.count(b'name="csrfmiddlewaretoken"') == 1, (name, url)  # of `Quitter`
        assert kept_by(desk) == kept
        assert {"dashboard", "notices:notice", "accounts:profile", "support:help", "certification:session"} <= shown

    def test_nothing_is_sent(self, world: World, keys: dict[str, list[Any]], desk: Client) -> None:
        looking(desk, world.acting.person, world.acting.key)
        with only_the_register_grows():
            for name, urls in addresses(keys):
                if name == "support:stop_seeing":
                    continue
                for url in urls[:2]:
                    answer = desk.post(url, {"confirm": "1", "action": "delete", "role": "support_agent-0"})
                    assert answer.status_code == 403, (name, url)
                    assert "Rien n’a été envoyé" in text_of(answer), (name, url)
            for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FORGED"):
                for name in ("dashboard", "support:stop_seeing", "accounts:session", "support:help"):
                    assert desk.generic(method, reverse(name)).status_code == 403, (name, method)
        assert Consultation.objects.get().ended_at is None

    def test_what_is_closed_is_an_address(self) -> None:
        assert {name for name, _ in patterns(get_resolver().url_patterns)} >= CLOSED


class TestAttacks:
    def test_a_page_that_would_write_is_not_shown_and_writes_nothing(
        self,
        desk: Client,
        seen: Account,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Whatever a page of tomorrow does, the database itself takes nothing."""

        @signed_in
        def writes(request: HttpRequest) -> HttpResponse:
            Account.objects.filter(pk=request.user.pk).update(wants_alerts=False)
            return HttpResponse("écrit")

        pattern = next(each for name, each in patterns(get_resolver().url_patterns) if name == "support:legal")
        see(desk, seen)
        monkeypatch.setattr(pattern, "callback", writes)
        with capture_logs() as logs:
            answer = desk.get("/mentions-legales")
        assert answer.status_code == 403
        assert "ne se montre qu’à la personne" in text_of(answer)
        assert "Vous voyez comme" in banner(answer)
        assert any(log["event"] == "seeing_would_write" for log in logs)
        seen.refresh_from_db()
        assert seen.wants_alerts
        assert not ConsultedPage.objects.get(name="support:legal").shown

    def test_what_a_page_would_do_after_it_is_not_done(self, seen: Account) -> None:
        done: list[str] = []
        with reading_only():
            transaction.on_commit(lambda: done.append("sent"))
        assert done == []
        Account.objects.filter(pk=seen.pk).update(wants_alerts=False)  # and afterwards all is as before

    def test_data_and_files_are_not_shown_even_where_no_line_closes_them(
        self,
        desk: Client,
        seen: Account,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        pattern = next(each for name, each in patterns(get_resolver().url_patterns) if name == "support:legal")
        see(desk, seen)
        answers = [
            HttpResponse("secret", content_type="application/json"),
            HttpResponse("secret", headers={"Content-Disposition": "attachment"}),
            HttpResponse(status=302, headers={"Location": "https://ailleurs.test/?secret"}),
            HttpResponse("secret", content_type="text/plain"),
        ]
        for made in answers:
            monkeypatch.setattr(pattern, "callback", signed_in(lambda request, made=made: made))
            answer = desk.get("/mentions-legales")
            assert answer.status_code == 403
            assert b"secret" not in answer.content
            assert "secret" not in answer.headers.get("Location", "")

    def test_an_export_of_a_list_is_a_file(self, desk: Client, seen: Account) -> None:
        see(desk, seen)
        for form in ("csv", "xlsx"):
            assert desk.get("/utilisateurs", {"export": form}).status_code == 403

    def test_the_agent_s_proofs_open_nothing_of_the_person(self, desk: Client, seen: Account) -> None:
        see(desk, seen)
        assert desk.session[STRONG]
        assert desk.session[PROVED]
        request = desk.get("/tableau-de-bord").wsgi_request
        assert request.user.person == Person.objects.get(account__pk=desk.session["_auth_user_id"])  # given back
        for name in ("accounts:password", "accounts:factors", "accounts:recovery_codes", "accounts:my_data_json"):
            assert desk.get(reverse(name)).status_code == 403, name

    def test_a_message_read_by_the_agent_stays_unread(self, desk: Client, seen: Account) -> None:
        see(desk, seen)
        told = Notice.objects.get(person=seen.person)
        answer = desk.get(reverse("notices:notice", args=[told.pk]))
        assert REASON in text_of(answer)
        told.refresh_from_db()
        assert told.read_at is None

    def test_another_does_not_begin_within(self, desk: Client, seen: Account) -> None:
        other = make_member(make_entity("Autre"))
        see(desk, seen)
        answer = see(desk, other.person.account, f"manager-{other.organisation_id}")
        assert answer.status_code == 403
        assert desk.get(reverse("support:see_as", args=[other.person.account.pk])).status_code == 403
        assert Consultation.objects.count() == 1

    def test_a_role_cannot_be_changed_within(self, desk: Client, seen: Account) -> None:
        other = make_member(make_entity("Autre"), person=seen.person)
        see(desk, seen, f"manager-{other.organisation_id}")
        assert desk.post("/role", {"role": "support_agent-0"}).status_code == 403
        assert "Gestionnaire Autre" in banner(desk.get("/tableau-de-bord"))

    def test_nobody_else_s_session_takes_the_consultation(self, desk: Client, seen: Account) -> None:
        """The key in a session is the server's own; one that got there all the same serves its agent alone."""
        see(desk, seen)
        for thief in (make_network_role(Role.SUPPORT_AGENT).person.account, make_member(make_entity()).person.account):
            client = browser_of(thief)
            session = client.session
            session[SEEING] = Consultation.objects.get().pk
            session.save()
            answer = client.get("/mon-profil", follow=True)
            assert banner(answer) == ""
            assert seen.person.number not in text_of(answer)

    def test_leaving_asks_for_the_token_of_the_page(self, agent: Account, seen: Account) -> None:
        client = browser_of(agent, client=Client(enforce_csrf_checks=True))
        looking(client, seen.person, key_of(seen))
        assert client.post(reverse("support:stop_seeing")).status_code == 403
        assert "Vous voyez comme" in banner(client.get("/tableau-de-bord"))
        token = client.cookies["csrftoken"].value
        assert client.post(reverse("support:stop_seeing"), {"csrfmiddlewaretoken": token}).status_code == 302
        assert banner(client.get("/tableau-de-bord")) == ""

    def test_a_form_of_the_person_s_page_serves_nothing_afterwards(self, agent: Account, seen: Account) -> None:
        """It bears no token: posted once the agent is itself again, it is refused."""
        client = browser_of(agent, client=Client(enforce_csrf_checks=True))
        looking(client, seen.person, key_of(seen))
        page = client.get("/mon-profil").content.decode()
        main = page[page.index("<main") :]
        assert "<form" in main
        assert "csrfmiddlewaretoken" not in main

    def test_a_form_of_the_agent_s_own_is_kept_for_later(self, desk: Client, seen: Account) -> None:
        see(desk, seen)
        answer = desk.post(
            "/reponses-types/nouvelle", {"acting": "support_agent-0", "title": "Bonjour", "text": "Texte"}
        )
        assert answer.status_code == 403
        assert "est conservé" in text_of(answer)
        assert desk.get("/reprendre").status_code in (200, 302)  # the person's page has nothing to take up
        assert held.KEY in desk.session
        assert "Reprendre votre saisie" in text_of(desk.post(reverse("support:stop_seeing"), follow=True))

    def test_the_logs_name_the_agent(self, desk: Client, agent: Account, seen: Account) -> None:
        told: dict[str, Any] = {}

        def note(**_: object) -> None:
            told.update(structlog.contextvars.get_contextvars())

        see(desk, seen)
        bind_extra_request_finished_metadata.connect(note)
        try:
            desk.get("/tableau-de-bord")
        finally:
            bind_extra_request_finished_metadata.disconnect(note)
        assert told["user_id"] == told["agent"] == str(agent.pk)
        assert told["consultation"] == Consultation.objects.get().pk
        assert str(seen.pk) not in str(told)
