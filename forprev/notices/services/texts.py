"""What the national administration changes of the words of mails."""

from __future__ import annotations

from django.db import IntegrityError

from forprev.accounts.acting import Acting
from forprev.core.errors import Conflict, DomainError
from forprev.core.history import action
from forprev.core.text import clean, clean_lines
from forprev.notices.models import MailText
from forprev.notices.texts import Mail, problems

CHANGE, RESTORE = "change_mail_text", "restore_mail_text"


class Refused(DomainError):
    """What is wrong of the words, each beside its field."""

    def __init__(self, found: list[tuple[str, str]]) -> None:
        super().__init__(found[0][1], code="mail_text", field=found[0][0])
        self.found = found

    @property
    def told(self) -> list[tuple[str | None, str]]:
        return list(self.found)


def check(mail: Mail, subject: str, text: str) -> tuple[str, str]:
    """The words, cleaned; Refused for an unknown variable or one that is missing."""
    subject, text = clean(subject), clean_lines(text)
    if found := problems(mail, subject, text):
        raise Refused(found)
    return subject, text


def change(mail: Mail, acting: Acting, version: int, subject: str, text: str) -> MailText:
    """Words for every mail that leaves from now on; those of the template are no words of the network.

    Refused, also if nothing changes; Conflict if somebody changed them since `version`.
    """
    subject, text = check(mail, subject, text)
    try:
        with action(acting, CHANGE):
            row = _held(mail, version) or MailText(template=mail.template, in_force=False)
            first = (mail.subject, mail.text)
            if (subject, text) == ((row.subject, row.text) if row.in_force else first):
                raise DomainError("Rien ne change : modifiez l’objet ou le texte, ou abandonnez.", code="unchanged")
            row.subject, row.text, row.in_force = subject, text, (subject, text) != first
            row.version += 1
            row.save(force_insert=row._state.adding)
    except IntegrityError:
        raise Conflict from None
    return row


def restore(mail: Mail, acting: Acting, version: int) -> None:
    """Back to the words of the template; twice is once. Conflict if somebody changed them since `version`."""
    with action(acting, RESTORE):
        row = _held(mail, version)
        if row is not None and row.in_force:
            row.in_force = False
            row.version += 1
            row.save()


def _held(mail: Mail, version: int) -> MailText | None:
    row = MailText.objects.select_for_update().filter(pk=mail.template).first()
    if (row.version if row else 1) != version:
        raise Conflict
    return row
