"""Every address with every kind of actor: what is not in the table below is closed, to everybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from forprev.accounts.models import Account, Role
from forprev.accreditation.models import DossierState
from forprev.catalogue.models import (
    CertificateTemplate,
    Level,
    Qualification,
    QualificationRules,
    Scheme,
    Signatory,
    TemplateVersion,
)
from forprev.certification.models import TrainingSession
from forprev.certification.services.bulk import open_import
from forprev.certification.workflow import State
from forprev.core.spreadsheets import Sheet
from forprev.network.messages.selectors import Audience
from forprev.organisations.models import Membership, NetworkRole, Organisation, RegionalFund
from forprev.support.models import CannedAnswer, Chapter, Question
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.catalogue import level
from tests.factories.certification import answered_session, draft_session, issued_session, sent_session
from tests.factories.contact import contacted
from tests.factories.dossiers import entity_dossier, first_request, meeting
from tests.factories.messages import drafted, sent
from tests.factories.organisations import acting_national
from tests.factories.support import asked, proof
from tests.factories.updating import entity_with_a_request
from tests.http.world import World, addresses, build, untouched

pytestmark = pytest.mark.django_db

ACTORS = {
    "manager": "M",
    "other_manager": "M",
    "delegate": "D",
    "other_delegate": "D",
    "trainer": "T",
    "other_trainer": "T",
    "officer": "F",
    "other_officer": "F",
    "committee": "C",
    "national": "N",
    "support": "H",
}

PUBLIC = {
    "accounts:sign_in",
    "accounts:sign_out",
    "accounts:forgotten_password",
    "accounts:password_link_asked",
    "accounts:new_password",
    "accounts:password_link",
    "accounts:second_factor",
    "accounts:passkey_challenge",
    "accounts:passkey_answer",
    "accounts:no_account",
    "accounts:no_mail",
    "accounts:session",
    "accounts:openid_start",
    "accounts:openid_return",
    "accreditation:directory",
    "accreditation:directory_map",
    "accreditation:directory_body",
    "accreditation:first_request",
    "accreditation:first_request_asked",
    "accreditation:candidacy",
    "accreditation:confirm_candidacy",
    "certification:check",
    "certification:seal_certificates",
    "certification:badge",
    "certification:did",
    "certification:status_list",
    "certification:jwks",
    "certification:offline",
    "certification:offline_file",
    "certification:offline_script",
    "certification:verification",
    "notices:unsubscribe",
    "support:home",
    "support:help",
    "support:contact",
    "support:contact_sent",
    "support:manuals",
    "support:manual",
    "support:manual_pdf",
    "support:chapter",
    "support:question",
    "support:question_opinion",
    "support:legal",
    "support:privacy",
    "support:accessibility",
    "network:calendar_feed",
}
ANY_ACCOUNT = {
    "accounts:switch_role",
    "accounts:no_role",
    "accounts:resume",
    "accounts:confirm_identity",
    "accounts:confirm_challenge",
    "accounts:confirm_answer",
    "accounts:welcome",
    "accounts:profile",
    "accounts:give_up_email",
    "accounts:preferences",
    "accounts:password",
    "accounts:sessions",
    "accounts:end_sessions",
    "accounts:factors",
    "accounts:totp",
    "accounts:remove_totp",
    "accounts:passkey",
    "accounts:passkey_options",
    "accounts:passkey_made",
    "accounts:recovery_codes",
    "accounts:my_data",
    "accounts:my_data_json",
    "accounts:my_data_pdf",
    "accounts:openid_bind",
    "accreditation:communes",
    "notices:inbox",
    "notices:archives",
    "notices:mark_all_read",
    "organisations:own_fund",
    "support:ask_correction",
    "support:stop_seeing",
    "network:received_messages",
    "network:calendar",
    "network:revoke_calendar",
}
OF_ONE_S_OWN = {
    "accounts:absence": ["formateur-expire"],
    "accounts:remove_passkey": [1],
    "accounts:openid_unbind": [1],
    "network:received_message": [1],
    "network:received_document": [1],
    "notices:notice": [UUID(int=1)],
    "notices:archive": [UUID(int=1)],
    "notices:restore": [UUID(int=1)],
}
WITH_A_LINK = {"accounts:confirm_email"}
"""Of the account whose link it is: tests/accounts."""
"""Of any account, but only for what is its own."""
SCREENS = {
    "dashboard": "MDTFCNH",
    "organisations:entity": "MD",
    "organisations:update": "M",
    "organisations:communes": "M",
    "organisations:users": "M",
    "accounts:lost_factors": "H",
    "accounts:desk": "H",
    "accreditation:active": "MDFCN",
    "accreditation:suspended": "CN",
    "accreditation:missing": "MD",
    "accreditation:meetings": "CN",
    "accreditation:plan_meeting": "CN",
    "accreditation:dossiers_ongoing": "M",
    "accreditation:dossiers_awaiting": "M",
    "accreditation:dossiers_closed": "M",
    "accreditation:new_dossier": "M",
    "accreditation:new_user": "M",
    "accreditation:queue": "FCN",
    "accreditation:queue_all": "FCN",
    "certification:awaiting": "MDT",
    "certification:ongoing": "MDFN",
    "certification:create": "MD",
    "certification:own_certificates": "T",
    "certification:certificates": "FNH",
    "notices:dead_letters": "H",
    "network:figures": "MDFN",
    "network:messages": "FN",
    "network:new_message": "FN",
    "support:canned_answers": "H",
    "support:canned_new": "H",
    "support:contact_requests": "H",
    "support:corrections": "H",
    "catalogue:catalogue": "N",
    "catalogue:new_scheme": "N",
    "catalogue:signatories": "N",
    "catalogue:new_signatory": "N",
    "organisations:funds": "N",
    "organisations:new_fund": "N",
    "organisations:staff": "N",
    "organisations:ended_staff": "N",
    "organisations:new_staff": "N",
    "certification:templates": "N",
    "certification:new_template": "N",
    "network:parameters": "N",
    "support:consultations": "N",
    "notices:texts": "N",
    "support:questions": "N",
    "support:question_new": "N",
    "support:write_manuals": "N",
    "support:retention": "N",
    "support:retention_runs": "N",
    "support:consulted": "N",
    "support:person_data": "HN",
    "support:merges": "HF",
    "support:choose_duplicates": "HF",
}
OF_A_SESSION = {
    "certification:session": "MDTFN",
    "certification:trainer": "MD",
    "certification:trainees": "MDTFN",
    "certification:import_trainees": "MD",
    "certification:trainees_model": "MD",
    "certification:send": "MD",
    "certification:send_results": "T",
    "certification:generate": "MD",
    "certification:downloads": "MD",
    "certification:archive": "MD",
    "certification:reopen": "F",
    "certification:delete": "MD",
    "certification:session_certificates": "FN",
    "certification:cancel_session": "FN",
}
OF_A_TRAINEE = {"certification:trainee": "MD", "certification:trainee_remove": "MD"}
OF_AN_IMPORT = {"certification:trainee_import": "M"}
"""Of the manager or the delegate who sent the file, and of nobody else: here, the manager."""
OF_A_CERTIFICATE = {"certification:pdf": "MDT"}
OF_A_HOLDER = {"certification:own_badge": "T"}
"""Of the trainer whose certificate it is."""
OF_A_CERTIFICATE_FOLLOWED = {"certification:certificate": "FNH", "certification:cancel_certificate": "FN"}
"""By the network: funds those of their region, the national ones all."""
OF_THE_DESK: dict[str, tuple[str, list[object]]] = {
    "accounts:lost_factor": ("H", [1]),
    "accounts:desk_account": ("H", [UUID(int=1)]),
    "notices:dead_letter": ("H", [UUID(int=1)]),
    "support:consultation": ("N", [999_999]),
    "support:organisation": ("H", [999_999]),
    "support:compare_duplicates": ("HF", [999_998, 999_999]),
    "support:merge": ("HF", [999_999]),
    "support:undo_merge": ("HF", [999_999]),
}
"""Of the hotline, and of the funds where they are named; what is not there does not exist."""
AFTER_A_SECOND_FACTOR = {"support:see_as": "H"}
"""Whoever may is first asked for its second factor, whatever it asks for."""
OF_AN_ACCREDITATION = {"accreditation:detail": "MDFCN"}
OF_A_LIFE = {"accreditation:suspend": "CN", "accreditation:resume": "CN", "accreditation:withdraw": "CN"}
OF_AN_ENTITY = {"organisations:urssaf": "MDF"}
OF_A_DATA_CHANGE = {
    "organisations:data_change": "MDF",
    "organisations:wished_urssaf": "MDF",
    "organisations:drop_data_change": "M",
}
OF_A_DOSSIER = {
    "accreditation:dossier": [],
    "accreditation:dossier_entry": [],
    "accreditation:dossier_common": [],
    "accreditation:dossier_lines": [],
    "accreditation:dossier_piece": ["1"],
    "accreditation:dossier_document": [1],
    "accreditation:remove_piece": [1],
    "accreditation:submit_dossier": [],
    "accreditation:complete_dossier": [],
    "accreditation:withdraw_dossier": [],
    "accreditation:discard_dossier": [],
}
"""Of any account that is the applicant's or a manager's of the entity; what else stands in the address."""
OF_A_NEW_USER = {
    "accreditation:new_user_information",
    "accreditation:new_user_role",
    "accreditation:new_user_accreditations",
}
"""Of a manager; what somebody else typed is not known to it."""
OF_A_REVIEW = {
    "accreditation:review",
    "accreditation:review_take",
    "accreditation:review_assign",
    "accreditation:review_pieces",
    "accreditation:review_message",
    "accreditation:review_note",
    "accreditation:review_completion",
    "accreditation:review_opinion",
    "accreditation:review_send_back",
    "accreditation:review_accept",
    "accreditation:review_refuse",
}
"""Of the network: the fund of a dossier's region, the INRS and the committee."""
OF_A_PIECE = {"accreditation:review_piece"}
OF_A_USER = {"accreditation:user", "accreditation:change_delegate", "accreditation:end_role"}
OF_A_CORRECTION = {
    "support:correction": "H",
    "support:correction_document": "H",
    "support:apply_correction": "H",
    "support:refuse_correction": "H",
}
OF_A_MEETING = {
    "accreditation:meeting": "CN",
    "accreditation:schedule": "CN",
    "accreditation:unschedule": "CN",
    "accreditation:move": "CN",
    "accreditation:sitting": "C",
    "accreditation:close_meeting": "CN",
    "accreditation:minutes": "CN",
}
OF_A_MESSAGE = {
    "network:message": "FN",
    "network:message_audience": "FN",
    "network:message_words": "FN",
    "network:message_check": "FN",
    "network:cancel_message": "FN",
    "network:message_document": "FN",
}
"""Of the fund that wrote it; the national administration sees it too, and changes nothing."""
OF_A_QUESTION = {"support:question_edit": "N"}
OF_A_SUBJECT = {
    "network:edit_parameters": ["comptes"],
    "notices:edit_text": ["notices-password_change"],
    "notices:restore_text": ["notices-password_change"],
}
"""Written by the national administration alone, under a name."""
OF_A_MANUAL: dict[str, list[object]] = {
    "support:write_manual": ["formateur"],
    "support:chapter_new": ["formateur"],
    "support:chapter_take": ["formateur", "reperes"],
    "support:chapter_edit": [],
    "support:chapter_move": [],
    "support:chapter_remove": [],
}
"""Of the national administration alone; what stands in the address, else a chapter."""
OF_A_KIND_OF_DATA = {"support:retention_rule": "N"}
OF_THE_CATALOGUE = {
    "catalogue:scheme": Scheme,
    "catalogue:new_level": Scheme,
    "catalogue:edit_level": Level,
    "catalogue:remove_level": Level,
    "catalogue:new_qualification": Level,
    "catalogue:qualification": Qualification,
    "catalogue:edit_qualification": Qualification,
    "catalogue:open_qualification": Qualification,
    "catalogue:close_qualification": Qualification,
    "catalogue:plan_rules": Qualification,
    "catalogue:edit_rules": QualificationRules,
    "catalogue:drop_rules": QualificationRules,
    "catalogue:edit_signatory": Signatory,
    "certification:specimen": Qualification,
    "certification:new_version": CertificateTemplate,
    "certification:template_version": TemplateVersion,
    "certification:publish_version": TemplateVersion,
    "certification:version_pdf": TemplateVersion,
    "certification:version_png": TemplateVersion,
}
"""Of the national administration alone (B46)."""
OF_A_FUND = ("organisations:fund", "organisations:edit_fund", "organisations:move_departments")
OF_A_NETWORK_ROLE = ("organisations:network_role", "organisations:end_network_role")
"""Of the national administration alone, too: one posts nothing that is empty."""
OF_NEW_STAFF = ("organisations:new_staff_information", "organisations:new_staff_role")
OF_A_CONTACT = {
    "support:contact_request": "H",
    "support:contact_answer": "H",
    "support:contact_assign": "H",
    "support:contact_link": "H",
    "support:contact_person": "H",
    "support:contact_organisation": "H",
    "support:contact_move": "H",
}
OF_ITS_DOCUMENT = {"support:contact_document": "H"}
OF_A_CANNED_ANSWER = {"support:canned_edit": "H"}
OF_ITS_OWN_CORRECTION = {"support:drop_correction", "support:own_correction_document"}

