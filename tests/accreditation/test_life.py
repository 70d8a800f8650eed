"""The life of an accreditation: suspended, active again, withdrawn; sessions follow at once (B09)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accounts.services.sessions import PROVED
from forprev.accreditation.life.services import change_status
from forprev.accreditation.life.workflow import LIFE, AccreditationStatus, LifeAction
from forprev.accreditation.models import Accreditation, DossierState
from forprev.accreditation.selectors import history_of
from forprev.certification.rules.findings import Refused
from forprev.certification.services.exchange import send_to_trainer
from forprev.certification.services.issuing import generate_certificates
from forprev.core.dates import french, today
from forprev.core.errors import DomainError
from forprev.core.workflow import NotAllowed
from forprev.notices.models import OutgoingMail
from tests.concurrency import together
from tests.factories.accounts import AccountFactory
from tests.factories.accreditation import accredit, acting_delegate
from tests.factories.certification import all_declared, answered_session, draft_session, entity_of
from tests.factories.dossiers import entity_dossier
from tests.factories.organisations import OrganisationFactory, acting_manager, acting_national, acting_officer
from tests.screens import (
    make_accreditation,
    make_entity,
    make_member,
    make_network_role,
    menu_of,
    queries_of,
    signed_in,
    text_of,
)

pytestmark = pytest.mark.django_db

REASON = "Contrôle du 3 mars : effectifs dépassés."
SUSPEND, RESUME, WITHDRAW = LifeAction.SUSPEND, LifeAction.RESUME, LifeAction.WITHDRAW


@pytest.fixture
def committee() -> Acting:
    return acting_national(Role.COMMITTEE)


@pytest.fixture
def held() -> Accreditation:
    return accredit(OrganisationFactory())


def change(accreditation: Accreditation | None, acting: Acting, action: LifeAction, **changes: Any) -> Accreditation:
    assert accreditation is not None
    return change_status(accreditation.pk, acting, action, changes.get("since", today()), changes.get("reason", REASON))


class TestStatus:
    def test_b09_suspended_resumed_withdrawn_with_date_and_reason(self, held: Accreditation, committee: Acting) -> None:
        earlier = today() - timedelta(days=3)
        for action, since, status, reason in (
            (SUSPEND, earlier, "suspended", REASON),
            (RESUME, today(), "active", ""),
            (WITHDRAW, today(), "withdrawn", REASON),
        ):
            change(held, committee, action, since=since)
            held.refresh_from_db()
            assert (held.status, held.status_since, held.status_reason) == (status, since, reason)
        told = [(event.action, event.after, event.comment) for event in history_of(held)]
        assert told[:3] == [
            (f"Retirer l’habilitation, à la date du {french(today())}", "Retirée", REASON),
            (f"Lever la suspension, à la date du {french(today())}", "Active", REASON),
            (f"Suspendre, à la date du {french(earlier)}", "Suspendue", REASON),
        ]

    @pytest.mark.parametrize("status", list(AccreditationStatus))
    @pytest.mark.parametrize("action", list(LifeAction))
    def test_the_database_allows_what_the_table_allows(
        self, status: str, action: LifeAction, committee: Acting
    ) -> None:
        held = accredit(OrganisationFactory(), status=status)
        if action in {each.action for each in LIFE.available(status, Role.COMMITTEE)}:
            change(held, committee, action)
        else:
            with pytest.raises(NotAllowed):
                change(held, committee, action)

    @pytest.mark.parametrize("target", ["active", "suspended"])
    def test_a_withdrawal_is_final_in_the_database_too(self, target: str) -> None:
        held = accredit(OrganisationFactory(), status="withdrawn")
        with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
            Accreditation.objects.filter(pk=held.pk).update(status=target)

    @pytest.mark.parametrize(
        ("changes", "code", "field"),
        [
            ({"reason": " \n"}, "reason_missing", "reason"),
            ({"reason": "x" * 4001}, "too_long", "reason"),
            ({"since": date(2999, 1, 1)}, "future", "since"),
            ({"since": date(1999, 1, 1)}, "before_start", "since"),
        ],
    )
    def test_what_it_takes(
        self, changes: dict[str, Any], code: str, field: str, held: Accreditation, committee: Acting
    ) -> None:
        with pytest.raises(DomainError) as refused:
            change(held, committee, SUSPEND, **changes)
        assert (refused.value.code, refused.value.field) == (code, field)
        held.refresh_from_db()
        assert held.status == "active"

    def test_a_suspension_does_not_end_before_it_began(self, held: Accreditation, committee: Acting) -> None:
        change(held, committee, SUSPEND)
        with pytest.raises(DomainError) as refused:
            change(held, committee, RESUME, since=today() - timedelta(days=1))
        assert refused.value.code == "before_change"

    def test_nobody_else(self, held: Accreditation) -> None:
        for acting in (acting_manager(held.organisation), acting_officer(), acting_delegate(held)):
            with pytest.raises(NotAllowed):
                change(held, acting, SUSPEND)
        for acting in (acting_manager(), acting_national(Role.SUPPORT_AGENT)):
            with pytest.raises(Accreditation.DoesNotExist):
                change(held, acting, SUSPEND)


@pytest.mark.parametrize(
    ("status", "action", "subject"),
    [
        ("active", SUSPEND, "suspendue"),
        ("suspended", RESUME, "de nouveau active"),
        ("active", WITHDRAW, "retirée"),
    ],
)
def test_every_manager_is_told_whatever_its_preferences(
    status: str, action: LifeAction, subject: str, committee: Acting
) -> None:
    held = accredit(OrganisationFactory(), status=status)
    managers = {acting_manager(held.organisation).person for _ in range(2)}
    for person in managers:
        AccountFactory(person=person)
    person.account.wants_tasks = False
    person.account.save()
    AccountFactory(person=acting_delegate(held).person)
    change(held, committee, action)
    sent = OutgoingMail.objects.all()
    assert {mail.person for mail in sent} == managers
    for mail in sent:
        assert mail.subject == f"[FORPREV] Habilitation {held.number} {subject}"
        for words in (REASON, french(today()), f"/habilitations/{held.pk}"):
            assert words in mail.text
            assert words in mail.html


class TestSessions:
    def test_b09_a_session_in_preparation_is_stopped_at_its_next_step(self, committee: Acting) -> None:
        session = draft_session()
        change(session.accreditation, committee, SUSPEND)
        with pytest.raises(Refused) as refused:
            send_to_trainer(session.pk, entity_of(session), session.version, all_declared(session))
        (finding,) = refused.value.findings
        assert (finding.rule, finding.field) == ("B42", "level")
        assert "n’est pas valide" in finding.message
        change(session.accreditation, committee, RESUME)
        assert (
            send_to_trainer(session.pk, entity_of(session), session.version, all_declared(session)).state == "trainer"
        )

    @pytest.mark.parametrize("action", [SUSPEND, WITHDRAW])
    def test_b09_one_that_waits_for_the_entity_is_not_generated(self, action: LifeAction, committee: Acting) -> None:
        session = answered_session()
        change(session.accreditation, committee, action)
        with pytest.raises(Refused) as refused:
            generate_certificates(session.pk, entity_of(session), session.version)
        assert [finding.rule for finding in refused.value.findings] == ["B42"]
        session.refresh_from_db()
        assert session.state == "entity"
        assert not session.certificates.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once() -> None:
    with transaction.atomic():
        held = accredit(OrganisationFactory())
        actors = [acting_national(role) for role in (Role.COMMITTEE, Role.NATIONAL_ADMINISTRATOR)]
    answers = together(*(partial(change, held, acting, SUSPEND) for acting in actors))
    assert sorted(type(answer).__name__ for answer in answers) == ["Accreditation", "NotAllowed"]
    assert held.events.filter(status="suspended").count() == 1  # type: ignore[attr-defined]


class TestScreens:
    @pytest.fixture
    def browser(self) -> Client:
        return signed_in(make_network_role(Role.COMMITTEE))

    def test_the_detail_page_offers_what_is_possible_to_those_who_may(self, browser: Client) -> None:
        entity = make_entity()
        held = make_accreditation(entity)
        path = f"/habilitations/{held.pk}"
        assert "Suspendre Retirer l’habilitation" in text_of(browser.get(path))
        Accreditation.objects.update(status="suspended", status_since=date(2026, 3, 1), status_reason=REASON)
        page = text_of(browser.get(path))
        assert "Lever la suspension Retirer l’habilitation" in page
        assert f"Statut Suspendue depuis le 01/03/2026 Motif {REASON}" in page
        manager = text_of(signed_in(make_member(entity)).get(path))
        assert "Lever la suspension" not in manager
        assert REASON in manager

    def test_a_suspended_one_is_found_again_from_the_menu(self, browser: Client) -> None:
        active, suspended = (accredit(OrganisationFactory(), status=status) for status in ("active", "suspended"))
        assert "Suspendues" in menu_of(browser.get("/tableau-de-bord"))
        page = text_of(browser.get("/habilitations/suspendues"))
        assert suspended.number in page
        assert active.number not in page

    def test_the_confirmation_says_how_many_sessions_it_stops(self, browser: Client) -> None:
        session = draft_session()
        page = text_of(browser.get(f"/habilitations/{session.accreditation_id}/suspendre"))
        assert "1 session en préparation ne peut plus avancer" in page
        assert french(today()) in browser.get(f"/habilitations/{session.accreditation_id}/suspendre").content.decode()

    def test_suspended_on_the_screen(self, browser: Client, held: Accreditation) -> None:
        path = f"/habilitations/{held.pk}/suspendre"
        wrong = browser.post(path, {"since": "31/02/2026", "reason": REASON})
        assert wrong.status_code == 422
        assert REASON in wrong.content.decode()
        assert "31/02/2026" in wrong.content.decode()
        typed = {"since": french(today()), "reason": REASON}
        assert "Suspendue" in text_of(browser.post(path, typed, follow=True))
        assert browser.post(path, typed).status_code == 409
        assert OutgoingMail.objects.count() == 0  # no manager has an account here

    def test_item22_a_withdrawal_asks_for_a_recent_proof(self, browser: Client, held: Accreditation) -> None:
        session = browser.session
        session[PROVED] = 0
        session.save()
        path = f"/habilitations/{held.pk}/retirer"
        for ask in (browser.get, browser.post):
            assert ask(path)["Location"] == "/confirmation-identite"
        assert browser.get(f"/habilitations/{held.pk}/suspendre").status_code == 200

    def test_its_sessions_and_the_dossiers_about_it(self) -> None:
        session = draft_session()
        held = session.accreditation
        assert held is not None
        dossier = entity_dossier(held.organisation, DossierState.SUBMITTED, renewed=(held,), levels=())
        manager = signed_in(make_member(held.organisation))
        page = manager.get(f"/habilitations/{held.pk}")
        assert f"Session n°{session.pk}" in text_of(page)
        assert "1 session au titre de cette habilitation" in text_of(page)
        assert f'href="/demandes/{dossier.pk}"' in page.content.decode()
        national = signed_in(make_network_role(Role.NATIONAL_ADMINISTRATOR)).get(f"/habilitations/{held.pk}")
        assert f'href="/instruction/{dossier.pk}"' in national.content.decode()

    def test_as_many_questions_whatever_the_number_of_sessions(self) -> None:
        session = draft_session()
        manager = signed_in(make_member(session.organisation))
        path = f"/habilitations/{session.accreditation_id}"
        few = queries_of(manager, path)
        for _ in range(6):
            draft_session(entity_of(session))
        assert queries_of(manager, path) == few
