"""The public directory (B10): who is in it, what it says, how it is searched, the map."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories.accreditation import accredit
from tests.factories.organisations import OrganisationFactory
from tests.screens import text_of

pytestmark = pytest.mark.django_db


def test_smoke() -> None:
    body = OrganisationFactory(name="Été Formation", published=True)
    accredit(body)
    for url in ("/annuaire", "/annuaire/carte", f"/annuaire/{body.pk}", "/annuaire?nom=zzz", "/annuaire/carte?nom=zzz"):
        answer = Client().get(url)
        assert answer.status_code == 200
        print(url, len(answer.content), text_of(answer)[:1500], dict(answer.headers))
