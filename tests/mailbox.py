"""A real mail server on loopback, for the tests that follow a message to its reader."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.management import call_command
from django.db import connections
from pytest_django import Settings


class Mailbox:
    """A mail server's handler: keeps what it takes, answers what it is told to."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.rcpt_answer = "250 OK"
        self.data_answer = "250 OK"
        self.dies_at = ""
        """`RCPT`, `DATA` (before it has taken the message) or `ANSWER` (after that, and before it says so)."""
        self.connections = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._dies(server, "RCPT")
        if self.rcpt_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self._dies(server, "DATA"):
            return self.data_answer
        if self.data_answer.startswith("250"):
            content = envelope.original_content or b""
            self.messages.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
        self._dies(server, "ANSWER")
        return self.data_answer

    def _dies(self, server: SMTP, when: str) -> bool:
        """Cuts the line without a word, once."""
        if self.dies_at != when:
            return False
        self.dies_at = ""
        server.transport.abort()
        return True


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A real mail server on loopback, the one that the application sends by."""
    handler = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_TIMEOUT = 5
    yield handler
    controller.stop()


def work() -> None:
    """Run the jobs that wait, in a thread of its own: a browser keeps an event loop in this one."""

    def run() -> None:
        call_command("procrastinate", "worker", "--one-shot", "--concurrency", "1")
        connections.close_all()

    worker = Thread(target=run)
    worker.start()
    worker.join()
