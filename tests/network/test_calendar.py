"""The calendar that one subscribes to: what is in it, that it is written as RFC 5545 says, who can read it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import structlog
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from forprev.accounts.models import Account, Role
from forprev.config.logs import without_secrets
from forprev.core.dates import add_months, now, today
from forprev.network.calendar.ical import Event, written
from forprev.network.calendar.models import CalendarFeed
from forprev.network.calendar.services import READINGS_AN_HOUR, open_feed
from forprev.network.calendar.terms import terms_of
from forprev.people.models import Person
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.accreditation import accredit, acting_delegate
from tests.factories.certification import draft_session, entity_of, issued_session, sent_session, taken_over, trainer
from tests.factories.organisations import MembershipFactory, OrganisationFactory, acting_manager
from tests.screens import text_of

pytestmark = pytest.mark.django_db

NAME = r"[A-Za-z0-9-]+"
CONTENT_LINE = re.compile(rf'({NAME})((?:;{NAME}=[^\x00-\x08\x0a-\x1f\x7f";:,]+)*):([^\x00-\x08\x0a-\x1f\x7f]*)')
"""RFC 5545, 3.1: a name, parameters, a value without control characters."""
ESCAPED = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*")
"""RFC 5545, 3.3.11: of a text, what is neither escaped nor to be."""


def lines_of(content: bytes) -> list[str]:
    """The content lines, unfolded, after the checks of 3.1: CRLF at each end, 75 octets, no character cut."""
    assert content.endswith(b"\r\n")
    physical = content.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in physical)
    assert all(line.decode() for line in physical)
    return content.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def read(content: bytes) -> list[dict[str, str]]:
    """The events, by property (with its parameters), after the checks of the grammar."""
    lines = lines_of(content)
    assert all(CONTENT_LINE.fullmatch(line) for line in lines)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    head = lines[1 : lines.index("BEGIN:VEVENT") if "BEGIN:VEVENT" in lines else -1]
    assert [line for line in head if line == "VERSION:2.0"] == ["VERSION:2.0"]
    assert len([line for line in head if line.startswith("PRODID:")]) == 1
    events: list[dict[str, str]] = []
    for line in lines[1 + len(head) : -1]:
        if line == "BEGIN:VEVENT":
            events.append({})
        elif line != "END:VEVENT":
            name, _, value = line.partition(":")
            assert name not in events[-1]
            events[-1][name] = value
    for event in events:
        assert {"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY"} <= {*event}
        assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"])
        assert re.fullmatch(r"\d{8}", event["DTSTART;VALUE=DATE"])
        assert all(ESCAPED.fullmatch(event[name]) for name in ("UID", "SUMMARY", "DESCRIPTION"))
    assert len({event["UID"] for event in events}) == len(events)
    return events


def plain(text: str) -> str:
    """An escaped text as it was."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


def days(person: Person) -> set[tuple[str, date]]:
    """`{("accreditation-end", day)}`: uids without their numbers."""
    return {(re.sub(r"-\d+(?=-)|@.*", "", event.uid), event.day) for event in terms_of(person, today())}


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n"), max_size=300),
    st.text("é𝄞😀a,;\\\n:\"'", max_size=200),
)
def test_whatever_is_said_is_read_again(summary: str, description: str) -> None:
    event = Event("x-1@demo.test", date(2028, 2, 29), summary, description, "https://demo.test/x")
    [told] = read(written("Forprev, l’agenda", [event], datetime(2026, 3, 16, 9, tzinfo=UTC)))
    assert (plain(told["SUMMARY"]), plain(told["DESCRIPTION"])) == (summary, description)
    assert (told["DTSTART;VALUE=DATE"], told["DTSTAMP"], told["UID"]) == ("20280229", "20260316T090000Z", event.uid)


def test_a_calendar_of_nothing() -> None:
    assert read(written("Forprev", [], now())) == []


def test_a_manager_has_the_ends_of_the_entity_and_their_announcements() -> None:
    acting = acting_manager()
    end = add_months(today(), 48)
    accredit(acting.person.memberships.get().organisation, ends_on=end)
    assert days(acting.person) == {
        ("accreditation-end", end),
        ("accreditation-12", add_months(end, -12)),
        ("accreditation-6", add_months(end, -6)),
    }


def test_what_is_suspended_or_long_over_is_no_term() -> None:
    acting = acting_manager()
    place = acting.person.memberships.get().organisation
    accredit(place, status="suspended")
    accredit(place, "SST", 2, ends_on=today() - timedelta(days=120))
    recent = accredit(place, "PRAPIBC", 1, ends_on=today() - timedelta(days=20))
    assert days(acting.person) == {("accreditation-end", recent.ends_on)}


def test_a_delegate_has_those_attached_to_it_and_nobody_another_entity_s() -> None:
    organisation = OrganisationFactory()
    mine, _ = accredit(organisation, "SST", 1), accredit(organisation, "PRAPIBC", 1)
    accredit(OrganisationFactory(), "SST", 1)
    told = terms_of(acting_delegate(mine, organisation=organisation).person, today())
    assert {event.uid.partition("@")[0] for event in told} == {
        f"accreditation-{mine.pk}-{what}" for what in ("end", "12", "6")
    }


