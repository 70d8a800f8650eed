"""What the screens hand out is sealed, one by one and together; the certificates of the seal are public."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from cryptography import x509
from django.test import Client

from forprev.certification.sealing import examine
from tests.certification.sealing.readers import Reader
from tests.factories.certification import entity_of, issued_session
from tests.http.world import browser_of

pytestmark = pytest.mark.django_db


def test_every_certificate_leaves_with_a_seal_that_the_published_chain_proves(tmp_path: Path) -> None:
    session = issued_session(trainees=2)
    browser = browser_of(entity_of(session).person)
    published = Client().get("/cachet/certificats.pem")
    assert published.status_code == 200
    assert published["Content-Type"] == "application/x-pem-file"
    reader = Reader(tmp_path / "store")
    reader.trust(published.content)

    archive = browser.get(f"/sessions/{session.pk}/telechargements/certificats.zip")
    with zipfile.ZipFile(io.BytesIO(archive.content)) as opened:
        files = [opened.read(name) for name in opened.namelist()]
    files += [browser.get(f"/certificats/{each.pk}/pdf").content for each in session.certificates.all()]
    numbers = {each.number for each in session.certificates.all()}
    assert len(files) == 4
    for pdf in files:
        report = reader.report(pdf)
        assert report.valid
        assert report.trusted
        found = examine(pdf)
        assert found.genuine
        assert found.number in numbers
    assert {examine(pdf).number for pdf in files} == numbers


def test_the_published_chain_holds_no_key(folder: Path) -> None:
    content = Client().get("/cachet/certificats.pem").content
    assert b"PRIVATE" not in content
    assert len(x509.load_pem_x509_certificates(content)) == 2
