"""Secrets that the application must read again: encrypted in the database, with keys of the environment."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def encrypt(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """What `encrypt` was given, under any key in use; raises cryptography.fernet.InvalidToken for anything else."""
    return _fernet().decrypt(token.encode()).decode()


def _fernet() -> MultiFernet:
    """The first of settings.ENCRYPTION_KEYS encrypts, all of them decrypt. A key may be any long text."""
    keys = (hashlib.sha256(key.encode()).digest() for key in settings.ENCRYPTION_KEYS)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
