"""Nothing that the application keeps of people is without a rule, or a reason."""

from __future__ import annotations

import pghistory
import pytest
from django.apps import apps
from django.db import models
from pghistory.models import Event

from forprev.accounts.models import Account
from forprev.accreditation.dossiers.services import FOLDER
from forprev.core import uploads
from forprev.network.messages import services as messages
from forprev.organisations.updating import services as updating
from forprev.people.models import Person
from forprev.people.retention.registry import covered, kept_reasons, kinds
from forprev.support import services as corrections
from forprev.support.contact import services as contact

OURS = [model for model in apps.get_models() if model.__module__.startswith("forprev.")]
TELLING = ("name", "email", "birth_date", "signatory", "recipient", "document", "urssaf", "attendance", "address")
OF_THINGS = {
    "catalogue.CertificateTemplate",
    "catalogue.Scheme",
    "catalogue.Signatory",
    "organisations.RegionalFund",
    "organisations.TrainingSite",
}
"""Names of things, and of the signatories whom the network publishes on its papers."""


def tells_of_people(model: type[models.Model]) -> bool:
    for field in model._meta.concrete_fields:
        if field.is_relation and field.related_model in (Person, Account):
            return True
        if isinstance(field, models.CharField | models.TextField | models.DateField) and any(
            word in field.name for word in TELLING
        ):
            return True
    return False


def label(model: type[models.Model]) -> str:
    """A history is that of its model."""
    tracked = getattr(model, "pgh_tracked_model", None)
    return (tracked or model)._meta.label


def test_every_model_that_tells_of_people_has_a_rule_or_a_reason() -> None:
    known = covered()
    missing = {
        model._meta.label
        for model in OURS
        if tells_of_people(model) and model not in known and label(model) not in OF_THINGS
    }
    assert missing == set()


def test_the_history_of_what_has_a_rule_has_one_too() -> None:
    known = covered()
    tables = [model for model in OURS if issubclass(model, Event)]
    tracked = {model.pgh_tracked_model: model for model in tables}  # type: ignore[attr-defined]
    assert {table._meta.label for model, table in tracked.items() if model in known and table not in known} == set()
    assert pghistory.core.event_models(tracks_model=Person)[0] in known


def test_every_line_of_the_register_says_what_why_how_long() -> None:
    for kind in kinds():
        assert all([kind.title, kind.holds, kind.purpose, kind.starts, kind.recipients]), kind.key
        if kind.can_change:
            assert 0 < kind.least <= kind.months <= kind.most, kind.key
            assert kind.parts, kind.key
        else:
            assert bool(kind.elsewhere) != bool(kind.parts), kind.key
    assert all(kept_reasons().values())


@pytest.mark.parametrize("key", [kind.key for kind in kinds()])
def test_keys_are_short_and_plain(key: str) -> None:
    assert key.isidentifier()
    assert len(key) <= 40


def test_the_sweep_knows_every_field_that_holds_the_key_of_a_document() -> None:
    held = {(model, field) for holders in uploads._held.values() for model, field in holders}
    keys = {
        (model, field.name)
        for model in OURS
        if not issubclass(model, Event)
        for field in model._meta.concrete_fields
        if field.help_text == "Its key in the storage."
    }
    assert keys == held
    folders = {FOLDER, corrections.FOLDER, contact.FOLDER, updating.FOLDER, messages.FOLDER}
    assert set(uploads._held) == folders
