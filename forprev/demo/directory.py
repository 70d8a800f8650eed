"""Training bodies all over the country, for the public directory to look alive: a manager and accreditations each."""

from __future__ import annotations

from datetime import date

from forprev.accreditation.models import Accreditation
from forprev.catalogue.models import Level
from forprev.core.dates import add_months
from forprev.demo.cast import invent
from forprev.demo.entities import ACCREDITATION_MONTHS, Entity, appoint_manager, create_entity, siret_of
from forprev.demo.names import Crowd
from forprev.organisations.models import Organisation, OrganisationKind

_FIRST_SIREN, _FIRST_NUMBER = 92_000_417, 30_401

BODIES = (
    ("BRESSE PRÉVENTION", "6 rue des Plumes", "01000", "BOURG EN BRESSE", "SST-1 PRAPIBC-1"),
    ("THIÉRACHE FORMATION", "2 place du Lin", "02000", "LAON", "SST-1"),
    ("BOURBONNAIS SECOURS", "17 rue du Jaquemart", "03000", "MOULINS", "SST-1"),
    ("AZUR GESTES ET POSTURES", "40 avenue des Mimosas", "06000", "NICE", "SST-1 PRAP2S-1"),
    ("MISTRAL FORMATION", "12 traverse du Vallon", "13100", "AIX EN PROVENCE", "SST-1 SST-2"),
    ("CAP CANAILLE PRÉVENTION", "9 rue du Phare", "13260", "CASSIS", "SST-1 AP-TRL-1"),
    ("BOCAGE SÉCURITÉ", "31 rue aux Juifs", "14000", "CAEN", "SST-1 PRAPIBC-1"),
    ("AUNIS FORMATION CONTINUE", "5 quai du Gabut", "17000", "LA ROCHELLE", "SST-1 Catec-1"),
    ("ÎLE DE BEAUTÉ SECOURS", "3 cours du Maquis", "20000", "AJACCIO", "SST-1"),
    ("DUCS ET DUCHÉS CONSEIL", "28 rue de la Moutarde", "21000", "DIJON", "SST-1 PRAP2S-1"),
    ("GOËLO PRÉVENTION", "4 rue des Bruyères", "22500", "PAIMPOL", "SST-1"),
    ("HORLOGERS FORMATION", "19 rue du Balancier", "25000", "BESANCON", "SST-1 PRAPIBC-1"),
    ("VERCORS SANTÉ AU TRAVAIL", "7 rue de la Raye", "26000", "VALENCE", "SST-1 APS-ASD-1"),
    ("IROISE FORMATION", "11 rue de Siam", "29200", "BREST", "SST-1 SST-2 PRAPIBC-1"),
    ("GARRIGUE SECOURS", "2 chemin des Cigales", "30000", "NIMES", "SST-1"),
    ("CAPITOUL FORMATION", "15 rue des Briques", "31000", "TOULOUSE", "SST-1 PRAP2S-1"),
    ("PASTEL PRÉVENTION", "8 rue de la Guède", "31500", "TOULOUSE", "SST-1 AP-TRL-1"),
    ("ESTUAIRE SÉCURITÉ", "44 quai des Barriques", "33000", "BORDEAUX", "SST-1 SST-2"),
    ("DUNE FORMATION", "1 allée des Pins", "33120", "ARCACHON", "SST-1 AP-TRL-1"),
    ("CLAPAS CONSEIL", "23 rue du Micocoulier", "34000", "MONTPELLIER", "SST-1 PRAPIBC-1"),
    ("VILAINE PRÉVENTION", "10 rue du Canal", "35000", "RENNES", "SST-1 APS-ASD-1"),
    ("CHARTREUSE FORMATION", "6 rue du Téléphérique", "38000", "GRENOBLE", "SST-1 AP-TRL-1 Catec-1"),
    ("ESTUAIRE DE LOIRE FORMATION", "30 quai des Antilles", "44000", "NANTES", "SST-1 SST-2 PRAP2S-1"),
    ("ORLÉANAIS GESTES UTILES", "13 rue du Vinaigre", "45000", "ORLEANS", "SST-1"),
    ("ANJOU PRÉVENTION", "21 rue des Ardoises", "49000", "ANGERS", "SST-1 PRAPIBC-1"),
    ("CHAMPAGNE SECOURS", "5 rue du Remueur", "51100", "REIMS", "SST-1"),
    ("STANISLAS FORMATION", "18 rue de la Bergamote", "54000", "NANCY", "SST-1 APS-ASD-1"),
    ("BEFFROI FORMATION", "50 rue des Géants", "59000", "LILLE", "SST-1 SST-2"),
    ("FLANDRE PRÉVENTION", "3 rue du Houblon", "59140", "DUNKERQUE", "SST-1 AP-TRL-1"),
    ("TERRILS SÉCURITÉ", "27 rue des Galibots", "62300", "LENS", "SST-1 PRAPIBC-1"),
    ("VOLCANS FORMATION", "16 rue de la Lave", "63000", "CLERMONT FERRAND", "SST-1 PRAP2S-1"),
    ("CANUTS FORMATION", "33 montée de la Navette", "69004", "LYON", "SST-1 SST-2 PRAPIBC-1"),
    ("CONFLUENCE PRÉVENTION", "2 quai de l’Écluse", "69002", "LYON", "SST-1 APS-ASD-1"),
    ("GONES ET GESTES", "14 rue du Guignol", "69100", "VILLEURBANNE", "PRAPIBC-1 PRAP2S-1"),
    ("LAC ET CIMES FORMATION", "9 rue du Semnoz", "74000", "ANNECY", "SST-1"),
    ("BELLEVILLE PRÉVENTION", "61 rue des Cascades", "75020", "PARIS", "SST-1 PRAP2S-1"),
    ("RIVE GAUCHE FORMATION", "4 rue du Puits", "75013", "PARIS", "SST-1 SST-2"),
    ("CAUX FORMATION", "12 rue de la Falaise", "76600", "LE HAVRE", "SST-1 Catec-1"),
    ("PICARDIE GESTES SÛRS", "8 rue des Hortillons", "80000", "AMIENS", "SST-1"),
    ("RADE FORMATION", "20 rue de l’Arsenal", "83000", "TOULON", "SST-1 AP-TRL-1"),
    ("VENDÉE SECOURISME", "7 rue du Moulin", "85000", "LA ROCHE SUR YON", "SST-1"),
    ("DÉFENSE PRÉVENTION", "100 esplanade du Parvis", "92400", "COURBEVOIE", "SST-1 SST-2"),
    ("CANAL FORMATION", "25 rue des Péniches", "93500", "PANTIN", "SST-1 PRAPIBC-1"),
    ("BORDS DE MARNE SECOURS", "6 rue du Canotier", "94000", "CRETEIL", "SST-1 APS-ASD-1"),
    ("MADININA PRÉVENTION", "15 rue du Flamboyant", "97200", "FORT DE FRANCE", "SST-1"),
    ("MARONI FORMATION", "3 rue des Palétuviers", "97300", "CAYENNE", "SST-1 PRAPIBC-1"),
    ("PITONS SÉCURITÉ", "22 rue du Volcan", "97400", "SAINT DENIS", "SST-1 PRAP2S-1"),
    ("LAGON SUD FORMATION", "5 chemin du Corail", "97410", "SAINT PIERRE", "SST-1"),
)
"""Name, address, postal code, town, accreditations."""


