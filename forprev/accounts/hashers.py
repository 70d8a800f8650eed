"""How passwords are kept."""

from __future__ import annotations

from dataclasses import replace

from argon2 import Parameters
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2idHasher(Argon2PasswordHasher):
    """Django's, which is Argon2id, at the cost that settings.PASSWORD_COST says (security.md, item 4)."""

    def params(self) -> Parameters:
        return replace(super().params(), **settings.PASSWORD_COST)
