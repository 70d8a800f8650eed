"""What is asked, answered and told beside the sessions: dossiers, contact requests, corrections, targeted messages.

How many of each is ours: nobody publishes it. Nothing is kept for longer than the application keeps it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from bench.national.entities import Entity, Granted
from bench.national.shape import (
    CONTACTS_A_YEAR,
    CORRECTIONS_A_YEAR,
    LOOKED_AT_A_YEAR,
    MESSAGES_A_FUND_A_YEAR,
    SITES_AN_ORGANISATION,
)
from bench.national.tables import Sheet
from bench.national.writing import Country, key_of
from forprev.core.text import normalise

AHEAD = 200
"""Days before the end of an accreditation from which its renewal is asked for."""
OPEN_STATES = {
    "draft": 15, "submitted": 15, "to_complete": 15, "under_review": 30, "opinion_given": 10, "awaiting_decision": 15,
}  # fmt: skip
OPINIONS = ("opinion_given", "awaiting_decision", "accepted")
REFUSED = 0.03
CONTACT_STATES = ("new", "ongoing", "waiting", "resolved")
SUBJECTS = {"connexion": 30, "habilitation": 15, "session": 25, "certificat": 20, "donnees": 4, "autre": 6}
LETTER = "Bonjour, je n’arrive pas à retrouver le certificat d’un stagiaire formé le mois dernier. Merci de votre aide."
ANSWER = "Bonjour, le certificat est dans la session du mois dernier, parmi les sessions en cours. L’assistance Forprev"


@dataclass
class Asked:
    """What the counters must know: the numbers of dossiers given a year."""

    sheets: list[Sheet]
    dossiers: dict[int, int] = field(default_factory=dict)


def matters(country: Country, levels: dict[str, int], rules: Sequence[int]) -> Asked:
    """`levels` are the keys of level 1 by scheme, `rules` those of the pieces that every dossier sends."""
    draw = country.shape.draw("matters")
    sheets, numbers = _dossiers(country, levels, rules, draw)
    sheets += [*_contacts(country, draw), _corrections(country, draw), _looked_at(country, draw), _sites(country, draw)]
    return Asked([*sheets, *_messages(country, draw)], numbers)


def _dossiers(
    country: Country, levels: dict[str, int], rules: Sequence[int], draw: Random
) -> tuple[list[Sheet], dict[int, int]]:
    """One for each accreditation that was given, some refused, and the renewals under way."""
    from forprev.accreditation.models import CommitteeMeeting, Dossier, DossierLine, DossierMessage, Piece

    dossiers = Sheet(
        Dossier,
        "id", "track", "number", "applicant_id", "organisation_id", "organisation_name", "search_name", "fund_id",
        "state", "version", "creation_key", "created_at", "modified_at", "submitted_on", "due_on", "assigned_to_id",
        "completion", "opinion", "opinion_reason", "meeting_id", "agenda_rank", "decided_on", "decision_reason",
    )  # fmt: skip
    lines = Sheet(DossierLine, "id", "dossier_id", "kind", "level_id", "accreditation_id", "outcome", "outcome_reason")
    pieces = Sheet(
        Piece, "id", "dossier_id", "rule_id", "line_id", "document", "name", "content_type", "size", "digest",
        "sent_at", "state",
    )  # fmt: skip
    letters = Sheet(DossierMessage, "id", "dossier_id", "author_id", "author_role", "text", "is_internal", "written_at")
    meetings, sittings = _meetings(country, CommitteeMeeting)
    officers: dict[int, list[int]] = {}
    for person, fund in country.network.officers:
        officers.setdefault(fund, []).append(person)
    numbers: Counter[int] = Counter()
    ranks: Counter[int] = Counter()
    for key, (entity, kind, given, state, day) in enumerate(_asked(country, draw), start=1):
        applicant, officer = draw.choice(entity.managers) + 1, draw.choice(officers[entity.fund]) + 1
        sent, decided = state != "draft", state in ("accepted", "refused")
        number = meeting = None
        if sent:
            numbers[day.year] += 1
            number = f"D{day.year}-{numbers[day.year]:05}"
        if state == "awaiting_decision" or decided:
            meeting = next((pk for held, pk in sittings if held > day), sittings[-1][1])
            ranks[meeting] += 1
        at = f"{day} 09:00+00"
        done = day + timedelta(days=90) if decided else None
        row = dossiers.row(
            key, "general", number, applicant, entity.pk, entity.name, normalise(entity.name), entity.fund, state,
            {"draft": 1, "submitted": 2}.get(state, 6), key_of(draw), at, at, day if sent else None,
            day + timedelta(days=60) if sent and not decided else None,
            officer if state not in ("draft", "submitted") else None,
            "Joindre le programme à jour." if state == "to_complete" else "",
            "favourable" if state in OPINIONS else "unfavourable" if state == "refused" else "", "", meeting,
            ranks[meeting] if meeting else 0, done, "Pièces insuffisantes." if state == "refused" else "",
        )  # fmt: skip
        dossiers.add(row)
        for label in ("insert", "update", "update") if sent else ("insert",):
            dossiers.tell(at, label, row)
        outcome = {"accepted": ("granted", ""), "refused": ("refused", "Pièces insuffisantes.")}.get(state, ("", ""))
        line = lines.row(key, key, kind, levels[given.scheme], given.pk, *outcome)
        lines.add(line)
        lines.tell(at, "insert", line)
        for place, rule in enumerate(rules):
            row = pieces.row(
                key * 10 + place, key, rule, None, f"pieces/{key}/{place}.pdf", "piece.pdf", "application/pdf", 90_000,
                f"{key * 10 + place:064x}", at, "conforming" if decided else "received",
            )  # fmt: skip
            pieces.add(row)
            pieces.tell(at, "insert", row)
        if sent and draw.random() < 0.5:
            letter = letters.row(key, key, officer, "fund_officer", "Dossier bien reçu.", False, at)
            letters.add(letter)
            letters.tell(at, "insert", letter)
    return [meetings, dossiers, lines, pieces, letters], dict(numbers)


def _asked(country: Country, draw: Random) -> Iterator[tuple[Entity, str, Granted, str, date]]:
    """Entity, what kind of line, the accreditation given or to renew, state, and the day of the dossier; by day."""
    found = []
    for entity in country.network.entities:
        for line in entity.granted.values():
            for place, given in enumerate(line):
                kind = "renewal" if place else "new"
                found.append((entity, kind, given, "accepted", given.starts_on - timedelta(days=150)))
                if draw.random() < REFUSED:
                    found.append((entity, "renewal", given, "refused", given.starts_on + timedelta(days=30)))
            ends = line[-1].ends_on
            if entity.until is None and ends < country.day + timedelta(days=AHEAD):
                state = draw.choices(list(OPEN_STATES), weights=list(OPEN_STATES.values()))[0]
                found.append((entity, "renewal", line[-1], state, country.day - timedelta(days=draw.randrange(90))))
    return iter(sorted(found, key=lambda one: (one[4], one[2].pk, one[3])))


def _meetings(country: Country, model: type) -> tuple[Sheet, list[tuple[date, int]]]:
    """The committee sat on the first Tuesday or so of every month; the next three are planned."""
    sheet = Sheet(model, "id", "held_on", "state", "attendance", "closed_at", "version")
    held = []
    first = country.day - timedelta(days=11 * 365)
    for pk in range(1, (country.day - first).days // 30 + 4):
        day = first + timedelta(days=30 * pk)
        past = day < country.day
        row = sheet.row(
            pk, day, "closed" if past else "planned", "Dominique MARTIN", f"{day} 15:00+00" if past else None, 2
        )
        sheet.add(row)
        sheet.tell(f"{day} 15:00+00", "insert", row)
        held.append((day, pk))
    return sheet, held


def _contacts(country: Country, draw: Random) -> list[Sheet]:
    """Three years of requests, of which the last days' are open."""
    from forprev.support.contact.models import ContactMessage, ContactRequest

    requests = Sheet(
        ContactRequest,
        "id", "key", "name", "email", "subject", "role", "page", "person_id", "writer_id", "organisation_id", "state",
        "assigned_to_id", "version", "created_at", "modified_at",
    )  # fmt: skip
    messages = Sheet(ContactMessage, "id", "request_id", "kind", "text", "author_id", "at")
    agents = country.network.national["support_agent"]
    days, count = 3 * 365, max(40, round(3 * CONTACTS_A_YEAR * country.shape.scale))
    for key in range(1, count + 1):
        at = datetime(*country.day.timetuple()[:3], 9, tzinfo=UTC) - timedelta(days=days * (1 - key / count))
        entity = draw.choice(country.network.entities)
        person = draw.choice(entity.managers)
        papers = country.papers[person]
        state = draw.choice(CONTACT_STATES) if key > count - count // 30 else "resolved"
        agent = draw.choice(agents) + 1 if state != "new" else None
        row = requests.row(
            key, key_of(draw), f"{papers.first_name} {papers.last_name}", f"personne{person}@demo.test",
            draw.choices(list(SUBJECTS), weights=list(SUBJECTS.values()))[0], "Gestionnaire", "/sessions/en-cours",
            person + 1, person + 1, entity.pk, state, agent, 3 if agent else 1, at, at + timedelta(hours=5),
        )  # fmt: skip
        requests.add(row)
        messages.add(messages.row(2 * key - 1, key, "received", LETTER, person + 1, at))
        if agent:
            messages.add(messages.row(2 * key, key, "answer", ANSWER, agent, at + timedelta(hours=5)))
    return [requests, messages]


