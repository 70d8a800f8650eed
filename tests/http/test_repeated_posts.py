"""Each form posted twice, as by a double click: one effect, and the second answer says what the first one said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from forprev.certification.models import TrainingSession
from forprev.certification.views import entry, sessions, trainees
from forprev.certification.views import results as results_views
from forprev.core.dates import french
from tests.certification.common import TODAY, go_to
from tests.factories.certification import (
    all_declared,
    answered_session,
    draft_session,
    results,
    sent_session,
    trainee_entry,
    trainer,
)
from tests.factories.organisations import acting_manager, acting_officer
from tests.factories.people import PersonFactory
from tests.http.test_session_screens import entity_browser, sent_form, trainer_browser
from tests.http.world import browser_of, untouched
from tests.screens import text_of

pytestmark = pytest.mark.django_db

Late = Callable[[ModuleType, str], None]
LIST = "/sessions/a-traiter"


def twice(client: Client, path: str, form: dict[str, object]) -> HttpResponse:
    """Post, then post again exactly that: nothing more is written, and the answer is the first one."""
    first = client.post(path, form)
    with untouched():
        second = client.post(path, form)
    assert (second.status_code, second.get("Location")) == (first.status_code, first.get("Location"))
    return second


def trainee_form(session: TrainingSession, **changes: object) -> dict[str, object]:
    typed = trainee_entry()
    return {
        "key": session.creation_key,
        "last_name": typed.last_name,
        "first_name": typed.first_name,
        "birth_date": french(typed.birth_date),
        **changes,
    }


def given(session: TrainingSession) -> dict[str, object]:
    return {f"result-{pk}": result for pk, result in results(session, failures=1).items()}


@pytest.mark.parametrize("button", ["save", "next"])
def test_details(button: str) -> None:
    session = draft_session(trainees=0)
    form = sent_form(session, city="LYON", end_date=f"{TODAY.day}.{TODAY.month}.{TODAY:%y}")
    del form["next"]
    page = "/formateur" if button == "next" else ""
    answer = twice(entity_browser(session), f"/sessions/{session.pk}", {**form, button: "1"})
    assert answer["Location"] == f"/sessions/{session.pk}{page}"


def test_trainer() -> None:
    session = draft_session(trainees=0)
    form = {"version": session.version, "number": trainer("SST-2").number}
    answer = twice(entity_browser(session), f"/sessions/{session.pk}/formateur", form)
    assert answer.status_code == 200


def test_new_trainee() -> None:
    """The second click is one more entry in the session's history, and nothing else."""
    session = draft_session(trainees=0)
    client, form = entity_browser(session), trainee_form(session)
    answers = {client.post(f"/sessions/{session.pk}/stagiaires", form)["Location"] for _ in range(2)}
    assert answers == {f"/sessions/{session.pk}/stagiaires?ajouter=1#nouveau"}
    assert session.trainees.count() == 1


def test_corrected_trainee() -> None:
    session = draft_session(trainees=1)
    trainee = session.trainees.get()
    path = f"/sessions/{session.pk}/stagiaires/{trainee.pk}"
    answer = twice(entity_browser(session), path, trainee_form(session, version=session.version))
    assert answer["Location"] == f"/sessions/{session.pk}/stagiaires"


@pytest.mark.parametrize("code", ["SST-1", "SST-2"])
@pytest.mark.parametrize("somebody_else", [False, True])
def test_corrected_trainee_picked_among_proposals(code: str, somebody_else: bool) -> None:
    session = draft_session(code=code, trainees=1)
    trainee = session.trainees.get()
    known = PersonFactory(last_name="MARTINEAU", first_name="Jeanne")
    form = trainee_form(
        session,
        version=session.version,
        last_name="MARTINAU",
        first_name="Jeanne",
        birth_date=french(known.birth_date),
        email="" if code == "SST-1" else "martinau@exemple.test",
        same_as="none" if somebody_else else known.pk,
    )
    answer = twice(entity_browser(session), f"/sessions/{session.pk}/stagiaires/{trainee.pk}", form)
    assert answer["Location"] == f"/sessions/{session.pk}/stagiaires"
    trainee.refresh_from_db()
    assert trainee.person == (None if somebody_else else known)