WITH_A_TOKEN = {
    "support:question": ["annuaire"],
    "support:question_opinion": ["annuaire"],
    "support:manual": ["formateur"],
    "support:manual_pdf": ["formateur"],
    "support:chapter": ["formateur", "reperes"],
    "notices:unsubscribe": ["unknown"],
    "certification:verification": ["A" * 26],
    "certification:badge": ["unknown"],
    "certification:status_list": ["0"],
    "accounts:password_link": ["unknown"],
    "accreditation:candidacy": ["unknown"],
    "network:calendar_feed": ["unknown"],
    "accreditation:directory_body": [1],
}

REFUSED_AS_A_ROLE = 403
NOT_FOUND = 404
ALLOWED = {200, 302, 409, 422}
"""409: allowed to the actor, but not from this state."""


def names(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}:{pattern.name}" if namespace else str(pattern.name)
        else:
            yield from names(pattern.url_patterns, pattern.namespace or namespace)


@pytest.fixture
def world() -> World:
    return build()


def session_in(state: str, world: World) -> TrainingSession:
    make = {
        State.DRAFT: draft_session,
        State.TRAINER: sent_session,
        State.ENTITY: answered_session,
        State.ISSUED: issued_session,
    }
    return make[State(state)](world.acting, trainers=[world.trainer], trainees=2)


