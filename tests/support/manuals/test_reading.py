"""The manuals as their readers find them: on line and on paper."""

from __future__ import annotations

import io
import subprocess

import page
import pikepdf
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forprev.accounts.models import Role
from forprev.certification.models import CertificationSettings
from forprev.support.manuals import services
from forprev.support.manuals.markup import headings, words
from forprev.support.manuals.models import Chapter, Edition
from forprev.support.manuals.registry import MANUALS, Manual, manual_of, originals
from forprev.support.manuals.selectors import read
from tests.certification.documents.test_pdf import faults
from tests.screens import make_entity, make_member, make_network_role, signed_in, text_of
from tests.support.manuals.test_content import figures

pytestmark = pytest.mark.django_db
SLUGS = [manual.slug for manual in MANUALS]


def of(slug: str) -> Manual:
    found = manual_of(slug)
    assert found
    return found


def squeezed(text: str) -> str:
    """Without what a line end changes."""
    return "".join(text.split()).replace("-", "")


@pytest.mark.parametrize(
    ("role", "own"),
    [
        (Role.DELEGATE, "delegataire"),
        (Role.MANAGER, "gestionnaire"),
        (Role.COMMITTEE, "commission"),
        (Role.NATIONAL_ADMINISTRATOR, "national"),
        (Role.SUPPORT_AGENT, "hotline"),
        (None, "public"),
    ],
)
def test_a50_one_s_own_manual_comes_first(role: Role | None, own: str) -> None:
    if role is None:
        client = Client()
    elif role in (Role.DELEGATE, Role.MANAGER):
        client = signed_in(make_member(make_entity(), role))
    else:
        client = signed_in(make_network_role(role))
    html = client.get("/aide/manuels").content.decode()
    assert html.count("Votre manuel") == 1
    assert html.index(f'href="/aide/manuels/{own}"') < html.index('<h2 id="others"')
    for slug in set(SLUGS) - {own}:
        assert html.index(f'href="/aide/manuels/{slug}"') > html.index('<h2 id="others"')


def test_the_shelf_tells_the_size_of_what_is_on_paper(client: Client) -> None:
    assert "(PDF)" in text_of(client.get("/aide/manuels"))
    Edition.objects.create(manual="formateur", content=b"", size=1_258_291)
    assert "(PDF, 1,2" in text_of(client.get("/aide/manuels"))


@pytest.mark.parametrize("slug", SLUGS)
def test_every_chapter_is_read_beside_the_others(client: Client, slug: str) -> None:
    cover = client.get(f"/aide/manuels/{slug}").content.decode()
    chapters = originals()[slug]
    for place, chapter in enumerate(chapters):
        address = f"/aide/manuels/{slug}/{chapter.slug}"
        assert f'href="{address}"' in cover
        html = client.get(address).content.decode()
        assert f'href="{address}" aria-current="page"' in html
        assert html.count("<h1>") == 1
        assert ('rel="prev"' in html) == (place > 0)
        assert ('rel="next"' in html) == (place < len(chapters) - 1)
        for anchor, _ in headings(read(Chapter(manual=slug, text=chapter.text)).content):
            assert html.count(f'id="{anchor}"') == 1, anchor


def test_each_manual_names_the_command_of_its_pictures(client: Client) -> None:
    assert "faites par la commande make manuals" in text_of(client.get("/aide/manuels/formateur"))


@pytest.mark.parametrize("address", ["inconnu", "inconnu.pdf", "formateur/inconnu", "inconnu/reperes"])
def test_what_is_not_there_is_not_found(client: Client, address: str) -> None:
    assert client.get(f"/aide/manuels/{address}").status_code == 404


def test_a_manual_without_chapters_is_not_shown(client: Client) -> None:
    Chapter.objects.filter(manual="hotline").delete()
    assert "/aide/manuels/hotline" not in client.get("/aide/manuels").content.decode()
    assert client.get("/aide/manuels/hotline").status_code == 404
    assert client.get("/aide/manuels/hotline.pdf").status_code == 404


