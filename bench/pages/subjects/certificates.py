"""Certificates as the entity and their holder get them."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from bench.pages.asking import Ask, Desk, of_one, plain
from bench.pages.subjects.sessions import GROUP, taught_by


def issuing(desk: Desk) -> Iterator[Ask]:
    """Ten people who passed: their certificates, one, all."""
    from tests.factories.certification import answered_session, trainee_entry

    session = answered_session(desk.acting, taught_by(desk), entries=[trainee_entry() for _ in range(GROUP)])
    decision = reverse("certification:trainees", args=[session.pk])
    yield Ask("résultats : décision", decision)
    yield desk.filled("certificats demandés", decision, action="generate")
    yield desk.filled("saisie modifiée", decision, action="modify")
    generation = reverse("certification:generate", args=[session.pk])
    yield Ask("certificats : à générer", generation)
    generate = desk.filled("certificats générés (dix personnes)", generation, "generate", at=generation)
    yield generate
    desk.done(generate)
    yield from of_one(session, {"certification:downloads": "téléchargements"})
    certificate = session.certificates.order_by("pk")[0]
    yield from of_one(certificate, {"certification:pdf": "certificat téléchargé"})
    yield from of_one(session, {"certification:archive": "certificats en ZIP (dix personnes)"}, kind="zip")


def own(desk: Desk) -> Iterator[Ask]:
    """Of the trainer."""
    from forprev.certification.models import Certificate
    from forprev.core.dates import today

    yield from plain({"certification:own_certificates": "mes certificats"})
    held = Certificate.objects.filter(person=desk.acting.person, session=None, expires_on__gte=today(), end=None)
    pages = {"certification:pdf": "mon certificat", "certification:own_badge": "mon badge"}
    yield from desk.of(held.order_by("pk"), pages)
