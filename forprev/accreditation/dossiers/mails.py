"""What people are told about a dossier, in the transaction of the action that it tells of."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, Role
from forprev.accreditation.dossiers.selectors import is_applicant
from forprev.accreditation.models import Dossier, DossierMessage, Track
from forprev.notices.models import Notice
from forprev.notices.services import tell_many
from forprev.organisations.models import Membership, NetworkRole, held_now


def message_written(message: DossierMessage, acting: Acting) -> None:
    """To the other side."""
    send = to_reviewers if is_applicant(acting) else to_applicants
    send(message.dossier, "message", author=acting.display_name, text=message.text)


def to_applicants(dossier: Dossier, template: str, *, key: str = "", **context: object) -> None:
    """Tell each applicant what `accreditation/mails/<template>` says; the link leads to its dossier.

    What bears a `key` goes to each of them once.
    """
    _send(dossier, template, applicant_accounts(dossier), "accreditation:dossier", context, key)


def to_reviewers(dossier: Dossier, template: str, *, key: str = "", **context: object) -> None:
    """The same for whoever reviews it; the link leads to the review."""
    _send(dossier, template, reviewer_accounts(dossier), "accreditation:review", context, key)


def applicant_accounts(dossier: Dossier) -> QuerySet[Account]:
    """The managers of its entity; before there is one, the applicant."""
    if dossier.organisation_id is None:
        return Account.objects.filter(person_id=dossier.applicant_id)
    managers = Membership.objects.filter(held_now(), organisation_id=dossier.organisation_id, role=Role.MANAGER)
    return Account.objects.filter(person_id__in=managers.values("person_id"))


def reviewer_accounts(dossier: Dossier) -> QuerySet[Account]:
    """To whom it is assigned; before, every officer of its fund, or the INRS where it is outside the general regime."""
    if dossier.assigned_to_id:
        return Account.objects.filter(person_id=dossier.assigned_to_id)
    held = NetworkRole.objects.filter(held_now())
    if dossier.track == Track.OTHER:
        held = held.filter(role=Role.NATIONAL_ADMINISTRATOR)
    else:
        held = held.filter(role=Role.FUND_OFFICER, fund_id=dossier.fund_id)
    return Account.objects.filter(person_id__in=held.values("person_id"))


def _send(
    dossier: Dossier,
    template: str,
    accounts: QuerySet[Account],
    page: str,
    context: dict[str, object],
    key: str = "",
) -> None:
    candidate = dossier.organisation_id is None and page == "accreditation:dossier"
    tell_many(
        accounts,
        f"accreditation/mails/{template}",
        {"dossier": dossier, **context},
        kind=Notice.Kind.ACCOUNT if candidate else Notice.Kind.TASK,
        url=reverse(page, args=[dossier.pk]),
        key=key or None,
    )
