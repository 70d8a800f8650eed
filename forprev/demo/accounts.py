"""The accounts of the demonstration, as they are printed for whoever tries it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

PASSWORD = "forprev-demonstration"  # noqa: S105 (printed for everybody)
"""Of every account of the demonstration."""


@dataclass(frozen=True)
class DemoAccount:
    email: str
    last_name: str
    first_name: str
    birth_date: date
    number: str
    role: str
    has_password: bool = True


SECOND_FACTOR = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # printed for everybody
"""Of the network's accounts, of whom one is demanded; `/demo/codes` shows the codes that it makes."""

ACCOUNTS = (
    DemoAccount(
        "gestionnaire@demo.test",
        "Frigg",
        "Alice",
        date(1981, 1, 1),
        "GLL60451",
        "Gestionnaire (Mairie de Vanves et MAROSE FORMATION)",
    ),
    DemoAccount(
        "delegataire@demo.test",
        "Testud",
        "Bruno",
        date(1982, 9, 15),
        "CRT43304",
        "Délégataire (Mairie de Vanves, SST / 2 et Catec / 1)",
    ),
    DemoAccount(
        "formateur@demo.test", "Lemoine", "Stéphanie", date(1979, 5, 23), "JEJ46894", "Formateur (SST et amiante)"
    ),
    DemoAccount(
        "caisse@demo.test", "Vasseur", "Claire", date(1975, 11, 8), "MRK20917", "Instructeur de caisse (Cramif)"
    ),
    DemoAccount("cnh@demo.test", "Delorme", "Étienne", date(1968, 3, 30), "TPA73150", "Commission nationale"),
    DemoAccount("national@demo.test", "Aubry", "Nathalie", date(1972, 7, 12), "WQS08846", "Administrateur national"),
    DemoAccount("hotline@demo.test", "Carpentier", "Hugo", date(1990, 10, 5), "BZN51622", "Hotline"),
    DemoAccount("hotline2@demo.test", "Besson", "Inès", date(1988, 2, 18), "VKD30471", "Hotline (seconde personne)"),
    DemoAccount(
        "nouvelle@demo.test",
        "Guérin",
        "Lucie",
        date(1993, 6, 22),
        "HPA61950",
        "Première connexion (gestionnaire et formatrice) : demandez un mot de passe",
        has_password=False,
    ),
    DemoAccount(
        "expire@demo.test",
        "Marchal",
        "Olivier",
        date(1970, 4, 14),
        "FRW28113",
        "Formateur expiré depuis 5 mois : sans rôle",
    ),
    DemoAccount(
        "ancien@demo.test",
        "Poirier",
        "Sylvie",
        date(1965, 12, 3),
        "NDE90274",
        "Formateur expiré depuis 20 mois : compte fermé",
    ),
    DemoAccount(
        "candidat@demo.test", "Roussel", "Karim", date(1984, 8, 27), "YTC47735", "Première demande en cours : sans rôle"
    ),
)


def describe(address: str = "") -> str:
    """The table for the terminal: the accounts, their password and, if given, the address of the application."""
    width = max(len(account.email) for account in ACCOUNTS)
    lines = [f"  {account.email:<{width}}  {account.number}  {account.role}" for account in ACCOUNTS]
    lines.append("")
    lines.append(f"  Mot de passe de tous les comptes : {PASSWORD}")
    if address:
        site = address.rstrip("/")
        heading = [
            f"  Forprev : {address}",
            f"  Courriels : {site}/demo/courriels",
            f"  Codes à 6 chiffres (caisse, cnh, national, hotline) : {site}/demo/codes",
        ]
        lines = [*heading, "", *lines]
    return "\n".join(lines)
