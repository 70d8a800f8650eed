"""The users of an entity."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from bench.pages.asking import Ask, Desk, act, plain, somebody

NEW = {"last_name": "ZWTLQ", "first_name": "Dominique", "birth_date": "17/03/1981", "email": "zwtlq@exemple.test"}


def users(desk: Desk) -> Iterator[Ask]:
    from forprev.accounts.models import Role
    from forprev.accreditation.selectors import visible_to
    from forprev.organisations.models import Organisation
    from forprev.organisations.selectors import members_of
    from tests.factories.accounts import AccountFactory
    from tests.factories.accreditation import DelegationFactory
    from tests.factories.organisations import MembershipFactory

    yield from plain({"organisations:users": "utilisateurs"})
    yield Ask("utilisateur", reverse("accreditation:user", args=[desk.acting.person_id]))
    organisation = Organisation.objects.get(pk=desk.acting.organisation_id)
    delegate = members_of(desk.acting).filter(role=Role.DELEGATE).first()
    if delegate is None:
        delegate = MembershipFactory(organisation=organisation, role=Role.DELEGATE)
        AccountFactory(person=delegate.person)
        for held in visible_to(desk.acting)[:3]:
            DelegationFactory(accreditation=held, membership=delegate)
    change = reverse("accreditation:change_delegate", args=[delegate.pk])
    yield Ask("délégataire : modifier", change)
    yield desk.filled("délégataire modifié", change, description="Établissement de Lyon")
    end = reverse("accreditation:end_role", args=[delegate.pk])
    yield Ask("utilisateur : fin du rôle", end)
    yield act("utilisateur : rôle fini", end, {})


def new_user(desk: Desk) -> Iterator[Ask]:
    """Its steps, each measured, then done."""
    from forprev.accreditation.selectors import attachable
    from forprev.core.dates import french

    start = reverse("accreditation:new_user")
    yield Ask("nouvel utilisateur", start)
    known = somebody()
    resembling = NEW | {"last_name": f"{known.last_name}E", "first_name": known.first_name}
    resembling["birth_date"] = french(known.birth_date)
    yield act("nouvel utilisateur : doublon proposé", start, resembling, statuses=(200, 422))
    informed = act("nouvel utilisateur : inconnu", start, NEW)
    yield informed
    role = desk.done(informed)["Location"]
    yield Ask("nouvel utilisateur : rôle", role)
    yield Ask("nouvel utilisateur : informations", role.removesuffix("/role"))
    yield Ask("nouvel utilisateur : habilitations", role.replace("/role", "/habilitations"))
    yield desk.filled("nouvel utilisateur : gestionnaire enregistré", role, role="manager")
    attach = role.replace("/role", "/habilitations")
    first = attachable(desk.acting).first()
    if first:
        attached = desk.filled("nouvel utilisateur : habilitation rattachée", attach, accreditation=str(first.pk))
        yield attached
        desk.done(attached)
        yield desk.filled("nouvel utilisateur : délégataire enregistré", role, role="delegate")
