"""How long sessions tell of people, and what is left of a certificate once its holder is anonymised: its truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from forprev.accounts.models import Account
from forprev.accounts.retention import NOTICE, announce, announced, erase_accounts, useless
from forprev.catalogue.models import TraineeKind
from forprev.certification.models import (
    Certificate,
    CertificateCheck,
    CertificateEnd,
    CertificationSettings,
    CheckAttempt,
    CheckCount,
    ImportLine,
    SessionTrainer,
    Trainee,
    TraineeImport,
    TrainingSession,
)
from forprev.certification.models.certificates import NOBODY
from forprev.certification.workflow import OPEN, State
from forprev.core.dates import NO_DAY, now, start_of
from forprev.core.history import events_of
from forprev.people.models import Erasure
from forprev.people.retention.kinds import HISTORY
from forprev.people.retention.persons import (
    OF_PERSON,
    numbers_of_certificates,
    on_anonymise,
    still_needed,
)
from forprev.people.retention.registry import Kind, Part, kept, register, removed_history
from forprev.people.retention.replaying import erases_again
from forprev.people.retention.rewriting import forget, rewrite

NO_TRAINEE = {
    "last_name": "",
    "first_name": "",
    "birth_date": NO_DAY,
    "email": "",
    "search_last_name": "",
    "search_first_name": "",
}

# Persons


@still_needed
def certificates_and_sessions(limit: date) -> Iterable[Exists]:
    """Certificates until their term, and as long after it; sessions that are worked on, and those that ended since."""
    yield Exists(Certificate.objects.filter(person=OF_PERSON, expires_on__gte=limit))
    worked_on = Q(session__state__in=OPEN, session__modified_at__gte=start_of(limit))
    going = worked_on | Q(session__end_date__gte=limit)
    for model in (Trainee, SessionTrainer):
        yield Exists(model._default_manager.filter(going, person=OF_PERSON))


@numbers_of_certificates
def numbers(ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for person, number in Certificate.objects.filter(person__in=ids).order_by("pk").values_list("person_id", "number"):
        found[person].append(number)
    return found


@on_anonymise
def forget_holders(ids: Sequence[int]) -> None:
    """Number, codes, what was learnt, by whom and until when stay: the certificate still checks as genuine."""
    certificates = Certificate.objects.filter(person__in=ids)
    certificates.update(**NOBODY)
    ends = list(CertificateEnd.objects.filter(certificate__in=certificates).values_list("pk", flat=True))
    rewrite(CertificateEnd, ends, reason="")
    rewrite(Trainee, Trainee.objects.filter(person__in=ids).values_list("pk", flat=True), **NO_TRAINEE)


# Accounts of trainers


def _closed_trainers(limit: date) -> QuerySet[Account]:
    """Those whom their certificates made trainers, none of which is valid since `limit`."""
    made = Certificate.objects.filter(person=OuterRef("person"), qualification__level__trainee_kind=TraineeKind.TRAINER)
    return useless(limit).filter(Exists(made))


# Sessions


def _abandoned(limit: date) -> QuerySet[TrainingSession]:
    """Drafts that nobody takes up, and what was deleted, as long as they tell of trainees."""
    old = TrainingSession.objects.filter(modified_at__lt=start_of(limit))
    told = Exists(Trainee.objects.filter(session=OuterRef("pk"))) | Exists(
        events_of(Trainee).filter(session=OuterRef("pk"))
    )
    return old.filter(Q(state=State.DRAFT) | Q(state=State.DELETED) & (told | ~Q(comment="", warnings=[])))


def _forget_abandoned(pks: list[Any]) -> None:
    """The session itself stays, deleted (B43); trainees who became nothing go, those taken off it too."""
    forget(Trainee, Trainee.objects.filter(session__in=pks).values_list("pk", flat=True))
    events_of(Trainee).filter(session__in=pks).delete()
    TraineeImport.objects.filter(session__in=pks).delete()
    TrainingSession.objects.filter(pk__in=pks, state=State.DRAFT).update(state=State.DELETED)
    rewrite(TrainingSession, pks, comment="", warnings=[])


def _talkative(limit: date) -> QuerySet[TrainingSession]:
    old = TrainingSession.objects.filter(end_date__lt=limit, modified_at__lt=start_of(limit))
    told = events_of(TrainingSession).filter(pgh_obj_id=OuterRef("pk")).exclude(comment="", warnings=[])
    return old.filter(Exists(told))


def _forget_words(pks: list[Any]) -> None:
    rewrite(TrainingSession, pks, comment="", warnings=[])


def _nameless(limit: date) -> QuerySet[Trainee]:
    """Those who have no n° Forprev: they failed, or the session was never finished."""
    return Trainee.objects.filter(
        person=None, session__end_date__lt=limit, session__modified_at__lt=start_of(limit)
    ).exclude(search_last_name="")


def forget_trainees(pks: Sequence[Any]) -> None:
    """That somebody failed stays (B29, B43), not who; within `erasing`."""
    moment = now()
    Erasure.objects.bulk_create(Erasure(kind=Erasure.Kind.TRAINEE, trainee=pk, at=moment) for pk in pks)
    rewrite(Trainee, pks, **NO_TRAINEE)


@erases_again(Erasure.Kind.TRAINEE)
def forget_again(erased: Mapping[Any, datetime]) -> int:
    found = Trainee.objects.filter(pk__in=erased).exclude(search_last_name="").order_by("pk").select_for_update()
    named = list(found.values_list("pk", flat=True))
    if named:
        forget_trainees(named)
    return len(named)


def register_kinds() -> None:
    register(
        Kind(
            "trainer_accounts",
            "Comptes des formateurs",
            holds="Adresse e-mail, mot de passe haché, seconds facteurs, messages des formateurs qui ne le sont plus.",
            purpose="Permettre au formateur de se former de nouveau sans perdre son compte.",
            starts="Fin de validité du dernier certificat, s’il n’y a plus de rôle",
            becomes="Effacés, 30 jours après un e-mail qui l’annonce ; les certificats restent",
            recipients="La personne ; l’assistance",
            months_set_by=lambda: CertificationSettings.current().trainer_account_months,
            prepare=lambda limit: announce(_closed_trainers(limit + NOTICE)),
            parts=(Part(Account, lambda limit: announced(_closed_trainers(limit)), erase_accounts),),
        )
    )
    register(
        Kind(
            "draft_sessions",
            "Sessions en brouillon ou supprimées",
            holds="Les stagiaires saisis dans une session qui n’a jamais été envoyée, ou que l’entité a supprimée.",
            purpose="Reprendre la saisie, revenir sur une suppression.",
            starts="Dernière modification",
            becomes="Stagiaires effacés ; le numéro de la session reste, supprimée",
            months=12,
            least=3,
            most=36,
            parts=(Part(TrainingSession, _abandoned, _forget_abandoned),),
            covers=(Trainee, events_of(Trainee).model),
        )
    )
    register(
        Kind(
            "trainees",
            "Stagiaires sans n° Forprev",
            holds="Nom, prénom et date de naissance des stagiaires en échec, ou de sessions jamais achevées.",
            purpose="Répondre au stagiaire qui conteste ; le former de nouveau.",
            starts="Fin de la session",
            becomes="Anonymisés ; le résultat reste dans les chiffres",
            months=60,
            least=12,
            most=120,
            parts=(Part(Trainee, _nameless, forget_trainees),),
        )
    )
    register(
        Kind(
            "session_words",
            "Commentaires et avertissements des sessions",
            holds="Le commentaire d’un retour, ce qui a été signalé à l’envoi : des noms peuvent y figurer.",
            purpose="Comprendre une session tant qu’elle peut être contestée.",
            starts="Fin de la session",
            months=60,
            least=12,
            most=120,
            parts=(Part(TrainingSession, _talkative, _forget_words),),
            covers=(events_of(TrainingSession).model,),
        )
    )
    register(
        Kind(
            "trainee_imports",
            "Fichiers de stagiaires importés",
            holds="Les lignes d’un tableur, entre l’envoi et la confirmation.",
            purpose="Vérifier la saisie avant de l’enregistrer.",
            starts="Envoi",
            recipients="Qui a envoyé le fichier",
            elsewhere="1 jour",
            covers=(TraineeImport, ImportLine),
        )
    )
    register(
        Kind(
            "checks",
            "Vérifications de certificats par le public",
            holds="Le jour, le moyen et la sorte d’appareil ; l’adresse IP d’un essai.",
            purpose="Dire au titulaire que son certificat a été vérifié ; freiner qui essaie des codes.",
            starts="Vérification",
            recipients="Le titulaire",
            elsewhere="13 mois ; 1 heure pour une adresse IP",
            covers=(CertificateCheck, CheckAttempt, CheckCount),
        )
    )
    HISTORY.extend(removed_history(model) for model in (Trainee, SessionTrainer))
    kept(
        "Le certificat reste vérifiable ; le nom de son titulaire part avec celui de la personne.",
        Certificate,
        CertificateEnd,
        events_of(CertificateEnd).model,
    )
    kept("Ne porte que la clé de la personne.", SessionTrainer, events_of(SessionTrainer).model)
