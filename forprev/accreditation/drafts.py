"""What is typed of a new user, from tab to tab."""

from __future__ import annotations

from dataclasses import dataclass, field

from forprev.organisations.newcomers import drafts


@dataclass
class Draft(drafts.Draft):
    """With what a delegate has besides."""

    description: str = ""
    legal_link: bool = False
    accreditations: list[int] = field(default_factory=list)


new_users = drafts.Drafts(Draft, "new_users")
