"""Which mails of this package the network may write in its own words, and what these may name."""

from __future__ import annotations

from forprev.notices.texts import Variable, register

OWN = (
    Variable("role", "rôle", "{{ membership.get_role_display|lower }}", "gestionnaire"),
    Variable("entite", "entité", "{{ membership.organisation.name }}", "MAROSE FORMATION"),
)
MAILS = (
    ("role_granted", "Rôle donné", "Quand un rôle est donné à une personne qui a un compte."),
    ("role_ended", "Rôle terminé", "Quand un gestionnaire met fin à un rôle."),
)


def register_texts() -> None:
    for name, title, leaves in MAILS:
        register(f"organisations/mails/{name}", title, leaves, OWN)
