"""Which mails of this package the network may write in its own words, and what these may name."""

from __future__ import annotations

from forprev.notices.texts import Variable, register

OWN = (
    Variable("role", "rôle", "{{ membership.get_role_display|lower }}", "gestionnaire"),
    Variable("entite", "entité", "{{ membership.organisation.name }}", "MAROSE FORMATION"),
)
NETWORK = (
    Variable(
        "role_du_reseau",
        "rôle dans le réseau, et sa caisse",
        "{{ role.get_role_display }}{% if role.fund %}, {{ role.fund }}{% endif %}",
        "Instructeur de caisse, Cramif",
    ),
    Variable("auteur", "qui l’a fait", "{{ by.display_name }}", "AUBRY Nathalie"),
    Variable("personne", "personne concernée", "{{ role.person }}", "GRISSET Antoine"),
    Variable("numero_personne", "son n° Forprev", "{{ role.person.number }}", "AAA01234"),
    Variable(
        "departements",
        "les départements, et leurs caisses",
        "{{ words }}",
        "- Ain : Carsat Rhône-Alpes, au lieu de Carsat Bourgogne-Franche-Comté",
        required=True,
    ),
)
MAILS = (
    ("role_granted", "Rôle donné", "Quand un rôle est donné à une personne qui a un compte."),
    ("role_ended", "Rôle terminé", "Quand un gestionnaire met fin à un rôle."),
    ("network_role_granted", "Rôle du réseau donné", "Quand un administrateur national donne un rôle du réseau."),
    ("network_role_ended", "Rôle du réseau terminé", "Quand un administrateur national met fin à un rôle du réseau."),
    ("administrator_named", "Administrateur national nommé", "Quand il y en a un de plus, aux autres."),
    ("administrator_ended", "Administrateur national en moins", "Quand son rôle est terminé, aux autres."),
    ("departments_moved", "Départements rattachés", "Quand des départements changent de caisse, aux deux caisses."),
)


def register_texts() -> None:
    for name, title, leaves in MAILS:
        register(f"organisations/mails/{name}", title, leaves, (*OWN, *NETWORK))
