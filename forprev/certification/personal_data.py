"""What sessions and certificates hold on a person: never the names of those whom it trained."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from forprev.certification.models import (
    Certificate,
    CertificateCheck,
    SessionTrainer,
    Trainee,
    TraineeImport,
    TrainingSession,
)
from forprev.core.dates import day_of, french
from forprev.people.models import Person
from forprev.people.personal_data import Section, holds_data_on, section


@holds_data_on
def sessions(person: Person) -> Iterable[Section]:
    yield section(
        "certificates",
        "Certificats",
        {
            "number": "Numéro",
            "title": "Intitulé",
            "issued_on": "Délivré le",
            "expires_on": "Valable jusqu’au",
            "organisation": "Par",
            "holder": "Au nom de",
            "end": "Annulé ou remplacé",
        },
        [
            [each.number, each.title, each.issued_on, each.expires_on, each.organisation_name, each.holder, _end(each)]
            for each in Certificate.objects.filter(person=person).select_related("end").order_by("issued_on", "pk")
        ],
    )
    yield section(
        "checks",
        "Vérifications de vos certificats par le public",
        {"number": "Certificat", "at": "Le", "way": "Par", "origin": "Depuis"},
        [
            [each.certificate.number, each.at, each.get_way_display(), each.get_origin_display()]
            for each in CertificateCheck.objects.filter(certificate__person=person)
            .select_related("certificate")
            .order_by("at", "pk")
        ],
    )
    yield section(
        "enrolments",
        "Sessions suivies",
        {
            "session": "Session n°",
            "end_date": "Fin",
            "organisation": "Entité",
            "last_name": "Nom saisi",
            "first_name": "Prénom saisi",
            "birth_date": "Date de naissance saisie",
            "email": "E-mail saisi",
            "result": "Résultat",
        },
        [
            [
                each.session_id,
                each.session.end_date,
                each.session.organisation.name,
                each.last_name,
                each.first_name,
                each.birth_date,
                each.email,
                each.get_result_display(),
            ]
            for each in Trainee.objects.filter(person=person).select_related("session__organisation").order_by("pk")
        ],
    )
    run = SessionTrainer.objects.filter(person=person).order_by("session_id")
    yield section(
        "sessions_run",
        "Sessions animées",
        {"session": "Session n°", "end_date": "Fin", "organisation": "Entité"},
        run.values_list("session_id", "session__end_date", "session__organisation__name"),
    )
    own = Q(created_by=person) | Q(last_actor=person) | Q(results_by=person)
    yield section(
        "sessions_handled",
        "Sessions saisies, modifiées ou évaluées",
        {"session": "Session n°", "organisation": "Entité", "modified_at": "Dernière modification"},
        TrainingSession.objects.filter(own).order_by("pk").values_list("pk", "organisation__name", "modified_at"),
    )
    sent = TraineeImport.objects.filter(by=person).order_by("created_at")
    yield section(
        "trainee_imports",
        "Fichiers de stagiaires importés depuis un jour",
        {"session": "Session n°", "source": "Fichier", "created_at": "Importé le"},
        sent.values_list("session_id", "source", "created_at"),
    )


def _end(certificate: Certificate) -> str:
    """`Annulé le 01/12/2026 : motif`; empty for one that stands."""
    if not hasattr(certificate, "end"):
        return ""
    end = certificate.end
    return f"{end.get_kind_display()} le {french(day_of(end.at))} : {end.reason}"
