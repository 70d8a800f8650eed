"""What follows when departments get another fund: packages above say it of what is theirs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Count

from forprev.core.text import plural
from forprev.organisations.models import Department, Organisation, RegionalFund

Tells = Callable[[Collection[str]], str]
_providers: list[Tells] = []


def tells_what_follows(provider: Tells) -> Tells:
    """Register a French sentence on departments of these codes, empty where there is nothing to say."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def what_follows(codes: Collection[str]) -> list[str]:
    """What the page of the confirmation says."""
    said = [_entities(codes), *(provider(codes) for provider in _providers), *_emptied(codes)]
    return [each for each in said if each]


def _entities(codes: Collection[str]) -> str:
    count = Organisation.objects.filter(department__in=codes).count()
    if not count:
        return "Aucune entité n’a son adresse dans ces départements."
    return (
        f"{plural(count, 'entité change', 'entités changent')} de caisse tout de suite, avec ses habilitations, ses "
        "sessions et ses certificats : les instructeurs de l’ancienne caisse ne les voient plus."
    )


def _emptied(codes: Collection[str]) -> list[str]:
    """Funds that are left without a department; trainers that chose them stay theirs."""
    elsewhere = Department.objects.exclude(pk__in=codes)
    left = RegionalFund.objects.filter(departments__in=codes).exclude(pk__in=elsewhere.values("fund"))
    return [
        _without_department(fund) for fund in left.annotate(trainers=Count("attachments", distinct=True)).distinct()
    ]


def _without_department(fund: Any) -> str:
    still = plural(fund.trainers, "formateur y reste rattaché", "formateurs y restent rattachés")
    offer = f"{fund.name} n’aura plus de département : elle ne sera plus proposée aux formateurs"
    return f"{offer} ; {still}." if fund.trainers else f"{offer}."
