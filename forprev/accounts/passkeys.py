"""WebAuthn: what a browser is asked, and whether what it answers is right (the library fido2 does the checking).

A passkey always verifies its user (fingerprint, face, code), so that it counts as two factors by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from forprev.accounts.models import Account
from forprev.core.errors import DomainError


def begin_registration(account: Account) -> tuple[dict[str, Any], Any]:
    """What the browser is to create, as JSON, and the state to keep for `complete_registration`."""
    user = PublicKeyCredentialUserEntity(
        id=account.pk.bytes, name=account.email, display_name=account.person.display_name
    )
    options, state = _server().register_begin(
        user,
        [AttestedCredentialData(bytes(passkey.credential)) for passkey in account.passkeys.all()],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options.public_key), state


def complete_registration(state: Any, response: Mapping[str, Any]) -> tuple[AttestedCredentialData, int]:
    """The credential made and its counter; DomainError for an answer that is not right."""
    try:
        made = _server().register_complete(state, response)
    except Exception as error:  # whatever shape a browser, or somebody else, may send
        raise _refused() from error
    if made.credential_data is None:
        raise _refused()
    return made.credential_data, made.counter


def begin_authentication(account: Account | None = None) -> tuple[dict[str, Any], Any]:
    """What the browser is to sign, and the state to keep; any passkey of the site will do without an account."""
    known = [AttestedCredentialData(bytes(passkey.credential)) for passkey in account.passkeys.all()] if account else []
    options, state = _server().authenticate_begin(known or None, user_verification=UserVerificationRequirement.REQUIRED)
    return dict(options.public_key), state


def complete_authentication(state: Any, credential: bytes, response: Mapping[str, Any]) -> int:
    """The counter of the passkey that signed; DomainError if the signature is not right."""
    try:
        _server().authenticate_complete(state, [AttestedCredentialData(credential)], response)
        return AuthenticationResponse.from_dict(response).response.authenticator_data.counter
    except Exception as error:  # a wrong signature is cryptography's own, a wrong shape any other
        raise _refused() from error


def credential_id_of(response: Mapping[str, Any]) -> bytes:
    try:
        return websafe_decode(response["id"])
    except (ValueError, KeyError, TypeError) as error:
        raise _refused() from error


def _server() -> Fido2Server:
    site = urlsplit(settings.PUBLIC_URL)
    origin = f"{site.scheme}://{site.netloc}"
    entity = PublicKeyCredentialRpEntity(id=site.hostname, name="Forprev")
    return Fido2Server(entity, verify_origin=lambda asked: asked == origin)


def _refused() -> DomainError:
    return DomainError("La clé d’accès n’a pas pu être vérifiée. Réessayez.", code="passkey_refused")
