"""What the national administration changes of the funds: nobody else does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from django.db import connection, transaction
from django.utils.text import slugify

from forprev.accounts.acting import Acting
from forprev.core.errors import Conflict, DomainError, unless_taken
from forprev.core.history import action
from forprev.organisations import mails
from forprev.organisations.models import Department, RegionalFund
from forprev.organisations.signals import departments_moved

FIELDS = ("name", "address", "phone", "email")
NAME_TAKEN = ("name", "Une autre caisse a déjà ce nom, ou un nom très proche.")
TAKEN = {"organisations_regionalfund_name_key": NAME_TAKEN, "organisations_regionalfund_code_key": NAME_TAKEN}

logger = structlog.get_logger(__name__)


def create_fund(acting: Acting, values: Mapping[str, Any]) -> RegionalFund:
    """Without departments yet, hence offered to nobody. DomainError if its name is taken."""
    with unless_taken(TAKEN), action(acting, "create_fund"):
        code = slugify(values["name"])[:40]
        return RegionalFund.objects.create(code=code, **{name: values[name] for name in FIELDS})


def change_fund(pk: int, acting: Acting, version: int, values: Mapping[str, Any]) -> RegionalFund:
    """Its name and how it is reached. Conflict if somebody changed it since `version`."""
    with unless_taken(TAKEN), action(acting, "change_fund"):
        fund = RegionalFund.objects.select_for_update(no_key=True).get(pk=pk)
        if fund.version != version:
            raise Conflict
        for name in FIELDS:
            setattr(fund, name, values[name])
        fund.version += 1
        fund.save()
    return fund


def move_departments(pk: int, acting: Acting, shown: Mapping[str, int]) -> RegionalFund:
    """Give the fund these departments; `shown` says, by code, whose each was when the page was shown.

    Their entities follow, and what packages above have of them (`departments_moved`). Conflict if one of them was moved
    meanwhile; DomainError without any.
    """
    if not shown:
        raise DomainError("Choisissez au moins un département.", code="none_chosen", field="departments")
    with transaction.atomic():
        hold_departments(alone=True)
        moved = list(Department.objects.filter(pk__in=shown).select_related("fund"))
        target = RegionalFund.objects.get(pk=pk)
        if {each.code: each.fund_id for each in moved} != dict(shown) or pk in shown.values():
            raise Conflict
        words = _words(moved, target)
        with action(acting, "move_departments", comment=words):
            _move(moved, target)
            departments_moved.send(RegionalFund, codes=sorted(shown))
            mails.departments_moved({pk, *shown.values()}, words)
        logger.info("departments_moved", departments=sorted(shown), to=pk, by=acting.person_id)
    return target


def _move(moved: list[Department], target: RegionalFund) -> None:
    touched = {target.pk, *(each.fund_id for each in moved)}
    for department in moved:
        department.fund = target
        department.save(update_fields=["fund"])
    for fund in RegionalFund.objects.select_for_update(no_key=True).filter(pk__in=touched).order_by("pk"):
        fund.version += 1
        fund.save(update_fields=["version"])


def hold_departments(*, alone: bool = False) -> None:
    """Until the transaction ends, departments keep their funds; `alone`: for whoever is about to move some."""
    function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended('departments', 0))")


def _words(moved: list[Department], target: RegionalFund) -> str:
    """`26, 38 : Carsat Rhône-Alpes → Carsat Auvergne`, a line for each fund that they leave."""
    by_fund: dict[str, list[str]] = {}
    for department in moved:
        by_fund.setdefault(department.fund.name, []).append(department.code)
    return "\n".join(f"{', '.join(codes)} : {name} → {target.name}" for name, codes in sorted(by_fund.items()))
