"""The help as its readers see it, and as the national administration writes it."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from forprev.accounts.models import Role
from forprev.certification.models import CertificationSettings
from forprev.support.help.models import Module, Opinions, Question
from forprev.support.help.selectors import VARIABLE, VARIABLES, history_of
from forprev.support.help.services import install
from tests.screens import make_network_role, signed_in, text_of

pytestmark = pytest.mark.django_db

NEW = {
    "module": "sessions",
    "rank": "5",
    "text": "Faut-il un second formateur ?",
    "answer": "Parfois.\n\n- Le dispositif le dit.\n- Pendant {jours_telechargement}.",
    "words": "binôme",
    "is_published": "on",
}


@pytest.fixture
def national() -> Client:
    return signed_in(make_network_role(Role.NATIONAL_ADMINISTRATOR))


def test_forty_questions_at_least_in_every_module_and_all_their_variables_known() -> None:
    questions = list(Question.objects.all())
    assert len(questions) >= 40
    assert {question.module for question in questions} == set(Module.values)
    for question in questions:
        question.full_clean()
        assert set(VARIABLE.findall(question.answer)) <= set(VARIABLES), question.slug


def test_what_the_network_wrote_is_left_alone() -> None:
    Question.objects.exclude(slug="annuaire").delete()
    Question.objects.update(text="La nôtre ?")
    install()
    assert [question.text for question in Question.objects.all()] == ["La nôtre ?"]


def test_each_question_has_an_address_of_its_own(client: Client) -> None:
    page = client.get("/aide/questions/deux-gestionnaires")
    assert "Au moins deux gestionnaires par entité" in text_of(page)
    Question.objects.filter(slug="deux-gestionnaires").update(is_published=False)
    assert client.get("/aide/questions/deux-gestionnaires").status_code == 404
    assert "Combien de gestionnaires" not in text_of(client.get("/aide"))
    assert "Combien de gestionnaires" not in text_of(client.get("/aide", {"recherche": "gestionnaires"}))


def test_a50_search_ignores_accents_capitals_and_marks_what_was_sought(client: Client) -> None:
    page = client.get("/aide", {"recherche": "DUPLICATA certifficat"})
    assert "Un <mark>certificat</mark> est perdu" in page.content.decode()
    assert page.content.decode().index("est perdu") < page.content.decode().index("Jusqu’à quand")
    assert client.get("/aide", {"recherche": "  "}).content == client.get("/aide").content


def test_a_search_that_finds_nothing_says_so_shows_it_as_text_and_leads_on(client: Client) -> None:
    page = client.get("/aide", {"recherche": "<script>zzzzq</script>"})
    assert "Aucune réponse pour" in text_of(page)
    assert "01 40 44 30 44" in text_of(page)
    assert b"<script>zzzzq" not in page.content
    assert client.get("/aide", {"recherche": "x" * 5000 + "\x00"}).status_code == 200


def test_answers_are_shown_as_text(client: Client) -> None:
    Question.objects.filter(slug="annuaire").update(text="<b>annuaire</b> ?", answer="<script>alert(1)</script>")
    for address in ("/aide", "/aide/questions/annuaire", "/aide?recherche=annuaire+script"):
        content = client.get(address).content
        assert b"<script>alert" not in content
        assert b"<b>annuaire" not in content


def test_delays_told_are_those_in_force(client: Client) -> None:
    CertificationSettings.objects.create(pk=1, download_days=21, generation_months=4)
    assert "pendant 21 jours" in text_of(client.get("/aide/questions/telecharger-les-certificats"))
    assert "Jusqu’à 4 mois après" in text_of(client.get("/aide", {"recherche": "delai generer"}))


def test_the_number_of_queries_does_not_grow(client: Client) -> None:
    for address in ("/aide", "/aide?recherche=certificat"):
        client.get(address)
        with CaptureQueriesContext(connection) as counted:
            client.get(address)
        assert len(counted) <= 5, address


def test_an_opinion_counts_once_a_session(client: Client) -> None:
    address = "/aide/questions/annuaire/avis"
    client.post(address, {"avis": "non"})
    client.post(address, {"avis": "oui"})
    assert "Merci, votre avis est compté" in text_of(client.get("/aide/questions/annuaire"))
    Client().post(address, {"avis": "oui"})
    Client().post(address, {"avis": "peut-être"})
    counted = Opinions.objects.get(question__slug="annuaire")
    assert (counted.helped, counted.did_not) == (1, 1)
    assert Client().post("/aide/questions/inconnue/avis", {"avis": "oui"}).status_code == 404


def test_the_national_administration_writes_a_question_and_reads_who_did(national: Client, client: Client) -> None:
    assert national.post("/administration/questions/nouvelle", NEW).status_code == 302
    question = Question.objects.get(slug="faut-il-un-second-formateur")
    answer = text_of(client.get(f"/aide/questions/{question.slug}"))
    assert "Pendant 15 jours." in answer
    sheet = national.get(f"/administration/questions/{question.pk}")
    changed = {**NEW, "text": "Faut-il deux formateurs ?", "version": question.version}
    del changed["is_published"]
    assert national.post(f"/administration/questions/{question.pk}", changed).status_code == 302
    question.refresh_from_db()
    assert (question.text, question.is_published, question.version) == ("Faut-il deux formateurs ?", False, 2)
    assert question.slug == "faut-il-un-second-formateur"
    assert [event.action for event in history_of(question)] == ["Modification", "Création"]
    assert history_of(question)[0].role == "Administrateur national"
    assert "Création" in text_of(sheet)


def test_a_preview_keeps_nothing(national: Client) -> None:
    page = national.post("/administration/questions/nouvelle", {**NEW, "preview": "1"})
    assert page.status_code == 200
    assert "Rien n’est encore enregistré" in text_of(page)
    assert "<li>Pendant 15 jours.</li>" in page.content.decode()
    assert not Question.objects.filter(text=NEW["text"]).exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"answer": "Pendant {jours}."}, "Variable inconnue : {jours}."),
        ({"text": ""}, "La question doit être renseignée."),
        ({"answer": " "}, "La réponse doit être renseignée."),
        ({"text": "Comment créer une session de certification ?"}, "Une autre question a déjà ce texte."),
        ({"rank": "0"}, "supérieur"),
        ({"module": "inconnu"}, "choix"),
    ],
)
def test_bad_input_is_told_and_nothing_typed_is_lost(national: Client, change: dict[str, str], said: str) -> None:
    Question.objects.filter(slug="creer-une-session").update(slug="comment-creer-une-session-de-certification")
    page = national.post("/administration/questions/nouvelle", {**NEW, "words": "mot gardé", **change})
    assert page.status_code == 422
    assert said in text_of(page)
    assert escape("mot gardé") in page.content.decode()
    assert not Question.objects.filter(words="mot gardé").exists()


def test_two_who_write_at_once_do_not_overwrite_each_other(national: Client) -> None:
    question = Question.objects.get(slug="annuaire")
    address = f"/administration/questions/{question.pk}"
    assert national.post(address, {**NEW, "version": 1}).status_code == 302
    assert national.post(address, {**NEW, "version": 1, "words": "second"}).status_code == 409
    question.refresh_from_db()
    assert question.words == "binôme"


def test_the_list_shows_opinions_and_what_is_hidden(national: Client) -> None:
    question = Question.objects.get(slug="annuaire")
    Opinions.count(question, helped=False)
    Question.objects.filter(pk=question.pk).update(is_published=False)
    text = text_of(national.get("/administration/questions", {"tri": "-inutile"}))
    assert "Masquée" in text
    assert "Questions fréquentes" in text


def test_nothing_is_missing_after_migrate() -> None:
    call_command("migrate", verbosity=0)
    assert Question.objects.count() >= 40
