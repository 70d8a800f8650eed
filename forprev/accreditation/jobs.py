"""Background work of accreditations."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forprev.accreditation.alerts import warn_of_ends
from forprev.accreditation.dossiers import candidacies, drafts
from forprev.accreditation.reminders import remind_of_waiting


@app.task
def answer_candidacy(candidacy_id: int) -> None:
    candidacies.answer(candidacy_id)


@app.periodic(cron="20 4 * * *")
@app.task(queueing_lock="accreditation_look_after_drafts")
def look_after_drafts(timestamp: int) -> None:
    """Every night; a missed or a double run does no harm."""
    drafts.look_after_drafts()
    candidacies.forget_old()


@app.periodic(cron="0 5 * * *")
@app.task(queueing_lock="accreditation_ends")
def tell_of_ends(timestamp: int) -> None:
    """Every morning; a missed run is caught up, a double one tells nobody twice (A25)."""
    warn_of_ends()


@app.periodic(cron="10 5 * * *")
@app.task(queueing_lock="accreditation_reminders")
def remind(timestamp: int) -> None:
    """Every morning; a missed or a double run does no harm."""
    remind_of_waiting()
