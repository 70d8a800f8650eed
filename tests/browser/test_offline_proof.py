"""The page that checks a certificate's QR code by itself: on the site, and saved as a file, without network."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from forprev.certification.proofs import keys
from forprev.certification.proofs.compact import proof_of
from tests.browser.account_steps import inspect
from tests.browser.conftest import Open
from tests.browser.steps import is_on
from tests.certification.conftest import key_folder  # noqa: F401 (a fixture)
from tests.certification.documents.test_pdf import CHECK_URL, Facts
from tests.certification.proofs.common import put_key

pytestmark = pytest.mark.django_db(transaction=True)

VALID = Facts(issued_on=date(2026, 1, 15), expires_on=date(2099, 1, 15), holder="NGUYỄN-ŒDIPE Zoé")


def text_of(facts: Facts) -> str:
    return f"{CHECK_URL}#{proof_of(facts)}"


def check(page: Page, text: str) -> None:
    page.get_by_label("Texte du QR code").fill(text)
    page.get_by_role("button", name="Vérifier").click()


def says(page: Page, title: str) -> None:
    expect(page.get_by_role("status").get_by_role("heading", name=title, exact=True)).to_be_visible()


def judge(page: Page) -> None:
    """Everything that the page may answer, but for keys."""
    check(page, text_of(VALID))
    says(page, "Signature juste")
    answer = page.locator("#proof-answer")
    for words in ("NGUYỄN-ŒDIPE Zoé", "SST-2/2022/000123", "29/02/1980", "15/01/2026", "15/01/2099"):
        expect(answer).to_contain_text(words)
    expect(answer).to_contain_text("personne ne peut savoir si ce certificat a été annulé")
    check(page, text_of(Facts()))
    says(page, "Signature juste, certificat expiré")
    cut = text_of(VALID)
    check(page, f" {cut[:90]}\n{cut[90:]} ")
    says(page, "Signature juste")
    header, payload, signature = proof_of(VALID).split(".")
    check(page, f"{header}.{proof_of(Facts(holder='MENTEUR Max')).split('.')[1]}.{signature}")
    says(page, "Signature fausse")
    check(page, f"{header}.{payload}.{signature[:-5]}AAAAA")
    says(page, "Signature fausse")
    check(page, "https://forprev.exemple.fr/verification/ABC")
    says(page, "Preuve illisible")


def saved(page: Page, folder: Path) -> Path:
    """The page as a file, fetched by its link."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Enregistrer cette page").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def opened_without_network(browser: Browser, path: Path, faults: list[str]) -> Page:
    context = browser.new_context(locale="fr-FR", offline=True, viewport={"width": 375, "height": 740})
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto(path.as_uri())
    return page


def test_on_the_site_and_saved(new_page: Open, browser: Browser, tmp_path: Path) -> None:
    page = new_page()
    page.goto("/verification/hors-ligne")
    is_on(page, "Vérifier un certificat hors ligne")
    judge(page)
    inspect(page, javascript=True)
    faults: list[str] = []
    copy = opened_without_network(browser, saved(page, tmp_path), faults)
    judge(copy)
    check(copy, text_of(VALID))
    says(copy, "Signature juste")
    inspect(copy, javascript=True)
    copy.context.close()
    assert faults == []


def test_keys_out_of_service_or_unknown(
    new_page: Open,
    browser: Browser,
    tmp_path: Path,
    key_folder: Path,  # noqa: F811
) -> None:
    put_key(key_folder, date(2020, 1, 1), "a")
    before, after = text_of(VALID), text_of(Facts(issued_on=date(2026, 2, 2)))
    put_key(key_folder, date(2026, 2, 1), "b")
    keys.forget()
    page = new_page()
    page.goto("/verification/hors-ligne")
    check(page, before)
    says(page, "Signature juste")
    check(page, after)
    says(page, "Clé expirée")
    put_key(key_folder, date(2026, 2, 2), "c")
    keys.forget()
    check(page, text_of(VALID))
    says(page, "Clé inconnue")


def test_without_scripts_it_says_what_else_there_is(new_page: Open) -> None:
    page = new_page(javascript=False)
    page.goto("/verification/hors-ligne")
    expect(page.get_by_text("Sans lui, employez le programme en Python")).to_be_visible()
    expect(page.get_by_label("Texte du QR code")).to_be_hidden()
