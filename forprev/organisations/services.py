"""The regional funds, taken from domain.md section 5; the fund of a trainer; the end of roles."""

from __future__ import annotations

from django.db import transaction

from forprev.accounts.acting import System
from forprev.core import history
from forprev.core.dates import now, today
from forprev.organisations.models import Department, FundAttachment, Membership, NetworkRole, RegionalFund
from forprev.people.models import Person

FUNDS: dict[str, tuple[str, str]] = {
    "alsace-moselle": ("Carsat Alsace-Moselle", "57 67 68"),
    "aquitaine": ("Carsat Aquitaine", "24 33 40 47 64"),
    "auvergne": ("Carsat Auvergne", "03 15 43 63"),
    "bourgogne-franche-comte": ("Carsat Bourgogne-Franche-Comté", "21 25 39 58 70 71 89 90"),
    "bretagne": ("Carsat Bretagne", "22 29 35 56"),
    "centre-val-de-loire": ("Carsat Centre-Val de Loire", "18 28 36 37 41 45"),
    "centre-ouest": ("Carsat Centre-Ouest", "16 17 19 23 79 86 87"),
    "ile-de-france": ("Cramif", "75 77 78 91 92 93 94 95"),
    "languedoc-roussillon": ("Carsat Languedoc-Roussillon", "11 30 34 48 66"),
    "midi-pyrenees": ("Carsat Midi-Pyrénées", "09 12 31 32 46 65 81 82"),
    "nord-est": ("Carsat Nord-Est", "08 10 51 52 54 55 88"),
    "hauts-de-france": ("Carsat Hauts-de-France", "02 59 60 62 80"),
    "normandie": ("Carsat Normandie", "14 27 50 61 76"),
    "pays-de-la-loire": ("Carsat Pays de la Loire", "44 49 53 72 85"),
    "rhone-alpes": ("Carsat Rhône-Alpes", "01 07 26 38 42 69 73 74"),
    "sud-est": ("Carsat Sud-Est", "04 05 06 13 2A 2B 83 84"),
    "guadeloupe": ("CGSS Guadeloupe", "971 977 978"),
    "martinique": ("CGSS Martinique", "972"),
    "guyane": ("CGSS Guyane", "973"),
    "la-reunion": ("CGSS La Réunion", "974"),
    "mayotte": ("CSS Mayotte", "976"),
}


@transaction.atomic
def install_funds() -> None:
    """Create the 21 funds and their departments where they are missing; what exists is left as it is."""
    RegionalFund.objects.bulk_create(
        (RegionalFund(code=code, name=name) for code, (name, _) in FUNDS.items()), ignore_conflicts=True
    )
    funds = RegionalFund.objects.in_bulk(field_name="code")
    Department.objects.bulk_create(
        (
            Department(code=department, fund=funds[code])
            for code, (_, departments) in FUNDS.items()
            for department in departments.split()
        ),
        ignore_conflicts=True,
    )


def install_after_migrate(**kwargs: object) -> None:
    install_funds()


def choose_fund(person: Person, fund: RegionalFund) -> None:
    """The trainer's caisse de rattachement from now on (A06)."""
    FundAttachment.objects.update_or_create(person=person, defaults={"fund": fund})


def end_lapsed_roles() -> None:
    """Note as ended the roles whose last day has passed; they gave nothing any more since then."""
    with history.action(System(), "end_lapsed_roles"):
        for roles in (Membership, NetworkRole):
            roles.objects.filter(ended_at=None, ends_on__lt=today()).update(ended_at=now())
