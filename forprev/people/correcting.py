"""What else changes when a person's identity is corrected: other packages register it."""

from __future__ import annotations

from collections.abc import Callable

from forprev.core import history
from forprev.people.models import Identity, Person

CorrectionStep = Callable[[Person, Identity, history.Actor], object]
correction_steps: list[CorrectionStep] = []


def on_correction(step: CorrectionStep) -> CorrectionStep:
    """Register what follows a correction: `step(person, before, actor)`, in its transaction, the person locked."""
    correction_steps.append(step)
    return step
