"""`Nouvel utilisateur`: who it is, then the role; nothing is written before `Enregistrer`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Account, Role
from forprev.accounts.proposals import NOBODY, Proposal, propose
from forprev.accounts.selectors import find_account
from forprev.accounts.views.sessions import recently_proved
from forprev.accreditation import drafts
from forprev.accreditation.drafts import Draft
from forprev.accreditation.forms import AccreditationChoice, InformationForm, RoleForm
from forprev.accreditation.selectors import attachable
from forprev.accreditation.services import add_delegate, add_manager
from forprev.core.errors import DomainError
from forprev.core.forms import tell
from forprev.organisations.models import Membership
from forprev.organisations.services import Whom
from forprev.people.matching import is_called
from forprev.people.models import Person
from forprev.people.selectors import by_number
from forprev.people.services import note_lookup


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.MANAGER)
def information(request: ActingRequest, key: UUID | None = None) -> HttpResponse:
    """Tab `Informations`, with the people of the register who may be this one (A12)."""
    draft = (drafts.find(request, key) if key else None) or Draft()
    proposals: list[Proposal] = []
    if request.method != "POST":
        initial = {"number": draft.number, "last_name": draft.last_name, "first_name": draft.first_name}
        form = InformationForm(initial={**initial, "birth_date": draft.born_on, "email": draft.email})
        return _page(request, "information", key, draft, {"form": form})
    form = InformationForm(request.POST)
    if form.is_valid():
        try:
            person, proposals = _who(request, form)
            if not proposals:
                has_account = _has_account(request, form, person)
                key = key or uuid4()
                drafts.keep(request, key, _noted(draft, form, person, has_account))
                return redirect("accreditation:new_user_role", key)
        except DomainError as error:
            tell(form, error)
    context = {"form": form, "proposals": proposals, "chosen": request.POST.get("same_as", "")}
    return _page(request, "information", key, draft, context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.MANAGER)
@recently_proved
def role(request: ActingRequest, key: UUID) -> HttpResponse:
    """Tab `Rôle`, and `Enregistrer` (A10, A13, A14)."""
    draft = drafts.find(request, key)
    if draft is None:
        return _start_again(request)
    if request.method != "POST":
        initial = {"role": draft.role, "description": draft.description, "legal_link": draft.legal_link}
        return _role_page(request, key, draft, RoleForm(initial=initial))
    form = RoleForm(request.POST)
    form.is_valid()
    draft = replace(
        draft,
        role=form.cleaned_data.get("role", ""),
        description=form.cleaned_data.get("description", ""),
        legal_link=form.cleaned_data.get("legal_link", False),
    )
    drafts.keep(request, key, draft)
    if "attach" in request.POST:
        return redirect("accreditation:new_user_accreditations", key)
    if form.is_valid():
        try:
            membership = _save(request, draft)
        except DomainError as error:
            tell(form, error)
        else:
            label = membership.get_role_display().lower()
            messages.success(request, f"{membership.person} est {label} de votre entité.")
            return redirect("accreditation:user", membership.person_id)
    return _role_page(request, key, draft, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.MANAGER)
def attach(request: ActingRequest, key: UUID) -> HttpResponse:
    """`Rechercher une habilitation`: the active ones, to attach to the delegate (A13)."""
    draft = drafts.find(request, key)
    if draft is None:
        return _start_again(request)
    posted = request.POST if request.method == "POST" else None
    choice = AccreditationChoice(list(attachable(request.acting)), draft.accreditations, posted)
    if posted is not None and "refine" not in posted:
        drafts.keep(request, key, replace(draft, accreditations=sorted(choice.chosen)))
        return redirect("accreditation:new_user_role", key)
    context = {"choice": choice, "key": key, "token": drafts.token(request, key, draft)}
    return render(request, "accreditation/users/attach.html", context)


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


def _noted(draft: Draft, form: InformationForm, person: Person | None, has_account: bool) -> Draft:
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


def _save(request: ActingRequest, draft: Draft) -> Membership:
    if draft.person_id:
        person = Person.objects.filter(pk=draft.person_id).first()
        if person is None:
            raise DomainError("La fiche de cette personne a changé entre-temps : reprenez l’onglet Informations.")
        whom = Whom(person, email=draft.email)
    else:
        whom = Whom(identity=draft.identity, email=draft.email)
    if draft.role == Role.MANAGER:
        return add_manager(request.acting, whom)
    return add_delegate(
        request.acting,
        whom,
        draft.accreditations,
        description=draft.description,
        legal_link=draft.legal_link,
    )


def _role_page(request: ActingRequest, key: UUID, draft: Draft, form: RoleForm, status: int = 200) -> HttpResponse:
    attached = attachable(request.acting).filter(pk__in=draft.accreditations)
    return _page(request, "role", key, draft, {"form": form, "attached": attached}, status)


def _page(
    request: ActingRequest, tab: str, key: UUID | None, draft: Draft, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    known = key is not None and bool(draft.last_name)
    tabs = [
        {
            "label": "Informations",
            "url": reverse("accreditation:new_user_information", args=[key]) if key else request.path,
            "current": tab == "information",
            "done": known,
        },
        {
            "label": "Rôle",
            "url": reverse("accreditation:new_user_role", args=[key]) if known else "",
            "current": tab == "role",
        },
    ]
    frame = {"tabs": tabs, "draft": draft, "token": drafts.token(request, key, draft) if key else ""}
    return render(request, f"accreditation/users/{tab}.html", {**frame, **context}, status=status)


def _start_again(request: ActingRequest) -> HttpResponse:
    messages.warning(request, "Cette saisie n’est plus connue, ou a été faite dans un autre rôle : recommencez-la.")
    return redirect("accreditation:new_user")
