"""Before anything starts: whether the keys of the seal are there, readable, and sign."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register

from forprev.certification.sealing import stamping
from forprev.certification.sealing.keys import SealError, current

HINT = "docs/operations.md, `The seal`."
DAYS_BEFORE_THE_END = 60


@register
def the_seal_can_be_put_on(**kwargs: Any) -> list[CheckMessage]:
    """certification.E001: no key signs; W001: its certificate ends soon; E002: no certificates for the time stamps."""
    found: list[CheckMessage] = []
    try:
        chain = current().chain
        if (chain.leaf.not_valid_after_utc - datetime.now(UTC)).days < DAYS_BEFORE_THE_END:
            told = f"The certificate of the seal {chain.name} ends on {chain.leaf.not_valid_after_utc:%Y-%m-%d}."
            found.append(Warning(told, hint=HINT, id="certification.W001"))
    except SealError as error:
        found.append(Error(str(error), hint=HINT, id="certification.E001"))
    try:
        stamping.authority()
    except (OSError, ValueError) as error:
        told = f"The certificates of the time-stamp authority cannot be read: {error!r}"
        found.append(Error(told, hint="FORPREV_SEAL_TSA_CERTIFICATES", id="certification.E002"))
    return found
