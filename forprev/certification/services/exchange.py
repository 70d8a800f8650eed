"""The session between the entity and the trainer: sent, answered, returned, taken back, deleted, re-opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from forprev.accounts.acting import Acting
from forprev.certification import mails
from forprev.certification.models import CertificationSettings, Result, Trainee, TrainingSession
from forprev.certification.rules.findings import Finding, Refused, refuse_if_blocking
from forprev.certification.rules.sending import findings_before_sending
from forprev.certification.services.common import acting_on
from forprev.certification.workflow import Action
from forprev.core import dates
from forprev.core.errors import DomainError
from forprev.core.text import clean_lines, plural

DECLARATIONS = ("prerequisite_declared", "bases_declared", "earlier_declared")
COMMENT_LENGTH = 2000


def send_to_trainer(
    session_id: int, acting: Acting, version: int, declarations: Iterable[tuple[int, str]] = ()
) -> TrainingSession:
    """Hand the session to its trainers (A36), after every check once more; warnings are recorded with it (B23).

    `declarations` are (trainee id, field) pairs ticked on the check page (B24, B25). Raises Refused.
    """
    with acting_on(session_id, acting, Action.SEND, version=version) as session:
        _declare(session, declarations)
        found = findings_before_sending(session, CertificationSettings.current(), dates.today())
        refuse_if_blocking(found)
        session.warnings = [{"rule": f.rule, "message": f.message} for f in found]
        session.comment = ""
        mails.session_to_validate(session)
    return session


def _declare(session: TrainingSession, declarations: Iterable[tuple[int, str]]) -> None:
    ticked: dict[int, set[str]] = {}
    for trainee_id, field in declarations:
        ticked.setdefault(trainee_id, set()).add(field)
    for trainee in session.trainees.all():
        wanted = {field: field in ticked.get(trainee.pk, ()) for field in DECLARATIONS}
        if any(getattr(trainee, field) != value for field, value in wanted.items()):
            for field, value in wanted.items():
                setattr(trainee, field, value)
            trainee.save()


def save_results(session_id: int, acting: Acting, version: int, results: Mapping[int, str]) -> TrainingSession:
    """Keep the results given so far (A37): trainee id to `Result`, or "" to take one back."""
    with acting_on(session_id, acting, Action.SAVE_RESULTS, version=version) as session:
        _keep(session, results)
    return session


def send_results(session_id: int, acting: Acting, version: int, results: Mapping[int, str]) -> TrainingSession:
    """Give every trainee a result and hand the session back to the entity (A37, B29, B41)."""
    with acting_on(session_id, acting, Action.SEND_RESULTS, version=version) as session:
        _keep(session, results)
        waiting = session.trainees.filter(result="").count()
        if waiting:
            raise DomainError(
                f"Le résultat de {plural(waiting, 'stagiaire')} doit encore être renseigné.",
                code="A37",
                field="results",
            )
        session.results_by = acting.person
        session.results_at = dates.now()
        mails.session_to_generate(session)
    return session


def _keep(session: TrainingSession, results: Mapping[int, str]) -> None:
    """Only trainees of this session, only the two results."""
    trainees: dict[int, Trainee] = {t.pk: t for t in session.trainees.all()}
    if set(results) - set(trainees) or set(results.values()) - {"", *Result.values}:
        raise DomainError("Ces résultats ne correspondent pas aux stagiaires de la session.", code="A37")
    for trainee_id, result in results.items():
        if trainees[trainee_id].result != result:
            trainees[trainee_id].result = result
            trainees[trainee_id].save(update_fields=["result"])


def return_with_comment(session_id: int, acting: Acting, version: int, comment: str) -> TrainingSession:
    """Give the session back to be corrected (A37), with what is wrong in it."""
    comment = clean_lines(comment)
    if not comment:
        raise DomainError("Le commentaire doit être renseigné.", code="A37", field="comment")
    if len(comment) > COMMENT_LENGTH:
        raise DomainError(
            f"Le commentaire ne peut pas dépasser {COMMENT_LENGTH} caractères.", code="A37", field="comment"
        )
    with acting_on(session_id, acting, Action.RETURN, version=version, comment=comment) as session:
        session.comment = comment
        mails.session_returned(session, acting)
    return session


def modify_session(session_id: int, acting: Acting, version: int) -> TrainingSession:
    """Take the session back for correction (A38): it will go through the trainer again, with the results as a start."""
    with acting_on(session_id, acting, Action.MODIFY, version=version) as session:
        session.results_by = None
        session.results_at = None
    return session


def delete_session(session_id: int, acting: Acting, version: int | None = None) -> TrainingSession:
    """Remove a session from the entity's work (A39); the record and its history stay (B43)."""
    with acting_on(session_id, acting, Action.DELETE, version=version) as session:
        pass
    return session


def reopen_session(session_id: int, acting: Acting, until: date, reason: str) -> TrainingSession:
    """Let a session past its delay be generated until a day (B40): the regional fund's decision, with its reason."""
    reason = clean_lines(reason)
    if not reason:
        raise DomainError("Le motif doit être renseigné.", code="B40", field="reason")
    day = dates.today()
    latest = dates.add_months(day, CertificationSettings.current().reopening_months)
    if not day <= until <= latest:
        message = f"La nouvelle date limite doit être comprise entre aujourd’hui et le {dates.french(latest)}."
        raise Refused([Finding("B40", message, field="until")])
    with acting_on(session_id, acting, Action.REOPEN, comment=reason) as session:
        if session.trainees.filter(search_last_name="").exists():
            message = "Les stagiaires de cette session ont été anonymisés : elle ne peut plus être certifiée."
            raise DomainError(message, code="anonymised")
        session.reopened_until = until
        mails.session_reopened(session, reason)
    return session
