"""Which pages each role asks for, with addresses that lead to what the data hold."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from bench.pages.actors import Actor

BUDGETS = {"page": 100.0, "dashboard": 150.0, "search": 30.0, "check": 20.0}
"""Milliseconds of server time at the 95th percentile, by kind (the architecture's speed budgets)."""

Visit = tuple[str, str, str]
"""Kind, name, address."""

ANYBODY = (
    ("page", "accueil", "/"),
    ("page", "annuaire", "/annuaire"),
    ("page", "annuaire : carte", "/annuaire/carte"),
    ("page", "aide : recherche", "/aide?q=duplicata+certificat"),
    ("page", "manuels", "/aide/manuels"),
    ("page", "connexion", "/connexion"),
)
OF_ROLES = {
    "manager": (
        ("page", "entité", "/entite"),
        ("page", "utilisateurs", "/utilisateurs"),
        ("page", "habilitations", "/habilitations"),
        ("page", "demandes en cours", "/demandes/en-cours"),
        ("page", "sessions à traiter", "/sessions/a-traiter"),
        ("page", "sessions en cours, 100 lignes", "/sessions/en-cours?taille=100"),
        ("page", "chiffres", "/chiffres"),
    ),
    "delegate": (
        ("page", "sessions à traiter", "/sessions/a-traiter"),
        ("page", "sessions en cours, 100 lignes", "/sessions/en-cours?taille=100"),
    ),
    "trainer": (
        ("page", "sessions à traiter", "/sessions/a-traiter"),
        ("page", "mes certificats", "/certificats"),
        ("page", "mes données", "/mon-profil/mes-donnees"),
    ),
    "fund_officer": (
        ("page", "instruction", "/instruction"),
        ("page", "habilitations", "/habilitations"),
        ("page", "sessions en cours, 100 lignes", "/sessions/en-cours?taille=100"),
        ("page", "certificats délivrés", "/certificats/delivres"),
        ("page", "chiffres", "/chiffres"),
        ("page", "messages ciblés", "/envois"),
    ),
    "committee": (("page", "commissions", "/commissions"), ("page", "instruction", "/instruction/toutes")),
    "national_administrator": (
        ("page", "catalogue", "/administration/catalogue"),
        ("page", "habilitations", "/habilitations"),
        ("page", "sessions en cours, 100 lignes", "/sessions/en-cours?taille=100"),
        ("page", "certificats délivrés", "/certificats/delivres"),
        ("page", "chiffres", "/chiffres"),
    ),
    "support_agent": (
        ("page", "comptes : recherche", "/assistance/comptes?q=aaa00000"),
        ("page", "demandes de contact", "/demandes-de-contact"),
        ("page", "corrections", "/corrections"),
        ("page", "doublons", "/doublons"),
        ("page", "certificats délivrés", "/certificats/delivres"),
    ),
}
DEEP = ("manager", "delegate", "trainer")


def visits(actor: Actor) -> Iterator[Visit]:
    """What this actor asks for; details of its own sessions included, of each state that it has."""
    if not actor.role:
        yield from ANYBODY
        yield from _checks()
        return
    yield ("dashboard", "tableau de bord", "/tableau-de-bord")
    yield ("page", "messages", "/messages")
    yield ("page", "mon profil", "/mon-profil")
    yield from OF_ROLES[actor.role]
    if actor.role in DEEP:
        for state, key in _sessions(actor):
            yield ("page", f"session ({state})", f"/sessions/{key}")
            yield ("page", f"stagiaires ({state})", f"/sessions/{key}/stagiaires")


def _sessions(actor: Actor) -> list[tuple[str, int]]:
    """The latest session of each state in the actor's sight."""
    if actor.role == "trainer":
        query = (
            "SELECT DISTINCT ON (s.state) s.state, s.id FROM certification_trainingsession s"
            " JOIN certification_sessiontrainer t ON t.session_id = s.id WHERE t.person_id = %s"
            " AND s.state IN ('trainer', 'entity', 'issued') ORDER BY s.state, s.id DESC"
        )
    else:
        query = (
            "SELECT DISTINCT ON (state) state, id FROM certification_trainingsession"
            " WHERE organisation_id = %s AND state <> 'deleted' ORDER BY state, id DESC"
        )
    with connection.cursor() as cursor:
        cursor.execute(query, [actor.person if actor.role == "trainer" else actor.organisation])
        return [(str(state), int(key)) for state, key in cursor.fetchall()]


def _checks() -> Iterator[Visit]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT verification_code FROM certification_certificate ORDER BY id DESC LIMIT 1")
        ((code,),) = cursor.fetchall()
    yield ("check", "vérification par QR code", f"/verification/{code}")
