"""Asking the hotline, and answering."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from forprev.accounts.acting import Acting
from forprev.core import dates, history, uploads
from forprev.core.errors import Conflict, DomainError
from forprev.core.text import clean, clean_lines
from forprev.core.uploads import Document, Keep
from forprev.organisations.models import Organisation
from forprev.people.models import Person
from forprev.support.contact import mails
from forprev.support.contact.models import TEXT_LENGTH, ContactMessage, ContactRequest
from forprev.support.contact.selectors import agents, visible_to
from forprev.support.contact.workflow import CONTACT_WORKFLOW, REQUESTER, ContactAction, ContactState

FOLDER = "contact"
"""Where the storage keeps the documents."""
Kind = ContactMessage.Kind


@dataclass(frozen=True)
class Requester:
    """Whoever asks, with or without an account."""

    display_name: str
    person_id: int | None = None
    role_label: str = "Demandeur"


@dataclass(frozen=True)
class Asked:
    """What was asked, by whom and from where; `role` and `page` as the screen says them."""

    name: str
    email: str
    subject: str
    text: str
    role: str = ""
    page: str = ""
    typed_number: str = ""
    person: Person | None = None
    organisation_id: int | None = None
    documents: tuple[Document, ...] = ()
    message_id: str | None = None


def ask(key: UUID, asked: Asked) -> ContactRequest:
    """A new request, acknowledged by mail at once; the same key twice is one."""
    asker = Requester(asked.name, asked.person.pk if asked.person else None)
    with uploads.keeping() as keep, history.action(asker, ContactAction.ASK.value):
        moment = dates.now()
        contact, is_new = ContactRequest.objects.get_or_create(
            key=key,
            defaults={
                "name": clean(asked.name),
                "email": asked.email,
                "subject": asked.subject,
                "role": asked.role,
                "page": asked.page,
                "typed_number": asked.typed_number,
                "person": asked.person,
                "writer": asked.person,
                "organisation_id": asked.organisation_id,
                "created_at": moment,
                "modified_at": moment,
            },
        )
        if is_new:
            message = _receive(contact, asked.text, keep, asked.documents, asked.message_id)
            mails.acknowledge(contact, message.text)
            mails.tell_hotline(contact, message)
    return contact


def write(contact_id: int, text: str, message_id: str | None, documents: tuple[Document, ...] = ()) -> ContactRequest:
    """What the requester adds, by mail; a request that was resolved is open again."""
    contact = ContactRequest.objects.get(pk=contact_id)
    asker = Requester(contact.name, contact.writer_id)
    with uploads.keeping() as keep, history.action(asker, ContactAction.WRITE.value):
        contact = ContactRequest.objects.select_for_update(no_key=True).get(pk=contact_id)
        message = _receive(contact, text, keep, documents, message_id)
        CONTACT_WORKFLOW.check(ContactAction.WRITE, contact.state, REQUESTER)
        _move(contact, ContactState.ONGOING if contact.assigned_to_id else _unassigned(contact))
        mails.tell_hotline(contact, message)
    return contact


def assign(contact_id: int, acting: Acting, version: int, agent: Person | None) -> ContactRequest:
    """Put an agent in charge, or nobody any more. DomainError for somebody who is no agent."""
    if agent is not None and not agents().filter(pk=agent.pk).exists():
        raise DomainError("Cette personne n’est pas de l’assistance.", field="agent")
    with _treating(contact_id, acting, version, ContactAction.ASSIGN) as contact:
        contact.assigned_to = agent
        waits = contact.state == ContactState.WAITING
        _move(contact, contact.state if waits or agent is None else ContactState.ONGOING)
    return contact


def answer(contact_id: int, acting: Acting, version: int, text: str, *, resolved: bool = False) -> ContactRequest:
    """Write to the requester, who may answer; `resolved` when nothing more is expected."""
    text = _checked(text)
    with _treating(contact_id, acting, version, ContactAction.ANSWER) as contact:
        message = ContactMessage.objects.create(request=contact, kind=Kind.ANSWER, text=text, author=acting.person)
        contact.assigned_to = contact.assigned_to or acting.person
        _move(contact, ContactState.RESOLVED if resolved else ContactState.WAITING)
        mail = mails.answer(contact, message)
        message.message_id = mail.message_id if mail else None
        message.save(update_fields=["message_id"])
    return contact


def note(contact_id: int, acting: Acting, version: int, text: str) -> ContactRequest:
    """For the hotline alone."""
    text = _checked(text)
    with _treating(contact_id, acting, version, ContactAction.NOTE) as contact:
        ContactMessage.objects.create(request=contact, kind=Kind.NOTE, text=text, author=acting.person)
        _move(contact, contact.state)
    return contact


def link(contact_id: int, acting: Acting, version: int, person: Person | None) -> ContactRequest:
    """Say whom the request is about; None: nobody known. The thread tells it, by numbers."""
    with _treating(contact_id, acting, version, ContactAction.LINK) as contact:
        before, contact.person = contact.person, person
        _tell_of_link(contact, acting, "Personne", before.number if before else "", person.number if person else "")
        _move(contact, contact.state)
    return contact


def link_organisation(
    contact_id: int, acting: Acting, version: int, organisation: Organisation | None
) -> ContactRequest:
    """Say which entity the request is about; None: none."""
    with _treating(contact_id, acting, version, ContactAction.LINK_ORGANISATION) as contact:
        before, contact.organisation = contact.organisation, organisation
        names = [each.name if each else "" for each in (before, organisation)]
        _tell_of_link(contact, acting, "Entité", *names)
        _move(contact, contact.state)
    return contact


def resolve(contact_id: int, acting: Acting, version: int) -> ContactRequest:
    with _treating(contact_id, acting, version, ContactAction.RESOLVE) as contact:
        _move(contact, ContactState.RESOLVED)
    return contact


def reopen(contact_id: int, acting: Acting, version: int) -> ContactRequest:
    with _treating(contact_id, acting, version, ContactAction.REOPEN) as contact:
        _move(contact, ContactState.ONGOING)
    return contact


@contextmanager
def _treating(contact_id: int, acting: Acting, version: int, action: ContactAction) -> Iterator[ContactRequest]:
    """One action of an agent: locked, allowed, recorded. Conflict if a colleague, or the requester, was faster."""
    with history.action(acting, action.value):
        contact = visible_to(acting).select_for_update(no_key=True).get(pk=contact_id)
        if contact.version != version:
            raise Conflict("Cette demande a changé entre-temps : un collègue, ou le demandeur, a écrit.")
        CONTACT_WORKFLOW.check(action, contact.state, acting.role)
        yield contact


def _tell_of_link(contact: ContactRequest, acting: Acting, what: str, before: str, after: str) -> None:
    if before == after:
        return
    text = f"{what} : {before or 'aucune'} → {after or 'aucune'}"
    ContactMessage.objects.create(request=contact, kind=Kind.NOTE, text=text, author=acting.person)


def set_free(agent: Person) -> None:
    """Whoever leaves the hotline leaves the requests that it had in hand, in the action under way."""
    in_hand = ContactRequest.objects.filter(assigned_to=agent).exclude(state=ContactState.RESOLVED)
    for contact in in_hand.select_for_update(no_key=True).order_by("pk"):
        contact.assigned_to = None
        _move(contact, contact.state)


def _move(contact: ContactRequest, state: str) -> None:
    contact.state = state
    contact.version += 1
    contact.modified_at = dates.now()
    contact.save()


def _unassigned(contact: ContactRequest) -> str:
    return ContactState.NEW if contact.state == ContactState.NEW else ContactState.ONGOING


def _receive(
    contact: ContactRequest, text: str, keep: Keep, documents: tuple[Document, ...], message_id: str | None
) -> ContactMessage:
    """One message; the second document and those that follow have an entry of their own each."""
    first, *others = documents or (None,)
    message = _add(contact, _checked(text), keep, first, message_id)
    for other in filter(None, others):
        _add(contact, f"Pièce jointe : {other.name}", keep, other, None)
    return message


def _add(
    contact: ContactRequest, text: str, keep: Keep, document: Document | None, message_id: str | None
) -> ContactMessage:
    return ContactMessage.objects.create(
        request=contact,
        kind=Kind.RECEIVED,
        text=text,
        author=contact.writer,
        message_id=message_id,
        document=keep(document, FOLDER) if document else "",
        document_name=document.name if document else "",
        document_type=document.content_type if document else "",
    )


def _checked(text: str) -> str:
    text = clean_lines(text)
    if not text:
        raise DomainError("Le message doit être renseigné.", code="missing", field="text")
    if len(text) > TEXT_LENGTH:
        raise DomainError(f"Ce message ne peut pas dépasser {TEXT_LENGTH} caractères.", code="too_long", field="text")
    return text
