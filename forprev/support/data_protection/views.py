"""`Conservation des données`, `Fiches consultées`, and what is held on a person who asks for it by letter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.consulting import Page, looked_at
from forprev.accounts.models import Account, Role
from forprev.accounts.views.sessions import recently_proved
from forprev.core.dates import now, today
from forprev.core.errors import DomainError
from forprev.core.forms import tell
from forprev.core.lists.export import FORMATS, file_response
from forprev.people import documents, personal_data
from forprev.people.matching import is_called
from forprev.people.models import Consultation, Person, RetentionRule, RetentionRun
from forprev.people.retention import rules
from forprev.people.retention.estimating import estimate
from forprev.people.retention.registry import kind_of
from forprev.people.retention.running import limit_of, months_of
from forprev.people.selectors import by_number
from forprev.people.services import note_lookup
from forprev.support.data_protection import selectors
from forprev.support.data_protection.forms import DelayForm, PersonForm
from forprev.support.data_protection.tables import ConsultationList, RunList

EDITED = ["GET", "HEAD", "POST"]
SALT = "forprev.retention.simulated"
VALID_FOR = 3600
"""Seconds for which a simulation lets a delay be changed."""

national = acting_as(Role.NATIONAL_ADMINISTRATOR)


@require_safe
@national
def register(request: ActingRequest) -> HttpResponseBase:
    """`Conservation des données`: the register of processing, and the last passage over each kind."""
    if request.GET.get("export") in FORMATS:
        return file_response(_exported(), request.GET["export"], f"registre-des-donnees-{today()}")
    last = {run.kind: run for run in RetentionRun.objects.order_by("kind", "-started_at").distinct("kind")}
    lines = [{"kind": line.kind, "delay": line.delay, "run": last.get(line.kind.key)} for line in selectors.lines()]
    return render(request, "support/data_protection/register.html", {"lines": lines, "formats": list(FORMATS)})


@require_http_methods(EDITED)
@national
def rule(request: ActingRequest, key: str) -> HttpResponse:
    """One kind of data: what, why, how long; another delay, once what it would do was shown."""
    kind = kind_of(key)
    if kind is None:
        raise Http404
    context: dict[str, Any] = {"kind": kind, "months": months_of(kind), "delay": selectors.delay_of(kind, {})}
    context["runs"] = RetentionRun.objects.filter(kind=key).order_by("-started_at")[:5]
    if not kind.can_change:
        if request.method == "POST":
            raise Http404
        return render(request, "support/data_protection/rule.html", context)
    stored = RetentionRule.objects.get(kind=key)
    initial = {"months": stored.months, "version": stored.version}
    form = DelayForm(kind, request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        months = form.cleaned_data["months"]
        if "save" in request.POST and _was_simulated(form):
            try:
                rules.change_rule(
                    kind, request.acting, form.cleaned_data["version"], months, form.cleaned_data["reason"]
                )
            except DomainError as error:
                if error.field is None:
                    raise
                tell(form, error)
            else:
                messages.success(request, "La durée est enregistrée : elle compte dès le prochain passage.")
                return redirect("support:retention_rule", key)
        else:
            context["simulation"] = {
                "now": estimate(kind, stored.months),
                "then": estimate(kind, months),
                "limit": limit_of(months),
                "delay": rules.in_words(months),
                "token": signing.dumps([key, months, form.cleaned_data["version"]], salt=SALT),
            }
    context |= {"form": form, "delay": rules.in_words(stored.months), "events": rules.history_of(stored)}
    return render(request, "support/data_protection/rule.html", context, status=422 if form.errors else 200)


@require_http_methods(EDITED)
@national
def runs(request: ActingRequest) -> HttpResponseBase:
    """`Passages`: when what went, and what failed."""
    return RunList(request, RetentionRun.objects.all()).response("support/data_protection/runs.html")


@require_http_methods(EDITED)
@national
def consultations(request: ActingRequest) -> HttpResponseBase:
    """`Fiches consultées`: who of the network looked at whom, for a year."""
    found = Consultation.objects.select_related("by", "person")
    return ConsultationList(request, found).response("support/data_protection/consultations.html")


@require_http_methods(EDITED)
@acting_as(Role.SUPPORT_AGENT, Role.NATIONAL_ADMINISTRATOR)
@recently_proved
@never_cache
def person_data(request: ActingRequest) -> HttpResponseBase:
    """All that is held on somebody without an account who asks for it by letter (GDPR, article 15)."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            note_lookup(request.acting.person, f"{form.cleaned_data['number']} {form.cleaned_data['surname']}")
        except DomainError as error:
            tell(form, error)
        else:
            found = by_number(form.cleaned_data["number"])
            if found is None or not is_called(form.cleaned_data["surname"], found):
                form.add_error("number", "Aucune personne n’a ce n° Forprev et ce nom.")
            elif Account.objects.filter(person=found).exists():
                form.add_error("number", "Cette personne a un compte : elle trouve tout dans « Mes données ».")
            else:
                looked_at(request.acting, Page.PERSONAL_DATA, found, reason=form.cleaned_data["reason"])
                return _file(found, form.cleaned_data["form"])
    return render(request, "support/data_protection/person.html", {"form": form}, status=422 if form.errors else 200)


def _file(person: Person, file_format: str) -> HttpResponse:
    sections = personal_data.held_on(person)
    if file_format == "pdf":
        response = HttpResponse(documents.render(person, sections, now()), content_type="application/pdf")
    else:
        content = personal_data.as_text(person, sections, now())
        response = HttpResponse(content, content_type="application/json")
    name = f"forprev-donnees-{person.number}-{today()}.{file_format}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _was_simulated(form: DelayForm) -> bool:
    """Whether the figures shown were those of this delay; else they are shown first."""
    try:
        shown = signing.loads(form.cleaned_data["simulated"], salt=SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        return False
    return bool(shown == [form.kind.key, form.cleaned_data["months"], form.cleaned_data["version"]])


def _exported() -> Iterator[list[Any]]:
    yield ["Catégorie", "Données", "Finalité", "Destinataires", "À compter de", "Durée", "Ensuite"]
    for line in selectors.lines():
        kind = line.kind
        yield [kind.title, kind.holds, kind.purpose, kind.recipients, kind.starts, line.delay, kind.becomes]
