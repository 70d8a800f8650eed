"""`Mon entité`: the sheet of one's own entity."""

from __future__ import annotations

import pytest

from forprev.accounts.models import Role
from forprev.accreditation.models import AccreditationStatus
from forprev.organisations.models import OrganisationKind
from tests.factories import catalogue
from tests.factories.organisations import TrainingSiteFactory
from tests.screens import (
    make_accreditation,
    make_entity,
    make_member,
    make_network_role,
    menu_of,
    signed_in,
    text_of,
)

pytestmark = pytest.mark.django_db


def test_a20_a_manager_reads_the_sheet_of_its_entity():
    page = signed_in(make_member(make_entity())).get("/entite")
    text = text_of(page)
    assert text.startswith("Mon entité MAIRIE DE VANVES")
    for said in (
        "Type Collectivité",
        "Régime Hors régime",
        "Adresse Place de la mairie, 92170 VANVES",
        "SIRET 0000",
        "Signataire Nom PETIT Pascal Fonction Maire",
        "Aucune plateforme pédagogique déclarée.",
    ):
        assert said in text
    assert "MON ENTITÉ" in menu_of(page)
    assert "Attestation URSSAF Non renseigné" in text
    assert "Actualiser les informations" in text


def test_a20_publication_is_told_for_training_organisations_only():
    body = make_entity("MAROSE FORMATION", kind=OrganisationKind.TRAINING_BODY, published=True)
    assert "Diffusion sur le site web de l’INRS Oui" in text_of(signed_in(make_member(body)).get("/entite"))
    assert "Diffusion" not in text_of(signed_in(make_member(make_entity())).get("/entite"))


def test_sites_stand_under_their_scheme_and_closed_ones_are_left_out():
    entity = make_entity()
    for scheme, name, is_active in (("Catec", "Bassin nord", True), ("Catec", "Cuve", False), ("SST", "Salle A", True)):
        TrainingSiteFactory(
            organisation=entity,
            scheme=catalogue.scheme(scheme),
            name=name,
            postal_code="92170",
            city="VANVES",
            is_active=is_active,
        )
    text = text_of(signed_in(make_member(entity)).get("/entite"))
    assert "Catec Bassin nord, 92170 VANVES SST Salle A, 92170 VANVES" in text
    assert "Cuve" not in text


def test_active_accreditations_are_counted_for_each_as_it_sees_them():
    entity = make_entity()
    manager, delegate = make_member(entity), make_member(entity, Role.DELEGATE)
    make_accreditation(entity, delegates=(delegate,))
    make_accreditation(entity)
    make_accreditation(entity, status=AccreditationStatus.SUSPENDED)
    make_accreditation(make_entity("Autre"))
    assert "Habilitations actives 2" in text_of(signed_in(manager).get("/entite"))
    assert "Habilitations actives 1" in text_of(signed_in(delegate).get("/entite"))


def test_two_managers_each_see_their_own_entity():
    vanves, marose = make_member(make_entity()), make_member(make_entity("MAROSE FORMATION"))
    assert "MAROSE" not in text_of(signed_in(vanves).get("/entite"))
    assert "VANVES" not in text_of(signed_in(marose).get("/entite")).replace("92170 VANVES", "")


def test_name_with_markup_is_shown_as_text():
    page = signed_in(make_member(make_entity("<script>alert(1)</script>"))).get("/entite")
    assert b"<script>alert" not in page.content.lower()


@pytest.mark.parametrize("path", ["/entite", "/utilisateurs"])
@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.NATIONAL_ADMINISTRATOR, Role.SUPPORT_AGENT])
def test_network_roles_have_no_entity(path, role):
    page = signed_in(make_network_role(role)).get(path)
    assert page.status_code == 403
    assert "MON ENTITÉ" not in menu_of(page)


@pytest.mark.parametrize("path", ["/entite", "/utilisateurs"])
def test_visitors_are_sent_to_sign_in(client, path):
    assert client.get(path).headers["Location"].startswith("/connexion")
