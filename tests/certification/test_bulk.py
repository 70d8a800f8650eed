"""Trainees in bulk (A35): lines judged, corrected and confirmed, through the services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forprev.accounts.proposals import NOBODY
from forprev.catalogue.models import QualificationRules
from forprev.certification.imports.judging import KEEP, LEAVE_OUT, WRONG_NUMBER
from forprev.certification.models import ImportLine, Trainee, TraineeImport, TrainingSession, Verdict
from forprev.certification.services import bulk
from forprev.certification.services.bulk import Correction, confirm, correct, forget_old_imports, open_import
from forprev.certification.services.entry import add_trainee, remove_trainee
from forprev.core.dates import french, now
from forprev.core.errors import DomainError
from forprev.core.spreadsheets import Sheet
from forprev.core.workflow import NotAllowed
from forprev.people import services as people
from forprev.people.models import Lookup
from tests.certification.common import TODAY, nothing_changes
from tests.concurrency import together
from tests.factories.accounts import AccountFactory
from tests.factories.certification import draft_session, entity_of, sent_session, trainee_entry, trainer
from tests.factories.organisations import acting_manager
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

HEADER = ["Nom", "Prénom", "Date de naissance", "E-mail", "N° Forprev"]
LETTERS = "ABCDEFGHIJ"


def somebody(n: int) -> list[str]:
    """No two look alike."""
    name = "".join(LETTERS[int(digit)] * 2 for digit in f"{n:04}")
    return [f"NOM{name}", f"Prénom{name}", f"{1 + n % 28:02}/{1 + n % 12:02}/{1950 + n % 50}"]


def opened(session: TrainingSession, *rows: Sequence[str], **options: Any) -> TraineeImport:
    sheet = Sheet([(number, list(row)) for number, row in enumerate([HEADER, *rows], 1)], False)
    return open_import(session.pk, entity_of(session), sheet, **options)


def lines(found: TraineeImport) -> list[ImportLine]:
    return list(found.lines.order_by("row"))


def verdicts(found: TraineeImport) -> list[Verdict]:
    return [Verdict(line.verdict) for line in lines(found)]


def said(line: ImportLine) -> list[tuple[str, str]]:
    return [(field, remark) for field, remark in line.remarks]


def change(found: TraineeImport, row: int, **changes: str) -> list[ImportLine]:
    line = found.lines.get(row=row)
    whole = {name: getattr(line, name) for name in Correction.__dataclass_fields__}
    correction = Correction(**{**whole, **changes})
    return correct(found.session_id, found.pk, entity_of(found.session), {line.pk: correction})


def confirmed(found: TraineeImport, **options: bool) -> TraineeImport:
    return confirm(found.session_id, found.pk, entity_of(found.session), **options)


class TestVerdicts:
    def test_a35_nothing_is_written_of_trainees_before_confirmation(self) -> None:
        session = draft_session(trainees=1)
        with nothing_changes():
            found = opened(session, somebody(1), somebody(2), source="liste.xlsx")
        assert verdicts(found) == [Verdict.KEPT, Verdict.KEPT]
        assert (found.source, found.confirmed_at) == ("liste.xlsx", None)

    @pytest.mark.parametrize(
        ("row", "field", "told"),
        [
            (["", "Jean", "01/02/1990"], "last_name", "Le nom doit être renseigné."),
            (["PETIT", "", "01/02/1990"], "first_name", "Le prénom doit être renseigné."),
            (["PETIT", "Jean", ""], "birth_date", "La date de naissance doit être renseignée."),
            (["PETIT", "Jean", "31/02/1990"], "birth_date", "n’existe pas ou ne se lit pas"),
            (["PETIT", "Jean", "01/02/1890"], "birth_date", "n’existe pas ou ne se lit pas"),
            (["PETIT", "Jean", french(TODAY)], "birth_date", "comprise entre 1900 et aujourd’hui"),
            (["=1+1", "Jean", "01/02/1990"], "last_name", "n’admet que des lettres latines"),
            (["=PETIT", "Jean", "01/02/1990"], "last_name", "n’admet que des lettres latines"),
            (["PETIT", "+Jean", "01/02/1990"], "first_name", "n’admet que des lettres latines"),
            (["-PETIT", "Jean", "01/02/1990"], "last_name", "n’admet que des lettres latines"),
            (["PETIT", "@Jean", "01/02/1990"], "first_name", "n’admet que des lettres latines"),
            (["Иванов", "Jean", "01/02/1990"], "last_name", "n’admet que des lettres latines"),
            (["A" * 101, "Jean", "01/02/1990"], "last_name", "ne peut pas dépasser 100 caractères"),
        ],
    )
    def test_a35_what_is_wrong_is_said_of_its_field(self, row: list[str], field: str, told: str) -> None:
        (line,) = lines(opened(draft_session(trainees=0), row))
        assert line.verdict == Verdict.REFUSED
        ((where, remark),) = said(line)
        assert where == field
        assert told in remark

    def test_a35_each_fault_of_a_line_is_said(self) -> None:
        (line,) = lines(opened(draft_session(trainees=0), ["", "?", "?"]))
        assert [field for field, _ in said(line)] == ["last_name", "first_name", "birth_date"]

    def test_a35_whoever_stands_twice_is_kept_once(self) -> None:
        first = somebody(1)
        found = opened(draft_session(trainees=0), first, somebody(2), [first[0].lower(), first[1].upper(), first[2]])
        assert verdicts(found) == [Verdict.KEPT, Verdict.KEPT, Verdict.REFUSED]
        assert said(lines(found)[2]) == [("", "Cette personne figure déjà à la ligne 2.")]

    def test_a35_whoever_is_in_the_session_is_already_there(self) -> None:
        session = draft_session(trainees=1)
        there = session.trainees.get()
        found = opened(session, [there.last_name.title(), there.first_name, french(there.birth_date)], somebody(1))
        assert verdicts(found) == [Verdict.ALREADY, Verdict.KEPT]

    def test_b31_too_young_is_refused_or_looked_at(self) -> None:
        """At level acteur without a minimum age, a child is told of; where there is one, it counts."""
        child = [*somebody(1)[:2], french(TODAY.replace(year=TODAY.year - 10))]
        session = draft_session(trainees=0)
        (line,) = lines(opened(session, child))
        assert line.verdict == Verdict.DOUBTFUL
        assert "a moins de 14 ans" in said(line)[0][1]
        QualificationRules.objects.filter(qualification=session.qualification_id).update(minimum_age=18)
        (line,) = lines(opened(session, child))
        assert line.verdict == Verdict.REFUSED

    def test_item28_a_trainer_of_the_session_is_no_trainee(self) -> None:
        run_by = trainer("SST-2", last_name="Lévêque", first_name="Zoé")
        session = draft_session(trainees=0, trainers=[run_by])
        day = french(run_by.birth_date)
        found = opened(session, ["LEVEQUE", "Zoe", day], ["Zoé", "Lévêque", day], ["Lévèques", "Zoé", day])
        assert verdicts(found)[:2] == [Verdict.REFUSED, Verdict.REFUSED]
        assert verdicts(found)[2] == Verdict.DOUBTFUL

    def test_a44_the_exact_identity_is_the_same_person_at_level_acteur(self) -> None:
        known = PersonFactory(last_name="Lévêque", first_name="Zoé")
        (line,) = lines(opened(draft_session(trainees=0), ["LEVEQUE", "Zoe", french(known.birth_date)]))
        assert (line.verdict, line.proposals) == (Verdict.KEPT, [])

    def test_a35_whoever_is_near_is_proposed_masked(self) -> None:
        known = PersonFactory(last_name="Lévêque", first_name="Zoé")
        AccountFactory(person=known, email="zoe.leveque@exemple.test")
        (line,) = lines(opened(draft_session(trainees=0), ["LEVEQE", "Zoe", french(known.birth_date)]))
        assert line.verdict == Verdict.DOUBTFUL
        (proposal,) = line.proposals
        assert (proposal["initials"], proposal["birth_year"], proposal["email"]) == ("Z. L.", 1980, "z…e@exemple.test")
        assert not {"Lévêque", "Zoé", "zoe.leveque@exemple.test", known.number} & {str(v) for v in proposal.values()}

    def test_a_refused_line_hides_nobody(self) -> None:
        """The second of two alike counts, once the first is refused."""
        session = draft_session(code="SST-2", trainees=0)
        found = opened(session, [*somebody(1), ""], [*somebody(1), "a@exemple.test"])
        assert verdicts(found) == [Verdict.REFUSED, Verdict.KEPT]


class TestFutureTrainers:
    def test_a35_an_e_mail_of_one_s_own_is_needed(self) -> None:
        session = draft_session(code="SST-2", trainees=0)
        AccountFactory(email="prise@exemple.test")
        found = opened(
            session,
            [*somebody(1), "un@exemple.test"],
            [*somebody(2), ""],
            [*somebody(3), "deux"],
            [*somebody(4), "Un@Exemple.test"],
            [*somebody(5), "Prise@exemple.test"],
        )
        assert verdicts(found) == [Verdict.KEPT, *[Verdict.REFUSED] * 4]
        told = [remark for line in lines(found)[1:] for field, remark in said(line) if field == "email"]
        for words, remark in zip(
            ("doit être renseigné", "n’est pas valide", "déjà à la ligne 2", "d’un compte existant"), told, strict=True
        ):
            assert words in remark

    def test_a35_even_the_exact_identity_is_asked_about(self) -> None:
        known = PersonFactory()
        session = draft_session(code="SST-2", trainees=0)
        found = opened(session, [known.last_name, known.first_name, french(known.birth_date), "a@exemple.test"])
        assert verdicts(found) == [Verdict.DOUBTFUL]
        change(found, 2, decision=NOBODY)
        confirmed(found)
        trainee = session.trainees.get()
        assert (trainee.person, trainee.somebody_else, trainee.email) == (None, True, "a@exemple.test")

    def test_item27_a_number_counts_with_the_name_and_the_date(self) -> None:
        """In the same words, whichever of the three is wrong or whether nobody has the number."""
        known = PersonFactory()
        AccountFactory(person=known)
        day = french(known.birth_date)
        session = draft_session(code="SST-2", trainees=0)
        found = opened(
            session,
            [known.last_name, "autre", day, "", known.number.lower()],
            ["INCONNUE", "x", day, "", known.number],
            [known.last_name, "x", "01/01/1970", "", known.number],
            [known.last_name, "x", day, "", "ZZZ99999"],
        )
        assert verdicts(found) == [Verdict.KEPT, *[Verdict.REFUSED] * 3]
        assert {tuple(remark) for line in lines(found)[1:] for remark in said(line)} == {
            ("forprev_number", WRONG_NUMBER)
        }
        confirmed(found)
        trainee = session.trainees.get()
        assert (trainee.person, trainee.first_name, trainee.email) == (known, known.first_name, "")

    def test_a35_somebody_known_without_an_account_needs_an_e_mail(self) -> None:
        known = PersonFactory()
        row = [known.last_name, known.first_name, french(known.birth_date), "", known.number]
        found = opened(draft_session(code="SST-2", trainees=0), row)
        assert verdicts(found) == [Verdict.REFUSED]
        change(found, 2, email="a@exemple.test")
        assert verdicts(found) == [Verdict.KEPT]

    def test_item27_e_mails_and_numbers_cannot_be_tried_in_bulk(self) -> None:
        session = draft_session(code="SST-2", trainees=0)
        rows = [[*somebody(n), f"n{n}@exemple.test"] for n in range(10)]
        # Each line counts for its person, and a hundred times more for its e-mail.
        Lookup.objects.create(by=session.created_by, count=people.LOOKUPS_A_DAY - 1010)
        found = opened(session, *rows)
        assert verdicts(found) == [Verdict.KEPT] * 10
        with pytest.raises(DomainError) as refusal:
            opened(session, rows[0])
        assert refusal.value.code == "too_many_lookups"
        assert TraineeImport.objects.get() == found


class TestCorrecting:
    def test_a_fault_corrected_is_kept(self) -> None:
        found = opened(draft_session(trainees=0), ["PETIT", "Jean", "31/02/1990"])
        changed = change(found, 2, birth_date="1/2/90")
        assert [line.row for line in changed] == [2]
        (line,) = lines(found)
        assert (line.verdict, line.birth_date) == (Verdict.KEPT, "01/02/1990")

    def test_nothing_changed_is_nothing_done(self) -> None:
        found = opened(draft_session(trainees=0), somebody(1))
        before = Lookup.objects.count()
        assert change(found, 2) == []
        assert Lookup.objects.count() == before

    def test_those_alike_are_judged_again(self) -> None:
        found = opened(draft_session(trainees=0), somebody(1), somebody(1), somebody(2))
        change(found, 2, last_name="AUTRE")
        assert verdicts(found) == [Verdict.KEPT] * 3
        change(found, 4, **dict(zip(("last_name", "first_name", "birth_date"), somebody(1), strict=True)))
        assert verdicts(found) == [Verdict.KEPT, Verdict.KEPT, Verdict.REFUSED]
        change(found, 3, decision=LEAVE_OUT)
        assert verdicts(found) == [Verdict.KEPT, Verdict.LEFT_OUT, Verdict.KEPT]

    def test_a35_somebody_says_whether_it_is_she(self) -> None:
        known = PersonFactory(last_name="Lévêque", first_name="Zoé")
        session = draft_session(trainees=0)
        row = ["LEVEQE", "Zoe", french(known.birth_date)]
        found = opened(session, row)
        change(found, 2, decision=str(known.pk))
        assert verdicts(found) == [Verdict.KEPT]
        confirmed(found)
        trainee = session.trainees.get()
        assert (trainee.person, trainee.last_name, trainee.somebody_else) == (known, "Lévêque", False)

    def test_a35_or_that_it_is_not(self) -> None:
        known = PersonFactory(last_name="Lévêque", first_name="Zoé")
        session = draft_session(trainees=0)
        found = opened(session, ["LEVEQE", "Zoe", french(known.birth_date)])
        change(found, 2, decision=NOBODY)
        confirmed(found)
        trainee = session.trainees.get()
        assert (trainee.person, trainee.last_name, trainee.somebody_else) == (None, "LEVEQE", True)

    @pytest.mark.parametrize("decision", ["999999", KEEP, "x", "²", "-1"])
    def test_item27_only_what_was_proposed_counts(self, decision: str) -> None:
        known = PersonFactory(last_name="Lévêque", first_name="Zoé")
        PersonFactory(last_name="Autre")
        found = opened(draft_session(trainees=0), ["LEVEQE", "Zoe", french(known.birth_date)])
        change(found, 2, decision=decision)
        assert verdicts(found) == [Verdict.DOUBTFUL]
        (line,) = lines(found)
        assert line.decision == ""

    def test_another_name_takes_the_answer_back(self) -> None:
        known = PersonFactory(last_name="Lévêque", first_name="Zoé")
        found = opened(draft_session(trainees=0), ["LEVEQE", "Zoe", french(known.birth_date)])
        change(found, 2, decision=str(known.pk))
        change(found, 2, last_name="LEVEQUES")
        assert verdicts(found) == [Verdict.DOUBTFUL]
        change(found, 2, last_name="TOUT-AUTRE")
        (line,) = lines(found)
        assert (line.verdict, line.decision, line.proposals) == (Verdict.KEPT, "", [])

    def test_a_child_is_kept_if_somebody_says_so(self) -> None:
        session = draft_session(trainees=0)
        found = opened(session, [*somebody(1)[:2], french(TODAY.replace(year=TODAY.year - 10))])
        change(found, 2, decision=KEEP)
        assert verdicts(found) == [Verdict.KEPT]

    def test_two_lines_are_not_one_person(self) -> None:
        known = PersonFactory(last_name="Lévêque", first_name="Zoé")
        day = french(known.birth_date)
        found = opened(draft_session(trainees=0), ["LEVEQE", "Zoe", day], ["LEVEQUES", "Zoe", day])
        change(found, 2, decision=str(known.pk))
        change(found, 3, decision=str(known.pk))
        assert verdicts(found) == [Verdict.KEPT, Verdict.REFUSED]


class TestConfirming:
    def test_a35_kept_lines_become_trainees_and_the_lines_go(self) -> None:
        session = draft_session(trainees=1)
        found = opened(session, somebody(1), ["PETIT", "", "?"], somebody(2))
        before = TrainingSession.objects.get(pk=session.pk).version
        done = confirmed(found)
        assert done.counts == {"REFUSED": 1, "DOUBTFUL": 0, "KEPT": 2, "ALREADY": 0, "LEFT_OUT": 0}
        assert session.trainees.count() == 3
        assert not ImportLine.objects.exists()
        assert TrainingSession.objects.get(pk=session.pk).version == before + 1

    def test_a_trainee_in_bulk_is_as_one_added_by_hand(self) -> None:
        by_hand, in_bulk = draft_session(trainees=0), draft_session(trainees=0)
        add_trainee(
            by_hand.pk,
            entity_of(by_hand),
            trainee_entry(last_name="  D’Œuf ", first_name="noël", birth_date=TODAY.replace(year=1990)),
            bulk.KEYS,
        )
        confirmed(opened(in_bulk, ["  D’Œuf ", "noël", french(TODAY.replace(year=1990))]))
        own = {"id", "session_id", "creation_key"}
        one, other = (
            {name: value for name, value in session.trainees.values().get().items() if name not in own}
            for session in (by_hand, in_bulk)
        )
        assert one == other

    def test_the_history_says_who(self) -> None:
        session = draft_session(trainees=0)
        confirmed(opened(session, somebody(1)))
        event = Trainee.pgh_event_model.objects.get()  # type: ignore[attr-defined]
        assert event.pgh_context.metadata["actor_id"] == session.created_by_id

    def test_lines_in_doubt_stop_it_unless_they_are_left(self) -> None:
        known = PersonFactory(last_name="Lévêque", first_name="Zoé")
        session = draft_session(trainees=0)
        found = opened(session, ["LEVEQE", "Zoe", french(known.birth_date)], somebody(1))
        with nothing_changes(), pytest.raises(DomainError, match="1 ligne est à vérifier") as refusal:
            confirmed(found)
        assert refusal.value.code == "doubtful"
        assert confirmed(found, leave_doubtful=True).counts["DOUBTFUL"] == 1
        assert session.trainees.count() == 1

    def test_twice_changes_nothing_more(self) -> None:
        session = draft_session(trainees=0)
        found = opened(session, somebody(1))
        first = confirmed(found)
        with nothing_changes():
            second = confirmed(found)
        assert second.counts == first.counts

    def test_the_same_file_twice_changes_nothing(self) -> None:
        known = PersonFactory(last_name="Lévêque", first_name="Zoé")
        session = draft_session(trainees=0)
        rows = [*(somebody(n) for n in range(5)), ["LEVEQE", "Zoe", french(known.birth_date)]]
        first = opened(session, *rows)
        change(first, 7, decision=NOBODY)
        confirmed(first)
        again = opened(session, *rows)
        assert verdicts(again) == [Verdict.ALREADY] * 6
        with nothing_changes(), pytest.raises(DomainError, match="Aucune ligne"):
            confirmed(again)

    def test_nothing_to_keep_is_said(self) -> None:
        found = opened(draft_session(trainees=0), ["PETIT", "", ""])
        with nothing_changes(), pytest.raises(DomainError, match="Aucune ligne"):
            confirmed(found)

    def test_whoever_was_added_meanwhile_is_already_there(self) -> None:
        session = draft_session(trainees=0)
        found = opened(session, somebody(1), somebody(2))
        line = lines(found)[0]
        entry = trainee_entry(last_name=line.last_name, first_name=line.first_name, birth_date=line.day)
        add_trainee(session.pk, entity_of(session), entry, bulk.KEYS)
        assert confirmed(found).counts == {"REFUSED": 0, "DOUBTFUL": 0, "KEPT": 1, "ALREADY": 1, "LEFT_OUT": 0}
        assert session.trainees.count() == 2

    def test_what_changed_meanwhile_is_looked_at_again(self) -> None:
        session = draft_session(code="SST-2", trainees=0)
        found = opened(session, [*somebody(1), "un@exemple.test"], [*somebody(2), "deux@exemple.test"])
        AccountFactory(email="deux@exemple.test")
        with nothing_changes(), pytest.raises(DomainError) as refusal:
            confirmed(found)
        assert refusal.value.code == "overtaken"
        assert verdicts(found) == [Verdict.KEPT, Verdict.REFUSED]
        assert confirmed(found).counts["KEPT"] == 1

    def test_a_person_merged_meanwhile_is_asked_about_again(self) -> None:
        known = PersonFactory(last_name="Lévêque", first_name="Zoé")
        found = opened(draft_session(trainees=0), ["LEVEQE", "Zoe", french(known.birth_date)])
        change(found, 2, decision=str(known.pk))
        ImportLine.objects.update(decision="999999")  # the record that there was
        with pytest.raises(DomainError) as refusal:
            confirmed(found)
        assert refusal.value.code == "overtaken"
        assert verdicts(found) == [Verdict.DOUBTFUL]

    def test_more_than_a_session_holds_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bulk, "MOST_TRAINEES", 3)
        session = draft_session(trainees=2)
        found = opened(session, somebody(1), somebody(2))
        with nothing_changes(), pytest.raises(DomainError, match="au plus 3 stagiaires"):
            confirmed(found)
        with pytest.raises(DomainError, match="compte 4 stagiaires"):
            opened(session, *(somebody(n) for n in range(4)))

    def test_somebody_taken_off_can_come_back(self) -> None:
        session = draft_session(trainees=0)
        confirmed(opened(session, somebody(1)))
        remove_trainee(session.pk, session.trainees.get().pk, entity_of(session))
        confirmed(opened(session, somebody(1)))
        assert session.trainees.count() == 1


class TestWhose:
    def test_a_sent_session_takes_no_import(self) -> None:
        session = sent_session(trainees=1)
        with pytest.raises(NotAllowed):
            opened(session, somebody(1))

    def test_an_import_is_of_whoever_sent_it(self) -> None:
        session = draft_session(trainees=0)
        found = opened(session, somebody(1))
        for acting in (acting_manager(session.organisation), acting_manager()):
            for action in (
                partial(confirm, session.pk, found.pk, acting),
                partial(correct, session.pk, found.pk, acting, {}),
            ):
                with nothing_changes(), pytest.raises((TraineeImport.DoesNotExist, TrainingSession.DoesNotExist)):
                    action()

    def test_a_new_file_takes_the_place_of_the_one_not_confirmed(self) -> None:
        session, other = draft_session(trainees=0), draft_session(trainees=0)
        elsewhere = opened(other, somebody(3))
        done = confirmed(opened(session, somebody(1)))
        opened(session, somebody(2))
        last = opened(session, somebody(2))
        assert set(TraineeImport.objects.all()) == {elsewhere, done, last}

    def test_what_nobody_confirms_goes_within_a_day(self) -> None:
        found = opened(draft_session(trainees=0), somebody(1))
        with time_machine.travel(now() + timedelta(hours=23)):
            forget_old_imports()
        assert ImportLine.objects.exists()
        with time_machine.travel(now() + timedelta(hours=25)):
            forget_old_imports()
        assert not TraineeImport.objects.filter(pk=found.pk).exists()


class TestCost:
    def queries(self, count: int) -> tuple[int, int]:
        session = draft_session(trainees=0)
        with CaptureQueriesContext(connection) as opening:
            found = opened(session, *(somebody(n) for n in range(count)))
        with CaptureQueriesContext(connection) as confirming:
            confirmed(found)
        assert session.trainees.count() == count
        return len(opening), len(confirming)

    def test_as_many_queries_for_many_lines_as_for_one(self) -> None:
        assert self.queries(1) == self.queries(300)


@pytest.mark.django_db(transaction=True)
def test_five_clicks_at_once_confirm_once() -> None:
    session = draft_session(trainees=0)
    found = opened(session, *(somebody(n) for n in range(20)))
    before = TrainingSession.objects.get(pk=session.pk).version
    done = together(*[partial(confirmed, found)] * 5)
    assert [each.counts["KEPT"] for each in done if isinstance(each, TraineeImport)] == [20] * 5
    assert session.trainees.count() == 20
    assert TrainingSession.objects.get(pk=session.pk).version == before + 1


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_with_the_same_file_at_once() -> None:
    """One of the two finds them there already."""
    session = draft_session(trainees=0)
    colleague = acting_manager(session.organisation)
    rows = [somebody(n) for n in range(20)]
    mine = opened(session, *rows)
    sheet = Sheet([(number, list(row)) for number, row in enumerate([HEADER, *rows], 1)], False)
    theirs = open_import(session.pk, colleague, sheet)
    together(partial(confirmed, mine), partial(confirm, session.pk, theirs.pk, colleague))
    assert session.trainees.count() == 20
