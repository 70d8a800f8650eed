"""What becomes of each line: the rules of a trainee, asked of many at a time; a constant number of queries a batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models.functions import Lower

from forprev.accounts.models import Account
from forprev.accounts.proposals import NOBODY
from forprev.certification.imports.days import read_day
from forprev.certification.models import ImportLine, Trainee, TrainingSession, Verdict
from forprev.certification.rules.findings import Finding
from forprev.certification.rules.trainees import age_findings, identity_findings, trainers_among_trainees
from forprev.core import dates
from forprev.core.text import clean, normalise
from forprev.people.matching import is_called
from forprev.people.models import Identity, IssuedNumber, Person

KEEP, LEAVE_OUT = "keep", "out"
"""Decisions on a line: it is right as it stands; it goes. `NOBODY` and the id of a person answer its proposals."""
WRONG_NUMBER = "Aucune personne de ce nom, née ce jour-là, ne porte ce n° Forprev."
SEARCH_LENGTH = 200

Remark = tuple[str, str]


def understand(line: ImportLine, *, date_1904: bool = False) -> None:
    """Read the birth date of a line, and write its names and its date as the register compares them."""
    line.last_name, line.first_name = clean(line.last_name), clean(line.first_name)
    line.search_last_name = normalise(line.last_name)[:SEARCH_LENGTH]
    line.search_first_name = normalise(line.first_name)[:SEARCH_LENGTH]
    try:
        line.day = read_day(line.birth_date, date_1904=date_1904)
    except ValueError:
        line.day = None
    else:
        line.birth_date = dates.french(line.day)


def faults_of_identity(line: ImportLine, today: date) -> list[Remark]:
    """What is wrong with the names and the date of a line, whoever it is."""
    # A date that cannot be read is told of by itself.
    day = line.day or date(today.year - 30, 1, 1)
    found = [_remark(finding) for finding in identity_findings(line.last_name, line.first_name, day, today)]
    if not line.birth_date:
        found.append(("birth_date", "La date de naissance doit être renseignée."))
    elif line.day is None:
        found.append(("birth_date", "Cette date n’existe pas ou ne se lit pas : écrivez-la JJ/MM/AAAA."))
    return found


def _remark(finding: Finding) -> Remark:
    return (finding.field or "", finding.message)


class Judge:
    """Judges the lines of one import in the order of their rows, batch after batch: of two alike the first counts.

    `kept` then holds the trainees to write, of the last batch.
    """

    def __init__(self, session: TrainingSession) -> None:
        self.session, self.qualification, self.today = session, session.qualification, dates.today()
        self.makes_trainers = self.qualification is not None and self.qualification.makes_trainers
        self.trainers = [t.person for t in session.trainers.select_related("person")]
        self.kept: list[Trainee] = []
        self._in_session: set[object] = set()
        self._rows: dict[object, int] = {}
        """The row that already has this identity, person or address."""
        entered = session.trainees.values_list(
            "search_last_name", "search_first_name", "birth_date", "person_id", "email"
        )
        for last_name, first_name, day, person_id, email in entered.iterator():
            self._in_session |= {(last_name, first_name, day), person_id or (), email.lower()}
        self._in_session -= {(), ""}

    def judge(self, lines: Sequence[ImportLine]) -> None:
        """Give each line its verdict and its remarks."""
        self.kept = []
        known = _Known.of(lines) if self.makes_trainers else _Known.chosen(lines)
        for line in lines:
            line.verdict, remarks = self._verdict(line, known)
            line.remarks = [list(remark) for remark in remarks]

    def _verdict(self, line: ImportLine, known: _Known) -> tuple[Verdict, list[Remark]]:
        if line.decision == LEAVE_OUT:
            return Verdict.LEFT_OUT, []
        faults = faults_of_identity(line, self.today)
        if faults or line.identity is None:
            return Verdict.REFUSED, faults
        person, faults = known.person_of(line, by_number=self.makes_trainers)
        if faults:
            return Verdict.REFUSED, faults
        trainee = self._trainee(person.identity if person else line.identity, person)
        trainee.somebody_else = line.decision == NOBODY and person is None
        homonym = self.makes_trainers and trainee.somebody_else
        names = (trainee.search_last_name, trainee.search_first_name, trainee.birth_date)
        signs: list[object] = [] if homonym else [names]
        signs += [person.pk] if person else []
        if any(sign in self._in_session for sign in signs):
            return Verdict.ALREADY, []
        if twin := next((self._rows[sign] for sign in signs if sign in self._rows), None):
            return Verdict.REFUSED, [("", f"Cette personne figure déjà à la ligne {twin}.")]
        if self.makes_trainers and not (person and person.pk in known.with_account):
            trainee.email = line.email
            if fault := self._fault_of_email(trainee.email, known):
                return Verdict.REFUSED, [("email", fault)]
            signs.append(trainee.email.lower())
        findings = self._findings(trainee)
        if faults := [_remark(finding) for finding in findings if finding.blocking]:
            return Verdict.REFUSED, faults
        self._rows |= dict.fromkeys(signs, line.row)
        if line.proposals and not (person or line.decision == NOBODY):
            question = ("", "Une personne proche existe déjà dans Forprev : dites si c’est elle.")
            return Verdict.DOUBTFUL, [question, *map(_remark, findings)]
        if findings and not line.decision:
            return Verdict.DOUBTFUL, [_remark(finding) for finding in findings]
        self.kept.append(trainee)
        return Verdict.KEPT, [_remark(finding) for finding in findings]

    def _trainee(self, identity: Identity, person: Person | None) -> Trainee:
        trainee = Trainee(session=self.session, person=person, **identity._asdict())
        trainee.normalise_names()
        return trainee

    def _fault_of_email(self, email: str, known: _Known) -> str:
        """A35: whoever has no account needs an address of its own, for the one to come."""
        if not email:
            return "L’e-mail doit être renseigné : il servira à créer le compte en cas de réussite."
        try:
            validate_email(email)
        except ValidationError:
            return "L’e-mail n’est pas valide, par exemple prenom.nom@exemple.fr."
        if email.lower() in known.addresses:
            return "Cet e-mail est celui d’un compte existant : saisissez le n° Forprev de la personne."
        if email.lower() in self._in_session:
            return "Cet e-mail est déjà celui d’un autre stagiaire de la session."
        if row := self._rows.get(email.lower()):
            return f"Cet e-mail figure déjà à la ligne {row}."
        return ""

    def _findings(self, trainee: Trainee) -> list[Finding]:
        found = trainers_among_trainees(self.trainers, [trainee])
        if self.qualification and self.session.end_date:
            found += age_findings(trainee, self.qualification.rules_on(self.session.end_date), self.session.end_date)
        return found


class _Known:
    """What the register says of the lines of one batch: numbers, persons chosen, addresses of accounts."""

    def __init__(self, people: dict[str, Person], with_account: set[int], addresses: set[str]) -> None:
        self._people, self.with_account, self.addresses = people, with_account, addresses

    @classmethod
    def chosen(cls, lines: Sequence[ImportLine]) -> _Known:
        """Those whom decisions name, by their id."""
        picked = {int(line.decision) for line in lines if line.decision.isdigit()}
        return cls({str(pk): person for pk, person in Person.objects.in_bulk(picked).items()}, set(), set())

    @classmethod
    def of(cls, lines: Sequence[ImportLine]) -> _Known:
        """Those too whose numbers stand in the lines, by their number; who has an account."""
        people = cls.chosen(lines)._people
        numbers = {_number(line) for line in lines} - {""}
        issued = IssuedNumber.objects.filter(pk__in=numbers).select_related("person")
        people |= {each.number: each.person for each in issued}
        typed = {line.email.lower() for line in lines} - {""}
        addresses = Account.objects.annotate(address=Lower("email")).filter(address__in=typed)
        owners = Account.objects.filter(person__in=people.values())
        return cls(
            people,
            set(owners.values_list("person_id", flat=True)),
            set(addresses.values_list("address", flat=True)),
        )

    def person_of(self, line: ImportLine, *, by_number: bool) -> tuple[Person | None, list[Remark]]:
        """Who the line is, by number, which the name and the date must confirm, or by decision; or what is wrong."""
        if by_number and line.forprev_number:
            person = self._people.get(_number(line))
            if person is None or not is_called(line.last_name, person) or person.birth_date != line.day:
                return None, [("forprev_number", WRONG_NUMBER)]
            return person, []
        if line.decision.isdigit():
            # Gone since, in another record: the line asks again.
            return self._people.get(line.decision), []
        return None, []


def _number(line: ImportLine) -> str:
    return "".join(line.forprev_number.split()).upper()
