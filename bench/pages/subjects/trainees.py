"""Trainees: one by one with the search for duplicates, and from a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bench.matching.population import Population
from bench.pages.asking import Ask, Desk, act, somebody
from bench.pages.subjects.sessions import taught_by

GROUP, LARGEST = 30, 10_000
"""People of a spreadsheet as most are, and of the largest that may come."""
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def entry(desk: Desk) -> Iterator[Ask]:
    """Somebody unknown; somebody like somebody of the register, who is proposed; one known person."""
    from forprev.core.dates import french
    from forprev.people.matching import find
    from forprev.people.models import Identity
    from tests.factories.certification import draft_session

    address = reverse("certification:trainees", args=[draft_session(desk.acting, taught_by(desk), trainees=0).pk])
    yield Ask("saisie : ajouter un stagiaire", f"{address}?ajouter=1")
    known = somebody()
    unlike = Identity("ZWTLQ", "Dominique", known.birth_date)
    likely = Identity(f"{known.last_name}E", known.first_name, known.birth_date)

    def added(said: str, who: Identity, *statuses: int) -> Ask:
        typed = {"last_name": who.last_name, "first_name": who.first_name, "birth_date": french(who.birth_date)}
        return act(f"stagiaire ajouté{said}", address, {"key": str(uuid4()), **typed}, statuses=statuses)

    yield added("", unlike, 302)
    yield added(", connu du registre", known.identity, 302, 422)
    yield added(", doublon proposé", likely, 422)
    for said, who in (("inconnu", unlike), ("homonyme proche", likely), ("connu", known.identity)):
        yield Ask(f"recherche de doublons : {said}", "", "search", call=lambda who=who: find(who))


def imports(desk: Desk) -> Iterator[Ask]:
    """Previewed, then confirmed; the largest for the largest entity alone."""
    from forprev.certification.models import TraineeImport
    from tests.factories.certification import draft_session
    from tests.spreadsheets import HEADER, xlsx_of_many

    sizes = (GROUP, LARGEST) if desk.actor.is_large and desk.actor.role == "manager" else (GROUP,)
    for size in sizes:
        kind = "page" if size == GROUP else "import"
        people = f"{size} personnes"
        session = draft_session(desk.acting, taught_by(desk), trainees=0)
        content = xlsx_of_many([HEADER, *Population(seed=0, draw=1).people(size)])
        sending = reverse("certification:import_trainees", args=[session.pk])
        file = SimpleUploadedFile("liste.xlsx", content, SHEET)
        preview = act(f"import de {people} : lu", sending, {"file": file}, kind)
        yield preview
        desk.done(preview)
        made = TraineeImport.objects.get(session=session)
        lines = reverse("certification:trainee_import", args=[session.pk, made.pk])
        yield Ask(f"import de {people} : lignes", lines)
        confirmed = {"confirm": "1", "leave_doubtful": "1"}
        yield act(f"import de {people} : confirmé", lines, confirmed, kind)
        desk.done(act("", lines, confirmed))
        yield Ask(f"import de {people} : stagiaires", reverse("certification:trainees", args=[session.pk]))
