"""Which sessions an actor sees, and which wait for it."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Count, F, Func, Q, QuerySet, Value

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.models import Delegation
from forprev.certification.models import Result, TrainingSession
from forprev.certification.workflow import AWAITING_ENTITY, State
from forprev.organisations.models import Organisation

SHOWN_TO_TRAINERS = (State.TRAINER, State.ENTITY, State.ISSUED)


def visible_to(acting: Acting) -> QuerySet[TrainingSession]:
    """The sessions that the actor may open; everything else answers 404.

    Managers: their entity's. Delegates: those of the accreditations attached to them, whoever created them, and their
    own drafts without one yet. Trainers: those sent to them. Funds: their region's. National administrators: all.
    """
    kept = TrainingSession.objects.exclude(state=State.DELETED)
    match acting.role:
        case Role.MANAGER:
            return kept.filter(organisation_id=acting.organisation_id)
        case Role.DELEGATE:
            attached = Delegation.objects.filter(membership_id=acting.membership_id).values("accreditation_id")
            return kept.filter(organisation_id=acting.organisation_id).filter(
                Q(accreditation_id__in=attached) | Q(accreditation=None, created_by=acting.person)
            )
        case Role.TRAINER:
            return kept.filter(state__in=SHOWN_TO_TRAINERS, trainers__person=acting.person)
        case Role.FUND_OFFICER:
            return kept.filter(organisation__department__fund_id=acting.fund_id)
        case Role.NATIONAL_ADMINISTRATOR:
            return kept
        case _:
            return kept.none()


def brought_to(state: State, acting: Acting) -> QuerySet[TrainingSession]:
    """The sessions that the actor itself brought to this state, seen no more perhaps, and that nobody touched since."""
    brought = TrainingSession.objects.filter(state=state, last_actor=acting.person)
    if acting.role == Role.TRAINER:
        return brought.filter(trainers__person=acting.person)
    return brought.filter(organisation_id=acting.organisation_id)


def awaiting(acting: Acting) -> QuerySet[TrainingSession]:
    """`À traiter`: what waits for this actor."""
    if acting.role == Role.TRAINER:
        return visible_to(acting).filter(state=State.TRAINER)
    if acting.role in (Role.MANAGER, Role.DELEGATE):
        return visible_to(acting).filter(state__in=AWAITING_ENTITY)
    return visible_to(acting).none()


def ongoing(acting: Acting) -> QuerySet[TrainingSession]:
    """`En cours`: what is with somebody else, and what is done; of a fund, its entities are read at once."""
    if acting.role in (Role.MANAGER, Role.DELEGATE):
        return visible_to(acting).exclude(state__in=AWAITING_ENTITY)
    if acting.role == Role.FUND_OFFICER:
        # Their keys, which stand in the index by change: joined instead, the last pages would take all sessions.
        of_region = Organisation.objects.filter(department__fund_id=acting.fund_id)
        entities = list(of_region.values_list("pk", flat=True))
        # One array: written out one by one, a thousand keys take longer to write than the page to be found.
        array = Value(entities, ArrayField(BigIntegerField()))
        among = Func(
            F("organisation_id"),
            array,
            template="%(expressions)s)",
            arg_joiner=" = ANY(",
            output_field=BooleanField(),
        )
        return TrainingSession.objects.exclude(state=State.DELETED).filter(among)
    return visible_to(acting)


def for_list(sessions: QuerySet[TrainingSession]) -> QuerySet[TrainingSession]:
    """With all that a list shows, in one query."""
    return sessions.select_related(
        "organisation", "accreditation__level__scheme", "qualification__level__scheme", "last_actor"
    )


def for_page(sessions: QuerySet[TrainingSession]) -> QuerySet[TrainingSession]:
    """With all that the session's own pages show."""
    return for_list(sessions).select_related("site", "created_by", "results_by")


class PeopleCount(NamedTuple):
    trainees: int
    trainers: int


def people_count(session: TrainingSession) -> PeopleCount:
    """How many people a session has, in one query."""
    counted = TrainingSession.objects.filter(pk=session.pk).aggregate(
        trainees=Count("trainees", distinct=True), trainers=Count("trainers", distinct=True)
    )
    return PeopleCount(**counted)


def results_count(session: TrainingSession) -> dict[str, int]:
    """`{"total": 8, "success": 6, "failure": 1}`; results not given yet are in none."""
    return session.trainees.aggregate(
        total=Count("pk"),
        success=Count("pk", filter=Q(result=Result.SUCCESS)),
        failure=Count("pk", filter=Q(result=Result.FAILURE)),
    )
