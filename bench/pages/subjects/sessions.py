"""Sessions as the entity enters them, and the lists of them."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from django.urls import reverse

from bench.pages.asking import Ask, Desk, act, of_one, plain

SHOWN = {"certification:session": "session", "certification:trainees": "stagiaires"}
GROUP = 10
"""People of the sessions made here, as in most of them."""


def lists(desk: Desk) -> Iterator[Ask]:
    """What waits and what is under way; then the pages of the latest session of each state."""
    from forprev.certification.selectors.sessions import visible_to

    yield from plain({"certification:awaiting": "sessions à traiter"})
    if desk.actor.role != "trainer":
        yield from plain({"certification:ongoing": "sessions en cours"})
    for state in ("draft", "trainer", "entity", "issued"):
        if state != "draft" or desk.actor.role != "trainer":
            pages = {name: f"{label} ({state})" for name, label in SHOWN.items()}
            yield from desk.of(visible_to(desk.acting).filter(state=state).order_by("-pk"), pages)


def entry(desk: Desk) -> Iterator[Ask]:
    """A session from its creation to its sending, each step measured, then done."""
    from forprev.certification.models import TrainingSession
    from tests.factories.certification import draft_session, trainee_entry

    new = act("session créée", reverse("certification:create"), {"key": str(uuid4())})
    yield new
    yield Ask("session nouvelle, sans clic", reverse("certification:create"), statuses=(302,))
    empty = TrainingSession.objects.get(pk=_key(desk.done(new)["Location"]))
    session = draft_session(desk.acting, taught_by(desk), entries=[trainee_entry() for _ in range(GROUP)])
    one = session.trainees.all()[0]
    yield from of_one(empty, {"certification:session": "session vide"})
    pages = {
        "certification:session": "saisie : session",
        "certification:trainer": "saisie : formateur",
        "certification:trainees": "saisie : stagiaires",
        "certification:import_trainees": "saisie : importer",
        "certification:trainees_model": "saisie : modèle à remplir",
        "certification:send": "saisie : vérification avant envoi",
        "certification:delete": "saisie : suppression",
    }
    yield from of_one(session, pages)
    for name, label in (("trainee", "modifier un stagiaire"), ("trainee_remove", "retirer un stagiaire")):
        yield Ask(f"saisie : {label}", reverse(f"certification:{name}", args=[session.pk, one.pk]))
    details = reverse("certification:session", args=[session.pk])
    yield desk.filled("session enregistrée", details, at=details, next="1")
    given = session.trainers.select_related("person").get().person
    trainer = reverse("certification:trainer", args=[session.pk])
    yield _answered(desk.filled("formateur vérifié", trainer, number=given.number))
    papers = {"number": "", **{name: _shown(getattr(given, name)) for name in given.identity._fields}}
    yield _answered(desk.filled("formateur vérifié par ses nom et date", trainer, **papers))
    removal = reverse("certification:trainee_remove", args=[session.pk, one.pk])
    yield act("stagiaire retiré", removal, {})
    changed = reverse("certification:trainee", args=[session.pk, one.pk])
    yield desk.filled("stagiaire modifié", changed, first_name="Camille")
    sending = reverse("certification:send", args=[session.pk])
    declared = [f"{trainee.pk}-{field}" for trainee in session.trainees.all() for field in _declarations()]
    yield desk.filled("session envoyée au formateur", sending, at=sending, declaration=declared)
    deletion = reverse("certification:delete", args=[session.pk])
    yield desk.filled("session supprimée", deletion, at=deletion)


def taught_by(desk: Desk) -> str:
    """A certificate that the entity confers and the actor may enter today; SST 1 is granted where there is none."""
    from forprev.accreditation.selectors import usable
    from forprev.core.dates import today
    from forprev.organisations.models import Membership, Organisation
    from tests.factories.accreditation import DelegationFactory, accredit
    from tests.factories.catalogue import qualification
    from tests.factories.certification import TRAINED_BY

    levels = set(usable(desk.acting, today()).values_list("level", flat=True))
    for code in TRAINED_BY:
        if qualification(code).level_id in levels and not qualification(code).level.scheme.site_required:
            return code
    granted = accredit(Organisation.objects.get(pk=desk.acting.organisation_id))
    if desk.actor.role == "delegate":
        membership = Membership.objects.get(pk=desk.acting.membership_id)
        DelegationFactory(accreditation=granted, membership=membership)
    return "SST-1"


def _declarations() -> tuple[str, ...]:
    from forprev.certification.services.exchange import DECLARATIONS

    return tuple(DECLARATIONS)


def _answered(ask: Ask) -> Ask:
    """The same page, with the answer on it."""
    return Ask(ask.name, ask.address, ask.kind, ask.data)


def _key(address: str) -> int:
    return int(address.rsplit("/", 1)[1])


def _shown(value: object) -> str:
    from forprev.core.dates import french

    return french(value) if hasattr(value, "year") else str(value)
