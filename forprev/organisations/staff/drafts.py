"""What is typed of somebody who is to get a role of the network, from tab to tab."""

from __future__ import annotations

from dataclasses import dataclass

from forprev.organisations.newcomers import drafts


@dataclass
class Draft(drafts.Draft):
    """`fund_id`: of an officer, else 0."""

    fund_id: int = 0


new_staff = drafts.Drafts(Draft, "new_staff")
