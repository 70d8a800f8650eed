"""Which mails of this package the network may write in its own words, and what these may name."""

from __future__ import annotations

from forprev.notices.texts import Variable, register

OWN = (
    Variable("demande", "numéro de la demande", "{{ contact.number }}", "C-2026-000123"),
    Variable("sujet", "sujet de la demande", "{{ contact.get_subject_display }}", "Connexion"),
    Variable("nom", "nom de qui écrit", "{{ contact.name }}", "GRISSET Antoine"),
    Variable("message", "texte du message", "{{ text }}", "Je ne reçois pas le message.", required=True),
    Variable("correction", "numéro de la correction", "{{ correction.pk }}", "45"),
    Variable("personne", "personne concernée", "{{ correction.person }}", "GRISSET Antoine"),
    Variable("numero_personne", "son n° Forprev", "{{ correction.person.number }}", "AAA01234"),
    Variable("nouveau_prenom", "prénom corrigé", "{{ correction.new_first_name }}", "Antoine"),
    Variable(
        "motif_refus", "motif du refus", "{{ correction.reason }}", "Le justificatif est illisible.", required=True
    ),
    Variable("demandee_le", "date de la demande", '{{ correction.created_at|date:"d/m/Y" }}', "02/03/2026"),
    Variable("numero_reuni", "n° de la fiche réunie", "{{ merge.number }}", "BBB01234"),
    Variable("numero_garde", "n° de la fiche gardée", "{{ merge.kept_number }}", "AAA01234"),
    Variable(
        "compte",
        "ce que devient le compte",
        (
            "{% if closed %}Le compte de cette adresse est fermé : connectez-vous avec l’autre, {{ stays "
            "}}, ou avec l’un de vos deux n° Forprev.{% else %}Votre compte et votre mot de passe ne "
            "changent pas.{% endif %}"
        ),
        "Votre compte et votre mot de passe ne changent pas.",
    ),
    Variable(
        "annulable_jusqu_au", "dernier jour pour annuler la fusion", '{{ merge.last_day|date:"d/m/Y" }}', "15/04/2026"
    ),
)
SEEN = (
    Variable(
        "vue_le", "date et heure", '{{ consultation.begun_at|date:"d/m/Y à H:i" }}', "02/03/2026 à 10:15", required=True
    ),
    Variable("role_vu", "rôle vu", "{{ consultation.role_shown }}", "Gestionnaire MAROSE FORMATION"),
    Variable("minutes", "durée, en minutes", "{{ consultation.minutes }}", "15"),
    Variable(
        "motif_consultation",
        "motif, et demande de contact",
        "{{ consultation.reason }}{% if consultation.contact %} (demande {{ consultation.contact.number }}){% endif %}",
        "La page des sessions reste vide (demande C26-000123)",
        required=True,
    ),
)
MAILS = (
    ("contact_received", "Demande de contact : accusé de réception", "Quand quelqu’un écrit à l’assistance."),
    ("contact_answer", "Demande de contact : réponse", "Quand l’assistance répond."),
    ("contact_asked", "Demande de contact : à traiter", "Quand une demande ou une réponse arrive, à l’assistance."),
    ("correction_received", "Correction : accusé de réception", "Quand une personne demande à corriger son identité."),
    ("correction_asked", "Correction : à traiter", "Quand une correction est demandée, à l’assistance."),
    (
        "correction_waits",
        "Rappel : correction à traiter",
        "Quand une correction attend depuis plusieurs jours, à l’assistance.",
    ),
    ("correction_applied", "Correction appliquée", "Quand l’assistance applique une correction."),
    ("correction_refused", "Correction refusée", "Quand l’assistance refuse une correction."),
    ("seen", "Compte consulté par l’assistance", "Quand un agent voit l’application comme la personne."),
    ("merged", "Fiches réunies", "Quand deux fiches d’une même personne sont réunies."),
    ("separated", "Fiches séparées", "Quand une fusion est annulée."),
)


def register_texts() -> None:
    for name, title, leaves in MAILS:
        register(f"support/mails/{name}", title, leaves, (*OWN, *SEEN))
