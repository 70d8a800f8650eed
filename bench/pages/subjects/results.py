"""What the trainer does: results, and a return with a comment."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from bench.pages.asking import Ask, Desk
from bench.pages.subjects.sessions import GROUP


def results(desk: Desk) -> Iterator[Ask]:
    from forprev.certification.models import Certificate
    from forprev.core.dates import today
    from tests.factories.certification import TRAINED_BY, sent_session, trainee_entry

    held = Certificate.objects.filter(person=desk.acting.person, session=None, expires_on__gte=today())
    codes = set(held.values_list("qualification__code", flat=True))
    taught = next((code for code, by in TRAINED_BY.items() if by in codes and code != by), None)
    if taught is None:
        desk.missing |= {"certification:send_results": "trainer of a session that can be made"}
        return
    session = sent_session(code=taught, trainers=[desk.acting.person], entries=[trainee_entry() for _ in range(GROUP)])
    address = reverse("certification:trainees", args=[session.pk])
    yield Ask("résultats : saisie", address)
    given = {f"result-{trainee.pk}": "success" for trainee in session.trainees.all()}
    yield desk.filled("résultats enregistrés", address, **given)
    submitted = {**given, "action": "send_results", "submit": "1"}
    send = desk.filled("résultats soumis", address, **submitted)
    yield send
    comment = "La date de fin de session est fausse."
    yield desk.filled("retour commenté", address, **given, action="return", submit="1", comment=comment)
    desk.done(send)
    confirming = reverse("certification:send_results", args=[session.pk])
    yield Ask("résultats : à confirmer", confirming)
    yield desk.filled("résultats envoyés", confirming, at=confirming)
