from __future__ import annotations

import sys
from typing import Any

import structlog
from django.core.management.base import BaseCommand

from forprev.support.contact.receiving import MOST, MailRefused, receive

logger = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Take one mail to the hotline from standard input, as the mail server pipes it (RFC 5322)."

    def handle(self, *args: Any, **options: Any) -> None:
        """A mail that is not kept is no error of the server's: it is logged, and not sent back to anybody."""
        try:
            contact = receive(sys.stdin.buffer.read(MOST + 1))
        except MailRefused as refusal:
            logger.warning("mail_not_taken", reason=str(refusal))
        else:
            logger.info("mail_taken", contact=contact.number)
