"""What accounts hold on a person; no secret."""

from __future__ import annotations

from collections.abc import Iterable

from forprev.accounts.models import Account
from forprev.accounts.throttling import attempts_of
from forprev.people.models import Person
from forprev.people.personal_data import Section, holds_data_on, section


@holds_data_on
def account_data(person: Person) -> Iterable[Section]:
    account = Account.objects.filter(person=person).first()
    if account is None:
        return
    yield section(
        "account",
        "Compte",
        {
            "email": "E-mail",
            "created_at": "Ouvert le",
            "welcomed_at": "Première connexion terminée le",
            "has_password": "Un mot de passe est enregistré (haché)",
            "has_second_factor": "Un second facteur est enregistré",
            "wants_alerts": "Alertes",
            "wants_tasks": "Notifications",
            "wants_messages": "Messages ciblés",
            "mail_rhythm": "Rythme des e-mails",
            "bounced_at": "L’adresse refuse nos e-mails depuis",
        },
        [
            [
                account.email,
                account.created_at,
                account.welcomed_at,
                account.has_usable_password(),
                account.has_second_factor,
                account.wants_alerts,
                account.wants_tasks,
                account.wants_messages,
                account.get_mail_rhythm_display(),
                account.bounced_at,
            ]
        ],
    )
    yield section(
        "sessions",
        "Sessions ouvertes",
        {"started_at": "Connexion", "seen_at": "Dernière activité", "address": "Adresse IP", "device": "Navigateur"},
        account.sessions.order_by("started_at").values_list("started_at", "seen_at", "address", "device"),
    )
    yield section(
        "attempts",
        "Connexions et essais récents",
        {"at": "Le", "kind": "Sorte", "address": "Adresse IP", "succeeded": "Réussite"},
        attempts_of(account).order_by("at").values_list("at", "kind", "address", "succeeded"),
    )
    yield section(
        "password_links",
        "Liens de mot de passe envoyés",
        {"created_at": "Le", "ended_at": "Fin"},
        account.password_links.order_by("created_at").values_list("created_at", "ended_at"),
    )
    yield section(
        "email_changes",
        "Changements d’adresse demandés",
        {"created_at": "Le", "email": "Adresse", "ended_at": "Fin"},
        account.email_changes.order_by("created_at").values_list("created_at", "email", "ended_at"),
    )
    totp = getattr(account, "totp", None)
    yield section(
        "totp", "Application d’authentification", {"created_at": "Ajoutée le"}, [[totp.created_at]] if totp else []
    )
    yield section(
        "passkeys",
        "Clés d’accès",
        {"name": "Nom", "created_at": "Ajoutée le", "last_used_at": "Utilisée le"},
        account.passkeys.values_list("name", "created_at", "last_used_at"),
    )
    yield section(
        "recovery_codes",
        "Codes de secours utilisés",
        {"used_at": "Le"},
        account.recovery_codes.exclude(used_at=None).order_by("used_at").values_list("used_at"),
    )
    yield section(
        "identities",
        "Identités professionnelles",
        {"issuer": "Fournisseur", "subject": "Identifiant", "created_at": "Associée le", "last_used_at": "Utilisée le"},
        account.identities.order_by("created_at").values_list("issuer", "subject", "created_at", "last_used_at"),
    )
    yield section(
        "factor_resets",
        "Retraits du second facteur demandés par l’assistance",
        {"asked_at": "Le", "reason": "Vérification faite", "state": "État", "decided_at": "Décision"},
        [
            [reset.asked_at, reset.reason, reset.get_state_display(), reset.decided_at]
            for reset in account.factor_resets.order_by("asked_at")
        ],
    )
