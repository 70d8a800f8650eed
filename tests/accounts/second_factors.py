"""Second factors of the tests: a real application of codes, and a real passkey, in software."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from forprev.accounts.models import Account
from forprev.accounts.services import factors
from forprev.core.dates import now

PRESENT, VERIFIED, WITH_CREDENTIAL = 0x01, 0x04, 0x40


class Application:
    """An authentication application that `account` has set up."""

    def __init__(self, account: Account) -> None:
        self.secret = factors.new_totp_secret()
        self.recovery_codes = factors.set_up_totp(account, self.secret, self.code(-1), None)

    def code(self, steps: int = 0) -> str:
        """The code of the present step, or of one so many steps later."""
        return pyotp.TOTP(self.secret).generate_otp(int(now().timestamp()) // 30 + steps)


class SoftwareKey:
    """A passkey: answers options as a browser would, signing with a key of its own."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = secrets.token_bytes(32)
        self.counter = 0
        self.flags = PRESENT | VERIFIED
        self.origin = settings.PUBLIC_URL

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.credential_id, public)
        data = AuthenticatorData.create(_rp_hash(options["rp"]["id"]), self.flags | WITH_CREDENTIAL, 0, credential)
        attestation = AttestationObject.create("none", data, {})
        client_data = self._client_data("webauthn.create", options["challenge"])
        return self._answer({"attestationObject": websafe_encode(attestation), "clientDataJSON": client_data})

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        self.counter += 1
        data = AuthenticatorData.create(_rp_hash(options["rpId"]), self.flags, self.counter)
        client_data = self._client_data("webauthn.get", options["challenge"])
        digest = hashlib.sha256(websafe_decode(client_data)).digest()
        signature = self.key.sign(bytes(data) + digest, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "authenticatorData": websafe_encode(data),
                "clientDataJSON": client_data,
                "signature": websafe_encode(signature),
            }
        )

    def _client_data(self, kind: str, challenge: str) -> str:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return websafe_encode(json.dumps(told).encode())

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = websafe_encode(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


def _rp_hash(rp_id: str) -> bytes:
    return hashlib.sha256(rp_id.encode()).digest()