def test_a_trainer_has_the_end_of_the_last_certificate_of_each_kind() -> None:
    person = trainer("SST-2", issued_on=add_months(today(), -30))
    renewed = taken_over(person, "SST-2", issued_on=add_months(today(), -1))
    taken_over(person, "SST-1")  # of an acteur: no term of an account
    assert days(person) == {("certificate-end", renewed.expires_on)}


def test_the_limits_of_sessions() -> None:
    acting, run_by = acting_manager(), trainer("SST-2")
    draft_session(acting, trainers=[run_by], end_date=today() - timedelta(days=10))
    issued = issued_session(acting, trainers=[run_by])
    told = {each for each in days(acting.person) if each[0].startswith("session")}
    assert told == {
        ("session-generation", add_months(today() - timedelta(days=10), 3)),
        ("session-download", issued.download_until),
    }
    assert not any(name.startswith("session") for name, _ in days(run_by))  # the draft is not its yet
    sent_session(acting, trainers=[run_by])
    assert ("session-generation", add_months(today(), 3)) in days(run_by)


def test_two_roles_tell_a_term_once_and_name_nobody() -> None:
    session = sent_session(trainees=2)
    acting = entity_of(session)
    MembershipFactory(person=acting.person, organisation=session.organisation, role=Role.DELEGATE)
    AccountFactory(person=acting.person)
    events = terms_of(acting.person, today())
    assert len({event.uid for event in events}) == len(events) > 0
    content = written("Forprev", events, now()).decode().replace("\r\n ", "")
    for person in [*session.trainees.all(), session.trainers.get().person]:
        assert person.last_name not in content


def test_the_same_terms_bear_the_same_uids_tomorrow(clock: time_machine.Traveller) -> None:
    person = entity_of(issued_session()).person
    before = [event.uid for event in terms_of(person, today())]
    clock.shift(timedelta(days=1))
    assert [event.uid for event in terms_of(person, today())] == before


def test_as_many_queries_for_many_terms_as_for_few() -> None:
    acting = acting_manager()
    counts = []
    for _ in range(2):
        for _ in range(3):
            draft_session(acting, trainees=1)
        with CaptureQueriesContext(connection) as queries:
            terms_of(acting.person, today())
        counts.append(len(queries))
    assert counts[0] == counts[1]


# The address


def made(account: Account) -> str:
    """The path of a new address, as the page shows it once."""
    browser = browser_of(account)
    assert browser.post("/mon-profil/agenda").headers["Location"] == "/mon-profil/agenda"
    found = re.search(r"(/agenda/[\w-]+\.ics)", text_of(browser.get("/mon-profil/agenda")))
    assert found
    assert found[1] not in browser.get("/mon-profil/agenda").content.decode()
    return found[1]


def test_the_address_is_shown_once_and_leads_to_one_s_own_terms() -> None:
    account = AccountFactory(person=entity_of(issued_session()).person)
    path = made(account)
    answer = Client().get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert "private" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert [event["UID"] for event in read(answer.content)] == [e.uid for e in terms_of(account.person, today())]


def test_item31_the_token_has_256_bits_and_is_kept_hashed() -> None:
    account = AccountFactory()
    token = open_feed(account)
    assert len(token) == 43
    assert token not in str(CalendarFeed.objects.values().get())


def test_a_new_address_or_a_revocation_ends_the_old_one() -> None:
    account = AccountFactory()
    first, second = made(account), made(account)
    assert [Client().get(path).status_code for path in (first, second)] == [404, 200]
    browser = browser_of(account)
    assert browser.post("/mon-profil/agenda/revoquer").status_code == 302
    assert Client().get(second).status_code == 404
    assert "Vous n’avez pas d’adresse d’agenda." in text_of(browser.get("/mon-profil/agenda"))


def test_a_closed_account_has_no_calendar() -> None:
    account = AccountFactory()
    path = made(account)
    Account.objects.update(is_active=False)
    assert Client().get(path).status_code == 404


def test_item22_making_an_address_asks_for_a_recent_proof(clock: time_machine.Traveller) -> None:
    browser = browser_of(AccountFactory())
    clock.shift(timedelta(minutes=6))
    assert browser.post("/mon-profil/agenda").headers["Location"] == "/confirmation-identite"
    assert not CalendarFeed.objects.exists()


def test_an_address_read_too_often_waits(clock: time_machine.Traveller) -> None:
    path = made(AccountFactory())
    for _ in range(READINGS_AN_HOUR):
        assert Client().get(path).status_code == 200
    clock.shift(timedelta(minutes=20))
    refused = Client().get(path)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2400")
    clock.shift(timedelta(minutes=40))
    assert Client().get(path).status_code == 200


def test_logs_do_not_keep_the_address() -> None:
    event = without_secrets(structlog, "info", {"request": "GET /agenda/abcdefgh.ics"})
    assert event["request"] == "GET /agenda/***"