def test_the_table_knows_every_address() -> None:
    of_objects = {*OF_A_SESSION, *OF_A_TRAINEE, *OF_AN_IMPORT, *OF_A_CERTIFICATE, *OF_AN_ACCREDITATION, *OF_THE_DESK}
    of_objects |= {*AFTER_A_SECOND_FACTOR}
    of_objects |= {*OF_A_HOLDER}
    of_objects |= {*OF_A_CERTIFICATE_FOLLOWED}
    of_oneself = {*OF_ONE_S_OWN, *WITH_A_LINK}
    of_a_correction = {*OF_A_CORRECTION, *OF_ITS_OWN_CORRECTION}
    of_entities = {
        *OF_A_LIFE,
        *OF_A_MEETING,
        *OF_AN_ENTITY,
        *OF_A_DATA_CHANGE,
        *OF_A_DOSSIER,
        *OF_A_NEW_USER,
        *OF_A_USER,
        *OF_A_REVIEW,
        *OF_A_PIECE,
    }
    of_the_network = {*OF_A_MESSAGE, *OF_A_QUESTION, *OF_A_CONTACT, *OF_ITS_DOCUMENT, *OF_A_CANNED_ANSWER}
    of_the_network |= {*OF_THE_CATALOGUE, *OF_A_FUND, *OF_A_NETWORK_ROLE, *OF_NEW_STAFF}
    of_the_network |= {*OF_A_SUBJECT}
    of_the_network |= {*OF_A_MANUAL}
    of_the_network |= {*OF_A_KIND_OF_DATA}
    known = {*PUBLIC, *ANY_ACCOUNT, *SCREENS, *of_objects, *of_oneself, *of_a_correction, *of_entities, *of_the_network}
    assert set(names(get_resolver().url_patterns)) == known


