"""What the seal of a file that somebody brings says."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from forprev.certification.sealing.keys import published

PROGRAM = Path(__file__).with_name("examination.py")
PATIENCE = 20
"""Seconds that examining a file may last, on a busy machine too."""
LARGEST = 5 << 20
"""Bytes: a hundred times what a sealed certificate takes."""


@dataclass(frozen=True)
class Seal:
    """What was found in a file; one that is no PDF, that cannot be read or that is too large has no seal."""

    sealed: bool = False
    """It bears a signature, whatever that is worth."""
    intact: bool = False
    """What the first signature covers is as it was when it was signed."""
    whole: bool = False
    """It covers the whole file, forbids any change, and nothing was added."""
    ours: bool = False
    """The certificate is one that we publish, the old ones included."""
    number: str = ""
    """Of the certificate, as the file says: it is our word if the seal is genuine, and anybody's if it is not."""
    sealed_at: datetime | None = None
    """As the file says."""

    @property
    def genuine(self) -> bool:
        """The file is, to the byte, one that we handed out."""
        return self.sealed and self.intact and self.whole and self.ours


def examine(pdf: bytes) -> Seal:
    """Examined by a process of its own, with limits on memory and time and without our environment.

    SealError if our own certificates cannot be read.
    """
    if len(pdf) > LARGEST:
        return Seal()
    program = [sys.executable, "-I", str(PROGRAM)]
    try:
        done = subprocess.run(program, input=pdf, capture_output=True, timeout=PATIENCE, env={}, check=True)  # noqa: S603
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return Seal()
    found = json.loads(done.stdout)
    certificate, moment = found.pop("certificate", None), found.pop("sealed_at", None)
    ours = {hashlib.sha256(chain.leaf.public_bytes(Encoding.DER)).hexdigest() for chain in published()}
    return Seal(**found, ours=certificate in ours, sealed_at=moment and datetime.fromisoformat(moment))
