"""`Mes messages`: list, unread count, reading, archive; nobody else's."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forprev.accounts.models import Account, Role
from forprev.accounts.services.profile import note_bounce
from forprev.core.dates import now
from forprev.notices.models import Notice
from forprev.people.merging import merge, undo_merge
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.organisations import MembershipFactory
from tests.factories.people import PersonFactory
from tests.notices.conftest import told
from tests.notices.test_outbox import Agent
from tests.screens import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return AccountFactory(person=MembershipFactory(role=Role.MANAGER, person=PersonFactory()).person)


@pytest.fixture
def browser(account: Account) -> Client:
    Notice.objects.all().delete()
    return browser_of(account)


def notice(account: Account, name: str = "122", **fields: object) -> Notice:
    made = told(account, name=name)
    assert made is not None
    for field, value in fields.items():
        setattr(made, field, value)
    made.save()
    return made


def subjects(client: Client, path: str = "/messages") -> list[str]:
    """In the order of the list."""
    page = client.get(path).content.decode()
    return re.findall(r'<a href="/messages/[0-9a-f-]{36}">(?:<strong>)?Session de (\d+)', page)


def count_in_the_bar(client: Client, path: str = "/tableau-de-bord") -> str:
    bar = re.search(r'<a class="bar-link bar-inbox".*?</a>', client.get(path).content.decode(), re.DOTALL)
    assert bar
    return " ".join(re.sub(r"<[^>]+>|&nbsp;", " ", bar[0]).split())


def test_unread_first_marked_by_words_and_weight(browser: Client, account: Account) -> None:
    notice(account, "1")
    notice(account, "2", read_at=now())
    notice(account, "3")
    page = browser.get("/messages").content.decode()
    assert subjects(browser) == ["3", "1", "2"]
    assert "<strong>Session de 1</strong>" in page
    assert "<strong>Session de 2</strong>" not in page
    assert text_of(browser.get("/messages")).count("Non lu") == 2


def test_every_page_says_how_many_are_unread(browser: Client, account: Account) -> None:
    assert count_in_the_bar(browser) == "Messages"
    notice(account, "1")
    notice(account, "2")
    notice(account, "3", read_at=now())
    notice(account, "4", archived_at=now())
    for path in ("/tableau-de-bord", "/messages", "/mon-profil", "/aide"):
        assert count_in_the_bar(browser, path) == "Messages non lus : 2"


def test_no_more_than_a_hundred_are_counted(browser: Client, account: Account) -> None:
    Notice.objects.bulk_create(Notice(person=account.person, kind="task", subject="x", text="x") for _ in range(101))
    assert count_in_the_bar(browser) == "Messages non lus : plus de 99 +"


def test_the_count_is_read_from_its_index_in_one_query(browser: Client, account: Account) -> None:
    read = {"kind": "task", "subject": "x", "text": "x", "read_at": now()}
    Notice.objects.bulk_create(Notice(person=account.person, **read) for _ in range(3_000))
    notice(account)
    with CaptureQueriesContext(connection) as queries:
        browser.get("/aide")
    (asked,) = [query["sql"] for query in queries if "notices_notice" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE notices_notice")
        cursor.execute(f"EXPLAIN {asked}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Only Scan using notice_unread" in plan


def test_opening_marks_as_read_and_leads_to_the_object(browser: Client, account: Account) -> None:
    one = notice(account)
    assert browser.head(one.get_absolute_url()).status_code == 200
    one.refresh_from_db()
    assert one.read_at is None
    page = browser.get(one.get_absolute_url())
    assert "Bonjour 122," in text_of(page)
    assert '<a class="btn btn-primary" href="/sessions/122">' in page.content.decode()
    one.refresh_from_db()
    first = one.read_at
    assert first is not None
    browser.get(one.get_absolute_url())
    one.refresh_from_db()
    assert one.read_at == first


def test_all_are_marked_read_at_once(browser: Client, account: Account) -> None:
    kept = notice(account, "9", archived_at=now())
    notice(account, "1")
    notice(account, "2")
    page = browser.post("/messages/tout-lu", follow=True)
    assert "2 messages marqués comme lus." in text_of(page)
    assert count_in_the_bar(browser) == "Messages"
    kept.refresh_from_db()
    assert kept.read_at is None
    assert "étaient déjà lus" in text_of(browser.post("/messages/tout-lu", follow=True))


def test_archive_and_back(browser: Client, account: Account) -> None:
    one = notice(account)
    for _ in range(2):
        assert browser.post(f"{one.get_absolute_url()}/archiver").headers["Location"] == "/messages"
    assert subjects(browser) == []
    assert subjects(browser, "/messages/archives") == ["122"]
    one.refresh_from_db()
    assert one.read_at is not None
    browser.post(f"{one.get_absolute_url()}/restaurer")
    assert subjects(browser) == ["122"]
    assert subjects(browser, "/messages/archives") == []


def test_an_empty_inbox_says_so(browser: Client) -> None:
    assert "Aucun message" in text_of(browser.get("/messages"))
    assert "Aucun message archivé" in text_of(browser.get("/messages/archives"))


def test_the_list_is_searched_and_sorted_like_any_other(browser: Client, account: Account) -> None:
    for number in (1, 2, 3):
        notice(account, str(number))
    notice(account, "4", read_at=now())
    assert subjects(browser, "/messages?tri=message") == ["1", "2", "3", "4"]
    assert subjects(browser, "/messages?champ=etat&operateur=est&valeur=read") == ["4"]
    assert subjects(browser, "/messages?champ=message&operateur=contient&valeur=de+2") == ["2"]
    exported = browser.get("/messages?export=csv")
    assert "Non lu" in b"".join(exported).decode("utf-8-sig")  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["", "/archiver", "/restaurer"])
def test_what_is_somebody_else_s_does_not_exist(browser: Client, path: str) -> None:
    other = notice(AccountFactory(), archived_at=now())
    for method in (browser.get, browser.post) if not path else (browser.post,):
        assert method(f"{other.get_absolute_url()}{path}").status_code in ({404} if path else {404, 405})
    other.refresh_from_db()
    assert other.read_at is None
    assert other.archived_at is not None


def test_whoever_has_no_role_reads_its_messages_too() -> None:
    account = AccountFactory()
    Notice.objects.all().delete()
    one = notice(account)
    browser = browser_of(account)
    assert subjects(browser) == ["122"]
    assert browser.get(one.get_absolute_url()).status_code == 200


def test_whoever_s_address_refuses_mail_reads_so_here(browser: Client, account: Account) -> None:
    assert "reviennent" not in text_of(browser.get("/messages"))
    note_bounce(account.email)
    assert f"Nos e-mails à {account.email} reviennent" in text_of(browser.get("/messages"))


def test_as_many_queries_for_a_hundred_messages_as_for_one(browser: Client, account: Account) -> None:
    counts = []
    for number in (1, 99):
        for _ in range(number):
            notice(account)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/messages?taille=100").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_b44_messages_follow_the_person_kept_and_come_back() -> None:
    gone, stays = AccountFactory(), AccountFactory()
    Notice.objects.all().delete()
    for account in (gone, stays):
        told(account, name="1", key="both")
    mine, free = told(gone, name="2", key="mine"), told(gone, name="3")
    assert mine
    assert free
    done = merge(gone.person_id, stays.person_id, Agent(), "doublon")
    assert Notice.objects.filter(person=stays.person_id).count() == 3
    assert ["Messages reçus", 2] in [list(line) for line in done.lines]
    undo_merge(done.pk, Agent())
    assert Notice.objects.filter(person=gone.person_id).count() == 3
    assert Notice.objects.filter(person=stays.person_id).count() == 1
