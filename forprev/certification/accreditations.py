"""What the sheet of an accreditation says of its sessions."""

from __future__ import annotations

from django.urls import reverse

from forprev.accounts.acting import Acting
from forprev.accreditation.models import Accreditation
from forprev.accreditation.sheet import Panel, adds_panel, counts_open
from forprev.certification.dashboard import READERS
from forprev.certification.models import TrainingSession
from forprev.certification.selectors.sessions import for_list, visible_to
from forprev.certification.workflow import OPEN
from forprev.core.dashboard import Line, first_of
from forprev.core.text import plural


@adds_panel
def sessions_panel(acting: Acting, accreditation: Accreditation) -> Panel | None:
    """The sessions that the actor sees, those touched last."""
    if acting.role not in READERS:
        return None
    mine = for_list(visible_to(acting).filter(accreditation=accreditation))
    sessions, count = first_of(mine.order_by("-modified_at", "-pk"))
    return Panel(
        title="Sessions de certification",
        summary=f"{plural(count, 'session')} au titre de cette habilitation." if count else "Aucune session.",
        lines=[_line(session) for session in sessions],
        url=reverse("certification:ongoing") if count else "",
        url_label="Voir les sessions en cours",
    )


def _line(session: TrainingSession) -> Line:
    return Line(
        label=f"Session n°{session.pk}",
        url=reverse("certification:session", args=[session.pk]),
        detail=str(session.qualification or ""),
        due=session.end_date,
        due_label="Fin",
        state=session.state,
        state_label=session.state_label,
    )


@counts_open
def open_sessions(accreditation: Accreditation) -> int:
    return TrainingSession.objects.filter(accreditation=accreditation, state__in=OPEN).count()
