"""The gates of accounts themselves: the second factor that some roles demand, and the welcome."""

from __future__ import annotations

from forprev.accounts import gates, profile
from forprev.accounts.access import ActingRequest
from forprev.accounts.models import NETWORK_ROLES
from forprev.accounts.services.sessions import STRONG


def demanded(request: ActingRequest) -> bool:
    """Whether one of the person's roles demands a second factor (security.md, item 10)."""
    return any(acting.role in NETWORK_ROLES for acting in request.acting_choices)


def second_factor_owed(request: ActingRequest) -> bool:
    """Whether it is demanded and this session began without it."""
    return demanded(request) and not request.session.get(STRONG, False)


def _not_welcomed(request: ActingRequest) -> bool:
    return request.user.welcomed_at is None


def register() -> None:
    gates.register(10, "accounts:factors", second_factor_owed)
    gates.register(20, "accounts:welcome", _not_welcomed)
    profile.register(10, "Informations", "accounts:profile", title="Vérifiez vos informations", is_step=True)
    title = "Préférences de notifications par email"
    profile.register(20, "Notifications", "accounts:preferences", title=title, is_step=True)
    profile.register(40, "Mot de passe", "accounts:password")
    profile.register(50, "Second facteur", "accounts:factors")
    profile.register(60, "Sessions", "accounts:sessions")
    profile.register(70, "Mes données", "accounts:my_data")
