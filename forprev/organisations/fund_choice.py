"""The caisse de rattachement of trainers: a tab of the profile, a step of the first sign-in, and a gate (A06)."""

from __future__ import annotations

from forprev.accounts import gates, profile
from forprev.accounts.access import ActingRequest
from forprev.accounts.models import Role
from forprev.organisations.models import FundAttachment


def is_trainer(request: ActingRequest) -> bool:
    return any(acting.role == Role.TRAINER for acting in request.acting_choices)


def _not_chosen(request: ActingRequest) -> bool:
    return is_trainer(request) and not FundAttachment.objects.filter(pk=request.user.person_id).exists()


profile.register(30, "Caisse de rattachement", "organisations:own_fund", shown_to=is_trainer, is_step=True)
gates.register(30, "organisations:own_fund", _not_chosen)
