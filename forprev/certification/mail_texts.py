"""Which mails of this package the network may write in its own words, and what these may name."""

from __future__ import annotations

from forprev.notices.texts import Variable, register

OWN = (
    Variable("session", "numéro de la session", "{{ session.pk }}", "122"),
    Variable("numero_session", "numéro de la session", "{{ session_id }}", "122"),
    Variable("certificat", "certificat préparé", "{{ session.qualification }}", "SST-1"),
    Variable(
        "session_complete",
        "le certificat, s’il est choisi",
        "{% if session.qualification %}, {{ session.qualification }}{% endif %}",
        ", SST-1",
    ),
    Variable("entite", "entité de la session", "{{ session.organisation.name }}", "MAROSE FORMATION"),
    Variable("entite_session", "entité de la session", "{{ session.organisation }}", "MAROSE FORMATION"),
    Variable("fin_session", "fin de la session", '{{ session.end_date|date:"d/m/Y" }}', "16/03/2026"),
    Variable("date_session", "fin de la session", "{{ session.end_date|jour }}", "16/03/2026"),
    Variable("formateur", "formateur", "{{ trainer }}", "PARIS Karine"),
    Variable(
        "commentaire",
        "commentaire du formateur",
        "{{ comment }}",
        "La date de naissance de la ligne 2 est inexacte.",
        required=True,
    ),
    Variable("jusqu_au", "dernier jour", "{{ until }}", "31/03/2026"),
    Variable("echeance", "dernier jour de génération", "{{ deadline }}", "16/06/2026"),
    Variable("depuis", "depuis quand rien n’a changé", "{{ since }}", "02/03/2026"),
    Variable(
        "ce_qui_attend",
        "ce que la session attend",
        (
            '{% if session.state == "trainer" %}l’entité attend vos résultats{% elif session.state == '
            '"entity" %}ses certificats sont à générer{% else %}votre formateur vous l’a retournée{% '
            "endif %}"
        ),
        "l’entité attend vos résultats",
    ),
    Variable("nombre", "nombre de certificats", '{{ count|plural:"certificat" }}', "8 certificats"),
    Variable(
        "titre", "titre du certificat", "{{ certificate.title }}", "Certificat de sauveteur secouriste du travail"
    ),
    Variable("libelle", "libellé court du certificat", "{{ certificate.qualification.short_label }}", "SST-2"),
    Variable("numero_certificat", "numéro du certificat", "{{ certificate.number }}", "SST-1/2026/000123"),
    Variable("delivre_le", "date de délivrance", "{{ certificate.issued_on|jour }}", "16/03/2025"),
    Variable("fin", "fin de validité", "{{ certificate.expires_on|jour }}", "16/03/2027"),
    Variable("entite_certificat", "entité qui l’a délivré", "{{ certificate.organisation_name }}", "MAROSE FORMATION"),
    Variable("titulaire", "titulaire du certificat", "{{ certificate.holder }}", "FERRAND Régine"),
    Variable("mois", "dans combien de mois au plus", "{{ months }}", "12"),
    Variable(
        "certificats",
        "certificats remplacés, en liste",
        (
            "{% for was, now in pairs %}- {{ now.title }} : n° {{ now.number }}, qui remplace le n° {{ "
            "was.number }}\n{% endfor %}"
        ),
        "- SST : n° SST-1/2026/000124, qui remplace le n° SST-1/2026/000123",
        required=True,
    ),
    Variable("duree_telechargement", "durée de téléchargement", "{{ fetched_for }}", "15 jours"),
)
MAILS = (
    ("to_validate", "Session à valider", "Quand une session est envoyée, à son formateur."),
    ("returned", "Session retournée", "Quand le formateur retourne une session, à l’entité."),
    ("to_generate", "Certificats à générer", "Quand le formateur a envoyé les résultats, à l’entité."),
    ("reopened", "Session rouverte", "Quand la caisse rouvre une session hors délai, à l’entité."),
    ("waiting", "Rappel : session en attente", "Quand une session attend depuis plusieurs jours."),
    (
        "deadline_near",
        "Délai de génération bientôt passé",
        "Quelques jours avant la fin du délai de génération, à l’entité.",
    ),
    (
        "download_ends",
        "Téléchargement bientôt fermé",
        "Quelques jours avant la fin du téléchargement, si rien n’a été téléchargé.",
    ),
    ("certificate_ends", "Fin d’un certificat de formateur", "Trois fois avant la fin du certificat, à son titulaire."),
    ("certificate_cancelled", "Certificat annulé : titulaire", "Quand un certificat est annulé, à son titulaire."),
    ("certificate_cancelled_entity", "Certificat annulé : entité", "Quand un certificat est annulé, à l’entité."),
    (
        "session_cancelled",
        "Session annulée : titulaires",
        "Quand tous les certificats d’une session sont annulés, à leurs titulaires.",
    ),
    (
        "session_cancelled_entity",
        "Session annulée : entité",
        "Quand tous les certificats d’une session sont annulés, à l’entité.",
    ),
    ("certificates_replaced", "Certificats remplacés : titulaire", "Quand une identité est corrigée, au titulaire."),
    ("certificates_replaced_entity", "Certificats remplacés : entité", "Quand une identité est corrigée, à l’entité."),
)


def register_texts() -> None:
    for name, title, leaves in MAILS:
        register(f"certification/mails/{name}", title, leaves, OWN)
