"""How long a certificate lasts, in words."""

from __future__ import annotations

from datetime import date

from forprev.certification.models import Certificate
from forprev.core.text import plural


def term_in_words(certificate: Certificate, day: date) -> str:
    """`42 jours restants`, `Expire demain`, `Expiré depuis 3 jours`: by its dates, whatever ended it before."""
    left = (certificate.expires_on - day).days
    if left < 0:
        return f"Expiré depuis {plural(-left, 'jour')}"
    return {0: "Expire aujourd’hui", 1: "Expire demain"}.get(left, f"{left} jours restants")
