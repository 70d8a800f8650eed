"""Trainees from a spreadsheet: sending it, its lines one by one with their corrections, confirming them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.certification.forms import ImportForm, LineForm
from forprev.certification.imports.model import model_file
from forprev.certification.models import ImportLine, TraineeImport, TrainingSession, Verdict
from forprev.certification.services.bulk import Correction, confirm, correct, counts_of, open_import
from forprev.certification.services.entry import MOST_TRAINEES
from forprev.certification.views.common import find, page
from forprev.certification.workflow import ENTITY_ROLES, SESSION_WORKFLOW, Action
from forprev.core import spreadsheets
from forprev.core.errors import DomainError
from forprev.core.forms import tell
from forprev.core.text import clean, plural

PAGE_SIZE = 50
TO_LOOK_AT = (Verdict.REFUSED, Verdict.DOUBTFUL)
LONGEST = 500
"""Characters kept of a cell that is corrected, as of one that is read."""
SLUGS = {
    "refusees": Verdict.REFUSED,
    "a-verifier": Verdict.DOUBTFUL,
    "retenues": Verdict.KEPT,
    "deja": Verdict.ALREADY,
    "retirees": Verdict.LEFT_OUT,
}
LABELS = {
    Verdict.REFUSED: "Refusées",
    Verdict.DOUBTFUL: "À vérifier",
    Verdict.KEPT: "Retenues",
    Verdict.ALREADY: "Déjà dans la session",
    Verdict.LEFT_OUT: "Retirées",
}
LOOKS = {
    Verdict.REFUSED: "danger",
    Verdict.DOUBTFUL: "warning",
    Verdict.KEPT: "success",
    Verdict.ALREADY: "neutral",
    Verdict.LEFT_OUT: "neutral",
}


def _makes_trainers(request: ActingRequest, session: TrainingSession) -> bool:
    """Whether its trainees become trainers; 409 for a session that is no draft any more."""
    SESSION_WORKFLOW.check(Action.EDIT, session.state, request.acting.role)
    return session.qualification is not None and session.qualification.makes_trainers


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*ENTITY_ROLES)
def import_trainees(request: ActingRequest, pk: int) -> HttpResponse:
    """`Importer des stagiaires`: a file or pasted lines, which become lines to look at."""
    session = find(request, pk)
    makes_trainers = _makes_trainers(request, session)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        file: spreadsheets.Spreadsheet | None = form.cleaned_data["file"]
        kind, content = (file.kind, file.content) if file else (spreadsheets.TEXT, form.cleaned_data["pasted"].encode())
        try:
            # A title, the header and some lines more than the trainees admitted.
            sheet = spreadsheets.read(kind, content, MOST_TRAINEES + 100)
            made = open_import(pk, request.acting, sheet, file.name[:150] if file else "")
        except DomainError as error:
            tell(form, DomainError(error.message, code=error.code, field="file" if file else "pasted"))
        else:
            return redirect("certification:trainee_import", pk, made.pk)
    context = {"form": form, "makes_trainers": makes_trainers, "most": MOST_TRAINEES}
    return page(request, session, "import_form", "trainees", context, 422 if form.is_bound else 200)


@require_safe
@acting_as(*ENTITY_ROLES)
def model(request: ActingRequest, pk: int) -> HttpResponse:
    """The file to fill in, with the columns that this session asks for."""
    response = HttpResponse(
        model_file(makes_trainers=_makes_trainers(request, find(request, pk))),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = 'attachment; filename="modele-stagiaires.xlsx"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*ENTITY_ROLES)
def preview(request: ActingRequest, pk: int, import_pk: int) -> HttpResponse:
    """The lines of an import, to correct, answer for and confirm; only for whoever sent it."""
    session = find(request, pk)
    found = get_object_or_404(TraineeImport.objects.filter(session=session, by=request.acting.person), pk=import_pk)
    if found.confirmed_at:  # clicked twice, or gone back to
        return _confirmed(request, found)
    makes_trainers = _makes_trainers(request, session)
    if request.method != "POST":
        return _lines(request, session, found, makes_trainers=makes_trainers)
    try:
        changed = correct(pk, import_pk, request.acting, _corrections(request.POST, found))
        if "confirm" in request.POST:
            leave = "leave_doubtful" in request.POST
            return _confirmed(request, confirm(pk, import_pk, request.acting, leave_doubtful=leave))
    except DomainError as error:
        return _lines(request, session, found, makes_trainers=makes_trainers, refusal=error.message)
    if changed:
        said = plural(len(changed), "ligne a été enregistrée", "lignes ont été enregistrées")
        messages.success(request, f"{said}.")
    back = reverse("certification:trainee_import", args=[pk, import_pk])
    return redirect(f"{back}?{_place(request.GET).urlencode()}")


def _place(query: QueryDict) -> QueryDict:
    """The filter and the page, without the line that was open."""
    place = query.copy()
    place.pop("ligne", None)
    return place


def _corrections(posted: QueryDict, found: TraineeImport) -> dict[int, Correction]:
    """What was typed of each line of the page; what the page does not ask for stays."""
    ids = [int(pk) for pk in posted.getlist("ligne")[: 2 * PAGE_SIZE] if pk.isascii() and pk.isdigit() and len(pk) < 19]

    def typed(line: ImportLine, name: str) -> str:
        sent = posted.get(f"{LineForm.prefix_of(line.pk)}-{name}")
        return str(getattr(line, name)) if sent is None else clean(sent)[:LONGEST]

    return {
        line.pk: Correction(**{name: typed(line, name) for name in LineForm.FIELDS})
        for line in found.lines.filter(pk__in=ids)
    }


def _lines(
    request: ActingRequest, session: TrainingSession, found: TraineeImport, *, makes_trainers: bool, refusal: str = ""
) -> HttpResponse:
    counts = counts_of(found)
    chosen = SLUGS.get(request.GET.get("etat", ""))
    lines = found.lines.all() if chosen is None else found.lines.filter(verdict=chosen)
    shown = Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page"))
    opened = request.GET.get("ligne", "")
    forms, rows = [], []
    for line in shown:
        if line.verdict in TO_LOOK_AT or str(line.pk) == opened:
            forms.append(LineForm(line, makes_trainers=makes_trainers))
        else:
            rows.append(line)
    context: dict[str, Any] = {
        "import": found,
        "counts": counts,
        "total": sum(counts.values()),
        "kept": counts[Verdict.KEPT],
        "doubtful": counts[Verdict.DOUBTFUL],
        "filters": [
            {"slug": slug, "label": LABELS[verdict], "count": counts[verdict], "current": verdict == chosen}
            for slug, verdict in SLUGS.items()
            if counts[verdict]
        ],
        "chosen": chosen,
        "place": _place(request.GET).urlencode(),
        "lines": shown,
        "line_forms": [(form, LOOKS[Verdict(form.line.verdict)]) for form in forms],
        "rows": [(line, LOOKS[Verdict(line.verdict)]) for line in rows],
        "makes_trainers": makes_trainers,
        "refusal": refusal,
        "has_errors": bool(refusal),
    }
    return page(request, session, "import_preview", "trainees", context, 422 if refusal else 200)


def _confirmed(request: ActingRequest, found: TraineeImport) -> HttpResponse:
    messages.success(request, told(found.counts))
    return redirect("certification:trainees", found.session_id)


def told(counts: dict[str, int]) -> str:
    """What became of the lines, in numbers; `counts` by name of verdict."""
    kept = counts["KEPT"]
    said = [plural(kept, "stagiaire a été ajouté à la session", "stagiaires ont été ajoutés à la session")]
    if already := counts["ALREADY"]:
        said.append(plural(already, "ligne y était déjà", "lignes y étaient déjà"))
    if refused := counts["REFUSED"]:
        said.append(plural(refused, "ligne refusée n’a pas été écrite", "lignes refusées n’ont pas été écrites"))
    if left := counts["DOUBTFUL"] + counts["LEFT_OUT"]:
        said.append(plural(left, "ligne a été laissée de côté", "lignes ont été laissées de côté"))
    return ". ".join(said) + "."
