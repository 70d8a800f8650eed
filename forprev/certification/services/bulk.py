"""Trainees in bulk (A35): a spreadsheet is read into lines, which are corrected, then confirmed all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import reduce
from itertools import islice
from operator import or_
from typing import TypeVar
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Count, Q

from forprev.accounts.acting import Acting
from forprev.accounts.proposals import NOBODY, propose_many
from forprev.certification.imports.columns import lines as lines_of
from forprev.certification.imports.judging import KEEP, LEAVE_OUT, Judge, faults_of_identity, understand
from forprev.certification.models import ImportLine, Trainee, TraineeImport, TrainingSession, Verdict
from forprev.certification.selectors.sessions import visible_to
from forprev.certification.services.common import acting_on
from forprev.certification.services.entry import MOST_TRAINEES
from forprev.certification.workflow import SESSION_WORKFLOW, Action
from forprev.core import dates
from forprev.core.errors import DomainError
from forprev.core.spreadsheets import Sheet
from forprev.core.text import plural
from forprev.people.services import note_lookups

BATCH = 2500
"""Lines looked at, or written, at a time."""
KEPT_FOR = timedelta(days=1)
CONTACT = 100
"""How many look-ups one e-mail or n° Forprev counts for, since the answer tells whether Forprev knows it (item 27)."""
KEYS = UUID("6c2ab1a4-4a0d-4a60-9a53-3d6b5d0a1f0e")
"""Under which a line's number becomes the key of its trainee: confirmed twice, it is refused by the database."""

READ = ["day", "search_last_name", "search_first_name", "last_name", "first_name", "birth_date"]
JUDGED = ["verdict", "remarks"]


@dataclass(frozen=True)
class Correction:
    """A line as it is to be; `decision` is `KEEP`, `LEAVE_OUT`, `NOBODY`, the id of a person proposed, or nothing."""

    last_name: str
    first_name: str
    birth_date: str
    email: str = ""
    forprev_number: str = ""
    decision: str = ""


class Overtaken(Exception):
    """What was seen of the lines does not hold any more."""


class AlreadyConfirmed(Exception):
    """Somebody was faster: the same person, clicking twice."""


def open_import(session_id: int, acting: Acting, sheet: Sheet, source: str = "") -> TraineeImport:
    """Read a spreadsheet for a draft, instead of the one that this person had not confirmed; nothing else is written.

    Raises DomainError where no trainee can be read, too many are, or too many people were looked up.
    """
    session = _draft(session_id, acting)
    typed = lines_of(sheet.rows)
    if len(typed) > MOST_TRAINEES:
        raise DomainError(
            f"Ce tableau compte {len(typed)} stagiaires : {MOST_TRAINEES} au plus sont admis.", code="too_many_rows"
        )
    judge = Judge(session)
    with transaction.atomic():
        TraineeImport.objects.filter(session=session, by=acting.person, confirmed_at=None).delete()
        made = TraineeImport.objects.create(session=session, by=acting.person, source=source)
        for batch in _batches(typed):
            lines = [ImportLine(of=made, **asdict(line)) for line in batch]
            for line in lines:
                understand(line, date_1904=sheet.date_1904)
            _propose(acting, lines, judge)
            judge.judge(lines)
            ImportLine.objects.bulk_create(lines)
    return made


Item = TypeVar("Item")


def _batches(items: Iterable[Item]) -> Iterable[list[Item]]:
    remaining = iter(items)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _draft(session_id: int, acting: Acting) -> TrainingSession:
    session = visible_to(acting).select_related("qualification").get(pk=session_id)
    SESSION_WORKFLOW.check(Action.EDIT, session.state, acting.role)
    return session


def _propose(acting: Acting, lines: Sequence[ImportLine], judge: Judge) -> None:
    """Look for each person of the lines in the register, and note on its line who somebody has to tell it from.

    At level acteur only a likely match is worth a question, and the exact identity none (A44).
    """
    asked = [line for line in lines if not faults_of_identity(line, judge.today)]
    if judge.makes_trainers:
        contacts = sum(bool(line.email) + bool(line.forprev_number) for line in asked)
        note_lookups(acting.person, CONTACT * contacts)
        asked = [line for line in asked if not line.forprev_number]
    found = propose_many(acting.person, [line.identity for line in asked if line.identity])
    for line, proposals in zip(asked, found, strict=True):
        same, likely = any(p.same for p in proposals), any(p.likely for p in proposals)
        asks = bool(proposals) if judge.makes_trainers else likely and not same
        line.proposals = [asdict(proposal) for proposal in proposals] if asks else []


# Correcting


def correct(session_id: int, import_id: int, acting: Acting, corrections: Mapping[int, Correction]) -> list[ImportLine]:
    """Write corrections by id of line; gives the lines that changed. Those alike in the file are judged again.

    A decision that was not offered for the line as it stands counts for none. Raises DomainError if too many people
    were looked up; TraineeImport.DoesNotExist for an import of somebody else or one confirmed.
    """
    session = _draft(session_id, acting)
    judge = Judge(session)
    with transaction.atomic():
        found = _locked(session, import_id, acting)
        lines = list(found.lines.filter(pk__in=corrections).order_by("row"))
        changed = [line for line in lines if _differs(line, corrections[line.pk])]
        if not changed:
            return []
        signs = _signs(changed)
        renamed = [line for line in changed if _apply(line, corrections[line.pk])]
        for line in renamed:
            line.proposals, line.decision = [], line.decision if line.decision == LEAVE_OUT else ""
        if renamed:
            _propose(acting, renamed, judge)
        for line in changed:
            if line.decision not in _offered(line):
                line.decision = ""
        written = [*READ, "email", "forprev_number", "proposals", "decision", *JUDGED]
        ImportLine.objects.bulk_update(changed, written, batch_size=BATCH)
        alike = list(found.lines.filter(signs | _signs(changed)).order_by("row"))
        judge.judge(alike)
        ImportLine.objects.bulk_update(alike, JUDGED, batch_size=BATCH)
    return changed


