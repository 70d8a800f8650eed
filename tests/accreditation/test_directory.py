"""The public directory (B10): who is in it, what it says, how it is searched, the map."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from forprev.accounts.models import Role
from forprev.accreditation.directory.map import bounds_of, legend_of, map_of
from forprev.accreditation.models import AccreditationStatus
from forprev.core.dates import add_months, french, today
from forprev.organisations.departments import drawing, label_of, name_of, rank
from forprev.organisations.models import Department, Organisation, OrganisationKind
from tests.factories.accreditation import accredit
from tests.factories.organisations import MembershipFactory, OrganisationFactory, TrainingSiteFactory
from tests.screens import make_entity, make_member, queries_of, signed_in, text_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LIST, MAP = "/annuaire", "/annuaire/carte"


def published(name: str = "MAROSE FORMATION", *held: tuple[str, int], **fields: Any) -> Organisation:
    """A training body that accepted publication, with what it holds: SST level 1 unless told otherwise."""
    body = OrganisationFactory(name=name, published=True, **fields)
    for scheme, level in held or [("SST", 1)]:
        accredit(body, scheme, level)
    return body


def names_at(url: str) -> list[str]:
    """The names of the organisations of the page, in their order."""
    page = Client().get(url).content.decode()
    return [unescape(name) for name in re.findall(r'href="/annuaire/\d+"[^>]*>([^<]+)</a>', page)]


def links_at(url: str) -> dict[str, str]:
    """The address of each department of the map, by the name of its link."""
    page = Client().get(url).content.decode()
    return {
        unescape(name): unescape(href) for href, name in re.findall(r'<a href="([^"]+)" aria-label="([^"]+)">', page)
    }


def is_listed(body: Organisation) -> bool:
    """Whether it is everywhere, or nowhere: in the list, on the map, and under its own address."""
    shown = {
        body.name in names_at(LIST),
        any(name.startswith("Drôme") for name in links_at(MAP)),
        Client().get(f"/annuaire/{body.pk}").status_code == 200,
    }
    assert len(shown) == 1, shown
    return shown.pop()


# Who is in it


def test_b10_a_training_body_that_accepted_publication_is_listed() -> None:
    assert is_listed(published())


@pytest.mark.parametrize(
    "fields",
    [
        {"published": False},
        {"kind": OrganisationKind.COMPANY},
        {"kind": OrganisationKind.LOCAL_AUTHORITY},
    ],
)
def test_b10_nobody_else_is(fields: dict[str, Any]) -> None:
    body = published()
    Organisation.objects.filter(pk=body.pk).update(**fields)
    assert not is_listed(body)


@pytest.mark.parametrize(
    ("starts", "ends", "status", "serves"),
    [
        (-400, 0, AccreditationStatus.ACTIVE, True),
        (0, 400, AccreditationStatus.ACTIVE, True),
        (-400, -1, AccreditationStatus.ACTIVE, False),
        (1, 400, AccreditationStatus.ACTIVE, False),
        (-400, 400, AccreditationStatus.SUSPENDED, False),
        (-400, 400, AccreditationStatus.WITHDRAWN, False),
    ],
)
def test_b10_an_accreditation_must_serve_today(starts: int, ends: int, status: str, serves: bool) -> None:
    body = OrganisationFactory(published=True)
    accredit(body, starts_on=today() + starts * DAY, ends_on=today() + ends * DAY, status=status)
    assert is_listed(body) is serves


def test_one_without_any_accreditation_is_not() -> None:
    assert not is_listed(OrganisationFactory(published=True))


def test_what_does_not_serve_is_not_told_of_one_that_is_listed() -> None:
    body = published()
    over = accredit(body, "PRAPIBC", 1, ends_on=today() - DAY)
    stopped = accredit(body, "PRAP2S", 1, status=AccreditationStatus.SUSPENDED)
    assert text_of(Client().get(LIST)).count(" / 1 jusqu’au ") == 1
    text = text_of(Client().get(f"/annuaire/{body.pk}"))
    assert body.accreditations.get(level__scheme__code="SST").number in text
    assert over.number not in text
    assert stopped.number not in text
    assert names_at(f"{LIST}?dispositif=PRAP2S") == []


# What it says


def test_the_list_tells_town_department_and_ends_of_validity() -> None:
    body = published()
    accredit(body, "PRAPIBC", 1, ends_on=today())
    text = text_of(Client().get(LIST))
    assert "Affichage de 1 à 1 sur 1 organisme" in text
    assert "VALENCE 26 – Drôme" in text
    assert f"PRAP IBC / 1 jusqu’au {french(today())} SST / 1 jusqu’au {french(add_months(today(), 48))}" in text


def test_a_level_granted_twice_is_listed_once_with_the_later_end() -> None:
    """A renewal granted before the end of what it renews."""
    body = published()
    accredit(body, ends_on=today() + DAY)
    text = text_of(Client().get(LIST))
    assert text.count("SST / 1") == 1
    assert french(add_months(today(), 48)) in text
    assert text_of(Client().get(f"/annuaire/{body.pk}")).count("Sauvetage secourisme du travail") == 2


def test_the_page_of_an_organisation_tells_what_it_holds_and_where_it_is() -> None:
    body = published()
    held = body.accreditations.get()
    text = text_of(Client().get(f"/annuaire/{body.pk}"))
    assert f"SST Sauvetage secourisme du travail 1 (acteur) {held.number}" in text
    assert f"{french(held.starts_on)} {french(held.ends_on)}" in text
    assert "MAROSE FORMATION 14 rue des Tanneurs 26000 VALENCE" in text


def test_nothing_that_was_not_accepted_is_told() -> None:
    """Neither people nor papers: not the signatory, the managers, the SIRET, the activity number, the sites."""
    body = published(nda="84260123426", activities="Secourisme et gestes", siret="90417260000017")
    manager = MembershipFactory(organisation=body, role=Role.MANAGER)
    site = TrainingSiteFactory(organisation=body)
    secrets = {
        body.signatory_name,
        body.signatory_title,
        body.siret,
        body.nda,
        body.activities,
        manager.person.last_name,
        manager.person.number,
        site.name,
    }
    for url in (LIST, MAP, f"/annuaire/{body.pk}"):
        page = unescape(Client().get(url).content.decode())
        assert {secret for secret in secrets if secret in page} == set(), url


@pytest.mark.parametrize("pk", [0, 10_000_000, 10**30])
def test_an_unknown_organisation_is_not_found(pk: int) -> None:
    assert Client().get(f"/annuaire/{pk}").status_code == 404


def test_a_name_is_text_whatever_it_holds() -> None:
    body = published("<script>alert(1)</script> & FILS")
    for url in (LIST, f"/annuaire/{body.pk}"):
        assert "<script>alert" not in Client().get(url).content.decode()


# Criteria


def test_criteria_narrow_the_list_alone_and_together() -> None:
    published("ALPHA", ("SST", 1), ("PRAPIBC", 2))
    published("BETA", ("SST", 2), department_id="69")
    published("GAMMA", ("SST", 1), department_id="69")
    for query, found in (
        ("", ["ALPHA", "BETA", "GAMMA"]),
        ("dispositif=SST", ["ALPHA", "BETA", "GAMMA"]),
        ("dispositif=PRAPIBC", ["ALPHA"]),
        ("niveau=2", ["ALPHA", "BETA"]),
        ("departement=69", ["BETA", "GAMMA"]),
        ("nom=gam", ["GAMMA"]),
        ("dispositif=SST&niveau=1", ["ALPHA", "GAMMA"]),
        ("dispositif=SST&niveau=1&departement=69", ["GAMMA"]),
        ("dispositif=SST&niveau=2&departement=69&nom=beta", ["BETA"]),
        ("dispositif=SST&niveau=2&departement=26", []),
    ):
        assert names_at(f"{LIST}?{query}") == found, query


def test_scheme_and_level_are_those_of_one_accreditation() -> None:
    published("ALPHA", ("SST", 1), ("PRAPIBC", 2))
    assert names_at(f"{LIST}?dispositif=SST&niveau=2") == []


@pytest.mark.parametrize(
    "typed", ["été", "ETE", "prevention", "d'été", "  Prévention   été ", "été prévention", "Pr%C3%A9v", "c%C5%93ur"]
)
def test_a_name_is_found_whatever_its_case_accents_and_order(typed: str) -> None:
    published("AUTRE")
    published("Cœur d’Été – PRÉVENTION")
    assert names_at(f"{LIST}?nom={typed}") == ["Cœur d’Été – PRÉVENTION"]


@pytest.mark.parametrize("typed", ["%25", "_", "!!!", "%00", "\\"])
def test_signs_alone_are_no_name(typed: str) -> None:
    published()
    answer = Client().get(f"{LIST}?nom={typed}")
    assert answer.status_code == 200
    assert "MAROSE" in text_of(answer)


def test_a_criterion_that_cannot_be_read_is_told_beside_it_and_left_out() -> None:
    published("ALPHA")
    published("BETA", ("PRAPIBC", 1))
    url = f"{LIST}?dispositif=SST&niveau=douze&departement=999&nom=%3F%3F"
    answer = Client().get(url)
    text = text_of(answer)
    assert names_at(url) == ["ALPHA"]
    assert "Choisissez un niveau de la liste. Vous aviez saisi «\N{NO-BREAK SPACE}douze" in answer.content.decode()
    assert "Choisissez un département de la liste. Vous aviez saisi « 999 »." in text
    assert "Saisissez au moins une lettre ou un chiffre." in text
    assert 'value="??"' in answer.content.decode()
    assert "<title>Erreur : " in answer.content.decode()


def test_a_name_too_long_is_told() -> None:
    published()
    text = text_of(Client().get(LIST, {"nom": "x" * 101}))
    assert "100" in text
    assert "MAROSE" in text


@pytest.mark.parametrize("query", ["page=0", "page=999", "page=-1", "page=x", "taille=7", "tri=inconnu", "champ=x"])
def test_whatever_else_stands_in_the_address_does_no_harm(query: str) -> None:
    published()
    assert names_at(f"{LIST}?{query}") == ["MAROSE FORMATION"]


def test_pages_keep_the_criteria() -> None:
    for number in range(12):
        published(f"SUD {number:02}", department_id="69")
    published("NORD")
    url = f"{LIST}?departement=69"
    assert names_at(url) == [f"SUD {n:02}" for n in range(10)]
    assert names_at(f"{url}&page=2") == ["SUD 10", "SUD 11"]
    page = unescape(Client().get(url).content.decode())
    assert "Affichage de 1 à 10 sur 12 organismes" in page
    assert f'href="{url}&page=2"' in page


def test_the_list_sorts_by_town_and_department() -> None:
    published("ALPHA", city="VIENNE", department_id="38")
    published("BETA", city="ALBI", department_id="81")
    assert names_at(f"{LIST}?tri=ville") == ["BETA", "ALPHA"]
    assert names_at(f"{LIST}?tri=-departement") == ["BETA", "ALPHA"]


@pytest.mark.parametrize("url", [LIST, MAP])
def test_when_nothing_is_found_each_criterion_can_be_left_out(url: str) -> None:
    published("ALPHA")
    answer = Client().get(url, {"nom": "zzz", "dispositif": "SST"})
    text = text_of(answer)
    assert "Aucun organisme ne correspond à tous ces critères à la fois" in text
    assert "Retirer le critère « Nom de l’organisme : zzz » : 1 organisme" in text
    assert "Retirer le critère « Dispositif : SST » : 0 organisme" in text
    assert 'href="/annuaire?dispositif=SST"' in answer.content.decode()


@pytest.mark.parametrize("url", [LIST, MAP])
def test_an_empty_directory_says_so(url: str) -> None:
    assert "Aucun organisme dans l’annuaire" in text_of(Client().get(url))


def test_a_file_of_it_all_is_not_made_for_strangers() -> None:
    published()
    answer = Client().get(f"{LIST}?export=csv")
    assert answer["Content-Type"].startswith("text/html")
    assert "Exporter" not in text_of(answer)


# The map


def test_each_department_leads_to_its_list_with_the_other_criteria() -> None:
    published("ALPHA", department_id="69")
    published("BETA", department_id="69")
    published("GAMMA", ("PRAPIBC", 1), department_id="69")
    published("DELTA", department_id="2A")
    links = links_at(f"{MAP}?dispositif=SST")
    assert links == {
        "Corse-du-Sud\N{NO-BREAK SPACE}: 1 organisme": "/annuaire?dispositif=SST&departement=2A",
        "Rhône\N{NO-BREAK SPACE}: 2 organismes": "/annuaire?dispositif=SST&departement=69",
    }
    assert names_at(links["Rhône\N{NO-BREAK SPACE}: 2 organismes"]) == ["ALPHA", "BETA"]


def test_the_list_beside_the_map_says_the_same() -> None:
    published("ALPHA", department_id="69")
    published("BETA", department_id="974")
    text = text_of(Client().get(MAP))
    assert "2 organismes dans 2 départements" in text
    assert "69 Rhône 1 organisme" in text
    assert "974 La Réunion 1 organisme" in text


def test_departments_overseas_are_tiles() -> None:
    published(department_id="974")
    page = Client().get(MAP).content.decode()
    assert '<a class="map-tile" href="/annuaire?departement=974">' in page
    assert text_of(Client().get(MAP)).count("Guadeloupe") == 1


def test_paris_and_its_neighbours_are_drawn_larger() -> None:
    published(department_id="75")
    page = Client().get(MAP).content.decode()
    assert page.count('aria-label="Paris\N{NO-BREAK SPACE}: 1 organisme"') == 2


def test_a_department_in_the_address_of_the_map_changes_nothing() -> None:
    published()
    assert len(links_at(f"{MAP}?departement=69")) == 1


def test_the_source_of_the_drawing_is_named() -> None:
    published()
    page = Client().get(MAP).content.decode()
    assert "https://creativecommons.org/licenses/by/4.0/" in page
    assert "Victor Cazanave" in page


def test_every_department_of_the_funds_has_a_name_and_every_shape_a_department() -> None:
    codes = {department.code for department in Department.objects.all()}
    assert {code for code in codes if name_of(code) == code} == set()
    assert len(drawing().shapes) == 96
    assert set(drawing().shapes) < codes
    assert label_of("75") == "75 – Paris"
    assert label_of("21") == "21 – Côte-d’Or"
    assert sorted(["2B", "974", "21", "19", "2A", "01"], key=rank) == ["01", "19", "2A", "2B", "21", "974"]


@pytest.mark.parametrize(
    ("counts", "legend"),
    [
        ([], ["Aucun"]),
        ([3, 3], ["Aucun", "1 à 3"]),
        ([1, 2], ["Aucun", "1", "2"]),
        ([1, 1, 1, 2, 3, 4, 5], ["Aucun", "1", "2", "3", "4", "5"]),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 160], ["Aucun", "1 à 2", "3 à 4", "5 à 6", "7 à 8", "9 à 160"]),
    ],
)
def test_five_shades_at_the_most_cover_every_count(counts: list[int], legend: list[str]) -> None:
    assert [key.label for key in legend_of(bounds_of(counts))] == legend


def test_the_more_organisations_the_darker_the_shade() -> None:
    shades = {
        area.code: area.shade for area in map_of({"69": 3, "75": 9, "974": 1}, ["01", "69", "75", "974"], str).areas
    }
    assert shades == {"01": 0, "974": 1, "69": 2, "75": 3}


# Around the page


def test_questions_asked_do_not_grow_with_the_directory() -> None:
    for number in range(3):
        published(f"ALPHA {number}")
    urls = [f"{LIST}?taille=100", MAP, f"/annuaire/{Organisation.objects.first().pk}", f"{LIST}?nom=zzz&niveau=1"]
    few = [queries_of(Client(), url) for url in urls]
    for number in range(60):
        published(f"BETA {number}", ("SST", 1), ("PRAPIBC", 1), department_id=("69", "75", "974")[number % 3])
    assert [queries_of(Client(), url) for url in urls] == few
    assert max(few) <= 6


def test_visitors_share_a_page_for_some_minutes_and_nobody_else_does() -> None:
    body = published()
    member = make_member(make_entity())
    for url in (LIST, MAP, f"/annuaire/{body.pk}"):
        answer = Client().get(url)
        assert answer["Cache-Control"] == "public, max-age=300"
        assert "Cookie" in answer["Vary"]
        assert not answer.cookies
        assert "no-store" in signed_in(member).get(url)["Cache-Control"]
        with_a_session = Client()
        with_a_session.cookies["sessionid"] = "x" * 32
        assert "Cache-Control" not in with_a_session.get(url)


def test_engines_find_the_directory_and_not_each_of_its_searches() -> None:
    body = published()
    for url in (LIST, MAP, f"/annuaire/{body.pk}"):
        page = Client().get(url).content.decode()
        assert 'name="robots"' not in page
        assert f'<link rel="canonical" href="http://localhost:8000{url}">' in page
    assert '<meta name="robots" content="noindex, follow">' in Client().get(f"{LIST}?niveau=1").content.decode()


def test_somebody_in_a_role_keeps_its_menu() -> None:
    body = published()
    browser = signed_in(make_member(make_entity()))
    for url in (LIST, MAP, f"/annuaire/{body.pk}"):
        assert "MON ENTITÉ" in browser.get(url).content.decode()


def test_the_directory_only_reads() -> None:
    body = published()
    for url in (LIST, MAP, f"/annuaire/{body.pk}"):
        assert Client().post(url).status_code == 405
