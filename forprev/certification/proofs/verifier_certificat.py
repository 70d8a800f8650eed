"""Vérifie sans réseau un certificat Forprev : python verifier_certificat.py jwks.json "texte lu dans le QR code"."""

import base64
import json
import sys
from datetime import datetime, timezone
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


try:
    header, payload, signature = "".join(sys.argv[2].split()).rpartition("#")[2].split(".")
    says = json.loads(decoded(header))
    kid = says["kid"] if says["alg"] == "EdDSA" else None
    key = {key["kid"]: key for key in json.loads(Path(sys.argv[1]).read_text())["keys"]}.get(kid)
    if key is None:
        sys.exit("CLÉ INCONNUE : récupérez la liste des clés à jour ; si rien ne change, le certificat est faux.")
    Ed25519PublicKey.from_public_bytes(decoded(key["x"])).verify(decoded(signature), f"{header}.{payload}".encode())
    certificate = json.loads(decoded(payload))
    issued = datetime.fromisoformat(certificate["d"]).replace(tzinfo=timezone.utc)  # noqa: UP017
    if issued.timestamp() > key.get("exp", float("inf")):
        sys.exit("CLÉ EXPIRÉE : elle ne servait plus le jour où ce certificat dit avoir été délivré.")
except InvalidSignature:
    sys.exit("SIGNATURE FAUSSE : ce texte n’est pas celui d’un certificat délivré par Forprev, ou il a été modifié.")
except (ValueError, KeyError, TypeError):
    sys.exit("PREUVE ILLISIBLE : ce n’est pas le texte entier du QR code d’un certificat.")
print("SIGNATURE JUSTE. Annulations inconnues hors ligne : comparez ceci au certificat, puis vérifiez en ligne.")
print(json.dumps(certificate, ensure_ascii=False, indent=2))
