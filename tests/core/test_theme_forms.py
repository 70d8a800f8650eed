"""How forms look to people: label, hint, error, control, and the summary of errors."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django import forms
from django.template import Context, Template

from forprev.core.forms import FrenchDateField

pytestmark = pytest.mark.urls("tests.core.theme_urls")


class SessionForm(forms.Form):
    scheme = forms.ChoiceField(label="Dispositif", choices=[("", "Choisir"), ("SST", "SST")])
    course = forms.ChoiceField(
        label="Identification",
        choices=[("initial", "Stage initial"), ("mac", "Mise à jour")],
        widget=forms.RadioSelect,
    )
    end = FrenchDateField(label="Date de fin de session", help_text="JJ/MM/AAAA")
    town = forms.CharField(label="Ville", required=False, widget=forms.TextInput(attrs={"class": "input-short"}))
    declared = forms.BooleanField(label="Certificat présenté", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> None:
        if self.data.get("town") == "<script>":
            raise forms.ValidationError("La ville <script> n’existe pas.")


FILLED_IN = {"scheme": "SST", "course": "mac", "end": "1.2.22", "version": "1"}


class Elements(HTMLParser):
    """Every element in the order of the page, as (tag, attributes), and the text between."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def one(self, **wanted: str) -> dict[str, str | None]:
        (element,) = [attrs for _, attrs in self.found if wanted.items() <= attrs.items()]
        return element


def group(form: forms.Form, name: str) -> str:
    return str(form[name].as_field_group())


def summary(*bound: forms.Form, **context: object) -> str:
    names = [f"form{number}" for number in range(len(bound))]
    source = "{% error_summary " + " ".join(names) + " %}"
    return Template(source).render(Context(dict(zip(names, bound, strict=True)) | context))


def test_label_text_is_the_label_alone() -> None:
    html = group(SessionForm(), "scheme")
    assert '<label class="form-label" for="id_scheme">Dispositif</label>' in html
    assert '<span class="required-mark" aria-hidden="true"> *</span>' in html


def test_optional_field_bears_no_star() -> None:
    assert "required-mark" not in group(SessionForm(), "town")


def test_order_is_label_hint_error_control() -> None:
    html = group(SessionForm({}), "end")
    places = [html.index(part) for part in ("<label", "id_end_helptext", "id_end_error", "<input")]
    assert places == sorted(places)


def test_control_is_described_by_hint_and_error() -> None:
    control = Elements(group(SessionForm({}), "end")).one(id="id_end")
    assert control["aria-describedby"] == "id_end_helptext id_end_error"
    assert control["aria-invalid"] == "true"
    assert control["type"] == "text"


@pytest.mark.parametrize(
    ("name", "css"), [("scheme", "form-select"), ("end", "form-control"), ("declared", "form-check-input")]
)
def test_classes_come_from_the_templates(name: str, css: str) -> None:
    assert Elements(group(SessionForm(), name)).one(id=f"id_{name}")["class"] == css


def test_class_of_the_form_is_kept() -> None:
    assert Elements(group(SessionForm(), "town")).one(id="id_town")["class"] == "form-control input-short"


def test_radios_are_a_group_with_a_legend() -> None:
    elements = Elements(group(SessionForm({}), "course"))
    tags = [tag for tag, _ in elements.found]
    assert tags.index("fieldset") + 1 == tags.index("legend")
    assert elements.one(id="id_course_group")["aria-describedby"] == "id_course_error"
    assert {attrs.get("for") for tag, attrs in elements.found if tag == "label"} == {
        "id_course_0",
        "id_course_1",
    }


def test_summary_links_each_field_with_the_words_beside_it() -> None:
    html = summary(SessionForm({}))
    assert "Il y a un problème" in html
    assert 'role="alert"' in html
    for target in ("id_scheme", "id_course_0", "id_end"):
        assert f'<a href="#{target}">' in html
    assert "id_version" not in html


def test_summary_holds_errors_of_several_forms_in_order() -> None:
    first, second = SessionForm({}, prefix="a"), SessionForm({}, prefix="b")
    html = summary(first, second)
    assert html.index("#id_a-scheme") < html.index("#id_b-scheme")


def test_summary_escapes_what_was_typed() -> None:
    html = summary(SessionForm({"town": "<script>"}))
    assert "La ville &lt;script&gt; n’existe pas." in html


@pytest.mark.parametrize("form", [SessionForm(), SessionForm(FILLED_IN)])
def test_no_summary_without_errors(form: forms.Form) -> None:
    assert summary(form).strip() == ""


def test_summary_reaches_into_formsets() -> None:
    formset = forms.formset_factory(SessionForm)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-town": "x"}
    )
    html = Template("{% error_summary formset %}").render(Context({"formset": formset}))
    assert "#id_form-0-scheme" in html


def title(context: dict[str, object]) -> str:
    template = Template('{% extends "core/base_public.html" %}{% block title %}Session{% endblock %}')
    html = template.render(Context(context))
    return html.partition("<title>")[2].partition("</title>")[0]


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({}, "Session - FORPREV"),
        ({"form": SessionForm()}, "Session - FORPREV"),
        ({"form": SessionForm({})}, "Erreur : Session - FORPREV"),
        ({"forms": [SessionForm(), SessionForm({})]}, "Erreur : Session - FORPREV"),
        ({"has_errors": True}, "Erreur : Session - FORPREV"),
    ],
)
def test_title_says_that_there_are_errors(context: dict[str, object], expected: str) -> None:
    assert title(context) == expected
