"""Tab `Informations`: whom the number or the papers name, with the people of the register who may be meant (A12)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Generic

from django.contrib import messages

from forprev.accounts.access import ActingRequest
from forprev.accounts.models import Account
from forprev.accounts.proposals import NOBODY, Proposal, propose
from forprev.accounts.selectors import find_account
from forprev.core.errors import DomainError
from forprev.core.forms import tell
from forprev.organisations.newcomers.drafts import D, Draft
from forprev.organisations.newcomers.forms import InformationForm
from forprev.people.matching import is_called
from forprev.people.models import Person
from forprev.people.selectors import by_number
from forprev.people.services import note_lookup


@dataclass
class Information(Generic[D]):
    """What the tab shows; `draft` is filled in once it is known who it is."""

    form: InformationForm
    draft: D | None = None
    proposals: list[Proposal] = field(default_factory=list)
    chosen: str = ""

    @property
    def context(self) -> dict[str, Any]:
        return {"form": self.form, "proposals": self.proposals, "chosen": self.chosen}

    @property
    def status(self) -> int:
        return 422 if self.form.is_bound else 200


def inform(request: ActingRequest, draft: D) -> Information[D]:
    """What was typed before, or what is posted: then who it is, a refusal, or the people among whom to choose first."""
    if request.method != "POST":
        initial = {"number": draft.number, "last_name": draft.last_name, "first_name": draft.first_name}
        return Information(InformationForm(initial={**initial, "birth_date": draft.born_on, "email": draft.email}))
    form = InformationForm(request.POST)
    step: Information[D] = Information(form, chosen=request.POST.get("same_as", ""))
    if form.is_valid():
        try:
            person, step.proposals = _who(request, form)
            if not step.proposals:
                step.draft = _noted(draft, form, person, _has_account(request, form, person))
        except DomainError as error:
            tell(form, error)
    return step


def tabs(current: str, draft: Draft, information_url: str, role_url: str) -> list[dict[str, Any]]:
    """`Informations` and `Rôle`, the second being closed before it is known who it is."""
    known = bool(draft.last_name)
    return [
        {"label": "Informations", "url": information_url, "current": current == "information", "done": known},
        {"label": "Rôle", "url": role_url if known else "", "current": current == "role"},
    ]


def not_known_any_more(request: ActingRequest) -> None:
    messages.warning(request, "Cette saisie n’est plus connue, ou a été faite dans un autre rôle : recommencez-la.")


def _who(request: ActingRequest, form: InformationForm) -> tuple[Person | None, list[Proposal]]:
    """The person of the register, None for somebody new; or else the proposals among which to choose first."""
    cleaned = form.cleaned_data
    by = request.acting.person
    if cleaned["number"]:
        return _of_number(by, cleaned), []
    proposals, posted = propose(by, form.identity), request.POST.get("same_as", "")
    if posted == NOBODY or not proposals:
        return None, []
    chosen = next((each.person_id for each in proposals if each.value == posted), None)
    return (Person.objects.get(pk=chosen), []) if chosen else (None, proposals)


def _of_number(by: Person, cleaned: dict[str, Any]) -> Person:
    """Whom number and last name lead to; whatever is wrong, the answer is the same (security.md, item 27)."""
    number, last_name, birth_date = cleaned["number"], cleaned["last_name"], cleaned["birth_date"]
    note_lookup(by, f"{number}/{last_name}/{birth_date or ''}")
    person = by_number(number)
    if person is None or not is_called(last_name, person) or birth_date not in (None, person.birth_date):
        raise DomainError(
            "Ce n° Forprev et ces informations ne désignent pas la même personne. Vérifiez-les.", field="number"
        )
    return person


def _has_account(request: ActingRequest, form: InformationForm, person: Person | None) -> bool:
    """Whether there is one; where it is to be opened, DomainError for an address missing or taken."""
    if person is not None and Account.objects.filter(person=person).exists():
        return True
    email = form.cleaned_data["email"]
    if not email:
        raise DomainError("Cette personne n’a pas encore de compte : saisissez aussi son e-mail.", field="email")
    note_lookup(request.acting.person, email)  # the answer tells whether an account has it
    if find_account(email) is not None:
        raise DomainError("Cette adresse e-mail est déjà utilisée.", code="email_taken", field="email")
    return False


def _noted(draft: D, form: InformationForm, person: Person | None, has_account: bool) -> D:
    cleaned = form.cleaned_data
    return replace(
        draft,
        number=cleaned["number"],
        last_name=cleaned["last_name"],
        first_name=cleaned["first_name"],
        birth_date=cleaned["birth_date"].isoformat() if cleaned["birth_date"] else "",
        email=cleaned["email"],
        person_id=person.pk if person else 0,
        has_account=has_account,
    )
