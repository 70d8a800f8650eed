"""Which mails of this package the network may write in its own words, and what these may name."""

from __future__ import annotations

from forprev.notices.texts import Variable, register, register_fixed

OWN = (
    Variable("prenom_demandeur", "prénom du demandeur", "{{ candidacy.first_name }}", "Antoine"),
    Variable("entite_demandeur", "entité du demandeur", "{{ candidacy.organisation_name }}", "MAROSE FORMATION"),
    Variable("accueil", "adresse de Forprev", "{{ public_url }}", "https://forprev.fr"),
    Variable("numero", "numéro de la demande", "{{ dossier.number }}", "D-2026-000123"),
    Variable("entite", "entité qui demande", "{{ dossier.organisation_name }}", "MAROSE FORMATION"),
    Variable(
        "pour_entite",
        "« pour » et l’entité, si elle est connue",
        "{% if dossier.organisation_name %} pour {{ dossier.organisation_name }}{% endif %}",
        " pour MAROSE FORMATION",
    ),
    Variable("echeance", "date attendue de la réponse", "{{ dossier.due_on|jour }}", "15/05/2026"),
    Variable(
        "au_plus_tard",
        "« , au plus tard le » et l’échéance, s’il y en a une",
        "{% if dossier.due_on %}, au plus tard le {{ dossier.due_on|jour }}{% endif %}",
        ", au plus tard le 15/05/2026",
    ),
    Variable(
        "reponse_attendue",
        "l’échéance, en une phrase, s’il y en a une",
        "{% if dossier.due_on %} Une réponse est attendue au plus tard le {{ dossier.due_on|jour }}.{% endif %}",
        " Une réponse est attendue au plus tard le 15/05/2026.",
    ),
    Variable("transmise_le", "date de la transmission", "{{ dossier.submitted_on|jour }}", "16/03/2026"),
    Variable(
        "instructeur",
        "caisse qui instruit, ou l’INRS",
        "{% if dossier.fund %}{{ dossier.fund }}{% else %}l’INRS{% endif %}",
        "la Carsat Rhône-Alpes",
    ),
    Variable("depuis", "depuis quand rien n’a changé", "{{ since }}", "02/03/2026"),
    Variable("jusqu_au", "dernier jour du brouillon", "{{ last_day }}", "30/06/2026"),
    Variable(
        "message_facultatif",
        "message joint, s’il y en a un",
        "{% if text %}{{ text }}{% endif %}",
        "Voici l’attestation corrigée.",
    ),
    Variable("message", "message écrit", "{{ text }}", "Pouvez-vous joindre l’attestation ?", required=True),
    Variable("auteur", "auteur du message", "{{ author }}", "DURAND Camille"),
    Variable("niveau", "dispositif et niveau", "{{ accreditation.level }}", "SST / 1"),
    Variable("entite_habilitee", "entité habilitée", "{{ accreditation.organisation.name }}", "MAROSE FORMATION"),
    Variable("numero_habilitation", "numéro de l’habilitation", "{{ accreditation.number }}", "H1234/2026/SST-1/O/00"),
    Variable("fin", "fin de l’habilitation", "{{ accreditation.ends_on|jour }}", "30/06/2027"),
    Variable("mois", "dans combien de mois au plus", "{{ months }}", "12"),
    Variable("changee_le", "date de la décision", "{{ accreditation.status_since|jour }}", "16/03/2026"),
    Variable("demandeur", "nom de qui demande", "{{ person }}", "GRISSET Antoine"),
    Variable("adresse_demandeur", "son adresse e-mail", "{{ asking.email }}", "antoine@demo.test"),
    Variable("siret", "SIRET demandé", "{{ siret }}", "123 456 789 00012"),
)
MAILS = (
    (
        "candidacy",
        "Première demande : lien",
        "Quand quelqu’un sans compte commence une première demande d’habilitation.",
    ),
    (
        "candidacy_known",
        "Première demande : compte connu",
        "Quand l’adresse donnée pour une première demande est celle d’un compte.",
    ),
    (
        "siret_known",
        "Première demande : SIRET connu",
        "Quand une première demande porte le SIRET d’une entité connue, à ses gestionnaires.",
    ),
    ("receipt", "Demande transmise : accusé de réception", "Quand une demande est transmise, à ceux qui demandent."),
    ("submitted", "Demande transmise : à instruire", "Quand une demande est transmise, à ceux qui instruisent."),
    ("completion_asked", "Complément demandé", "Quand un complément est demandé."),
    ("completed", "Complément reçu", "Quand le complément est transmis, à ceux qui instruisent."),
    ("message", "Message dans une demande", "Quand un message est écrit dans une demande."),
    ("opinion_given", "Instruction terminée", "Quand l’avis est donné."),
    ("sent_back", "Renvoi en instruction", "Quand une demande est renvoyée en instruction, à ceux qui instruisent."),
    ("adjourned", "Demande ajournée", "Quand la commission ajourne une demande."),
    ("refused", "Demande refusée", "Quand la commission refuse une demande."),
    ("withdrawn", "Demande retirée", "Quand une demande est retirée, à ceux qui instruisent."),
    ("data_sent", "Actualisation à instruire", "Quand une entité demande à changer ses informations, à sa caisse."),
    ("data_accepted", "Actualisation acceptée", "Quand la caisse accepte de changer les informations d’une entité."),
    ("data_refused", "Actualisation refusée", "Quand la caisse refuse de changer les informations d’une entité."),
    ("draft_ending", "Brouillon bientôt supprimé", "Quelque temps avant la suppression d’un brouillon de demande."),
    ("still_to_complete", "Rappel : demande à compléter", "Quand une demande attend l’entité depuis plusieurs jours."),
    (
        "still_to_review",
        "Rappel : demande à instruire",
        "Quand une demande attend la caisse ou l’INRS depuis plusieurs jours.",
    ),
    ("ending", "Fin d’une habilitation", "Deux fois avant la fin d’une habilitation, à tous les gestionnaires."),
    ("suspended", "Habilitation suspendue", "Quand une habilitation est suspendue."),
    ("resumed", "Habilitation de nouveau active", "Quand une suspension est levée."),
    ("withdrawal", "Habilitation retirée", "Quand une habilitation est retirée."),
)


def register_texts() -> None:
    for name, title, leaves in MAILS:
        register(f"accreditation/mails/{name}", title, leaves, OWN)
    register_fixed(
        "accreditation/mails/accepted",
        "Demande acceptée",
        "Quand la commission accepte une demande.",
        "Il donne la décision de chaque niveau, et sa suite, qui diffère pour une première demande.",
    )
