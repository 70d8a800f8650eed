"""The directory, for anybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from forprev.accounts.access import public
from forprev.accreditation.directory.forms import DirectoryForm, address
from forprev.accreditation.directory.map import map_of
from forprev.accreditation.directory.selectors import DEPARTMENT, count_by_department, held_by, listed, with_held
from forprev.accreditation.directory.tables import ORGANISATION, DirectoryList
from forprev.core.dates import today
from forprev.core.lists.parts import Tag
from forprev.organisations.departments import label_of, name_of
from forprev.organisations.models import Department

CACHED_SECONDS = 300

View = Callable[..., HttpResponseBase]


def cached(view: View) -> View:
    """For a visitor without a session, whose page is everybody's; `Vary: Cookie` keeps it from the others."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code == HTTPStatus.OK and settings.SESSION_COOKIE_NAME not in request.COOKIES:
            patch_cache_control(response, public=True, max_age=CACHED_SECONDS)
        return response

    return answer


@require_safe
@public
@cached
def directory(request: HttpRequest) -> HttpResponseBase:
    """The list, of those that answer the criteria."""
    form, day = DirectoryForm(request.GET), today()
    criteria = form.in_force
    screen = DirectoryList(request, with_held(listed(day, criteria), day))
    return screen.response(
        "accreditation/directory/list.html",
        {**_frame(request, form, "accreditation:directory"), "ways_out": [] if screen.total else _ways_out(form)},
    )


@require_safe
@public
@cached
def directory_map(request: HttpRequest) -> HttpResponseBase:
    """How many in each department, of those that answer the other criteria."""
    form = DirectoryForm(request.GET, with_department=False)
    criteria = form.in_force
    counts = count_by_department(listed(today(), criteria))
    codes = Department.objects.values_list("code", flat=True)
    list_url = reverse("accreditation:directory")
    drawn = map_of(counts, codes, lambda code: address(list_url, [*criteria.items(), (DEPARTMENT, code)]))
    context = {
        **_frame(request, form, "accreditation:directory_map"),
        "map": drawn,
        "total": ORGANISATION.counted(sum(counts.values())),
        "ways_out": [] if counts else _ways_out(form),
    }
    return render(request, "accreditation/directory/map.html", context)


@require_safe
@public
@cached
def directory_body(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What an organisation accepted to publish; 404 as soon as it is not in the list any more."""
    day = today()
    body = get_object_or_404(with_held(listed(day), day), pk=pk)
    list_url = reverse("accreditation:directory")
    return render(
        request,
        "accreditation/directory/body.html",
        {
            **_base(request),
            "body": body,
            "held": held_by(body),
            "day": day,
            "department": label_of(body.department_id),
            "department_name": name_of(body.department_id),
            "department_url": address(list_url, [(DEPARTMENT, body.department_id)]),
            "canonical": _canonical(request),
        },
    )


def _frame(request: HttpRequest, form: DirectoryForm, url_name: str) -> dict[str, Any]:
    """What the list and the map have in common: the criteria, and the way from one to the other."""
    criteria = form.in_force
    tabs = [
        {"label": label, "url": address(reverse(name), criteria.items()), "current": name == url_name}
        for label, name in (("Liste", "accreditation:directory"), ("Carte", "accreditation:directory_map"))
    ]
    return {
        **_base(request),
        "form": form,
        "criteria": criteria,
        "tabs": tabs,
        "without_criteria_url": reverse(url_name),
        "canonical": _canonical(request),
        "searched": bool(request.GET),
    }


def _canonical(request: HttpRequest) -> str:
    return urljoin(settings.PUBLIC_URL, request.path)


def _base(request: HttpRequest) -> dict[str, Any]:
    """With the menu for somebody in a role, in the public frame for the others."""
    return {"base": "core/base.html" if getattr(request, "acting", None) else "core/base_public.html"}


def _ways_out(form: DirectoryForm) -> list[Tag]:
    """For an empty list: each criterion in force, and what the list would hold without it."""
    criteria, path = form.in_force, reverse("accreditation:directory")
    found = []
    for name, value in criteria.items():
        others = {key: kept for key, kept in criteria.items() if key != name}
        count = listed(today(), others).count()
        found.append(Tag(form.told(name, value), address(path, others.items()), ORGANISATION.counted(count)))
    return found
