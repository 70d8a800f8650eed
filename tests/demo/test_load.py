"""What `make demo` finds: loaded once, coherent with the rules."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db.models import Count, F, Q

from forprev.accounts.acting import Acting, roles_of
from forprev.accounts.backends import EmailOrNumberBackend
from forprev.accounts.models import Account, Role
from forprev.accreditation.directory.selectors import listed
from forprev.accreditation.models import Accreditation, AccreditationStatus
from forprev.certification.models import (
    Certificate,
    CertificateEnd,
    Course,
    Result,
    SessionTrainer,
    Trainee,
    TrainingSession,
)
from forprev.certification.selectors.history import history_of
from forprev.certification.selectors.sessions import awaiting, visible_to
from forprev.certification.workflow import OPEN, State
from forprev.core.dates import add_months, today
from forprev.core.uploads import PDF, fault_in
from forprev.demo.accounts import ACCOUNTS, PASSWORD, describe
from forprev.demo.entities import VANVES_ACCREDITATIONS
from forprev.organisations.models import Organisation
from forprev.organisations.updating.selectors import changes_of, open_requests
from forprev.people.models import IssuedNumber, Person
from forprev.support.selectors import awaiting as corrections_awaiting

ISSUED = TrainingSession.objects.filter(state=State.ISSUED)


def acting_as(email: str, role: Role, place: str = "") -> Acting:
    person = Account.objects.get(email=email).person
    return next(a for a in roles_of(person) if a.role == role and place in a.place)


def test_a_second_load_changes_nothing(demo: None) -> None:
    tables = (Person, IssuedNumber, Account, Organisation, Accreditation, TrainingSession, Trainee, Certificate)
    before = [model.objects.count() for model in tables]
    out = StringIO()

    call_command("load_demo", stdout=out)

    assert "déjà" in out.getvalue()
    assert [model.objects.count() for model in tables] == before


def test_vanves_has_its_attestation_and_waits_for_its_fund(demo: None) -> None:
    vanves = Organisation.objects.get(name="Mairie de Vanves")
    assert vanves.urssaf
    assert fault_in(default_storage.open(vanves.urssaf).read(), PDF) == ""
    waiting = open_requests(acting_as("gestionnaire@demo.test", Role.MANAGER, "Vanves")).get()
    assert [change.label for change in changes_of(waiting)] == ["Adresse", "Plateforme ajoutée"]
    assert list(open_requests(acting_as("caisse@demo.test", Role.FUND_OFFICER))) == [waiting]


@pytest.mark.parametrize(
    ("email", "roles"),
    [
        ("gestionnaire@demo.test", ["Gestionnaire MAROSE FORMATION", "Gestionnaire Mairie de Vanves"]),
        ("delegataire@demo.test", ["Délégataire Mairie de Vanves"]),
        ("formateur@demo.test", ["Formateur Stéphanie"]),
        ("caisse@demo.test", ["Instructeur de caisse Cramif"]),
        ("cnh@demo.test", ["Commission nationale Étienne"]),
        ("national@demo.test", ["Administrateur national Nathalie"]),
        ("hotline@demo.test", ["Hotline Hugo"]),
    ],
)
def test_every_account_signs_in_with_its_roles(demo: None, email: str, roles: list[str]) -> None:
    account = EmailOrNumberBackend().authenticate(None, username=email, password=PASSWORD)

    assert account is not None
    assert [acting.label for acting in roles_of(account.person)] == roles


def test_the_terminal_shows_every_account_and_the_password() -> None:
    shown = describe("http://localhost:8000")

    assert "http://localhost:8000/demo/courriels" in shown
    assert all(account.email in shown for account in ACCOUNTS)
    assert PASSWORD in shown
    assert len(PASSWORD) >= 12


def test_the_presentation_s_accreditations_are_there_to_the_letter(demo: None) -> None:
    held = Accreditation.objects.filter(organisation__siret="21920075500011")

    rows = held.values_list("level__scheme__code", "level__number", "number", "starts_on", "ends_on")

    assert set(rows) == set(VANVES_ACCREDITATIONS)


def test_accreditations_of_every_kind_of_life(demo: None) -> None:
    marose = Accreditation.objects.filter(organisation__name="MAROSE FORMATION")

    assert marose.filter(status=AccreditationStatus.SUSPENDED).exists()
    assert marose.filter(ends_on__lt=today()).exists()
    assert marose.filter(ends_on__range=(today(), add_months(today(), 5))).exists()


def test_the_delegate_has_two_accreditations_of_vanves(demo: None) -> None:
    acting = acting_as("delegataire@demo.test", Role.DELEGATE)

    attached = Accreditation.objects.filter(delegations__membership_id=acting.membership_id)

    assert {str(a.level) for a in attached.select_related("level__scheme")} == {"SST / 2", "Catec / 1"}
    assert attached.first().delegations.get().membership.description == "Établissement de ROUEN"  # type: ignore[union-attr]


def test_sirets_are_valid(demo: None) -> None:
    invented = Organisation.objects.exclude(siret="21920075500011")

    assert all(_luhn(siret) for siret in invented.values_list("siret", flat=True))


def _luhn(digits: str) -> bool:
    total = 0
    for rank, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + rank % 2)
        total += value // 10 + value % 10
    return total % 10 == 0


def test_some_hundred_sessions_in_every_state_over_three_years(demo: None) -> None:
    states = Counter(TrainingSession.objects.values_list("state", flat=True))

    assert set(states) == set(State.values)
    assert 110 <= states.total() <= 160
    days = TrainingSession.objects.exclude(end_date=None).order_by("end_date")
    assert add_months(today(), -37) <= days.first().end_date < add_months(today(), -33)  # type: ignore[union-attr, operator]
    assert days.last().end_date > today()  # type: ignore[union-attr, operator]


def test_something_waits_for_manager_delegate_and_trainer(demo: None) -> None:
    marose = acting_as("gestionnaire@demo.test", Role.MANAGER, "MAROSE")
    delegate = acting_as("delegataire@demo.test", Role.DELEGATE)
    trainer = acting_as("formateur@demo.test", Role.TRAINER)

    assert {State.DRAFT, State.ENTITY} == set(awaiting(marose).values_list("state", flat=True))
    assert awaiting(marose).exclude(comment="").exists()
    assert {State.DRAFT, State.ENTITY} == set(awaiting(delegate).values_list("state", flat=True))
    assert awaiting(trainer).filter(trainees__result=Result.SUCCESS).exists()
    assert awaiting(trainer).values("organisation").distinct().count() >= 2


def test_number_113_can_be_downloaded_and_the_one_before_no_longer(demo: None) -> None:
    marose = acting_as("gestionnaire@demo.test", Role.MANAGER, "MAROSE")
    open_one = visible_to(marose).get(city="ETOILE SUR RHONE")
    closed = visible_to(marose).filter(pk__lt=open_one.pk).latest("pk")

    assert str(open_one.qualification) == "Amiante s/s4-1 Opérateur de chantier"
    assert open_one.certificates.count() == 3
    assert open_one.can_be_downloaded_on(today())
    assert closed.state == State.ISSUED
    assert closed.generated_at.date() == today() - timedelta(days=20)  # type: ignore[union-attr]
    assert not closed.can_be_downloaded_on(today())


def test_some_certificates_have_ended(demo: None) -> None:
    ends = CertificateEnd.objects.filter(certificate__session__in=ISSUED).order_by("kind")
    assert list(ends.values_list("kind", flat=True)) == ["cancelled", "replaced"]


def test_one_certificate_a_success_and_none_without(demo: None) -> None:
    """B26 aside: a refresher of trainers of trainers confers two. What replaces one is not another."""
    first = Count("certificates", filter=Q(certificates__edition=1))
    successes = Trainee.objects.filter(session__in=ISSUED, result=Result.SUCCESS).annotate(n=first)
    renewing = Q(session__course=Course.REFRESHER, session__qualification__code="SST-3")

    assert set(successes.exclude(renewing).values_list("n", flat=True)) == {1}
    assert set(successes.filter(renewing).values_list("n", flat=True)) == {2}
    assert not Certificate.objects.filter(trainee__result=Result.FAILURE).exists()
    assert not Certificate.objects.filter(session__state__in=[*OPEN, State.DELETED]).exists()
    assert Trainee.objects.filter(session__in=ISSUED, result=Result.FAILURE).exists()
    assert not Trainee.objects.filter(session__in=ISSUED, result="").exists()


def test_certificates_say_what_their_session_says(demo: None) -> None:
    """A33, A42, A43."""
    for c in Certificate.objects.select_related("session", "person", "qualification", "trainee"):
        assert c.holder_number == c.person.number
        assert c.expires_on == add_months(c.issued_on, c.qualification.rules_on(c.issued_on).validity_months)
        if c.session is not None and c.trainee is not None:
            assert c.issued_on == c.session.end_date
            assert c.person_id == c.trainee.person_id


def test_certificate_numbers_follow_each_other_and_new_ones_will(demo: None) -> None:
    numbers = Certificate.objects.exclude(session=None).order_by("number").values_list("number", flat=True)
    series: dict[str, list[int]] = {}
    for number in numbers:
        head, _, last = number.rpartition("/")
        series.setdefault(head, []).append(int(last))

    assert len(series) > 10
    assert all(found == list(range(1, len(found) + 1)) for found in series.values())


def test_accreditations_served_on_the_day(demo: None) -> None:
    """B42, A30."""
    for s in TrainingSession.objects.exclude(accreditation=None).select_related("accreditation", "qualification"):
        assert s.accreditation is not None
        assert s.accreditation.organisation_id == s.organisation_id
        if s.qualification is not None and s.end_date is not None:
            assert s.accreditation.serves_on(s.end_date)
            assert s.accreditation.level_id == s.qualification.level_id


def test_trainers_were_qualified_on_the_day(demo: None) -> None:
    """A34, B22, B28, B30; nobody taught a session and sat in it."""
    entitling: dict[tuple[int, int], list[Certificate]] = {}
    for c in Certificate.objects.prefetch_related("qualification__entitles_to_teach"):
        for rules in c.qualification.entitles_to_teach.all():
            entitling.setdefault((c.person_id, rules.qualification_id), []).append(c)
    for run in SessionTrainer.objects.select_related("session"):
        day = run.session.end_date
        fitting = entitling.get((run.person_id, run.session.qualification_id), [])
        assert day is not None
        assert any(c.is_valid_on(day) for c in fitting)
    complete = TrainingSession.objects.exclude(qualification=None).annotate(n=Count("trainers"))
    assert not complete.exclude(n=F("qualification__rules__trainers_required")).exists()
    assert not Trainee.objects.filter(person=F("session__trainers__person")).exists()


def test_history_reads_from_one_state_to_the_next(demo: None) -> None:
    for session in TrainingSession.objects.all():
        events = history_of(session)
        moves = [event for event in reversed(events) if event.after]
        assert events[-1].action == "Nouvelle session"
        assert all(later.before == earlier.after for earlier, later in pairwise(moves))
        assert moves[-1].after == session.state_label
        assert all(newer.at >= older.at for newer, older in pairwise(events))
        assert all(event.actor and event.role for event in events)


def test_trainers_see_certificates_of_theirs(demo: None) -> None:
    stephanie = Account.objects.get(email="formateur@demo.test").person

    valid = Certificate.objects.filter(person=stephanie, expires_on__gte=today())

    assert {c.qualification.code for c in valid.select_related("qualification")} == {"SST-2", "Amiante-2"}
    assert valid.exclude(session=None).exists()
    assert Certificate.objects.filter(person=stephanie, expires_on__lt=today()).exists()


def test_new_trainers_were_given_an_account(demo: None) -> None:
    """A35."""
    passed = Trainee.objects.filter(session__in=ISSUED, result=Result.SUCCESS, session__qualification__level__number=2)

    assert passed.exists()
    assert not passed.filter(person__account=None).exists()


def test_a_correction_waits_for_the_hotline(demo: None) -> None:
    assert corrections_awaiting(acting_as("hotline@demo.test", Role.SUPPORT_AGENT)).count() == 1


def test_the_public_directory_is_alive(demo: None) -> None:
    """B10: everywhere in the country, overseas too."""
    bodies = listed(today())
    departments = set(bodies.values_list("department_id", flat=True))

    assert bodies.count() >= 50
    assert len(departments) >= 40
    assert departments >= {"2A", "69", "75", "971", "974"}
