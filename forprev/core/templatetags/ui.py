"""The tags and filters of every screen; loaded everywhere as built-ins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple, TypeAlias
from xml.etree import ElementTree

from django import template
from django.conf import settings
from django.forms import BaseForm, BaseFormSet, BoundField
from django.template import Context
from django.template.base import Parser, Token
from django.template.defaulttags import CsrfTokenNode
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from forprev.core.dates import french
from forprev.core.parameters import in_force

register = template.Library()

_SVG = "{http://www.w3.org/2000/svg}"
NO_BREAK = "\N{NO-BREAK SPACE}"
NARROW_NO_BREAK = "\N{NARROW NO-BREAK SPACE}"


# Icons and badges


@cache
def _drawing(name: str) -> str:
    """The shapes of a bootstrap-icons drawing, from the installed package."""
    source = (settings.NODE_MODULES / "bootstrap-icons" / "icons" / f"{name}.svg").read_bytes()
    root = ElementTree.fromstring(source)  # noqa: S314 (a file of an installed package, never input)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
    return "".join(ElementTree.tostring(child, encoding="unicode").strip() for child in root)


@register.simple_tag
@cache
def icon(name: str, css: str = "") -> SafeString:
    """`{% icon "trash" %}`: a decorative drawing, in the colour and at the size of the text around it."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>',
        css,
        SafeString(_drawing(name)),  # a file of an installed package, never input
    )


class Look(NamedTuple):
    """A tone (CSS `badge-<tone>`) and an icon: colour never speaks alone."""

    tone: str
    icon: str


NEUTRAL = Look("neutral", "circle")
PROGRESS = Look("progress", "hourglass-split")
ACTION = Look("action", "arrow-right-circle-fill")
SUCCESS = Look("success", "check-circle-fill")
WARNING = Look("warning", "exclamation-triangle-fill")
DANGER = Look("danger", "x-circle-fill")
LOCKED = Look("neutral", "lock-fill")

LOOKS = {
    "neutral": NEUTRAL,
    "progress": PROGRESS,
    "action": ACTION,
    "success": SUCCESS,
    "warning": WARNING,
    "danger": DANGER,
    "info": Look("progress", "info-circle-fill"),
    # sessions
    "draft": Look("neutral", "pencil-fill"),
    "trainer": Look("progress", "person-check-fill"),
    "entity": Look("action", "building-fill-check"),
    "issued": Look("success", "patch-check-fill"),
    "deleted": Look("neutral", "trash-fill"),
    # certificates of the catalogue, and their papers
    "prepared": Look("neutral", "pencil-fill"),
    "offered": SUCCESS,
    "closed": LOCKED,
    "published": SUCCESS,
    # requests
    "open": PROGRESS,
    "applied": SUCCESS,
    "refused": DANGER,
    "submitted": Look("action", "inbox-fill"),
    "to_complete": Look("warning", "arrow-return-left"),
    "under_review": PROGRESS,
    "opinion_given": Look("progress", "chat-left-text-fill"),
    "awaiting_decision": Look("progress", "calendar-event-fill"),
    "accepted": SUCCESS,
    "adjourned": Look("warning", "pause-circle-fill"),
    # their pieces
    "received": Look("progress", "inbox-fill"),
    "conforming": SUCCESS,
    "to_correct": WARNING,
    # targeted messages
    "scheduled": Look("progress", "clock-fill"),
    "sending": PROGRESS,
    "sent": SUCCESS,
    # steps of a task list
    "todo": ACTION,
    "done": SUCCESS,
    "blocked": LOCKED,
    # results and papers
    "passed": SUCCESS,
    "failed": DANGER,
    "valid": SUCCESS,
    "active": SUCCESS,
    "expiring": Look("warning", "clock-fill"),
    "expired": Look("neutral", "clock-history"),
    "suspended": Look("warning", "pause-circle-fill"),
    "withdrawn": DANGER,
    "revoked": DANGER,
    "cancelled": DANGER,
    "replaced": Look("neutral", "arrow-repeat"),
}
"""How each state looks, by the value of the state; one that is not here is neutral."""


@register.simple_tag
def status_badge(state: object, label: object) -> SafeString:
    """`{% status_badge session.state session.get_state_display %}`; `state` may also be a tone: `warning`."""
    look = LOOKS.get(str(state), NEUTRAL)
    return format_html('<span class="status status-{}">{}<span>{}</span></span>\n', look.tone, icon(look.icon), label)


# Words and dates


