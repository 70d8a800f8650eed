"""Bringing two records of one person together, and taking that back (B44)."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.db import IntegrityError, connection, transaction

from forprev.core import history
from forprev.core.dates import now, today
from forprev.core.errors import DomainError
from forprev.core.secrets import decrypt, encrypt
from forprev.core.text import clean
from forprev.people.journal import Journal, take_back
from forprev.people.models import Consultation, IssuedNumber, Lookup, Merge, PeopleSettings, Person

MergeStep = Callable[[Person, Person, Journal], None]
_merge_steps: list[MergeStep] = []


def on_merge(step: MergeStep) -> MergeStep:
    """Register what another package moves from a duplicate to the person kept: `step(duplicate, kept, journal)`.

    Everything goes through the journal, which shows it before, and takes it back after.
    """
    _merge_steps.append(step)
    return step


def merge(duplicate_id: int, kept_id: int, actor: history.Actor, reason: str) -> Merge:
    """Bring two records of one person together (B44): every reference and number follows, the history stays.

    Raises DomainError without a reason, with twice the same person, or where a package finds that they are two.
    """
    reason = clean(reason)
    if not reason:
        raise DomainError("Le motif de la fusion doit être renseigné.", code="reason_missing", field="reason")
    with history.action(actor, "merge_persons", comment=reason):
        duplicate, kept = lock_both(duplicate_id, kept_id)
        journal = _bring_together(duplicate, kept)
        done = Merge.objects.create(
            kept=kept,
            kept_number=kept.number,
            duplicate_id=duplicate_id,
            number=duplicate.number,
            **duplicate.identity._asdict(),
            reason=reason,
            by_id=actor.person_id,
            at=now(),
            lines=[[line.label, line.count] for line in journal.lines],
            undo_days=PeopleSettings.current().undo_days,
            undo=encrypt(json.dumps(journal.entries)),
        )
    return done


def preview_merge(duplicate_id: int, kept_id: int) -> Journal:
    """What `merge` would do, from doing it and taking it back at once; DomainError where it would refuse."""
    with transaction.atomic():
        journal = _bring_together(*lock_both(duplicate_id, kept_id))
        transaction.set_rollback(True)
    return journal


def undo_merge(merge_id: int, actor: history.Actor) -> Merge:
    """Give the duplicate back, with its number and all that the merge moved; what came since stays where it is.

    Twice is once. DomainError, and nothing done, past the days that the rule leaves or where something is in the way.
    """
    try:
        with history.action(actor, "undo_merge"):
            undone = _lock_merge(merge_id)
            if undone.undone_at:
                return undone
            _check_may_be_undone(undone)
            take_back(json.loads(decrypt(undone.undo)))
            undone.undo, undone.undone_at, undone.undone_by_id = "", now(), actor.person_id
            undone.save()
            connection.check_constraints()
    except IntegrityError as error:
        raise DomainError(
            "Cette fusion ne peut plus être annulée : ce qui appartenait à la fiche réunie (par exemple son e-mail ou "
            "sa place dans une session) a été repris depuis. Rien n’a été modifié.",
            code="conflict",
        ) from error
    return undone


def forget_old_merges() -> None:
    """Past the delay, what an undoing would need goes: it holds what a closed account was."""
    kept = Merge.objects.exclude(undo="").only("at", "undo_days")
    Merge.objects.filter(pk__in=[merge.pk for merge in kept if merge.last_day < today()]).update(undo="")


def lock_both(duplicate_id: int, kept_id: int) -> tuple[Person, Person]:
    """Both, locked in the order of their ids, so that A into B and B into A do not wait for each other."""
    if duplicate_id == kept_id:
        raise DomainError("Une personne ne peut pas être fusionnée avec elle-même.", code="same_person")
    found = Person.objects.select_for_update().filter(pk__in=(duplicate_id, kept_id)).order_by("pk")
    locked = {person.pk: person for person in found}
    if len(locked) < 2:
        raise DomainError("L’une de ces deux fiches vient d’être fusionnée.", code="conflict")
    return locked[duplicate_id], locked[kept_id]


def _bring_together(duplicate: Person, kept: Person) -> Journal:
    journal = Journal(duplicate, kept)
    for step in _merge_steps:
        step(duplicate, kept, journal)
    for field in ("kept", "by", "undone_by"):
        journal.move(Merge.objects.filter(**{field: duplicate}), field)
    journal.move(Lookup.objects.filter(by=duplicate), "by")
    for field in ("by", "person"):
        journal.move(Consultation.objects.filter(**{field: duplicate}), field)
    numbers = IssuedNumber.objects.filter(person=duplicate).order_by("number")
    journal.move(numbers, "person", "N° Forprev qui mèneront à la fiche gardée", named=str)
    journal.drop(duplicate)
    journal.close()
    return journal


def _lock_merge(merge_id: int) -> Merge:
    """The merge, its person locked before it as merging does; in the transaction under way."""
    kept_id = Merge.objects.get(pk=merge_id).kept_id
    Person.objects.select_for_update().filter(pk=kept_id).first()
    locked = Merge.objects.select_for_update().get(pk=merge_id)
    if locked.kept_id != kept_id:
        raise DomainError("La fiche gardée vient d’être fusionnée avec une autre.", code="conflict")
    return locked


def _check_may_be_undone(merge: Merge) -> None:
    if not merge.can_be_undone:
        raise DomainError(
            f"Cette fusion ne peut plus être annulée : le délai de {merge.undo_days} jours est passé.", code="too_late"
        )
    later = Merge.objects.filter(kept_id=merge.kept_id, undone_at=None, pk__gt=merge.pk).order_by("-pk").first()
    if later:
        raise DomainError(
            f"Une autre fusion vers la même fiche a eu lieu depuis : annulez d’abord la fusion n°{later.pk}.",
            code="later_merge",
        )
