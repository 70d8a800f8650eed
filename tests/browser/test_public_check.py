"""Checking a certificate on a phone: with its QR code, its code, its file."""

from __future__ import annotations

import io
import subprocess
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from forprev.certification.checking.codes import grouped
from forprev.certification.models import Certificate
from forprev.core.dates import today
from forprev.organisations.services import choose_fund
from tests.browser.account_steps import inspect
from tests.browser.conftest import Open
from tests.browser.steps import is_on, pass_step, see, sign_in
from tests.documents import scanned
from tests.factories.accounts import AccountFactory
from tests.factories.certification import ended, taken_over
from tests.factories.organisations import fund
from tests.factories.people import PersonFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]

PHONE = 375


@pytest.fixture
def certificate() -> Certificate:
    person = PersonFactory(last_name="GOUROUX", first_name="Nicolas", birth_date=date(1980, 2, 29))
    choose_fund(person, fund("bretagne"))
    return taken_over(person, "SST-2")


@pytest.fixture
def paper(certificate: Certificate, new_page: Open, tmp_path: Path) -> Path:
    """The file as its holder fetches it."""
    holder = new_page()
    sign_in(holder, AccountFactory(person=certificate.person).email)
    path = tmp_path / "certificat.pdf"
    path.write_bytes(holder.context.request.get(f"/certificats/{certificate.pk}/pdf").body())
    return path


def says(page: Page, word: str) -> None:
    expect(page.locator(".verdict-word")).to_have_text(word)


def type_code(page: Page, code: str, surname: str) -> None:
    page.get_by_label("Code du certificat").fill(code)
    page.get_by_label("Nom du titulaire").fill(surname)
    pass_step(page, "Vérifier le code")


def drop(page: Page, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "application/pdf", "buffer": content}
    page.get_by_label("Fichier PDF du certificat").set_input_files(file)
    pass_step(page, "Vérifier le fichier")


def qr_code_of(paper: Path) -> str:
    """What a telephone reads on the page."""
    (code,) = scanned(paper.read_bytes())
    return code


def words_of(paper: Path) -> str:
    text = subprocess.run(["pdftotext", paper, "-"], capture_output=True, check=True).stdout.decode()
    return " ".join(text.split())


def test_the_qr_code_then_the_name(new_page: Open, javascript: bool, certificate: Certificate, paper: Path) -> None:
    page = new_page(javascript=javascript, width=PHONE)
    page.goto(qr_code_of(paper))
    says(page, "Valide")
    see(page, "N. G., né(e) en 1980")
    expect(page.get_by_role("main")).not_to_contain_text("GOUROUX")
    inspect(page, javascript)
    page.get_by_label("Nom du titulaire").fill("Gouroud")
    pass_step(page, "Vérifier le nom")
    see(page, "Ce nom n’est pas celui du titulaire")
    expect(page.get_by_label("Nom du titulaire")).to_have_value("Gouroud")
    inspect(page, javascript)
    page.get_by_label("Nom du titulaire").fill("gouroux")
    pass_step(page, "Vérifier le nom")
    says(page, "Valide")
    see(page, "GOUROUX Nicolas, né(e) en 1980")


def test_the_code_and_the_name(new_page: Open, javascript: bool, certificate: Certificate, paper: Path) -> None:
    assert f"Code : {grouped(certificate.typed_code)}" in words_of(paper)
    page = new_page(javascript=javascript, width=PHONE)
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Vérifier un certificat").click()
    is_on(page, "Vérifier un certificat")
    see(page, urlsplit(page.url).netloc + "/verification")
    inspect(page, javascript)

    code = grouped(certificate.typed_code)
    type_code(page, code[1] + code[0] + code[2:] if code[0] != code[1] else code[:-1], "Gouroux")
    see(page, "vérifiez la saisie")
    expect(page.get_by_label("Nom du titulaire")).to_have_value("Gouroux")
    inspect(page, javascript)

    type_code(page, code, "Durand")
    says(page, "Introuvable")
    inspect(page, javascript)

    page.get_by_role("link", name="Vérifier un autre certificat").click()
    type_code(page, code.lower().replace(" ", "-"), "GOUROUX")
    says(page, "Valide")
    see(page, "GOUROUX Nicolas, né(e) en 1980")
    see(page, "Le titulaire sait combien de fois")


def test_the_file(new_page: Open, javascript: bool, certificate: Certificate, paper: Path) -> None:
    page = new_page(javascript=javascript, width=PHONE)
    page.goto("/verification")
    drop(page, "certificat.pdf", paper.read_bytes())
    says(page, "Valide")
    see(page, "Le sceau du fichier est intact")
    see(page, certificate.number)
    expect(page.get_by_role("main")).not_to_contain_text("GOUROUX")
    inspect(page, javascript)

    page.goto("/verification")
    changed = bytearray(paper.read_bytes())
    changed[len(changed) // 3] ^= 1
    drop(page, "certificat.pdf", bytes(changed))
    says(page, "Introuvable")

    page.goto("/verification")
    rewritten = io.BytesIO()
    with pikepdf.open(paper) as pdf:
        pdf.save(rewritten)
    drop(page, "certificat.pdf", rewritten.getvalue())
    says(page, "Introuvable")
    inspect(page, javascript)

    page.goto("/verification")
    drop(page, "photo.pdf", b"GIF89a")
    see(page, "Ce fichier n’est pas un PDF")
    inspect(page, javascript)


@pytest.mark.parametrize("word", ["Expiré", "Annulé", "Remplacé"])
def test_what_counts_no_more(new_page: Open, word: str) -> None:
    person = PersonFactory(last_name="GOUROUX")
    certificate = taken_over(person, "SST-2", expires_on=today() - timedelta(days=word == "Expiré"))
    if word != "Expiré":
        ended(certificate, "cancelled" if word == "Annulé" else "replaced")
    page = new_page(width=PHONE)
    page.goto("/verification")
    type_code(page, certificate.typed_code, "GOUROUX")
    says(page, word)
    inspect(page, javascript=True)


def test_past_the_limits_a_page_says_so(new_page: Open) -> None:
    page = new_page(width=PHONE)
    for _ in range(11):
        page.goto("/verification/" + "A" * 26)
    is_on(page, "Trop de vérifications")
    see(page, "01 40 44 30 44")
    inspect(page, javascript=True)


def test_the_holder_sees_how_often(new_page: Open, certificate: Certificate) -> None:
    phone = new_page(width=PHONE)
    for _ in range(2):
        phone.goto(f"/verification/{certificate.verification_code}")
    account = AccountFactory(person=certificate.person)
    page = new_page()
    sign_in(page, account.email)
    page.goto("/certificats")
    see(page, f"2 vérifications, la dernière le {today():%d/%m/%Y}")
    inspect(page, javascript=True)
