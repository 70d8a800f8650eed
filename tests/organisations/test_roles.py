"""Roles end with their last day or their removal, at once; trainers have a fund (A06, A08)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from forprev.accounts.absence import reasons_of
from forprev.accounts.acting import System, roles_of
from forprev.accounts.models import Role
from forprev.core.dates import day_of, now, today
from forprev.organisations.models import FundAttachment, Membership, NetworkRole
from forprev.organisations.services import choose_fund, end_lapsed_roles
from forprev.people.merging import merge
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.certification import acting_trainer, taken_over, trainer
from tests.factories.organisations import MembershipFactory, NetworkRoleFactory, fund
from tests.factories.people import PersonFactory
from tests.screens import make_entity, make_member, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("days", "held"), [(-1, False), (0, True), (1, True)])
def test_a_role_is_held_up_to_its_last_day(days: int, held: bool) -> None:
    person = PersonFactory()
    last = today() + timedelta(days=days)
    MembershipFactory(person=person, role=Role.MANAGER, ends_on=last)
    NetworkRoleFactory(person=person, role=Role.COMMITTEE, fund=None, ends_on=last)
    assert [acting.role for acting in roles_of(person)] == ([Role.MANAGER, Role.COMMITTEE] if held else [])


def test_a_page_that_is_open_when_the_last_day_passes_is_shut() -> None:
    entity = make_entity()
    member = make_member(entity, ends_on=today())
    with time_machine.travel(now(), tick=False) as clock:
        browser = signed_in(member)
        assert browser.get("/entite").status_code == 200
        clock.shift(timedelta(hours=26))
        browser = signed_in(member)
        answer = browser.get("/entite", follow=True)
    assert "Votre rôle a pris fin" in answer.content.decode()


def test_who_is_past_its_last_day_is_no_user_of_the_entity() -> None:
    entity = make_entity()
    page = signed_in(make_member(entity))
    make_member(entity, Role.DELEGATE, PersonFactory(last_name="PARTI"), ends_on=today() - timedelta(days=1))
    assert "PARTI" not in page.get("/utilisateurs").content.decode()


def test_the_end_is_noted_once() -> None:
    lapsed = MembershipFactory(ends_on=today() - timedelta(days=1))
    officer = NetworkRoleFactory(role=Role.COMMITTEE, fund=None, ends_on=today() - timedelta(days=1))
    going_on = MembershipFactory(ends_on=today())
    for _ in range(2):
        end_lapsed_roles()
    assert day_of(Membership.objects.get(pk=lapsed.pk).ended_at) == today()
    assert NetworkRole.objects.get(pk=officer.pk).ended_at is not None
    assert Membership.objects.get(pk=going_on.pk).ended_at is None
    (reason,) = reasons_of(lapsed.person)
    assert reason.code == "role-termine"
    assert lapsed.events.count() == 2


def test_a06_a_trainer_changes_its_fund_at_any_time() -> None:
    person = acting_trainer().person
    choose_fund(person, fund("bretagne"))
    choose_fund(person, fund("sud-est"))
    assert FundAttachment.objects.get(person=person).fund == fund("sud-est")


@pytest.mark.parametrize("kept_has_one", [True, False])
def test_b44_the_fund_follows_a_merge(kept_has_one: bool) -> None:
    duplicate, kept = PersonFactory(), PersonFactory()
    choose_fund(duplicate, fund("bretagne"))
    if kept_has_one:
        choose_fund(kept, fund("sud-est"))
    merge(duplicate.pk, kept.pk, System(), "Doublon")
    assert kept.fund_attachment.fund == fund("sud-est" if kept_has_one else "bretagne")


def test_only_trainers_have_the_page_of_the_fund() -> None:
    member = make_member(make_entity())
    browser = signed_in(member)
    assert browser.get("/mon-profil/caisse").status_code == 404
    taken_over(member.person, "SST-2")
    assert browser.get("/mon-profil/caisse").status_code == 200
    assert browser.post("/mon-profil/caisse", {"fund": "0"}).status_code == 422


def test_a07_a_trainer_s_role_ends_with_its_certificate_on_open_pages_too() -> None:
    person = trainer("SST-2", expires_on=today())
    account = AccountFactory(person=person)
    with time_machine.travel(now(), tick=False) as clock:
        assert browser_of(account).get("/certificats").status_code == 200
        clock.shift(timedelta(days=1))
        answer = browser_of(account).get("/certificats", follow=True)
    assert "Votre certificat de formateur est arrivé à échéance" in answer.content.decode()
