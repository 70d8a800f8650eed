"""The list of questions, for those who write them."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.html import format_html

from forprev.core.lists import Choice, Criterion, ListScreen, Moment, MomentColumn, Noun, Number, Text
from forprev.core.templatetags.ui import status_badge
from forprev.support.help.models import Module, Question


class QuestionTable(tables.Table):
    question = tables.Column("Question", accessor="text", linkify=("support:question_edit", {"pk": tables.A("pk")}))
    module = tables.Column("Module", accessor="module")
    rang = tables.Column("Rang", accessor="rank", attrs={"td": {"class": "num"}})
    utile = tables.Column("A aidé", accessor="helped", attrs={"td": {"class": "num"}})
    inutile = tables.Column("N’a pas aidé", accessor="did_not", attrs={"td": {"class": "num"}})
    modification = MomentColumn("Modifiée le", accessor="modified_at")
    etat = tables.Column("État", accessor="is_published")

    def render_module(self, record: Question) -> str:
        return record.get_module_display()

    def render_etat(self, record: Question) -> str:
        look = ("neutral", self.value_etat(record)) if not record.is_published else ("active", "Publiée")
        return format_html("<div>{}</div>", status_badge(*look))

    def value_etat(self, record: Question) -> str:
        return "Publiée" if record.is_published else "Masquée"


class QuestionList(ListScreen):
    noun = Noun("question", "questions", feminine=True)
    table_class = QuestionTable
    criteria = (
        Criterion("question", "Question", "text", Text()),
        Criterion("module", "Module", "module", Choice(Module.choices)),
        Criterion("inutile", "N’a pas aidé", "did_not", Number()),
        Criterion("modification", "Modifiée le", "modified_at", Moment()),
    )
