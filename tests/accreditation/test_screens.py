"""`Habilitations actives` and the sheet of one accreditation."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from forprev.accounts.models import Role
from forprev.accreditation.models import AccreditationStatus
from forprev.core import history
from forprev.core.dates import now, today
from forprev.organisations.roles import entity_roles
from tests.factories import catalogue
from tests.factories.organisations import TrainingSiteFactory
from tests.factories.people import PersonFactory
from tests.screens import (
    make_accreditation,
    make_entity,
    make_member,
    make_network_role,
    menu_of,
    queries_of,
    signed_in,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def entity(db):
    return make_entity()


@pytest.fixture
def manager(entity):
    return make_member(entity)


def numbers(page, *among) -> list[str]:
    text = text_of(page)
    return [accreditation.number for accreditation in among if accreditation.number in text]


def test_list_shows_what_serves_today(entity, manager):
    serving = make_accreditation(entity, "SST", 2, number="H30171/2020/SST-2/C/00")
    suspended = make_accreditation(entity, status=AccreditationStatus.SUSPENDED)
    withdrawn = make_accreditation(entity, status=AccreditationStatus.WITHDRAWN)
    over = make_accreditation(entity, ends_on=today() - timedelta(days=1))
    to_come = make_accreditation(entity, starts_on=today() + timedelta(days=1))
    elsewhere = make_accreditation(make_entity("Autre"))
    page = signed_in(manager).get("/habilitations")
    assert numbers(page, serving, suspended, withdrawn, over, to_come, elsewhere) == [serving.number]
    assert "Actives" in menu_of(page)


@pytest.mark.parametrize("bound", ["starts_on", "ends_on"])
def test_b42_first_and_last_day_count(entity, manager, bound):
    accreditation = make_accreditation(entity, **{bound: today()})
    assert numbers(signed_in(manager).get("/habilitations"), accreditation) == [accreditation.number]


def test_a13_delegate_sees_what_is_attached_and_no_other_delegate(entity):
    delegate = make_member(entity, Role.DELEGATE)
    colleague = make_member(entity, Role.DELEGATE, PersonFactory(last_name="COLLEGUE"))
    mine = make_accreditation(entity, delegates=(delegate, colleague))
    other = make_accreditation(entity, delegates=(colleague,))
    client = signed_in(delegate)
    page = client.get("/habilitations")
    assert numbers(page, mine, other) == [mine.number]
    assert "COLLEGUE" not in text_of(page)
    assert "COLLEGUE" not in text_of(client.get(f"/habilitations/{mine.pk}"))
    assert client.get(f"/habilitations/{other.pk}").status_code == 404


def test_manager_sees_the_delegates_whose_role_has_not_ended(entity, manager):
    here = make_member(entity, Role.DELEGATE, PersonFactory(last_name="PRESENTE"), description="Établissement de ROUEN")
    gone = make_member(entity, Role.DELEGATE, PersonFactory(last_name="PARTIE"), ended_at=now())
    accreditation = make_accreditation(entity, delegates=(here, gone))
    client = signed_in(manager)
    for path in ("/habilitations", f"/habilitations/{accreditation.pk}"):
        text = text_of(client.get(path))
        assert "PRESENTE Camille" in text
        assert "PARTIE" not in text
    assert "PRESENTE Camille (Établissement de ROUEN)" in text_of(client.get(f"/habilitations/{accreditation.pk}"))


def test_fund_sees_its_region_and_national_roles_see_all():
    vanves = make_accreditation(make_entity())
    lyon = make_accreditation(make_entity("MAROSE FORMATION", department="69"))
    fund = signed_in(make_network_role(Role.FUND_OFFICER, "ile-de-france"))
    assert numbers(fund.get("/habilitations"), vanves, lyon) == [vanves.number]
    assert fund.get(f"/habilitations/{lyon.pk}").status_code == 404
    for role in (Role.COMMITTEE, Role.NATIONAL_ADMINISTRATOR):
        page = signed_in(make_network_role(role)).get("/habilitations")
        assert numbers(page, vanves, lyon) == [vanves.number, lyon.number]
        assert "MAROSE FORMATION" in text_of(page)


def test_someone_elses_accreditation_is_not_found(manager):
    other = make_accreditation(make_entity("Autre"))
    client = signed_in(manager)
    assert client.get(f"/habilitations/{other.pk}").status_code == 404
    assert client.get("/habilitations/999999999").status_code == 404


@pytest.mark.parametrize("path", ["/habilitations", "/habilitations/1"])
def test_hotline_is_refused_and_visitors_sign_in(client, path):
    assert signed_in(make_network_role(Role.SUPPORT_AGENT)).get(path).status_code == 403
    assert client.get(path).headers["Location"].startswith("/connexion")


@pytest.mark.parametrize(
    ("fields", "status", "warning"),
    [
        ({"status": AccreditationStatus.SUSPENDED}, "Suspendue", "Cette habilitation est suspendue"),
        ({"status": AccreditationStatus.WITHDRAWN}, "Retirée", "Cette habilitation est retirée"),
        ({"ends_on": date(2026, 3, 9)}, "Expirée", "a pris fin le 09/03/2026"),
        ({"starts_on": date(2026, 3, 11)}, "À venir", "qu’à partir du 11/03/2026"),
    ],
)
@time_machine.travel("2026-03-10T11:00:00Z", tick=False)
def test_a23_sheet_says_why_it_does_not_serve(entity, manager, fields, status, warning):
    accreditation = make_accreditation(entity, **fields)
    text = text_of(signed_in(manager).get(f"/habilitations/{accreditation.pk}"))
    assert f"{accreditation.number} {status}" in text
    assert warning in text


@pytest.mark.parametrize(
    ("ends_on", "status"), [(date(2027, 3, 10), "Active, fin proche"), (date(2027, 3, 11), "Active")]
)
@time_machine.travel("2026-03-10T11:00:00Z", tick=False)
def test_a25_end_within_twelve_months_is_told(entity, manager, ends_on, status):
    accreditation = make_accreditation(entity, ends_on=ends_on)
    text = text_of(signed_in(manager).get(f"/habilitations/{accreditation.pk}"))
    assert f"{accreditation.number} {status} " in text
    assert "ne permet" not in text


def test_sheet_has_the_sites_of_its_scheme_only(entity, manager):
    for scheme, name in (("Catec", "Bassin nord"), ("SST", "Salle A")):
        TrainingSiteFactory(
            organisation=entity, scheme=catalogue.scheme(scheme), name=name, postal_code="92170", city="VANVES"
        )
    text = text_of(signed_in(manager).get(f"/habilitations/{make_accreditation(entity, 'Catec').pk}"))
    assert "Bassin nord, 92170 VANVES" in text
    assert "Salle A" not in text


def test_history_tells_who_changed_what(entity, manager):
    accreditation = make_accreditation(entity)
    (actor,) = entity_roles(manager.person)
    with history.action(actor, "suspend", comment="Contrôle sur place"):
        accreditation.status = AccreditationStatus.SUSPENDED
        accreditation.save()
    accreditation.ends_on = date(2031, 5, 4)
    accreditation.save()
    text = text_of(signed_in(manager).get(f"/habilitations/{accreditation.pk}"))
    told = text.partition("Historique")[2]
    assert told.index("au 04/05/2031") < told.index("Suspendre") < told.index("Habilitation enregistrée")
    assert f"{manager.person} (Gestionnaire)" in told
    assert "Active devient Suspendue Contrôle sur place" in told


def test_search_and_export(entity, manager):
    make_accreditation(entity, number="H1/2022/SST-1/C/00")
    wanted = make_accreditation(
        entity, "Catec", number="H2/2022/Catec-1/C/00", starts_on=date(2022, 1, 2), ends_on=date(2100, 12, 31)
    )
    query = {"champ": "dispositif", "operateur": "egal", "valeur": "catec"}
    client = signed_in(manager)
    assert "Affichage de 1 à 1 sur 1 habilitation" in text_of(client.get("/habilitations", query))
    exported = client.get("/habilitations", {**query, "export": "csv"})
    lines = b"".join(exported.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "Dispositif;Niveau;Numéro;Date de début;Date de fin;Statut;Délégataires",
        f"Catec;1;{wanted.number};02/01/2022;31/12/2100;Active;–",
    ]


def test_entity_without_accreditation_reads_so(manager):
    assert "Aucune habilitation active" in text_of(signed_in(manager).get("/habilitations"))


def test_as_many_queries_for_200_accreditations_as_for_10(entity, manager):
    client = signed_in(manager)
    delegate = make_member(entity, Role.DELEGATE, PersonFactory())
    for _ in range(10):
        make_accreditation(entity, delegates=(delegate,))
    few = queries_of(client, "/habilitations?taille=100")
    for _ in range(190):
        make_accreditation(entity, delegates=(delegate,))
    assert queries_of(client, "/habilitations?taille=100") == few <= 15


def test_as_many_queries_for_a_sheet_with_50_delegates_as_with_one(entity, manager):
    client = signed_in(manager)
    delegates = [make_member(entity, Role.DELEGATE, PersonFactory()) for _ in range(50)]
    one = make_accreditation(entity, delegates=(delegates[0],))
    many = make_accreditation(entity, delegates=tuple(delegates))
    assert queries_of(client, f"/habilitations/{many.pk}") == queries_of(client, f"/habilitations/{one.pk}") <= 15
