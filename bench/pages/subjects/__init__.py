"""What each role asks for and does, by subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.pages.asking import Ask, Desk
from bench.pages.subjects import (
    account,
    administration,
    certificates,
    committee,
    dossiers,
    entity,
    follow_up,
    hotline,
    messages,
    public,
    results,
    review,
    sessions,
    trainees,
    users,
)

Subject = Callable[[Desk], Iterator[Ask]]

ENTITY: list[Subject] = [sessions.lists, sessions.entry, trainees.entry, trainees.imports, certificates.issuing]
OF_ROLES: dict[str, list[Subject]] = {
    "manager": [entity.sheet, users.users, users.new_user, *ENTITY, dossiers.lists, dossiers.entry],
    "delegate": [entity.seen, *ENTITY],
    "trainer": [sessions.lists, results.results, certificates.own],
    "fund_officer": [
        review.queue, review.reviewed, review.data, follow_up.sessions, follow_up.certificates, follow_up.figures,
        follow_up.accreditations, messages.targeted, hotline.duplicates,
    ],
    "committee": [review.queue, committee.meetings, follow_up.accreditations, follow_up.life],
    "national_administrator": [
        review.queue, follow_up.sessions, follow_up.certificates, follow_up.figures, follow_up.accreditations,
        follow_up.life, messages.targeted, administration.catalogue, administration.papers, administration.funds,
        administration.staff, administration.writing, administration.registers, hotline.person_data,
    ],
    "support_agent": [
        hotline.accounts, hotline.contacts, hotline.corrections, hotline.duplicates, hotline.person_data,
        hotline.letters, follow_up.certificates, hotline.seeing,
    ],
}  # fmt: skip


def subjects(role: str) -> list[Subject]:
    """Empty for a visitor; of any account, its own pages come last, since some of them end what it is."""
    if not role:
        return [public.pages, public.checks, public.ways_in, public.first_request, public.contact, dossiers.applicant]
    return [account.dashboard, *OF_ROLES[role], account.notices, account.profile, account.help_pages]
