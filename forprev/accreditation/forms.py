"""What the screens of an entity's users take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import forms
from django.http import QueryDict

from forprev.accreditation.models import Accreditation
from forprev.core.dates import french
from forprev.core.forms import CleanCharField
from forprev.core.text import clean, normalise
from forprev.organisations.models import MEMBER_ROLES


def _description() -> forms.CharField:
    return CleanCharField(
        label="Description",
        required=False,
        max_length=150,
        help_text="Facultative : un établissement, par exemple.",
    )


class RoleForm(forms.Form):
    """Tab `Rôle` (A10, A13, A14); `accreditations` are those attached on their own page."""

    role = forms.ChoiceField(
        label="Rôle",
        choices=[(role.value, role.label) for role in MEMBER_ROLES],
        widget=forms.RadioSelect,
        error_messages={"required": "Le rôle doit être choisi."},
    )
    description = _description()
    legal_link = forms.BooleanField(
        label="Je déclare que le délégataire a un lien juridique avec mon entité\N{NO-BREAK SPACE}: ce lien n’est ni "
        "commercial, ni financier, ni une franchise.",
        required=False,
    )


class DelegateForm(forms.Form):
    """The role of a delegate, changed."""

    description = _description()


FILTER_LENGTH = 80


class AccreditationChoice:
    """The active accreditations with check boxes: those that the filter shows, and what is ticked among all.

    `data` is what was posted, None for a page just opened, where `chosen` is ticked.
    """

    def __init__(self, offered: Sequence[Accreditation], chosen: Iterable[int], data: QueryDict | None) -> None:
        self.text = clean(data.get("filter", ""))[:FILTER_LENGTH] if data is not None else ""
        self.total = len(offered)
        shown = {accreditation.pk for accreditation in _passing(offered, self.text)}
        if data is None:
            self.chosen = {accreditation.pk for accreditation in offered} & set(chosen)
        else:
            ticked = set(data.getlist("accreditation"))
            self.chosen = {accreditation.pk for accreditation in offered if str(accreditation.pk) in ticked}
            if "everything" in data and "refine" not in data:
                # Without JavaScript, the box at the head stands for the lines that its page shows.
                self.chosen |= {accreditation.pk for accreditation in _passing(offered, clean(str(data["everything"])))}
        self.rows = [(each, each.pk in self.chosen) for each in offered if each.pk in shown]
        self.unseen = sorted(self.chosen - shown)


def _passing(offered: Sequence[Accreditation], text: str) -> list[Accreditation]:
    wanted = normalise(text)
    return [each for each in offered if wanted in normalise(_words_of(each))]


def _words_of(accreditation: Accreditation) -> str:
    level = accreditation.level
    days = f"{french(accreditation.starts_on)} {french(accreditation.ends_on)}"
    return f"{level.scheme.name} {level.number} {accreditation.number} {days}"
