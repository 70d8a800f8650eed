"""What gives and ends the network's roles: the national administration, and nobody else."""

from __future__ import annotations

import structlog

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, Role
from forprev.accounts.services import passwords
from forprev.accounts.services.sessions import end_sessions
from forprev.core import history
from forprev.core.dates import now
from forprev.core.errors import DomainError
from forprev.organisations import mails
from forprev.organisations.models import NetworkRole, RegionalFund, held_now
from forprev.organisations.services import Whom, close_network_role, open_account, recorded
from forprev.organisations.staff.selectors import is_last

OWN_ROLE = "Personne ne change ses propres rôles : demandez-le à un autre administrateur national."
LAST = {
    Role.NATIONAL_ADMINISTRATOR: "Il reste toujours un administrateur national dont le rôle n’a pas de dernier jour.",
    Role.COMMITTEE: "La commission nationale garde au moins une personne : sans elle, aucune demande n’est décidée.",
    Role.SUPPORT_AGENT: "La hotline garde au moins une personne : sans elle, personne n’est aidé.",
}
"""Why the last one stays; a fund may be without officers for a time."""

logger = structlog.get_logger(__name__)


def grant_network_role(acting: Acting, whom: Whom, role: Role, fund: RegionalFund | None) -> tuple[NetworkRole, bool]:
    """Give somebody a role of the network, with a fund for its officers; with whether it is new, or was held already.

    Whoever has no account gets one, and the mail of the first sign-in; the others are told of their role, and all
    national administrators of a new one. DomainError for oneself, and as `organisations.services.grant_role`.
    """
    if (role == Role.FUND_OFFICER) != (fund is not None):
        raise DomainError("Choisissez la caisse de l’instructeur.", code="fund_missing", field="fund")
    with history.action(acting, "grant_network_role"):
        _hold_administration(acting)
        person = whom.person or recorded(whom)
        if person.pk == acting.person_id:
            raise DomainError(OWN_ROLE, code="own_role")
        open_roles = NetworkRole.objects.filter(person=person, role=role, fund=fund, ended_at=None)
        held = open_roles.filter(held_now()).first()
        if held is not None:
            return held, False
        # One that lapsed is noted as ended in the night; until then it would stand in the way of the new one.
        open_roles.update(ended_at=now())
        held = NetworkRole.objects.create(person=person, role=role, fund=fund)
        account = Account.objects.filter(person=person).first()
        if account is None:
            passwords.invite(open_account(person, whom.email))
        else:
            mails.network_role_granted(held, account)
        if role == Role.NATIONAL_ADMINISTRATOR:
            mails.administrators(held, acting)
    logger.warning("network_role_granted", role=role.value, fund=held.fund_id, to=person.pk, by=acting.person_id)
    return held, True


def end_network_role(acting: Acting, role_id: int, reason: str) -> NetworkRole:
    """End a role of the network at once: its person is told why, and signed out everywhere; what it did stays.

    Nothing happens to one that has ended. DomainError for one's own role (`own_role`), and for the last national
    administrator, member of the committee or agent of the hotline (`last_one`).
    """
    with history.action(acting, "end_network_role", comment=reason):
        _hold_administration(acting)
        held = NetworkRole.objects.select_related("person", "fund").get(pk=role_id)
        if not NetworkRole.objects.filter(held_now(), pk=role_id).exists():
            return held
        if held.person_id == acting.person_id:
            raise DomainError(OWN_ROLE, code="own_role")
        if is_last(held):
            raise DomainError(LAST[Role(held.role)], code="last_one")
        close_network_role(held)
        account = Account.objects.filter(person=held.person).first()
        if account is not None:
            end_sessions(account, None)
            mails.network_role_ended(held, account, reason)
        if held.role == Role.NATIONAL_ADMINISTRATOR:
            mails.administrators(held, acting, ended=True, reason=reason)
    logger.warning("network_role_ended", role=held.role, fund=held.fund_id, of=held.person_id, by=acting.person_id)
    return held


def _hold_administration(acting: Acting) -> None:
    """Roles of the network change one at a time; DomainError for whoever is no national administrator any more."""
    administrators = NetworkRole.objects.filter(held_now(), role=Role.NATIONAL_ADMINISTRATOR)
    held_by = administrators.select_for_update(no_key=True).order_by("pk").values_list("person_id", flat=True)
    if acting.person_id not in list(held_by):
        raise DomainError("Vous n’êtes plus administrateur national.", code="action_not_allowed")
