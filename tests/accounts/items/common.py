"""What the tests of the security checklist share."""

from __future__ import annotations

import re

import pyotp
from django.test import Client

from forprev.accounts.models import Account, Role
from forprev.core.dates import now
from tests.factories.accounts import PASSWORD

HERE = "192.0.2.1"
NEW = "une tout autre phrase secrète"
NETWORK = [Role.FUND_OFFICER, Role.COMMITTEE, Role.NATIONAL_ADMINISTRATOR, Role.SUPPORT_AGENT]


def sign_in(client: Client, account: Account, password: str = PASSWORD):
    return client.post("/connexion", {"identifier": account.email, "password": password})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def give_code(client: Client, code: str):
    return client.post("/connexion/second-facteur", {"code": code})


def secret_shown(client: Client) -> str:
    page = client.get("/mon-profil/second-facteur/application").content.decode()
    return re.search(r'secret-key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")


def code_of(secret: str) -> str:
    return pyotp.TOTP(secret).generate_otp(int(now().timestamp()) // 30)
