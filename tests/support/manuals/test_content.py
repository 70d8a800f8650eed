"""The manuals as the release brings them, and the pictures that `make manuals` draws."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from forprev.accounts.models import Role
from forprev.support.manuals.illustrations import FOLDER, PACKAGE, all_illustrations
from forprev.support.manuals.markup import blocks, faults
from forprev.support.manuals.registry import COMMAND, CONTENT, MANUALS, Original, originals

ROOT = Path(__file__).parents[3]
TABLE = ROOT / "scripts" / "manuals" / "pictures.toml"
CHAPTERS = [(manual.slug, chapter) for manual in MANUALS for chapter in originals()[manual.slug]]
A_ROOM = 4 * 1024 * 1024


def figures(content: Any) -> list[dict[str, str]]:
    if isinstance(content, dict):
        own = [content] if content.get("kind") == "figure" else []
        return own + [each for value in content.values() for each in figures(value)]
    return [each for value in content for each in figures(value)] if isinstance(content, list) else []


def drawn() -> list[dict[str, Any]]:
    return tomllib.loads(TABLE.read_text())["picture"]


@pytest.mark.parametrize(("manual", "chapter"), CHAPTERS, ids=lambda one: getattr(one, "slug", one))
def test_nothing_is_against_publishing_a_chapter(manual: str, chapter: Original) -> None:
    assert faults(chapter.text, {each.slug for each in originals()[manual]}) == []
    assert chapter.title
    assert len(chapter.title) <= 120


def test_every_role_has_one_manual_and_visitors_have_one() -> None:
    held = sorted(role for manual in MANUALS for role in manual.roles)
    assert held == sorted(set(Role) - {Role.APPLICANT})
    assert [manual.slug for manual in MANUALS if not manual.roles] == ["public"]


def test_a_manager_has_eight_to_fifteen_chapters_and_nobody_has_none() -> None:
    assert 8 <= len(originals()["gestionnaire"]) <= 15
    assert all(len(chapters) >= 3 for chapters in originals().values())


def test_every_file_is_a_chapter_of_some_manual() -> None:
    named = {name for names in tomllib.loads((CONTENT / "chapters.toml").read_text()).values() for name in names}
    assert named == {str(file.relative_to(CONTENT).with_suffix("")) for file in CONTENT.rglob("*.md")}


def test_every_picture_drawn_is_shown_and_every_picture_shown_is_drawn() -> None:
    shown = {figure["name"] for _, chapter in CHAPTERS for figure in figures(blocks(chapter.text, {}))}
    names = [picture["name"] for picture in drawn()]
    assert len(names) == len(set(names))
    assert shown == set(names) == set(all_illustrations())


def test_every_picture_says_what_it_shows() -> None:
    for _, chapter in CHAPTERS:
        for figure in figures(blocks(chapter.text, {})):
            assert len(figure["alt"]) >= 30, figure["name"]
            assert figure["caption"]
            assert figure["alt"] != figure["caption"]


def test_pictures_are_sound_and_not_heavy() -> None:
    files = list((PACKAGE / FOLDER).glob("*.webp"))
    assert sum(file.stat().st_size for file in files) < A_ROOM
    for file in files:
        with Image.open(file) as picture:
            assert picture.format == "WEBP"
            assert picture.width >= 900


def test_the_command_that_the_manuals_name_draws_them() -> None:
    makefile = (ROOT / "Makefile").read_text()
    target = COMMAND.removeprefix("make ")
    assert f"\n{target}: " in makefile
    assert "scripts/manuals/draw.py" in makefile.split(f"\n{target}: ")[1].split("\n\n")[0]
    assert (ROOT / "scripts" / "manuals" / "draw.py").exists()
