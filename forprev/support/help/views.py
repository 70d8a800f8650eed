"""The help, for everybody, and its questions, for the national administration."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forprev.accounts.access import ActingRequest, acting_as, public
from forprev.accounts.models import Role
from forprev.core.errors import DomainError
from forprev.core.forms import tell
from forprev.support.help import selectors, services
from forprev.support.help.forms import QuestionForm
from forprev.support.help.models import Opinions, Question
from forprev.support.help.tables import QuestionList

SEARCH_LENGTH = 100
GIVEN = "help_opinions"
"""In the session: the questions on which this browser, or this account, has said whether the answer helped."""


@require_safe
@public
def help_page(request: HttpRequest) -> HttpResponse:
    """`FAQ / Contact support`: by module, or what a search finds, the best first (A50)."""
    text = request.GET.get("recherche", "")[:SEARCH_LENGTH].replace("\x00", "").strip()
    if text:
        return _page(request, "help", {"text": text, "found": selectors.search(text)})
    return _page(request, "help", {"modules": selectors.by_module()})


@require_safe
@public
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """One answer, at an address of its own, and whether it helped."""
    found = get_object_or_404(Question, slug=slug, is_published=True)
    given = request.session.get(GIVEN, {}).get(str(found.pk))
    return _page(request, "question", {"answered": selectors.answered(found), "given": given})


@require_POST
@public
def opinion(request: HttpRequest, slug: str) -> HttpResponse:
    """Counted once a session; `avis` is `oui` or `non`."""
    found = get_object_or_404(Question, slug=slug, is_published=True)
    said = request.POST.get("avis")
    given = request.session.get(GIVEN, {})
    if said in ("oui", "non") and str(found.pk) not in given:
        Opinions.count(found, helped=said == "oui")
        request.session[GIVEN] = {**given, str(found.pk): said}
    return redirect(reverse("support:question", args=[slug]) + "#avis")


@require_safe
@acting_as(Role.NATIONAL_ADMINISTRATOR)
def questions(request: ActingRequest) -> HttpResponseBase:
    """`Questions fréquentes`, as the national administration sees them."""
    found = Question.objects.annotate(
        helped=Coalesce("opinions__helped", 0), did_not=Coalesce("opinions__did_not", 0)
    ).order_by("module", "rank", "pk")
    return QuestionList(request, found).response("support/help/list.html")


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.NATIONAL_ADMINISTRATOR)
def new_question(request: ActingRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.NATIONAL_ADMINISTRATOR)
def edit_question(request: ActingRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Question.objects.select_related("opinions"), pk=pk))


def _edit(request: ActingRequest, found: Question | None) -> HttpResponse:
    """`Aperçu` shows what was typed as it will be read, and keeps nothing."""
    stored = {name: getattr(found, name) for name in (*services.FIELDS, "version")} if found else {}
    form = QuestionForm(request.POST if request.method == "POST" else None, initial=stored)
    preview = None
    if form.is_valid():
        if "preview" in request.POST:
            preview = selectors.answered(Question(**form.values))
        else:
            try:
                _save(request, found, form)
            except DomainError as error:
                if error.field is None:
                    raise
                tell(form, error)
            else:
                messages.success(request, "La question est enregistrée.")
                return redirect("support:questions")
    context = {
        "form": form,
        "question": found,
        "preview": preview,
        "events": selectors.history_of(found) if found else [],
    }
    return render(request, "support/help/form.html", context, status=422 if form.errors else 200)


def _save(request: ActingRequest, found: Question | None, form: QuestionForm) -> None:
    if found is None:
        services.create_question(request.acting, form.values)
    else:
        services.change_question(found.pk, request.acting, form.cleaned_data["version"] or 0, form.values)


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """With the menu for somebody in a role, in the public frame for the others."""
    base = "core/base.html" if getattr(request, "acting", None) else "core/base_public.html"
    return render(request, f"support/help/{name}.html", {**context, "base": base})
