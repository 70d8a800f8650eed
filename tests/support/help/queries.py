"""What people type into the search of the help, and the question that answers it: written before the search was."""

QUERIES = {
    "mot de passe oublié": "premiere-connexion",
    "mot de pase oublier": "premiere-connexion",
    "je n'ai pas reçu le mail de connexion": "courriel-non-recu",
    "changer mon adresse mail": "changer-e-mail",
    "nom mal orthographié": "corriger-son-identite",
    "corection date de naisance": "corriger-son-identite",
    "combien de gestionnaires par entité": "deux-gestionnaires",
    "ajouter un delegataire": "ajouter-un-utilisateur",
    "renouvellement habilitation": "renouveler-une-habilitation",
    "renouvelement abilitation": "renouveler-une-habilitation",
    "où en est ma demande": "suivre-une-demande",
    "pieces a joindre": "pieces-demandees",
    "creer une nouvelle session": "creer-une-session",
    "verification formateur impossible": "verification-du-formateur",
    "importer les stagiaires depuis exel": "importer-des-stagiaires",
    "erreur dans la session formateur": "corriger-une-session",
    "telecharger les certificas": "telecharger-les-certificats",
    "duplicata du certificat perdu": "duplicata",
    "verifier si un certificat est un faux": "verifier-un-certificat",
    "desabonner des mails": "choisir-ses-courriels",
}
"""Twenty, ten of them with typing errors or without their accents."""
