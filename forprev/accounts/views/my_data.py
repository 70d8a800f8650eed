"""`Mes données`: everything that the application holds on the person, as a file (GDPR, articles 15 and 20)."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forprev.accounts.access import ActingRequest, signed_in
from forprev.accounts.views.profile import profile_page
from forprev.accounts.views.sessions import recently_proved
from forprev.core.dates import now, today
from forprev.people import documents, personal_data


@signed_in
@require_safe
def page(request: ActingRequest) -> HttpResponse:
    return profile_page(request, "accounts:my_data", "accounts/profile/my_data.html", {})


@signed_in
@recently_proved
@require_safe
@never_cache
def as_json(request: ActingRequest) -> HttpResponse:
    person = request.user.person
    content = personal_data.as_text(person, personal_data.held_on(person), now())
    return _attached(request, HttpResponse(content, content_type="application/json"), "json")


@signed_in
@recently_proved
@require_safe
@never_cache
def as_pdf(request: ActingRequest) -> HttpResponse:
    person = request.user.person
    content = documents.render(person, personal_data.held_on(person), now())
    return _attached(request, HttpResponse(content, content_type="application/pdf"), "pdf")


def _attached(request: ActingRequest, response: HttpResponse, extension: str) -> HttpResponse:
    name = f"forprev-mes-donnees-{request.user.person.number}-{today()}.{extension}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