NOT_THIS_METHOD = 405
"""Of an address that only reads: nobody may post to it, so that it says nothing of who may see it."""


def ask(client: Client, url: str, method: str) -> HttpResponse:
    return client.post(url, {}) if method == "POST" else client.generic(method, url)


METHODS = ("GET", "HEAD", "POST")


@pytest.mark.parametrize("name", [*SCREENS, *sorted(ANY_ACCOUNT)])
def test_screens(name: str, world: World) -> None:
    roles = SCREENS.get(name, "MDTFCNH")
    url = reverse(name)
    for method in METHODS:
        assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), method
        for actor, role in ACTORS.items():
            with nothing_changes_unless(method == "POST" and role in roles):
                status = ask(world.browsers[actor], url, method).status_code
            expected = {200, 302, 400, 404, 422} if role in roles else {REFUSED_AS_A_ROLE}
            assert status in {*expected, NOT_THIS_METHOD}, (actor, method)
    if name in SCREENS:
        assert world.browsers["no_role"].get(url)["Location"] == reverse("accounts:no_role")


def closed_to_strangers(response: HttpResponse) -> bool:
    return response.status_code == 302 and response["Location"].startswith("/connexion")


def nothing_changes_unless(allowed: bool) -> AbstractContextManager[None]:
    return nullcontext() if allowed else untouched()


@pytest.mark.parametrize("state", [State.DRAFT, State.TRAINER, State.ENTITY, State.ISSUED])
def test_addresses_of_a_session(state: str, world: World) -> None:
    """A role without the screen gets 403, a session that is not its own 404; refused or read, nothing changes."""
    session = session_in(state, world)
    ids = addresses(session)
    insiders = set(World.INSIDERS) - ({"trainer"} if state == State.DRAFT else set())
    for table, arguments in ((OF_A_SESSION, ids["pk"]), (OF_A_TRAINEE, ids["trainee"])):
        for name, roles in table.items():
            url = reverse(name, args=arguments)
            for method in METHODS:
                with untouched():
                    anonymous = ask(world.browsers["anonymous"], url, method)
                assert closed_to_strangers(anonymous), (name, method)
                for actor, role in ACTORS.items():
                    allowed = role in roles and actor in insiders
                    if method == "POST" and allowed:
                        continue
                    first_download = name == "certification:archive" and method == "GET"
                    with nothing_changes_unless(first_download and allowed):
                        status = ask(world.browsers[actor], url, method).status_code
                    if method == "POST" and status == NOT_THIS_METHOD:
                        continue
                    if role not in roles:
                        assert status == REFUSED_AS_A_ROLE, (name, actor, method)
                    elif actor not in insiders:
                        assert status == NOT_FOUND, (name, actor, method)
                    else:
                        closed = {NOT_FOUND} if _only_once_issued(name) and state != State.ISSUED else set()
                        assert status in ALLOWED | closed, (name, actor, method)


def test_addresses_of_an_import(world: World) -> None:
    session = session_in(State.DRAFT, world)
    found = open_import(session.pk, world.acting, Sheet([(1, ["PETIT", "Jean", "01/02/1990"])], date_1904=False))
    url = reverse("certification:trainee_import", args=[session.pk, found.pk])
    for method in METHODS:
        with untouched():
            assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), method
            for actor, role in ACTORS.items():
                status = ask(world.browsers[actor], url, method).status_code
                if role not in "MD":
                    assert status == REFUSED_AS_A_ROLE, (actor, method)
                elif actor != "manager":
                    assert status == NOT_FOUND, (actor, method)
                else:
                    assert status in ALLOWED, method


def _only_once_issued(name: str) -> bool:
    return name in (
        "certification:downloads",
        "certification:archive",
        "certification:session_certificates",
        "certification:cancel_session",
    )


