"""`Voir comme l’utilisateur`, and the register of who was seen."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forprev.accounts import held
from forprev.accounts.access import ActingRequest, acting_as, signed_in
from forprev.accounts.models import Account, Role
from forprev.accounts.views.sessions import FACTOR_PROVED, factor_recently_proved, has_recently_proved
from forprev.core.errors import DomainError
from forprev.core.forms import tell
from forprev.support.seeing import services
from forprev.support.seeing.forms import SeeAsForm
from forprev.support.seeing.middleware import SEEING, leave
from forprev.support.seeing.models import LONGEST, Consultation, End
from forprev.support.seeing.selectors import for_list, roles_to_see, visible_to
from forprev.support.seeing.tables import ConsultationList


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.SUPPORT_AGENT)
@factor_recently_proved
@never_cache
def see_as(request: ActingRequest, pk: UUID) -> HttpResponse:
    """`Voir comme l’utilisateur`: why, for which request, in which of the person's roles."""
    found = get_object_or_404(Account.objects.select_related("person"), pk=pk)
    refusal, form = "", None
    try:
        roles = roles_to_see(request.acting.person, found)
    except DomainError as error:
        refusal = error.message
    else:
        start = {"contact": request.GET.get("demande", "")[:20]}
        form = SeeAsForm(request.POST if request.method == "POST" else None, roles=roles, initial=start)
        if form.is_valid():
            try:
                begun = services.begin(
                    request.acting,
                    found,
                    form.cleaned_data["role"],
                    form.cleaned_data["reason"],
                    form.cleaned_data["contact"],
                )
            except DomainError as error:
                tell(form, error)
            else:
                del request.session[FACTOR_PROVED]  # the next one is asked for anew
                request.session[SEEING] = begun.pk
                request.session.cycle_key()
                return redirect("dashboard")
    context = {"account": found, "form": form, "refusal": refusal, "minutes": int(LONGEST.total_seconds() // 60)}
    status = 409 if refusal and request.method == "POST" else 422 if form and form.errors else 200
    return render(request, "support/seeing/see_as.html", context, status=status)


@require_POST
@signed_in
def stop_seeing(request: ActingRequest) -> HttpResponse:
    """`Quitter`: back to the form that was held, to the request, or to the person's account."""
    key = request.session.get(SEEING)
    if key is None:
        return redirect("dashboard")
    consultation = Consultation.objects.select_related("person__account").get(pk=key)
    leave(request, consultation, End.QUIT)
    messages.success(request, f"Vous ne voyez plus comme {consultation.person.display_name}.")
    if held.KEY in request.session:
        return redirect(held.way_on(request))
    if consultation.contact_id:
        return redirect("support:contact_request", consultation.contact_id)
    if has_recently_proved(request):
        return redirect("accounts:desk_account", consultation.person.account.pk)
    return redirect("accounts:desk")


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.NATIONAL_ADMINISTRATOR)
def consultations(request: ActingRequest) -> HttpResponseBase:
    """`Consultations de l’assistance`; by POST too, for criteria on people."""
    screen = ConsultationList(request, for_list(visible_to(request.acting)))
    return screen.response("support/seeing/list.html")


@require_safe
@acting_as(Role.NATIONAL_ADMINISTRATOR)
def consultation(request: ActingRequest, pk: int) -> HttpResponse:
    """One consultation, with the pages that were looked at."""
    found = get_object_or_404(visible_to(request.acting), pk=pk)
    context = {"consultation": found, "pages": found.pages.order_by("at", "pk")}
    return render(request, "support/seeing/detail.html", context)
