"""What the network follows: sessions, certificates, accreditations, figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse

from bench.pages.asking import Ask, Desk, of_one, plain


def sessions(desk: Desk) -> Iterator[Ask]:
    from forprev.certification.selectors.sessions import visible_to
    from forprev.core.dates import french, today

    yield from plain({"certification:ongoing": "sessions en cours"})
    for state in ("draft", "trainer", "entity", "issued"):
        pages = {"certification:session": f"session ({state})", "certification:trainees": f"stagiaires ({state})"}
        yield from desk.of(visible_to(desk.acting).filter(state=state).order_by("-pk"), pages)
    issued = visible_to(desk.acting).filter(state="issued").order_by("-pk")
    pages = {
        "certification:session_certificates": "session : certificats",
        "certification:cancel_session": "session : annulation de tous les certificats",
    }
    yield from desk.of(issued, pages)
    one = issued.first()
    if one:
        address = reverse("certification:cancel_session", args=[one.pk])
        yield desk.filled("session : certificats annulés", address, reason="Session frauduleuse")
    if desk.actor.role != "fund_officer":
        return
    waiting = visible_to(desk.acting).filter(state="entity").order_by("end_date", "pk")
    yield from desk.of(waiting, {"certification:reopen": "session : rouvrir"})
    for late in waiting[:1]:
        address = reverse("certification:reopen", args=[late.pk])
        until = french(today() + timedelta(days=20))
        yield desk.filled("session rouverte", address, until=until, reason="Absence du formateur")


def certificates(desk: Desk) -> Iterator[Ask]:
    from forprev.certification.life.selectors import visible_to

    yield from plain({"certification:certificates": "certificats délivrés"})
    found = visible_to(desk.acting).filter(end=None).order_by("-pk")
    yield from desk.of(found, {"certification:certificate": "certificat"})
    one = found.first()
    if one and desk.actor.role != "support_agent":
        yield from of_one(one, {"certification:cancel_certificate": "certificat : annulation"})
        address = reverse("certification:cancel_certificate", args=[one.pk])
        yield desk.filled("certificat annulé", address, reason="Erreur de saisie")


def figures(desk: Desk) -> Iterator[Ask]:
    from forprev.network.figures.views import SHOWN_TO

    yield from plain({"network:figures": "chiffres"})
    for grouping in SHOWN_TO[desk.acting.role]:
        yield Ask(f"chiffres par {grouping}", f"{reverse('network:figures')}?par={grouping}")


def accreditations(desk: Desk) -> Iterator[Ask]:
    from forprev.accreditation.selectors import visible_to

    yield from plain({"accreditation:active": "habilitations"})
    yield from desk.of(visible_to(desk.acting).order_by("-ends_on", "pk"), {"accreditation:detail": "habilitation"})


def life(desk: Desk) -> Iterator[Ask]:
    """Suspending an accreditation, and what follows."""
    from forprev.accreditation.selectors import visible_to
    from forprev.core.dates import today

    yield from plain({"accreditation:suspended": "habilitations suspendues"})
    if desk.actor.role != "committee":
        yield from plain({"accreditation:meetings": "commissions"})
    held = visible_to(desk.acting).filter(status="active", starts_on__lte=today(), ends_on__gte=today()).order_by("pk")
    one = held[0]
    yield from of_one(one, {"accreditation:suspend": "suspension", "accreditation:withdraw": "retrait"})
    suspend = desk.filled("habilitation suspendue", reverse("accreditation:suspend", args=[one.pk]), reason="Contrôle")
    yield suspend
    address = reverse("accreditation:withdraw", args=[one.pk])
    yield desk.filled("habilitation retirée", address, reason="Manquements")
    desk.done(suspend)
    yield from of_one(one, {"accreditation:resume": "levée de la suspension"})
    yield desk.filled("suspension levée", reverse("accreditation:resume", args=[one.pk]), reason="Contrôle passé")