def test_addresses_of_a_certificate(world: World) -> None:
    """Open to whoever has the session, for its days; nobody posts here, and asking for headers notes nothing."""
    session = session_in(State.ISSUED, world)
    url = reverse("certification:pdf", args=addresses(session)["certificate"])
    for method in ("HEAD", "POST", "GET"):
        with untouched():
            assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), method
        for actor, role in ACTORS.items():
            allowed = actor in ("manager", "delegate")
            with nothing_changes_unless(method == "GET" and allowed):
                status = ask(world.browsers[actor], url, method).status_code
            if method == "POST":
                assert status in (NOT_THIS_METHOD, REFUSED_AS_A_ROLE), actor
            elif role not in OF_A_CERTIFICATE["certification:pdf"]:
                assert status == REFUSED_AS_A_ROLE, actor
            else:
                assert status == (200 if allowed else NOT_FOUND), (actor, method)


def test_addresses_of_a_badge(world: World) -> None:
    """Its holder's alone; reading it changes nothing."""
    url = reverse("certification:own_badge", args=[world.trainer.certificates.get().pk])
    for method in METHODS:
        with untouched():
            assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), method
            for actor, role in ACTORS.items():
                status = ask(world.browsers[actor], url, method).status_code
                if role not in OF_A_HOLDER["certification:own_badge"]:
                    expected = {REFUSED_AS_A_ROLE}
                elif method == "POST":
                    expected = {NOT_THIS_METHOD}
                else:
                    expected = {200 if actor == "trainer" else NOT_FOUND}
                assert status in expected | ({NOT_THIS_METHOD} if method == "POST" else set()), (actor, method)


@pytest.mark.parametrize("name", OF_A_CERTIFICATE_FOLLOWED)
def test_addresses_of_a_certificate_followed(name: str, world: World) -> None:
    session = session_in(State.ISSUED, world)
    url, roles = reverse(name, args=addresses(session)["certificate"]), OF_A_CERTIFICATE_FOLLOWED[name]
    for method in METHODS:
        with untouched():
            assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), method
            for actor, role in ACTORS.items():
                status = ask(world.browsers[actor], url, method).status_code
                if method == "POST" and status == NOT_THIS_METHOD:
                    continue
                if role not in roles:
                    assert status == REFUSED_AS_A_ROLE, (actor, method)
                elif actor == "other_officer":
                    assert status == NOT_FOUND, (actor, method)
                else:
                    assert status in ALLOWED, (actor, method)


def test_addresses_of_an_accreditation(world: World) -> None:
    session = session_in(State.DRAFT, world)
    url = reverse("accreditation:detail", args=[session.accreditation_id])
    seers = {"manager", "delegate", "officer", "committee", "national"}
    for method in METHODS:
        with untouched():
            assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), method
            for actor, role in ACTORS.items():
                status = ask(world.browsers[actor], url, method).status_code
                seen = 200 if actor in seers else NOT_FOUND
                expected = REFUSED_AS_A_ROLE if role not in "MDFCN" else seen
                assert status in {expected, NOT_THIS_METHOD} if method == "POST" else status == expected, actor


def test_addresses_of_a_meeting(world: World) -> None:
    """The committee's and the INRS's; the committee alone sits. Its minutes do not exist before it is closed."""
    held = meeting(0)
    dossier = entity_dossier(state=DossierState.AWAITING_DECISION)
    for name, roles in OF_A_MEETING.items():
        about_a_dossier = name in ("accreditation:unschedule", "accreditation:move")
        for pk, exists in ((held.pk, True), (held.pk + 10_000, False)):
            url = reverse(name, args=[pk, dossier.pk] if about_a_dossier else [pk])
            for method in METHODS:
                with untouched():
                    assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), (name, method)
                    for actor, role in ACTORS.items():
                        status = ask(world.browsers[actor], url, method).status_code
                        seen = ALLOWED if exists and name != "accreditation:minutes" else {NOT_FOUND}
                        expected = seen if role in roles else {REFUSED_AS_A_ROLE}
                        assert status in {*expected, NOT_THIS_METHOD}, (name, actor, method)


def test_addresses_of_the_life_of_an_accreditation(world: World) -> None:
    """The committee's and the INRS's; one that does not exist is not found by them."""
    session = session_in(State.DRAFT, world)
    for name, roles in OF_A_LIFE.items():
        for pk, seen in ((session.accreditation_id, ALLOWED), (10_000_000, {NOT_FOUND})):
            url = reverse(name, args=[pk])
            for method in METHODS:
                with untouched():
                    assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), (name, method)
                    for actor, role in ACTORS.items():
                        status = ask(world.browsers[actor], url, method).status_code
                        assert status in (seen if role in roles else {REFUSED_AS_A_ROLE}), (name, actor, method)


def test_addresses_of_an_entity_and_of_what_it_asks_to_change(world: World) -> None:
    """Its people, and the officers of its region; a colleague delegate is one of its people."""
    entity_id, waiting = entity_with_a_request(world.acting)
    insiders = {"manager", "delegate", "other_delegate", "officer"}
    for table, pk in ((OF_AN_ENTITY, entity_id), (OF_A_DATA_CHANGE, waiting.pk)):
        for name, roles in table.items():
            url = reverse(name, args=[pk])
            for method in METHODS:
                with untouched():
                    assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), (name, method)
                for actor, role in ACTORS.items():
                    seen = 200 if actor in insiders else NOT_FOUND
                    if method == "POST" and role in roles and actor in insiders:
                        continue
                    with untouched():
                        status = ask(world.browsers[actor], url, method).status_code
                    expected = REFUSED_AS_A_ROLE if role not in roles else seen
                    assert status in {expected, NOT_THIS_METHOD} if method == "POST" else status == expected, (
                        name,
                        actor,
                    )


