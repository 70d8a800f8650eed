"""What anybody may fetch to check certificates without this server: keys, page, program."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from forprev.accounts.access import public
from forprev.certification.proofs import keys
from forprev.core.dates import today

STATIC = Path(__file__).parent.parent / "static" / "certification"
PROGRAM = Path(__file__).with_name("verifier_certificat.py")
KEYS_AGE = 3600
"""Seconds that a copy of the keys may be kept: far less than a new key waits before it signs (`proof_key`)."""


@public
@require_safe
@cache_control(public=True, max_age=KEYS_AGE)
def jwks(request: HttpRequest) -> HttpResponse:
    """`/.well-known/jwks.json`: the public keys, for any site's own page too."""
    return JsonResponse(
        keys.jwks(), content_type="application/jwk-set+json", headers={"Access-Control-Allow-Origin": "*"}
    )


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "certification/proofs/offline.html", {"keys": keys.jwks(), "day": today()})


@public
@require_safe
def offline_file(request: HttpRequest) -> HttpResponse:
    """The same page in one file that needs no network, with the keys of the day and a policy of its own."""
    script, style = _source("offline_proof.js"), _source("offline_proof.css")
    context = {
        "keys": keys.jwks(),
        "day": today(),
        "check_url": settings.PUBLIC_URL + reverse("certification:check"),
        "script": f'<script type="module">{script}</script>',
        "script_hash": _hash(script),
        "style": f"<style>{style}</style>",
        "style_hash": _hash(style),
    }
    content = render_to_string("certification/proofs/saved.html", context)
    return _file(content.encode(), "text/html; charset=utf-8", "verifier-un-certificat-forprev.html")


@public
@require_safe
def offline_script(request: HttpRequest) -> HttpResponse:
    return _file(PROGRAM.read_bytes(), "text/x-python; charset=utf-8", PROGRAM.name)


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@cache
def _source(name: str) -> str:
    return (STATIC / name).read_text()


def _hash(text: str) -> str:
    """As a content security policy names a text that stands in the page."""
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
