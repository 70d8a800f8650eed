from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from forprev.notices.jobs import deliver
from forprev.notices.models import OutgoingMail
from forprev.notices.services import send_mail
from forprev.people.merging import merge
from tests.factories.people import PersonFactory

TO = "alice@exemple.test"


def send(name: str = "Élise & <Zoé>", key: str | None = None) -> OutgoingMail | None:
    return send_mail(TO, "essai", {"name": name}, key=key)


def test_a_message_is_rendered_and_its_delivery_enqueued(db: None, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://forprev.test"
    mail = send()
    assert mail is not None
    mail.refresh_from_db()
    assert mail.subject == "Session de Élise & <Zoé>"
    assert mail.text.startswith("Bonjour Élise & <Zoé>,\nhttps://forprev.test\n\n-- \n")
    assert mail.text.rstrip().endswith("parce que cette adresse sert à Forprev pour vous joindre.")
    assert "<p>Bonjour Élise &amp; &lt;Zoé&gt;</p>" in mail.html
    assert mail.message_id == f"<{mail.pk}@forprev.test>"
    assert mail.state == OutgoingMail.State.WAITING
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args) == (deliver.name, {"mail_ids": [str(mail.pk)]})


def test_a_key_is_written_once(db: None) -> None:
    assert send(key="reminder/12") is not None
    assert send(key="reminder/12") is None
    assert send(key="reminder/13") is not None
    assert send() is not None
    assert send() is not None
    assert OutgoingMail.objects.count() == ProcrastinateJob.objects.count() == 4


def test_what_is_rolled_back_leaves_neither_message_nor_job(db: None) -> None:
    with transaction.atomic():
        send()
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_without_delivery_messages_stay_to_be_read(db: None, settings: Settings) -> None:
    settings.MAIL_DELIVERY = False
    assert send() is not None
    assert OutgoingMail.objects.get().state == OutgoingMail.State.WAITING
    assert not ProcrastinateJob.objects.exists()


def test_a_long_subject_is_cut(db: None) -> None:
    mail = send("x" * 400)
    assert mail is not None
    assert len(mail.subject) == 250


class Agent:
    person_id = None
    display_name = "Hotline"
    role_label = "Hotline"


def test_b44_mail_follows_the_person_kept(db: None) -> None:
    duplicate, kept = PersonFactory(), PersonFactory()
    mail = send_mail(TO, "essai", {"name": "x"}, person=duplicate)
    assert mail is not None
    merge(duplicate.pk, kept.pk, Agent(), "doublon")
    mail.refresh_from_db()
    assert mail.person == kept
