"""Requests that an agent had in hand when its role ended: they wait for its colleagues."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from forprev.accounts.models import Role
from forprev.organisations.models import NetworkRole
from forprev.organisations.signals import network_role_ended
from forprev.support.contact.services import set_free


@receiver(network_role_ended)
def leave(*, role: NetworkRole, **_: Any) -> None:
    if role.role == Role.SUPPORT_AGENT:
        set_free(role.person)
