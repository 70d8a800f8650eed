"""Demonstration data stays off any machine that may hold real data."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from forprev.demo.services import NotLocal, is_loaded, load
from forprev.organisations.models import Organisation


@pytest.mark.django_db
def test_refuses_to_load_outside_a_private_machine(settings: Settings) -> None:
    settings.LOCAL = False

    with pytest.raises(NotLocal):
        load()
    with pytest.raises(CommandError, match="machine locale"):
        call_command("load_demo")

    assert not is_loaded()
    assert not Organisation.objects.exists()
