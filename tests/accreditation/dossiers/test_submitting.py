"""Entering a dossier and sending it, rule by rule."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.dossiers import services
from forprev.accreditation.dossiers.history import history_of
from forprev.accreditation.dossiers.rules import COMMON, LINES, NotReady, findings_of
from forprev.accreditation.dossiers.selectors import applicant, demands_of, visible_to
from forprev.accreditation.dossiers.services import DECLARATION, Common, Wish
from forprev.accreditation.models import (
    AccreditationSettings,
    AccreditationStatus,
    Candidate,
    Dossier,
    DossierState,
    PieceState,
    Track,
)
from forprev.catalogue.models import Level
from forprev.core.dates import add_months, today
from forprev.core.errors import Conflict, DomainError
from forprev.core.uploads import Document
from forprev.core.workflow import NotAllowed
from forprev.notices.models import OutgoingMail
from forprev.organisations.models import Organisation, OrganisationKind, Regime
from forprev.people.models import Person
from tests.documents import pdf
from tests.factories.accounts import AccountFactory
from tests.factories.accreditation import accredit
from tests.factories.catalogue import level
from tests.factories.dossiers import SIRET, entity_dossier, first_request
from tests.factories.organisations import OrganisationFactory, acting_manager, acting_national, acting_officer, fund

pytestmark = pytest.mark.django_db


def person() -> Person:
    return AccountFactory().person


def manager(organisation: Organisation | None = None) -> Acting:
    acting = acting_manager(organisation)
    AccountFactory(person=acting.person)
    return acting


def own(dossier: Dossier) -> Acting:
    return applicant(dossier.applicant)


def document(name: str = "urssaf.pdf", pages: int = 1) -> Document:
    return Document(name, "application/pdf", pdf(pages=pages))


def told(dossier: Dossier) -> list[str]:
    return [finding.message for finding in findings_of(dossier)]


def subjects(to: Person) -> list[str]:
    return list(OutgoingMail.objects.filter(person=to).order_by("created_at").values_list("subject", flat=True))


# Beginning


def test_one_open_first_request_a_person() -> None:
    who = person()
    first = services.start_first_request(who, "Atelier Roussel")
    assert services.start_first_request(who, "Autre chose") == first
    assert (first.state, first.organisation_name, first.candidate.kind) == (DossierState.DRAFT, "Atelier Roussel", "")
    assert list(visible_to(applicant(who))) == [first]


def test_a_closed_first_request_leaves_room_for_another() -> None:
    closed = first_request(person(), DossierState.REFUSED)
    assert services.start_first_request(closed.applicant, "Atelier Roussel") != closed


def test_a_manager_makes_no_first_request() -> None:
    with pytest.raises(NotAllowed):
        services.start_first_request(manager().person, "Atelier Roussel")


def test_the_same_key_gives_the_same_draft() -> None:
    acting, key, wish = manager(), uuid.uuid4(), Wish([level("SST", 1).pk])
    first = services.start_dossier(acting, key, wish)
    assert services.start_dossier(acting, key, wish) == first
    with pytest.raises(DomainError):
        services.start_dossier(manager(), key, wish)


def test_only_a_manager_asks_for_its_entity() -> None:
    for acting in (acting_officer(), acting_national(Role.COMMITTEE), applicant(person())):
        with pytest.raises(NotAllowed):
            services.start_dossier(acting, uuid.uuid4(), Wish([level("SST", 1).pk]))


def test_b01_a_level_of_the_inrs_is_not_to_be_had() -> None:
    kept = Level.objects.filter(inrs_only=True).first()
    with pytest.raises(DomainError, match="proposées"):
        services.start_dossier(manager(), uuid.uuid4(), Wish([kept.pk]))
    sent = first_request(person())
    sent.lines.update(level=kept)
    assert f"Le niveau {kept} est réservé à l’INRS." in told(sent)


# What is missing


def test_b04_everything_that_is_missing_is_told_by_step() -> None:
    draft = services.start_first_request(person(), "")
    steps = {finding.step for finding in findings_of(draft)}
    assert {COMMON, LINES} <= steps
    assert "La raison sociale doit être renseignée." in told(draft)
    assert "La pièce « Attestation URSSAF » doit être jointe." in told(draft)
    with pytest.raises(NotReady) as refusal:
        services.submit(draft.pk, own(draft), draft.version)
    assert [message for _, message in refusal.value.told] == told(draft)
    draft.refresh_from_db()
    assert (draft.state, draft.number) == (DossierState.DRAFT, None)


@pytest.mark.parametrize("field", ["kind", "regime", "siret", "address", "postal_code", "city", "activities"])
def test_b04_each_compulsory_field(field: str) -> None:
    draft = first_request(person(), **{field: ""})
    assert [finding.step for finding in findings_of(draft)] == [COMMON]


@pytest.mark.parametrize(
    ("kind", "missing"),
    [(OrganisationKind.TRAINING_BODY, 1), (OrganisationKind.COMPANY, 0), (OrganisationKind.LOCAL_AUTHORITY, 0)],
)
def test_b11_only_training_bodies_owe_a_declaration_number(kind: str, missing: int) -> None:
    assert len(told(first_request(person(), kind=kind, nda=""))) == missing


def test_b11_no_other_keeps_one() -> None:
    draft = first_request(person())
    services.save_common(draft.pk, own(draft), 1, Common(kind=OrganisationKind.COMPANY, nda="84260012326"))
    assert Candidate.objects.get(dossier=draft).nda == ""


def test_b05_programmes_and_courses_are_owed_for_sst_2_alone() -> None:
    owed = told(first_request(person(), levels=(("SST", 1), ("SST", 2)), pieces=False))
    assert len([message for message in owed if "(SST / 2)" in message]) == 4
    assert len([message for message in owed if "(SST / 1)" in message]) == 0


# Pieces


def test_a_piece_takes_its_own_place_and_leaves_nothing_behind(
    django_capture_on_commit_callbacks: Any,
) -> None:
    draft = first_request(person(), pieces=False)
    key = demands_of(draft)[0].key
    first = services.attach_piece(draft.pk, own(draft), 1, key, document())
    assert default_storage.exists(first.document)
    first_key = first.document
    with django_capture_on_commit_callbacks(execute=True):
        again = services.attach_piece(draft.pk, own(draft), 2, key, document(pages=2))
    assert (again.pk, again.size) == (first.pk, len(pdf(pages=2)))
    assert not default_storage.exists(first_key)
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_piece(draft.pk, own(draft), 3, again.pk)
    assert not default_storage.exists(again.document)
    assert "La pièce « Attestation URSSAF » doit être jointe." in told(draft)


def test_a_piece_that_nobody_asked_for_is_refused_and_nothing_kept() -> None:
    draft = first_request(person(), pieces=False)
    with pytest.raises(DomainError, match="n’est plus demandée"):
        services.attach_piece(draft.pk, own(draft), 1, "999999", document())
    assert draft.pieces.count() == 0


def test_what_is_asked_for_no_more_goes_with_its_pieces(django_capture_on_commit_callbacks: Any) -> None:
    draft = first_request(person(), levels=(("SST", 1), ("SST", 2)), pieces=False)
    demand = next(each for each in demands_of(draft) if each.line)
    piece = services.attach_piece(draft.pk, own(draft), 1, demand.key, document())
    kept = draft.lines.get(level=level("SST", 1))
    with django_capture_on_commit_callbacks(execute=True):
        services.save_lines(draft.pk, own(draft), 2, Wish([level("SST", 1).pk]))
    assert list(draft.lines.all()) == [kept]
    assert not default_storage.exists(piece.document)


# Sending


def test_submitting_gives_a_number_a_day_and_a_receipt() -> None:
    draft = first_request(person())
    officer = acting_officer(fund("rhone-alpes"))
    AccountFactory(person=officer.person)
    services.submit(draft.pk, own(draft), 1)
    draft.refresh_from_db()
    assert draft.state == DossierState.SUBMITTED
    assert draft.number == f"D{today().year}-00001"
    assert (draft.submitted_on, draft.due_on) == (today(), today() + timedelta(days=60))
    assert subjects(draft.applicant)[-1] == f"[FORPREV] Votre demande {draft.number} est transmise"
    assert subjects(officer.person)[-1].startswith(f"[FORPREV] Nouvelle demande {draft.number}")
    assert history_of(draft, own(draft))[0].comment == DECLARATION


def test_numbers_follow_each_other_and_begin_anew_each_year() -> None:
    numbers = []
    for day in (date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 2)):
        with time_machine.travel(day):
            draft = first_request(person(), siret=SIRET if day.day == 30 else "", name=f"Atelier {day.day}")
            draft.candidate.siret = f"7328293200{day.day:04}"
            draft.candidate.save()
            numbers.append(services.submit(draft.pk, own(draft), 1).number)
    assert numbers == ["D2026-00001", "D2026-00002", "D2027-00001"]


def test_a_refused_sending_uses_up_no_number() -> None:
    unready, ready = first_request(person(), pieces=False), first_request(person())
    with pytest.raises(NotReady):
        services.submit(unready.pk, own(unready), 1)
    assert services.submit(ready.pk, own(ready), 1).number == f"D{today().year}-00001"


@pytest.mark.parametrize(
    ("regime", "place", "track", "code"),
    [
        (Regime.GENERAL, ("26000", "VALENCE"), Track.GENERAL, "rhone-alpes"),
        (Regime.GENERAL, ("35000", "RENNES"), Track.GENERAL, "bretagne"),
        (Regime.OTHER, ("26000", "VALENCE"), Track.OTHER, None),
    ],
)
def test_b03_by_regime_and_department(regime: str, place: tuple[str, str], track: str, code: str | None) -> None:
    draft = first_request(person(), regime=regime, postal_code=place[0], city=place[1])
    sent = services.submit(draft.pk, own(draft), 1)
    assert (sent.track, sent.fund.code if sent.fund else None) == (track, code)


@pytest.mark.parametrize("regime", Regime)
def test_b03_of_an_entity(regime: str) -> None:
    acting = manager(OrganisationFactory(regime=regime, department_id="26"))
    draft = services.start_dossier(acting, uuid.uuid4(), Wish([level("SST", 1).pk]))
    sent = services.submit(draft.pk, acting, draft.version)
    assert sent.fund == (fund("rhone-alpes") if regime == Regime.GENERAL else None)


def test_a_siret_of_an_entity_is_refused_at_each_step() -> None:
    draft = first_request(person())
    OrganisationFactory(siret=SIRET)
    with pytest.raises(DomainError) as refusal:
        services.save_common(draft.pk, own(draft), 1, Common(siret=SIRET))
    assert (refusal.value.code, refusal.value.field) == ("siret_known", "siret")
    with pytest.raises(NotReady, match="complète"):
        services.submit(draft.pk, own(draft), 1)


def test_its_managers_are_told_once_and_nobody_of_them() -> None:
    draft, known = first_request(person()), OrganisationFactory(siret=SIRET)
    its_manager = manager(known).person
    for _ in range(2):
        services.contact_managers(draft.pk, own(draft), SIRET)
    assert subjects(its_manager) == ["[FORPREV] Une première demande concerne votre SIRET"]
    text = OutgoingMail.objects.get(person=its_manager).text
    assert draft.applicant.account.email in text


def test_a_siret_under_review_elsewhere_is_refused_without_a_word_of_the_other() -> None:
    other = first_request(person(), DossierState.UNDER_REVIEW, name="Formations Secrètes")
    draft = first_request(person())
    with pytest.raises(NotReady) as refusal:
        services.submit(draft.pk, own(draft), 1)
    ((_, message),) = refusal.value.told
    assert "Une première demande est déjà en cours d’instruction pour ce SIRET." in message
    assert other.number not in message
    Dossier.objects.filter(pk=other.pk).update(state=DossierState.CANCELLED)
    assert services.submit(draft.pk, own(draft), 1).number


def test_a_stale_form_changes_nothing() -> None:
    draft = first_request(person())
    services.save_common(draft.pk, own(draft), 1, Common(organisation_name="Atelier"))
    for act in (
        lambda: services.save_common(draft.pk, own(draft), 1, Common()),
        lambda: services.save_lines(draft.pk, own(draft), 1, Wish([level("SST", 2).pk])),
        lambda: services.attach_piece(draft.pk, own(draft), 1, demands_of(draft)[0].key, document()),
        lambda: services.submit(draft.pk, own(draft), 1),
        lambda: services.discard(draft.pk, own(draft), 1),
    ):
        with pytest.raises(Conflict):
            act()
    assert Dossier.objects.get(pk=draft.pk).organisation_name == "Atelier"


def test_other_people_s_dossiers_do_not_exist() -> None:
    draft = first_request(person())
    for acting in (applicant(person()), manager(), acting_officer(fund("rhone-alpes"))):
        with pytest.raises(Dossier.DoesNotExist):
            services.submit(draft.pk, acting, 1)
        with pytest.raises(Dossier.DoesNotExist):
            services.discard(draft.pk, acting, 1)


# Renewals


def renewable(organisation: Organisation | None = None, months: int = 6) -> Any:
    place = organisation or OrganisationFactory()
    return accredit(place, "SST", 1, starts_on=add_months(today(), months - 60), ends_on=add_months(today(), months))


def test_a24_a_renewal_goes_with_other_wishes_in_one_sending() -> None:
    held = renewable()
    acting = manager(held.organisation)
    wish = Wish([level("PRAPIBC", 1).pk], [held.pk])
    draft = services.start_dossier(acting, uuid.uuid4(), wish)
    sent = services.submit(draft.pk, acting, draft.version)
    assert sorted(str(line) for line in sent.lines.all()) == [
        "Nouvelle habilitation\N{NO-BREAK SPACE}: PRAP IBC / 1",
        "Renouvellement\N{NO-BREAK SPACE}: SST / 1",
    ]
    held.refresh_from_db()
    assert held.ends_on == add_months(today(), 6)  # A23: nothing is prolonged


@pytest.mark.parametrize(("days", "possible"), [(0, True), (-1, False)])
def test_a24_from_a_year_before_the_end(days: int, possible: bool) -> None:
    held = accredit(OrganisationFactory(), "SST", 1, ends_on=date(2027, 6, 15), starts_on=date(2022, 6, 15))
    acting = manager(held.organisation)
    with time_machine.travel(date(2026, 6, 15) + timedelta(days=days, hours=12)):
        if possible:
            assert services.start_dossier(acting, uuid.uuid4(), Wish(renewals=[held.pk]))
        else:
            with pytest.raises(DomainError, match="à partir du 15/06/2026"):
                services.start_dossier(acting, uuid.uuid4(), Wish(renewals=[held.pk]))


@pytest.mark.parametrize(("days", "possible"), [(0, True), (1, False)])
def test_a24_to_its_last_day(days: int, possible: bool) -> None:
    held = renewable()
    acting = manager(held.organisation)
    draft = services.start_dossier(acting, uuid.uuid4(), Wish(renewals=[held.pk]))
    moment = held.ends_on + timedelta(days=days)
    with time_machine.travel(f"{moment}T12:00:00+01:00"):
        assert (told(draft) == []) is possible


@pytest.mark.parametrize("status", [AccreditationStatus.SUSPENDED, AccreditationStatus.WITHDRAWN])
def test_b09_what_is_suspended_or_withdrawn_is_not_renewed(status: str) -> None:
    held = renewable()
    acting = manager(held.organisation)
    draft = services.start_dossier(acting, uuid.uuid4(), Wish(renewals=[held.pk]))
    held.status = status
    held.save()
    assert len(told(draft)) == 1
    with pytest.raises(DomainError):
        services.start_dossier(acting, uuid.uuid4(), Wish(renewals=[held.pk]))


def test_a24_nothing_is_renewed_twice() -> None:
    held = renewable()
    acting = manager(held.organisation)
    draft = services.start_dossier(acting, uuid.uuid4(), Wish(renewals=[held.pk]))
    accredit(held.organisation, "SST", 1, starts_on=held.ends_on, ends_on=add_months(held.ends_on, 60))
    assert told(draft) == [f"L’habilitation {held.number} est déjà renouvelée."]


def test_b04_one_review_at_a_time_for_the_same_level() -> None:
    held = renewable()
    acting = manager(held.organisation)
    first, second = (services.start_dossier(acting, uuid.uuid4(), Wish(renewals=[held.pk])) for _ in range(2))
    number = services.submit(first.pk, acting, first.version).number
    with pytest.raises(NotReady) as refusal:
        services.submit(second.pk, acting, second.version)
    assert refusal.value.told == [(None, f"Le niveau SST / 1 fait déjà l’objet de la demande {number}, en cours.")]
    services.withdraw(first.pk, acting, 2)
    assert services.submit(second.pk, acting, second.version).number


def test_a_level_in_force_is_not_asked_as_new() -> None:
    held = renewable(months=30)
    acting = manager(held.organisation)
    with pytest.raises(DomainError, match="Vous détenez déjà"):
        services.start_dossier(acting, uuid.uuid4(), Wish([held.level_id]))
    held.status = AccreditationStatus.SUSPENDED
    held.save()
    assert told(entity_dossier(held.organisation))[0].startswith("Vous détenez déjà")
    held.status = AccreditationStatus.WITHDRAWN
    held.save()
    assert told(entity_dossier(held.organisation)) == []


def test_another_entity_s_accreditation_is_not_renewed() -> None:
    with pytest.raises(DomainError, match="proposées"):
        services.start_dossier(manager(), uuid.uuid4(), Wish(renewals=[renewable().pk]))


# Afterwards


def test_a_completion_waits_for_what_is_to_be_corrected() -> None:
    returned = first_request(person(), DossierState.TO_COMPLETE)
    piece = returned.pieces.get()
    piece.state, piece.remark = PieceState.TO_CORRECT, "Illisible."
    piece.save()
    with pytest.raises(NotReady) as refusal:
        services.complete(returned.pk, own(returned), 1)
    assert "est à corriger" in refusal.value.told[0][1]
    key = demands_of(returned)[0].key
    again = services.attach_piece(returned.pk, own(returned), 1, key, document())
    assert (again.state, again.remark) == (PieceState.RECEIVED, "")
    with time_machine.travel(today() + timedelta(days=20, hours=12)):
        services.complete(returned.pk, own(returned), 2, "La page 2 y est.")
        returned.refresh_from_db()
        assert returned.due_on == today() + timedelta(days=60)
    assert (returned.state, returned.completion) == (DossierState.UNDER_REVIEW, "")


def test_a_completion_goes_to_whoever_has_the_dossier() -> None:
    returned = first_request(person(), DossierState.TO_COMPLETE)
    having, other = (acting_officer(fund("rhone-alpes")) for _ in range(2))
    for officer in (having, other):
        AccountFactory(person=officer.person)
    Dossier.objects.filter(pk=returned.pk).update(assigned_to=having.person)
    services.complete(returned.pk, own(returned), 1)
    assert subjects(having.person)[-1:] == [f"[FORPREV] Complément reçu pour la demande {returned.number}"]
    assert subjects(other.person) == []


def test_b03_a_completion_that_moves_to_another_region_leaves_its_officer() -> None:
    returned = first_request(person(), DossierState.TO_COMPLETE, postal_code="35000", city="RENNES")
    Dossier.objects.filter(pk=returned.pk).update(assigned_to=acting_officer(fund("rhone-alpes")).person)
    services.complete(returned.pk, own(returned), 1)
    returned.refresh_from_db()
    assert (returned.fund, returned.assigned_to) == (fund("bretagne"), None)


def test_a_renewal_is_completed_after_the_end_of_what_it_renews() -> None:
    held = renewable()
    returned = entity_dossier(held.organisation, DossierState.TO_COMPLETE, levels=(), renewed=(held,))
    acting = manager(held.organisation)
    with time_machine.travel(held.ends_on + timedelta(days=3)):
        assert services.complete(returned.pk, acting, 1)


def test_what_was_sent_stays_asked_for() -> None:
    returned = first_request(person(), DossierState.TO_COMPLETE)
    with pytest.raises(NotAllowed):
        services.save_lines(returned.pk, own(returned), 1, Wish([level("SST", 2).pk]))


@pytest.mark.parametrize("state", [DossierState.SUBMITTED, DossierState.TO_COMPLETE, DossierState.AWAITING_DECISION])
def test_withdrawing(state: str) -> None:
    sent = first_request(person(), state)
    services.withdraw(sent.pk, own(sent), 1, "Nous renonçons.")
    sent.refresh_from_db()
    assert (sent.state, sent.due_on) == (DossierState.CANCELLED, None)
    assert history_of(sent, own(sent))[0].comment == "Nous renonçons."


def test_a_draft_is_discarded_with_its_documents(django_capture_on_commit_callbacks: Any) -> None:
    draft = first_request(person(), pieces=False)
    piece = services.attach_piece(draft.pk, own(draft), 1, demands_of(draft)[0].key, document())
    with django_capture_on_commit_callbacks(execute=True):
        services.discard(draft.pk, own(draft), 2)
    assert not Dossier.objects.filter(pk=draft.pk).exists()
    assert not default_storage.exists(piece.document)


def test_what_was_sent_is_not_discarded() -> None:
    sent = first_request(person(), DossierState.SUBMITTED)
    with pytest.raises(NotAllowed):
        services.discard(sent.pk, own(sent), 1)


def test_the_delays_are_those_of_the_settings() -> None:
    AccreditationSettings.objects.update_or_create(pk=1, defaults={"review_days": 10, "renewal_months": 3})
    draft = first_request(person())
    assert services.submit(draft.pk, own(draft), 1).due_on == today() + timedelta(days=10)
    held = renewable()
    with pytest.raises(DomainError, match="à partir du"):
        services.start_dossier(manager(held.organisation), uuid.uuid4(), Wish(renewals=[held.pk]))
