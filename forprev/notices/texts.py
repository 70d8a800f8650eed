"""The words of mails, which the network may replace by its own (decision 12).

A mail is three templates. Beside them its package says which parts of them are variables: `{prenom}` stands for the
expression `{{ account.person.first_name }}` wherever the template has it. So the words that the screen shows first are
those of the template, and a `MailText` names what the template names, nothing else: an expression is written by
developers alone, and what the network types is only ever looked for names of the list (security.md, item 43).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from django.template import Context, Template, engines
from django.template.loader import get_template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from forprev.notices.models import MailText

SUBJECT_LENGTH, TEXT_LENGTH = 200, 5_000
NAMED = re.compile(r"\{([^{}]*)\}")
PARAGRAPHS = re.compile(r"\n\s*\n")
PUBLIC = "https://forprev.fr"

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Variable:
    """What a text may name: `{name}` stands for `expression`, of the template language."""

    name: str
    label: str
    expression: str
    example: str
    required: bool = False
    """A text without it would be of no use: the link, the reason."""
    is_link: bool = False


@dataclass(frozen=True)
class Mail:
    """A mail that people get; `fixed` says why its words cannot be changed, where they cannot."""

    template: str
    title: str
    leaves: str
    variables: tuple[Variable, ...] = ()
    fixed: str = ""

    @property
    def slug(self) -> str:
        return self.template.replace("/mails/", "-")

    @property
    def group(self) -> str:
        return self.template.partition("/")[0]

    @property
    def subject(self) -> str:
        return " ".join(self._named(_source(f"{self.template}.subject.txt")).split())

    @property
    def text(self) -> str:
        """The words of the template, as somebody would type them."""
        return self._named(_source(f"{self.template}.txt")).strip()

    def _named(self, source: str) -> str:
        for variable in sorted(self.variables, key=lambda each: -len(each.expression)):
            source = source.replace(variable.expression, f"{{{variable.name}}}")
        return source


LINK = Variable("lien", "lien vers la page de Forprev", "{{ url }}", f"{PUBLIC}/exemple", required=True, is_link=True)
FIRST_NAME = Variable("prenom", "prénom du destinataire", "{{ account.person.first_name }}", "Antoine")
NUMBER = Variable("numero_forprev", "n° Forprev du destinataire", "{{ account.person.number }}", "AAA01234")
VALID_FOR = Variable("validite", "durée pendant laquelle le lien sert", "{{ valid_for }}", "72\N{NO-BREAK SPACE}heures")
REASON = Variable("motif", "motif saisi par qui décide", "{{ reason }}", "Une pièce est illisible.", required=True)
COMMON = (LINK, FIRST_NAME, NUMBER, VALID_FOR, REASON)

_registered: dict[str, Mail] = {}


def register(template: str, title: str, leaves: str, own: Iterable[Variable] = ()) -> None:
    """Let the network change the words of a mail; its variables are those of `COMMON` and `own` that it names."""
    source = _source(f"{template}.subject.txt") + _source(f"{template}.txt")
    named = tuple(each for each in (*COMMON, *own) if each.expression in source)
    _registered[template] = Mail(template, title, leaves, named)


def register_fixed(template: str, title: str, leaves: str, why: str) -> None:
    """List a mail whose words cannot be changed, with the reason."""
    _registered[template] = Mail(template, title, leaves, fixed=why)


def mails() -> list[Mail]:
    return sorted(_registered.values(), key=lambda mail: (mail.group, mail.title))


def mail_of(slug: str) -> Mail | None:
    """The one of an address, if its words can be changed."""
    return next((mail for mail in _registered.values() if mail.slug == slug and not mail.fixed), None)


@cache
def _source(name: str) -> str:
    return Path(get_template(name).template.origin.name).read_text()  # type: ignore[attr-defined]


# What is wrong of a text


def problems(mail: Mail, subject: str, text: str) -> list[tuple[str, str]]:
    """What is wrong of words that somebody typed, each beside its field."""
    known = {variable.name: variable for variable in mail.variables}
    found = []
    for field, typed in (("subject", subject), ("text", text)):
        unknown = [name for name in NAMED.findall(typed) if name not in known]
        if unknown:
            names = ", ".join(f"{{{name}}}" for name in known) or "aucune"
            found.append((field, f"Variable inconnue : {{{unknown[0]}}}. Sont connues : {names}."))
        elif re.search(r"[{}]", NAMED.sub("", typed)):
            found.append((field, "Une accolade est seule : écrivez une variable entre deux, par exemple {prenom}."))
    links = [each.name for each in mail.variables if each.is_link and f"{{{each.name}}}" in subject]
    if links:
        found.append(("subject", f"L’objet ne peut pas porter de lien : ôtez {{{links[0]}}}."))
    found += [
        ("text", f"Le texte doit contenir {{{each.name}}} : {each.label}.")
        for each in mail.variables
        if each.required and f"{{{each.name}}}" in mail.text and f"{{{each.name}}}" not in text
    ]
    return found


# Words as they leave


@dataclass(frozen=True)
class Wording:
    """The words of one mail, for however many people; `row` holds the network's own."""

    template: str
    mail: Mail | None = None
    row: MailText | None = None

    def words(self, context: Mapping[str, Any]) -> tuple[str, str]:
        """Subject and text, without what every mail ends with."""
        if self.mail is None or self.row is None:
            subject, text = plain(f"{self.template}.subject.txt", context), plain(f"{self.template}.txt", context)
        else:
            values = _values(self.mail, context, self.row.subject + self.row.text)
            subject, text = _filled(self.row.subject, values), _filled(self.row.text, values)
        return " ".join(subject.split())[:250], text.strip()

    def html(self, context: Mapping[str, Any]) -> str:
        if self.mail is None or self.row is None:
            return str(get_template(f"{self.template}.html").render(dict(context)))
        content = _html(self.mail, self.row.text, _values(self.mail, context, self.row.text))
        return str(get_template("notices/own_words.html").render({**context, "content": content}))


