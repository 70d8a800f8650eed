"""`Certificats`, as the network follows them: the list, one of them, cancelling one or all those of a session."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.consulting import Page, looked_at
from forprev.accounts.views.sessions import recently_proved
from forprev.certification.life.forms import ReasonForm
from forprev.certification.life.selectors import (
    CANCELLERS,
    READERS,
    cancellable_by,
    consequences,
    for_list,
    for_page,
    history_of,
    of_session,
    visible_to,
)
from forprev.certification.life.services import cancel, cancel_session
from forprev.certification.life.tables import CertificateList
from forprev.certification.views.common import find, page
from forprev.certification.workflow import State
from forprev.core.dates import today
from forprev.core.errors import DomainError
from forprev.core.forms import tell
from forprev.core.text import plural
from forprev.core.workflow import NotAllowed


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*READERS)
def certificates(request: ActingRequest) -> HttpResponseBase:
    """`Certificats`: found by number, by holder, by date, by state."""
    screen = CertificateList(request, for_list(visible_to(request.acting), today()))
    response = screen.response("certification/life/certificates.html")
    if request.method == "GET" and response.status_code == 200:
        shown = screen.total if "export" in request.GET else len(screen.page.object_list)
        looked_at(request.acting, Page.CERTIFICATES, count=shown)
    return response


@require_safe
@acting_as(*READERS)
def certificate(request: ActingRequest, pk: int) -> HttpResponse:
    """One certificate: what it says, what it is worth, what happened to it."""
    found = get_object_or_404(for_page(visible_to(request.acting)), pk=pk)
    if request.method == "GET":
        looked_at(request.acting, Page.CERTIFICATE, found.person_id)
    context = {
        "certificate": found,
        "state": found.state_on(today()),
        "events": history_of(found),
        "replaced": [end.certificate for end in found.replaces.select_related("certificate")],
        "may_cancel": not hasattr(found, "end") and cancellable_by(request.acting).filter(pk=pk).exists(),
        "may_open_session": request.acting.role in CANCELLERS,
    }
    return render(request, "certification/life/certificate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*CANCELLERS)
@recently_proved
def cancel_one(request: ActingRequest, pk: int) -> HttpResponse:
    """`Annuler ce certificat`. It is final: whoever does it proves anew who it is (security.md, item 22)."""
    found = get_object_or_404(for_page(cancellable_by(request.acting)), pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            cancel(pk, request.acting, form.cleaned_data["reason"])
        except DomainError as error:
            if error.field is None:
                messages.error(request, error.message)
                return redirect("certification:certificate", pk)
            tell(form, error)
        else:
            messages.success(request, f"Le certificat {found.number} est annulé.")
            return redirect("certification:certificate", pk)
    elif hasattr(found, "end"):
        return redirect("certification:certificate", pk)
    looked_at(request.acting, Page.CERTIFICATE, found.person_id)
    context = {
        "certificate": found,
        "consequences": consequences(found),
        "form": form,
        "cancel_url": reverse("certification:certificate", args=[pk]),
        "tone": "danger",
    }
    return render(request, "certification/life/cancel.html", context, status=422 if form.errors else 200)


@require_safe
@acting_as(*CANCELLERS)
def session_certificates(request: ActingRequest, pk: int) -> HttpResponse:
    """Tab `Certificats` of a session: each of them, with its state."""
    found = find(request, pk)
    if found.state != State.ISSUED:
        raise Http404
    day = today()
    rows = [{"certificate": c, "state": c.state_on(day)} for c in of_session(found, day)]
    ended = sum(hasattr(row["certificate"], "end") for row in rows)
    context = {"certificates": rows, "ended": ended, "standing": len(rows) - ended}
    return page(request, found, "life/session_certificates", "session_certificates", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*CANCELLERS)
@recently_proved
def cancel_all(request: ActingRequest, pk: int) -> HttpResponse:
    """`Annuler tous les certificats de la session`, found fraudulent; as final as for one."""
    session = find(request, pk)
    if session.state != State.ISSUED:
        raise Http404
    standing = session.certificates.standing().count()
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            count = cancel_session(pk, request.acting, form.cleaned_data["reason"])
        except NotAllowed:
            raise
        except DomainError as error:
            if error.field is None:
                messages.error(request, error.message)
                return redirect("certification:session_certificates", pk)
            tell(form, error)
        else:
            done = plural(count, "certificat est annulé", "certificats sont annulés")
            messages.success(request, f"Session n°{pk} : {done}.")
            return redirect("certification:session_certificates", pk)
    elif not standing:
        return redirect("certification:session_certificates", pk)
    context = {
        "session": session,
        "standing": standing,
        "form": form,
        "cancel_url": reverse("certification:session_certificates", args=[pk]),
        "tone": "danger",
    }
    return render(request, "certification/life/cancel_session.html", context, status=422 if form.errors else 200)
