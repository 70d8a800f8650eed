"""Reading the help: by module, by search, one question, and what happened to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from forprev.accounts.models import AccountSettings
from forprev.accreditation.models import AccreditationSettings
from forprev.certification.models import CertificationSettings
from forprev.core.text import plural
from forprev.support.help.models import Module, Question
from forprev.support.help.search import Searched, best_first, marked

PHONE, HOURS, MAIL = "01 40 44 30 44", "du lundi au vendredi, de 10 h à 13 h", "contact@forprev.fr"
VARIABLE = re.compile(r"\{(\w*)\}")
VARIABLES = {
    "jours_telechargement": "délai de téléchargement des certificats, par exemple « 15 jours »",
    "mois_generation": "délai de génération, en mois",
    "mois_compte_formateur": "durée d’ouverture du compte d’un formateur sans certificat, en mois",
    "duree_lien": "validité d’un lien envoyé par courriel, par exemple « 72 heures »",
    "duree_renouvellement": "durée avant la fin d’une habilitation où son renouvellement est possible",
    "premiere_alerte": "délai de la première alerte avant la fin d’une habilitation",
    "seconde_alerte": "délai de la seconde",
    "delai_apres_echec": "délai conseillé après un échec",
    "telephone": "numéro de l’assistance",
    "horaires": "jours et heures de l’assistance",
    "courriel": "adresse de l’assistance",
}
"""All that an answer may name, and what each stands for."""

Piece = tuple[str, bool]
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Block:
    """A paragraph (one line) or a list, in pieces of which some were sought."""

    is_list: bool
    lines: list[list[Piece]]


@dataclass(frozen=True)
class Answered:
    """A question as the screen shows it."""

    question: Question
    title: list[Piece]
    blocks: list[Block]


@dataclass(frozen=True)
class Event:
    """One change, as `core/parts/timeline.html` shows it."""

    at: datetime
    actor: str
    role: str
    action: str


ACTIONS = {"create_question": "Création", "change_question": "Modification"}


def variables() -> dict[str, str]:
    """What each variable stands for at this moment; three queries."""
    delays = CertificationSettings.current()
    accreditation = AccreditationSettings.current()
    first, second = accreditation.alert_months
    return {
        "jours_telechargement": plural(delays.download_days, "jour"),
        "mois_generation": str(delays.generation_months),
        "mois_compte_formateur": str(delays.trainer_account_months),
        "duree_lien": plural(AccountSettings.current().link_hours, "heure"),
        "duree_renouvellement": f"{accreditation.renewal_months} mois",
        "premiere_alerte": f"{first} mois",
        "seconde_alerte": f"{second} mois",
        "delai_apres_echec": f"{delays.retry_months} mois",
        "telephone": PHONE,
        "horaires": HOURS,
        "courriel": MAIL,
    }


def by_module() -> list[tuple[str, list[Answered]]]:
    """All that is published, under the name of each module; four queries."""
    shown = _shown(_published())
    groups = ((module.label, [each for each in shown if each.question.module == module]) for module in Module)
    return [(label, answers) for label, answers in groups if answers]


def search(typed: str) -> list[Answered]:
    """The answers to what somebody typed, the best first; four queries."""
    questions, values = _published(), variables()
    searched = [Searched(each.text, each.words, filled(each.answer, values)) for each in questions]
    places, stems = best_first(typed, searched)
    return [_answered(questions[place], values, stems) for place in places]


def answered(question: Question) -> Answered:
    """One question, saved or not."""
    return _answered(question, variables(), _NONE)


def filled(answer: str, values: dict[str, str]) -> str:
    """The answer with what its variables stand for; what is no variable stays as it is."""
    return VARIABLE.sub(lambda found: values.get(found[1], found[0]), answer)


def history_of(question: Question) -> list[Event]:
    """The latest first, in one query."""
    rows = question.events.select_related("pgh_context").order_by("-pgh_id")  # type: ignore[attr-defined]
    told = ((row.pgh_created_at, row.pgh_context.metadata if row.pgh_context else {}) for row in rows)
    return [
        Event(at, by.get("actor", "Forprev"), by.get("role", ""), ACTIONS.get(by.get("action", ""), "Installation"))
        for at, by in told
    ]


def _published() -> list[Question]:
    return list(Question.objects.filter(is_published=True))


def _shown(questions: Iterable[Question]) -> list[Answered]:
    values = variables()
    return [_answered(question, values, _NONE) for question in questions]


def _answered(question: Question, values: dict[str, str], stems: frozenset[str]) -> Answered:
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n", filled(question.answer, values).strip()):
        lines = [line.strip() for line in part.splitlines()]
        texts = [line for line in lines if not line.startswith("- ")]
        if texts:
            blocks.append(Block(False, [marked(" ".join(texts), stems)]))
        if items := [line.removeprefix("- ") for line in lines if line.startswith("- ")]:
            blocks.append(Block(True, [marked(item, stems) for item in items]))
    return Answered(question, marked(question.text, stems), blocks)
