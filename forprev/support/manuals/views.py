"""The manuals, for everybody, and their chapters, for the national administration."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forprev.accounts.access import ActingRequest, acting_as, public
from forprev.accounts.models import Role
from forprev.core.errors import DomainError
from forprev.core.forms import tell
from forprev.support.manuals import registry, selectors, services
from forprev.support.manuals.forms import ChapterForm, RemovalForm
from forprev.support.manuals.illustrations import all_illustrations
from forprev.support.manuals.models import Chapter
from forprev.support.manuals.registry import Manual


@require_safe
@public
def manuals(request: HttpRequest) -> HttpResponse:
    """`Manuels d'utilisation`, that of the role in use first (A50)."""
    own, others = registry.for_profile(getattr(request, "acting", None))
    shelf = selectors.shelf([*own, *others])
    context = {
        "own": [each for each in shelf if each.manual in own],
        "others": [each for each in shelf if each.manual in others],
    }
    return _page(request, "shelf", context)


@require_safe
@public
def manual(request: HttpRequest, slug: str) -> HttpResponse:
    """What it is for, and its chapters."""
    found = _manual(slug)
    shelf = selectors.shelf([found])
    if not shelf:
        raise Http404
    context = {
        "shelved": shelf[0],
        "manual": found,
        "chapters": selectors.chapters_of(found),
        "command": registry.COMMAND,
    }
    return _page(request, "manual", context)


@require_safe
@public
def chapter(request: HttpRequest, slug: str, chapter: str) -> HttpResponse:
    """One chapter, with the others beside it."""
    found = _manual(slug)
    chapters = selectors.chapters_of(found)
    place = next((place for place, each in enumerate(chapters) if each.slug == chapter), None)
    if place is None:
        raise Http404
    context = {
        "manual": found,
        "chapters": chapters,
        "number": place + 1,
        "read": selectors.read(chapters[place]),
        "before": chapters[place - 1] if place else None,
        "after": chapters[place + 1] if place + 1 < len(chapters) else None,
    }
    return _page(request, "chapter", context)


@require_safe
@public
def manual_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """On paper, as it is now."""
    found = _manual(slug)
    if not selectors.shelf([found]):
        raise Http404
    content = bytes(services.edition_of(found).content)
    disposition = f'attachment; filename="{found.file_name}"'
    return HttpResponse(content, "application/pdf", headers={"Content-Disposition": disposition})


@require_safe
@acting_as(Role.NATIONAL_ADMINISTRATOR)
def writing(request: ActingRequest) -> HttpResponse:
    """`Manuels`, as the national administration sees them."""
    return render(request, "support/manuals/writing.html", {"shelf": selectors.every_manual()})


@require_safe
@acting_as(Role.NATIONAL_ADMINISTRATOR)
def write_manual(request: ActingRequest, slug: str) -> HttpResponse:
    """Its chapters, in order."""
    found = _manual(slug)
    chapters = selectors.chapters_of(found)
    context = {"manual": found, "chapters": chapters, "left_out": selectors.left_out(found, chapters)}
    return render(request, "support/manuals/write_manual.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.NATIONAL_ADMINISTRATOR)
def new_chapter(request: ActingRequest, slug: str) -> HttpResponse:
    return _edit(request, _manual(slug), None)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.NATIONAL_ADMINISTRATOR)
def edit_chapter(request: ActingRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Chapter, pk=pk)
    return _edit(request, _manual(found.manual), found)


@require_POST
@acting_as(Role.NATIONAL_ADMINISTRATOR)
def take_original(request: ActingRequest, slug: str, chapter: str) -> HttpResponse:
    """A chapter of the release that the manual has not."""
    found = _manual(slug)
    original = registry.original(slug, chapter)
    if original is None:
        raise Http404
    services.take_original(request.acting, found, original)
    messages.success(request, f"Le chapitre « {original.title} » est ajouté.")
    return redirect("support:write_manual", slug)


@require_POST
@acting_as(Role.NATIONAL_ADMINISTRATOR)
def move_chapter(request: ActingRequest, pk: int) -> HttpResponse:
    """`sens`: `monter` or `descendre`."""
    found = get_object_or_404(Chapter, pk=pk)
    if (way := request.POST.get("sens")) in ("monter", "descendre"):
        services.move_chapter(pk, request.acting, -1 if way == "monter" else 1)
    return redirect(reverse("support:write_manual", args=[found.manual]) + f"#{found.slug}")


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.NATIONAL_ADMINISTRATOR)
def remove_chapter(request: ActingRequest, pk: int) -> HttpResponse:
    """Once confirmed."""
    found = get_object_or_404(Chapter, pk=pk)
    form = RemovalForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    if form.is_valid():
        services.remove_chapter(pk, request.acting, form.cleaned_data["version"])
        messages.success(request, f"Le chapitre « {found} » est retiré.")
        return redirect("support:write_manual", found.manual)
    context = {
        "chapter": found,
        "manual": _manual(found.manual),
        "form": form,
        "tone": "danger",
        "cancel_url": reverse("support:write_manual", args=[found.manual]),
    }
    return render(request, "support/manuals/remove.html", context, status=422 if form.errors else 200)


def _edit(request: ActingRequest, manual: Manual, found: Chapter | None) -> HttpResponse:
    """`Aperçu`, an illustration inserted and the text of the release are shown, and keep nothing."""
    stored = {name: getattr(found, name) for name in (*services.FIELDS, "version")} if found else {}
    form = ChapterForm(request.POST if request.method == "POST" else None, initial=stored)
    original = registry.original(manual.slug, found.slug) if found else None
    preview, told = None, ""
    if request.method == "POST" and "original" in request.POST and original:
        form = ChapterForm(initial={**stored, "title": original.title, "text": original.text})
        told = "Le texte d’origine est repris ci-dessous. Rien ne change avant « Publier »."
    elif form.is_valid():
        if "insert" in request.POST:
            if text := form.with_illustration():
                form = ChapterForm(initial={**form.values, "version": form.cleaned_data["version"], "text": text})
                told = "L’illustration est à la fin du texte : déplacez sa ligne où elle doit être."
        else:
            try:
                if "preview" not in request.POST:
                    return _publish(request, manual, found, form)
                services.check(manual, form.cleaned_data["text"], set())
                preview = selectors.read(Chapter(manual=manual.slug, **form.values))
            except DomainError as error:
                if error.field is None:
                    raise
                tell(form, error)
    context = {
        "form": form,
        "manual": manual,
        "chapter": found,
        "preview": preview,
        "told": told,
        "original": original,
        "illustrations": all_illustrations().values(),
        "events": selectors.history_of(found) if found else [],
    }
    return render(request, "support/manuals/form.html", context, status=422 if form.errors else 200)


def _publish(request: ActingRequest, manual: Manual, found: Chapter | None, form: ChapterForm) -> HttpResponse:
    if found is None:
        services.create_chapter(request.acting, manual, form.values)
    else:
        version = form.cleaned_data["version"] or 0
        services.change_chapter(found.pk, request.acting, version, manual, form.values)
    messages.success(request, "Le chapitre est publié.")
    return redirect("support:write_manual", manual.slug)


def _manual(slug: str) -> Manual:
    if found := registry.manual_of(slug):
        return found
    raise Http404


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """With the menu for somebody in a role, in the public frame for the others."""
    base = "core/base.html" if getattr(request, "acting", None) else "core/base_public.html"
    return render(request, f"support/manuals/{name}.html", {**context, "base": base})
