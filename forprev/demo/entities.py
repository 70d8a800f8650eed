"""The entities of the demonstration, their accreditations, sites and users."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forprev.accounts.models import Role
from forprev.accreditation.models import Accreditation, AccreditationStatus, Delegation
from forprev.catalogue.models import Level, Scheme
from forprev.core.dates import add_months
from forprev.organisations.models import (
    Department,
    Membership,
    NetworkRole,
    Organisation,
    OrganisationKind,
    Regime,
    RegionalFund,
    TrainingSite,
)
from forprev.organisations.selectors import department_of
from forprev.people.models import Person

ACCREDITATION_MONTHS = 60


@dataclass(frozen=True)
class Entity:
    key: str
    name: str
    kind: OrganisationKind
    siret: str
    address: str
    postal_code: str
    city: str
    signatory_name: str
    signatory_title: str
    regime: Regime = Regime.GENERAL


def _with_check_digit(digits: str) -> str:
    """`digits` and the Luhn digit that makes them a SIREN or a SIRET."""
    doubled = (int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    total = sum(d - 9 if d > 9 else d for d in doubled)
    return f"{digits}{-total % 10}"


def siret_of(first_eight: str, establishment: str = "0001") -> str:
    """The SIRET of an invented enterprise: eight digits of its SIREN, and four of the establishment."""
    return _with_check_digit(_with_check_digit(first_eight) + establishment)


_O, _E, _C = OrganisationKind.TRAINING_BODY, OrganisationKind.COMPANY, OrganisationKind.LOCAL_AUTHORITY

ENTITIES = (
    Entity(
        "vanves",
        "Mairie de Vanves",
        _C,
        "21920075500011",
        "Place de la mairie",
        "92170",
        "VANVES",
        "IT Pascal",
        "Maire",
        Regime.OTHER,
    ),
    Entity(
        "marose",
        "MAROSE FORMATION",
        _O,
        siret_of("90417260"),
        "14 rue des Tanneurs",
        "26000",
        "VALENCE",
        "Rosset Marie",
        "Gérante",
    ),
    Entity(
        "guy",
        "FORMATION GUY",
        _O,
        siret_of("90552814"),
        "8 rue de l’Ourcq",
        "75019",
        "PARIS",
        "Guy Bernard",
        "Président",
    ),
    Entity(
        "inrs",
        "INRS",
        _O,
        "77567145600082",
        "65 boulevard Richard-Lenoir",
        "75011",
        "PARIS",
        "Verdier Camille",
        "Chef du département Formation",
    ),
    Entity(
        "armor",
        "ARMOR SECOURS",
        _O,
        siret_of("90631172"),
        "3 quai de la Rance",
        "35400",
        "SAINT MALO",
        "Le Goff Yann",
        "Gérant",
    ),
    Entity(
        "saone",
        "ATELIERS DE LA SAÔNE",
        _E,
        siret_of("90718843"),
        "Zone industrielle Nord",
        "69400",
        "VILLEFRANCHE SUR SAONE",
        "Perrachon Luc",
        "Directeur des ressources humaines",
    ),
    Entity(
        "garonne",
        "TRANSPORTS DE LA GARONNE",
        _E,
        siret_of("90840095"),
        "Avenue du Fret",
        "31200",
        "TOULOUSE",
        "Castel Irène",
        "Directrice générale",
    ),
    Entity(
        "ried",
        "RIED SANTÉ FORMATION",
        _O,
        siret_of("90966307"),
        "22 rue du Maroquin",
        "67000",
        "STRASBOURG",
        "Schmitt Odile",
        "Directrice",
    ),
    Entity(
        "calanques",
        "CALANQUES AIDE À DOMICILE",
        _O,
        siret_of("91073528"),
        "51 boulevard Baille",
        "13006",
        "MARSEILLE",
        "Giordano Paul",
        "Président",
    ),
    Entity(
        "orne",
        "COMMUNAUTÉ DE COMMUNES DU BOCAGE",
        _C,
        siret_of("20009417"),
        "1 place du Marché",
        "61100",
        "FLERS",
        "Lecointre Anne",
        "Présidente",
        Regime.OTHER,
    ),
    Entity(
        "alizes",
        "ALIZÉS PRÉVENTION",
        _O,
        siret_of("91158846"),
        "Rue de la Source",
        "97139",
        "LES ABYMES",
        "Bellerose Jocelyne",
        "Gérante",
    ),
)

VANVES_ACCREDITATIONS = (
    ("SST", 1, "H30093/2022/SST-1/C/00", date(2022, 3, 10), date(2027, 3, 10)),
    ("AP-TRL", 1, "H30113/2022/AP-TRL-1/C/00", date(2022, 3, 21), date(2027, 3, 21)),
    ("Catec", 1, "H30160/2020/Catec-1/C/00", date(2020, 6, 16), date(2027, 6, 17)),
    ("SST", 2, "H30171/2020/SST-2/C/00", date(2020, 1, 1), date(2028, 1, 2)),
    (
        "Amiante sous-section 4",
        1,
        "H30205/2022/Amiante sous-section 4-1/C/00",
        date(2022, 7, 8),
        date(2027, 7, 8),
    ),
    ("PRAPIBC", 1, "20/2020/PRAPIBC-3/O/00", date(2020, 1, 1), date(2100, 12, 31)),
    ("SST", 1, "30/2020/SST-3/O/00", date(2020, 1, 1), date(2100, 12, 31)),
    ("APS-ASD", 2, "H30271/2022/APS-ASD-2/C/00", date(2022, 7, 8), date(2028, 7, 9)),
)
"""The presentation's own table, numbers and dates to the letter."""

