"""The queue and the review page, by HTTP: what each role finds there and may post, what an applicant never sees."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from structlog.testing import capture_logs

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.dossiers.thread import messages_of, write
from forprev.accreditation.models import Dossier, DossierLine, LineKind, Opinion, PieceState
from forprev.accreditation.review.services import examine, take
from forprev.core.dates import french, today
from forprev.organisations.models import Organisation, Regime
from tests.accreditation.review.common import (
    State,
    a_piece,
    applicant_with_a_request,
    conforming,
    data_request,
    marked,
    officer,
)
from tests.factories.accreditation import accredit
from tests.factories.catalogue import level
from tests.factories.dossiers import SIRET, entity_dossier, first_request
from tests.factories.organisations import OrganisationFactory, acting_national, acting_officer, fund
from tests.factories.updating import certificate, send
from tests.http.test_repeated_posts import twice
from tests.http.world import browser_of, untouched
from tests.screens import menu_of, queries_of, text_of

pytestmark = pytest.mark.django_db

QUEUE, ALL = "/instruction", "/instruction/toutes"


def browser(acting: Acting) -> Client:
    return browser_of(acting.person)


def inrs() -> Acting:
    return acting_national(Role.NATIONAL_ADMINISTRATOR)


def committee() -> Acting:
    return acting_national(Role.COMMITTEE)


def shown(page: HttpResponse, *among: Dossier) -> list[str]:
    text = text_of(page)
    return [str(dossier.number) for dossier in among if str(dossier.number) in text]


def form_of(dossier: Dossier, **fields: object) -> dict[str, object]:
    return {"version": Dossier.objects.get(pk=dossier.pk).version, **fields}


def marks_form(dossier: Dossier, state: str = PieceState.CONFORMING, remark: str = "") -> dict[str, object]:
    fields = {}
    for pk in marked(dossier):
        fields |= {f"state-{pk}": state, f"remark-{pk}": remark}
    return form_of(dossier, **fields)


class TestQueue:
    def test_b03_of_each_role(self) -> None:
        at_the_fund = [first_request(state=state) for state in (State.SUBMITTED, State.UNDER_REVIEW)]
        with_applicant = first_request(state=State.TO_COMPLETE)
        outside = first_request(state=State.SUBMITTED, regime=Regime.OTHER)
        judged = [first_request(state=state) for state in (State.OPINION_GIVEN, State.AWAITING_DECISION)]
        put_off = first_request(state=State.ADJOURNED)
        closed = [first_request(state=state) for state in (State.ACCEPTED, State.REFUSED, State.CANCELLED)]
        _, _, data = data_request()
        everything = [*at_the_fund, with_applicant, outside, *judged, put_off, *closed, data]
        for acting, expected in (
            (acting_officer(), [*at_the_fund, data]),
            (acting_officer(fund("bretagne")), []),
            (inrs(), [outside, *judged, put_off]),
            (committee(), judged),
        ):
            page = browser(acting).get(f"{QUEUE}?taille=100")
            assert shown(page, *everything) == [dossier.number for dossier in expected], acting.label
            labels = menu_of(page)
            assert f"À traiter {len(expected) or ''}".strip() in labels
            assert "Toutes" in labels

    def test_all_that_the_role_sees(self) -> None:
        dossiers = [first_request(state=State.TO_COMPLETE), first_request(state=State.ACCEPTED), data_request()[2]]
        draft = first_request(name="Brouillon SARL")
        for acting, expected in ((acting_officer(), dossiers), (committee(), dossiers[:2])):
            page = browser(acting).get(ALL)
            assert shown(page, *dossiers) == [dossier.number for dossier in expected]
            assert draft.organisation_name not in text_of(page)

    def test_what_a_line_says_the_most_urgent_first(self) -> None:
        acting = acting_officer()
        later, late = first_request(state=State.SUBMITTED, name="Tranquille"), first_request(state=State.UNDER_REVIEW)
        Dossier.objects.filter(pk=late.pk).update(
            due_on=today() - timedelta(days=1), submitted_on=today() - timedelta(days=61), assigned_to=acting.person
        )
        text = text_of(browser(acting).get(QUEUE))
        assert text.index(str(late.number)) < text.index(str(later.number))
        day, sent = french(today() - timedelta(days=1)), french(today() - timedelta(days=61))
        assert f"SST / 1 En instruction {sent} 61 {day} En retard {acting.display_name}" in text
        assert text.count("En retard") == 1

    def test_a_renewal_and_a_change_of_data_are_told(self) -> None:
        place = OrganisationFactory()
        entity_dossier(place, State.SUBMITTED, levels=(("SST", 2),), renewed=(accredit(place, "PRAPIBC", 1),))
        data_request()
        text = text_of(browser(acting_officer()).get(QUEUE))
        assert "(renouvellement), SST / 2" in text
        assert "Actualisation" in text

    @pytest.mark.parametrize(("value", "found"), [("me", [0]), ("nobody", [1]), ("another", [2])])
    def test_by_whom_it_is_assigned_to(self, value: str, found: list[int]) -> None:
        acting, colleague = acting_officer(), acting_officer()
        dossiers = [first_request(state=State.UNDER_REVIEW) for _ in range(3)]
        for dossier, person in ((dossiers[0], acting.person), (dossiers[2], colleague.person)):
            Dossier.objects.filter(pk=dossier.pk).update(assigned_to=person)
        page = browser(acting).get(QUEUE, {"champ": "confiee", "operateur": "est", "valeur": value})
        assert shown(page, *dossiers) == [dossiers[rank].number for rank in found]

    def test_by_name_and_by_term(self) -> None:
        found, other = first_request(state=State.SUBMITTED, name="L’Écluse"), first_request(state=State.SUBMITTED)
        Dossier.objects.filter(pk=found.pk).update(due_on=today())
        client = browser(acting_officer())
        for criterion in (
            {"champ": "nom", "operateur": "contient", "valeur": "ecluse"},
            {"champ": "echeance", "operateur": "jusque", "valeur": french(today())},
        ):
            assert shown(client.get(QUEUE, criterion), found, other) == [found.number]

    def test_an_export_says_the_same(self) -> None:
        dossier = first_request(state=State.SUBMITTED)
        content = b"".join(browser(acting_officer()).get(f"{QUEUE}?export=csv"))  # type: ignore[arg-type]
        assert f"{dossier.number};Atelier Roussel Formation;SST / 1;Transmise" in content.decode()

    @pytest.mark.parametrize("path", [f"{QUEUE}?taille=100", f"{ALL}?taille=100", "/tableau-de-bord"])
    def test_as_many_queries_whatever_the_number(self, path: str) -> None:
        client = browser(acting_officer())
        many(10)
        few = queries_of(client, path)
        many(200)
        assert queries_of(client, path) == few <= 15

    @pytest.mark.parametrize("index", ["dossier_of_fund", "dossier_by_state"])
    def test_there_is_an_index_for_it(self, index: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_indexes WHERE indexname = %s", [index])
            assert cursor.fetchone()

    def test_the_dashboard_shows_the_most_urgent(self) -> None:
        dossiers = [first_request(state=State.SUBMITTED) for _ in range(7)]
        Dossier.objects.filter(pk=dossiers[-1].pk).update(due_on=today() - timedelta(days=3))
        text = text_of(browser(acting_officer()).get("/tableau-de-bord"))
        assert "7 demandes attendent votre réponse." in text
        assert text.index(str(dossiers[-1])) < text.index(str(dossiers[0]))
        assert str(dossiers[-2]) not in text
        assert "En retard" in text


def many(count: int) -> None:
    """So many dossiers of one line, in one insert each."""
    model = first_request(state=State.SUBMITTED)
    made = Dossier.objects.bulk_create(
        Dossier(
            track=model.track,
            number=f"X{uuid.uuid4().hex[:12]}",
            applicant=model.applicant,
            organisation_name=model.organisation_name,
            search_name=model.search_name,
            fund=model.fund,
            state=state,
            creation_key=uuid.uuid4(),
            modified_at=timezone.now(),
            submitted_on=today(),
            due_on=today(),
        )
        for state in (State.SUBMITTED, State.UNDER_REVIEW)
        for _ in range(count)
    )
    wanted = level("SST", 1)
    DossierLine.objects.bulk_create(DossierLine(dossier=each, kind=LineKind.NEW, level=wanted) for each in made)


class TestReviewPage:
    def test_a_first_request(self) -> None:
        dossier = applicant_with_a_request()
        text = text_of(browser(acting_officer()).get(f"/instruction/{dossier.pk}"))
        for words in (
            "Atelier Roussel Formation",
            "En instruction",
            "Nouvelle habilitation : SST / 1",
            SIRET,
            "ROUSSEL Karim, Gérant",
            "Déclaration d’activité 84260012326",
            a_piece(dossier).rule.label,
            "Rendre un avis",
            "Demander un complément",
        ):
            assert words in text, words

    def test_the_next_one_that_waits_is_one_link_away(self) -> None:
        acting = acting_officer()
        last, first, taken = (first_request(state=state) for state in (State.SUBMITTED, State.SUBMITTED, State.REFUSED))
        for dossier, days in ((first, 1), (taken, 2), (last, 3)):
            Dossier.objects.filter(pk=dossier.pk).update(due_on=today() + timedelta(days=days))
        client = browser(acting)
        page = client.get(f"/instruction/{first.pk}").content.decode()
        assert f'href="/instruction/{last.pk}"><span>Demande suivante' in page
        assert "Demande suivante" not in text_of(client.get(f"/instruction/{last.pk}"))

    def test_a_siret_that_is_an_entity_s_already_is_told(self) -> None:
        OrganisationFactory(siret=SIRET, name="DÉJÀ LÀ")
        dossier = first_request(state=State.SUBMITTED)
        text = text_of(browser(acting_officer()).get(f"/instruction/{dossier.pk}"))
        assert "est déjà celui d’une entité : DÉJÀ LÀ" in text

    def test_a_renewal_says_which_accreditation_and_until_when(self) -> None:
        place = OrganisationFactory()
        accreditation = accredit(place)
        dossier = entity_dossier(place, State.UNDER_REVIEW, levels=(), renewed=(accreditation,))
        text = text_of(browser(acting_officer()).get(f"/instruction/{dossier.pk}"))
        assert f"Habilitation {accreditation.number}, jusqu’au {french(accreditation.ends_on)}" in text

    def test_what_an_entity_asks_to_change_side_by_side_and_its_document(self) -> None:
        manager, request, dossier = data_request(address="2 rue Neuve")
        send(manager, urssaf=certificate())
        client = browser(acting_officer())
        page = client.get(f"/instruction/{dossier.pk}")
        assert "Adresse 14 rue des Tanneurs 2 rue Neuve" in text_of(page)
        assert client.get(f"/demandes/actualisations/{request.pk}/attestation-urssaf").status_code == 200
        assert "Rendre un avis" not in text_of(page)

    def test_the_committee_reads_and_does_not_review(self) -> None:
        dossier = applicant_with_a_request()
        page = browser(committee()).get(f"/instruction/{dossier.pk}")
        assert a_piece(dossier).rule.label in text_of(page)
        for button in ("Enregistrer l’examen", "Rendre un avis", "Confier la demande", "Envoyer au demandeur"):
            assert button not in text_of(page)
        assert "Enregistrer la note" in text_of(page)

    def test_another_fund_and_other_tracks_find_nothing(self) -> None:
        dossier, (_, _, data) = first_request(state=State.SUBMITTED), data_request()
        outside = first_request(state=State.SUBMITTED, regime=Regime.OTHER)
        draft = first_request()
        for acting, hidden in (
            (acting_officer(fund("bretagne")), (dossier, data, outside, draft)),
            (acting_officer(), (outside, draft)),
            (inrs(), (data, draft)),
            (committee(), (data, draft)),
        ):
            client = browser(acting)
            assert [client.get(f"/instruction/{each.pk}").status_code for each in hidden] == [404] * len(hidden)

    def test_as_many_queries_whatever_is_said(self) -> None:
        dossier, acting = applicant_with_a_request(), officer()
        client = browser_of(acting.person)

        def say(times: int) -> None:
            for _ in range(times):
                write(dossier.pk, acting, "Un mot.")
                write(dossier.pk, acting, "Une note.", internal=True)

        say(2)
        few = queries_of(client, f"/instruction/{dossier.pk}")
        say(10)
        assert queries_of(client, f"/instruction/{dossier.pk}") == few


class TestPieces:
    @pytest.fixture
    def dossier(self) -> Dossier:
        return applicant_with_a_request()

    @pytest.fixture
    def stored(self, dossier: Dossier) -> Iterator[str]:
        piece = a_piece(dossier)
        piece.document = default_storage.save("pieces/test.pdf", ContentFile(b"%PDF-1.7"))
        piece.save()
        yield f"/instruction/{dossier.pk}/pieces/{piece.pk}"
        default_storage.delete(piece.document)

    def test_who_fetches_one_is_noted(self, stored: str) -> None:
        acting = officer()
        with capture_logs() as logs:
            response = browser_of(acting.person).get(stored)
        assert b"".join(response) == b"%PDF-1.7"  # type: ignore[arg-type]
        assert "attachment" in response["Content-Disposition"]
        assert [log["person"] for log in logs if log["event"] == "piece_fetched"] == [acting.person_id]
        assert browser_of(acting_officer(fund("bretagne")).person).get(stored).status_code == 404

    def test_one_of_another_dossier_is_not_there(self, stored: str, dossier: Dossier) -> None:
        other = first_request(state=State.SUBMITTED)
        piece = a_piece(dossier)
        assert browser(acting_officer()).get(f"/instruction/{other.pk}/pieces/{piece.pk}").status_code == 404

    def test_marking_them_and_the_same_form_twice(self, dossier: Dossier) -> None:
        client = browser(acting_officer())
        twice(client, f"/instruction/{dossier.pk}/pieces", marks_form(dossier, PieceState.TO_CORRECT, "Illisible."))
        assert (a_piece(dossier).state, a_piece(dossier).remark) == (PieceState.TO_CORRECT, "Illisible.")

    def test_one_to_correct_without_a_remark_is_told_and_nothing_typed_is_lost(self) -> None:
        dossier = applicant_with_a_request(levels=(("SST", 2),))
        first, second = dossier.pieces.order_by("pk")[:2]
        sent = marks_form(dossier) | {f"state-{first.pk}": "to_correct", f"remark-{second.pk}": "Lu à moitié"}
        client = browser(acting_officer())
        with untouched():
            page = client.post(f"/instruction/{dossier.pk}/pieces", sent)
        assert page.status_code == 422
        assert f'href="#id_remark-{first.pk}"' in page.content.decode()
        assert "Lu à moitié" in text_of(page)
        assert page.content.decode().count("checked") == dossier.pieces.count()

    def test_what_a_colleague_marked_meanwhile_is_shown_beside(self, dossier: Dossier) -> None:
        sent = marks_form(dossier)
        piece = a_piece(dossier)
        examine(dossier.pk, acting_officer(), dossier.version, marked(dossier, PieceState.TO_CORRECT, "Illisible."))
        client = browser(acting_officer())
        with untouched():
            page = client.post(f"/instruction/{dossier.pk}/pieces", sent)
        assert page.status_code == 409
        assert f"État, {piece.rule.label} Conforme À corriger" in text_of(page)

    def test_not_by_the_committee(self, dossier: Dossier) -> None:
        client = browser(committee())
        with untouched():
            assert client.post(f"/instruction/{dossier.pk}/pieces", marks_form(dossier)).status_code == 409


class TestActions:
    def test_taking_it_twice(self) -> None:
        dossier = first_request(state=State.SUBMITTED)
        client = browser(acting_officer())
        twice(client, f"/instruction/{dossier.pk}/prendre-en-charge", form_of(dossier))
        assert "Confiée à Personne" not in text_of(client.get(f"/instruction/{dossier.pk}"))

    def test_taking_what_a_colleague_took_says_so(self) -> None:
        dossier = first_request(state=State.SUBMITTED)
        sent = form_of(dossier)
        take(dossier.pk, acting_officer(), 1)
        client = browser(acting_officer())
        with untouched():
            page = client.post(f"/instruction/{dossier.pk}/prendre-en-charge", sent)
        assert page.status_code == 409
        assert "Cette action n’est plus possible" in text_of(page)

    def test_a_form_without_its_version_is_not_taken(self) -> None:
        dossier = first_request(state=State.SUBMITTED)
        client = browser(acting_officer())
        with untouched():
            assert client.post(f"/instruction/{dossier.pk}/prendre-en-charge", {}).status_code == 422

    def test_entrusting_it(self) -> None:
        dossier, colleague = first_request(state=State.SUBMITTED), acting_officer()
        client = browser(acting_officer())
        page = client.get(f"/instruction/{dossier.pk}")
        assert colleague.display_name in text_of(page)
        twice(client, f"/instruction/{dossier.pk}/confier", form_of(dossier, person=colleague.person.pk))
        assert Dossier.objects.get().assigned_to == colleague.person
        with untouched():
            stranger = form_of(dossier, person=dossier.applicant_id)
            assert client.post(f"/instruction/{dossier.pk}/confier", stranger).status_code == 422

    def test_asking_for_more_starts_from_the_remarks(self) -> None:
        dossier, acting = applicant_with_a_request(), officer()
        examine(dossier.pk, acting, 1, marked(dossier, PieceState.TO_CORRECT, "Manque la page 2."))
        client, path = browser_of(acting.person), f"/instruction/{dossier.pk}/complement"
        assert "Manque la page 2." in text_of(client.get(path))
        with untouched():
            assert client.post(path, form_of(dossier, text=" ")).status_code == 422
        twice(client, path, form_of(dossier, text="Manque la page 2, et la signature."))
        assert Dossier.objects.get().completion == "Manque la page 2, et la signature."

    def test_an_opinion_is_confirmed_before_it_is_given(self) -> None:
        dossier, acting = applicant_with_a_request(), officer()
        client, path = browser_of(acting.person), f"/instruction/{dossier.pk}/avis"
        with untouched():
            refused = client.post(path, form_of(dossier, opinion=Opinion.FAVOURABLE))
        assert refused.status_code == 422
        assert f"{a_piece(dossier).rule.label} (Reçue)" in text_of(refused)
        conforming(dossier, acting)
        sent = form_of(dossier, opinion=Opinion.FAVOURABLE, reason="")
        with untouched():
            asked = client.post(path, sent)
        assert "Confirmer l’avis" in text_of(asked)
        twice(client, path, {**sent, "confirmed": "1"})
        assert Dossier.objects.get().state == State.OPINION_GIVEN

    def test_what_was_typed_is_on_the_page_of_a_conflict(self) -> None:
        dossier, acting = applicant_with_a_request(), officer()
        sent = form_of(dossier, text="Un long texte.")
        conforming(dossier, acting)
        client = browser_of(acting.person)
        with untouched():
            page = client.post(f"/instruction/{dossier.pk}/complement", sent)
        assert page.status_code == 409
        assert "Un long texte." in text_of(page)

    def test_sending_it_back(self) -> None:
        dossier = first_request(state=State.OPINION_GIVEN)
        client = browser(committee())
        assert "Renvoyer en instruction" in text_of(client.get(f"/instruction/{dossier.pk}"))
        twice(client, f"/instruction/{dossier.pk}/renvoyer", form_of(dossier, reason="Avis trop court."))
        assert Dossier.objects.get().state == State.UNDER_REVIEW

    def test_accepting_a_change_of_data(self) -> None:
        _, _, dossier = data_request(address="2 rue Neuve")
        acting = acting_officer()
        take(dossier.pk, acting, 1)
        client, path = browser(acting), f"/instruction/{dossier.pk}/accepter"
        assert "Adresse 14 rue des Tanneurs 2 rue Neuve" in text_of(client.get(path))
        twice(client, path, form_of(dossier))
        assert Organisation.objects.get().address == "2 rue Neuve"

    def test_refusing_a_change_of_data_needs_a_reason(self) -> None:
        _, _, dossier = data_request()
        acting = acting_officer()
        take(dossier.pk, acting, 1)
        client, path = browser(acting), f"/instruction/{dossier.pk}/refuser"
        with untouched():
            assert client.post(path, form_of(dossier, reason="")).status_code == 422
        twice(client, path, form_of(dossier, reason="L’adresse n’existe pas."))
        assert Dossier.objects.get().decision_reason == "L’adresse n’existe pas."

    def test_what_the_entity_cannot_have_is_told_on_the_page(self) -> None:
        _, _, dossier = data_request(siret="90417260600018")
        acting = acting_officer()
        take(dossier.pk, acting, 1)
        OrganisationFactory(siret="90417260600018")
        client = browser(acting)
        with untouched():
            page = client.post(f"/instruction/{dossier.pk}/accepter", form_of(dossier))
        assert page.status_code == 422
        assert "Ce SIRET est déjà celui d’une autre entité." in text_of(page)


class TestTalking:
    def test_messages_and_notes_stand_apart_and_the_applicant_never_reads_a_note(self) -> None:
        dossier, acting = applicant_with_a_request(), officer()
        client = browser_of(acting.person)
        client.post(f"/instruction/{dossier.pk}/message", {"message-text": "Bonjour Madame."})
        client.post(f"/instruction/{dossier.pk}/note", {"note-text": "À voir avec Paul."})
        html = client.get(f"/instruction/{dossier.pk}").content.decode()
        thread, notes = html.index('aria-labelledby="thread"'), html.index('aria-labelledby="notes"')
        assert thread < html.index("Bonjour Madame.") < notes < html.index("À voir avec Paul.")
        applicant = Acting(person=dossier.applicant, role=Role.APPLICANT)
        assert [message.text for message in messages_of(dossier, applicant)] == ["Bonjour Madame."]

    @pytest.mark.parametrize("kind", ["message", "note"])
    def test_an_empty_one_is_told(self, kind: str) -> None:
        dossier = applicant_with_a_request()
        client = browser(acting_officer())
        with untouched():
            page = client.post(f"/instruction/{dossier.pk}/{kind}", {f"{kind}-text": " "})
        assert page.status_code == 422
        assert f'href="#id_{kind}-text"' in page.content.decode()

    def test_the_committee_notes_and_does_not_write_to_the_applicant(self) -> None:
        dossier = applicant_with_a_request()
        client = browser(committee())
        with untouched():
            assert client.post(f"/instruction/{dossier.pk}/message", {"message-text": "Bonjour."}).status_code == 409
        assert client.post(f"/instruction/{dossier.pk}/note", {"note-text": "Vu."}).status_code == 302
