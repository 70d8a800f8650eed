"""Writes docs/dossiers.md from the tables of the workflow: `manage.py draw_dossiers`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand

from forprev.accounts.models import Role
from forprev.accreditation.workflow import WORKFLOWS, Action, DossierState, Track
from forprev.core.workflow import Transition, Workflow

PAGE = Path(__file__).resolve().parents[4] / "docs" / "dossiers.md"
INTRODUCTION = """# The life of a dossier

Made by `manage.py draw_dossiers` from `forprev/accreditation/workflow.py`; a test compares them.

A dossier of the general regime is reviewed by the fund of its department, one outside it by the INRS; the national
committee then decides (B02, B03). A change of an entity's data, or of its training sites, is decided by the fund alone.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *(part for track in Track for part in _track(track))])


def _track(track: Track) -> Iterator[str]:
    workflow = WORKFLOWS[track]
    yield f"## {track.label}\n"
    yield from ["```mermaid", "stateDiagram-v2", *_diagram(workflow), "```\n"]
    yield from ["| " + " | ".join(["Action", "From", "To", *_headings()]) + " |", "| --- " * (3 + len(_roles())) + "|"]
    yield from (_row(transition) for transition in workflow.transitions)
    yield ""


def _diagram(workflow: Workflow) -> Iterator[str]:
    moves = [(source, each) for each in workflow.transitions if each.target for source in sorted(each.sources)]
    reached = {state for source, each in moves for state in (source, str(each.target))}
    for state in DossierState:
        if state.value in reached:
            yield f"    {state.value}: {state.label}"
    begun = sorted(reached - {str(each.target) for _, each in moves})
    yield from (f"    [*] --> {source}" for source in begun)
    for source, each in moves:
        yield f"    {source} --> {each.target}: {each.label}"


def _roles() -> list[Role]:
    used = {role for workflow in WORKFLOWS.values() for each in workflow.transitions for role in each.roles}
    return [role for role in Role if role.value in used]


def _headings() -> list[str]:
    return [str(role.label) for role in _roles()]


def _row(each: Transition) -> str:
    sources = ", ".join(str(state.label) for state in DossierState if state.value in each.sources)
    target = str(DossierState(each.target).label) if each.target else "–"
    who = ["x" if role.value in each.roles else "" for role in _roles()]
    return "| " + " | ".join([str(Action(each.action).label), sources, target, *who]) + " |"


class Command(BaseCommand):
    help = "Writes docs/dossiers.md from the tables of the workflow."

    def handle(self, *args: object, **options: object) -> None:
        PAGE.write_text(page(), encoding="utf-8")