def _locked(session: TrainingSession, import_id: int, acting: Acting) -> TraineeImport:
    mine = TraineeImport.objects.filter(session=session, by=acting.person, confirmed_at=None)
    return mine.select_for_update().get(pk=import_id)


def _differs(line: ImportLine, correction: Correction) -> bool:
    return any(getattr(line, name) != value for name, value in asdict(correction).items())


def _apply(line: ImportLine, correction: Correction) -> bool:
    """Write the correction on the line; whether it may now be somebody else."""
    before = (line.search_last_name, line.search_first_name, line.day, line.email, line.forprev_number)
    for name, value in asdict(correction).items():
        setattr(line, name, value)
    understand(line)
    return (line.search_last_name, line.search_first_name, line.day, line.email, line.forprev_number) != before


def _offered(line: ImportLine) -> set[str]:
    proposed = {NOBODY, *(str(proposal["person_id"]) for proposal in line.proposals)} if line.proposals else {KEEP}
    return {LEAVE_OUT, *proposed}


def _signs(lines: Sequence[ImportLine]) -> Q:
    """What finds the lines of a file that may be of one person, or of one address."""

    def of(line: ImportLine) -> Q:
        found = Q(pk=line.pk)
        if line.day:
            found |= Q(day=line.day, search_last_name=line.search_last_name, search_first_name=line.search_first_name)
        if line.email:
            found |= Q(email__iexact=line.email)
        if line.forprev_number:
            found |= Q(forprev_number__iexact=line.forprev_number)
        if line.decision.isdigit():
            found |= Q(decision=line.decision)
        return found

    return reduce(or_, map(of, lines))


# Confirming


def confirm(session_id: int, import_id: int, acting: Acting, *, leave_doubtful: bool = False) -> TraineeImport:
    """Make trainees of the lines kept, all or none; the lines then go, and their numbers stay. Twice does it once.

    Raises DomainError while lines are in doubt, unless `leave_doubtful`; with none to keep; with too many for a
    session; or when something changed since they were seen, and they are judged anew.
    """
    mine = TraineeImport.objects.filter(session__in=visible_to(acting), session=session_id, by=acting.person)
    found = mine.get(pk=import_id)
    if found.confirmed_at:
        return found
    try:
        with acting_on(session_id, acting, Action.EDIT) as session:
            found = mine.select_for_update(of=("self",)).get(pk=import_id)
            if found.confirmed_at:
                raise AlreadyConfirmed
            found.counts = _write(found, session, leave_doubtful=leave_doubtful)
            found.confirmed_at = dates.now()
            found.save()
            found.lines.all().delete()
    except AlreadyConfirmed:
        found.refresh_from_db()
    except Overtaken:
        _judge_again(session_id, import_id, acting)
        raise DomainError(
            "La session ou les comptes ont changé depuis l’aperçu : relisez les lignes avant de confirmer.",
            code="overtaken",
        ) from None
    return found


def _write(found: TraineeImport, session: TrainingSession, *, leave_doubtful: bool) -> dict[str, int]:
    """Write the trainees of the lines kept; how many lines there are of each verdict."""
    judge = Judge(session)
    counts = dict.fromkeys(Verdict.names, 0)
    entered = session.trainees.count()
    for lines in _batches(found.lines.order_by("row").iterator(BATCH)):
        before = [line.verdict for line in lines]
        judge.judge(lines)
        for line, verdict in zip(lines, before, strict=True):
            if line.verdict != verdict and line.verdict != Verdict.ALREADY:
                raise Overtaken
            counts[Verdict(line.verdict).name] += 1
        rows = [line.row for line in lines if line.verdict == Verdict.KEPT]
        for row, trainee in zip(rows, judge.kept, strict=True):
            trainee.creation_key = uuid5(KEYS, f"{found.pk}/{row}")
        Trainee.objects.bulk_create(judge.kept)
    if counts[Verdict.DOUBTFUL.name] and not leave_doubtful:
        raise DomainError(
            f"{plural(counts[Verdict.DOUBTFUL.name], 'ligne est', 'lignes sont')} à vérifier : répondez pour chacune, "
            "ou choisissez de les laisser de côté.",
            code="doubtful",
        )
    if not counts[Verdict.KEPT.name]:
        raise DomainError("Aucune ligne n’est à ajouter à la session.", code="nothing_kept")
    if entered + counts[Verdict.KEPT.name] > MOST_TRAINEES:
        message = f"Une session compte au plus {MOST_TRAINEES} stagiaires : répartissez-les en plusieurs sessions."
        raise DomainError(message, code="B23")
    return counts


def _judge_again(session_id: int, import_id: int, acting: Acting) -> None:
    session = _draft(session_id, acting)
    judge = Judge(session)
    with transaction.atomic():
        found = _locked(session, import_id, acting)
        for lines in _batches(list(found.lines.order_by("row"))):
            judge.judge(lines)
            ImportLine.objects.bulk_update(lines, JUDGED, batch_size=BATCH)


def forget_old_imports() -> None:
    """Lines that nobody confirmed within a day, and what was told of those confirmed."""
    TraineeImport.objects.filter(created_at__lt=dates.now() - KEPT_FOR).delete()


def counts_of(found: TraineeImport) -> dict[int, int]:
    """How many lines there are of each verdict, none included."""
    counted = dict(found.lines.order_by().values_list("verdict").annotate(Count("pk")))
    return {verdict.value: counted.get(verdict.value, 0) for verdict in Verdict}
