"""Second factors (security.md, items 9 to 12): one-time codes, passkeys, recovery codes, and their loss."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b32encode
from collections.abc import Mapping
from typing import Any

import pyotp
import structlog
from django.db import IntegrityError, transaction

from forprev.accounts import passkeys, throttling
from forprev.accounts.acting import Acting, roles_of
from forprev.accounts.models import NETWORK_ROLES, Account, Attempt, FactorReset, Passkey, RecoveryCode, Totp
from forprev.accounts.services.passwords import lock
from forprev.accounts.services.sessions import end_sessions
from forprev.accounts.signals import factor_reset_asked, factor_reset_decided, second_factor_changed
from forprev.core.dates import now
from forprev.core.errors import DomainError
from forprev.core.secrets import decrypt, encrypt

STEP = 30
"""Seconds for which a one-time code stands (RFC 6238); those of the step before and after are taken too."""

RECOVERY_CODES = 10
MOST_PASSKEYS = 10
WRONG_CODE = "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant, puis réessayez."

logger = structlog.get_logger(__name__)


# Setting up


def new_totp_secret() -> str:
    """160 random bits in base 32, as authentication applications take them."""
    return pyotp.random_base32()


def set_up_totp(account: Account, secret: str, code: str, session_key: str | None) -> list[str]:
    """Take this application from now on, once it gave a right code; the recovery codes if they are new, else [].

    DomainError for a wrong code.
    """
    step = _matching_step(secret, code)
    if step is None:
        raise DomainError(WRONG_CODE, code="wrong_code", field="code")
    with transaction.atomic():
        lock(account)
        Totp.objects.update_or_create(
            account=account, defaults={"secret": encrypt(secret), "last_step": step, "created_at": now()}
        )
        return _after_adding(account, session_key, "Application d’authentification ajoutée")


def remove_totp(account: Account, session_key: str | None) -> None:
    with transaction.atomic():
        lock(account)
        if Totp.objects.filter(account=account).delete()[0]:
            _after_removing(account, session_key, "Application d’authentification retirée")


def add_passkey(
    account: Account, name: str, state: Any, response: Mapping[str, Any], session_key: str | None
) -> list[str]:
    """Register the passkey that answered; the recovery codes if they are new, else []. DomainError if it is refused."""
    credential, counter = passkeys.complete_registration(state, response)
    with transaction.atomic():
        lock(account)
        if Passkey.objects.filter(account=account).count() >= MOST_PASSKEYS:
            raise DomainError("Vous avez déjà dix clés d’accès : retirez-en une d’abord.", code="too_many_passkeys")
        try:
            with transaction.atomic():
                Passkey.objects.create(
                    account=account,
                    name=name,
                    credential_id=credential.credential_id,
                    credential=bytes(credential),
                    sign_count=counter,
                )
        except IntegrityError as error:
            raise DomainError("Cette clé d’accès est déjà enregistrée.", code="passkey_known") from error
        return _after_adding(account, session_key, f"Clé d’accès « {name} » ajoutée")


def remove_passkey(account: Account, passkey_id: int, session_key: str | None) -> None:
    """DomainError if the account has none such."""
    with transaction.atomic():
        lock(account)
        passkey = Passkey.objects.filter(account=account, pk=passkey_id).first()
        if passkey is None:
            raise DomainError("Cette clé d’accès est déjà retirée.", code="passkey_gone")
        passkey.delete()
        _after_removing(account, session_key, f"Clé d’accès « {passkey.name} » retirée")


def renew_recovery_codes(account: Account) -> list[str]:
    """New codes, as they are shown this one time; the older ones open nothing any more."""
    with transaction.atomic():
        lock(account)
        codes = _new_recovery_codes(account)
        second_factor_changed.send(Account, account=account, what="Nouveaux codes de secours")
    return codes


# Proving


def prove_by_code(account: Account, code: str, address: str) -> bool:
    """Whether this is a one-time code of the account's application, or one of its recovery codes; each serves once.

    TooManyAttempts after five wrong ones in a quarter of an hour.
    """
    attempt = throttling.begin_proof(Attempt.Kind.SECOND_FACTOR, account, address)
    typed = "".join(code.split()).replace("-", "").upper()
    right = _take_totp(account, typed) if typed.isdecimal() else _take_recovery_code(account, typed)
    if right:
        attempt.delete()
    else:
        logger.warning("second_factor_refused", account=str(account.pk))
    return right


def prove_by_passkey(state: Any, response: Mapping[str, Any], account: Account | None = None) -> Account:
    """The account whose passkey answered, `account` if it is given; DomainError if none did.

    A counter that does not advance tells of a copied passkey, which is refused; passkeys that never count stay at 0.
    """
    credential_id = passkeys.credential_id_of(response)
    with transaction.atomic():
        known = Passkey.objects.select_for_update(of=("self",)).select_related("account__person")
        passkey = known.filter(credential_id=credential_id, account__is_active=True).first()
        if passkey is None or (account is not None and passkey.account_id != account.pk):
            raise DomainError("Cette clé d’accès n’est pas connue de Forprev.", code="passkey_unknown")
        counter = passkeys.complete_authentication(state, bytes(passkey.credential), response)
        if (counter or passkey.sign_count) and counter <= passkey.sign_count:
            logger.error("passkey_copied", account=str(passkey.account_id))
            raise DomainError("Cette clé d’accès a été copiée : elle est refusée.", code="passkey_copied")
        passkey.sign_count, passkey.last_used_at = counter, now()
        passkey.save(update_fields=["sign_count", "last_used_at"])
    return passkey.account


def _matching_step(secret: str, code: str) -> int | None:
    """The step of 30 seconds whose code this is: the present one, the one before or after."""
    present = int(now().timestamp()) // STEP
    totp = pyotp.TOTP(secret, interval=STEP)
    steps = (present, present - 1, present + 1)
    return next((step for step in steps if _same(totp.generate_otp(step), code)), None)


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())


def _take_totp(account: Account, code: str) -> bool:
    totp = Totp.objects.filter(account=account).first()
    step = _matching_step(decrypt(totp.secret), code) if totp else None
    if totp is None or step is None:
        return False
    # One statement: of two processes that take the same code at the same instant, one finds the step used.
    return Totp.objects.filter(pk=totp.pk, last_step__lt=step).update(last_step=step) == 1


def _take_recovery_code(account: Account, code: str) -> bool:
    unused = RecoveryCode.objects.filter(account=account, code_hash=_recovery_hash(code), used_at=None)
    taken = unused.update(used_at=now()) == 1
    if taken:
        second_factor_changed.send(Account, account=account, what="Un code de secours a servi à se connecter")
    return taken


# Loss


def ask_factor_reset(agent: Acting, account: Account, reason: str) -> FactorReset:
    """One agent of the hotline asks that the lost second factor be taken away; a second agent decides (item 12).

    DomainError for one's own account, for one without second factor, or if it is asked already.
    """
    if account.person == agent.person:
        raise DomainError("Vous ne pouvez pas traiter votre propre compte.", code="own_account")
    if not account.has_second_factor:
        raise DomainError("Ce compte n’a pas de second facteur.", code="no_second_factor")
    try:
        with transaction.atomic():
            reset = FactorReset.objects.create(account=account, reason=reason, asked_by=agent.person)
            factor_reset_asked.send(FactorReset, reset=reset)
    except IntegrityError as error:
        raise DomainError("Une demande est déjà en attente pour ce compte.", code="asked_already") from error
    logger.warning("factor_reset_asked", account=str(account.pk), by=agent.person_id)
    return reset


def decide_factor_reset(agent: Acting, reset_id: int, *, approve: bool) -> FactorReset:
    """The second agent approves, and factors, codes and sessions are gone, or refuses, and nothing changes.

    DomainError for the agent who asked, for one's own account, or once it is decided.
    """
    with transaction.atomic():
        reset = FactorReset.objects.select_for_update(of=("self",)).select_related("account__person").get(pk=reset_id)
        if reset.state != FactorReset.State.ASKED:
            raise DomainError("Cette demande est déjà traitée.", code="decided_already")
        if agent.person_id in (reset.asked_by_id, reset.account.person_id):
            raise DomainError("Une seconde personne doit décider de cette demande.", code="two_persons")
        reset.state = FactorReset.State.APPROVED if approve else FactorReset.State.REFUSED
        reset.decided_by, reset.decided_at = agent.person, now()
        reset.save()
        if approve:
            lock(reset.account)
            for kind in (Totp, Passkey, RecoveryCode):
                kind.objects.filter(account=reset.account).delete()
            Account.objects.filter(pk=reset.account_id).update(has_second_factor=False)
            end_sessions(reset.account, None)
        factor_reset_decided.send(FactorReset, reset=reset)
    logger.warning("factor_reset_decided", account=str(reset.account_id), by=agent.person_id, state=reset.state)
    return reset


# What adding and removing have in common


def _after_adding(account: Account, session_key: str | None, what: str) -> list[str]:
    first = not Account.objects.get(pk=account.pk).has_second_factor
    codes = _new_recovery_codes(account) if first else []
    _factors_changed(account, session_key, what)
    return codes


def _after_removing(account: Account, session_key: str | None, what: str) -> None:
    _factors_changed(account, session_key, what)
    if account.has_second_factor:
        return
    if any(acting.role in NETWORK_ROLES for acting in roles_of(account.person)):
        raise DomainError("Votre rôle demande un second facteur : ajoutez-en un autre d’abord.", code="factor_demanded")
    RecoveryCode.objects.filter(account=account).delete()


def _factors_changed(account: Account, session_key: str | None, what: str) -> None:
    """Note it, end the other sessions (item 19), tell the owner."""
    has = Totp.objects.filter(account=account).exists() or Passkey.objects.filter(account=account).exists()
    Account.objects.filter(pk=account.pk).update(has_second_factor=has)
    account.has_second_factor = has
    end_sessions(account, session_key)
    second_factor_changed.send(Account, account=account, what=what)
    logger.info("second_factor_changed", account=str(account.pk), has=has)


def _new_recovery_codes(account: Account) -> list[str]:
    codes = [b32encode(secrets.token_bytes(10)).decode() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(account=account, code_hash=_recovery_hash(code)) for code in codes)
    return ["-".join(code[start : start + 4] for start in range(0, 16, 4)) for code in codes]


def _recovery_hash(code: str) -> str:
    """80 random bits need no slow hash."""
    return hashlib.sha256(code.encode()).hexdigest()
