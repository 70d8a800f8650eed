"""Signing professionals in through an OpenID Connect provider (B55; security.md, item 14), in the way of ProConnect.

Authlib does the protocol: code flow, PKCE, state, nonce, discovery, ID token. Here: what it leaves to its caller, the
issuer and audience that are expected, the signed userinfo, the level of authentication, and time-outs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import requests
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from forprev.core.errors import DomainError

ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA"]
"""Signatures that are taken; never a shared secret, never none."""

TIMEOUT = 5
"""Seconds that the provider has for each answer."""

LEEWAY = 60
"""Seconds by which its clock may differ."""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Identified:
    """Whom the provider named: `issuer` and `subject` are the identity; e-mail and names are only for showing."""

    issuer: str
    subject: str
    email: str
    acr: str
    id_token: str

    @property
    def is_strong(self) -> bool:
        """Whether the provider asked for a second factor."""
        return self.acr in settings.OPENID_STRONG_ACR


def begin(request: HttpRequest) -> HttpResponseRedirect:
    """To the provider; DomainError if it does not answer."""
    asked = {"acr_values": " ".join(settings.OPENID_ACR)} if settings.OPENID_ACR else {}
    try:
        return _client().authorize_redirect(request, _return_address(), **asked)
    except _FAULTS as fault:
        raise _failed(fault) from fault


def finish(request: HttpRequest) -> Identified:
    """Whom the provider names in its answer, once everything in it is checked; DomainError if anything is wrong."""
    client = _client()
    issuer, audience = settings.OPENID_ISSUER, settings.OPENID_CLIENT_ID
    expected = {
        "iss": {"essential": True, "values": [issuer]},
        "aud": {"essential": True, "values": [audience]},
        "nonce": {"essential": True},
    }
    try:
        if client.load_server_metadata().get("issuer") != issuer:
            raise ValueError("the metadata are of another issuer")
        client.server_metadata["id_token_signing_alg_values_supported"] = ALGORITHMS
        token = client.authorize_access_token(request, claims_options=expected, leeway=LEEWAY)
        claims = token["userinfo"]
        about = _userinfo(client, token)
        if about["sub"] != claims["sub"]:
            raise ValueError("the userinfo are of another person")
        acr = str(claims.get("acr", ""))
        if settings.OPENID_ACR and acr not in settings.OPENID_ACR:
            raise ValueError(f"the level of authentication is not one of those asked: {acr}")
    except _FAULTS as fault:
        raise _failed(fault) from fault
    return Identified(issuer, str(claims["sub"]), str(about.get("email", "")), acr, token["id_token"])


def sign_out_address(id_token: str) -> str:
    """Where the provider ends its own session, then leads back to us; empty if it has no such page or is silent."""
    try:
        back = settings.PUBLIC_URL + reverse("accounts:sign_in")
        return str(_client().create_logout_url(back, id_token)["url"])
    except _FAULTS as fault:
        logger.warning("openid_sign_out_failed", fault=type(fault).__name__)
        return ""


def _userinfo(client: DjangoOAuth2App, token: dict[str, Any]) -> dict[str, Any]:
    """The claims of the userinfo, which must be a JWT signed by the provider for us."""
    answer = client.get(client.load_server_metadata()["userinfo_endpoint"], token=token)
    answer.raise_for_status()
    if not answer.headers.get("Content-Type", "").startswith("application/jwt"):
        raise ValueError("the userinfo are not signed")
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    try:
        signed = jwt.decode(answer.text, KeySet.import_key_set(client.fetch_jwk_set()), registry=registry)
    except InvalidKeyIdError:
        signed = jwt.decode(answer.text, KeySet.import_key_set(client.fetch_jwk_set(force=True)), registry=registry)
    JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": settings.OPENID_ISSUER},
        aud={"essential": True, "value": settings.OPENID_CLIENT_ID},
        sub={"essential": True},
    ).validate(signed.claims)
    return signed.claims


_FAULTS = (AuthlibBaseError, JoseError, requests.RequestException, ValueError, KeyError, TypeError, RuntimeError)
"""Whatever a provider, or somebody in its place, may answer."""


def _failed(fault: Exception) -> DomainError:
    logger.warning("openid_failed", fault=type(fault).__name__, what=getattr(fault, "error", ""))
    return DomainError(
        f"L’identification par {settings.OPENID_NAME} n’a pas abouti. Réessayez, ou connectez-vous avec votre mot de "
        "passe Forprev.",
        code="openid_failed",
    )


def _return_address() -> str:
    return settings.PUBLIC_URL + reverse("accounts:openid_return")


def _client() -> DjangoOAuth2App:
    return _client_of(settings.OPENID_ISSUER, settings.OPENID_CLIENT_ID, settings.OPENID_CLIENT_SECRET)


@lru_cache(maxsize=2)
def _client_of(issuer: str, client_id: str, client_secret: str) -> DjangoOAuth2App:
    """Keeps what it read of the provider; its keys are read again when one is not known."""
    return OAuth().register(
        "openid",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid given_name usual_name email uid siret",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT,
        },
    )
