"""What the dashboard and the sheet of an entity say of accreditations."""

from __future__ import annotations

from datetime import date

from django.db.models import F
from django.urls import reverse

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.committee.selectors import next_meeting
from forprev.accreditation.dossiers.selectors import with_entity
from forprev.accreditation.models import Accreditation, Dossier
from forprev.accreditation.review.selectors import awaiting, for_queue, is_late, object_of
from forprev.accreditation.selectors import active, ending_soon
from forprev.accreditation.workflow import NETWORK, SECRETARIAT
from forprev.core import dashboard
from forprev.core.dashboard import LINES, Card, Figure, Line, first_of
from forprev.core.dates import add_months, french, today
from forprev.core.text import plural
from forprev.organisations.sheet import Row, adds_to_sheet

ENTITY_ROLES = (Role.MANAGER, Role.DELEGATE)
READERS = (*ENTITY_ROLES, Role.FUND_OFFICER, Role.COMMITTEE, Role.NATIONAL_ADMINISTRATOR)


def register_cards() -> None:
    dashboard.register(dashboard.AWAITING, "Demandes à traiter", roles=NETWORK, order=10, build=awaiting_card)
    dashboard.register(dashboard.AWAITING, "Demandes à traiter", roles=[Role.MANAGER], order=20, build=with_entity_card)
    dashboard.register(dashboard.ENDING, "Habilitations qui se terminent", roles=READERS, order=10, build=ending_card)
    dashboard.register(dashboard.FIGURES, "Habilitations", roles=READERS, order=10, build=figures_card)
    dashboard.register(
        dashboard.AWAITING, "Prochaine commission nationale", roles=SECRETARIAT, order=30, build=meeting_card
    )


def meeting_card(acting: Acting) -> Card | None:
    """The next meeting, with what is left to decide."""
    meeting = next_meeting(acting)
    if meeting is None:
        return None
    left: int = meeting.left  # type: ignore[attr-defined]
    count = plural(left, "demande est à décider", "demandes sont à décider") if left else "aucune demande à décider"
    return Card(
        summary=f"Le {french(meeting.held_on)} : {count}.",
        url=reverse("accreditation:meeting", args=[meeting.pk]),
        url_label="Voir l’ordre du jour",
    )


def awaiting_card(acting: Acting) -> Card | None:
    """The dossiers that wait for this role, the most urgent first."""
    waiting, count = first_of(for_queue(awaiting(acting), acting))
    if not count:
        return None
    return Card(
        summary=f"{plural(count, 'demande attend', 'demandes attendent')} votre réponse.",
        lines=[_dossier_line(dossier, today()) for dossier in waiting],
        url=reverse("accreditation:queue"),
        url_label="Voir toutes les demandes à traiter",
    )


def with_entity_card(acting: Acting) -> Card | None:
    """The entity's drafts, and what it is asked to complete, the most urgent first."""
    waiting, count = first_of(with_entity(acting).order_by(F("due_on").asc(nulls_last=True), "pk"))
    if not count:
        return None
    return Card(
        summary=f"{plural(count, 'demande est', 'demandes sont')} à transmettre.",
        lines=[
            Line(
                label=str(dossier),
                url=reverse("accreditation:dossier", args=[dossier.pk]),
                due=dossier.due_on,
                due_label="À transmettre",
                state=dossier.state,
                state_label=dossier.state_label,
            )
            for dossier in waiting
        ],
        url=reverse("accreditation:dossiers_awaiting"),
        url_label="Voir toutes mes demandes à traiter",
    )


def _dossier_line(dossier: Dossier, day: date) -> Line:
    late = is_late(dossier, day)
    return Line(
        label=str(dossier),
        url=reverse("accreditation:review", args=[dossier.pk]),
        detail=f"{dossier.organisation_name}, {object_of(dossier)}",
        due=dossier.due_on,
        state="warning" if late else dossier.state,
        state_label="En retard" if late else dossier.state_label,
    )


def ending_card(acting: Acting) -> Card | None:
    """Those that end within the first term, the nearest first (A25)."""
    day = today()
    ending, count = first_of(ending_soon(acting, day))
    if not count:
        return None
    months: int = ending[0].first_alert  # type: ignore[attr-defined]
    summary = (
        f"{plural(count, 'habilitation se termine', 'habilitations se terminent')} dans les {months} "
        "prochains mois. Passé cette date, une habilitation ne permet plus de certifier, même si une demande de "
        "renouvellement est en cours."
    )
    in_list = f"{reverse('accreditation:active')}?tri=fin"
    more = count > LINES
    return Card(
        summary=summary,
        lines=[_line(accreditation, acting, day) for accreditation in ending],
        url=in_list if more else "",
        url_label=f"Voir les {count} habilitations, par date de fin" if more else "",
    )


def _line(accreditation: Accreditation, acting: Acting, day: date) -> Line:
    first, second = accreditation.first_alert, accreditation.second_alert  # type: ignore[attr-defined]
    within = second if accreditation.ends_on <= add_months(day, second) else first
    of_entity = acting.role in ENTITY_ROLES
    return Line(
        label=str(accreditation.level),
        url=reverse("accreditation:detail", args=[accreditation.pk]),
        detail=accreditation.number if of_entity else f"{accreditation.organisation}, {accreditation.number}",
        due=accreditation.ends_on,
        due_label="Fin",
        state="expiring",
        state_label=f"Moins de {within} mois",
    )


def figures_card(acting: Acting) -> Card | None:
    return Card(figures=[Figure(*_active_count(acting), url=reverse("accreditation:active"))])


def _active_count(acting: Acting) -> tuple[str, str]:
    """`("1 250", "habilitations actives")`."""
    count = active(acting, today()).count()
    figure = f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return figure, "habilitation active" if count < 2 else "habilitations actives"


@adds_to_sheet
def active_row(acting: Acting) -> Row:
    """How many of the accreditations that the actor sees are active."""
    count, _ = _active_count(acting)
    return Row("Habilitations actives", count, reverse("accreditation:active"), "Voir la liste")
