"""How long accounts are kept, and how one goes: announced a month before, then erased; the person stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Exists, F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from forprev.accounts import signals
from forprev.accounts.models import (
    Account,
    Attempt,
    EmailChange,
    FactorReset,
    OpenIdIdentity,
    Passkey,
    PasswordLink,
    RecoveryCode,
    Session,
    Totp,
)
from forprev.core.dates import now, start_of, today
from forprev.people.models import Erasure
from forprev.people.retention.persons import OF_PERSON, anchors_person, needless, unneeded
from forprev.people.retention.registry import OPERATORS, Kind, Part, deleted, register
from forprev.people.retention.replaying import erases_again

NOTICE = timedelta(days=30)
"""From the announcement to the end."""

Step = Callable[[Sequence[int]], object]
AnyStep = TypeVar("AnyStep", bound=Step)
_steps: list[Step] = []


def on_erase(step: AnyStep) -> AnyStep:
    """Register what goes with accounts: `step(ids of their persons)`, in the transaction."""
    _steps.append(step)
    return step


@anchors_person
def has_account(limit: date) -> Iterable[Exists]:
    """The account goes first, by a rule of its own."""
    yield Exists(Account.objects.filter(person=OF_PERSON))


def useless(limit: date) -> QuerySet[Account]:
    """Accounts of persons whom nothing needs, and nothing has since `limit`."""
    return Account.objects.filter(person__in=unneeded(limit))


def inactive(limit: date) -> QuerySet[Account]:
    """Of those, the ones that nobody signed in to since `limit`."""
    moment = start_of(limit)
    return useless(limit).filter(Q(last_login=None) | Q(last_login__lt=moment), created_at__lt=moment)


def announced(found: QuerySet[Account]) -> QuerySet[Account]:
    """Those whose owner was told a month ago, and did not come since."""
    served = Q(last_login=None) | Q(last_login__lt=F("end_announced_at"))
    return found.filter(served, end_announced_at__lt=now() - NOTICE)


def announce(found: QuerySet[Account]) -> None:
    """Tell the owners of these, once each time that their account comes to its end; one needed again counts anew."""
    needed_again = Account.objects.exclude(end_announced_at=None).exclude(person__in=needless(today()))
    needed_again.update(end_announced_at=None)
    told = Q(end_announced_at__gte=Coalesce(Greatest("last_login", "created_at"), "created_at"))
    pks = list(found.exclude(told).values_list("pk", flat=True))
    accounts = Account.objects.filter(pk__in=pks, is_active=True)
    signals.accounts_ending.send(Account, accounts=accounts, last_day=today() + NOTICE)
    Account.objects.filter(pk__in=pks).update(end_announced_at=now())


def erase_accounts(pks: Sequence[Any]) -> None:
    """Address, password, second factors, sessions and what was written to it go; within `erasing`."""
    owners = list(Account.objects.filter(pk__in=pks).order_by("person_id").values_list("person_id", "person__number"))
    moment = now()
    Erasure.objects.bulk_create(Erasure(kind=Erasure.Kind.ACCOUNT, number=number, at=moment) for _, number in owners)
    for step in _steps:
        step([person for person, _ in owners])
    Account.objects.filter(pk__in=pks).delete()


@erases_again(Erasure.Kind.ACCOUNT)
def erase_again(erased: Mapping[Any, datetime]) -> int:
    """But for an account that its person was given since."""
    found = Account.objects.filter(person__number__in=erased).order_by("pk").select_for_update(of=("self",))
    pks = [pk for pk, number, at in found.values_list("pk", "person__number", "created_at") if at < erased[number]]
    if pks:
        erase_accounts(pks)
    return len(pks)


def register_kinds() -> None:
    register(
        Kind(
            "accounts",
            "Comptes inactifs",
            holds="Adresse e-mail, mot de passe haché, seconds facteurs, sessions, préférences.",
            purpose="Permettre à la personne de se connecter et la prévenir de ce qui la concerne.",
            starts="Dernière connexion, dernier rôle ou dernier certificat, s’il n’y a plus de rôle",
            becomes="Effacés, 30 jours après un e-mail qui l’annonce",
            recipients="La personne ; l’assistance",
            months=24,
            least=6,
            most=60,
            prepare=lambda limit: announce(inactive(limit + NOTICE)),
            parts=(Part(Account, lambda limit: announced(inactive(limit)), erase_accounts),),
            covers=(Session, Totp, Passkey, RecoveryCode, OpenIdIdentity, PasswordLink),
        )
    )
    register(
        Kind(
            "factor_resets",
            "Retraits d’un second facteur",
            holds="La vérification faite par l’assistance avant de retirer un second facteur perdu.",
            purpose="Prouver qu’un accès a été rendu à la bonne personne.",
            starts="Décision",
            recipients="L’assistance",
            months=36,
            least=12,
            most=60,
            parts=(deleted(FactorReset, "decided_at"),),
        )
    )
    register(
        Kind(
            "attempts",
            "Connexions et essais de connexion",
            holds="Adresse IP et heure ; le compte visé est haché.",
            purpose="Ralentir qui essaie des mots de passe.",
            starts="Essai",
            recipients=OPERATORS,
            elsewhere="15 minutes en cas d’échec, 90 jours en cas de réussite",
            covers=(Attempt,),
        )
    )
    register(
        Kind(
            "links",
            "Liens de mot de passe et changements d’adresse",
            holds="La date d’un lien, la nouvelle adresse demandée.",
            purpose="Choisir un mot de passe, confirmer une adresse.",
            starts="Envoi",
            recipients="La personne",
            elsewhere="4 jours",
            covers=(PasswordLink, EmailChange),
        )
    )