@register.filter
def jour(value: date | datetime | None) -> str:
    """`01/12/2022`; empty without a date. An instant counts as its day in Paris."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return french(value)


@register.filter
def instant(value: datetime | None) -> str:
    """`01/12/2022 à 14 h 05`, Paris time; empty without an instant."""
    if value is None or value == "":
        return ""
    here = timezone.localtime(value)
    return f"{here:%d/%m/%Y} à {here.hour}{NO_BREAK}h{NO_BREAK}{here:%M}"


@register.filter
def heure(value: datetime) -> str:
    """`14 h 05`, Paris time."""
    here = timezone.localtime(value)
    return f"{here.hour}{NO_BREAK}h{NO_BREAK}{here:%M}"


@register.filter
def plural(count: int, words: str) -> str:
    """`{{ n|plural:"candidat a,candidats ont" }}`: `1 candidat a`, `3 candidats ont`; one word takes an s.

    As French wants it, 0 and 1 are singular and thousands are parted by a narrow space.
    """
    singular, _, many = words.partition(",")
    word = singular if abs(count) < 2 else many or f"{singular}s"
    figure = f"{count:,}".replace(",", NARROW_NO_BREAK)
    return f"{figure} {word}"


@register.simple_tag
def parameter(name: str) -> str:
    """`{% parameter "accounts.link_hours" %}`: `72 heures`, as in force; one query, hence not for what is repeated."""
    return in_force(name)


# Links of the page header


@register.simple_tag
def crumb(label: object, url_name: str = "", *args: object) -> SafeString:
    """One step of the breadcrumb, in block `breadcrumb`; without `url_name`, the page itself, the last."""
    if url_name:
        return format_html('<li class="breadcrumb-item"><a href="{}">{}</a></li>', reverse(url_name, args=args), label)
    return format_html('<li class="breadcrumb-item" aria-current="page">{}</li>', label)


# Forms


class GuardedFormNode(CsrfTokenNode):
    def render(self, context: Context) -> SafeString:
        if context.get("seeing"):
            return SafeString("")
        token = super().render(context)
        acting = context.get("acting")
        field = format_html('<input type="hidden" name="acting" value="{}">', acting.key) if acting else ""
        return format_html("{}{}", token, field)


@register.tag
def csrf_token(parser: Parser, token: Token) -> GuardedFormNode:
    """Django's own tag, and the role in which the form is shown: one sent from another role is not taken (A08).

    Nothing where an agent sees as a user: no form of such a page is ever taken, not even once that is over.
    """
    return GuardedFormNode()


@register.simple_tag
def widget_attributes(attributes: dict[str, Any], css: str) -> SafeString:
    """`{% widget_attributes widget.attrs "form-control" %}`: those of a control, with its class; begins with a space.

    A page may have hundreds of controls: including a template in each costs more than what it says.
    """
    classes = f"{css} {attributes['class']}" if attributes.get("class") else css
    others = [(name, value) for name, value in attributes.items() if value is not False and name != "class"]
    return format_html(' class="{}"{}', classes, format_html_join("", "{}", ((_attribute(*each),) for each in others)))


def _attribute(name: str, value: object) -> SafeString:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, str(value))


AnyForm: TypeAlias = "BaseForm | BaseFormSet[Any]"


class FormError(NamedTuple):
    """`target` is the id of what to correct, empty where the error is of no field."""

    target: str
    message: str


@register.inclusion_tag("core/parts/error_summary.html", takes_context=True)
def error_summary(context: Context, *forms: AnyForm | None) -> dict[str, Any]:
    """All errors on top, linked to their fields; nothing without errors.

    `{% error_summary form formset %}`; without arguments, the forms of the page: `form` and each of `forms`.
    """
    shown = [form for form in forms if form is not None] or _forms_of(context)
    return {"errors": [error for form in shown for error in _errors_of(form)]}


@register.simple_tag(takes_context=True)
def error_prefix(context: Context) -> str:
    """What the title begins with where a form of the page, or `has_errors`, says so."""
    wrong = context.get("has_errors") or any(True for form in _forms_of(context) for _ in _errors_of(form))
    return "Erreur : " if wrong else ""


def _forms_of(context: Context) -> list[AnyForm]:
    named = [context.get("form"), *(context.get("forms") or ())]
    return [form for form in named if isinstance(form, BaseForm | BaseFormSet)]


def _errors_of(form: AnyForm) -> Iterator[FormError]:
    if not form.is_bound:
        return
    if isinstance(form, BaseFormSet):
        yield from (FormError("", str(message)) for message in form.non_form_errors())
        for each in form.forms:
            yield from _errors_of(each)
        return
    for name, messages in form.errors.items():
        target = _target(form[name]) if name in form.fields else ""
        yield from (FormError(target, str(message)) for message in messages)


def _target(field: BoundField) -> str:
    """The id to go to: of a group of choices, its first choice."""
    if field.is_hidden:
        return ""
    return str(field.id_for_label or (f"{field.auto_id}_0" if field.auto_id else ""))
