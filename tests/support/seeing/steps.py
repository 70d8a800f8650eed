"""What the tests of seeing as a user share."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from forprev.accounts.models import Account, Role
from forprev.accounts.views.sessions import FACTOR_PROVED
from forprev.core.dates import now
from forprev.organisations.models import Membership

REASON = "Vérifier le menu"


def proved(client: Client) -> Client:
    """As after `Confirmez votre identité`, with a code."""
    session = client.session
    session[FACTOR_PROVED] = int(now().timestamp())
    session.save()
    return client


def url_of(seen: Account) -> str:
    return reverse("support:see_as", args=[seen.pk])


def key_of(seen: Account, role: Role = Role.MANAGER) -> str:
    held = Membership.objects.filter(person=seen.person, role=role).get()
    return f"{role.value}-{held.organisation_id}"


def see(desk: Client, seen: Account, role: str = "", **changes: str) -> Any:
    typed = {"reason": REASON, "role": role or key_of(seen), **changes}
    return desk.post(url_of(seen), typed, follow=True)


def banner(page: Any) -> str:
    found = re.search(r'<section class="seeing".*?</section>', page.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""
