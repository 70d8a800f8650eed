"""What the pages of sign-in ask for."""

from __future__ import annotations

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from forprev.accounts.models import Account

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


class ForgottenPasswordForm(forms.Form):
    identifier = _identifier()


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
