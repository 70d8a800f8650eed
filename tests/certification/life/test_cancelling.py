"""Certificates cancelled, one by one or all of a session: at once, for good, and everywhere."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forprev.accounts.absence import reasons_of
from forprev.accounts.acting import Acting, roles_of
from forprev.accounts.models import Role
from forprev.certification.life.selectors import consequences, history_of, visible_to
from forprev.certification.life.services import REASON_MIN, cancel, cancel_session
from forprev.certification.models import Certificate, CertificateEnd, Course, TrainingSession
from forprev.certification.rules.trainees import sessions_run
from forprev.certification.rules.trainers import verify_trainer
from forprev.certification.selectors.certificates import downloadable_by
from forprev.certification.selectors.history import history_of as history_of_session
from forprev.certification.services.issuing import generate_certificates
from forprev.certification.services.reminders import remind_of_limits
from forprev.core.errors import DomainError
from forprev.core.workflow import NotAllowed
from forprev.network.figures.models import Grouping
from forprev.network.figures.selectors import figures
from forprev.network.messages.selectors import Audience, people
from forprev.notices.models import Notice, OutgoingMail
from forprev.people.merging import merge
from forprev.people.models import Person
from tests.certification.common import TODAY, found, nothing_changes, refused
from tests.concurrency import together
from tests.factories.accounts import AccountFactory
from tests.factories.catalogue import qualification
from tests.factories.certification import (
    acting_trainer,
    answered_session,
    draft_session,
    entity_of,
    issued_session,
    sent_session,
    taken_over,
    trainee_entry,
    trainer,
    trainer_of,
    trainer_to_be,
)
from tests.factories.organisations import acting_manager, acting_national, acting_officer, fund
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

REASON = "Stagiaire absent le second jour, attesté par l’employeur"


def national() -> Acting:
    return acting_national(Role.NATIONAL_ADMINISTRATOR)


def one(**options: object) -> Certificate:
    return issued_session(trainees=1, **options).certificates.get()  # type: ignore[arg-type]


def refused_cancelling(certificate: Certificate, acting: Acting, reason: str = REASON) -> DomainError:
    with nothing_changes(), pytest.raises(DomainError) as refusal:
        cancel(certificate.pk, acting, reason)
    return refusal.value


class TestWho:
    def test_the_fund_of_the_session_and_the_national_administration(self) -> None:
        for acting in (acting_officer(), national()):
            certificate = one()
            end = cancel(certificate.pk, acting, REASON)
            assert (end.certificate, end.kind, end.reason, end.by) == (certificate, "cancelled", REASON, acting.person)

    def test_nobody_else(self) -> None:
        session = issued_session(trainees=1)
        certificate = session.certificates.get()
        for acting in (
            entity_of(session),
            trainer_of(session),
            acting_officer(fund("bretagne")),
            acting_national(Role.COMMITTEE),
            acting_national(Role.SUPPORT_AGENT),
        ):
            with nothing_changes():
                with pytest.raises(Certificate.DoesNotExist):
                    cancel(certificate.pk, acting, REASON)
                with pytest.raises((TrainingSession.DoesNotExist, NotAllowed)):
                    cancel_session(session.pk, acting, REASON)

    def test_a_fund_follows_those_of_its_region_the_hotline_all(self) -> None:
        certificate, other = one(), taken_over(trainer(), "SST-3")
        assert list(visible_to(acting_officer())) == [certificate]
        assert not visible_to(acting_officer(fund("bretagne"))).exists()
        for role in (Role.NATIONAL_ADMINISTRATOR, Role.SUPPORT_AGENT):
            assert {certificate, other} <= set(visible_to(acting_national(role)))
        assert not visible_to(acting_manager()).exists()


class TestReason:
    @pytest.mark.parametrize("reason", ["", " \n ", "x" * (REASON_MIN - 1), "  erreur  ", "x" * 2001])
    def test_one_that_says_something_is_compulsory(self, reason: str) -> None:
        certificate, acting = one(), national()
        assert refused_cancelling(certificate, acting, reason).field == "reason"
        assert certificate.session is not None
        with nothing_changes(), pytest.raises(DomainError) as refusal:
            cancel_session(certificate.session.pk, acting, reason)
        assert refusal.value.field == "reason"

    def test_the_history_says_who_why_and_in_which_role(self) -> None:
        certificate, officer = one(), acting_officer()
        cancel(certificate.pk, officer, REASON)
        last, first = history_of(Certificate.objects.get(pk=certificate.pk))
        assert (last.action, last.actor, last.role, last.comment, last.after) == (
            "Annulation",
            officer.display_name,
            officer.role_label,
            REASON,
            "Annulé",
        )
        assert first.action == "Délivrance"


class TestOnce:
    def test_a_second_officer_is_told_who_did_it(self) -> None:
        certificate, officer = one(), acting_officer()
        cancel(certificate.pk, officer, REASON)
        error = refused_cancelling(certificate, national())
        assert error.message == f"Ce certificat a déjà été annulé le 16/03/2026 par {officer.display_name}."

    def test_a_second_click_is_answered_as_the_first(self) -> None:
        certificate, officer = one(), acting_officer()
        end = cancel(certificate.pk, officer, REASON)
        with nothing_changes():
            assert cancel(certificate.pk, officer, REASON) == end


class TestItCountsNoMore:
    def test_the_role_of_a_trainer_ends_at_once_and_its_account_says_why(self) -> None:
        certificate = issued_session(code="SST-2", entries=[trainer_to_be()]).certificates.get()
        person = certificate.person
        assert [acting.role for acting in roles_of(person)] == [Role.TRAINER]
        cancel(certificate.pk, national(), REASON)
        assert roles_of(person) == []
        (reason,) = reasons_of(person)
        assert (reason.code, reason.closes) == ("formateur-annule", False)

    def test_another_valid_certificate_keeps_the_role(self) -> None:
        person = trainer("SST-2")
        other = taken_over(person, "SST-3")
        cancel(other.pk, national(), REASON)
        assert [acting.role for acting in roles_of(person)] == [Role.TRAINER]

    def test_a34_b28_it_passes_no_verification_and_its_sessions_stop(self) -> None:
        run_by = trainer("SST-2")
        draft, answered = draft_session(trainers=[run_by]), answered_session(trainers=[run_by])
        (certificate,) = run_by.certificates.all()
        told = consequences(certificate)
        assert (told.ends_role, told.sessions) == (True, 2)
        cancel(certificate.pk, national(), REASON)
        answers = verify_trainer(run_by, qualification("SST-1"), TODAY).answers
        assert [answer.holds for answer in answers] == [True, False, False, None]
        assert [finding.blocking for finding in found(draft, "A34")] == [True]
        assert [f.rule for f in refused(generate_certificates, answered.pk, entity_of(answered))] == ["B28"]

    def test_b25_a_refresher_finds_no_earlier_certificate(self) -> None:
        person = PersonFactory()
        held = taken_over(person, "SST-1")
        draft = draft_session(entries=[trainee_entry(person=person)], course=Course.REFRESHER)
        assert found(draft, "B25") == []
        cancel(held.pk, national(), REASON)
        (finding,) = found(draft, "B25")
        assert finding.declaration == "earlier_declared"

    def test_a40_a41_nobody_downloads_it_any_more(self) -> None:
        session = issued_session(code="SST-2", entries=[trainer_to_be(), trainer_to_be()])
        gone, stays = session.certificates.order_by("pk")
        cancel(gone.pk, national(), REASON)
        assert list(downloadable_by(entity_of(session), TODAY)) == [stays]
        assert not downloadable_by(acting_trainer(gone.person), TODAY).exists()

    def test_b43_the_figures_leave_its_trainee_out(self) -> None:
        session = issued_session(trainees=3, failures=1)
        cancel(session.certificates.all()[0].pk, national(), REASON)
        (row,) = figures(entity_of(session), Grouping.QUALIFICATION, TODAY, TODAY)
        assert (row.sessions, row.trainees, row.successes, row.failures) == (1, 2, 1, 1)

    def test_targeted_messages_no_longer_reach_the_trainer(self) -> None:
        person = AccountFactory(person=trainer()).person
        audience = Audience(roles=(Role.TRAINER,))
        assert people(audience, TODAY).contains(person)
        cancel(person.certificates.get().pk, national(), REASON)
        assert not people(audience, TODAY).contains(person)

    def test_b45_nobody_is_reminded_of_what_cannot_be_fetched(self) -> None:
        session = issued_session(trainees=1)
        TrainingSession.objects.filter(pk=session.pk).update(download_until=TODAY + timedelta(days=1))
        assert remind_of_limits() == 1
        cancel(session.certificates.get().pk, national(), REASON)
        assert remind_of_limits() == 0


class TestTold:
    def test_the_holder_and_every_manager_of_the_entity(self) -> None:
        session = issued_session(code="SST-2", entries=[trainer_to_be()])
        certificate = session.certificates.get()
        managers = [AccountFactory(person=session.created_by).person]
        managers.append(AccountFactory(person=acting_manager(session.organisation).person).person)
        AccountFactory(person=acting_manager().person)
        Notice.objects.all().delete()
        cancel(certificate.pk, acting_officer(), REASON)
        told = {notice.person: notice for notice in Notice.objects.select_related("person")}
        assert set(told) == {certificate.person, *managers}
        assert told[certificate.person].url == "/certificats"
        assert told[managers[0]].url == f"/sessions/{session.pk}"
        for notice in told.values():
            assert certificate.number in notice.subject
            assert REASON in notice.text
        assert OutgoingMail.objects.filter(subject__contains=certificate.number).count() == 3

    def test_a_holder_of_level_acteur_without_an_account_is_told_by_nobody(self) -> None:
        certificate = one()
        cancel(certificate.pk, acting_officer(), REASON)
        assert not Notice.objects.filter(person=certificate.person).exists()


class TestSession:
    def test_all_at_once_and_the_session_says_so(self) -> None:
        session, officer = issued_session(trainees=4, failures=1), acting_officer()
        already = session.certificates.all()[0]
        cancel(already.pk, officer, REASON)
        assert cancel_session(session.pk, officer, "Session qui n’a pas eu lieu") == 2
        assert not session.certificates.standing().exists()
        assert Certificate.objects.get(pk=already.pk).end.reason == REASON
        session.refresh_from_db()
        assert (session.state, session.last_actor) == ("issued", officer.person)
        assert session.certificates_cancelled_at is not None
        last = history_of_session(session)[0]
        assert (last.action, last.actor, last.comment) == (
            "Annuler tous les certificats de la session",
            officer.display_name,
            "Session qui n’a pas eu lieu",
        )
        assert not downloadable_by(entity_of(session), TODAY).exists()

    def test_b43_b32_it_counts_for_nobody(self) -> None:
        ended_on = TODAY.replace(year=TODAY.year - 1)
        run_by = trainer("SST-2", issued_on=ended_on)
        session = issued_session(trainers=[run_by], trainees=2, failures=1)
        TrainingSession.objects.filter(pk=session.pk).update(end_date=ended_on)
        counted = partial(sessions_run, [run_by.pk], qualification("SST-3"), TODAY.year)
        assert counted() == {run_by.pk: (1, 1)}
        cancel_session(session.pk, acting_officer(), REASON)
        assert counted() == {}
        assert figures(entity_of(session), Grouping.QUALIFICATION, ended_on, TODAY) == []

    def test_again_is_told(self) -> None:
        session, other = issued_session(trainees=1), national()
        cancel_session(session.pk, acting_officer(), REASON)
        with nothing_changes(), pytest.raises(DomainError, match="déjà tous été annulés"):
            cancel_session(session.pk, other, REASON)

    def test_only_once_its_certificates_are_generated(self) -> None:
        officer = acting_officer()
        for session in (sent_session(), answered_session()):
            with nothing_changes(), pytest.raises(NotAllowed):
                cancel_session(session.pk, officer, REASON)

    def test_as_many_queries_for_forty_as_for_two(self) -> None:
        counts = []
        for trainees in (2, 40):
            session, officer = issued_session(code="SST-2", trainees=trainees), acting_officer()
            AccountFactory(person=session.created_by)
            with CaptureQueriesContext(connection) as queries:
                cancel_session(session.pk, officer, REASON)
            counts.append(len(queries))
            assert Notice.objects.filter(subject__contains=f"session n°{session.pk} est annulé").count() == trainees
        assert counts[0] == counts[1]


def test_b44_an_end_follows_whoever_wrote_it_and_its_certificate_whoever_holds_it() -> None:
    certificate, officer = one(), acting_officer()
    holder = PersonFactory()
    end = cancel(certificate.pk, officer, REASON)
    for duplicate, kept in ((certificate.person, holder), (officer.person, PersonFactory())):
        merge(duplicate.pk, kept.pk, national(), "Deux fois la même personne")
    end.refresh_from_db()
    assert end.certificate.person == holder
    assert end.by == Person.objects.get(pk=end.by_id)
    assert end.by != officer.person


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_two_officers_cancel_the_same(self) -> None:
        certificate = one()
        officers = [acting_officer() for _ in range(4)]
        answers = together(*(partial(cancel, certificate.pk, officer, REASON) for officer in officers))
        assert sorted(type(answer).__name__ for answer in answers) == ["CertificateEnd", *["DomainError"] * 3]
        assert CertificateEnd.objects.count() == 1
        assert Notice.objects.filter(subject__contains=certificate.number).count() == 0  # nobody has an account here

    def test_one_and_all(self) -> None:
        session = issued_session(trainees=3)
        ids = list(session.certificates.values_list("pk", flat=True))
        officer, other = acting_officer(), national()
        together(
            *(partial(cancel, pk, other, REASON) for pk in ids[:2]),
            partial(cancel_session, session.pk, officer, REASON),
        )
        assert CertificateEnd.objects.filter(certificate__in=ids).count() == 3
        session.refresh_from_db()
        assert session.certificates_cancelled_at is not None