_DELEGATED = ("H30171/2020/SST-2/C/00", "H30160/2020/Catec-1/C/00")

OTHER_ACCREDITATIONS = (
    ("marose", "SST", 1, 22),
    ("marose", "SST", 2, 17),
    ("marose", "Amiante sous-section 4", 1, 20),
    ("marose", "PRAPIBC", 1, 14),
    ("marose", "Catec", 1, 9),
    ("marose", "AP-TRL", 1, 4),
    ("marose", "APS-ASD", 1, -3),
    ("marose", "PRAP2S", 1, 19),
    ("guy", "SST", 1, 21),
    ("guy", "PRAPIBC", 1, 11),
    ("inrs", "SST", 3, 23),
    ("armor", "SST", 1, 16),
    ("armor", "SST", 2, 16),
    ("saone", "SST", 1, 13),
    ("saone", "PRAPIBC", 1, 18),
    ("garonne", "AP-TRL", 1, 20),
    ("garonne", "SST", 1, 6),
    ("ried", "PRAP2S", 1, 22),
    ("ried", "SST", 1, 15),
    ("calanques", "APS-ASD", 1, 12),
    ("calanques", "SST", 1, 19),
    ("orne", "SST", 1, 10),
    ("alizes", "SST", 1, 23),
    ("alizes", "PRAPIBC", 1, 18),
)
"""Entity, scheme, level, and in how many months it ends; one of the list is over, one ends soon."""

_SUSPENDED = ("marose", "PRAP2S", 1)

SITES = (
    ("vanves", "Catec", "Fosse pédagogique du centre technique", "92170", "VANVES"),
    ("vanves", "Catec", "Station de relevage des Bords de Seine", "92130", "ISSY LES MOULINEAUX"),
    ("marose", "Catec", "Plateforme des Îles du Rhône", "26800", "PORTES LES VALENCE"),
)


def create_entities(today: date) -> dict[str, Organisation]:
    """Entities, accreditations and sites; the entities by their key."""
    entities = {facts.key: create_entity(facts) for facts in ENTITIES}
    levels = {(level.scheme.code, level.number): level for level in Level.objects.select_related("scheme")}
    Accreditation.objects.bulk_create(
        Accreditation(
            organisation=entities["vanves"], level=levels[scheme, level], number=number, starts_on=start, ends_on=end
        )
        for scheme, level, number, start, end in VANVES_ACCREDITATIONS
    )
    Accreditation.objects.bulk_create(
        _accreditation(entities[key], key, levels[scheme, level], add_months(today, ends_in), sequence)
        for sequence, (key, scheme, level, ends_in) in enumerate(OTHER_ACCREDITATIONS, start=30301)
    )
    schemes = Scheme.objects.in_bulk(field_name="code")
    TrainingSite.objects.bulk_create(
        TrainingSite(organisation=entities[key], scheme=schemes[scheme], name=name, postal_code=code, city=city)
        for key, scheme, name, code, city in SITES
    )
    return entities


def create_entity(facts: Entity) -> Organisation:
    """Training bodies accept to be published."""
    return Organisation.objects.create(
        name=facts.name,
        kind=facts.kind,
        regime=facts.regime,
        siret=facts.siret,
        address=facts.address,
        postal_code=facts.postal_code,
        city=facts.city,
        department=Department.objects.get(pk=department_of(facts.postal_code)),
        signatory_name=facts.signatory_name,
        signatory_title=facts.signatory_title,
        published=facts.kind == OrganisationKind.TRAINING_BODY,
    )


def _accreditation(entity: Organisation, key: str, level: Level, ends_on: date, sequence: int) -> Accreditation:
    starts_on = add_months(ends_on, -ACCREDITATION_MONTHS)
    scheme = level.scheme.code
    suspended = (key, scheme, level.number) == _SUSPENDED
    return Accreditation(
        organisation=entity,
        level=level,
        number=f"H{sequence}/{starts_on.year}/{scheme}-{level.number}/{entity.kind}/00",
        starts_on=starts_on,
        ends_on=ends_on,
        status=AccreditationStatus.SUSPENDED if suspended else AccreditationStatus.ACTIVE,
    )


def appoint_manager(person: Person, entity: Organisation) -> None:
    Membership.objects.create(person=person, organisation=entity, role=Role.MANAGER)


def appoint_delegate(person: Person, entity: Organisation) -> None:
    """`Établissement de ROUEN`, for SST / 2 and Catec / 1 (A13)."""
    membership = Membership.objects.create(
        person=person, organisation=entity, role=Role.DELEGATE, description="Établissement de ROUEN"
    )
    Delegation.objects.bulk_create(
        Delegation(membership=membership, accreditation=accreditation)
        for accreditation in Accreditation.objects.filter(number__in=_DELEGATED)
    )


def appoint_to_network(person: Person, role: Role) -> None:
    """Fund officers are the Cramif's, the fund of Vanves; the others are national."""
    fund = RegionalFund.objects.get(code="ile-de-france") if role == Role.FUND_OFFICER else None
    NetworkRole.objects.create(person=person, role=role, fund=fund)


def say_how_funds_are_reached() -> None:
    """Numbers that France keeps for fiction, and mailboxes of nobody."""
    funds = list(RegionalFund.objects.order_by("code"))
    for rank, fund in enumerate(funds, start=1):
        fund.phone, fund.email = f"01 99 00 {rank:02} 00", f"prevention.{fund.code}@demo.test"
    RegionalFund.objects.bulk_update(funds, ["phone", "email"])
