"""Templates of certificates: drafts, versions that never change, specimens."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client

from forprev.accounts.models import Role
from forprev.catalogue.models import CertificateTemplate, TemplateVersion
from forprev.certification.documents.pdf import render
from forprev.certification.models import Certificate
from forprev.certification.papers.forms import WRITTEN, contrast_with_white
from tests.documents import words
from tests.factories.catalogue import qualification
from tests.factories.certification import issued_session
from tests.screens import make_network_role, signed_in, text_of

pytestmark = pytest.mark.django_db

MODELS = "/administration/modeles"
CHECK_URL = "https://forprev.exemple.fr/verification/A"


@pytest.fixture
def national() -> Client:
    return signed_in(make_network_role(Role.NATIONAL_ADMINISTRATOR))


def typed(version: TemplateVersion, **changes: str) -> dict[str, Any]:
    return {**{name: getattr(version, name) for name in (*WRITTEN, "version")}, **changes}


def started(national: Client) -> TemplateVersion:
    template = CertificateTemplate.objects.get()
    assert national.post(f"{MODELS}/{template.pk}/versions").status_code == 302
    return TemplateVersion.objects.get(state="draft")


def test_b46_a_version_counts_once_published_and_old_papers_stay(national: Client) -> None:
    before = issued_session(trainees=1).certificates.get()
    draft = started(national)
    address = f"{MODELS}/versions/{draft.number}"
    facts = typed(draft, awarded_text="remis à", mention="Art. R. 4224-15 du code du travail", colour="#5b2a86")
    assert national.post(address, facts).status_code == 302
    assert issued_session(trainees=1).certificates.get().template_version_id == 1
    draft.refresh_from_db()
    assert national.post(f"{address}/publier", {"version": draft.version}).status_code == 302
    after = issued_session(trainees=1).certificates.get()
    assert after.template_version_id == draft.number
    new, old = (words(render(one, check_url=CHECK_URL)) for one in (after, Certificate.objects.get(pk=before.pk)))
    assert "remis à" in new
    assert "Art. R. 4224-15 du code du travail" in new
    assert "délivré à" in old
    assert "SPÉCIMEN" not in new + old


def test_a_published_version_never_changes(national: Client) -> None:
    version = TemplateVersion.objects.get()
    address = f"{MODELS}/versions/{version.number}"
    for page in (address, f"{address}/publier"):
        assert national.post(page, typed(version)).status_code == 409
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        TemplateVersion.objects.update(mention="Autre")
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        version.delete()


def test_one_draft_at_a_time_and_no_update_is_lost(national: Client) -> None:
    draft = started(national)
    assert started(national) == draft
    address = f"{MODELS}/versions/{draft.number}"
    assert national.post(address, typed(draft, awarded_text="remis à")).status_code == 302
    assert national.post(address, typed(draft, awarded_text="offert à")).status_code == 409
    assert national.post(f"{address}/publier", {"version": draft.version}).status_code == 409
    draft.refresh_from_db()
    assert (draft.awarded_text, draft.state) == ("remis à", "draft")
    assert "Au-dessus du nom : délivré à → remis à" in text_of(national.get(address))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"colour": "#ffee00"}, "trop claire pour être lue"),
        ({"colour": "rouge"}, "Une couleur s’écrit #"),
        ({"accent": "#ffffff"}, "trop claire pour être lue"),
        ({"awarded_text": ""}, "Ce champ est obligatoire."),
        ({"mention": "x" * 161}, "160 caractères"),
        ({"mention": "🔥"}, "Ces caractères ne peuvent pas être imprimés"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(national: Client, wrong: dict[str, str], message: str) -> None:
    draft = started(national)
    page = national.post(f"{MODELS}/versions/{draft.number}", typed(draft, **wrong))
    assert page.status_code == 422
    assert message in text_of(page)
    assert TemplateVersion.objects.get(pk=draft.pk).version == draft.version


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast_with_white("#ffffff") == pytest.approx(1)
    assert contrast_with_white("#000000") == pytest.approx(21)
    assert contrast_with_white("#767676") == pytest.approx(4.54, abs=0.01)


def test_a_template_of_its_own_is_no_paper_until_it_is_published(national: Client) -> None:
    assert national.post(f"{MODELS}/nouveau", {"name": "Modèle commun"}).status_code == 422
    assert national.post(f"{MODELS}/nouveau", {"name": "Route"}).status_code == 302
    template = CertificateTemplate.objects.get(name="Route")
    assert template.versions.get().number == 2
    held = qualification("SST-1")
    held.state, held.template = "prepared", template
    held.save()
    address = f"/administration/catalogue/certificats/{held.pk}/ouvrir"
    page = national.post(address, {"version": held.version})
    assert "Publiez d’abord une version du modèle « Route »" in text_of(page)
    national.post(f"{MODELS}/versions/2/publier", {"version": 1})
    assert national.post(address, {"version": held.version}).status_code == 302


def test_a_specimen_says_so_and_is_no_certificate(national: Client) -> None:
    held = qualification("SST-2")
    page = national.get(f"/administration/catalogue/certificats/{held.pk}/specimen.pdf")
    assert page["Content-Type"] == "application/pdf"
    text = words(page.content)
    for said in ("SPÉCIMEN", held.title, "DUPONT-MARTIN Camille", held.signatory.name):
        assert said in text
    picture = national.get(f"{MODELS}/versions/1/specimen.png")
    assert picture.content.startswith(b"\x89PNG")
    assert not Certificate.objects.exists()
    assert "SPÉCIMEN" in words(national.get(f"{MODELS}/versions/1/specimen.pdf").content)
