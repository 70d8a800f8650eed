"""Fetching certificates, and checking one."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from forprev.accounts.access import ActingRequest, acting_as, public
from forprev.accounts.models import Role
from forprev.certification.documents.archive import file_name, zip_of
from forprev.certification.documents.pdf import render as render_pdf
from forprev.certification.life.selectors import fetched_until, of_session
from forprev.certification.life.wording import term_in_words
from forprev.certification.models import Certificate, CertificateState, CertificationSettings, TrainingSession
from forprev.certification.proofs.compact import proof_of
from forprev.certification.sealing import seal
from forprev.certification.sealing.keys import published
from forprev.certification.selectors.certificates import (
    downloadable_by,
    own_trainer_certificates,
)
from forprev.certification.selectors.sessions import visible_to
from forprev.certification.services.issuing import record_download
from forprev.certification.views.common import find, page
from forprev.certification.workflow import ENTITY_ROLES, State
from forprev.core.dates import day_of, today


def _check_url(certificate: Certificate) -> str:
    return f"{settings.PUBLIC_URL}{reverse('certification:verification', args=[certificate.verification_code])}"


def _pdf(certificate: Certificate) -> bytes:
    """The paper, sealed: nothing leaves without.

    In its QR code, after the address, a # and what no browser sends: its proof for those who are off-line.
    """
    return seal(render_pdf(certificate, check_url=f"{_check_url(certificate)}#{proof_of(certificate)}"))


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_safe
@acting_as(*ENTITY_ROLES)
def downloads(request: ActingRequest, pk: int) -> HttpResponse:
    """Tab `Téléchargements`, open for so many days (A40)."""
    found = find(request, pk)
    if found.state != State.ISSUED:
        raise Http404
    day = today()
    is_open = found.can_be_downloaded_on(day)
    fetchable = {c.pk: c for c in downloadable_by(request.acting, day).filter(session=found)}
    replacements = [c for c in fetchable.values() if c.edition > 1]
    shown = of_session(found, day) if is_open else of_session(found, day).filter(pk__in=fetchable)
    context = {
        "certificates": [{"certificate": c, "state": c.state_on(day), "fetchable": c.pk in fetchable} for c in shown],
        "successes": found.trainees.filter(result="success").count(),
        "is_open": is_open,
        "days": _days_open(found),
        "fetchable": len(fetchable),
        "replaced_until": max((fetched_until(c, CertificationSettings.current()) for c in replacements), default=None),
    }
    return page(request, found, "downloads", "downloads", context)


def _days_open(session: TrainingSession) -> int:
    """For how long, as the delay was when its certificates were generated."""
    if session.download_until is None or session.generated_at is None:
        return 0
    return (session.download_until - day_of(session.generated_at)).days


@require_safe
@acting_as(*ENTITY_ROLES)
def archive(request: ActingRequest, pk: int) -> HttpResponse:
    """All the session's certificates in one ZIP."""
    found = find(request, pk)
    certificates = list(
        downloadable_by(request.acting, today()).select_related("template_version").filter(session=found).order_by("pk")
    )
    if not certificates:
        return redirect("certification:downloads", pk) if found.state == State.ISSUED else _no_such_page()
    if request.method == "GET":
        record_download(found, request.acting)
    content = zip_of((file_name(c), _pdf(c)) for c in certificates)
    return _download(content, "application/zip", f"certificats-session-{pk}.zip")


def _no_such_page() -> HttpResponse:
    raise Http404


@require_safe
@acting_as(*ENTITY_ROLES, Role.TRAINER)
def pdf(request: ActingRequest, pk: int) -> HttpResponse:
    """One certificate, for whoever may fetch it today."""
    certificate = (
        downloadable_by(request.acting, today()).select_related("session", "template_version").filter(pk=pk).first()
    )
    if certificate is None:
        return _too_late(request, pk)
    if certificate.session is not None and request.acting.role in ENTITY_ROLES and request.method == "GET":
        record_download(certificate.session, request.acting)
    return _download(_pdf(certificate), "application/pdf", file_name(certificate))


def _too_late(request: ActingRequest, pk: int) -> HttpResponse:
    """To the page that says why it can be fetched no more; what never was the actor's does not exist."""
    if request.acting.role == Role.TRAINER:
        get_object_or_404(own_trainer_certificates(request.acting.person), pk=pk)
        return redirect("certification:own_certificates")
    certificate = get_object_or_404(Certificate, pk=pk, session__in=visible_to(request.acting))
    return redirect("certification:downloads", certificate.session_id)


@require_safe
@acting_as(Role.TRAINER)
def own(request: ActingRequest) -> HttpResponse:
    """`Mes Certificats` (A41): the valid ones first, those that ended too."""
    day = today()
    held = own_trainer_certificates(request.acting.person).select_related("end__replacement")
    cards = [
        {
            "certificate": c,
            "state": c.state_on(day),
            "term": term_in_words(c, day),
            "check_url": _check_url(c),
        }
        for c in held
    ]
    cards.sort(key=lambda card: card["state"] != CertificateState.VALID)
    return render(request, "certification/own_certificates.html", {"cards": cards})


@public
@require_safe
def seal_certificates(request: ActingRequest) -> HttpResponse:
    """The certificates of the seal, the newest first, each with those that lead to its root (PEM)."""
    content = b"".join(chain.pem for chain in published())
    return HttpResponse(content, content_type="application/x-pem-file")
