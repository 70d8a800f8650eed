"""What anybody may see and do: home, directory, help, the check of a certificate, the ways in."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from bench.national.__main__ import PASSWORD
from bench.pages.asking import Ask, Desk, act, plain

NO_SUCH_CODE = "A" * 26


def pages(desk: Desk) -> Iterator[Ask]:
    from forprev.accreditation.directory.selectors import listed, with_held
    from forprev.core.dates import today
    from forprev.support.help.models import Question

    yield from plain(
        {
            "support:home": "accueil",
            "accreditation:directory": "annuaire",
            "accreditation:directory_map": "annuaire : carte",
            "support:help": "aide",
            "support:manuals": "manuels",
            "support:contact": "contact",
            "support:legal": "mentions légales",
            "support:privacy": "protection des données",
            "support:accessibility": "accessibilité",
        }
    )
    directory = reverse("accreditation:directory")
    yield Ask("annuaire : par nom", f"{directory}?nom=formation+1")
    yield Ask("annuaire : nom introuvable", f"{directory}?nom=zzqxzz")
    yield Ask("annuaire : par dispositif, niveau et département", f"{directory}?dispositif=SST&niveau=1&departement=59")
    yield Ask("annuaire : carte d’un dispositif", f"{reverse('accreditation:directory_map')}?dispositif=SST")
    day = today()
    yield from desk.of(with_held(listed(day, {}), day), {"accreditation:directory_body": "annuaire : organisme"})
    yield Ask("aide : recherche", f"{reverse('support:help')}?recherche=duplicata+certificat")
    for question in Question.objects.all()[:1]:
        yield Ask("aide : question", reverse("support:question", args=[question.slug]))
        yield act(
            "aide : avis sur une réponse", reverse("support:question_opinion", args=[question.slug]), {"avis": "oui"}
        )
    yield Ask("manuel", reverse("support:manual", args=["formateur"]))
    yield Ask("manuel : chapitre", reverse("support:chapter", args=["formateur", "reperes"]))
    yield Ask("manuel : PDF", reverse("support:manual_pdf", args=["formateur"]))


def checks(desk: Desk) -> Iterator[Ask]:
    from forprev.certification.checking.codes import new_typed_code
    from forprev.certification.credentials.badges import code_of
    from forprev.certification.models import Certificate
    from forprev.notices.models import Notice
    from forprev.notices.unsubscribing import unsubscribe_url

    yield from plain(
        {
            "certification:check": "vérification : formulaire",
            "certification:seal_certificates": "vérification : certificats du cachet",
            "certification:did": "vérification : document de l’émetteur",
            "certification:jwks": "vérification : clés",
            "certification:offline": "vérification hors ligne",
            "certification:offline_file": "vérification hors ligne : fichier",
            "certification:offline_script": "vérification hors ligne : programme",
        }
    )
    held = Certificate.objects.select_related("person__account").order_by("-pk")
    found = held[0]
    by_qr = reverse("certification:verification", args=[found.verification_code])
    yield Ask("vérification par QR code", by_qr, "check")
    unknown = reverse("certification:verification", args=[NO_SUCH_CODE])
    yield Ask("vérification par QR code inconnu", unknown, "check", statuses=(404,))
    right = {"surname": found.holder_last_name}
    yield Ask("vérification par QR code, puis nom", by_qr, "check", right)
    typed = reverse("certification:check")
    yield Ask("vérification par code et nom", typed, "check", {"code": found.typed_code, **right})
    wrong = {"code": new_typed_code(), **right}
    yield Ask("vérification par code inconnu", typed, "check", wrong, statuses=(404,))
    yield Ask("badge", reverse("certification:badge", args=[code_of(found)]))
    yield Ask("badges : liste des états", reverse("certification:status_list", args=[0]))
    trainer = held.filter(session=None, person__account__isnull=False).first()
    if trainer and trainer.person:
        address = unsubscribe_url(trainer.person.account, Notice.Kind.ALERT)
        yield Ask("désabonnement", address[address.index("/desabonnement") :])


def ways_in(desk: Desk) -> Iterator[Ask]:
    from forprev.accounts.models import Account
    from forprev.accounts.services.passwords import make_link
    from forprev.network.calendar.services import open_feed

    yield from plain(
        {
            "accounts:sign_in": "connexion : formulaire",
            "accounts:forgotten_password": "mot de passe oublié : formulaire",
            "accounts:password_link_asked": "mot de passe oublié : envoyé",
            "accounts:no_account": "sans compte",
            "accounts:no_mail": "courriel non reçu",
            "accounts:session": "session : temps restant",
        }
    )
    manager = Account.objects.filter(has_second_factor=False).order_by("pk")[0]
    officer = Account.objects.filter(has_second_factor=True).order_by("pk")[0]
    door = reverse("accounts:sign_in")
    typed = {"identifier": manager.email, "password": PASSWORD}
    yield act("connexion", door, typed, "sign_in")
    wrong = typed | {"password": "pas celui-ci"}
    yield act("connexion refusée", door, wrong, "sign_in", statuses=(200,))
    nobody = {"identifier": "personne@exemple.test", "password": PASSWORD}
    yield act("connexion sans compte", door, nobody, "sign_in", statuses=(200,))
    forgotten = reverse("accounts:forgotten_password")
    yield act("mot de passe oublié", forgotten, {"identifier": manager.email})
    yield act("clé d’accès : défi", reverse("accounts:passkey_challenge"), {}, statuses=(200,))
    yield act("clé d’accès : réponse refusée", reverse("accounts:passkey_answer"), {}, statuses=(400,))
    desk.done(act("", door, {"identifier": officer.email, "password": PASSWORD}))
    yield Ask("second facteur", reverse("accounts:second_factor"))
    yield act("second facteur refusé", reverse("accounts:second_factor"), {"code": "000000"}, statuses=(200,))
    desk.client.cookies.clear()
    token = make_link(manager)
    yield Ask("lien du mot de passe", reverse("accounts:password_link", args=[token]), statuses=(302,))
    desk.done(Ask("", reverse("accounts:password_link", args=[token])))
    yield Ask("nouveau mot de passe", reverse("accounts:new_password"))
    chosen = {"password": "quatre mots choisis au hasard", "confirmation": "quatre mots choisis au hasard"}
    yield act("mot de passe choisi", reverse("accounts:new_password"), chosen, "sign_in")
    desk.client.cookies.clear()
    yield Ask("agenda lu par un programme", reverse("network:calendar_feed", args=[open_feed(manager)]))


def first_request(desk: Desk) -> Iterator[Ask]:
    from forprev.accounts.selectors import token_hash
    from forprev.accreditation.models import Candidacy

    yield from plain({"accreditation:first_request_asked": "première demande : envoyée"})
    typed = {
        "last_name": "Roussel", "first_name": "Karim", "birth_date": "17/03/1971",
        "email": "karim.roussel@exemple.test", "organisation_name": "Atelier Roussel Formation",
    }  # fmt: skip
    address = reverse("accreditation:first_request")
    yield Ask("première demande : formulaire", address)
    yield act("première demande", address, typed)
    desk.done(act("", address, typed))
    Candidacy.objects.filter(email=typed["email"]).update(token_hash=token_hash("a token"))
    link = reverse("accreditation:candidacy", args=["a token"])
    yield Ask("première demande : lien", link, statuses=(302,))
    desk.done(Ask("", link))
    yield Ask("première demande : à confirmer", reverse("accreditation:confirm_candidacy"))
    yield act("première demande confirmée", reverse("accreditation:confirm_candidacy"), {})
    desk.client.cookies.clear()


def contact(desk: Desk) -> Iterator[Ask]:
    typed = {
        "name": "Anne Lévêque", "email": "anne@exemple.test", "subject": "session",
        "text": "Bonjour, ma session est introuvable.",
    }  # fmt: skip
    asked = desk.filled("demande de contact", reverse("support:contact"), **typed)
    yield asked
    desk.done(asked)
    yield Ask("contact : envoyée", reverse("support:contact_sent"))
    desk.client.cookies.clear()
