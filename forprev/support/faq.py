"""The questions that people ask, by module, and a search by text in questions and answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from forprev.certification.models import CertificationSettings
from forprev.core.text import normalise, plural

SIGNING_IN = "Connexion et rôles"
ENTITY = "Entité et habilitations"
SESSIONS = "Sessions de certification"
RESULTS = "Résultats"
CERTIFICATES = "Certificats"


@dataclass(frozen=True)
class Question:
    module: str
    text: str
    answer: str

    def speaks_of(self, words: Iterable[str]) -> bool:
        """Whether every word, normalised, stands in the question, its answer or its module, even inside a word."""
        content = normalise(f"{self.module} {self.text} {self.answer}")
        return all(word in content for word in words)


def search(questions: Iterable[Question], text: str) -> list[Question]:
    """Those that hold all the words of `text`, whatever its accents and capitals; all of them without words."""
    words = normalise(text).split()
    return [question for question in questions if question.speaks_of(words)]


def by_module(questions: Iterable[Question]) -> list[tuple[str, list[Question]]]:
    """Under the name of each module, in the order given."""
    return [(module, list(group)) for module, group in groupby(questions, key=lambda question: question.module)]


def questions(delays: CertificationSettings) -> tuple[Question, ...]:
    """All of them, in the order of the screen; the delays told are those in force."""
    days = plural(delays.download_days, "jour")
    return (
        Question(
            SIGNING_IN,
            "Comment me connecter la première fois, ou si j’ai oublié mon mot de passe ?",
            "Sur la page « Connexion », choisissez « Mot de passe oublié » et saisissez votre e-mail ou votre "
            "n° Forprev (trois lettres et cinq chiffres). Un message vous est envoyé avec un lien valable 72 "
            "heures, une seule fois, pour choisir votre mot de passe. Une nouvelle demande annule les liens "
            "précédents. Si aucun message n’arrive, vérifiez vos courriers indésirables, puis contactez "
            "l’assistance.",
        ),
        Question(
            SIGNING_IN,
            "J’ai plusieurs rôles : comment passer de l’un à l’autre ?",
            "Le rôle en cours et son entité sont affichés en haut de la page. Si vous avez plusieurs rôles, "
            "ouvrez cette zone et choisissez celui que vous voulez utiliser : le menu et les listes s’adaptent. "
            "Une page qui répond « Accès refusé » ou « Page introuvable » peut dépendre d’un autre de vos "
            "rôles.",
        ),
        Question(
            ENTITY,
            "Pourquoi une de mes habilitations n’est-elle pas dans « Habilitations actives » ?",
            "La liste ne montre que les habilitations qui permettent de certifier aujourd’hui. Une habilitation "
            "suspendue, retirée, ou dont la date de fin est passée n’y figure plus, même si une demande de "
            "renouvellement est en cours. Un délégataire n’y voit que les habilitations qui lui sont "
            "rattachées.",
        ),
        Question(
            ENTITY,
            "Combien de gestionnaires faut-il déclarer ?",
            "Nous vous conseillons de déclarer au moins deux gestionnaires par entité, pour que les sessions et "
            "les certificats continuent d’être traités en cas d’absence. La page « Utilisateurs » montre les "
            "personnes qui ont un rôle dans votre entité : G pour gestionnaire, DI pour délégataire.",
        ),
        Question(
            SESSIONS,
            "Comment créer une session de certification ?",
            "Dans « Certification », « À traiter », choisissez « + Nouvelle session ». Renseignez la session, "
            "puis le formateur et les stagiaires, et envoyez la session au formateur. Le brouillon est conservé "
            "à chaque étape : vous pouvez le reprendre plus tard, un collègue aussi.",
        ),
        Question(
            SESSIONS,
            "Un dispositif ou un niveau ne m’est pas proposé : pourquoi ?",
            "Seuls les dispositifs et niveaux de vos habilitations actives à la date de fin de session sont "
            "proposés. Un délégataire ne voit que ceux des habilitations qui lui sont rattachées par un "
            "gestionnaire.",
        ),
        Question(
            SESSIONS,
            "La vérification du formateur échoue : que faire ?",
            "Quatre points sont vérifiés : la personne existe dans Forprev, elle a un rôle de formateur, elle "
            "possède la qualification requise, et cette qualification est valide à la date de fin de session. "
            "La réponse indique le point qui manque. Vérifiez d’abord le n° Forprev, ou le nom, le prénom et la "
            "date de naissance saisis.",
        ),
        Question(
            RESULTS,
            "Formateur, j’ai constaté une erreur dans la session : puis-je la corriger ?",
            "La session se corrige chez l’entité. Choisissez l’action « Retour commenté », expliquez l’erreur "
            "dans « Mon commentaire » et soumettez : l’entité corrige puis vous renvoie la session. Vous pouvez "
            "enregistrer des résultats et les reprendre plus tard, tant que vous ne les avez pas envoyés.",
        ),
        Question(
            CERTIFICATES,
            "Jusqu’à quand puis-je télécharger les certificats d’une session ?",
            f"Les certificats sont téléchargeables par l’entité pendant {days} à compter de leur génération, "
            "dans l’onglet « Téléchargements » de la session. Aucun duplicata n’est délivré ensuite pour le "
            "niveau acteur. Un formateur télécharge ses propres certificats dans « Mes Certificats », tant "
            "qu’ils sont valides.",
        ),
        Question(
            CERTIFICATES,
            "Jusqu’à quand puis-je générer les certificats ?",
            f"Jusqu’à {delays.generation_months} mois après la date de fin de session. Passé ce délai, demandez "
            "à votre caisse de rouvrir la session, en lui indiquant le motif.",
        ),
        Question(
            CERTIFICATES,
            "Comment vérifier qu’un certificat est authentique ?",
            "Lisez le QR code imprimé sur le certificat, ou saisissez son code sur la page « Vérifier un "
            "certificat », accessible à tous depuis l’accueil.",
        ),
    )
