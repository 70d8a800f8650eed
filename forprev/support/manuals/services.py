"""Writing the manuals: what the network changes on the screen, what is installed once, the editions on paper."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify

from forprev.accounts.acting import Acting
from forprev.core.errors import Conflict, Difference, DomainError
from forprev.core.history import action
from forprev.support.manuals.markup import faults
from forprev.support.manuals.models import Chapter, Edition
from forprev.support.manuals.printing import draw, sources
from forprev.support.manuals.registry import MANUALS, Manual, Original, originals

FIELDS = ("title", "text")


def create_chapter(acting: Acting, manual: Manual, values: dict[str, Any]) -> Chapter:
    """At the end of its manual, at an address that follows from its title."""
    slug = slugify(values["title"])[:80].strip("-")
    if not slug:
        raise DomainError("Ce titre doit contenir des lettres ou des chiffres.", field="title")
    check(manual, values["text"], {slug})
    return _add(acting, manual, slug, values["title"], values["text"])


def take_original(acting: Acting, manual: Manual, original: Original) -> Chapter:
    """A chapter of the release that the manual has not; at the end."""
    return _add(acting, manual, original.slug, original.title, original.text)


def change_chapter(pk: int, acting: Acting, version: int, manual: Manual, values: dict[str, Any]) -> Chapter:
    """Its address stays: links and readers know it. Conflict if somebody changed the chapter since `version`."""
    check(manual, values["text"], set())
    with action(acting, "change_chapter"):
        chapter = Chapter.objects.select_for_update(no_key=True).get(pk=pk)
        if chapter.version != version:
            raise Conflict(versions=_differences(chapter, values))
        for name in FIELDS:
            setattr(chapter, name, values[name])
        chapter.version += 1
        chapter.save()
    return chapter


def move_chapter(pk: int, acting: Acting, by: int) -> None:
    """One place up (-1) or down (1); the first and the last stay."""
    with action(acting, "move_chapter"):
        chapters = _locked(Chapter.objects.get(pk=pk).manual)
        place = next(place for place, each in enumerate(chapters) if each.pk == pk)
        if 0 <= place + by < len(chapters):
            chapters.insert(place + by, chapters.pop(place))
        for rank, each in enumerate(chapters, 1):
            if each.rank != rank:
                each.rank = rank
                each.save(update_fields=["rank"])


def remove_chapter(pk: int, acting: Acting, version: int) -> None:
    """The history keeps its text. Conflict if it changed since; DomainError if another chapter leads to it."""
    with action(acting, "remove_chapter"):
        chapters = _locked(Chapter.objects.get(pk=pk).manual)
        chapter = next(each for each in chapters if each.pk == pk)
        if chapter.version != version:
            raise Conflict
        leading = [each.title for each in chapters if f"(#{chapter.slug})" in each.text and each.pk != pk]
        if leading:
            raise DomainError(f"Un lien mène à ce chapitre depuis : {', '.join(leading)}.")
        chapter.delete()


def check(manual: Manual, text: str, more: set[str]) -> None:
    """DomainError with everything that keeps the text from being published."""
    chapters = set(Chapter.objects.filter(manual=manual.slug).values_list("slug", flat=True)) | more
    if found := faults(text, chapters):
        raise DomainError(" ".join(found), field="text")


def edition_of(manual: Manual) -> Edition:
    """The manual on paper as it is now; made if that is new, by one at a time."""
    made = sources(manual)
    edition = Edition.objects.filter(manual=manual.slug).first()
    if edition and edition.digest == made.digest:
        return edition
    with transaction.atomic():
        Edition.objects.get_or_create(manual=manual.slug, defaults={"content": b""})
        edition = Edition.objects.select_for_update().get(manual=manual.slug)
        if edition.digest != made.digest:
            content = draw(made)
            edition.digest, edition.content, edition.size = made.digest, content, len(content)
            edition.save()
    return edition


def make_editions() -> None:
    """Of all manuals whose words, pictures or variables changed."""
    for manual in MANUALS:
        if Chapter.objects.filter(manual=manual.slug).exists():
            edition_of(manual)


@transaction.atomic
def install() -> None:
    """The chapters of the release into an empty table; afterwards all is the network's."""
    if Chapter.objects.exists():
        return
    for manual, chapters in originals().items():
        for rank, each in enumerate(chapters, 1):
            Chapter.objects.create(manual=manual, slug=each.slug, rank=rank, title=each.title, text=each.text)


def install_after_migrate(**kwargs: object) -> None:
    install()


def _add(acting: Acting, manual: Manual, slug: str, title: str, text: str) -> Chapter:
    try:
        with action(acting, "create_chapter"):
            last = Chapter.objects.filter(manual=manual.slug).aggregate(last=Max("rank"))["last"] or 0
            return Chapter.objects.create(manual=manual.slug, slug=slug, rank=last + 1, title=title, text=text)
    except IntegrityError:
        raise DomainError("Un autre chapitre de ce manuel a déjà ce titre.", code="taken", field="title") from None


def _differences(chapter: Chapter, values: dict[str, Any]) -> list[Difference]:
    """What a person typed against what is stored now, for the page of a conflict."""
    labels = {"title": "Titre", "text": "Texte"}
    return [
        Difference(labels[name], values[name], getattr(chapter, name))
        for name in FIELDS
        if values[name] != getattr(chapter, name)
    ]


def _locked(manual: str) -> list[Chapter]:
    return list(Chapter.objects.filter(manual=manual).select_for_update())
