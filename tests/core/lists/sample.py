"""A small list screen on a table of its own, which belongs to no application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import django_tables2 as tables
from django.contrib.auth.decorators import login_not_required
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.test.utils import isolate_apps
from django.urls import path

from forprev.core.lists import (
    Choice,
    Criterion,
    Date,
    DateColumn,
    ListScreen,
    Moment,
    MomentColumn,
    Noun,
    Number,
    Text,
)
from forprev.core.text import normalise

STATES = [("saisie", "En cours de saisie"), ("generes", "Certificats générés")]

with isolate_apps("django.contrib.contenttypes"):

    class Sample(models.Model):
        number = models.IntegerField()
        town = models.CharField(max_length=100)
        normalised_name = models.CharField(max_length=100)
        end_date = models.DateField(null=True)
        changed_at = models.DateTimeField()
        state = models.CharField(max_length=10, choices=STATES)

        def __str__(self) -> str:
            return str(self.number)

        class Meta:
            app_label = "contenttypes"
            db_table = "test_lists_sample"


class SampleTable(tables.Table):
    numero = tables.Column("Numéro", accessor="number", linkify=lambda record: f"/sessions/{record.number}")
    ville = tables.Column("Ville", accessor="town")
    fin = DateColumn("Date de fin de session", accessor="end_date")
    modification = MomentColumn("Date de modification", accessor="changed_at", initial_sort_descending=True)
    etat = tables.Column("État", accessor="state")
    note = tables.Column("Note", accessor="pk", orderable=False)

    def render_note(self, record: Sample) -> str:
        return f"={record.number}+1"


class SampleList(ListScreen):
    noun = Noun("session", "sessions", feminine=True)
    table_class = SampleTable
    default_sort = "-fin"
    empty_text = "Une session se crée avec « + Nouvelle session »."
    criteria = (
        Criterion("numero", "Numéro", "number", Number()),
        Criterion("ville", "Ville", "town", Text()),
        Criterion("fin", "Date de fin de session", "end_date", Date()),
        Criterion("modification", "Date de modification", "changed_at", Moment()),
        Criterion("etat", "État", "state", Choice(STATES)),
    )


class PrivateList(SampleList):
    criteria = (
        Criterion("nom", "Nom", "normalised_name", Text(normalise), personal=True),
        Criterion("naissance", "Date de naissance", "end_date", Date(), personal=True),
        Criterion("etat", "État", "state", Choice(lambda: STATES)),
    )


class ShortList(SampleList):
    limit = 15


def _view(screen: type[ListScreen]) -> Callable[[HttpRequest], HttpResponseBase]:
    @login_not_required
    def view(request: HttpRequest) -> HttpResponseBase:
        return screen(request, Sample.objects.all()).response("core/lists/list.html")

    return view


@login_not_required
def plain_table(request: HttpRequest) -> HttpResponseBase:
    table = SampleTable(Sample.objects.all()[:3], orderable=False, empty_text="Rien à traiter.")
    return SimpleTemplateResponse("core/lists/table.html", {"table": table})


urlpatterns = [
    path("liste", _view(SampleList)),
    path("privee", _view(PrivateList)),
    path("courte", _view(ShortList)),
    path("table", plain_table),
]


def make_samples(count: int) -> None:
    """Numbers 1 to `count`, one a day from 1 January 2022; every third one is generated, in Paris."""
    Sample.objects.bulk_create(
        Sample(
            number=number,
            town="Paris" if number % 3 == 0 else "Saint-Étienne",
            normalised_name=normalise("Lévêque" if number % 2 else "D’Œuf"),
            end_date=date(2022, 1, 1) + timedelta(days=number - 1),
            changed_at=datetime(2022, 1, 1, 23, 30, tzinfo=UTC) + timedelta(days=number),
            state="generes" if number % 3 == 0 else "saisie",
        )
        for number in range(1, count + 1)
    )
