from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from forprev.accounts.models import Account
from forprev.notices.models import Notice
from forprev.notices.services import tell
from tests.mailbox import Mailbox, mailbox  # noqa: F401 (a fixture)

TEMPLATES = {
    "essai.subject.txt": "Session de\n {{ name }}\n",
    "essai.txt": "Bonjour {{ name }},\n{{ public_url }}\n",
    "essai.html": '{% extends "notices/mail.html" %}{% block content %}<p>Bonjour {{ name }}</p>{% endblock content %}',
}


@pytest.fixture(autouse=True)
def delivery(settings: Settings) -> None:
    settings.MAIL_DELIVERY = True
    settings.DEFAULT_FROM_EMAIL = "Forprev <ne-pas-repondre@forprev.test>"


@pytest.fixture(autouse=True)
def templates(settings: Settings, tmp_path: Path) -> None:
    for name, words in TEMPLATES.items():
        (tmp_path / name).write_text(words)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]


@pytest.fixture
def broken_server(settings: Settings) -> Callable[[], None]:
    """Nobody listens where mail should go."""

    def cut() -> None:
        settings.EMAIL_PORT = 9

    return cut


def told(account: Account, kind: Notice.Kind = Notice.Kind.TASK, name: str = "122", **how: Any) -> Notice | None:
    """This person is told of something."""
    return tell(account, "essai", {"name": name}, kind=kind, url="/sessions/122", **how)
