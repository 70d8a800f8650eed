"""What the light Markdown of the manuals makes of what is typed."""

from __future__ import annotations

import pytest

from forprev.support.manuals.markup import blocks, faults, headings
from forprev.support.manuals.screen import html

CHAPTERS = {"reperes"}


def shown(text: str, **values: str) -> str:
    return html(blocks(text, values), "formateur")


def test_paragraphs_headings_lists_and_words() -> None:
    made = shown("Un **mot** et *un autre*.\n\n## Titre d’une partie\n\n1. Un\n2. Deux\n\n- a\n- b")
    assert "<p>Un <strong>mot</strong> et <em>un autre</em>.</p>" in made
    assert '<h2 id="titre-dune-partie">Titre d’une partie</h2>' in made
    assert "<ol><li>Un</li><li>Deux</li></ol>" in made
    assert "<ul><li>a</li><li>b</li></ul>" in made
    assert headings(blocks("## Titre\n\nTexte", {})) == [("titre", "Titre")]


def test_headings_leave_the_first_level_to_the_chapter() -> None:
    assert "<h2" in shown("# Un")
    assert "<h3" in shown("##### Cinq")


@pytest.mark.parametrize(
    ("text", "tone"), [("Astuce : faites", "tip"), ("Attention : faites", "warning"), ("Faites", "info")]
)
def test_notes_say_their_sort_in_words(text: str, tone: str) -> None:
    made = shown(f"> {text} ceci.")
    assert f"manual-{tone}" in made
    assert made.count("Faites ceci.") == 1
    assert "manual-note-title" in made


def test_tables_have_headers() -> None:
    made = shown("| État | Sens |\n|---|---|\n| Valide | Il vaut |")
    assert '<th scope="col">État</th>' in made
    assert '<th scope="row">Valide</th><td>Il vaut</td>' in made


def test_a_picture_alone_on_its_line_is_a_figure_with_its_size() -> None:
    made = shown('![Le formulaire de connexion](connexion "Connexion")')
    assert 'src="/static/support/manuals/connexion' in made
    for attribute in ('alt="Le formulaire de connexion"', 'loading="lazy"', 'width="', 'height="'):
        assert attribute in made
    assert "<figcaption>Connexion</figcaption>" in made
    assert "<p>" not in made


def test_french_spaces_do_not_end_a_line() -> None:
    assert "«\u00a0Lire\u00a0»\u00a0: oui\u00a0?" in shown("« Lire » : oui ?")


def test_variables_stand_for_what_is_in_force() -> None:
    assert "<p>21 jours</p>" in shown("{jours_telechargement}", jours_telechargement="21 jours")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "Un <b>mot</b>",
        '<img src=x onerror="alert(1)">',
        "[lien](javascript:alert(1))",
        '![x](connexion "<b>")',
        "`<b>code</b>`",
        "    <b>",
    ],
)
def test_markup_that_is_typed_is_text(text: str) -> None:
    made = shown(text)
    for tag in ("<script", "<b>", 'onerror="', 'href="javascript'):
        assert tag not in made


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{inconnue}", "Variable inconnue : {inconnue}."),
        ("![Ce que c’est](absente)", "Illustration inconnue : absente."),
        ("![](connexion)", "L’illustration connexion n’a pas de texte de remplacement, entre les crochets."),
        ("Voyez ![ceci](connexion).", "Une illustration se met seule, entre deux lignes vides."),
        ("[là](#ailleurs)", "Aucun chapitre de ce manuel n’a l’adresse #ailleurs."),
        ("[là](http://exemple.fr)", "Ce lien doit commencer par #, /, https: ou mailto: : http://exemple.fr."),
        ("[là](//exemple.fr)", "Ce lien doit commencer par #, /, https: ou mailto: : //exemple.fr."),
        ("- [là](ailleurs)", "Ce lien doit commencer par #, /, https: ou mailto: : ailleurs."),
    ],
)
def test_what_cannot_be_published_is_said(text: str, said: str) -> None:
    assert faults(text, CHAPTERS) == [said]


def test_what_can_be_published() -> None:
    text = "[a](#reperes) [b](/aide) [c](https://inrs.fr) {telephone}\n\n![Le formulaire](connexion)"
    assert faults(text, CHAPTERS) == []