def test_addresses_of_a_review(world: World) -> None:
    """Of the region's officers, the INRS and the committee; what is not theirs to do is refused, or is not there."""
    dossier = first_request(state=DossierState.UNDER_REVIEW)
    addresses_of = [(name, [dossier.pk]) for name in sorted(OF_A_REVIEW)]
    addresses_of += [(name, [dossier.pk, dossier.pieces.first().pk]) for name in OF_A_PIECE]
    for name, arguments in addresses_of:
        url = reverse(name, args=arguments)
        for method in METHODS:
            with untouched():
                assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), (name, method)
            for actor, role in ACTORS.items():
                seen = actor in ("officer", "committee", "national")
                if method == "POST" and seen:
                    continue
                with untouched():
                    status = ask(world.browsers[actor], url, method).status_code
                if status == NOT_THIS_METHOD:
                    continue
                if role not in "FCN":
                    assert status == REFUSED_AS_A_ROLE, (name, actor, method)
                elif not seen:
                    assert status == NOT_FOUND, (name, actor, method)
                else:
                    elsewhere = name.endswith(("_accept", "_refuse"))
                    assert status in ({NOT_FOUND} if elsewhere else ALLOWED), (name, actor, method)


@pytest.mark.parametrize("state", [DossierState.DRAFT, DossierState.SUBMITTED, DossierState.TO_COMPLETE])
def test_addresses_of_a_dossier(state: str, world: World) -> None:
    """The manager of its entity, or the applicant of a first request, whatever its role or without any."""
    applicant = AccountFactory()
    of_entity = entity_dossier(Organisation.objects.get(pk=world.acting.organisation_id), state, levels=(("SST", 2),))
    for dossier, insider in ((of_entity, "manager"), (first_request(applicant.person, state), "applicant")):
        browsers = {**world.browsers, "applicant": browser_of(applicant)}
        with untouched():
            for name, arguments in OF_A_DOSSIER.items():
                url = reverse(name, args=[dossier.pk, *arguments])
                for method in METHODS:
                    assert closed_to_strangers(ask(browsers["anonymous"], url, method)), (name, method)
                    for actor in (*ACTORS, "no_role", "applicant"):
                        if actor == insider and method == "POST":
                            continue
                        status = ask(browsers[actor], url, method).status_code
                        expected = {*ALLOWED, NOT_FOUND} if actor == insider else {NOT_FOUND}
                        assert status in {*expected, NOT_THIS_METHOD}, (name, actor, method)


def test_addresses_of_a_user(world: World) -> None:
    """A manager of the entity; a manager of another one, whoever it asks for, finds nobody."""
    delegate = Membership.objects.filter(role="delegate", organisation_id=world.acting.organisation_id).first()
    for name in OF_A_USER:
        url = reverse(name, args=[delegate.person_id if name == "accreditation:user" else delegate.pk])
        for method in METHODS:
            with untouched():
                assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), (name, method)
                for actor, role in ACTORS.items():
                    if (actor, method) == ("manager", "POST"):
                        continue
                    status = ask(world.browsers[actor], url, method).status_code
                    seen = 200 if actor == "manager" else NOT_FOUND
                    expected = seen if role == "M" else REFUSED_AS_A_ROLE
                    assert status in {expected, NOT_THIS_METHOD} if method == "POST" else status == expected, (
                        name,
                        actor,
                    )


def test_addresses_of_a_new_user(world: World) -> None:
    for name in OF_A_NEW_USER:
        url = reverse(name, args=[UUID(int=1)])
        for method in METHODS:
            with untouched():
                assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), (name, method)
                for actor, role in ACTORS.items():
                    status = ask(world.browsers[actor], url, method).status_code
                    assert status in ({200, 302, 422} if role == "M" else {REFUSED_AS_A_ROLE}), (name, actor, method)


def test_whoever_lost_every_role_is_told_so_at_every_address(world: World) -> None:
    session = session_in(State.ISSUED, world)
    ids = addresses(session)
    closed = [(name, []) for name in SCREENS]
    closed += [(name, ids["pk"]) for name in OF_A_SESSION] + [(name, ids["trainee"]) for name in OF_A_TRAINEE]
    closed += [("certification:pdf", ids["certificate"]), ("accreditation:detail", [session.accreditation_id])]
    with untouched():
        for name, arguments in closed:
            for method in METHODS:
                answer = ask(world.browsers["no_role"], reverse(name, args=arguments), method)
                assert (answer.status_code, answer["Location"]) == (302, reverse("accounts:no_role")), (name, method)


