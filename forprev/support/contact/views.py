"""Writing to the hotline, and its desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forprev.accounts.access import ActingRequest, acting_as, public
from forprev.accounts.consulting import Page, looked_at
from forprev.accounts.models import Role
from forprev.accounts.proposals import Proposal, picked, propose
from forprev.accounts.throttling import TooManyAttempts, begin_contact, client_address
from forprev.core import uploads
from forprev.core.errors import Conflict, DomainError
from forprev.core.forms import tell
from forprev.organisations.models import Organisation
from forprev.support.contact import canned, services
from forprev.support.contact.forms import (
    AnswerForm,
    AssignForm,
    CannedForm,
    ContactForm,
    IdentityForm,
    LinkForm,
    OrganisationSearchForm,
    page_of,
)
from forprev.support.contact.models import CannedAnswer, ContactMessage, ContactRequest
from forprev.support.contact.selectors import (
    MOST_SHOWN,
    for_list,
    history_of,
    organisations_like,
    others_of,
    requests_about,
    users_of,
    visible_to,
)
from forprev.support.contact.services import Asked
from forprev.support.contact.tables import ContactList
from forprev.support.contact.workflow import CONTACT_WORKFLOW, ContactAction


@require_http_methods(["GET", "HEAD", "POST"])
@public
def contact(request: HttpRequest) -> HttpResponse:
    """`Contacter l’assistance`: who writes is known where somebody is signed in, and from where help was asked for."""
    signed_in = request.user.is_authenticated
    form = ContactForm(signed_in=signed_in, initial={"key": uuid4(), "page": page_of(request.GET.get("depuis", ""))})
    status = 200
    if request.method == "POST":
        form = ContactForm(request.POST, request.FILES, signed_in=signed_in)
        status = 422
        if form.is_valid():
            try:
                begin_contact(client_address(request))
                asked = services.ask(form.cleaned_data["key"], _asked(request, form.cleaned_data))
            except TooManyAttempts as error:
                form.add_error(None, error.message)
                status = 429
            else:
                request.session["contact_asked"] = asked.number
                return redirect("support:contact_sent")
    base = "core/base.html" if getattr(request, "acting", None) else "core/base_public.html"
    return render(request, "support/contact/form.html", {"form": form, "base": base}, status=status)


@require_safe
@public
def sent(request: HttpRequest) -> HttpResponse:
    """The number of the request, for the browser that sent it."""
    number = request.session.get("contact_asked")
    if number is None:
        return redirect("support:contact")
    base = "core/base.html" if getattr(request, "acting", None) else "core/base_public.html"
    return render(request, "support/contact/sent.html", {"number": number, "base": base})


def _asked(request: HttpRequest, typed: dict[str, Any]) -> Asked:
    told = {name: typed[name] for name in ("subject", "text", "page")}
    told["documents"] = (typed["document"],) if typed["document"] else ()
    if not request.user.is_authenticated:
        return Asked(name=typed["name"], email=typed["email"], typed_number=typed["number"].upper(), **told)
    account, acting = request.user, getattr(request, "acting", None)
    return Asked(
        name=account.person.display_name,
        email=account.email,
        role=acting.label if acting else "",
        person=account.person,
        organisation_id=(acting.organisation_id or None) if acting else None,
        **told,
    )


# The desk


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.SUPPORT_AGENT)
def requests(request: ActingRequest) -> HttpResponseBase:
    """`Demandes de contact`: what waits for the hotline first. By POST too, for criteria on people."""
    return ContactList(request, for_list(visible_to(request.acting))).response("support/contact/list.html")


@require_safe
@acting_as(Role.SUPPORT_AGENT)
def contact_request(request: ActingRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    return _sheet(request, found)


@require_POST
@acting_as(Role.SUPPORT_AGENT)
def answer(request: ActingRequest, pk: int) -> HttpResponse:
    """`Envoyer la réponse`, `Envoyer et marquer comme résolue`, or `Ajouter une note interne`."""
    form = AnswerForm(request.POST)
    if "note" in request.POST:
        return _treat(request, pk, form, services.note, "La note est ajoutée.", "answer_form", "text")
    said = "La réponse est envoyée."
    return _treat(request, pk, form, services.answer, said, "answer_form", "text", resolved="resolve" in request.POST)


@require_POST
@acting_as(Role.SUPPORT_AGENT)
def assign(request: ActingRequest, pk: int) -> HttpResponse:
    form = AssignForm(request.POST)
    return _treat(request, pk, form, services.assign, "L’affectation est enregistrée.", "assign_form", "agent")


@require_POST
@acting_as(Role.SUPPORT_AGENT)
def link(request: ActingRequest, pk: int) -> HttpResponse:
    form = LinkForm(request.POST)
    return _treat(request, pk, form, services.link, "Le rattachement est enregistré.", "link_form", "person")


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.SUPPORT_AGENT)
def person(request: ActingRequest, pk: int) -> HttpResponse:
    """`Rechercher une personne`: by its papers, among those who resemble; as little is shown as lets one recognise."""
    found = _find(request, pk)
    form = IdentityForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    proposals: list[Proposal] = []
    chosen = request.POST.get("same_as", "")
    if form.is_valid():
        try:
            proposals = propose(request.acting.person, form.identity)
            one = picked(chosen, form.identity)
            if one is not None:
                services.link(pk, request.acting, form.cleaned_data["version"], one)
                messages.success(request, "Le rattachement est enregistré.")
                return redirect("support:contact_request", pk)
        except DomainError as error:
            if isinstance(error, Conflict):
                raise
            tell(form, error)
    context = {"contact": found, "form": form, "proposals": proposals, "chosen": chosen, "searched": form.is_valid()}
    return render(request, "support/contact/person.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.SUPPORT_AGENT)
def organisation(request: ActingRequest, pk: int) -> HttpResponse:
    """`Rattacher une entité`, found by its name or its SIRET; or none any more."""
    found = _find(request, pk)
    if request.method == "POST":
        version, key = request.POST.get("version", ""), request.POST.get("organisation")
        if key is not None and not (key.isdecimal() and len(key) < 10):
            raise Http404
        one = get_object_or_404(Organisation, pk=int(key)) if key else None
        services.link_organisation(pk, request.acting, int(version) if version.isdecimal() else 0, one)
        messages.success(request, "Le rattachement est enregistré.")
        return redirect("support:contact_request", pk)
    form = OrganisationSearchForm(request.GET if "q" in request.GET else None)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    context = {"contact": found, "form": form, "text": text, "organisations": organisations_like(text)}
    return render(request, "support/contact/organisation.html", context)


@require_safe
@acting_as(Role.SUPPORT_AGENT)
def organisation_sheet(request: ActingRequest, pk: int) -> HttpResponse:
    """What the hotline sees of an entity: what it is, who works there, what was asked about it."""
    found = get_object_or_404(Organisation.objects.select_related("department__fund"), pk=pk)
    users = users_of(found)
    looked_at(request.acting, Page.CONTACT, count=len(users))
    context = {"organisation": found, "users": users, "contacts": requests_about(found)}
    return render(request, "support/organisation.html", context)


@require_POST
@acting_as(Role.SUPPORT_AGENT)
def move(request: ActingRequest, pk: int) -> HttpResponse:
    """`Marquer comme résolue`, or `Rouvrir`."""
    version = request.POST.get("version", "")
    found = _find(request, pk)
    treat = services.reopen if request.POST.get("action") == "reopen" else services.resolve
    treat(found.pk, request.acting, int(version) if version.isdecimal() else 0)
    return redirect("support:contact_request", pk)


@require_safe
@acting_as(Role.SUPPORT_AGENT)
def document(request: ActingRequest, pk: int, message: int) -> FileResponse:
    found = get_object_or_404(
        ContactMessage.objects.select_related("request"),
        pk=message,
        request__in=visible_to(request.acting).filter(pk=pk),
    )
    if not found.document:
        raise Http404
    looked_at(request.acting, Page.CONTACT, found.request.person_id)
    return uploads.download(found.document, found.document_name, found.document_type)


def _treat(
    request: ActingRequest,
    pk: int,
    form: AnswerForm | AssignForm | LinkForm,
    treat: Callable[..., object],
    said: str,
    name: str,
    value: str,
    **options: bool,
) -> HttpResponse:
    """One action of the sheet: done, or the sheet again with what was typed and what is wrong with it."""
    found = _find(request, pk)
    if form.is_valid():
        given = form.person if isinstance(form, LinkForm) else form.cleaned_data[value]
        try:
            treat(found.pk, request.acting, form.cleaned_data["version"], given, **options)
        except DomainError as error:
            if error.field is None:
                raise
            tell(form, error)
        else:
            messages.success(request, said)
            return redirect("support:contact_request", pk)
    return _sheet(request, found, **{name: form})


def _sheet(request: ActingRequest, found: ContactRequest, **forms: Any) -> HttpResponse:
    if found.person_id:
        looked_at(request.acting, Page.CONTACT, found.person_id)
    start = {"version": found.version}
    offered = CannedAnswer.objects.filter(is_active=True)
    chosen = request.GET.get("modele", "")
    model = offered.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 10 else None
    text = canned.filled(model, found, request.acting) if model else ""
    number = found.person.number if found.person else found.typed_number
    context = {
        "contact": found,
        "thread": found.messages.select_related("author"),
        "events": history_of(found),
        "account": getattr(found.person, "account", None),
        "corrections": found.person.correction_requests.order_by("-created_at")[:MOST_SHOWN] if found.person else [],
        "others": others_of(found),
        "canned": offered,
        "answer_form": AnswerForm(initial={**start, "text": text}),
        "assign_form": AssignForm(initial={**start, "agent": found.assigned_to_id}),
        "link_form": LinkForm(initial={**start, "number": number}),
        "may_resolve": bool(_allowed(request, found, ContactAction.RESOLVE)),
        "may_reopen": bool(_allowed(request, found, ContactAction.REOPEN)),
        "may_assign": bool(_allowed(request, found, ContactAction.ASSIGN)),
        **forms,
    }
    status = 422 if any(form.errors for form in forms.values()) else 200
    return render(request, "support/contact/sheet.html", context, status=status)


def _allowed(request: ActingRequest, found: ContactRequest, action: ContactAction) -> list[Any]:
    return [each for each in CONTACT_WORKFLOW.available(found.state, request.acting.role) if each.action == action]


def _find(request: ActingRequest, pk: int) -> ContactRequest:
    related = visible_to(request.acting).select_related("person__account", "organisation", "assigned_to")
    return get_object_or_404(related, pk=pk)


# Canned answers


@require_safe
@acting_as(Role.SUPPORT_AGENT)
def canned_answers(request: ActingRequest) -> HttpResponse:
    """`Réponses types`, by their titles."""
    return render(request, "support/contact/canned_list.html", {"answers": CannedAnswer.objects.all()})


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.SUPPORT_AGENT)
def new_canned(request: ActingRequest) -> HttpResponse:
    return _edit_canned(request, CannedAnswer())


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.SUPPORT_AGENT)
def edit_canned(request: ActingRequest, pk: int) -> HttpResponse:
    return _edit_canned(request, get_object_or_404(CannedAnswer, pk=pk))


def _edit_canned(request: ActingRequest, found: CannedAnswer) -> HttpResponse:
    stored = {name: getattr(found, name) for name in CannedForm.base_fields}
    form = CannedForm(request.POST if request.method == "POST" else None, initial=stored)
    if form.is_valid():
        try:
            canned.keep(found, request.acting, form.cleaned_data)
        except DomainError as error:
            tell(form, error)
        else:
            messages.success(request, "La réponse type est enregistrée.")
            return redirect("support:canned_answers")
    context = {"form": form, "answer": found}
    return render(request, "support/contact/canned_form.html", context, status=422 if form.errors else 200)
