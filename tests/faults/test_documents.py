"""The shared folder of documents, in which others would have an object store, goes away and comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from forprev.core.errors import DomainError
from forprev.support.models import CorrectionRequest
from tests.factories.support import asked, proof
from tests.faults.conftest import Happened
from tests.http.world import browser_of


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.mark.fault(15, "The folder of documents is away", "pages go on; downloads and uploads say to try again")
@pytest.mark.django_db
def test_documents_that_cannot_be_reached(folder: Path, happened: Happened) -> None:
    kept = asked(document=proof())
    browser = browser_of(kept.person)
    address = f"/mon-profil/corrections/{kept.pk}/justificatif"
    balancer = Client()
    assert balancer.get("/pret").status_code == 200
    away = folder.rename(folder.with_name("away"))
    folder.touch()  # what stands there is no folder: any user gets an error, root included

    answer = browser.get(address)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "Réessayez dans quelques minutes." in answer.content.decode()
    with pytest.raises(DomainError, match="Réessayez dans quelques minutes"):
        asked(document=proof())
    assert CorrectionRequest.objects.get() == kept
    assert browser.get("/mon-profil/demander-une-correction").status_code == 200
    answer = balancer.get("/pret")
    assert (answer.status_code, answer.json()["documents"]) == (200, False)

    folder.unlink()
    away.rename(folder)
    assert balancer.get("/pret").json()["documents"] is True
    assert b"".join(browser.get(address).streaming_content) == proof().content
    happened("page 200, download 503 with its reason, upload refused, no row; all comes back")
