"""Which mails of this package the network may write in its own words, and what these may name."""

from __future__ import annotations

from forprev.notices.texts import Variable, register, register_fixed

OWN = (
    Variable("adresse_nouvelle", "adresse e-mail demandée", "{{ email }}", "antoine@demo.test"),
    Variable("adresse_ancienne", "adresse e-mail d’avant", "{{ old }}", "a.grisset@demo.test"),
    Variable("changement", "ce qui a changé", "{{ what }}", "Une application de codes a été ajoutée"),
    Variable(
        "raisons",
        "pourquoi le compte est fermé, en liste",
        "{% for reason in reasons %}- {{ reason.title }}\n{% endfor %}",
        "- Votre certificat de formateur est arrivé à échéance",
    ),
    Variable(
        "page_mot_de_passe",
        "adresse de « Mot de passe oublié »",
        '{{ public_url }}{% url "accounts:forgotten_password" %}',
        "https://forprev.fr/mot-de-passe-oublie",
    ),
    Variable(
        "reponse_courte",
        "« est retiré » ou « reste en place »",
        "{% if approved %}est retiré{% else %}reste en place{% endif %}",
        "est retiré",
    ),
    Variable(
        "reponse",
        "ce que l’assistance a décidé",
        (
            "{% if approved %}Deux personnes de l’assistance ont retiré le second facteur de votre compte "
            "(n° {{ account.person.number }}). Vos sessions ont pris fin. Connectez-vous avec votre mot "
            "de passe, puis ajoutez un nouveau second facteur :{% else %}L’assistance a refusé de retirer "
            "le second facteur de votre compte (n° {{ account.person.number }}) : rien n’a changé.{% "
            "endif %}"
        ),
        "Deux personnes de l’assistance ont retiré le second facteur de votre compte (n° AAA01234).",
        required=True,
    ),
)
ENDING = Variable("dernier_jour", "dernier jour pour se connecter", "{{ last_day|jour }}", "15/04/2026", required=True)
MAILS = (
    (
        "first_password",
        "Première connexion",
        "Quand un compte est ouvert, ou que son titulaire demande un mot de passe pour la première fois.",
    ),
    ("password_change", "Changement de mot de passe", "Quand une personne demande à changer son mot de passe."),
    ("password_changed", "Mot de passe changé", "Quand un mot de passe vient d’être changé."),
    (
        "email_change",
        "Nouvelle adresse à confirmer",
        "Quand une personne demande à changer d’adresse, à la nouvelle adresse.",
    ),
    (
        "email_change_asked",
        "Changement d’adresse demandé",
        "Quand une personne demande à changer d’adresse, à l’adresse actuelle.",
    ),
    ("email_changed", "Adresse changée", "Quand une nouvelle adresse est confirmée, à l’ancienne."),
    (
        "email_of_another",
        "Adresse déjà prise",
        "Quand quelqu’un demande une adresse qui est déjà celle d’un compte, à cette adresse.",
    ),
    ("account_ending", "Compte inactif", "30 jours avant qu’un compte qui ne sert plus soit effacé."),
    ("account_closed", "Compte fermé", "Quand le titulaire d’un compte fermé demande un mot de passe."),
    ("second_factor_changed", "Second facteur changé", "Quand un second facteur est ajouté ou retiré."),
    (
        "factor_reset_asked",
        "Retrait d’un second facteur demandé",
        "Quand l’assistance demande à retirer un second facteur.",
    ),
    (
        "factor_reset_decided",
        "Retrait d’un second facteur décidé",
        "Quand une seconde personne de l’assistance a répondu.",
    ),
    ("sessions_ended", "Sessions terminées", "Quand l’assistance met fin aux sessions d’un compte."),
)


def register_texts() -> None:
    for name, title, leaves in MAILS:
        register(f"notices/mails/{name}", title, leaves, (*OWN, ENDING))
    register_fixed(
        "notices/mails/summary",
        "Résumé du jour",
        "Chaque matin, à qui préfère un seul e-mail par jour.",
        "C’est une liste, faite chaque matin des messages de la personne.",
    )
