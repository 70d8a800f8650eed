"""What a group of trainees, and each of them, must be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from rapidfuzz import fuzz

from forprev.accounts.models import Account
from forprev.catalogue.models import Qualification, QualificationRules
from forprev.certification.models import Certificate, Course, Result, SessionTrainer, Trainee, TrainingSession
from forprev.certification.rules.findings import Finding
from forprev.certification.workflow import State
from forprev.core.dates import add_months, age_on
from forprev.core.forms import NAME_LENGTH
from forprev.core.text import clean, is_name, normalise, plural
from forprev.people.models import Person

EARLIEST_BIRTH = date(1900, 1, 1)
YOUNGEST = 14
"""Below this age on the last day a birth date is more likely a slip of the finger."""


def identity_findings(last_name: str, first_name: str, birth_date: date, today: date) -> list[Finding]:
    """Names must be names, and a birth date that of a living person: between 1900 and today."""
    found = [*_name_findings(last_name, "nom", "last_name"), *_name_findings(first_name, "prénom", "first_name")]
    if not EARLIEST_BIRTH <= birth_date < today:
        message = "La date de naissance doit être comprise entre 1900 et aujourd’hui."
        found.append(Finding("A35", message, field="birth_date"))
    return found


def _name_findings(name: str, label: str, field: str) -> list[Finding]:
    """The normalised name is measured too: some single characters decompose into many."""
    name = clean(name)
    if not name:
        message = f"Le {label} doit être renseigné."
    elif len(name) > NAME_LENGTH or len(normalise(name)) > 2 * NAME_LENGTH:
        message = f"Le {label} ne peut pas dépasser {NAME_LENGTH} caractères."
    elif not is_name(name) or name.startswith("-"):
        message = f"Le {label} n’admet que des lettres latines, espaces, traits d’union et apostrophes."
    else:
        return []
    return [Finding("A35", message, field=field)]


def group_findings(session: TrainingSession, trainees: Sequence[Trainee]) -> list[Finding]:
    """B23: a group outside the limits warns and is recorded, never blocks; an empty one blocks."""
    if not trainees:
        return [Finding("A35", "La session doit compter au moins un stagiaire.", field="trainees")]
    qualification, rules = session.qualification, session.rules
    if rules is None:
        return []
    count, low, high = len(trainees), rules.group_min, rules.group_max
    if low and count < low:
        limit = f"moins que le minimum de {low}"
    elif high and count > high:
        limit = f"plus que le maximum de {high}"
    else:
        return []
    return [
        Finding(
            "B23", f"Le groupe compte {plural(count, 'stagiaire')}, {limit} prévu pour {qualification}.", blocking=False
        )
    ]


@dataclass(frozen=True)
class Record:
    """What Forprev knows of one trainee before the session."""

    person: Person | None
    certificates: tuple[Certificate, ...]

    def holds(self, codes: set[int], day: date | None = None) -> bool:
        """Whether one of these qualifications is on record, valid on `day` if one is given."""
        return any(c.qualification_id in codes and (day is None or c.is_valid_on(day)) for c in self.certificates)


def records_of(session: TrainingSession, trainees: Sequence[Trainee]) -> dict[int, Record]:
    """The record of each trainee by its id, in two queries whatever their number.

    A trainee whose person is not chosen is looked up by exact identity, as generation will do (A44).
    """
    unknown = [t for t in trainees if t.person_id is None and not _must_be_new(session, t)]
    identities = Q(pk__in=[t.person_id for t in trainees if t.person_id])
    for t in unknown:
        identities |= Q(
            birth_date=t.birth_date, search_last_name=t.search_last_name, search_first_name=t.search_first_name
        )
    persons = list(Person.objects.filter(identities).order_by("-pk"))
    by_id = {p.pk: p for p in persons}
    by_identity = {(p.search_last_name, p.search_first_name, p.birth_date.isoformat()): p for p in persons}
    certificates: dict[int, list[Certificate]] = defaultdict(list)
    for certificate in Certificate.objects.standing().filter(person__in=persons):
        certificates[certificate.person_id].append(certificate)
    records = {}
    for t in trainees:
        person = by_id.get(t.person_id) if t.person_id else None
        if person is None and t in unknown:
            person = by_identity.get(t.identity)
        records[t.pk] = Record(person, tuple(certificates[person.pk]) if person else ())
    return records


def _must_be_new(session: TrainingSession, trainee: Trainee) -> bool:
    """At level formateur a trainee without a chosen person will be a new one: identities are never merged silently."""
    return session.qualification is not None and session.qualification.makes_trainers


def trainee_findings(session: TrainingSession, trainees: Sequence[Trainee]) -> list[Finding]:
    """Everything to say of the trainees of a complete session: B24, B25, B27, B31, B32, A35."""
    qualification, end_date = session.qualification, session.end_date
    if qualification is None or end_date is None:
        return []
    rules = qualification.rules_on(end_date)
    records = records_of(session, trainees)
    with_account = _with_account(trainees) if qualification.makes_trainers else set()
    family = {qualification.pk, *rules.equivalents.values_list("pk", flat=True)}
    prerequisites = _with_equivalents(rules, end_date)
    found = _repeated(trainees, records, qualification)
    for t in trainees:
        record = records[t.pk]
        found += age_findings(t, rules, end_date)
        found += _contact(t, qualification, with_account)
        found += _certified_already(t, record, qualification, end_date)
        if session.course == Course.REFRESHER:
            found += _earlier_certificate(t, record, family, qualification, end_date)
        else:
            found += _prerequisites(t, record, prerequisites, rules, end_date)
    return found


def _with_account(trainees: Sequence[Trainee]) -> set[int]:
    """Which of the persons chosen have an account, by person id."""
    persons = [t.person_id for t in trainees if t.person_id]
    return set(Account.objects.filter(person__in=persons).values_list("person_id", flat=True))


def _repeated(trainees: Sequence[Trainee], records: dict[int, Record], qualification: Qualification) -> list[Finding]:
    """One person, one line: seen again here because the certificate may have become one of level acteur since."""
    found: list[Finding] = []
    seen: set[object] = set()
    for t in trainees:
        person = records[t.pk].person
        who = person or (t if qualification.makes_trainers else t.identity)
        if who in seen:
            found.append(Finding("A35", f"{t} figure deux fois dans la session.", field="trainees", trainee_id=t.pk))
        seen.add(who)
    return found


def _with_equivalents(rules: QualificationRules, end_date: date) -> set[int]:
    """The qualifications of which one gives access, an equivalent counting like the original (B27)."""
    wanted = set(rules.prerequisites.values_list("pk", flat=True))
    theirs = QualificationRules.objects.in_force(end_date, wanted)
    return wanted | set(Qualification.objects.filter(counts_as__in=theirs).values_list("pk", flat=True))


def age_findings(t: Trainee, rules: QualificationRules, end_date: date) -> list[Finding]:
    """B31: a minimum age, reached at the latest on the session's last day; without one, a child is told of."""
    minimum = rules.minimum_age
    if t.birth_date >= end_date:
        message = f"{t} n’était pas né à la fin de la session."
        return [Finding("A35", message, field="trainees", trainee_id=t.pk)]
    if minimum is None and age_on(t.birth_date, end_date) < YOUNGEST:
        message = f"{t} a moins de {YOUNGEST} ans : vérifiez sa date de naissance."
        return [Finding("B31", message, blocking=False, trainee_id=t.pk)]
    if minimum is None or age_on(t.birth_date, end_date) >= minimum:
        return []
    return [Finding("B31", f"{t} n’a pas {minimum} ans à la fin de la session.", field="trainees", trainee_id=t.pk)]


