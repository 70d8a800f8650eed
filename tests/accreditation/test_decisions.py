"""What the committee decides, and what it makes of entities and accreditations: rules A23, A24, B02, B07, B08."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from forprev.accounts.acting import Acting, roles_of
from forprev.accounts.models import Role
from forprev.accreditation.committee.decisions import Verdict, decide
from forprev.accreditation.committee.services import (
    SittingRefused,
    close_meeting,
    plan_meeting,
    schedule,
    sit,
    unschedule,
)
from forprev.accreditation.dossiers.history import history_of
from forprev.accreditation.dossiers.selectors import applicant
from forprev.accreditation.dossiers.services import withdraw
from forprev.accreditation.models import (
    Accreditation,
    AccreditationStatus,
    Decision,
    Dossier,
    DossierLine,
    DossierState,
    Outcome,
)
from forprev.accreditation.workflow import Action
from forprev.core.dates import add_months, today
from forprev.core.errors import Conflict, DomainError
from forprev.core.workflow import NotAllowed
from forprev.notices.models import OutgoingMail
from forprev.organisations.models import Organisation
from tests.concurrency import together
from tests.factories.accounts import AccountFactory
from tests.factories.accreditation import accredit, acting_delegate
from tests.factories.dossiers import SIRET, entity_dossier, first_request
from tests.factories.organisations import OrganisationFactory, acting_manager, acting_national
from tests.factories.people import PersonFactory
from tests.http.world import untouched

pytestmark = pytest.mark.django_db

State = DossierState
ACCEPT, REFUSE, ADJOURN = Action.ACCEPT, Action.REFUSE, Action.ADJOURN


def committee() -> Acting:
    return acting_national(Role.COMMITTEE)


def accept(dossier: Dossier, **refused: str) -> Dossier:
    verdict = Verdict(ACCEPT, refused={int(pk): reason for pk, reason in refused.items()})
    return decide(dossier.pk, committee(), dossier.version, verdict)


def refusal(dossier: Dossier, verdict: Verdict, acting: Acting | None = None) -> DomainError:
    """What the committee is told instead, nothing being written."""
    acting = acting or committee()
    with untouched(), pytest.raises(DomainError) as refused:
        decide(dossier.pk, acting, dossier.version, verdict)
    return refused.value


def mails(dossier: Dossier) -> list[tuple[str, str]]:
    return [(mail.recipient, mail.subject) for mail in OutgoingMail.objects.filter(subject__contains=dossier.number)]


class TestAFirstRequest:
    def test_it_makes_an_entity_its_manager_and_its_accreditations(self) -> None:
        person = AccountFactory(email="karim@demo.test").person
        dossier = first_request(person, State.AWAITING_DECISION, levels=(("SST", 1), ("Catec", 1)))
        accept(dossier)

        organisation = Organisation.objects.get()
        assert (organisation.name, organisation.siret, organisation.nda) == (
            "Atelier Roussel Formation",
            SIRET,
            "84260012326",
        )
        assert organisation.department_id == "26"
        assert [(role.role, role.place) for role in roles_of(person)] == [(Role.MANAGER, organisation.name)]
        given = Accreditation.objects.order_by("number")
        assert [(str(each.level), each.starts_on, each.ends_on) for each in given] == [
            ("Catec / 1", today(), add_months(today(), 60)),
            ("SST / 1", today(), add_months(today(), 60)),
        ]
        year = today().year
        assert all(re.fullmatch(rf"H4\d{{4}}/{year}/(SST|Catec)-1/O/00", each.number) for each in given)
        dossier.refresh_from_db()
        assert (dossier.state, dossier.organisation) == (State.ACCEPTED, organisation)
        assert mails(dossier) == [("karim@demo.test", f"[FORPREV] Demande {dossier.number} acceptée")]
        text = OutgoingMail.objects.get(subject__contains="acceptée").text
        assert all(each.number in text for each in given)
        assert person.number in text

    def test_its_attestation_becomes_the_entity_s(self) -> None:
        dossier = first_request(state=State.AWAITING_DECISION)
        accept(dossier)
        organisation, piece = Organisation.objects.get(), dossier.pieces.get()
        assert (organisation.urssaf_name, organisation.urssaf_digest) == (piece.name, piece.digest)
        assert organisation.urssaf != piece.document
        assert default_storage.open(organisation.urssaf).read() == default_storage.open(piece.document).read()

    def test_a_siret_that_became_another_entity_s_is_told_and_nothing_is_done(self) -> None:
        dossier = first_request(state=State.AWAITING_DECISION)
        OrganisationFactory(siret=SIRET)
        assert f"Le SIRET {SIRET} est déjà celui d’une autre entité" in refusal(dossier, Verdict(ACCEPT)).message

    def test_one_line_may_be_refused(self) -> None:
        dossier = first_request(state=State.AWAITING_DECISION, levels=(("SST", 1), ("SST", 2)))
        second = dossier.lines.get(level__number=2)
        accept(dossier, **{str(second.pk): "Aucun formateur de niveau 2."})
        assert [line.outcome for line in DossierLine.objects.order_by("level__number")] == [
            Outcome.GRANTED,
            Outcome.REFUSED,
        ]
        assert Accreditation.objects.count() == 1
        assert "SST / 2\N{NO-BREAK SPACE}: refusée. Aucun formateur de niveau 2." in Decision.objects.get().lines

    def test_all_lines_refused_is_a_refusal(self) -> None:
        dossier = first_request(state=State.AWAITING_DECISION)
        assert refusal(dossier, Verdict(ACCEPT, refused={dossier.lines.get().pk: "Non."})).code == "nothing_granted"

    def test_a_line_refused_says_why(self) -> None:
        dossier = first_request(state=State.AWAITING_DECISION, levels=(("SST", 1), ("SST", 2)))
        line = dossier.lines.first()
        assert refusal(dossier, Verdict(ACCEPT, refused={line.pk: "  "})).field == f"reason-{line.pk}"


@pytest.mark.parametrize(
    ("action", "state", "word"), [(REFUSE, State.REFUSED, "refusée"), (ADJOURN, State.ADJOURNED, "ajournée")]
)
class TestNo:
    def test_it_has_a_reason_that_the_applicant_reads(self, action: Action, state: State, word: str) -> None:
        person = AccountFactory(email="karim@demo.test").person
        dossier = first_request(person, State.AWAITING_DECISION)
        meeting = dossier.meeting
        assert refusal(dossier, Verdict(action, " ")).field == "reason"
        decide(dossier.pk, committee(), dossier.version, Verdict(action, "Le programme est trop court."))
        dossier.refresh_from_db()
        assert (dossier.state, dossier.decision_reason) == (state, "Le programme est trop court.")
        assert mails(dossier) == [("karim@demo.test", f"[FORPREV] Demande {dossier.number} {word}")]
        assert "trop court" in OutgoingMail.objects.get(subject__contains=word).text
        assert history_of(dossier, applicant(person))[0].comment == "Le programme est trop court."
        assert [(each.dossier, each.verdict) for each in meeting.decisions.all()] == [(dossier, state)]
        assert not Organisation.objects.exists()
        assert not Accreditation.objects.exists()


def test_adjourned_it_goes_to_another_meeting() -> None:
    dossier = entity_dossier(state=State.AWAITING_DECISION)
    first, acting = dossier.meeting, committee()
    decide(dossier.pk, acting, dossier.version, Verdict(ADJOURN, "Visite demandée."))
    second = plan_meeting(acting, today() + timedelta(days=60))
    schedule(second.pk, acting, [dossier.pk])
    dossier.refresh_from_db()
    assert (dossier.state, dossier.meeting) == (State.AWAITING_DECISION, second)
    accept(dossier)
    assert [str(each.verdict_label) for each in (first.decisions.get(), second.decisions.get())] == [
        "Ajournée",
        "Acceptée",
    ]


class TestARenewal:
    def test_a24_in_time_it_extends_the_same_accreditation(self) -> None:
        held = accredit(OrganisationFactory(), ends_on=today() + timedelta(days=30))
        delegate = acting_delegate(held)
        dossier = entity_dossier(held.organisation, State.AWAITING_DECISION, levels=(), renewed=(held,))
        before = (held.number, held.starts_on)
        accept(dossier)
        held.refresh_from_db()
        assert (held.number, held.starts_on) == before
        assert held.ends_on == add_months(today() + timedelta(days=30), 60)
        assert held.delegations.get().membership_id == delegate.membership_id
        assert Accreditation.objects.count() == 1

    def test_a23_past_the_end_it_gives_another_from_the_day_of_the_decision(self) -> None:
        """Nothing shelters the days between: sessions of the gap stay impossible. The anniversary is kept (A24)."""
        end = today() - timedelta(days=20)
        held = accredit(OrganisationFactory(), starts_on=add_months(end, -60), ends_on=end)
        delegate = acting_delegate(held)
        gone = acting_delegate(held)
        held.organisation.memberships.filter(pk=gone.membership_id).update(ends_on=today() - timedelta(days=1))
        dossier = entity_dossier(held.organisation, State.AWAITING_DECISION, levels=(), renewed=(held,))
        accept(dossier)
        held.refresh_from_db()
        new = Accreditation.objects.exclude(pk=held.pk).get()
        assert held.ends_on == end
        assert (new.starts_on, new.ends_on) == (today(), add_months(end, 60))
        assert not any(each.serves_on(today() - timedelta(days=1)) for each in (held, new))
        assert new.serves_on(today())
        assert new.delegations.get().membership_id == delegate.membership_id

    @pytest.mark.parametrize("status", [AccreditationStatus.SUSPENDED, AccreditationStatus.WITHDRAWN])
    def test_one_stopped_meanwhile_is_not_renewed(self, status: str) -> None:
        held = accredit(OrganisationFactory(), ends_on=today() + timedelta(days=30), status=status)
        dossier = entity_dossier(held.organisation, State.AWAITING_DECISION, levels=(), renewed=(held,))
        assert "ne peut pas être renouvelée" in refusal(dossier, Verdict(ACCEPT)).message

    def test_a_level_held_meanwhile_is_not_given_twice(self) -> None:
        held = accredit(OrganisationFactory())
        dossier = entity_dossier(held.organisation, State.AWAITING_DECISION)
        assert f"détient déjà l’habilitation {held.number}" in refusal(dossier, Verdict(ACCEPT)).message

    @settings(max_examples=25, deadline=None)
    @given(end=st.dates(date(2024, 1, 1), date(2032, 12, 31)), late=st.integers(-365, 700))
    def test_a24_the_anniversary_stays_whatever_the_day(self, end: date, late: int) -> None:
        with transaction.atomic():
            with time_machine.travel(f"{end + timedelta(days=late)} 12:00:00+01:00", tick=False):
                held = accredit(OrganisationFactory(), starts_on=add_months(end, -60), ends_on=end)
                dossier = entity_dossier(held.organisation, State.AWAITING_DECISION, levels=(), renewed=(held,))
                accept(dossier)
                line = dossier.lines.select_related("accreditation").get()
                got = line.accreditation
                assert got.ends_on == add_months(end, 60)
                if (end.month, end.day) != (2, 29):
                    assert (got.ends_on.month, got.ends_on.day) == (end.month, end.day)
                assert (got == held) == (late <= 0)
                assert got.serves_on(today())
                assert held.serves_on(end)
            transaction.set_rollback(True)


class TestNumbers:
    def test_b07_they_follow_each_other_and_skip_those_taken(self) -> None:
        accept(entity_dossier(state=State.AWAITING_DECISION))
        first = Accreditation.objects.get()
        sequence = int(first.number[1:6])
        taken = accredit(OrganisationFactory())
        Accreditation.objects.filter(pk=taken.pk).update(number=f"H{sequence + 1:05}/2011/SST-2/O/07")
        accept(entity_dossier(state=State.AWAITING_DECISION))
        assert Accreditation.objects.filter(number__startswith=f"H{sequence + 2:05}/").count() == 1


class TestWho:
    @pytest.mark.parametrize("role", [Role.NATIONAL_ADMINISTRATOR, Role.SUPPORT_AGENT])
    def test_b02_the_committee_alone_decides(self, role: Role) -> None:
        dossier = first_request(state=State.AWAITING_DECISION)
        acting = acting_national(role)
        with untouched(), pytest.raises((NotAllowed, Dossier.DoesNotExist)):
            decide(dossier.pk, acting, dossier.version, Verdict(ACCEPT))

    def test_the_version_that_was_read_counts(self) -> None:
        dossier = first_request(state=State.AWAITING_DECISION)
        dossier.version += 1
        assert isinstance(refusal(dossier, Verdict(ACCEPT)), Conflict)


class TestTheSitting:
    def test_several_in_one_go_each_with_its_own_history(self) -> None:
        acting = committee()
        yes, no, later = (first_request(state=State.AWAITING_DECISION, siret=f"7328293200007{n}") for n in range(3))
        meeting = yes.meeting
        sit(
            meeting.pk,
            acting,
            {
                yes.pk: (yes.version, Verdict(ACCEPT)),
                no.pk: (no.version, Verdict(REFUSE, "Non conforme.")),
                later.pk: (later.version, Verdict(ADJOURN, "Une visite.")),
            },
        )
        told = [
            (event.action, event.comment)
            for dossier in (yes, no, later)
            for event in history_of(Dossier.objects.get(pk=dossier.pk), acting)[:1]
        ]
        assert told == [("Accepter", ""), ("Refuser", "Non conforme."), ("Ajourner", "Une visite.")]

    def test_all_or_none(self) -> None:
        yes, no = (first_request(state=State.AWAITING_DECISION, siret=f"7328293200007{n}") for n in range(2))
        acting = committee()
        with untouched(), pytest.raises(SittingRefused) as refused:
            sit(yes.meeting.pk, acting, {yes.pk: (1, Verdict(ACCEPT)), no.pk: (1, Verdict(REFUSE, ""))})
        assert (refused.value.dossier_id, refused.value.field) == (no.pk, "reason")

    def test_sent_twice_it_is_done_once(self) -> None:
        acting, dossier = committee(), first_request(state=State.AWAITING_DECISION)
        verdicts = {dossier.pk: (dossier.version, Verdict(ACCEPT))}
        sit(dossier.meeting.pk, acting, verdicts)
        sit(dossier.meeting.pk, acting, verdicts)
        assert (Decision.objects.count(), Accreditation.objects.count(), len(mails(dossier))) == (1, 1, 0)

    def test_one_taken_back_during_the_sitting_is_told(self) -> None:
        dossier = first_request(state=State.AWAITING_DECISION)
        withdraw(dossier.pk, applicant(dossier.applicant), dossier.version)
        with pytest.raises(SittingRefused) as refused:
            sit(dossier.meeting.pk, committee(), {dossier.pk: (dossier.version, Verdict(ACCEPT))})
        assert refused.value.dossier_id == dossier.pk
        assert not Organisation.objects.exists()

    def test_it_is_closed_on_its_day_once_nothing_waits(self) -> None:
        acting, dossier = committee(), first_request(state=State.AWAITING_DECISION)
        meeting = dossier.meeting
        with pytest.raises(DomainError, match="le jour où elle se tient"):
            close_meeting(meeting.pk, acting, meeting.version, "Delorme")
        with time_machine.travel(f"{meeting.held_on} 15:00:00+01:00"):
            with pytest.raises(DomainError, match="attendent encore une décision"):
                close_meeting(meeting.pk, acting, meeting.version, "Delorme")
            unschedule(meeting.pk, acting, dossier.pk, dossier.version)
            meeting.refresh_from_db()
            close_meeting(meeting.pk, acting, meeting.version, "Delorme")
            with pytest.raises(DomainError, match="est close"):
                schedule(meeting.pk, acting, [dossier.pk])


def test_a_decision_is_never_rewritten() -> None:
    dossier = first_request(state=State.AWAITING_DECISION)
    accept(dossier)
    for write in (
        partial(Decision.objects.update, reason="Autre"),
        Decision.objects.all().delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


@pytest.mark.django_db(transaction=True)
def test_two_members_decide_at_once() -> None:
    for _ in range(3):
        dossier = first_request(PersonFactory(), State.AWAITING_DECISION, siret=f"{dossier_siret():014}")
        first, second = committee(), committee()
        answers = together(
            partial(decide, dossier.pk, first, dossier.version, Verdict(ACCEPT)),
            partial(decide, dossier.pk, second, dossier.version, Verdict(REFUSE, "Non.")),
        )
        assert sum(isinstance(answer, Conflict | NotAllowed) for answer in answers) == 1
        assert Decision.objects.filter(dossier=dossier).count() == 1
        dossier.refresh_from_db()
        assert (dossier.state == State.ACCEPTED) == Accreditation.objects.filter(lines__dossier=dossier).exists()


def dossier_siret() -> int:
    return 73282932000100 + Dossier.objects.count()


def test_a_manager_sees_the_decision() -> None:
    dossier = entity_dossier(state=State.AWAITING_DECISION)
    accept(dossier)
    assert history_of(Dossier.objects.get(pk=dossier.pk), acting_manager(dossier.organisation))[0].after == "Acceptée"