def test_trainee_taken_off() -> None:
    session = draft_session(trainees=2)
    leaving = session.trainees.first()
    assert leaving is not None
    answer = twice(entity_browser(session), f"/sessions/{session.pk}/stagiaires/{leaving.pk}/retirer", {})
    assert answer["Location"] == f"/sessions/{session.pk}/stagiaires"
    assert session.trainees.count() == 1


def test_sending() -> None:
    session = draft_session(trainees=4)
    declared = [f"{pk}-{field}" for pk, field in all_declared(session)]
    form = {"version": session.version, "declaration": declared}
    assert twice(entity_browser(session), f"/sessions/{session.pk}/envoyer", form)["Location"] == LIST


@pytest.mark.parametrize("form", [{"save": "1"}, {"submit": "1", "action": "send_results"}], ids=["save", "submit"])
def test_results(form: dict[str, object]) -> None:
    session = sent_session(trainees=2)
    answer = twice(
        trainer_browser(session),
        f"/sessions/{session.pk}/stagiaires",
        {"version": session.version, **given(session), **form},
    )
    page = "stagiaires" if "save" in form else "resultats"
    assert answer["Location"] == f"/sessions/{session.pk}/{page}"


def test_results_that_are_not_all_given() -> None:
    """Kept at the first click; both tell what is missing."""
    session = sent_session(trainees=2)
    form = {"version": session.version, f"result-{session.trainees.all()[0].pk}": "success"}
    form |= {"submit": "1", "action": "send_results"}
    answer = twice(trainer_browser(session), f"/sessions/{session.pk}/stagiaires", form)
    assert "Le résultat de 1 stagiaire doit encore être renseigné." in text_of(answer)


def test_confirmed_results() -> None:
    session = sent_session(trainees=2)
    client = trainer_browser(session)
    client.post(
        f"/sessions/{session.pk}/stagiaires", {"version": session.version, **given(session), "save": "1"}, follow=True
    )
    session.refresh_from_db()
    assert twice(client, f"/sessions/{session.pk}/resultats", {"version": session.version})["Location"] == LIST


def test_return_with_a_comment() -> None:
    session = sent_session(trainees=1)
    form = {"version": session.version, "submit": "1", "action": "return", "comment": "La ville est fausse."}
    answer = twice(trainer_browser(session), f"/sessions/{session.pk}/stagiaires", form)
    assert answer["Location"] == LIST


def test_taking_back() -> None:
    session = answered_session(trainees=1)
    form = {"version": session.version, "action": "modify"}
    answer = twice(entity_browser(session), f"/sessions/{session.pk}/stagiaires", form)
    assert answer["Location"] == f"/sessions/{session.pk}"


def test_generation() -> None:
    session = answered_session(trainees=3, failures=1)
    twice(entity_browser(session), f"/sessions/{session.pk}/generer", {"version": session.version})
    assert session.certificates.count() == 2


def test_opening_again() -> None:
    session = answered_session(trainees=1)
    officer = browser_of(acting_officer().person)
    form = {"until": french(TODAY + timedelta(days=9)), "reason": "Malade."}
    assert twice(officer, f"/sessions/{session.pk}/rouvrir", form)["Location"] == f"/sessions/{session.pk}"


def test_opening_again_till_a_day_that_is_past(clock: time_machine.Traveller) -> None:
    """No second click, even if it was open till that day."""
    session = answered_session(trainees=1)
    path = f"/sessions/{session.pk}/rouvrir"
    form = {"until": french(TODAY), "reason": "Malade."}
    officer = acting_officer().person
    assert browser_of(officer).post(path, form).status_code == 302
    go_to(clock, TODAY + timedelta(days=1))
    client = browser_of(officer)
    with untouched():
        assert client.post(path, form).status_code == 422


def test_deletion() -> None:
    session = draft_session(trainees=1)
    form = {"version": session.version}
    assert twice(entity_browser(session), f"/sessions/{session.pk}/supprimer", form)["Location"] == LIST


