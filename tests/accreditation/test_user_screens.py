"""`Nouvel utilisateur`, the page of a user, the end of a role: through the screens."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client

from forprev.accounts.acting import System
from forprev.accounts.models import Account, Role
from forprev.accounts.services.sessions import PROVED
from forprev.accreditation.models import AccreditationStatus, Delegation
from forprev.organisations.models import Membership, Organisation
from forprev.people.merging import merge
from forprev.people.models import Lookup, Person
from tests.factories.accounts import AccountFactory
from tests.factories.people import PersonFactory
from tests.http.world import untouched
from tests.screens import make_accreditation, make_entity, make_member, queries_of, signed_in, text_of

pytestmark = pytest.mark.django_db

NEW = "/utilisateurs/nouveau"
TYPED = {
    "last_name": "Le Gall",
    "first_name": "Nolwenn",
    "birth_date": "9.3.84",
    "email": "nolwenn@exemple.test",
}


@pytest.fixture
def entity() -> Organisation:
    return make_entity()


@pytest.fixture
def manager(entity: Organisation) -> Membership:
    return make_member(entity)


@pytest.fixture
def client(manager: Membership) -> Client:
    return signed_in(manager)


def informed(client: Client, **changes: str) -> str:
    """The address of the tab `Rôle`, once the first is filled in."""
    answer = client.post(NEW, {**TYPED, **changes})
    assert answer.status_code == 302, text_of(answer)
    return answer["Location"]


def errors_of(page: HttpResponse) -> str:
    assert page.status_code == 422
    summary = re.search(r'<div class="error-summary".*?</ul>', page.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", summary[0])).split()) if summary else ""


def draft_in(page: HttpResponse) -> str:
    return re.search(r'name="draft" value="([^"]+)"', page.content.decode())[1]


def long_ago(client: Client) -> None:
    """The last proof of identity is over five minutes old."""
    session = client.session
    session[PROVED] -= 301
    session.save()


def test_a10_a_new_manager(client: Client, entity: Organisation) -> None:
    with untouched():
        page = informed(client)
        assert "LE GALL Nolwenn , né(e) le 09/03/1984" in text_of(client.get(page))
    answer = client.post(page, {"role": "manager"})
    person = Person.objects.get(search_last_name="LE GALL")
    assert answer["Location"] == f"/utilisateurs/{person.pk}"
    text = text_of(client.get(answer["Location"]))
    assert "LE GALL Nolwenn est gestionnaire de votre entité." in text
    assert "nolwenn@exemple.test" in text
    assert "Nolwenn" in text_of(client.get("/utilisateurs"))
    with untouched():
        assert client.post(page, {"role": "manager"})["Location"] == answer["Location"]


def test_a11_each_field_says_what_is_missing_and_keeps_what_was_typed(client: Client) -> None:
    page = client.post(NEW, {"last_name": "Le Gall", "birth_date": "31/02/1984", "email": "nolwenn"})
    told = errors_of(page)
    for said in ("Le prénom doit être renseigné.", "Cette date n’existe pas", "Saisissez une adresse"):
        assert said in told
    for typed in ("Le Gall", "31/02/1984", "nolwenn"):
        assert f'value="{typed}"' in page.content.decode()


def test_a11_by_number_and_name_whoever_has_an_account_keeps_its_address(client: Client, entity: Organisation) -> None:
    account = AccountFactory(
        person=PersonFactory(last_name="Élie", first_name="Eva", number="ABC00001"), email="eva@exemple.test"
    )
    page = informed(client, number="abc 00001", last_name="elie", first_name="", birth_date="", email="")
    text = text_of(client.get(page))
    assert "Cette personne a déjà un compte" in text
    assert "eva" not in text.lower()
    client.post(page, {"role": "manager"})
    assert Membership.objects.get(person=account.person).organisation == entity
    account.refresh_from_db()
    assert account.email == "eva@exemple.test"


def test_item27_a_number_alone_or_with_another_name_leads_nowhere(client: Client, manager: Membership) -> None:
    person = PersonFactory(last_name="Élie", first_name="Eva", number="ABC00001", birth_date=date(1980, 5, 17))
    answers = {
        errors_of(client.post(NEW, {"number": number, "last_name": name, "birth_date": birth_date}))
        for number, name, birth_date in (
            (person.number, "Martin", ""),
            (person.number, "Élie", "18/05/1980"),
            ("ABC00002", "Élie", ""),
            ("x", "Élie", ""),
        )
    }
    assert answers == {
        "Il y a un problème Ce n° Forprev et ces informations ne désignent pas la même personne. Vérifiez-les."
    }
    assert "Le nom doit être renseigné." in errors_of(client.post(NEW, {"number": person.number}))
    assert Lookup.objects.filter(by=manager.person).count() == 4


def test_item27_twenty_looked_up_are_enough(client: Client, manager: Membership) -> None:
    for n in range(20):
        Lookup.objects.create(by=manager.person, subject=f"{n:064}")
    said = errors_of(client.post(NEW, {"number": "ABC00001", "last_name": "Élie"}))
    assert "trop de personnes" in said
    assert "trop de personnes" in errors_of(client.post(NEW, TYPED))


def test_a11_somebody_without_account_needs_an_e_mail(client: Client) -> None:
    person = PersonFactory(last_name="Élie", first_name="Eva", number="ABC00001")
    typed = {"number": person.number, "last_name": "Élie"}
    assert "saisissez aussi son e-mail" in errors_of(client.post(NEW, typed))
    page = client.post(NEW, {**typed, "email": "eva@exemple.test"})["Location"]
    client.post(page, {"role": "manager"})
    assert Account.objects.get(person=person).email == "eva@exemple.test"


def test_a12_likely_duplicates_are_proposed_masked(client: Client) -> None:
    known = PersonFactory(last_name="Le Gall", first_name="Nolwen", birth_date=date(1984, 3, 9))
    AccountFactory(person=known, email="nolwen.legall@exemple.test")
    page = client.post(NEW, TYPED)
    assert page.status_code == 422
    text = text_of(page)
    assert "C’est elle" in text
    assert "Ce n’est pas elle" in text
    for secret in ("nolwen.legall", known.number, "09/03/1984"):
        assert secret not in text
    role = informed(client, same_as=str(known.pk))
    client.post(role, {"role": "manager"})
    assert Membership.objects.filter(person=known, role=Role.MANAGER).exists()
    role = informed(client, same_as="none")
    client.post(role, {"role": "manager"})
    assert Person.objects.filter(search_last_name="LE GALL").count() == 2


def test_a12_only_somebody_proposed_can_be_picked(client: Client) -> None:
    PersonFactory(last_name="Le Gall", first_name="Nolwen", birth_date=date(1984, 3, 9))
    stranger = PersonFactory(last_name="Zola", birth_date=date(1950, 12, 30))
    for posted in (str(stranger.pk), "x", "9" * 30):
        assert client.post(NEW, {**TYPED, "same_as": posted}).status_code == 422


def test_a_taken_address_is_refused_without_telling_whose(client: Client) -> None:
    AccountFactory(person=PersonFactory(last_name="Zola", birth_date=date(1950, 12, 30)), email=TYPED["email"].upper())
    page = client.post(NEW, TYPED)
    assert "Cette adresse e-mail est déjà utilisée." in errors_of(page)
    assert "Zola" not in page.content.decode()


def test_tabs_keep_what_was_typed(client: Client) -> None:
    role = informed(client)
    client.post(role, {"role": "delegate", "description": "Rouen", "legal_link": "on", "attach": "1"})
    html = client.get(role).content.decode()
    assert 'value="delegate"' in html
    assert 'value="Rouen"' in html
    assert len(re.findall(r"<input[^>]*\bchecked\b", html)) == 2 + html.count('id="menu-drawer" checked')
    html = client.get(role.removesuffix("/role")).content.decode()
    for typed in ("Le Gall", "Nolwenn", "09/03/1984", "nolwenn@exemple.test"):
        assert f'value="{typed}"' in html


def test_a13_a_delegate_of_two_accreditations(client: Client, entity: Organisation) -> None:
    sst = make_accreditation(entity, "SST", 2, starts_on=date(2020, 1, 1), ends_on=date(2100, 1, 2))
    catec = make_accreditation(entity, "Catec", 1)
    make_accreditation(entity, "PRAPIBC", 1)
    role = informed(client)
    attach = client.post(role, {"role": "delegate", "attach": "1"})["Location"]
    page = client.get(attach)
    assert "Tout sélectionner (3)" in text_of(page)
    assert client.post(attach, {"accreditation": [sst.pk, catec.pk]})["Location"] == role
    text = text_of(client.get(role))
    assert "SST / 2 01/01/2020 02/01/2100" in text
    assert "PRAPIBC" not in text
    said = errors_of(client.post(role, {"role": "delegate"}))
    assert "Déclarez le lien juridique" in said
    client.post(role, {"role": "delegate", "legal_link": "on", "description": "Établissement de ROUEN"})
    membership = Membership.objects.get(role=Role.DELEGATE)
    assert {each.accreditation for each in membership.delegations.all()} == {sst, catec}
    text = text_of(client.get(f"/utilisateurs/{membership.person_id}"))
    assert "Établissement de ROUEN" in text
    assert "SST / 2" in text
    assert "Catec / 1" in text


def test_a13_at_least_one_and_a_role(client: Client) -> None:
    role = informed(client)
    assert "Le rôle doit être choisi." in errors_of(client.post(role, {}))
    posted = client.post(role, {"role": "delegate", "legal_link": "on"})
    assert "Rattachez au moins une habilitation." in errors_of(posted)
    assert errors_of(client.post(role, {"role": "support_agent"}))


def test_choice_filter_keeps_what_is_ticked_and_the_head_ticks_what_is_shown(
    client: Client, entity: Organisation
) -> None:
    catec = make_accreditation(entity, "Catec", 1, number="H30160/2020/Catec-1/C/00")
    ones = [make_accreditation(entity, "SST", level) for level in (1, 2)]
    elsewhere = make_accreditation(make_entity("Autre"))
    role = informed(client)
    attach = client.post(role, {"role": "delegate", "attach": "1"})["Location"]
    page = client.post(attach, {"refine": "1", "filter": "sst", "accreditation": [catec.pk, elsewhere.pk]})
    html = page.content.decode()
    assert "Tout sélectionner (2)" in text_of(page)
    assert f'<input type="hidden" name="accreditation" value="{catec.pk}">' in html
    assert f'value="{elsewhere.pk}"' not in html
    client.post(attach, {"filter": "sst", "everything": "sst", "accreditation": [catec.pk]})
    client.post(role, {"role": "delegate", "legal_link": "on"})
    attached = set(Delegation.objects.values_list("accreditation_id", flat=True))
    assert attached == {catec.pk, *(each.pk for each in ones)}


def test_a_draft_is_of_one_account_in_one_entity(client: Client, manager: Membership, entity: Organisation) -> None:
    role = informed(client)
    draft = draft_in(client.get(role))
    colleague = signed_in(make_member(entity))
    for stranger in (colleague, signed_in(make_member(make_entity("Autre")))):
        assert stranger.get(role)["Location"] == NEW
        with untouched():
            assert stranger.post(role, {"role": "manager", "draft": draft})["Location"] == NEW
    again = signed_in(manager)
    with untouched():
        assert again.post(role, {"role": "manager", "draft": draft + "x"})["Location"] == NEW
    assert again.post(role, {"role": "manager", "draft": draft})["Location"].startswith("/utilisateurs/")


@pytest.mark.parametrize("hostile", ["\x00", "9" * 5000, "<b>é</b>", "\u202e"])
def test_hostile_values_are_answered_and_write_nothing(client: Client, entity: Organisation, hostile: str) -> None:
    delegate = make_member(entity, Role.DELEGATE)
    make_accreditation(entity, delegates=(delegate,))
    role = informed(client)
    fields = {
        NEW: ("number", "last_name", "first_name", "birth_date", "email", "same_as"),
        role: ("role", "description", "legal_link", "draft", "attach"),
        role.replace("/role", "/habilitations"): ("accreditation", "filter", "everything", "draft", "refine"),
        f"/utilisateurs/roles/{delegate.pk}/modifier": ("accreditation", "filter", "refine"),
    }
    for path, names in fields.items():
        with untouched():
            answer = client.post(path, dict.fromkeys(names, hostile))
        assert answer.status_code in (200, 302, 400, 422), path
        assert b"<b>" not in answer.content


@pytest.mark.parametrize("what", ["grant", "change", "end"])
def test_item22_a_recent_proof_is_asked_for(client: Client, entity: Organisation, what: str) -> None:
    delegate = make_member(entity, Role.DELEGATE)
    path = {
        "grant": informed(client),
        "change": f"/utilisateurs/roles/{delegate.pk}/modifier",
        "end": f"/utilisateurs/roles/{delegate.pk}/fin",
    }[what]
    long_ago(client)
    with untouched():
        for answer in (client.get(path), client.post(path, {"role": "manager"})):
            assert answer["Location"] == "/confirmation-identite"


def test_ending_a_role_ends_what_the_person_does_in_it_at_once(client: Client, entity: Organisation) -> None:
    other = make_member(entity)
    their = signed_in(other)
    assert their.get("/utilisateurs").status_code == 200
    text = text_of(client.get(f"/utilisateurs/roles/{other.pk}/fin"))
    assert "prend fin tout de suite" in text
    assert "Il ne restera qu’un gestionnaire" in text
    for _ in range(2):
        assert client.post(f"/utilisateurs/roles/{other.pk}/fin")["Location"] == "/utilisateurs"
    assert their.get("/utilisateurs")["Location"] == "/sans-role"
    assert client.get(f"/utilisateurs/{other.person_id}").status_code == 404


def test_a15_the_last_manager_is_told_so(client: Client, manager: Membership) -> None:
    path = f"/utilisateurs/roles/{manager.pk}/fin"
    for answer, status in ((client.get(path), 200), (client.post(path), 409)):
        assert answer.status_code == status
        assert "Une entité garde toujours au moins un gestionnaire" in text_of(answer)
    manager.refresh_from_db()
    assert manager.ended_at is None


def test_one_s_own_role_can_end(client: Client, manager: Membership, entity: Organisation) -> None:
    make_member(entity)
    path = f"/utilisateurs/roles/{manager.pk}/fin"
    assert "Il s’agit de votre propre rôle" in text_of(client.get(path))
    assert client.post(path)["Location"] == "/tableau-de-bord"
    assert client.get("/tableau-de-bord")["Location"] == "/sans-role"


def test_a13_a_delegate_is_changed(client: Client, entity: Organisation) -> None:
    delegate = make_member(entity, Role.DELEGATE, description="Rouen")
    first = make_accreditation(entity, "SST", 1, delegates=(delegate,))
    second = make_accreditation(entity, "SST", 2)
    path = f"/utilisateurs/roles/{delegate.pk}/modifier"
    html = client.get(path).content.decode()
    assert 'value="Rouen"' in html
    assert re.search(rf'value="{first.pk}"[^>]* checked', html)
    assert "au moins une habilitation" in errors_of(client.post(path, {"description": "Le Havre"}))
    form = {"description": "Le Havre", "accreditation": [second.pk]}
    assert client.post(path, form)["Location"] == f"/utilisateurs/{delegate.person_id}"
    delegate.refresh_from_db()
    assert (delegate.description, delegate.delegations.get().accreditation) == ("Le Havre", second)
    with untouched():
        assert client.post(path, form).status_code == 302
    assert client.get(f"/utilisateurs/roles/{make_member(entity).pk}/modifier").status_code == 404


def test_a13_what_is_delegated_but_not_active_stays_and_is_told(client: Client, entity: Organisation) -> None:
    delegate = make_member(entity, Role.DELEGATE)
    over = make_accreditation(entity, "SST", 1, delegates=(delegate,), status=AccreditationStatus.SUSPENDED)
    path = f"/utilisateurs/roles/{delegate.pk}/modifier"
    assert f"Reste rattachée aussi, sans être active : SST / 1 ({over.number})." in text_of(client.get(path))
    assert client.post(path, {"accreditation": [over.pk]}).status_code == 302
    assert "SST / 1" in text_of(client.get(f"/utilisateurs/{delegate.person_id}"))
    assert "Suspendue" in text_of(client.get(f"/utilisateurs/{delegate.person_id}"))


def test_whoever_was_merged_meanwhile_is_to_be_looked_up_again(client: Client, manager: Membership) -> None:
    person = AccountFactory(person=PersonFactory(last_name="Élie", number="ABC00001")).person
    page = informed(client, number="ABC00001", last_name="Élie", birth_date="")
    merge(person.pk, PersonFactory().pk, System(), "Doublon")
    assert "reprenez l’onglet Informations" in errors_of(client.post(page, {"role": "manager"}))


def test_as_many_queries_for_forty_accreditations_as_for_one(client: Client, entity: Organisation) -> None:
    delegate = make_member(entity, Role.DELEGATE)
    make_accreditation(entity, delegates=(delegate,))
    attach = f"{informed(client).removesuffix('/role')}/habilitations"
    paths = (f"/utilisateurs/{delegate.person_id}", f"/utilisateurs/roles/{delegate.pk}/modifier", attach)
    few = [queries_of(client, path) for path in paths]
    for _ in range(39):
        make_accreditation(entity, delegates=(delegate,))
    assert [queries_of(client, path) for path in paths] == few
    assert max(few) <= 15
