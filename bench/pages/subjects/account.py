"""What belongs to any account: its dashboard, messages, profile; the help as it sees it."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bench.national.__main__ import PASSWORD
from bench.pages.asking import Ask, Desk, act, of_one, plain


def dashboard(desk: Desk) -> Iterator[Ask]:
    yield from plain({"dashboard": "tableau de bord"}, kind="dashboard")
    yield act("changer de rôle", reverse("accounts:switch_role"), {"role": desk.acting.key})


def notices(desk: Desk) -> Iterator[Ask]:
    from forprev.core.dates import now
    from forprev.network.messages.models import Recipient
    from forprev.notices.models import Notice
    from tests.factories.messages import drafted
    from tests.factories.support import proof

    yield from plain({"notices:inbox": "messages", "notices:archives": "messages archivés"})
    yield from plain({"network:received_messages": "messages ciblés reçus"})
    received = drafted(document=proof())
    Recipient.objects.create(message=received, person=desk.acting.person, served_at=now())
    pages = {
        "network:received_message": "message ciblé reçu",
        "network:received_document": "message ciblé : pièce jointe",
    }
    yield from of_one(received, pages)
    found = Notice.objects.filter(person=desk.acting.person, archived_at=None).order_by("-created_at").first()
    if found is None:
        found = Notice.objects.create(
            person=desk.acting.person, kind=Notice.Kind.TASK, subject="Une tâche", text="À faire."
        )
    yield from of_one(found, {"notices:notice": "message"})
    yield act("message archivé", reverse("notices:archive", args=[found.pk]), {})
    yield act("message restauré", reverse("notices:restore", args=[found.pk]), {})
    yield act("tout marquer comme lu", reverse("notices:mark_all_read"), {})


def profile(desk: Desk) -> Iterator[Ask]:
    yield from plain(
        {
            "accounts:profile": "mon profil",
            "accounts:preferences": "préférences",
            "accounts:password": "mot de passe",
            "accounts:sessions": "mes sessions ouvertes",
            "accounts:factors": "second facteur",
            "accounts:totp": "second facteur : application",
            "accounts:passkey": "second facteur : clé d’accès",
            "accounts:my_data": "mes données",
            "accounts:confirm_identity": "confirmer son identité",
            "network:calendar": "mon agenda",
            "support:ask_correction": "demander une correction",
        }
    )
    files = {"accounts:my_data_json": "mes données : JSON", "accounts:my_data_pdf": "mes données : PDF"}
    yield from plain(files, kind="file")
    for name, label in {
        "accounts:welcome": "bienvenue, déjà faite",
        "accounts:no_role": "sans rôle, qui en a un",
        "accounts:resume": "rien à reprendre",
    }.items():
        yield Ask(label, reverse(name), statuses=(302,))
    yield from _changes(desk)
    yield from _correction(desk)
    if desk.actor.role == "trainer":
        address = reverse("organisations:own_fund")
        yield Ask("caisse de rattachement", address)
        yield desk.filled("caisse de rattachement choisie", address, fund=None)
    yield act("déconnexion", reverse("accounts:sign_out"), {})


def _changes(desk: Desk) -> Iterator[Ask]:
    preferences = reverse("accounts:preferences")
    yield desk.filled("préférences enregistrées", preferences, at=preferences)
    own = reverse("accounts:profile")
    yield act("adresse changée", own, {"email": "autre.adresse@exemple.test"})
    yield act("changement d’adresse abandonné", reverse("accounts:give_up_email"), {})
    chosen = {"password": "quatre mots choisis au hasard", "confirmation": "quatre mots choisis au hasard"}
    yield act("mot de passe changé", reverse("accounts:password"), chosen, "sign_in")
    yield act("autres sessions finies", reverse("accounts:end_sessions"), {})
    yield act("signe de vie", reverse("accounts:session"), {}, statuses=(200,))
    yield act("agenda ouvert", reverse("network:calendar"), {})
    yield act("agenda révoqué", reverse("network:revoke_calendar"), {})
    yield act("clé d’accès : création", reverse("accounts:passkey_options"), {}, statuses=(200,))
    yield act("clé d’accès : réponse refusée", reverse("accounts:passkey_made"), {}, statuses=(400,))
    wrong = {"password": "pas celui-ci", "code": "000000"}
    yield act("identité non confirmée", reverse("accounts:confirm_identity"), wrong, "sign_in", statuses=(200,))
    right = {"password": PASSWORD, "code": "000000"}
    yield act("identité confirmée", reverse("accounts:confirm_identity"), right, "sign_in", statuses=(200, 302))
    yield act("identité : défi", reverse("accounts:confirm_challenge"), {}, statuses=(200,))
    yield act("identité : réponse refusée", reverse("accounts:confirm_answer"), {}, statuses=(400,))


def _correction(desk: Desk) -> Iterator[Ask]:
    from forprev.support.models import CorrectionRequest
    from tests.documents import pdf

    address = reverse("support:ask_correction")
    document = SimpleUploadedFile("Justificatif.pdf", pdf(), "application/pdf")
    asked = desk.filled("correction demandée", address, last_name="AUTRE NOM", document=document)
    yield asked
    desk.done(asked)
    waiting = CorrectionRequest.objects.filter(person=desk.acting.person).latest("pk")
    pages = {
        "support:drop_correction": "ma correction : abandon",
        "support:own_correction_document": "ma correction : pièce",
    }
    yield from of_one(waiting, pages)
    yield act("ma correction abandonnée", reverse("support:drop_correction", args=[waiting.pk]), {})


def help_pages(desk: Desk) -> Iterator[Ask]:
    """The same pages as a visitor's, within the menu of the role."""
    yield from plain({"support:help": "aide", "support:manuals": "manuels", "support:contact": "contact"})