def test_role_and_new_session() -> None:
    acting = acting_manager()
    client = browser_of(acting.person)
    twice(client, reverse("accounts:switch_role"), {"role": acting.key})
    twice(client, "/sessions/nouvelle", {"key": "1f8c2f6e-2f0e-4d0a-9a4e-0a2a3c1d5b77"})
    assert TrainingSession.objects.filter(organisation_id=acting.organisation_id).count() == 1


class TestBothClicksAtTheSameTime:
    """The second request read the session before the first one wrote it, and writes after it."""

    @pytest.fixture
    def late(self, monkeypatch: pytest.MonkeyPatch) -> Late:
        def make_late(views: ModuleType, service: str) -> None:
            write = getattr(views, service)

            def after_the_first_click(*args: object, **kwargs: object) -> object:
                with zeal_ignore():  # another request's queries
                    write(*args, **kwargs)
                return write(*args, **kwargs)

            monkeypatch.setattr(views, service, after_the_first_click)

        return make_late

    def test_details(self, late: Late) -> None:
        late(entry, "save_details")
        session = draft_session(trainees=0)
        answer = entity_browser(session).post(f"/sessions/{session.pk}", sent_form(session, city="LYON"))
        assert answer["Location"] == f"/sessions/{session.pk}/formateur"

    def test_trainer(self, late: Late) -> None:
        late(entry, "set_trainers")
        session = draft_session(trainees=0)
        form = {"version": session.version, "number": trainer("SST-2").number}
        assert entity_browser(session).post(f"/sessions/{session.pk}/formateur", form).status_code == 200

    def test_corrected_trainee(self, late: Late) -> None:
        late(trainees, "change_trainee")
        session = draft_session(trainees=1)
        path = f"/sessions/{session.pk}/stagiaires/{session.trainees.get().pk}"
        answer = entity_browser(session).post(path, trainee_form(session, version=session.version))
        assert answer["Location"] == f"/sessions/{session.pk}/stagiaires"

    def test_sending(self, late: Late) -> None:
        late(entry, "send_to_trainer")
        session = draft_session(trainees=4)
        form = {"version": session.version, "declaration": [f"{pk}-{field}" for pk, field in all_declared(session)]}
        assert entity_browser(session).post(f"/sessions/{session.pk}/envoyer", form)["Location"] == LIST

    def test_results(self, late: Late) -> None:
        late(results_views, "save_results")
        session = sent_session(trainees=2)
        form = {"version": session.version, **given(session), "save": "1"}
        answer = trainer_browser(session).post(f"/sessions/{session.pk}/stagiaires", form)
        assert answer["Location"] == f"/sessions/{session.pk}/stagiaires"

    def test_confirmed_results(self, late: Late) -> None:
        late(results_views, "send_results")
        session = sent_session(trainees=2)
        client, form = trainer_browser(session), {"version": session.version, **given(session), "save": "1"}
        client.post(f"/sessions/{session.pk}/stagiaires", form)
        session.refresh_from_db()
        assert client.post(f"/sessions/{session.pk}/resultats", {"version": session.version})["Location"] == LIST

    def test_return_with_a_comment(self, late: Late) -> None:
        late(results_views, "return_with_comment")
        session = sent_session(trainees=1)
        form = {"version": session.version, "submit": "1", "action": "return", "comment": "La ville est fausse."}
        assert trainer_browser(session).post(f"/sessions/{session.pk}/stagiaires", form)["Location"] == LIST

    def test_deletion(self, late: Late) -> None:
        late(sessions, "delete_session")
        session = draft_session(trainees=1)
        form = {"version": session.version}
        assert entity_browser(session).post(f"/sessions/{session.pk}/supprimer", form)["Location"] == LIST


