"""Badges and their status lists, for their holders and for whoever checks them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from forprev.accounts.access import ActingRequest, acting_as, public
from forprev.accounts.models import Role
from forprev.certification.credentials import badges, status
from forprev.certification.credentials.integrity import Document, controller_document
from forprev.certification.documents.archive import file_name
from forprev.certification.proofs.views import KEYS_AGE
from forprev.certification.selectors.certificates import downloadable_by
from forprev.core.dates import today

ANY_SITE = {"Access-Control-Allow-Origin": "*"}
"""A verifier may be a page of any site; nothing here depends on who asks."""


@require_safe
@acting_as(Role.TRAINER)
def own_badge(request: ActingRequest, pk: int) -> HttpResponse:
    """One's own certificate as a file to take along, as long as it can be fetched (A41)."""
    found = downloadable_by(request.acting, today()).select_related("qualification")
    certificate = get_object_or_404(found, pk=pk)
    name = file_name(certificate).removesuffix(".pdf") + ".json"
    return _credential(badges.badge(certificate), {"Content-Disposition": f'attachment; filename="{name}"'})


@public
@require_safe
def badge(request: HttpRequest, code: str) -> HttpResponse:
    """The same where it is hosted, for whoever the holder gave the address to."""
    certificate = badges.by_code(code)
    if certificate is None or certificate.is_anonymised:  # nobody is left whom it would be the badge of
        raise Http404
    return _credential(badges.badge(certificate), {"X-Robots-Tag": "noindex", **ANY_SITE})


@public
@require_safe
@cache_control(public=True, max_age=status.AGE)
def status_list(request: HttpRequest, number: int) -> HttpResponse:
    found = status.status_list(number)
    if found is None:
        raise Http404
    return _credential(found, ANY_SITE)


@public
@require_safe
@cache_control(public=True, max_age=KEYS_AGE)
def did(request: HttpRequest) -> HttpResponse:
    """`/.well-known/did.json`: the issuer's keys, where `did:web` looks for them."""
    return JsonResponse(controller_document(), content_type="application/did+ld+json", headers=ANY_SITE)


def _credential(document: Document, headers: dict[str, str]) -> HttpResponse:
    return JsonResponse(
        document,
        content_type="application/vc",
        headers=headers,
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
