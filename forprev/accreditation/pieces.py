"""The pieces demanded of dossiers (B05): installed where they are missing, then the network's own."""

from __future__ import annotations

from django.db import transaction

from forprev.accreditation.models import PieceRule
from forprev.accreditation.reference import PIECES
from forprev.catalogue.models import Scheme


@transaction.atomic
def install_pieces() -> None:
    """Create the rules of `reference` that are missing; what exists is left as it is."""
    schemes = Scheme.objects.in_bulk(field_name="code")
    known = set(PieceRule.objects.values_list("code", flat=True))
    for rank, facts in enumerate(PIECES):
        if facts.code not in known and (not facts.scheme or facts.scheme in schemes):
            PieceRule.objects.create(
                code=facts.code,
                label=facts.label,
                help_text=facts.help_text,
                scheme=schemes.get(facts.scheme),
                level_number=facts.level_number,
                kind=facts.kind,
                is_required=facts.is_required,
                unconfirmed=list(facts.unconfirmed),
                rank=rank,
            )


def install_after_migrate(**kwargs: object) -> None:
    install_pieces()