class TestASecondPersonIsNotASecondClick:
    """What a colleague did meanwhile is told as such, and nothing of it is overwritten."""

    def test_sent_by_a_colleague(self) -> None:
        session = draft_session(trainees=4)
        form = {"version": session.version, "declaration": [f"{pk}-{field}" for pk, field in all_declared(session)]}
        colleague = browser_of(acting_manager(session.organisation).person)
        assert colleague.post(f"/sessions/{session.pk}/envoyer", form).status_code == 302
        client = entity_browser(session)
        with untouched():
            answer = client.post(f"/sessions/{session.pk}/envoyer", form)
        assert answer.status_code == 409
        assert "n’est plus possible" in text_of(answer)

    def test_deleted_by_a_colleague(self) -> None:
        session = draft_session(trainees=1)
        colleague = browser_of(acting_manager(session.organisation).person)
        colleague.post(f"/sessions/{session.pk}/supprimer", {"version": session.version})
        client = entity_browser(session)
        with untouched():
            answer = client.post(f"/sessions/{session.pk}/supprimer", {"version": session.version})
        assert answer.status_code == 404

    def test_another_trainer_named_by_a_colleague(self) -> None:
        session = draft_session(trainees=0)
        path = f"/sessions/{session.pk}/formateur"
        colleague = browser_of(acting_manager(session.organisation).person)
        colleague.post(path, {"version": session.version, "number": trainer("SST-2").number})
        client, form = entity_browser(session), {"version": session.version, "number": trainer("SST-2").number}
        with untouched():
            assert client.post(path, form).status_code == 409

    def test_a_trainee_corrected_otherwise_by_a_colleague(self) -> None:
        session = draft_session(trainees=1)
        trainee = session.trainees.get()
        path = f"/sessions/{session.pk}/stagiaires/{trainee.pk}"
        stale = trainee_form(session, version=session.version, first_name="Claude")
        colleague = browser_of(acting_manager(session.organisation).person)
        colleague.post(path, {**stale, "first_name": "Sacha"})
        client = entity_browser(session)
        with untouched():
            answer = client.post(path, stale)
        assert answer.status_code == 409
        assert "Prénom Claude Sacha" in text_of(answer)

    def test_a_proposal_picked_while_a_colleague_worked_is_not_lost_in_silence(self) -> None:
        session = draft_session(trainees=0)
        known = PersonFactory(last_name="MARTINEAU", first_name="Jeanne")
        typed = trainee_form(
            session, last_name="MARTINAU", first_name="Jeanne", birth_date=french(known.birth_date), same_as="none"
        )
        client = entity_browser(session)
        client.post(f"/sessions/{session.pk}/stagiaires", typed)
        path = f"/sessions/{session.pk}/stagiaires/{session.trainees.get().pk}"
        stale = {**typed, "version": session.version, "same_as": known.pk}
        with untouched():
            assert client.post(path, stale).status_code == 409

    def test_results_given_otherwise_in_another_window(self) -> None:
        session = sent_session(trainees=1)
        trainee = session.trainees.get()
        path, name = f"/sessions/{session.pk}/stagiaires", f"result-{trainee.pk}"
        client = trainer_browser(session)
        client.post(path, {"version": session.version, name: "success", "save": "1"})
        with untouched():
            answer = client.post(path, {"version": session.version, name: "failure", "save": "1"})
        assert answer.status_code == 409
        assert f"Résultat de {trainee} Échec Réussite" in text_of(answer)

    def test_a_return_never_leaves_on_top_of_results_saved_meanwhile(self) -> None:
        session = sent_session(trainees=1)
        path = f"/sessions/{session.pk}/stagiaires"
        client = trainer_browser(session)
        client.post(path, {"version": session.version, **given(session), "save": "1"})
        stale = {"version": session.version, **given(session), "submit": "1", "action": "return", "comment": "Non."}
        with untouched():
            assert client.post(path, stale).status_code == 409

    def test_a_stale_and_incomplete_form_does_not_go_on(self) -> None:
        session = draft_session(trainees=0)
        partial = sent_form(session, qualification="")
        colleague = browser_of(acting_manager(session.organisation).person)
        kept = {name: value for name, value in partial.items() if name != "next"}
        colleague.post(f"/sessions/{session.pk}", {**kept, "save": "1"})
        client = entity_browser(session)
        with untouched():
            answer = client.post(f"/sessions/{session.pk}", partial)
        assert answer.status_code == 409
