"""Reading accreditations: who sees which, and which may serve on a day."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.models import Accreditation, AccreditationStatus


def visible_to(acting: Acting) -> QuerySet[Accreditation]:
    """Managers: their entity's; delegates: those attached to them (A13); funds: their region's; the rest of the network: all."""
    everything = Accreditation.objects.select_related("level__scheme", "organisation")
    match acting.role:
        case Role.MANAGER:
            return everything.filter(organisation_id=acting.organisation_id)
        case Role.DELEGATE:
            return everything.filter(
                organisation_id=acting.organisation_id, delegations__membership_id=acting.membership_id
            )
        case Role.FUND_OFFICER:
            return everything.filter(organisation__department__fund_id=acting.fund_id)
        case Role.NATIONAL_ADMINISTRATOR | Role.COMMITTEE:
            return everything
        case _:
            return everything.none()


def serving_on(day: date) -> QuerySet[Accreditation]:
    """Accreditations on which a session that ends on `day` may rely (A23, B09, B42)."""
    return Accreditation.objects.filter(status=AccreditationStatus.ACTIVE, starts_on__lte=day, ends_on__gte=day)


def usable(acting: Acting, day: date) -> QuerySet[Accreditation]:
    """Those that the actor may use for a session ending on `day` (A30), the latest granted first."""
    return (visible_to(acting) & serving_on(day)).order_by("level__scheme__name", "level__number", "-starts_on", "-pk")
