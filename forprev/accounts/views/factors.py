"""`Second facteur` of one's own account: an application of codes, passkeys, recovery codes."""

from __future__ import annotations

import pyotp
import segno
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forprev.accounts import held, passkeys
from forprev.accounts.access import ActingRequest, signed_in
from forprev.accounts.forms import PasskeyNameForm, SetUpTotpForm
from forprev.accounts.gate_pages import demanded, second_factor_owed
from forprev.accounts.models import Totp
from forprev.accounts.services import factors
from forprev.accounts.services.sessions import note_proof
from forprev.accounts.views.profile import profile_page
from forprev.accounts.views.sessions import recently_proved
from forprev.accounts.views.signing import posted_json
from forprev.core.errors import DomainError
from forprev.core.secrets import decrypt, encrypt

NEW_SECRET = "totp"  # noqa: S105 (a key of the session)
"""Where the session keeps, encrypted, the secret that waits for its first code."""

NEW_PASSKEY = "new_passkey"
NEW_CODES = "recovery_codes"
"""Where the session keeps, encrypted, the recovery codes until their owner has noted them."""


@signed_in
@require_safe
@never_cache
def overview(request: ActingRequest) -> HttpResponse:
    """What is set up, and what can be."""
    account = request.user
    if account.has_second_factor and second_factor_owed(request):
        request.session["confirm_next"] = resolve_url(held.way_on(request))
        return redirect("accounts:confirm_identity")
    context = {
        "totp": getattr(account, "totp", None),
        "passkeys": account.passkeys.all(),
        "codes_left": account.recovery_codes.filter(used_at=None).count(),
        "identities": account.identities.order_by("created_at"),
        "demanded": demanded(request),
    }
    return profile_page(request, "accounts:factors", "accounts/profile/factors.html", context)


@signed_in
@recently_proved
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@never_cache
def totp(request: ActingRequest) -> HttpResponse:
    """The QR code to take into an application, taken once a code of it is right."""
    if NEW_SECRET not in request.session:
        request.session[NEW_SECRET] = encrypt(factors.new_totp_secret())
    secret = decrypt(request.session[NEW_SECRET])
    form = SetUpTotpForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        code = "".join(form.cleaned_data["code"].split())
        try:
            codes = factors.set_up_totp(request.user, secret, code, request.session.session_key)
        except DomainError as error:
            form.add_error("code", error.message)
        else:
            del request.session[NEW_SECRET]
            return _added(request, codes, "L’application d’authentification est enregistrée.")
    address = pyotp.TOTP(secret).provisioning_uri(name=request.user.email, issuer_name="Forprev")
    drawing = segno.make(address, error="m").svg_data_uri(scale=5, border=2)
    context = {"form": form, "drawing": drawing, "secret": " ".join(secret[i : i + 4] for i in range(0, 32, 4))}
    status = 422 if form.errors else 200
    return profile_page(request, "accounts:factors", "accounts/profile/totp.html", context, status)


@signed_in
@recently_proved
@require_safe
@never_cache
def passkey(request: ActingRequest) -> HttpResponse:
    """The page from which the browser creates a passkey."""
    return profile_page(request, "accounts:factors", "accounts/profile/passkey.html", {"form": PasskeyNameForm()})


@signed_in
@recently_proved
@require_POST
@never_cache
def passkey_options(request: ActingRequest) -> JsonResponse:
    options, request.session[NEW_PASSKEY] = passkeys.begin_registration(request.user)
    return JsonResponse(options)


@signed_in
@recently_proved
@require_POST
@never_cache
def passkey_made(request: ActingRequest) -> JsonResponse:
    """`{"name": …, "passkey": …}` of the browser; answers `{"url": …}`, 400 with `{"message": …}`."""
    body = posted_json(request)
    form = PasskeyNameForm({"name": body.get("name")})
    if not form.is_valid():
        return JsonResponse({"message": "Donnez un nom à cette clé, de 60 caractères au plus."}, status=400)
    made = body.get("passkey") or {}
    state = request.session.pop(NEW_PASSKEY, None)
    try:
        codes = factors.add_passkey(request.user, form.cleaned_data["name"], state, made, request.session.session_key)
    except DomainError as error:
        return JsonResponse({"message": error.message}, status=400)
    return JsonResponse({"url": _added(request, codes, "La clé d’accès est enregistrée.").headers["Location"]})


@signed_in
@recently_proved
@require_http_methods(["GET", "HEAD", "POST"])
def remove_totp(request: ActingRequest) -> HttpResponse:
    get_object_or_404(Totp, account=request.user)
    return _remove(request, "l’application d’authentification", lambda key: factors.remove_totp(request.user, key))


@signed_in
@recently_proved
@require_http_methods(["GET", "HEAD", "POST"])
def remove_passkey(request: ActingRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(request.user.passkeys, pk=pk)
    return _remove(
        request, f"la clé d’accès « {found.name} »", lambda key: factors.remove_passkey(request.user, pk, key)
    )


@signed_in
@recently_proved
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def recovery_codes(request: ActingRequest) -> HttpResponse:
    """New recovery codes, after confirmation; those just made, once, until they are noted."""
    if not request.user.has_second_factor:
        return redirect("accounts:factors")
    if request.method == "POST" and "noted" in request.POST:
        request.session.pop(NEW_CODES, None)
        return redirect(held.way_on(request) if demanded(request) else "accounts:factors")
    if request.method == "POST":
        return _added(request, factors.renew_recovery_codes(request.user), "")
    shown = request.session.get(NEW_CODES)
    context = {"codes": decrypt(shown).split() if shown else []}
    return profile_page(request, "accounts:factors", "accounts/profile/recovery_codes.html", context)


def _added(request: ActingRequest, codes: list[str], said: str) -> HttpResponse:
    """The session is a strong one from now on; new recovery codes are shown."""
    note_proof(request, strong=True)
    if said:
        messages.success(request, said)
    if not codes:
        return redirect("accounts:factors")
    request.session[NEW_CODES] = encrypt(" ".join(codes))
    return redirect("accounts:recovery_codes")


def _remove(request: ActingRequest, what: str, remove: object) -> HttpResponse:
    if request.method == "POST":
        try:
            remove(request.session.session_key)  # type: ignore[operator]
        except DomainError as error:
            messages.info(request, error.message)
        else:
            messages.success(request, f"{what[0].upper()}{what[1:]} : retrait enregistré.")
        return redirect("accounts:factors")
    context = {"what": what, "cancel_url": "..", "tone": "danger", "demanded": demanded(request)}
    return render(request, "accounts/profile/factor_remove.html", context)
