"""Writing the help: what the network changes on the screen, and what is installed once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from forprev.accounts.acting import Acting
from forprev.core.errors import Conflict, DomainError
from forprev.core.history import action
from forprev.support.help.models import Question
from forprev.support.help.selectors import VARIABLE, VARIABLES

CONTENT = Path(__file__).with_name("questions.toml")
FIELDS = ("module", "rank", "text", "answer", "words", "is_published")


def create_question(acting: Acting, values: dict[str, Any]) -> Question:
    """A new one, whose address follows from its text; DomainError for an unknown variable or a text that is taken."""
    check_variables(values["answer"])
    slug = slugify(values["text"])[:80].strip("-")
    try:
        with action(acting, "create_question"):
            return Question.objects.create(slug=slug, **{name: values[name] for name in FIELDS})
    except IntegrityError:
        raise DomainError("Une autre question a déjà ce texte.", code="taken", field="text") from None


def change_question(pk: int, acting: Acting, version: int, values: dict[str, Any]) -> Question:
    """Its address stays: others may have noted it. Conflict if somebody changed the question since `version`."""
    check_variables(values["answer"])
    with action(acting, "change_question"):
        question = Question.objects.select_for_update(no_key=True).get(pk=pk)
        if question.version != version:
            raise Conflict
        for name in FIELDS:
            setattr(question, name, values[name])
        question.version += 1
        question.save()
    return question


def check_variables(answer: str) -> None:
    """DomainError if the answer names what is not in the closed list."""
    unknown = [name for name in VARIABLE.findall(answer) if name not in VARIABLES]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in VARIABLES)
        raise DomainError(f"Variable inconnue : {{{unknown[0]}}}. Sont connues : {known}.", field="answer")


@transaction.atomic
def install() -> None:
    """Create the questions of `questions.toml` into an empty table; afterwards all is the network's."""
    if Question.objects.exists():
        return
    content = tomllib.loads(CONTENT.read_text())["question"]
    for rank, facts in enumerate(content, 1):
        Question.objects.create(rank=10 * rank, **{**facts, "answer": facts["answer"].strip()})


def install_after_migrate(**kwargs: object) -> None:
    install()