def test_addresses_of_a_correction(world: World) -> None:
    """Those of the hotline, and those of the person that it is about, whatever its role."""
    correction = asked(world.trainer, document=proof())
    for name in (*OF_A_CORRECTION, *OF_ITS_OWN_CORRECTION):
        url = reverse(name, args=[correction.pk])
        for method in METHODS:
            with untouched():
                assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), (name, method)
            for actor, role in ACTORS.items():
                if name in OF_ITS_OWN_CORRECTION:
                    expected = ALLOWED if actor == "trainer" else {NOT_FOUND}
                else:
                    expected = ALLOWED if role in OF_A_CORRECTION[name] else {REFUSED_AS_A_ROLE}
                if method != "GET" and expected is ALLOWED:
                    continue
                with untouched():
                    status = ask(world.browsers[actor], url, method).status_code
                assert status in {*expected, NOT_THIS_METHOD} if method == "POST" else status in expected, (name, actor)
    correction.refresh_from_db()
    assert correction.state == "open"


def test_addresses_of_a_message(world: World) -> None:
    """Those of its fund, and of the national administration, which changes nothing of it; its reader has another."""
    message = drafted(document=proof())
    for name, roles in OF_A_MESSAGE.items():
        url = reverse(name, args=[message.pk])
        for method in METHODS:
            with untouched():
                assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), (name, method)
                for actor, role in ACTORS.items():
                    if (actor, method) == ("officer", "POST"):
                        continue
                    status = ask(world.browsers[actor], url, method).status_code
                    seen = ALLOWED if actor in ("officer", "national") else {NOT_FOUND}
                    expected = seen if role in roles else {REFUSED_AS_A_ROLE}
                    assert status in {*expected, NOT_THIS_METHOD} if method == "POST" else status in expected, (
                        name,
                        actor,
                        method,
                    )


def test_addresses_of_a_kind_of_data(world: World) -> None:
    """What is posted without a version, or of a delay that another parameter says, changes nothing."""
    for name, roles in OF_A_KIND_OF_DATA.items():
        for key, found in (("persons", ALLOWED), ("attempts", {*ALLOWED, NOT_FOUND}), ("unknown", {NOT_FOUND})):
            url = reverse(name, args=[key])
            for method in METHODS:
                with untouched():
                    assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), (key, method)
                    for actor, role in ACTORS.items():
                        status = ask(world.browsers[actor], url, method).status_code
                        assert status in (found if role in roles else {REFUSED_AS_A_ROLE}), (key, actor, method)


def test_addresses_of_a_question(world: World) -> None:
    question = Question.objects.first()
    assert question is not None
    for name, roles in OF_A_QUESTION.items():
        url = reverse(name, args=[question.pk])
        for method in METHODS:
            with untouched():
                assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), (name, method)
                for actor, role in ACTORS.items():
                    status = ask(world.browsers[actor], url, method).status_code
                    assert status in (ALLOWED if role in roles else {REFUSED_AS_A_ROLE}), (name, actor, method)


@pytest.mark.parametrize("name", OF_A_MANUAL)
def test_addresses_of_a_manual(name: str, world: World) -> None:
    """Posted empty, a chapter stays as it is; one that is there is not added once more."""
    url = reverse(name, args=OF_A_MANUAL[name] or [Chapter.objects.get(manual="formateur", slug="reperes").pk])
    for method in METHODS:
        with untouched():
            assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), (name, method)
            for actor, role in ACTORS.items():
                status = ask(world.browsers[actor], url, method).status_code
                expected = {200, 302, 400, 422} if role == "N" else {REFUSED_AS_A_ROLE}
                assert status in {*expected, NOT_THIS_METHOD}, (name, actor, method)


@pytest.mark.parametrize("name", OF_THE_CATALOGUE)
def test_addresses_of_the_catalogue(name: str, world: World) -> None:
    """What is posted empty or without a version changes nothing for the administration either."""
    one = OF_THE_CATALOGUE[name].objects.first()
    url = reverse(name, args=[one.number if isinstance(one, TemplateVersion) else one.pk])
    for method in METHODS:
        with untouched():
            assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), method
            for actor, role in ACTORS.items():
                if role == "N" and name == "certification:new_version" and method == "POST":
                    continue
                status = ask(world.browsers[actor], url, method).status_code
                if status != NOT_THIS_METHOD:
                    assert status in (ALLOWED if role == "N" else {REFUSED_AS_A_ROLE}), (actor, method)


def test_addresses_of_funds_and_of_the_network_s_people(world: World) -> None:
    """What is posted empty changes nothing for the administration either; what does not exist is not found by it."""
    fund, role = RegionalFund.objects.first(), NetworkRole.objects.filter(role=Role.COMMITTEE).first()
    assert fund is not None
    assert role is not None
    table: list[tuple[str, list[object], bool]]
    table = [(name, [pk], pk < 1_000) for name in OF_A_FUND for pk in (fund.pk, 10_000)]
    table += [(name, [pk], pk < 10_000_000) for name in OF_A_NETWORK_ROLE for pk in (role.pk, 10_000_000)]
    table += [(name, [UUID(int=1)], True) for name in OF_NEW_STAFF]
    for name, arguments, exists in table:
        url = reverse(name, args=arguments)
        for method in METHODS:
            with untouched():
                assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), (name, method)
                for actor, role_of in ACTORS.items():
                    status = ask(world.browsers[actor], url, method).status_code
                    seen = ALLOWED if exists else {NOT_FOUND}
                    expected = seen if role_of == "N" else {REFUSED_AS_A_ROLE}
                    assert status in {*expected, NOT_THIS_METHOD}, (name, actor, method)


