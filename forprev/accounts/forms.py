"""What the pages of sign-in ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from forprev.accounts.models import Account
from forprev.core.forms import CleanCharField

IDENTIFIER = "E-mail ou n° Forprev"
LONGEST = 1024
"""Characters of a password: far above what anybody chooses, so that hashing cannot be made to last."""


def _password(label: str, autocomplete: str, help_text: str = "", **attrs: bool) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, **attrs})
    return forms.CharField(label=label, strip=False, max_length=LONGEST, widget=widget, help_text=help_text)


def _identifier() -> forms.CharField:
    attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
    return forms.CharField(label=IDENTIFIER, max_length=254, widget=forms.TextInput(attrs=attrs))


class SignInForm(forms.Form):
    identifier = _identifier()
    password = _password("Mot de passe", "current-password")


def _code(label: str, **options: Any) -> forms.CharField:
    attrs = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
    return forms.CharField(label=label, max_length=40, widget=forms.TextInput(attrs=attrs), **options)


class CodeForm(forms.Form):
    code = _code("Code à 6 chiffres ou code de secours")


class ConfirmationForm(forms.Form):
    """The password of `account` again, and a code where it has a second factor."""

    password = _password("Mot de passe", "current-password")
    code = _code("Code à 6 chiffres ou code de secours")

    def __init__(self, account: Account, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        if not account.has_second_factor:
            del self.fields["code"]


class ForgottenPasswordForm(forms.Form):
    identifier = _identifier()


class EmailForm(forms.Form):
    """The address of `account`, which may stay as it is."""

    email = forms.EmailField(label="E-mail", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class PreferencesForm(forms.Form):
    """A05."""

    wants_alerts = forms.BooleanField(
        label="Alertes",
        required=False,
        help_text="Un terme approche : fin d’une habilitation, fin de validité d’un certificat de formateur.",
    )
    wants_tasks = forms.BooleanField(
        label="Notifications",
        required=False,
        help_text="Une nouvelle tâche vous attend : une session à valider, par exemple.",
    )
    wants_messages = forms.BooleanField(
        label="Messages ciblés",
        required=False,
        help_text="Le réseau prévention écrit à ceux que cela concerne : les formateurs SST d’une région, par exemple.",
    )
    mail_rhythm = forms.ChoiceField(
        label="Rythme des e-mails",
        choices=Account.MailRhythm.choices,
        widget=forms.RadioSelect,
        help_text="Ce qui concerne votre compte (mot de passe, adresse, rôles) part toujours tout de suite.",
    )


class PasskeyNameForm(forms.Form):
    name = CleanCharField(
        label="Nom de la clé",
        max_length=60,
        help_text="Pour la reconnaître : « Téléphone », « Ordinateur du bureau ».",
    )


class SetUpTotpForm(forms.Form):
    code = _code("Code affiché par l’application", help_text="6 chiffres, qui changent toutes les 30 secondes.")


class FactorResetForm(forms.Form):
    """What an agent of the hotline fills in for somebody who lost the second factor."""

    identifier = _identifier()
    reason = CleanCharField(
        label="Vérification faite",
        max_length=500,
        help_text="Comment vous vous êtes assuré de l’identité : rappel au numéro connu de l’entité, pièce reçue…",
    )


class NewPasswordForm(forms.Form):
    """The new password of `account`, twice."""

    password = _password(
        "Nouveau mot de passe",
        "new-password",
        " ".join(password_validators_help_texts()),
        **{"data-strength": True},  # strength.js
    )
    confirmation = _password("Confirmez le nouveau mot de passe", "new-password")

    def __init__(self, account: Account, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.account = account

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.account)
        return password

    def clean_confirmation(self) -> str:
        confirmation: str = self.cleaned_data["confirmation"]
        if "password" in self.cleaned_data and confirmation != self.cleaned_data["password"]:
            raise ValidationError("Les deux mots de passe ne sont pas identiques.")
        return confirmation
