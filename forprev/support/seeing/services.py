"""Beginning to see as a user does, noting what is seen, ending."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, Role
from forprev.core.dates import now
from forprev.core.errors import DomainError
from forprev.notices.models import Notice
from forprev.notices.services import tell
from forprev.support.contact.models import ContactRequest
from forprev.support.seeing.models import LONGEST, Consultation, ConsultedPage, End
from forprev.support.seeing.selectors import roles_to_see

logger = structlog.get_logger(__name__)


def begin(
    agent: Acting, account: Account, role_key: str, reason: str, contact: ContactRequest | None = None
) -> Consultation:
    """Note that the agent sees as this account does, in one of its roles, and tell its owner at once.

    DomainError for oneself, for somebody of the network, for a role that the person does not hold.
    """
    if agent.role != Role.SUPPORT_AGENT:
        raise DomainError("Seule l’assistance voit comme l’utilisateur.", code="role_refused")
    if not reason:
        raise DomainError("Le motif doit être renseigné.", code="missing", field="reason")
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=account.pk)
        role = next((each for each in roles_to_see(agent.person, account) if each.key == role_key), None)
        if role is None:
            raise DomainError("Cette personne ne tient pas, ou plus, ce rôle.", code="role_unknown", field="role")
        if contact is not None and contact.person_id not in (None, account.person_id):
            raise DomainError("Cette demande est celle d’une autre personne.", code="other_person", field="contact")
        begun_at = now()
        consultation = Consultation.objects.create(
            agent=agent.person,
            person=account.person,
            role=role.role,
            role_key=role.key,
            place=role.place[:250],
            reason=reason,
            contact=contact,
            begun_at=begun_at,
            until=begun_at + min(settings.SEEING_FOR, LONGEST),
        )
        tell(
            account,
            "support/mails/seen",
            {"consultation": consultation},
            kind=Notice.Kind.ACCOUNT,
            url=reverse("accounts:my_data"),
            key=f"seen/{consultation.pk}",
        )
    logger.warning(
        "seeing_begun", consultation=consultation.pk, agent=agent.person_id, person=account.person_id, role=role.key
    )
    return consultation


def note_page(consultation: Consultation, name: str, path: str, *, shown: bool) -> None:
    ConsultedPage.objects.create(consultation=consultation, at=now(), name=name[:100], path=path[:200], shown=shown)
    logger.info("seeing_page", consultation=consultation.pk, page=name, shown=shown)


def end(consultation_id: int, why: End) -> None:
    """Once for all: what ended before stays as it ended. Past its time, that is when and why it ended."""
    consultation = Consultation.objects.filter(pk=consultation_id, ended_at=None).first()
    if consultation is None:
        return
    moment = now()
    if moment >= consultation.until:
        moment, why = consultation.until, End.TIME
    Consultation.objects.filter(pk=consultation_id, ended_at=None).update(ended_at=moment, end=why)
    logger.warning("seeing_ended", consultation=consultation_id, agent=consultation.agent_id, why=why.value)