def test_delays_are_those_in_force_on_line_and_on_paper(client: Client) -> None:
    before = client.get("/aide/manuels/delegataire.pdf").content
    CertificationSettings.objects.create(pk=1, download_days=23, generation_months=4)
    cache.clear()
    assert "Il reste ouvert 23 jours" in text_of(client.get("/aide/manuels/delegataire/generer-les-certificats"))
    after = client.get("/aide/manuels/delegataire.pdf").content
    assert "reste ouvert 23 jours" in text_in(after)
    assert "reste ouvert 23 jours" not in text_in(before)


def test_pages_ask_few_questions_whatever_the_number_of_chapters(client: Client) -> None:
    for address in ("/aide/manuels", "/aide/manuels/public", "/aide/manuels/public/premiere-demande"):
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get(address)
        Chapter.objects.bulk_create(
            Chapter(manual="public", slug=f"{len(few)}-{n}", rank=100 + n, title=str(n), text="x") for n in range(20)
        )
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) == len(few) <= 5
        Chapter.objects.filter(rank__gte=100).delete()


def text_in(content: bytes) -> str:
    command = ["pdftotext", "-layout", "-", "-"]
    found = subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()
    return " ".join(found.split())


@pytest.fixture(scope="module")
def papers() -> dict[str, bytes]:
    return {}


def paper(slug: str, papers: dict[str, bytes]) -> bytes:
    """Made once for all the tests of this file."""
    if slug not in papers:
        papers[slug] = bytes(services.edition_of(of(slug)).content)
    return papers[slug]


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("profile", [page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1])
def test_paper_conforms_to_the_archive_and_accessibility_standards(
    slug: str, profile: page.ValidationProfile, papers: dict[str, bytes]
) -> None:
    assert faults(paper(slug, papers), profile) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_paper_holds_titles_headings_and_what_pictures_show(slug: str, papers: dict[str, bytes]) -> None:
    content = paper(slug, papers)
    text = squeezed(text_in(content))
    for chapter in Chapter.objects.filter(manual=slug):
        shown = read(chapter)
        assert squeezed(chapter.title) in text
        for _, heading in shown.parts:
            assert squeezed(heading) in text
    assert squeezed("faites par la commande « make manuals »") in text
    alternatives = {
        figure["alt"] for chapter in Chapter.objects.filter(manual=slug) for figure in figures(read(chapter).content)
    }
    assert alternatives <= {str(alternative) for alternative in said_by(content)}


def said_by(content: bytes) -> set[str]:
    """What the pictures of a PDF say to who does not see them."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return {str(each.Alt) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each}


def test_paper_is_made_again_only_when_something_changed(client: Client) -> None:
    made = services.edition_of(of("public"))
    assert services.edition_of(of("public")).made_at == made.made_at
    assert client.get("/aide/manuels/public.pdf").content == bytes(made.content)
    chapter = Chapter.objects.filter(manual="public").first()
    assert chapter
    chapter.title = "Un autre titre"
    chapter.save()
    changed = services.edition_of(of("public"))
    assert changed.made_at > made.made_at
    assert "Un autre titre" in text_in(bytes(changed.content))


def test_paper_is_a_file_to_save_under_a_name_that_says_what_it_is(client: Client) -> None:
    response = client.get("/aide/manuels/public.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="manuel-forprev-public.pdf"'


def test_what_no_font_draws_does_not_keep_a_manual_from_paper() -> None:
    Chapter.objects.filter(manual="public").update(text="漢字 😀 **漢** ![](absente) ![x](absente)\n\n![x](absente)")
    assert bytes(services.edition_of(of("public")).content).startswith(b"%PDF")


def test_all_manuals_are_put_on_paper_by_the_job() -> None:
    Chapter.objects.exclude(manual__in=["public", "formateur"]).delete()
    services.make_editions()
    assert set(Edition.objects.filter(size__gt=100_000).values_list("manual", flat=True)) == {"public", "formateur"}


def test_words_of_a_heading_are_without_their_look() -> None:
    assert words([{"kind": "strong", "inline": [{"kind": "text", "text": "a"}]}, {"kind": "break"}]) == "a"
