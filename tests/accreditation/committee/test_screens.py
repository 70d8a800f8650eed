"""The screens of the national committee."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from forprev.accounts.models import Role
from forprev.accreditation.committee import services
from forprev.accreditation.dossiers.common import acting_on
from forprev.accreditation.models import Accreditation, Dossier, DossierState
from forprev.accreditation.workflow import Action
from forprev.core.dates import today
from forprev.notices.models import OutgoingMail
from tests.accreditation.committee.test_meetings import REASON, granted, on_the_agenda, refused
from tests.factories.accounts import AccountFactory
from tests.factories.accreditation import accredit
from tests.factories.dossiers import entity_dossier, first_request, meeting
from tests.factories.organisations import OrganisationFactory, acting_manager, acting_national
from tests.screens import make_network_role, menu_of, queries_of, signed_in, text_of

pytestmark = pytest.mark.django_db

State = DossierState


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with time_machine.travel("2026-03-10T10:00:00Z", tick=False):
        yield


@pytest.fixture
def member() -> Client:
    return signed_in(make_network_role(Role.COMMITTEE))


@pytest.fixture
def secretary() -> Client:
    return signed_in(make_network_role(Role.NATIONAL_ADMINISTRATOR))


def typed(*dossiers: Dossier, **values: Any) -> dict[str, Any]:
    """A page of the sitting as it is shown, with what is typed for its first dossier (`verdict`, `reason`…)."""
    page: dict[str, Any] = {"dossier": [dossier.pk for dossier in dossiers]}
    for dossier in dossiers:
        page |= {f"d{dossier.pk}-version": dossier.version, f"d{dossier.pk}-verdict": "", f"d{dossier.pk}-reason": ""}
        page |= {f"d{dossier.pk}-line_{line.pk}": "granted" for line in dossier.lines.all()}
    return page | {f"d{dossiers[0].pk}-{name}": value for name, value in values.items()}


class TestMeetings:
    def test_planned_from_the_menu_on(self, secretary: Client) -> None:
        assert "Commissions" in menu_of(secretary.get("/tableau-de-bord"))
        assert "Aucune commission" in text_of(secretary.get("/commissions"))
        page = secretary.post("/commissions/nouvelle", {"held_on": "12.3.26"}, follow=True)
        assert "Commission du 12/03/2026 Prévue" in text_of(page)
        assert "La séance peut être ouverte à partir du 12/03/2026" in text_of(page)

    @pytest.mark.parametrize(
        ("typed_date", "said"),
        [
            ("", "doit être renseignée"),
            ("31/02/2026", "n’existe pas"),
            ("09/03/2026", "est passée"),
            ("11/03/2026", "déjà prévue"),
        ],
    )
    def test_a_wrong_date_is_told_beside_it_and_stays(self, typed_date: str, said: str, secretary: Client) -> None:
        meeting(1)
        page = secretary.post("/commissions/nouvelle", {"held_on": typed_date})
        assert page.status_code == 422
        assert said in text_of(page)
        assert f'value="{typed_date}"' in page.content.decode() or not typed_date

    def test_the_dashboard_tells_of_the_next(self, secretary: Client) -> None:
        assert "Prochaine commission" not in text_of(secretary.get("/tableau-de-bord"))
        on_the_agenda(2, in_days=4)
        page = text_of(secretary.get("/tableau-de-bord"))
        assert "Prochaine commission nationale Le 14/03/2026 : 2 demandes sont à décider." in page

    def test_the_list_asks_as_much_whatever_its_length(self, secretary: Client) -> None:
        on_the_agenda(1)
        few = queries_of(secretary, "/commissions")
        for days in range(1, 8):
            on_the_agenda(2, in_days=days)
        assert queries_of(secretary, "/commissions") == few


class TestAgenda:
    def test_ticked_dossiers_join_it(self, secretary: Client) -> None:
        ready = [entity_dossier(OrganisationFactory(name=name), State.OPINION_GIVEN) for name in ("ALPHA", "BETA")]
        entity_dossier(OrganisationFactory(name="GAMMA"), State.UNDER_REVIEW)
        path = f"/commissions/{meeting(0).pk}/inscrire"
        page = text_of(secretary.get(path))
        assert "ALPHA" in page
        assert "GAMMA" not in page
        assert "BETA" not in text_of(secretary.get(f"{path}?champ=entite&operateur=contient&valeur=alph"))
        chosen = {"dossier": [dossier.pk for dossier in ready]}
        assert "2 demandes sont inscrites" in text_of(secretary.post(path, chosen, follow=True))
        assert "0 demande est inscrite" in text_of(secretary.post(path, chosen, follow=True))
        assert "Cochez au moins une demande." in text_of(
            secretary.post(path, {"dossier": ["x", "9" * 30]}, follow=True)
        )

    def test_up_and_off(self, secretary: Client) -> None:
        first, second = on_the_agenda(2)
        path = f"/commissions/{meeting(0).pk}"
        moved = secretary.post(f"{path}/deplacer/{second.pk}", {"sens": "monter"})
        assert moved["Location"] == f"{path}#demande-{second.pk}"
        page = text_of(secretary.get(path))
        assert page.index(second.number or "?") < page.index(first.number or "?")
        secretary.post(f"{path}/deplacer/{second.pk}", {"sens": "de travers"})
        taken_off = text_of(secretary.post(f"{path}/retirer/{second.pk}", follow=True))
        assert "retirée de l’ordre du jour" in taken_off
        assert str(second.number) not in taken_off

    def test_as_many_questions_whatever_its_length(self, member: Client) -> None:
        on_the_agenda(1)
        on_the_agenda(6, in_days=1)
        few, many = (f"/commissions/{meeting(days).pk}" for days in (0, 1))
        assert queries_of(member, few) == queries_of(member, many)


class TestSitting:
    @pytest.fixture
    def url(self) -> str:
        return f"/commissions/{meeting(0).pk}/seance"

    def test_it_shows_the_opinion_and_the_way_to_the_dossier(self, member: Client, url: str) -> None:
        (dossier,) = on_the_agenda(1)
        Dossier.objects.update(opinion_reason="Moyens suffisants.")
        page = member.get(url)
        assert "Objet Nouvelle habilitation : SST / 1 Avis Favorable Moyens suffisants." in text_of(page)
        assert f'href="/instruction/{dossier.pk}"' in page.content.decode()

    def test_the_secretariat_reads_the_agenda_but_does_not_sit(self, secretary: Client, url: str) -> None:
        on_the_agenda(1)
        assert secretary.get(url).status_code == 403
        assert "Ouvrir la séance" not in text_of(secretary.get(url.removesuffix("/seance")))

    def test_nothing_typed_is_lost_by_an_error(self, member: Client, url: str) -> None:
        one, two = on_the_agenda(2)
        line = two.lines.get().pk
        sent = typed(one, two, verdict="refuse", reason="")
        sent |= {f"d{two.pk}-verdict": "adjourn", f"d{two.pk}-reason": REASON, f"d{two.pk}-line_{line}": "refused"}
        page = member.post(url, sent)
        assert page.status_code == 422
        assert "doivent être renseignés" in text_of(page)
        assert REASON in text_of(page)
        for name, value in ((f"d{two.pk}-verdict", "adjourn"), (f"d{two.pk}-line_{line}", "refused")):
            assert checked(page.content.decode(), name) == value
        assert set(Dossier.objects.values_list("state", flat=True)) == {State.AWAITING_DECISION}

    def test_a_reason_without_a_decision_is_not_dropped(self, member: Client, url: str) -> None:
        (dossier,) = on_the_agenda(1)
        page = member.post(url, typed(dossier, reason=REASON))
        assert "Choisissez une décision, ou effacez le motif." in text_of(page)

    def test_many_decisions_on_one_page(self, member: Client, url: str) -> None:
        """Two first requests, two renewals in time and two late, two new levels, one refused, one adjourned."""
        accredited = [OrganisationFactory() for _ in range(4)]
        olds = [
            accredit(entity, ends_on=today() + timedelta(days=days))
            for entity, days in zip(accredited, (9, 9, -9, -9), strict=True)
        ]
        renewals = [
            entity_dossier(old.organisation, State.AWAITING_DECISION, renewed=(old,), levels=()) for old in olds
        ]
        firsts = [
            first_request(AccountFactory().person, State.AWAITING_DECISION, siret=siret)
            for siret in ("73282932000074", "40483304800022")
        ]
        others = on_the_agenda(4)
        everything = [*renewals, *firsts, *others]
        Dossier.objects.update(meeting=meeting(0))
        sent = typed(*everything) | {f"d{dossier.pk}-verdict": "accept" for dossier in everything}
        for dossier, verdict in zip(others[2:], ("refuse", "adjourn"), strict=True):
            sent |= {f"d{dossier.pk}-verdict": verdict, f"d{dossier.pk}-reason": REASON}
        page = member.post(url, sent, follow=True)
        assert "10 décisions sont enregistrées." in text_of(page)
        assert Accreditation.objects.count() == 4 + 2 + 2 + 2

    def test_the_same_page_sent_twice(self, member: Client, url: str) -> None:
        one, two = on_the_agenda(2)
        sent = typed(one, two, verdict="accept")
        assert "1 décision est enregistrée." in text_of(member.post(url, sent, follow=True))
        assert "0 décision est enregistrée." in text_of(member.post(url, sent, follow=True))
        assert Accreditation.objects.count() == 1

    def test_another_member_was_faster(self, member: Client, url: str) -> None:
        one, two = on_the_agenda(2)
        services.sit(meeting(0).pk, acting_national(Role.COMMITTEE), [refused(one)])
        sent = typed(one, two, verdict="accept", reason="Bravo.")
        page = member.post(url, sent)
        assert page.status_code == 422
        assert "décidée entre-temps par un autre membre (état : Refusée)" in text_of(page)
        assert "Bravo." in text_of(page)
        assert not Accreditation.objects.exists()

    def test_withdrawn_by_its_applicant_meanwhile_the_others_can_be_saved(self, member: Client, url: str) -> None:
        one, two = on_the_agenda(2)
        with acting_on(one.pk, acting_manager(one.organisation), Action.WITHDRAW):
            pass
        sent = typed(one, two, verdict="accept") | {f"d{two.pk}-verdict": "accept"}
        assert "retirée par son demandeur" in text_of(member.post(url, sent))
        sent[f"d{one.pk}-verdict"] = ""
        assert "1 décision est enregistrée." in text_of(member.post(url, sent, follow=True))

    def test_one_that_changed_is_shown_again_for_its_version_of_now(self, member: Client, url: str) -> None:
        (dossier,) = on_the_agenda(1)
        Dossier.objects.update(version=5)
        page = member.post(url, typed(dossier, verdict="refuse", reason=REASON))
        assert "a changé depuis son affichage" in text_of(page)
        assert f'name="d{dossier.pk}-version" value="5"' in page.content.decode()

    @pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
    def test_a_page_without_a_sound_version_decides_nothing(self, version: str, member: Client, url: str) -> None:
        (dossier,) = on_the_agenda(1)
        assert member.post(url, typed(dossier, verdict="refuse", reason=REASON, version=version)).status_code == 422
        assert not OutgoingMail.objects.exists()

    @pytest.mark.parametrize(
        "wrong", [{"verdict": "take"}, {"verdict": "accept'--"}, {"verdict": "refuse", "reason": "x\x00"}]
    )
    def test_what_the_page_does_not_offer(self, wrong: dict[str, str], member: Client, url: str) -> None:
        (dossier,) = on_the_agenda(1)
        assert member.post(url, typed(dossier, **wrong)).status_code == 422
        dossier.refresh_from_db()
        assert dossier.state == State.AWAITING_DECISION

    def test_nothing_to_decide_yet(self, member: Client) -> None:
        (dossier,) = on_the_agenda(1, in_days=2)
        url = f"/commissions/{meeting(2).pk}/seance"
        assert "Rien ne se décide avant le jour" in text_of(member.get(url))
        assert member.post(url, typed(dossier, verdict="refuse", reason=REASON)).status_code == 400

    def test_an_empty_page_changes_nothing(self, member: Client, url: str) -> None:
        on_the_agenda(1)
        assert member.post(url, {"dossier": ["x", "9" * 30]}).status_code == 200

    def test_as_many_questions_whatever_the_number_of_dossiers(self, member: Client, url: str) -> None:
        on_the_agenda(1)
        few = queries_of(member, url)
        on_the_agenda(7)
        assert queries_of(member, url) == few


def checked(html: str, name: str) -> str:
    """The value of the button that is chosen in a group."""
    (value,) = [
        tag.split('value="')[1].split('"')[0]
        for tag in html.split("<input ")
        if f'name="{name}"' in tag.split(">")[0] and " checked" in tag.split(">")[0]
    ]
    return value


class TestClosing:
    def test_with_who_was_there_then_the_minutes(self, secretary: Client, member: Client) -> None:
        (dossier,) = on_the_agenda(1)
        path = f"/commissions/{meeting(0).pk}"
        assert "1 demande reste à décider" in text_of(secretary.get(f"{path}/cloture"))
        early = secretary.post(f"{path}/cloture", {"attendance": "Mme Petit"})
        assert early.status_code == 422
        assert "Mme Petit" in text_of(early)
        assert secretary.get(f"{path}/proces-verbal").status_code == 404
        services.sit(meeting(0).pk, acting_national(Role.COMMITTEE), [granted(dossier)])
        assert "doivent être renseignés" in text_of(secretary.post(f"{path}/cloture", {"attendance": " "}))
        page = secretary.post(f"{path}/cloture", {"attendance": "Mme Petit"}, follow=True)
        assert "La commission est close" in text_of(page)
        assert meeting(0).state == "closed"
        answer = member.get(f"{path}/proces-verbal")
        assert answer["Content-Disposition"] == 'attachment; filename="proces-verbal-2026-03-10.pdf"'
        assert answer.content.startswith(b"%PDF-")
        assert secretary.get(f"{path}/cloture")["Location"] == path
