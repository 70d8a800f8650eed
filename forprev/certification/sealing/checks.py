"""Before anything starts: whether the keys of the seal are there, readable, and sign."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from forprev.certification.sealing import stamping
from forprev.certification.sealing.keys import SealError, current


@register
def the_seal_can_be_put_on(**kwargs: Any) -> list[CheckMessage]:
    """certification.E001: no key signs; E002: the time-stamp authority's certificates cannot be read."""
    found: list[CheckMessage] = []
    try:
        current()
    except SealError as error:
        found.append(Error(str(error), hint="docs/operations.md, `The seal`.", id="certification.E001"))
    try:
        stamping.authority()
    except (OSError, ValueError) as error:
        told = f"The certificates of the time-stamp authority cannot be read: {error!r}"
        found.append(Error(told, hint="FORPREV_SEAL_TSA_CERTIFICATES", id="certification.E002"))
    return found