def wording_of(template: str) -> Wording:
    """The words in force of a mail; one query for one that the network may change."""
    mail = _registered.get(template)
    if mail is None or mail.fixed:
        return Wording(template)
    row = MailText.objects.filter(template=template, in_force=True).first()
    if row is not None and problems(mail, row.subject, row.text):
        logger.warning("mail_text_outdated", template=template)
        row = None
    return Wording(template, mail, row)


@dataclass(frozen=True)
class Preview:
    subject: str
    text: str
    html: SafeString


def preview(mail: Mail, subject: str, text: str) -> Preview:
    """Words with the examples of their variables."""
    values = {each.name: each.example for each in mail.variables}
    return Preview(" ".join(_filled(subject, values).split()), _filled(text, values), _html(mail, text, values))


def plain(template: str, context: Mapping[str, Any]) -> str:
    """A text, in which nothing is HTML."""
    rendered: str = get_template(template).template.render(Context(context, autoescape=False))  # type: ignore[attr-defined]
    return rendered


@cache
def _compiled(expression: str) -> Template:
    return engines["django"].from_string(expression).template  # type: ignore[attr-defined]


def _values(mail: Mail, context: Mapping[str, Any], typed: str) -> dict[str, str]:
    """What the variables that a text names stand for."""
    named = set(NAMED.findall(typed))
    return {
        each.name: str(_compiled(each.expression).render(Context(context, autoescape=False))).strip("\n")
        for each in mail.variables
        if each.name in named
    }


def _filled(typed: str, values: Mapping[str, str]) -> str:
    """Each variable once: what a value holds is never looked at again."""
    filled = NAMED.sub(lambda found: values[found[1]], typed)
    return PARAGRAPHS.sub("\n\n", filled).strip()


def _html(mail: Mail, text: str, values: Mapping[str, str]) -> SafeString:
    """Paragraphs and lists; all that is typed and all values are escaped, a link alone in its paragraph is a button."""
    links = {each.name for each in mail.variables if each.is_link}
    return _joined("\n", _blocks(text, values, links))


def _blocks(text: str, values: Mapping[str, str], links: set[str]) -> Iterator[SafeString]:
    for part in PARAGRAPHS.split(text.strip()):
        alone = NAMED.fullmatch(part.strip())
        if alone is None:
            yield from _block(part, lambda line: _line(line, values, links))
        elif alone[1] in links:
            url = values[alone[1]]
            yield format_html('<p><a class="button" href="{}">Ouvrir la page</a></p>', url)
            yield format_html('<p><a href="{}">{}</a></p>', url, url)
        else:
            for paragraph in PARAGRAPHS.split(values[alone[1]].strip()):
                yield from _block(paragraph, lambda line: format_html("{}", line))


def _block(part: str, said: Callable[[str], SafeString]) -> Iterator[SafeString]:
    """A paragraph and the list that follows it; of nothing, nothing."""
    lines = part.strip().splitlines()
    paragraph = [said(line) for line in lines if not line.lstrip().startswith("- ")]
    items = [said(line.lstrip().removeprefix("- ")) for line in lines if line.lstrip().startswith("- ")]
    if any(paragraph):
        yield format_html("<p>{}</p>", _joined("<br>", paragraph))
    if items:
        yield format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((each,) for each in items)))


def _line(line: str, values: Mapping[str, str], links: set[str]) -> SafeString:
    """Literal parts and values in turn: `split` gives the names at the odd places."""
    parts = []
    for place, part in enumerate(NAMED.split(line)):
        if place % 2 == 0:
            parts.append(format_html("{}", part))
        elif part in links:
            parts.append(format_html('<a href="{}">{}</a>', values[part], values[part]))
        else:
            parts.append(_joined("<br>", values[part].splitlines()))
    return _joined("", parts)


def _joined(between: str, parts: Iterable[str]) -> SafeString:
    """Each escaped unless it is HTML of ours."""
    return format_html_join(SafeString(between), "{}", ((each,) for each in parts))
