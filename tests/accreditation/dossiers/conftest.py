"""What the tests of an applicant's side share."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, reverse

from forprev.accreditation.dossiers import mails


@pytest.fixture(autouse=True)
def review_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mails to reviewers lead to the review, whose page is tested apart."""

    def known(name: str, args: list[int]) -> str:
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            return f"/instruction/{args[0]}"

    monkeypatch.setattr(mails, "reverse", known)