def _contact(t: Trainee, qualification: Qualification, with_account: set[int]) -> list[Finding]:
    """A35: whoever becomes a trainer and has no account needs an e-mail for the one to come."""
    if not qualification.makes_trainers or t.person_id in with_account or t.email:
        return []
    return [
        Finding("A35", f"L’e-mail de {t} doit être renseigné pour créer son compte.", field="trainees", trainee_id=t.pk)
    ]


def _certified_already(t: Trainee, record: Record, qualification: Qualification, end_date: date) -> list[Finding]:
    """The same certificate of the same day in another session is told: two sessions for one?"""
    if not any(c.qualification_id == qualification.pk and c.issued_on == end_date for c in record.certificates):
        return []
    message = f"{t} a déjà un certificat {qualification} délivré à cette date par une autre session."
    return [Finding("A38", message, blocking=False, trainee_id=t.pk)]


def _earlier_certificate(
    t: Trainee, record: Record, family: set[int], qualification: Qualification, end_date: date
) -> list[Finding]:
    """B25, B27: a refresher supposes an earlier certificate; none on record or an expired one only warns."""
    if record.holds(family, end_date):
        return []
    if record.holds(family):
        message = (
            f"Le certificat {qualification} de {t} n’est plus valide : la mise à jour des compétences reste possible."
        )
        return [Finding("B25", message, blocking=False, trainee_id=t.pk)]
    return [
        Finding(
            "B25",
            f"Aucun certificat {qualification} antérieur n’est enregistré pour {t}.",
            blocking=False,
            trainee_id=t.pk,
            declaration="earlier_declared",
        )
    ]


def _prerequisites(
    t: Trainee, record: Record, prerequisites: set[int], rules: QualificationRules, end_date: date
) -> list[Finding]:
    """B24, B27: a valid prerequisite on record, or declared; the "bases en prévention" are always declared.

    What is declared no longer blocks, and is still told: the check page asks for it again.
    """
    found = []
    if prerequisites and not record.holds(prerequisites, end_date):
        found.append(
            Finding(
                "B24",
                f"Aucun certificat prérequis valide n’est enregistré pour {t} : sa présentation doit être déclarée.",
                blocking=not t.prerequisite_declared,
                field="trainees",
                trainee_id=t.pk,
                declaration="prerequisite_declared",
            )
        )
    if rules.bases_required:
        found.append(
            Finding(
                "B24",
                f"{t} doit avoir justifié des « bases en prévention ».",
                blocking=not t.bases_declared,
                field="trainees",
                trainee_id=t.pk,
                declaration="bases_declared",
            )
        )
    return found


