"""Entering a session: rules A30 to A35."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forprev.accounts.models import Account, Role
from forprev.certification.models import Course, PlaceKind, Trainee
from forprev.certification.rules.findings import Refused
from forprev.certification.rules.trainers import verify_trainer
from forprev.certification.selectors.people import trainer_meant
from forprev.certification.services.entry import (
    Details,
    LikelyDuplicates,
    add_trainee,
    change_trainee,
    create_session,
    remove_trainee,
    save_details,
    set_trainers,
)
from forprev.certification.services.exchange import send_results, send_to_trainer
from forprev.certification.services.issuing import generate_certificates
from forprev.core.errors import Conflict, DomainError
from forprev.core.workflow import NotAllowed
from forprev.people.models import Person
from forprev.people.services import create_person
from tests.certification.common import TODAY, found, nothing_changes, refused
from tests.factories.accounts import AccountFactory
from tests.factories.accreditation import accredit, acting_delegate
from tests.factories.catalogue import level, qualification
from tests.factories.certification import (
    acting_trainer,
    all_declared,
    answer,
    details,
    draft_session,
    empty_draft,
    entity_of,
    results,
    send,
    taken_over,
    trainee_entry,
    trainer,
    trainer_to_be,
)
from tests.factories.organisations import (
    OrganisationFactory,
    TrainingSiteFactory,
    acting_manager,
    acting_national,
    acting_officer,
)
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

YESTERDAY = TODAY - timedelta(days=1)


class TestAccreditation:
    def test_a30_managers_and_delegates_create_sessions(self) -> None:
        organisation = OrganisationFactory()
        for acting in (acting_manager(organisation), acting_delegate(accredit(organisation))):
            session = create_session(acting, uuid4())
            assert (session.organisation, session.state, session.created_by) == (organisation, "draft", acting.person)

    def test_a30_nobody_else_creates_one(self) -> None:
        national = [Role.NATIONAL_ADMINISTRATOR, Role.COMMITTEE, Role.SUPPORT_AGENT]
        for acting in (acting_officer(), acting_trainer(), *map(acting_national, national)):
            with nothing_changes(), pytest.raises(NotAllowed):
                create_session(acting, uuid4())

    def test_a30_the_same_form_twice_is_one_session(self) -> None:
        acting, key = acting_manager(), uuid4()
        assert create_session(acting, key) == create_session(acting, key)

    def test_a30_the_level_is_one_of_the_entity_s(self) -> None:
        session = empty_draft()
        acting = entity_of(session)
        accredit(session.organisation, "SST", 2)
        accredit(OrganisationFactory(), "SST", 1)
        findings = refused(save_details, session.pk, acting, 1, details("SST-1"), complete=False)
        assert [(f.rule, f.field) for f in findings] == [("A30", "level")]

    def test_a30_the_level_is_one_attached_to_the_delegate(self) -> None:
        organisation = OrganisationFactory()
        accredit(organisation, "SST", 1)
        acting = acting_delegate(accredit(organisation, "SST", 2))
        session = empty_draft(acting)
        findings = refused(save_details, session.pk, acting, 1, details("SST-1"), complete=False)
        assert [(f.rule, f.field) for f in findings] == [("A30", "level")]
        session = save_details(session.pk, acting, 1, details("SST-2"), complete=True)
        assert session.qualification == qualification("SST-2")

    def test_a30_the_certificate_is_one_of_the_level(self) -> None:
        session = empty_draft()
        accredit(session.organisation)
        wrong = details("SST-1", qualification=qualification("SST-2"))
        findings = refused(save_details, session.pk, entity_of(session), 1, wrong, complete=False)
        assert [(f.rule, f.field) for f in findings] == [("A30", "qualification")]

    def test_a30_a_certificate_out_of_use_is_not_conferred(self) -> None:
        session = draft_session()
        held = qualification("SST-1")
        held.is_active = False
        held.save()
        assert [f.field for f in found(session, "A30")] == ["qualification"]

    def test_a30_of_two_accreditations_the_one_in_force_on_the_end_date_serves(self) -> None:
        session = empty_draft()
        acting = entity_of(session)
        old = accredit(session.organisation, ends_on=YESTERDAY)
        new = accredit(session.organisation, starts_on=TODAY)
        for end_date, expected in ((YESTERDAY, old), (TODAY, new)):
            session = save_details(session.pk, acting, session.version, details(end_date=end_date), complete=True)
            assert session.accreditation == expected


class TestDetails:
    def test_a31_everything_missing_is_told_beside_its_field(self) -> None:
        session = empty_draft()
        findings = refused(save_details, session.pk, entity_of(session), 1, Details(), complete=True)
        assert {f.field: f.message for f in findings} == {
            "level": "Le dispositif et le niveau doivent être renseignés.",
            "qualification": "Le certificat doit être renseigné.",
            "course": "L’identification doit être renseignée.",
            "end_date": "La date de fin de session doit être renseignée.",
            "place_kind": "Le lieu de formation doit être renseigné.",
        }
        assert {f.rule for f in findings} == {"A31"}

    @pytest.mark.parametrize(
        ("changes", "fields"),
        [
            ({"place_kind": PlaceKind.FRANCE, "postal_code": "", "city": ""}, {"postal_code", "city"}),
            ({"place_kind": PlaceKind.FRANCE, "city": "  "}, {"city"}),
            ({"place_kind": PlaceKind.ABROAD, "city": "", "country": ""}, {"country", "city"}),
            ({"place_kind": PlaceKind.SITE}, {"site"}),
            ({"course": ""}, {"course"}),
            ({"qualification": None}, {"qualification"}),
            ({"end_date": None}, {"end_date"}),
        ],
    )
    def test_a31_each_compulsory_field(self, changes: dict[str, object], fields: set[str]) -> None:
        session = empty_draft()
        accredit(session.organisation)
        findings = refused(save_details, session.pk, entity_of(session), 1, details(**changes), complete=True)
        assert {f.field for f in findings} == fields

    def test_a31_a_draft_may_be_left_unfinished(self) -> None:
        session = empty_draft()
        session = save_details(session.pk, entity_of(session), 1, Details(city=" VALENCE "), complete=False)
        session = save_details(
            session.pk, entity_of(session), session.version, Details(course=Course.REFRESHER), complete=False
        )
        assert (session.course, session.qualification, session.state) == ("refresher", None, "draft")

    def test_a31_what_is_incomplete_is_not_sent(self) -> None:
        session = empty_draft()
        findings = refused(send_to_trainer, session.pk, entity_of(session), 1)
        assert {"level", "qualification", "course", "end_date", "place_kind"} <= {f.field for f in findings}

    def test_a31_the_database_takes_no_incomplete_session_but_a_draft(self) -> None:
        session = draft_session()
        session.course = ""
        session.state = "trainer"
        with pytest.raises(Exception, match="session_complete_once_sent"):
            session.save()

    def test_a31_the_place_abroad_has_no_postal_code(self) -> None:
        session = draft_session(place_kind=PlaceKind.ABROAD, city="Genève", country="Suisse")
        assert (session.postal_code, session.place_label) == ("", "Genève (Suisse)")

    def test_a31_a_stale_form_does_not_overwrite_a_colleague_s(self) -> None:
        session = draft_session()
        colleague = acting_manager(session.organisation)
        save_details(session.pk, colleague, session.version, details(city="LYON"), complete=True)
        with nothing_changes(), pytest.raises(Conflict):
            save_details(session.pk, entity_of(session), session.version, details(city="PARIS"), complete=True)

    def test_a32_a_scheme_with_sites_takes_no_other_place(self) -> None:
        session = draft_session(code="Catec-1-S")
        elsewhere = details("Catec-1-S")
        findings = refused(save_details, session.pk, entity_of(session), session.version, elsewhere, complete=True)
        assert [(f.rule, f.field) for f in findings] == [("A32", "place_kind")]

    @pytest.mark.parametrize("fault", ["of another entity", "for another scheme", "out of use"])
    def test_a32_the_site_is_one_that_the_entity_declared_for_the_scheme(self, fault: str) -> None:
        session = draft_session(code="Catec-1-S")
        own = {"organisation": session.organisation, "scheme": level("Catec", 1).scheme, "is_active": True}
        wrong = {
            "of another entity": {"organisation": OrganisationFactory()},
            "for another scheme": {"scheme": level("SST", 1).scheme},
            "out of use": {"is_active": False},
        }
        site = TrainingSiteFactory(**{**own, **wrong[fault]})
        typed = details("Catec-1-S", place_kind=PlaceKind.SITE, site=site)
        findings = refused(save_details, session.pk, entity_of(session), session.version, typed, complete=True)
        assert [(f.rule, f.field) for f in findings] == [("A32", "site")]

    def test_a32_a_site_closed_meanwhile_stops_the_sending(self) -> None:
        session = draft_session(code="Catec-1-S")
        assert session.site is not None
        session.site.is_active = False
        session.site.save()
        assert "A32" in {f.rule for f in refused(send_to_trainer, session.pk, entity_of(session), session.version)}


def verification(person: Person | None, code: str = "SST-1", end_date: date = TODAY) -> list[bool | None]:
    return [answer.holds for answer in verify_trainer(person, qualification(code), end_date).answers]


class TestTrainer:
    def test_a34_nobody(self) -> None:
        assert verification(None) == [False, None, None, None]

    def test_a34_somebody_without_the_role(self) -> None:
        person = PersonFactory()
        assert verification(person) == [True, False, False, None]
        taken_over(person, "SST-1")
        assert verification(person) == [True, False, False, None]

    def test_a34_a_trainer_of_something_else(self) -> None:
        assert verification(trainer("PRAPIBC-2")) == [True, True, False, None]

    def test_a34_a_trainer_of_this(self) -> None:
        assert verification(trainer("SST-2")) == [True, True, True, True]

    def test_a34_a_qualification_that_has_ended(self) -> None:
        assert verification(trainer("SST-2", expires_on=YESTERDAY)) == [True, False, True, False]

    @pytest.mark.parametrize(
        ("end_date", "valid"),
        [(date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2026, 6, 30), True), (date(2026, 7, 1), False)],
    )
    def test_b28_both_bounds_of_the_qualification_count(self, end_date: date, valid: bool) -> None:
        person = trainer("SST-2", issued_on=date(2026, 1, 1), expires_on=date(2026, 6, 30))
        assert verification(person, end_date=end_date) == [True, True, True, valid]

    def test_b28_any_of_several_certificates_will_do(self) -> None:
        person = trainer("SST-2", expires_on=YESTERDAY)
        taken_over(person, "SST-2", issued_on=TODAY)
        assert verification(person, end_date=YESTERDAY) == verification(person) == [True, True, True, True]

    @pytest.mark.parametrize(
        ("held", "code", "qualified"),
        [("SST-2", "SST-1", True), ("SST-3", "SST-1", True), ("SST-3", "SST-2", True), ("SST-2", "SST-2", False),
         ("SST-3", "SST-3", True), ("SST-2", "SST-3", False)],
    )
    def test_b22_sst_1_is_run_by_levels_2_and_3_and_sst_2_by_level_3(
        self, held: str, code: str, qualified: bool
    ) -> None:
        assert verification(trainer(held), code)[2] is qualified

    def test_a34_the_answers_disclose_no_date_of_the_trainer_s(self) -> None:
        person = trainer("SST-2", expires_on=date(2026, 2, 27))
        answers = verify_trainer(person, qualification("SST-1"), TODAY).answers
        assert "27/02/2026" not in " ".join(a.reason for a in answers)

    def test_a34_who_does_not_pass_is_not_named(self) -> None:
        session = draft_session()
        acting = entity_of(session)
        for person in (PersonFactory(), trainer("PRAPIBC-2"), trainer("SST-2", expires_on=YESTERDAY)):
            findings = refused(set_trainers, session.pk, acting, session.version, [person])
            assert [(f.rule, f.field) for f in findings] == [("A34", "trainers")]

    def test_a34_named_by_number_or_by_identity(self) -> None:
        person = trainer(last_name="Lévêque", first_name="Anne")
        assert trainer_meant(number=person.number.lower()) == person
        assert trainer_meant("", "LEVEQUE", "anne", person.birth_date) == person
        assert trainer_meant("", "LEVEQUE", "anne", person.birth_date + timedelta(days=1)) is None
        assert trainer_meant("", "LEVEQUE", "anne") is None

    def test_a34_among_homonyms_the_trainer_is_meant(self) -> None:
        homonym = PersonFactory(last_name="Lévêque", first_name="Anne")
        person = trainer(last_name="Leveque", first_name="Anne", birth_date=homonym.birth_date)
        assert trainer_meant("", "Lévêque", "Anne", homonym.birth_date) == person

    def test_a34_checked_again_when_sent(self) -> None:
        """The date moved past the qualification's end after the trainer was named."""
        session = draft_session(end_date=TODAY - timedelta(days=9), trainers=[trainer("SST-2", expires_on=TODAY)])
        acting = entity_of(session)
        own = session.trainers.get().person.certificates.get()
        session = save_details(session.pk, acting, session.version, details("SST-1"), complete=True)
        assert own.expires_on == TODAY
        assert found(session, "A34") == []
        session = save_details(
            session.pk, acting, session.version, details(end_date=TODAY + timedelta(days=1)), complete=True
        )
        assert [f.field for f in found(session, "A34")] == ["trainers"]

    def test_a34_a_session_without_a_trainer_is_not_sent(self) -> None:
        session = draft_session(trainers=[])
        assert "A34" in {f.rule for f in refused(send_to_trainer, session.pk, entity_of(session), session.version)}

    def test_a34_the_trainer_comes_after_certificate_and_date(self) -> None:
        session, person = empty_draft(), trainer()
        with nothing_changes(), pytest.raises(DomainError) as refusal:
            set_trainers(session.pk, entity_of(session), 1, [person])
        assert refusal.value.field == "trainers"

    def test_b30_a_mixed_session_has_two_trainers(self) -> None:
        one, other = trainer("Catec-2"), trainer("Catec-2")
        session = draft_session(code="Catec-1-M", trainers=[one])
        acting = entity_of(session)
        assert "B30" in {f.rule for f in refused(send_to_trainer, session.pk, acting, session.version)}
        with nothing_changes(), pytest.raises(DomainError) as refusal:
            set_trainers(session.pk, acting, session.version, [one, one])
        assert refusal.value.code == "B30"
        session = set_trainers(session.pk, acting, session.version, [one, other])
        session = send(session)
        assert session.state == "trainer"

    def test_b30_both_trainers_pass_the_verification(self) -> None:
        session = draft_session(code="Catec-1-M")
        pair = [trainer("Catec-2"), trainer("SST-2")]
        assert refused(set_trainers, session.pk, entity_of(session), session.version, pair)

    def test_b30_either_trainer_gives_the_results(self) -> None:
        session = send(draft_session(code="Catec-1-M"))
        second = session.trainers.get(position=2).person
        session = send_results(session.pk, acting_trainer(second), session.version, results(session))
        assert session.results_by == second


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
        assert question.value.candidates == [known]
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