def fill_directory(crowd: Crowd, password: str, today: date) -> None:
    """They end from 8 to 55 months from `today`; drawn last, so that the rest of the demonstration is the same."""
    levels = {f"{level.scheme.code}-{level.number}": level for level in Level.objects.select_related("scheme")}
    number = _FIRST_NUMBER
    for rank, (name, address, postal_code, city, held) in enumerate(BODIES):
        manager = invent(crowd, password)
        body = create_entity(
            Entity(
                key=name,
                name=name,
                kind=OrganisationKind.TRAINING_BODY,
                siret=siret_of(str(_FIRST_SIREN + 1_373 * rank)),
                address=address,
                postal_code=postal_code,
                city=city,
                signatory_name=f"{manager.last_name} {manager.first_name}",
                signatory_title="Direction",
            )
        )
        appoint_manager(manager, body)
        ends_on = add_months(today, 8 + rank * 7 % 48)
        for code in held.split():
            _accredit(body, levels[code], ends_on, number)
            number += 1


def _accredit(body: Organisation, level: Level, ends_on: date, number: int) -> None:
    starts_on = add_months(ends_on, -ACCREDITATION_MONTHS)
    Accreditation.objects.create(
        organisation=body,
        level=level,
        number=f"H{number}/{starts_on.year}/{level.scheme.code}-{level.number}/{body.kind}/00",
        starts_on=starts_on,
        ends_on=ends_on,
    )