@pytest.mark.parametrize("name", OF_A_SUBJECT)
def test_addresses_of_a_subject(name: str, world: World) -> None:
    """What is posted empty changes nothing for the administration either."""
    url = reverse(name, args=OF_A_SUBJECT[name])
    for method in METHODS:
        with untouched():
            assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), method
            for actor, role in ACTORS.items():
                status = ask(world.browsers[actor], url, method).status_code
                assert status in (ALLOWED if role == "N" else {REFUSED_AS_A_ROLE}), (actor, method)


def test_addresses_of_a_contact_request(world: World) -> None:
    """Those of the hotline, which alone writes: what it posts without a version changes nothing either."""
    contact = contacted(documents=(proof(),))
    message = contact.messages.get()
    canned = CannedAnswer.objects.create(title="Session introuvable", text="Elle est dans « À traiter ».")
    table = [(name, [contact.pk]) for name in OF_A_CONTACT] + [(name, [canned.pk]) for name in OF_A_CANNED_ANSWER]
    for name, arguments in [*table, *((name, [contact.pk, message.pk]) for name in OF_ITS_DOCUMENT)]:
        url = reverse(name, args=arguments)
        for method in METHODS:
            with untouched():
                assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), (name, method)
                for actor, role in ACTORS.items():
                    status = ask(world.browsers[actor], url, method).status_code
                    expected = {*ALLOWED, 409, 422} if role == "H" else {REFUSED_AS_A_ROLE}
                    assert status in {*expected, NOT_THIS_METHOD}, (name, actor, method)


def test_a_message_is_its_readers(world: World) -> None:
    """Whoever it reached; opening it is noted, asking for headers or its file is not."""
    author = acting_national(Role.NATIONAL_ADMINISTRATOR)
    message = sent(author, Audience(("trainer",), (level("SST", 1).pk,)), document=proof())
    for name in ("network:received_message", "network:received_document"):
        url = reverse(name, args=[message.pk])
        for method in ("HEAD", "POST", "GET"):
            with untouched():
                assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), (name, method)
            for actor, role in ACTORS.items():
                with nothing_changes_unless((name, method) == ("network:received_message", "GET") and role == "T"):
                    status = ask(world.browsers[actor], url, method).status_code
                expected = 200 if role == "T" else NOT_FOUND
                assert status == (NOT_THIS_METHOD if method == "POST" else expected), (name, actor, method)


def test_what_is_another_s_own_does_not_exist(world: World) -> None:
    for name, arguments in OF_ONE_S_OWN.items():
        url = reverse(name, args=arguments)
        assert closed_to_strangers(world.browsers["anonymous"].get(url)), name
        for actor in (*ACTORS, "no_role"):
            for method in METHODS:
                with untouched():
                    status = ask(world.browsers[actor], url, method).status_code
                assert status in {NOT_FOUND, NOT_THIS_METHOD}, (name, actor)


def test_addresses_of_the_desk(world: World) -> None:
    for name, (roles, arguments) in OF_THE_DESK.items():
        url = reverse(name, args=arguments)
        for method in METHODS:
            assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), (name, method)
            for actor, role in ACTORS.items():
                with untouched():
                    status = ask(world.browsers[actor], url, method).status_code
                expected = NOT_FOUND if role in roles else REFUSED_AS_A_ROLE
                assert status in {expected, NOT_THIS_METHOD}, (name, actor, method)


def test_addresses_that_ask_for_a_second_factor(world: World) -> None:
    for name, roles in AFTER_A_SECOND_FACTOR.items():
        url = reverse(name, args=[Account.objects.first().pk])
        for method in METHODS:
            assert closed_to_strangers(ask(world.browsers["anonymous"], url, method)), (name, method)
            for actor, role in ACTORS.items():
                with untouched():
                    answer = ask(world.browsers[actor], url, method)
                expected = 302 if role in roles else REFUSED_AS_A_ROLE
                assert answer.status_code == expected, (name, actor, method)
                assert expected != 302 or answer["Location"] == reverse("accounts:factors"), (name, actor, method)


def test_public_pages_open_to_everybody(world: World) -> None:
    for name in sorted(PUBLIC - {"accounts:new_password", "accounts:password_link"}):
        for actor in ("anonymous", "manager", "no_role"):
            status = world.browsers[actor].get(reverse(name, args=WITH_A_TOKEN.get(name, []))).status_code
            assert status in {200, 302, 404, 405, 410}, (name, actor)


@pytest.mark.parametrize("state", [State.DRAFT, State.TRAINER, State.ENTITY, State.ISSUED])
def test_a_deleted_or_unknown_session_does_not_exist(state: str, world: World) -> None:
    session = session_in(state, world)
    for name in OF_A_SESSION:
        url = reverse(name, args=[session.pk + 10_000])
        for actor, role in ACTORS.items():
            if role in OF_A_SESSION[name]:
                assert world.browsers[actor].get(url).status_code == NOT_FOUND, (name, actor)
