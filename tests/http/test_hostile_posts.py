"""What is posted without having been offered: refused or ignored, it changes nothing and reveals nothing."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.urls import reverse

from forprev.certification.models import Trainee
from forprev.people.models import Lookup
from forprev.people.services import LOOKUPS_AN_HOUR
from tests.factories.accreditation import accredit, acting_delegate
from tests.factories.certification import answered_session, draft_session, sent_session
from tests.factories.organisations import OrganisationFactory, acting_manager
from tests.factories.people import PersonFactory
from tests.http.test_session_screens import entity_browser, sent_form, trainer_browser
from tests.http.world import browser_of, untouched
from tests.screens import text_of

pytestmark = pytest.mark.django_db


def identity(**changes: object) -> dict[str, object]:
    return {
        "key": uuid.uuid4(),
        "last_name": "Zédé",
        "first_name": "Anne",
        "birth_date": "13/02/1980",
        "email": "zede@exemple.test",
        **changes,
    }


class TestLookups:
    """Whoever types n° Forprev one after the other is stopped, whatever else it types."""

    WRONG = {
        "a wrong key": {"key": "x"},
        "a wrong date": {"birth_date": "31/02/1980"},
        "a wrong e-mail": {"email": "x"},
        "nothing wrong": {},
        "pre-filling": {"prefill": "1"},
    }

    @pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
    def test_each_is_noted_and_the_last_of_too_many_shows_nobody(self, wrong: dict[str, str]) -> None:
        session = draft_session(code="SST-2", trainees=0)
        client = entity_browser(session)
        path = f"/sessions/{session.pk}/stagiaires"
        known = PersonFactory(first_name="INCONNUE")
        form = {"key": uuid.uuid4(), "number": known.number, "last_name": known.last_name, **wrong}
        for n in range(LOOKUPS_AN_HOUR):
            Lookup.objects.create(by=session.created_by, subject=f"{n:064}")
        with untouched():
            stopped = client.post(path, form)
        assert stopped.status_code == 422
        assert "Vous avez recherché trop de personnes en une heure." in text_of(stopped)
        assert "INCONNUE" not in stopped.content.decode()
        Lookup.objects.all().delete()
        client.post(path, form)
        assert Lookup.objects.filter(by=session.created_by).count() == 1

    @pytest.mark.parametrize("prefill", [{}, {"prefill": "1"}])
    def test_item27_a_number_of_nobody_and_one_of_another_name_are_told_alike(self, prefill: dict[str, str]) -> None:
        session = draft_session(code="SST-2", trainees=0)
        known = PersonFactory(last_name="MARTIN", first_name="INCONNUE")
        client = entity_browser(session)
        for number in ("ZZZ00000", known.number):
            form = {"key": uuid.uuid4(), "number": number, "last_name": "Durand", **prefill}
            with untouched():
                response = client.post(f"/sessions/{session.pk}/stagiaires", form)
            assert "Aucune personne de ce nom ne porte ce n° Forprev." in text_of(response)
            assert "INCONNUE" not in response.content.decode()
            assert "Le prénom doit être renseigné." not in text_of(response)
        assert Lookup.objects.filter(by=session.created_by).count() == 2

    def test_item27_a_number_alone_says_nothing(self) -> None:
        session = draft_session(code="SST-2", trainees=0)
        known = PersonFactory(last_name="MARTIN", first_name="INCONNUE")
        form = {"key": uuid.uuid4(), "number": known.number, "prefill": "1"}
        response = entity_browser(session).post(f"/sessions/{session.pk}/stagiaires", form)
        assert "Saisissez aussi le nom de la personne." in text_of(response)
        assert not {"MARTIN", "INCONNUE"} & set(text_of(response).split())


class TestSomebodyElses:
    def test_trainee_under_a_session_of_ours(self) -> None:
        session, other = draft_session(trainees=1), draft_session(trainees=1)
        stranger = other.trainees.get()
        client = entity_browser(session)
        with untouched():
            for pk in (stranger.pk, "9" * 23):
                path = f"/sessions/{session.pk}/stagiaires/{pk}"
                for url, form in ((path, identity(version=1)), (f"{path}/retirer", {})):
                    assert {client.get(url).status_code, client.post(url, form).status_code} == {404}

    def test_declarations_of_another_session_s_trainees(self) -> None:
        session, other = draft_session(code="SST-2", trainees=1), draft_session(code="SST-2", trainees=1)
        ticked = [f"{other.trainees.get().pk}-{field}" for field in ("prerequisite_declared", "bases_declared")]
        form = {"version": session.version, "declaration": [*ticked, "x-y", "9" * 40]}
        client = entity_browser(session)
        with untouched():
            response = client.post(f"/sessions/{session.pk}/envoyer", form)
        assert response.status_code == 422

    def test_level_of_an_accreditation_that_is_not_the_delegate_s(self) -> None:
        organisation = OrganisationFactory()
        accredit(organisation, "SST", 1)
        acting = acting_delegate(accredit(organisation, "PRAPIBC", 1))
        client = browser_of(acting.person)
        made = client.post("/sessions/nouvelle", {"key": uuid.uuid4()})["Location"]
        form = {"version": 1, "scheme": "SST", "level": "1", "qualification": "SST-1", "course": "initial", "save": "1"}
        with untouched():
            response = client.post(made, form)
        assert response.status_code == 422
        assert 'value="SST-1"' not in client.get(made).content.decode()

    def test_key_of_another_manager_s_new_session(self) -> None:
        mine, theirs, key = acting_manager(), acting_manager(), uuid.uuid4()
        browser_of(theirs.person).post("/sessions/nouvelle", {"key": key})
        client = browser_of(mine.person)
        with untouched():
            response = client.post("/sessions/nouvelle", {"key": key})
        assert "Ce formulaire a déjà servi." in text_of(response)

    @pytest.mark.parametrize("role", ["manager-0", "national_administrator-1", "hotline", "", "\x00", "x" * 5000])
    def test_role(self, role: str) -> None:
        client = browser_of(acting_manager().person)
        with untouched():
            assert client.post(reverse("accounts:switch_role"), {"role": role}).status_code in (400, 404)


def test_fields_that_the_form_of_a_trainee_does_not_have_are_ignored() -> None:
    session, other = draft_session(trainees=0), draft_session(trainees=0)
    holder = PersonFactory()
    extra: dict[str, object] = {f.name: "1" for f in Trainee._meta.concrete_fields}
    extra |= {"session": other.pk, "session_id": other.pk, "person": holder.pk, "person_id": holder.pk}
    extra |= {"result": "success", "id": 1, "pk": 1, "number": holder.number, "same_as": holder.pk}
    entity_browser(session).post(f"/sessions/{session.pk}/stagiaires", {**extra, **identity()})
    made = session.trainees.get()
    assert (made.result, made.person, made.email, made.birth_date) == ("", None, "", date(1980, 2, 13))
    assert not any((made.prerequisite_declared, made.bases_declared, made.earlier_declared))
    assert not other.trainees.exists()


@pytest.mark.parametrize("result", ["réussite", "SUCCESS", "1", "draft", "\x00"])
def test_results_that_do_not_exist(result: str) -> None:
    session = sent_session(trainees=1)
    name = f"result-{session.trainees.get().pk}"
    client = trainer_browser(session)
    with untouched():
        response = client.post(
            f"/sessions/{session.pk}/stagiaires", {"version": session.version, name: result, "save": "1"}
        )
    assert response.status_code == 422


@pytest.mark.parametrize("action", ["delete", "issued", "", "generate'--"])
def test_decisions_that_do_not_exist(action: str) -> None:
    session = answered_session(trainees=1)
    client = entity_browser(session)
    with untouched():
        response = client.post(f"/sessions/{session.pk}/stagiaires", {"version": session.version, "action": action})
    assert response.status_code == 422


NAMES = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a" * 300, "", "   ", "{{ 7*7 }}"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("field", ["last_name", "first_name"])
def test_names_that_are_none(field: str, name: str) -> None:
    """Told beside the field, given back as typed, and as text."""
    session = draft_session(trainees=0)
    client = entity_browser(session)
    with untouched():
        response = client.post(f"/sessions/{session.pk}/stagiaires", identity(**{field: name}))
    html = response.content.decode()
    assert response.status_code == 422
    assert f'href="#id_{field}"' in html
    assert not any(markup in html for markup in ("<script>alert", "<img src=x", " 49 "))


JUNK = ["\x00", "x" * 50_000, "9" * 40, "-1", "😀", "’" * 2_000]


@pytest.mark.parametrize("junk", JUNK, ids=["null", "long", "digits", "negative", "emoji", "quotes"])
def test_junk_in_any_field_is_a_refusal_and_never_a_fault(junk: str) -> None:
    session = draft_session(code="SST-2", trainees=1)
    client = entity_browser(session)
    path = f"/sessions/{session.pk}"
    answers = []
    with untouched():
        for field in (*identity(), "number", "same_as", "version"):
            for extra in ({}, {"prefill": "1"}):
                if field in ("same_as", "version") and not extra:
                    continue  # ignored in a new trainee, which is then made
                answers.append(client.post(f"{path}/stagiaires", {**identity(), **extra, field: junk}))
            answers.append(client.post(f"{path}/formateur", {"version": 1, **identity(), field: junk}))
        answers += [client.post(path, sent_form(session, **{field: junk})) for field in sent_form(session)]
        answers += [client.post(f"{path}/{form}", {"version": junk}) for form in ("envoyer", "supprimer", "formateur")]
    assert {answer.status_code for answer in answers} <= {200, 400, 409, 422}


ADDRESSES = [
    "/sessions/99999999999999999999999",
    "/sessions/9223372036854775808/supprimer",
    "/sessions/1/stagiaires/99999999999999999999999/retirer",
    "/certificats/99999999999999999999999/pdf",
    "/habilitations/99999999999999999999999",
    "/verification/%00",
    "/verification/" + "A" * 5_000,
]
QUERIES = [
    "champ=numero&operateur=egal&valeur=99999999999999999999999",
    "champ=numero&operateur=egal&valeur=%00",
    "champ=numero&operateur=egal&valeur=%C2%B2",
    "champ=state&operateur=x&valeur=y",
    "champ=fin&operateur=avant&valeur=31/02/2026",
    "champ=password&operateur=contient&valeur=a",
    "tri=created_by__account__password",
    "tri=-",
    "page=99999999999999999999&taille=0",
    "page=-1&taille=1000000",
    "export=exe",
    "%00=%00",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_of_nothing(address: str) -> None:
    client = browser_of(acting_manager().person)
    with untouched():
        assert {client.get(address).status_code, client.post(address, {}).status_code} <= {404, 405}


@pytest.mark.parametrize("path", ["/sessions/a-traiter", "/sessions/en-cours", "/utilisateurs", "/habilitations"])
@pytest.mark.parametrize("query", QUERIES)
def test_lists_asked_for_nonsense(path: str, query: str) -> None:
    client = browser_of(acting_manager().person)
    with untouched():
        assert client.get(f"{path}?{query}", follow=True).status_code == 200
