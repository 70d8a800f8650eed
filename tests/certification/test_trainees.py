"""Who is trained: rule A35."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forprev.accounts.models import Account
from forprev.certification.models import Trainee
from forprev.certification.rules.findings import Refused
from forprev.certification.services.entry import (
    LikelyDuplicates,
    add_trainee,
    change_trainee,
    remove_trainee,
    save_details,
    set_trainers,
)
from forprev.certification.services.exchange import send_to_trainer
from forprev.certification.services.issuing import generate_certificates
from forprev.core.errors import DomainError
from forprev.core.workflow import NotAllowed
from forprev.people.models import Person
from forprev.people.services import create_person
from tests.certification.common import TODAY, found, nothing_changes, refused
from tests.factories.accounts import AccountFactory
from tests.factories.accreditation import accredit
from tests.factories.certification import (
    all_declared,
    answer,
    details,
    draft_session,
    entity_of,
    send,
    taken_over,
    trainee_entry,
    trainer,
    trainer_to_be,
)
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

YESTERDAY = TODAY - timedelta(days=1)


class TestTrainees:
    def test_a35_three_fields_at_level_acteur(self) -> None:
        session = draft_session(trainees=0)
        trainee = add_trainee(session.pk, entity_of(session), trainee_entry(email="a@exemple.test"), uuid4())
        assert (trainee.email, trainee.person) == ("", None)

    def test_a35_somebody_unknown_needs_an_e_mail_at_level_formateur(self) -> None:
        session = draft_session(code="SST-2", trainees=0)
        with nothing_changes(), pytest.raises(DomainError) as refusal:
            add_trainee(session.pk, entity_of(session), trainee_entry(), uuid4())
        assert (refusal.value.code, refusal.value.field) == ("A35", "email")
        assert add_trainee(session.pk, entity_of(session), trainer_to_be(email="a@exemple.test"), uuid4()).email

    def test_a35_the_e_mail_of_an_account_is_somebody_s(self) -> None:
        session = draft_session(code="SST-2", trainees=0)
        AccountFactory(email="prise@exemple.test")
        with nothing_changes(), pytest.raises(DomainError) as refusal:
            add_trainee(session.pk, entity_of(session), trainer_to_be(email="Prise@Exemple.test"), uuid4())
        assert refusal.value.field == "email"

    def test_a35_somebody_known_who_has_an_account_needs_no_e_mail(self) -> None:
        account = AccountFactory()
        session = draft_session(code="SST-2", trainees=0)
        trainee = add_trainee(
            session.pk, entity_of(session), trainee_entry(person=account.person, email="x@exemple.test"), uuid4()
        )
        assert (trainee.person, trainee.email, trainee.last_name) == (account.person, "", account.person.last_name)

    def test_a35_somebody_known_without_an_account_needs_an_e_mail(self) -> None:
        """Like the holder of an SST-1 who becomes a trainer: it will have to sign in."""
        acteur = PersonFactory()
        taken_over(acteur, "SST-1")
        session = draft_session(code="SST-2", trainees=0)
        with nothing_changes(), pytest.raises(DomainError) as refusal:
            add_trainee(session.pk, entity_of(session), trainee_entry(person=acteur), uuid4())
        assert refusal.value.field == "email"
        add_trainee(session.pk, entity_of(session), trainee_entry(person=acteur, email="a@exemple.test"), uuid4())
        session.refresh_from_db()
        session = answer(send(session))
        generate_certificates(session.pk, entity_of(session))
        assert Account.objects.get(email="a@exemple.test").person == acteur

    def test_a35_the_account_is_created_on_success_only(self) -> None:
        session = draft_session(code="SST-2", trainees=0, entries=[])
        acting = entity_of(session)
        for address in ("echec@exemple.test", "reussite@exemple.test"):
            add_trainee(session.pk, acting, trainer_to_be(email=address), uuid4())
        session.refresh_from_db()
        session = answer(send(session), failures=1)
        assert not Account.objects.exists()
        people = Person.objects.count()
        generate_certificates(session.pk, acting)
        assert [a.email for a in Account.objects.all()] == ["reussite@exemple.test"]
        assert Person.objects.count() == people + 1

    def test_a35_likely_duplicates_are_proposed_and_somebody_decides(self) -> None:
        known = create_person(last_name="Lévêque", first_name="Jean", birth_date=date(1980, 4, 7))
        session = draft_session(trainees=0)
        acting = entity_of(session)
        typed = trainee_entry(last_name="Leveqe", first_name="Jean", birth_date=known.birth_date)
        with nothing_changes(), pytest.raises(LikelyDuplicates) as question:
            add_trainee(session.pk, acting, typed, uuid4())
        assert [match.person for match in question.value.matches] == [known]
        other = add_trainee(session.pk, acting, trainee_entry(**{**vars(typed), "somebody_else": True}), uuid4())
        assert (other.person, other.last_name, other.somebody_else) == (None, "Leveqe", True)
        same = change_trainee(session.pk, other.pk, acting, trainee_entry(**{**vars(typed), "person": known}))
        assert (same.person, same.last_name, same.somebody_else) == (known, "Lévêque", False)

    def test_a35_at_level_formateur_even_the_exact_identity_is_proposed(self) -> None:
        known = PersonFactory()
        identity = {"last_name": known.last_name, "first_name": known.first_name, "birth_date": known.birth_date}
        session = draft_session(code="SST-2", trainees=0)
        with pytest.raises(LikelyDuplicates):
            add_trainee(session.pk, entity_of(session), trainer_to_be(**identity), uuid4())
        acteur_session = draft_session(trainees=0)
        assert add_trainee(acteur_session.pk, entity_of(acteur_session), trainee_entry(**identity), uuid4())

    def test_a35_an_e_mail_serves_one_trainee(self) -> None:
        session = draft_session(code="SST-2", trainees=0)
        acting = entity_of(session)
        add_trainee(session.pk, acting, trainer_to_be(email="a@exemple.test"), uuid4())
        findings = refused(add_trainee, session.pk, acting, trainer_to_be(email="A@exemple.test"), uuid4())
        assert [f.field for f in findings] == ["email"]

    def test_a35_no_trainee_no_sending(self) -> None:
        session = draft_session(trainees=0)
        assert "A35" in {f.rule for f in refused(send_to_trainer, session.pk, entity_of(session), session.version)}

    def test_a35_without_an_e_mail_a_future_trainer_is_not_sent(self) -> None:
        """Entered when the session was of level acteur, which asks for none."""
        session = draft_session(trainees=1)
        accredit(session.organisation, "SST", 2)
        acting = entity_of(session)
        session = save_details(session.pk, acting, session.version, details("SST-2"), complete=True)
        session = set_trainers(session.pk, acting, session.version, [trainer("SST-3")])
        with nothing_changes(), pytest.raises(Refused) as refusal:
            send_to_trainer(session.pk, acting, session.version, all_declared(session))
        assert [f.rule for f in refusal.value.findings] == ["A35"]

    def test_a35_homonyms_of_level_formateur_are_one_once_the_level_is_acteur(self) -> None:
        session = draft_session(code="SST-2", trainees=0)
        acting = entity_of(session)
        first = trainer_to_be()
        homonym = trainer_to_be(**{**vars(first), "email": "b@exemple.test", "somebody_else": True})
        for typed in (first, homonym):
            add_trainee(session.pk, acting, typed, uuid4())
        session.refresh_from_db()
        accredit(session.organisation, "SST", 1)
        session = save_details(session.pk, acting, session.version, details("SST-1"), complete=True)
        session = set_trainers(session.pk, acting, session.version, [trainer("SST-2")])
        assert "figure deux fois" in refused(send_to_trainer, session.pk, acting, session.version)[0].message

    def test_a35_homonyms_of_level_formateur_become_two_people(self) -> None:
        session = draft_session(code="SST-2", trainees=0)
        acting = entity_of(session)
        first = trainer_to_be()
        homonym = trainer_to_be(**{**vars(first), "email": "b@exemple.test", "somebody_else": True})
        for typed in (first, homonym):
            add_trainee(session.pk, acting, typed, uuid4())
        session.refresh_from_db()
        session = answer(send(session))
        generate_certificates(session.pk, acting)
        assert len({t.person_id for t in session.trainees.all()}) == 2

    def test_a35_another_identity_takes_the_result_and_the_declarations_back(self) -> None:
        session = draft_session(code="SST-2", trainees=2)
        acting = entity_of(session)
        trainee, other = session.trainees.all()
        Trainee.objects.filter(pk__in=(trainee.pk, other.pk)).update(result="success", bases_declared=True)
        change_trainee(session.pk, trainee.pk, acting, trainer_to_be())
        same = trainer_to_be(last_name=other.last_name, first_name=other.first_name, birth_date=other.birth_date)
        change_trainee(session.pk, other.pk, acting, same)
        trainee.refresh_from_db()
        other.refresh_from_db()
        assert (trainee.result, trainee.bases_declared) == ("", False)
        assert (other.result, other.bases_declared) == ("success", True)

    def test_a35_a_trainee_is_taken_off(self) -> None:
        session = draft_session(trainees=2)
        trainee = session.trainees.first()
        assert trainee is not None
        for _ in range(2):
            remove_trainee(session.pk, trainee.pk, entity_of(session))
        assert session.trainees.count() == 1

    def test_a35_the_same_form_twice_is_one_trainee(self) -> None:
        session, key, typed = draft_session(trainees=0), uuid4(), trainee_entry()
        first = add_trainee(session.pk, entity_of(session), typed, key)
        assert add_trainee(session.pk, entity_of(session), typed, key) == first
        assert session.trainees.count() == 1

    @pytest.mark.parametrize("service", ["add", "change", "remove", "details", "trainers"])
    def test_a37_nothing_is_entered_while_the_trainer_has_the_session(self, service: str) -> None:
        session = send(draft_session(trainees=2))
        acting, trainee, other = entity_of(session), session.trainees.first(), trainer()
        assert trainee is not None
        actions = {
            "add": lambda: add_trainee(session.pk, acting, trainee_entry(), uuid4()),
            "change": lambda: change_trainee(session.pk, trainee.pk, acting, trainee_entry()),
            "remove": lambda: remove_trainee(session.pk, trainee.pk, acting),
            "details": lambda: save_details(session.pk, acting, session.version, details(), complete=True),
            "trainers": lambda: set_trainers(session.pk, acting, session.version, [other]),
        }
        with nothing_changes(), pytest.raises(NotAllowed):
            actions[service]()

    def test_the_checks_cost_the_same_whatever_the_group(self) -> None:
        counts = []
        for size in (2, 9):
            session = draft_session(code="SST-3", trainees=0)
            for _ in range(size):
                known = AccountFactory().person
                taken_over(known, "SST-2")
                add_trainee(session.pk, entity_of(session), trainee_entry(person=known), uuid4())
            with CaptureQueriesContext(connection) as queries:
                found(session, "B32")
            counts.append(len(queries))
        assert counts[0] == counts[1]