def trainers_among_trainees(trainers: Sequence[Person], trainees: Sequence[Trainee]) -> list[Finding]:
    """Nobody gives a result to oneself (security.md, item 28): by person, and by identity, names inverted or not.

    Whoever only looks like a trainer of the session is told of, and recorded with it.
    """
    found = []
    for t in trainees:
        alike = max((_likeness(t, trainer) for trainer in trainers), default=0.0)
        if alike == SAME:
            message = f"{t} est formateur de cette session et ne peut pas y être stagiaire."
            found.append(Finding("A34", message, field="trainees", trainee_id=t.pk))
        elif alike >= LIKENESS:
            message = f"{t} ressemble à un formateur de la session : vérifiez qu’il s’agit d’une autre personne."
            found.append(Finding("A34", message, blocking=False, trainee_id=t.pk))
    return found


SAME = 100.0
LIKENESS = 82.0
"""Least rapidfuzz token-sort ratio (0 to 100) of two full names that look alike."""


def _likeness(t: Trainee, trainer: Person) -> float:
    """0 to 100 (`SAME`): how much the entry is this trainer; birth dates may differ by one digit."""
    if t.person_id is not None:
        return SAME if t.person_id == trainer.pk else 0.0
    digits = sum(a != b for a, b in zip(t.birth_date.isoformat(), trainer.birth_date.isoformat(), strict=True))
    if digits > 1:
        return 0.0
    names = fuzz.token_sort_ratio(
        f"{t.search_last_name} {t.search_first_name}", f"{trainer.search_last_name} {trainer.search_first_name}"
    )
    return names if digits == 0 else min(names, SAME - 1)


def experience_findings(session: TrainingSession, trainees: Sequence[Trainee]) -> list[Finding]:
    """B32: what future trainers of trainers have run as main trainer over the three previous calendar years.

    Told, never blocking: selection is the INRS's.
    """
    qualification, end_date = session.qualification, session.end_date
    if qualification is None or end_date is None or session.course != Course.INITIAL:
        return []
    rules = qualification.rules_on(end_date)
    if rules.sessions_expected is None:
        return []
    persons = [t.person_id for t in trainees if t.person_id]
    run = sessions_run(persons, qualification, end_date.year)
    expected, expected_initial = rules.sessions_expected, rules.initial_sessions_expected or 0
    found = []
    for t in trainees:
        if t.person_id is None:
            continue
        total, initial = run.get(t.person_id, (0, 0))
        if total < expected or initial < expected_initial:
            found.append(
                Finding(
                    "B32",
                    f"{t} a animé {plural(total, 'session')} dont {initial} en stage initial de "
                    f"{end_date.year - 3} à {end_date.year - 1} ({expected} dont {expected_initial} attendues).",
                    blocking=False,
                    trainee_id=t.pk,
                )
            )
    return found


def sessions_run(persons: Collection[int], qualification: Qualification, year: int) -> dict[int, tuple[int, int]]:
    """(sessions, initial ones among them) run as main trainer in the three calendar years before `year` (B32).

    Those count that belong to the scheme's level 1 and whose certificates were generated, and not all cancelled since;
    by person id, in one query.
    """
    counted = (
        SessionTrainer.objects.filter(
            person__in=persons,
            position=1,
            session__state=State.ISSUED,
            session__certificates_cancelled_at=None,
            session__qualification__level__scheme=qualification.level.scheme_id,
            session__qualification__level__number=1,
            session__end_date__gte=date(year - 3, 1, 1),
            session__end_date__lt=date(year, 1, 1),
        )
        .order_by()
        .values_list("person_id")
        .annotate(total=Count("pk"), initial=Count("pk", filter=Q(session__course=Course.INITIAL)))
    )
    return {person_id: (total, initial) for person_id, total, initial in counted}


def retry_advice(session: TrainingSession, trainees: Sequence[Trainee], retry_months: int) -> list[Finding]:
    """B29: somebody who failed may enrol again; past the delay advised, that is told, unless it passed since."""
    if session.qualification is None or session.end_date is None or not trainees:
        return []
    same_people = Q()
    for t in trainees:
        same_people |= Q(
            birth_date=t.birth_date, search_last_name=t.search_last_name, search_first_name=t.search_first_name
        )
    earlier = Trainee.objects.filter(
        same_people,
        session__qualification=session.qualification,
        session__state=State.ISSUED,
        session__end_date__lte=session.end_date,
    )
    last = {t.identity: t for t in earlier.select_related("session").order_by("session__end_date", "session_id")}
    found = []
    for t in trainees:
        latest = last.get(t.identity)
        if latest is None or latest.result != Result.FAILURE or latest.session.end_date is None:
            continue
        if add_months(latest.session.end_date, retry_months) < session.end_date:
            message = f"{t} a échoué il y a plus de {retry_months} mois : un nouveau stage complet est conseillé."
            found.append(Finding("B29", message, blocking=False, trainee_id=t.pk))
    return found
