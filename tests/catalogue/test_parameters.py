"""The catalogue as installed, and who owns it."""

from __future__ import annotations

import pytest

from forprev.catalogue.installing import install
from forprev.catalogue.models import Level, Qualification, Scheme, TraineeKind
from tests.factories.catalogue import level, qualification, rules

pytestmark = pytest.mark.django_db


def codes(qualifications: object) -> set[str]:
    return set(qualifications.values_list("code", flat=True))  # type: ignore[attr-defined]


def test_b01_level_3_belongs_to_the_inrs() -> None:
    assert codes(Qualification.objects.filter(level__inrs_only=True)) == {"SST-3"}
    assert level("SST", 1).trainee_kind == TraineeKind.ACTOR
    assert level("SST", 2).trainee_kind == level("SST", 3).trainee_kind == TraineeKind.TRAINER


@pytest.mark.parametrize(
    ("code", "months"),
    [
        ("SST-1", 24),
        ("SST-2", 36),
        ("SST-3", 36),
        ("Catec-1-S", 36),
        ("Catec-1-I", 36),
        ("Catec-1-M", 36),
        ("PRAPIBC-1", 24),
        ("PRAP2S-1", 24),
        ("APS-ASD-1", 24),
        ("Amiante-1-OC", 36),
    ],
)
def test_b21_validity_in_months(code: str, months: int) -> None:
    assert rules(code).validity_months == months


@pytest.mark.parametrize(
    ("code", "group", "hours"),
    [
        ("SST-1", (4, 10), (14, 7)),
        ("SST-2", (5, 10), (56, 21)),
        ("SST-3", (6, 12), (56, 21)),
        ("PRAPIBC-1", (4, 10), (14, 7)),
        ("PRAP2S-1", (4, 10), (28, 14)),
    ],
)
def test_b20_group_and_hours_are_parameters(code: str, group: tuple[int, int], hours: tuple[int, int]) -> None:
    held = rules(code)
    assert (held.group_min, held.group_max) == group
    assert (held.initial_hours, held.refresher_hours) == hours


def test_b20_prerequisites_sites_trainers_and_ages_are_parameters() -> None:
    assert codes(rules("SST-2").prerequisites) == {"SST-1"}
    assert codes(rules("SST-3").prerequisites) == {"SST-2"}
    assert rules("SST-2").bases_required
    assert not rules("SST-1").bases_required
    assert set(Scheme.objects.filter(site_required=True).values_list("code", flat=True)) == {"Catec"}
    assert codes(Qualification.objects.filter(rules__trainers_required=2)) == {"Catec-1-M"}
    assert codes(Qualification.objects.filter(rules__minimum_age=18)) == {
        "Amiante-1-OC",
        "Amiante-1-EC",
        "Amiante-1-ET",
        "Amiante-1-CF",
        "Amiante-2",
    }


@pytest.mark.parametrize(
    ("code", "taught_by"),
    [("SST-1", {"SST-2", "SST-3"}), ("SST-2", {"SST-3"}), ("SST-3", {"SST-3"}), ("Catec-1-M", {"Catec-2"})],
)
def test_b22_who_may_teach(code: str, taught_by: set[str]) -> None:
    assert codes(rules(code).taught_by) == taught_by


def test_b26_b27_what_renews_and_what_stands_for_what() -> None:
    assert codes(rules("SST-3").renews) == {"SST-2"}
    assert codes(rules("SST-1").equivalents) == {"APS-ASD-1"}


def test_b31_amiante_has_several_certificates_in_one_level() -> None:
    one = Level.objects.get(scheme__code="Amiante sous-section 4", number=1)
    assert one.qualifications.count() == 4


def test_b20_what_no_source_gives_is_marked() -> None:
    assert "signatory" in qualification("SST-1").unconfirmed
    assert "validity_months" in rules("AP-TRL-1").unconfirmed
    assert "validity_months" not in rules("SST-2").unconfirmed


def test_b46_what_the_network_changed_is_left_alone() -> None:
    """The catalogue is the network's: installing again creates what is missing and touches nothing else."""
    held, obeyed = qualification("SST-1"), rules("SST-1")
    held.title, obeyed.validity_months = "Titre revu", 30
    held.save()
    obeyed.save()
    obeyed.taught_by.clear()
    before = Qualification.objects.count()
    qualification("AP-TRL-1").delete()
    install()
    held, obeyed = qualification("SST-1"), rules("SST-1")
    assert (obeyed.validity_months, held.title, obeyed.taught_by.count()) == (30, "Titre revu", 0)
    assert Qualification.objects.count() == before
    assert codes(rules("AP-TRL-1").taught_by) == {"AP-TRL-2"}


def test_every_qualification_can_be_taught() -> None:
    assert not Qualification.objects.filter(rules__taught_by=None).exists()
