"""Meetings of the national committee: agenda, sitting, closing, minutes."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

import pikepdf
import pytest
import time_machine
from django.db import OperationalError, connection, transaction

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.committee import minutes, services
from forprev.accreditation.committee.selectors import agenda, eligible, for_list, next_meeting, results, visible_to
from forprev.accreditation.committee.services import Decision, SittingRefused
from forprev.accreditation.decisions import LineDecision
from forprev.accreditation.dossiers.common import acting_on
from forprev.accreditation.dossiers.history import history_of
from forprev.accreditation.models import Accreditation, CommitteeMeeting, Dossier, DossierState
from forprev.accreditation.workflow import Action
from forprev.core.errors import DomainError
from forprev.core.workflow import NotAllowed
from forprev.notices.models import OutgoingMail
from tests.concurrency import together
from tests.factories.accounts import AccountFactory
from tests.factories.dossiers import entity_dossier, first_request, meeting
from tests.factories.organisations import acting_manager, acting_national, acting_officer

pytestmark = pytest.mark.django_db

State = DossierState
DAY = date(2026, 3, 10)
REASON = "Le programme ne dit rien des épreuves."


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with time_machine.travel("2026-03-10T10:00:00Z", tick=False):
        yield


@pytest.fixture
def committee() -> Acting:
    return acting_national(Role.COMMITTEE)


@pytest.fixture
def secretary() -> Acting:
    return acting_national(Role.NATIONAL_ADMINISTRATOR)


@transaction.atomic
def on_the_agenda(number: int, in_days: int = 0) -> list[Dossier]:
    """So many dossiers of one meeting, in the order of its agenda."""
    dossiers = [entity_dossier(state=State.AWAITING_DECISION) for _ in range(number)]
    for rank, dossier in enumerate(dossiers, start=1):
        dossier.meeting, dossier.agenda_rank = meeting(in_days), rank
        dossier.save()
    return dossiers


def granted(dossier: Dossier) -> Decision:
    lines = {line.pk: LineDecision("granted") for line in dossier.lines.all()}
    return Decision(dossier.pk, dossier.version, Action.ACCEPT, lines=lines)


def refused(dossier: Dossier, reason: str = REASON) -> Decision:
    return Decision(dossier.pk, dossier.version, Action.REFUSE, reason)


def adjourned(dossier: Dossier) -> Decision:
    return Decision(dossier.pk, dossier.version, Action.ADJOURN, REASON)


def states(*dossiers: Dossier) -> list[str]:
    return [Dossier.objects.get(pk=dossier.pk).state for dossier in dossiers]


def text_of(pdf: bytes) -> str:
    shown = subprocess.run(["/usr/bin/pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(shown.stdout.decode().split())


class TestPlanning:
    def test_one_meeting_a_day_from_today_on(self, secretary: Acting) -> None:
        planned = services.plan(secretary, DAY)
        assert (planned.held_on, planned.state) == (DAY, "planned")
        for day, code in ((DAY, "day_taken"), (DAY - timedelta(days=1), "past")):
            with pytest.raises(DomainError) as error:
                services.plan(secretary, day)
            assert (error.value.code, error.value.field) == (code, "held_on")

    def test_nobody_else_plans_nor_sees_one(self) -> None:
        planned = meeting()
        for acting in (acting_manager(), acting_officer(), acting_national(Role.SUPPORT_AGENT)):
            with pytest.raises(NotAllowed):
                services.plan(acting, DAY)
            with pytest.raises(CommitteeMeeting.DoesNotExist):
                services.schedule(planned.pk, acting, [])
            assert not visible_to(acting).exists()

    def test_planned_ones_first_the_next_leading_then_the_latest(self, secretary: Acting) -> None:
        held = {days: meeting(days) for days in (-30, -60, 20, 10)}
        for days in (-30, -60):
            services.close(held[days].pk, secretary, "Mme Petit")
        assert list(for_list(visible_to(secretary))) == [held[days] for days in (10, 20, -30, -60)]
        assert next_meeting(secretary) == held[10]


class TestAgenda:
    def test_dossiers_with_an_opinion_and_adjourned_ones_join_it(self, secretary: Acting) -> None:
        by_state = {state: entity_dossier(state=state) for state in State}
        joining = [by_state[State.OPINION_GIVEN], by_state[State.ADJOURNED]]
        assert set(eligible(secretary)) == set(joining)
        planned = meeting(3)
        assert services.schedule(planned.pk, secretary, [each.pk for each in joining]) == 2
        assert [(each.pk, each.agenda_rank) for each in agenda(planned)] == [(joining[0].pk, 1), (joining[1].pk, 2)]
        assert set(states(*joining)) == {State.AWAITING_DECISION}
        assert Dossier.objects.get(pk=joining[1].pk).decision_reason == ""

    def test_the_same_form_twice_is_once(self, secretary: Acting) -> None:
        dossier, planned = entity_dossier(state=State.OPINION_GIVEN), meeting()
        assert services.schedule(planned.pk, secretary, [dossier.pk, dossier.pk]) == 1
        assert services.schedule(planned.pk, secretary, [dossier.pk]) == 0
        assert Dossier.objects.get(pk=dossier.pk).version == 2

    def test_all_join_or_none(self, secretary: Acting) -> None:
        ready, gone = entity_dossier(state=State.OPINION_GIVEN), entity_dossier(state=State.CANCELLED)
        with pytest.raises(NotAllowed):
            services.schedule(meeting().pk, secretary, [ready.pk, gone.pk])
        assert states(ready) == [State.OPINION_GIVEN]

    def test_taken_off_it_keeps_its_opinion(self, secretary: Acting) -> None:
        dossier, other = on_the_agenda(2)
        for _ in range(2):
            services.unschedule(dossier.meeting_id, secretary, dossier.pk)
        dossier.refresh_from_db()
        assert (dossier.state, dossier.opinion, dossier.meeting, dossier.version) == (
            State.OPINION_GIVEN,
            "favourable",
            None,
            2,
        )
        assert list(agenda(meeting(0))) == [other]

    def test_up_and_down(self, secretary: Acting) -> None:
        first, second, third = on_the_agenda(3)
        planned = meeting(0)
        services.move(planned.pk, secretary, third.pk, -1)
        assert list(agenda(planned)) == [first, third, second]
        services.move(planned.pk, secretary, first.pk, 1)
        assert list(agenda(planned)) == [third, first, second]
        for dossier, places in ((third, -1), (second, 1)):
            services.move(planned.pk, secretary, dossier.pk, places)
        assert list(agenda(planned)) == [third, first, second]
        assert {each.version for each in agenda(planned)} == {1}

    def test_the_applicant_does_not_read_of_places(self, secretary: Acting) -> None:
        first, second = on_the_agenda(2)
        manager = acting_manager(first.organisation)
        before = len(history_of(first, manager))
        services.move(meeting(0).pk, secretary, second.pk, -1)
        assert len(history_of(first, manager)) == before
        assert "Changer l’ordre du jour" in {event.action for event in history_of(first, secretary)}


class TestSitting:
    def test_b02_all_that_is_filled_in_is_decided(self, committee: Acting) -> None:
        one, two, three, left = on_the_agenda(4)
        assert services.sit(meeting(0).pk, committee, [granted(one), refused(two), adjourned(three)]) == 3
        assert states(one, two, three, left) == [
            State.ACCEPTED,
            State.REFUSED,
            State.ADJOURNED,
            State.AWAITING_DECISION,
        ]
        told = [(each.dossier_id, each.label, each.reason) for each in results(meeting(0))]
        assert told == [(one.pk, "Acceptée", ""), (two.pk, "Refusée", REASON), (three.pk, "Ajournée", REASON)]
        assert results(meeting(0))[0].lines[0].number == Accreditation.objects.get().number

    def test_all_or_none(self, committee: Acting) -> None:
        one, two = on_the_agenda(2)
        with pytest.raises(SittingRefused) as error:
            services.sit(meeting(0).pk, committee, [granted(one), refused(two, " ")])
        assert list(error.value.by_dossier) == [two.pk]
        assert states(one, two) == [State.AWAITING_DECISION] * 2
        assert not Accreditation.objects.exists()
        assert not OutgoingMail.objects.exists()

    def test_the_same_page_sent_twice(self, committee: Acting) -> None:
        one, two = on_the_agenda(2)
        decided = [granted(one), refused(two)]
        assert [services.sit(meeting(0).pk, committee, decided) for _ in range(2)] == [2, 0]
        assert Accreditation.objects.count() == 1

    def test_a_dossier_withdrawn_by_its_applicant_during_the_sitting(self, committee: Acting) -> None:
        one, two = on_the_agenda(2)
        with acting_on(two.pk, acting_manager(two.organisation), Action.WITHDRAW):
            pass
        with pytest.raises(SittingRefused) as error:
            services.sit(meeting(0).pk, committee, [granted(one), granted(two)])
        assert "retirée par son demandeur" in error.value.by_dossier[two.pk].message
        services.sit(meeting(0).pk, committee, [granted(one)])
        assert [(each.dossier_id, each.label) for each in results(meeting(0))] == [
            (one.pk, "Acceptée"),
            (two.pk, "Retirée"),
        ]

    def test_one_that_changed_or_left_the_agenda(self, committee: Acting, secretary: Acting) -> None:
        changed, off = on_the_agenda(2)
        Dossier.objects.filter(pk=changed.pk).update(version=7)
        services.unschedule(meeting(0).pk, secretary, off.pk)
        with pytest.raises(SittingRefused) as error:
            services.sit(meeting(0).pk, committee, [refused(changed), refused(off)])
        told = {pk: refusal.message for pk, refusal in error.value.by_dossier.items()}
        assert "a changé depuis son affichage" in told[changed.pk]
        assert "n’est plus à l’ordre du jour (état : Avis rendu)" in told[off.pk]

    def test_nothing_before_the_day_nor_once_closed(self, committee: Acting) -> None:
        (early,) = on_the_agenda(1, in_days=1)
        with pytest.raises(DomainError, match="11/03/2026"):
            services.sit(meeting(1).pk, committee, [granted(early)])
        services.close(meeting(-1).pk, committee, "Mme Petit")
        with pytest.raises(NotAllowed, match="close"):
            services.sit(meeting(-1).pk, committee, [])
        with pytest.raises(NotAllowed, match="close"):
            services.schedule(meeting(-1).pk, committee, [])

    def test_b02_the_secretariat_does_not_decide(self, secretary: Acting) -> None:
        (dossier,) = on_the_agenda(1)
        with pytest.raises(NotAllowed):
            services.sit(meeting(0).pk, secretary, [granted(dossier)])


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_members_save_the_same_sitting_otherwise(self, committee: Acting) -> None:
        dossiers, other = on_the_agenda(3), acting_national(Role.COMMITTEE)
        answers = together(
            partial(services.sit, meeting(0).pk, committee, [granted(each) for each in dossiers]),
            partial(services.sit, meeting(0).pk, other, [refused(each) for each in reversed(dossiers)]),
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["SittingRefused", "int"]
        (loser,) = (answer for answer in answers if isinstance(answer, SittingRefused))
        assert len(loser.by_dossier) == 3
        assert all("décidée entre-temps" in error.message for error in loser.by_dossier.values())
        assert len(set(states(*dossiers))) == 1

    def test_two_members_save_parts_that_cross(self, committee: Acting) -> None:
        one, two = on_the_agenda(2)
        other = acting_national(Role.COMMITTEE)
        answers = together(
            partial(services.sit, meeting(0).pk, committee, [granted(one), granted(two)]),
            partial(services.sit, meeting(0).pk, other, [granted(two)]),
        )
        assert {type(answer).__name__ for answer in answers} <= {"int", "SittingRefused"}
        assert Accreditation.objects.count() == 2 - states(one, two).count(State.AWAITING_DECISION)

    def test_a_withdrawal_and_a_decision(self, committee: Acting) -> None:
        (dossier,) = on_the_agenda(1)
        manager = acting_manager(dossier.organisation)

        def withdraw() -> int:
            with acting_on(dossier.pk, manager, Action.WITHDRAW):
                return 1

        together(partial(services.sit, meeting(0).pk, committee, [granted(dossier)]), withdraw)
        (state,) = states(dossier)
        assert Accreditation.objects.count() == (1 if state == State.ACCEPTED else 0)

    def test_nothing_joins_an_agenda_while_its_meeting_is_closed(self, secretary: Acting) -> None:
        with transaction.atomic():
            dossier = entity_dossier(state=State.OPINION_GIVEN)
        planned = meeting(0).pk

        def close() -> CommitteeMeeting:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '200ms'")
            return services.close(planned, secretary, "Mme Petit")

        with transaction.atomic():
            services.schedule(planned, secretary, [dossier.pk])
            (answer,) = together(close)
        assert isinstance(answer, OperationalError)
        assert meeting(0).state == "planned"

    def test_the_same_dossier_put_on_two_agendas(self, committee: Acting, secretary: Acting) -> None:
        with transaction.atomic():
            dossier = entity_dossier(state=State.OPINION_GIVEN)
        meetings = [meeting(1).pk, meeting(2).pk]
        answers = together(*(partial(services.schedule, pk, secretary, [dossier.pk]) for pk in meetings))
        assert sorted(type(answer).__name__ for answer in answers) == ["NotAllowed", "int"]


class TestClosing:
    def test_only_once_everything_is_decided_or_taken_off(self, committee: Acting, secretary: Acting) -> None:
        one, two = on_the_agenda(2)
        services.sit(meeting(0).pk, committee, [granted(one)])
        with pytest.raises(DomainError, match="restent à décider"):
            services.close(meeting(0).pk, secretary, "Mme Petit")
        services.unschedule(meeting(0).pk, secretary, two.pk)
        closed = services.close(meeting(0).pk, secretary, "Mme Petit\n\nM. Grand")
        assert (closed.state, closed.version) == ("closed", 2)
        assert services.close(meeting(0).pk, secretary, "Personne").attendance == closed.attendance

    @pytest.mark.parametrize(("days", "present", "code"), [(0, " ", "attendance_missing"), (1, "X", "too_early")])
    def test_what_closing_needs(self, days: int, present: str, code: str, secretary: Acting) -> None:
        with pytest.raises(DomainError) as error:
            services.close(meeting(days).pk, secretary, present)
        assert error.value.code == code


class TestMinutes:
    @pytest.fixture
    def held(self, committee: Acting) -> CommitteeMeeting:
        one, two, three = on_the_agenda(3)
        Dossier.objects.filter(pk=one.pk).update(opinion_reason="Dossier complet.\nMoyens suffisants.")
        services.sit(meeting(0).pk, committee, [granted(one), refused(two), adjourned(three)])
        return services.close(meeting(0).pk, committee, "Mme Petit\nM. Grand 日本")

    def test_they_tell_who_was_there_and_what_was_decided(self, held: CommitteeMeeting, committee: Acting) -> None:
        told = text_of(minutes.render(held, results(held)))
        for words in (
            "Procès-verbal de la commission nationale",
            "10/03/2026",
            "Mme Petit",
            "M. Grand □□",
            "Avis : Favorable. Dossier complet.",
            "Acceptée",
            "Refusée",
            "Ajournée",
            REASON,
            Accreditation.objects.get().number,
            committee.display_name,
        ):
            assert words in told

    def test_an_archivable_document_the_same_each_time(self, held: CommitteeMeeting) -> None:
        made = minutes.render(held, results(held))
        assert made == minutes.render(held, results(held))
        with pikepdf.open(io.BytesIO(made)) as pdf, pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfuaid:part"]) == ("3", "1")

    def test_they_stay_whatever_becomes_of_the_dossiers(
        self, held: CommitteeMeeting, committee: Acting, secretary: Acting
    ) -> None:
        made = minutes.render(held, results(held))
        (again,) = Dossier.objects.filter(state=State.ADJOURNED)
        services.schedule(meeting(5).pk, secretary, [again.pk])
        with time_machine.travel("2026-03-15T10:00:00Z", tick=False):
            again.refresh_from_db()
            services.sit(meeting(0).pk, committee, [refused(again, "Toujours rien.")])
            later = meeting(0)
        assert minutes.render(held, results(held)) == made
        assert [each.reason for each in results(later)] == ["Toujours rien."]

    def test_they_stay_when_what_was_adjourned_is_changed_then_withdrawn(self, held: CommitteeMeeting) -> None:
        made = minutes.render(held, results(held))
        (again,) = Dossier.objects.filter(state=State.ADJOURNED)
        manager = acting_manager(again.organisation)
        with acting_on(again.pk, manager, Action.EDIT) as dossier:
            dossier.organisation_name = "Un autre nom"
        assert minutes.render(held, results(held)) == made
        with acting_on(again.pk, manager, Action.WITHDRAW):
            pass
        assert minutes.render(held, results(held)) == made

    def test_a_meeting_without_any_dossier(self, committee: Acting) -> None:
        closed = services.close(meeting(0).pk, committee, "Mme Petit")
        assert "Aucune demande" in text_of(minutes.render(closed, results(closed)))

    def test_text_is_never_markup(self, committee: Acting) -> None:
        person = AccountFactory().person
        dossier = first_request(person, State.AWAITING_DECISION, name='#panic("x") *gras* <a> $x')
        dossier.meeting = meeting(0)
        dossier.save()
        services.sit(meeting(0).pk, committee, [refused(dossier, '#read("/etc/passwd")')])
        told = text_of(minutes.render(meeting(0), results(meeting(0))))
        assert '#panic("x") *gras* <a> $x' in told
        assert '#read("/etc/passwd")' in told
