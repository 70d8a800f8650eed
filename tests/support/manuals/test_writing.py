"""The national administration writes the manuals."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from forprev.accounts.models import Role
from forprev.support.manuals.models import Chapter
from forprev.support.manuals.registry import original, originals
from forprev.support.manuals.services import install
from tests.screens import make_network_role, signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def national() -> Client:
    return signed_in(make_network_role(Role.NATIONAL_ADMINISTRATOR))


@pytest.fixture
def chapter() -> Chapter:
    return Chapter.objects.get(manual="formateur", slug="retour-commente")


def typed(chapter: Chapter, **changes: str) -> dict[str, Any]:
    return {"version": chapter.version, "title": chapter.title, "text": chapter.text, **changes}


def address(chapter: Chapter, more: str = "") -> str:
    return f"/administration/chapitres/{chapter.pk}{more}"


def order(manual: str = "formateur") -> list[str]:
    return [each.slug for each in Chapter.objects.filter(manual=manual)]


def test_the_chapters_of_the_release_are_installed_once(chapter: Chapter) -> None:
    assert order("gestionnaire") == [each.slug for each in originals()["gestionnaire"]]
    Chapter.objects.exclude(pk=chapter.pk).delete()
    install()
    assert list(Chapter.objects.all()) == [chapter]
    Chapter.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert Chapter.objects.count() == sum(map(len, originals().values()))


def test_a_changed_chapter_is_what_readers_see_and_the_history_tells(national: Client, chapter: Chapter) -> None:
    answer = national.post(address(chapter), typed(chapter, title="Rendre la session", text="Dites **pourquoi**."))
    assert answer.status_code == 302
    page = Client().get("/aide/manuels/formateur/retour-commente")
    assert "<strong>pourquoi</strong>" in page.content.decode()
    assert "Rendre la session" in text_of(page)
    history = text_of(national.get(address(chapter)))
    assert "Titre : Renvoyer une session avec un commentaire → Rendre la session" in history
    assert "Texte modifié" in history
    assert "(Administrateur national)" in history
    assert "Installation" in history


def test_a_preview_keeps_nothing(national: Client, chapter: Chapter) -> None:
    page = national.post(address(chapter), typed(chapter, text="## Une **partie**", preview="1"))
    assert page.status_code == 200
    assert '<h2 id="une-partie">' in page.content.decode()
    assert "Rien n’est encore publié." in text_of(page)
    chapter.refresh_from_db()
    assert chapter.version == 1
    assert "Une **partie**" not in chapter.text


@pytest.mark.parametrize("button", ["preview", "publish"])
def test_what_cannot_be_published_is_said_beside_the_text_and_stays_typed(
    national: Client, chapter: Chapter, button: str
) -> None:
    text = "Voyez [là](#nulle-part) et {rien}.\n\n![x](absente)"
    page = national.post(address(chapter), typed(chapter, text=text, **{button: "1"}))
    assert page.status_code == 422
    said = text_of(page)
    for fault in ("Variable inconnue : {rien}.", "Illustration inconnue : absente.", "l’adresse #nulle-part."):
        assert fault in said
    assert "Voyez [là](#nulle-part)" in said
    chapter.refresh_from_db()
    assert chapter.version == 1


def test_an_empty_form_says_what_is_missing(national: Client, chapter: Chapter) -> None:
    page = national.post(address(chapter), {"version": 1, "title": " ", "text": ""})
    assert page.status_code == 422
    assert "Le titre doit être renseigné." in text_of(page)
    assert "Le texte doit être renseigné." in text_of(page)


def test_two_writers_at_once_the_second_sees_both_versions(national: Client, chapter: Chapter) -> None:
    national.post(address(chapter), typed(chapter, text="Le premier."))
    page = national.post(address(chapter), typed(chapter, text="Le second."))
    assert page.status_code == 409
    assert "Le premier." in text_of(page)
    assert "Le second." in text_of(page)
    chapter.refresh_from_db()
    assert chapter.text == "Le premier."


def test_the_text_of_the_release_comes_back_into_the_form_alone(national: Client, chapter: Chapter) -> None:
    national.post(address(chapter), typed(chapter, text="Autre chose."))
    chapter.refresh_from_db()
    page = national.post(address(chapter), typed(chapter, original="1"))
    shipped = original("formateur", "retour-commente")
    assert shipped
    assert page.context["form"].initial["text"] == shipped.text
    assert page.context["form"].initial["version"] == 2
    assert "Rien ne change avant « Publier »" in text_of(page)
    chapter.refresh_from_db()
    assert chapter.text == "Autre chose."


def test_an_illustration_is_put_at_the_end_of_the_text(national: Client, chapter: Chapter) -> None:
    chosen = {"illustration": "connexion", "alternative": "La page [Connexion]", "caption": 'Dite "Connexion"'}
    page = national.post(address(chapter), typed(chapter, text="Un mot.", insert="1", **chosen))
    line = '![La page (Connexion)](connexion "Dite ”Connexion”")'
    assert page.context["form"].initial["text"] == f"Un mot.\n\n{line}"
    assert national.post(address(chapter), typed(chapter, text=f"Un mot.\n\n{line}")).status_code == 302
    missing = national.post(address(chapter), typed(chapter, insert="1"))
    assert missing.status_code == 422
    assert "Choisissez l’illustration à insérer." in text_of(missing)
    assert "Dites ce que montre l’image." in text_of(missing)


def test_a_new_chapter_is_the_last_and_may_lead_to_itself_and_others(national: Client) -> None:
    text = "Voyez [vos repères](#reperes) ou [ici](#un-sujet-de-plus)."
    new = "/administration/manuels/formateur/nouveau"
    assert national.post(new, {"title": "Un sujet de plus", "text": text}).status_code == 302
    assert order()[-1] == "un-sujet-de-plus"
    assert Client().get("/aide/manuels/formateur/un-sujet-de-plus").status_code == 200
    again = national.post(new, {"title": "Un sujet de plus", "text": "x"})
    assert again.status_code == 422
    assert "Un autre chapitre de ce manuel a déjà ce titre." in text_of(again)


def test_a_title_without_letters_makes_no_address(national: Client) -> None:
    page = national.post("/administration/manuels/formateur/nouveau", {"title": "???", "text": "x"})
    assert page.status_code == 422
    assert "Ce titre doit contenir des lettres ou des chiffres." in text_of(page)


def test_chapters_move_one_place_and_the_ends_stay(national: Client, chapter: Chapter) -> None:
    before = order()
    national.post(address(chapter, "/place"), {"sens": "monter"})
    assert order() == ["se-connecter", "reperes", "retour-commente", "donner-les-resultats", *before[4:]]
    national.post(address(chapter, "/place"), {"sens": "descendre"})
    assert order() == before
    first = Chapter.objects.get(manual="formateur", slug=before[0])
    national.post(address(first, "/place"), {"sens": "monter"})
    national.post(address(first, "/place"), {"sens": "ailleurs"})
    assert order() == before


def test_a_chapter_is_removed_once_confirmed_and_may_come_back(national: Client) -> None:
    last = Chapter.objects.get(manual="formateur", slug="mes-certificats")
    assert "Retirer le chapitre" in text_of(national.get(address(last, "/retirer")))
    assert "mes-certificats" in order()
    assert national.post(address(last, "/retirer"), {"version": last.version}).status_code == 302
    assert "mes-certificats" not in order()
    assert Client().get("/aide/manuels/formateur/mes-certificats").status_code == 404
    manual = national.get("/administration/manuels/formateur")
    assert "Livrés avec l’application, absents de ce manuel" in text_of(manual)
    national.post("/administration/manuels/formateur/mes-certificats/ajouter")
    assert order()[-1] == "mes-certificats"
    assert "absents de ce manuel" not in text_of(national.get("/administration/manuels/formateur"))
    assert national.post("/administration/manuels/formateur/rien/ajouter").status_code == 404


def test_a_chapter_to_which_another_leads_or_that_changed_stays(national: Client, chapter: Chapter) -> None:
    page = national.post(address(chapter, "/retirer"), {"version": chapter.version})
    assert page.status_code == 400
    assert "Un lien mène à ce chapitre depuis : Donner les résultats." in text_of(page)
    other = Chapter.objects.get(manual="formateur", slug="reperes")
    assert national.post(address(other, "/retirer"), {"version": other.version + 1}).status_code == 409
    assert national.post(address(other, "/retirer"), {}).status_code == 422
    assert {"reperes", "retour-commente"} <= set(order())


def test_what_is_typed_is_shown_as_text(national: Client, chapter: Chapter) -> None:
    text = "<script>alert(1)</script> [x](javascript:alert(1))"
    page = national.post(address(chapter), typed(chapter, title="<b>t</b>", text=text, preview="1"))
    national.post(address(chapter), typed(chapter, title="<b>t</b>", text=text))
    read = Client().get("/aide/manuels/formateur/retour-commente")
    for content in (page.content, read.content):
        assert b"<script>alert" not in content
        assert b"<b>t" not in content
        assert b'href="javascript' not in content


def test_the_menu_leads_to_them(national: Client) -> None:
    page = national.get("/administration/manuels")
    for manual in ("Gestionnaire", "Visiteur et candidat"):
        assert manual in text_of(page)
    assert 'href="/administration/manuels"' in page.content.decode()
