"""The electronic seal of the platform: put on a certificate as it leaves, examined when a file comes back.

A seal is PAdES (ETSI EN 319 142-1), baseline B, or T and LT where a time-stamp authority is configured: SHA-256, P-256,
a certifying signature that allows no change. It is made for each copy and not stored (security.md, item 52 and C5).
"""

from forprev.certification.sealing.examining import Seal, examine
from forprev.certification.sealing.keys import SealError
from forprev.certification.sealing.placing import seal

__all__ = ["Seal", "SealError", "examine", "seal"]
