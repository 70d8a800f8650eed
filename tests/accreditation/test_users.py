"""Users of an entity, through the services: roles granted and ended, accreditations delegated (A10 to A15)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forprev.accounts.acting import Acting, roles_of
from forprev.accounts.models import Account, Role
from forprev.accreditation.models import AccreditationStatus, Delegation
from forprev.accreditation.services import LEGAL_LINK, add_delegate, add_manager, change_delegate
from forprev.core.dates import today
from forprev.core.errors import DomainError
from forprev.notices.models import OutgoingMail
from forprev.organisations.models import Membership
from forprev.organisations.services import Whom, end_role
from forprev.people.models import Identity, Person
from tests.concurrency import together
from tests.factories.accounts import AccountFactory
from tests.factories.accreditation import accredit
from tests.factories.organisations import MembershipFactory, OrganisationFactory, acting_as_member, acting_manager
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

IDENTITY = Identity("Le Gall", "Nolwenn", date(1984, 3, 9))
NEW = Whom(identity=IDENTITY, email="nolwenn@exemple.test")


def known() -> Whom:
    return Whom(AccountFactory().person)


def subjects() -> list[str]:
    return list(OutgoingMail.objects.order_by("created_at").values_list("subject", flat=True))


def refused(code: str, *call: object, **options: object) -> str:
    function, *arguments = call
    with pytest.raises(DomainError) as refusal:
        function(*arguments, **options)  # type: ignore[operator]
    assert refusal.value.code == code
    return refusal.value.message


def test_a10_somebody_new_gets_an_account_and_the_mail_of_the_first_sign_in() -> None:
    acting = acting_manager()
    membership = add_manager(acting, NEW)
    assert (membership.person.identity, membership.role) == (IDENTITY, Role.MANAGER)
    assert membership.person.account.email == "nolwenn@exemple.test"
    assert not membership.person.account.has_usable_password()
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.confidential) == ("nolwenn@exemple.test", True)


def test_a10_an_account_is_told_of_its_role_and_keeps_its_address() -> None:
    account = AccountFactory(email="autre@exemple.test")
    acting = acting_manager(OrganisationFactory(name="MAIRIE DE VANVES"))
    add_manager(acting, Whom(account.person, email="nouvelle@exemple.test"))
    account.refresh_from_db()
    assert account.email == "autre@exemple.test"
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.subject) == (
        "autre@exemple.test",
        "[FORPREV] Vous êtes gestionnaire pour MAIRIE DE VANVES",
    )


def test_a11_somebody_of_the_register_without_account_gets_one() -> None:
    person = PersonFactory()
    assert "e-mail" in refused("email_missing", add_manager, acting_manager(), Whom(person))
    add_manager(acting_manager(), Whom(person, email="camille@exemple.test"))
    assert Account.objects.get(person=person).email == "camille@exemple.test"


def test_a11_the_address_of_somebody_else_s_account_is_refused_and_nothing_is_written() -> None:
    AccountFactory(email="Nolwenn@exemple.test")
    acting, people = acting_manager(), Person.objects.count()
    refused("email_taken", add_manager, acting, NEW)
    assert (Person.objects.count(), Membership.objects.count(), subjects()) == (people, 1, [])


def test_a10_clicked_twice_one_person_one_role_one_mail() -> None:
    acting = acting_manager()
    assert add_manager(acting, NEW) == add_manager(acting, NEW)
    whom = known()
    assert add_manager(acting, whom) == add_manager(acting, whom)
    assert len(subjects()) == 2


def test_a_role_that_ended_or_lapsed_can_be_given_again() -> None:
    acting, whom = acting_manager(), known()
    first = add_manager(acting, whom)
    end_role(acting, first.pk)
    second = add_manager(acting, whom)
    Membership.objects.filter(pk=second.pk).update(ends_on=today() - timedelta(days=1))
    third = add_manager(acting, whom)
    assert len({first.pk, second.pk, third.pk}) == 3


def test_a13_a_delegate_is_attached_to_active_accreditations_of_the_entity() -> None:
    acting = acting_manager()
    entity = Membership.objects.get(pk=acting.membership_id).organisation
    mine = [accredit(entity, "SST", 2), accredit(entity, "Catec", 1)]
    membership = add_delegate(
        acting, known(), [each.pk for each in mine], description="Établissement de ROUEN", legal_link=True
    )
    assert membership.description == "Établissement de ROUEN"
    assert {each.accreditation for each in membership.delegations.all()} == set(mine)
    closed = [
        accredit(entity, status=AccreditationStatus.SUSPENDED),
        accredit(entity, ends_on=today() - timedelta(days=1)),
        accredit(OrganisationFactory()),
    ]
    for each in closed:
        refused("A13", add_delegate, acting, known(), [mine[0].pk, each.pk], legal_link=True)
    refused("A13", add_delegate, acting, known(), [], legal_link=True)
    assert Membership.objects.filter(role=Role.DELEGATE).count() == 1


def test_a14_the_legal_link_is_declared_and_stays_in_the_history() -> None:
    acting = acting_manager()
    held = accredit(Membership.objects.get(pk=acting.membership_id).organisation)
    refused("A14", add_delegate, acting, known(), [held.pk])
    membership = add_delegate(acting, known(), [held.pk], legal_link=True)
    rows = [*membership.events.all(), *membership.delegations.get().events.all()]
    for row in rows:
        told = row.pgh_context.metadata
        assert (told["action"], told["comment"], told["actor_id"]) == ("grant_role", LEGAL_LINK, acting.person_id)


def test_a13_a_delegate_added_twice_is_one_and_another_choice_is_refused() -> None:
    acting, whom = acting_manager(), known()
    entity = Membership.objects.get(pk=acting.membership_id).organisation
    one, two = accredit(entity, "SST", 1), accredit(entity, "SST", 2)
    assert add_delegate(acting, whom, [one.pk], legal_link=True) == add_delegate(
        acting, whom, [one.pk], legal_link=True
    )
    refused("delegate_already", add_delegate, acting, whom, [two.pk], legal_link=True)
    assert len(subjects()) == 1


def test_a13_delegations_change_but_for_what_is_not_active() -> None:
    acting = acting_manager()
    entity = Membership.objects.get(pk=acting.membership_id).organisation
    one, two, over = accredit(entity, "SST", 1), accredit(entity, "SST", 2), accredit(entity, "Catec", 1)
    membership = add_delegate(acting, known(), [one.pk, over.pk], legal_link=True)
    over.status = AccreditationStatus.SUSPENDED
    over.save()
    change_delegate(acting, membership.pk, [two.pk], "Rouen")
    membership.refresh_from_db()
    assert membership.description == "Rouen"
    assert set(membership.delegations.values_list("accreditation_id", flat=True)) == {two.pk, over.pk}
    told = Delegation.pgh_event_model.objects.get(pgh_label="delete")
    assert (told.accreditation_id, told.pgh_context.metadata["action"]) == (one.pk, "change_delegate")
    change_delegate(acting, membership.pk, [], "")
    assert membership.delegations.get().accreditation == over
    with pytest.raises(Membership.DoesNotExist):
        change_delegate(acting_manager(), membership.pk, [], "")


def test_a15_the_last_manager_stays() -> None:
    acting = acting_manager()
    refused("last_manager", end_role, acting, acting.membership_id)
    add_manager(acting, known())
    end_role(acting, acting.membership_id)
    assert roles_of(acting.person) == []
    assert subjects()[1:] == []  # who had no account is not written to


def test_a15_ended_twice_one_mail() -> None:
    acting = acting_manager()
    membership = add_manager(acting, known())
    ended = end_role(acting, membership.pk).ended_at
    assert end_role(acting, membership.pk).ended_at == ended
    assert len(subjects()) == 2
    assert subjects()[1].startswith("[FORPREV] Fin de votre rôle")


def test_only_a_manager_of_the_entity_grants_and_ends() -> None:
    acting = acting_manager()
    entity = Membership.objects.get(pk=acting.membership_id).organisation
    other = MembershipFactory(organisation=entity)
    delegate = acting_as_member(MembershipFactory(organisation=entity, role=Role.DELEGATE))
    for stranger in (delegate, Acting(person=acting.person, role=Role.MANAGER, organisation_id=entity.pk)):
        refused("action_not_allowed", end_role, stranger, other.pk)
        refused("action_not_allowed", add_manager, stranger, NEW)
    with pytest.raises(Membership.DoesNotExist):
        end_role(acting_manager(), other.pk)
    end_role(acting, other.pk)
    refused("action_not_allowed", add_manager, acting_as_member(other), NEW)


@pytest.mark.django_db(transaction=True)
def test_a15_two_managers_who_end_each_other_at_once() -> None:
    entity = OrganisationFactory()
    one, two = acting_manager(entity), acting_manager(entity)
    outcomes = together(
        lambda: end_role(one, two.membership_id),
        lambda: end_role(two, one.membership_id),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DomainError", "Membership"]
    assert Membership.objects.filter(organisation=entity, ended_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a15_two_managers_who_leave_at_once() -> None:
    entity = OrganisationFactory()
    one, two = acting_manager(entity), acting_manager(entity)
    outcomes = together(
        lambda: end_role(one, one.membership_id),
        lambda: end_role(two, two.membership_id),
    )
    assert [each.code for each in outcomes if isinstance(each, DomainError)] == ["last_manager"]
    assert Membership.objects.filter(organisation=entity, ended_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_add_one_person() -> None:
    acting = acting_manager()
    one, two = together(lambda: add_manager(acting, NEW), lambda: add_manager(acting, NEW))
    assert one == two
    assert Person.objects.filter(search_last_name="LE GALL").count() == 1
    assert len(subjects()) == 1
