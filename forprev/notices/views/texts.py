"""`Textes des courriels`: what mails say, for the national administration alone."""

from __future__ import annotations

from itertools import groupby

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.core.errors import Conflict, DomainError
from forprev.core.forms import differences, tell
from forprev.notices import selectors, texts
from forprev.notices.forms import MailTextForm
from forprev.notices.models import MailText
from forprev.notices.services import texts as services

national = acting_as(Role.NATIONAL_ADMINISTRATOR)


@require_safe
@national
def text_list(request: ActingRequest) -> HttpResponse:
    """Every mail by subject: when it leaves, and whether the network wrote its words."""
    changed = set(MailText.objects.filter(in_force=True).values_list("pk", flat=True))
    groups = [
        (selectors.GROUPS.get(group, group), [(mail, mail.template in changed) for mail in mails])
        for group, mails in groupby(texts.mails(), key=lambda mail: mail.group)
    ]
    return render(request, "notices/texts/list.html", {"groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
@national
def edit(request: ActingRequest, slug: str) -> HttpResponse:
    """The words of a mail, what they give, and who changed them. `Aperçu` keeps nothing."""
    mail = _found(slug)
    row = MailText.objects.filter(pk=mail.template).first()
    subject, text = (row.subject, row.text) if row and row.in_force else (mail.subject, mail.text)
    version = row.version if row else 1
    form = MailTextForm.of(subject, text, version, request.POST if request.method == "POST" else None)
    shown = None if form.is_bound else texts.preview(mail, subject, text)
    if form.is_valid():
        typed = form.cleaned_data
        if typed["version"] != version:
            raise Conflict(versions=differences(form, MailTextForm.of(subject, text, version, None)))
        try:
            if "preview" not in request.POST:
                services.change(mail, request.acting, typed["version"], typed["subject"], typed["text"])
                messages.success(request, f"Le texte du courriel « {mail.title} » est enregistré.")
                return redirect("notices:texts")
            shown = texts.preview(mail, *services.check(mail, typed["subject"], typed["text"]))
        except DomainError as error:
            if isinstance(error, Conflict):
                raise
            tell(form, error)
    context = {
        "mail": mail,
        "form": form,
        "preview": shown,
        "is_changed": bool(row and row.in_force),
        "events": selectors.history_of_text(mail),
    }
    return render(request, "notices/texts/edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@national
def restore(request: ActingRequest, slug: str) -> HttpResponse:
    """`Revenir au texte d’origine`, once confirmed."""
    mail = _found(slug)
    row = MailText.objects.filter(pk=mail.template).first()
    posted = request.POST if request.method == "POST" else None
    form = _RestoreForm(posted, initial={"version": row.version if row else 1})
    if form.is_valid():
        services.restore(mail, request.acting, form.cleaned_data["version"])
        messages.success(request, f"Le courriel « {mail.title} » a retrouvé son texte d’origine.")
        return redirect("notices:edit_text", slug)
    context = {"mail": mail, "form": form, "cancel_url": reverse("notices:edit_text", args=[slug])}
    return render(request, "notices/texts/restore.html", context, status=422 if form.errors else 200)


class _RestoreForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


def _found(slug: str) -> texts.Mail:
    mail = texts.mail_of(slug)
    if mail is None:
        raise Http404
    return mail
