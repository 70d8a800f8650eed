"""Background work of accreditations."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forprev.accreditation.dossiers import candidacies, drafts


@app.task
def answer_candidacy(candidacy_id: int) -> None:
    candidacies.answer(candidacy_id)


@app.periodic(cron="20 4 * * *")
@app.task(queueing_lock="accreditation_look_after_drafts")
def look_after_drafts(timestamp: int) -> None:
    """Every night; a missed or a double run does no harm."""
    drafts.look_after_drafts()
    candidacies.forget_old()