def _corrections(country: Country, draw: Random) -> Sheet:
    """A wrong day of birth, of a trainer; the latest wait. Documents of the closed ones are gone (decision 16)."""
    from forprev.support.models import CorrectionRequest

    sheet = Sheet(
        CorrectionRequest,
        "id", "person_id", "old_last_name", "old_first_name", "old_birth_date", "new_last_name", "new_first_name",
        "new_birth_date", "state", "created_at", "closed_at", "closed_by_id", "reason",
    )  # fmt: skip
    agents = country.network.national["support_agent"]
    trainers = country.network.trainers
    count = max(20, round(3 * CORRECTIONS_A_YEAR * country.shape.scale))
    waiting = min(count // 50 + 3, len(trainers))
    who = [draw.choice(trainers).person for _ in range(count - waiting)]
    who += [trainer.person for trainer in draw.sample(trainers, waiting)]
    for key, person in enumerate(who, start=1):
        papers = country.papers[person]
        at = datetime(*country.day.timetuple()[:3], 9, tzinfo=UTC) - timedelta(days=3 * 365 * (1 - key / count))
        state = "open" if key > count - waiting else draw.choice(["applied", "applied", "refused"])
        closed = (at + timedelta(days=2), draw.choice(agents) + 1) if state != "open" else (None, None)
        reason = "Le justificatif n’est pas lisible." if state == "refused" else ""
        wished = (papers.last_name, papers.first_name, papers.birth_date + timedelta(days=1))
        row = sheet.row(key, person + 1, *papers, *wished, state, at, *closed, reason)
        sheet.add(row)
        sheet.tell(at, "insert", row)
    return sheet


def _looked_at(country: Country, draw: Random) -> Sheet:
    """A year of what the network's people looked at."""
    from forprev.people.models import Consultation

    sheet = Sheet(Consultation, "id", "by_id", "role", "place", "page", "person_id", "count", "at")
    agents = country.network.national["support_agent"]
    people = country.plan.people
    count = max(100, round(LOOKED_AT_A_YEAR * country.shape.scale))
    for key in range(1, count + 1):
        at = datetime(*country.day.timetuple()[:3], 9, tzinfo=UTC) - timedelta(days=365 * (1 - key / count))
        person = draw.randrange(len(country.network.trainers) if key % 3 else people) + 1
        sheet.add(sheet.row(key, draw.choice(agents) + 1, "Hotline", "", "account", person, 1, at))
    return sheet


def _sites(country: Country, draw: Random) -> Sheet:
    from forprev.catalogue.models import Scheme
    from forprev.organisations.models import TrainingSite

    sheet = Sheet(TrainingSite, "id", "organisation_id", "scheme_id", "name", "postal_code", "city")
    scheme = Scheme.objects.values_list("pk", flat=True).order_by("code")[0]
    key = 0
    for entity in country.network.entities:
        for _ in range(draw.random() < SITES_AN_ORGANISATION):
            key += 1
            row = sheet.row(key, entity.pk, scheme, f"PLATEFORME {key}", entity.postal_code, entity.city)
            sheet.add(row)
            sheet.tell(f"{entity.since} 09:00+00", "insert", row)
    return sheet


def _messages(country: Country, draw: Random) -> list[Sheet]:
    """Each fund's messages to the managers of its region, for two years: so long are the readers kept."""
    from forprev.network.messages.models import Recipient, TargetedMessage

    messages = Sheet(
        TargetedMessage,
        "id", "author_id", "fund_id", "roles", "subject", "text", "send_at", "state", "version", "creation_key",
        "created_at", "started_at", "listed_up_to", "recipients_count", "finished_at",
    )  # fmt: skip
    recipients = Sheet(Recipient, "id", "message_id", "person_id", "served_at", "read_at")
    managers: dict[int, list[int]] = {}
    for entity in country.network.entities:
        managers.setdefault(entity.fund, []).extend(entity.managers)
    key = served = 0
    for fund, people in sorted(managers.items()):
        readers = sorted(set(people))
        author = next(person for person, of in country.network.officers if of == fund) + 1
        for nth in range(2 * MESSAGES_A_FUND_A_YEAR):
            key += 1
            at = datetime(*country.day.timetuple()[:3], 9, tzinfo=UTC) - timedelta(days=20 + 90 * nth)
            row = messages.row(
                key, author, fund, "{manager}", "Rencontre régionale", "Vous êtes invités à la rencontre régionale.",
                at, "sent", 4, key_of(draw), at, at, readers[-1] + 1, len(readers), at + timedelta(hours=1),
            )  # fmt: skip
            messages.add(row)
            for person in readers:
                served += 1
                recipients.add(recipients.row(served, key, person + 1, at, at if draw.random() < 0.6 else None))
    return [messages, recipients]
