"""What a busy day is made of: for each session of ten trainees, so many acts of each kind.

The national data set has 1.2 million sessions in ten years, hence some 480 a working day and 1,000 on a Friday of June
(`bench.national.shape`). All else that happens is counted by the session: who signs in for it, what is looked at
meanwhile, who checks the certificates that it gave. No real service was watched: these are our assumptions.
"""

from __future__ import annotations

BUSY_DAY_SESSIONS = 1_000

MIX: tuple[tuple[str, int, str], ...] = (
    # The life of one session, each step once, as the screens lead through it.
    ("create", 1, "list, new session, its form"),
    ("details", 1, "tab Session, on to the trainer"),
    ("trainer", 1, "verified by number, on to the trainees"),
    ("trainee", 10, "ten to a session, typed one by one: each is looked for in the register"),
    ("send", 1, "check page, sent, list"),
    ("results", 1, "the trainer finds the session, gives ten results, confirms"),
    ("generate", 1, "the entity reads the results, confirms: numbers, people, certificates"),
    ("archive", 1, "the ZIP of all, sealed"),
    ("certificate", 2, "a single PDF, sealed: two people ask for theirs by mail"),
    # Getting in and out.
    ("sign_in", 2, "manager and trainer sign in once for each session, with Argon2; then dashboard, and out"),
    ("first_visit", 1, "home page and all its files in a browser that has kept none"),
    # Looking at things.
    ("dashboard", 4, "where whoever is signed in comes back to"),
    ("trainer_dashboard", 1, "the same, the trainer's"),
    ("awaiting", 2, "`Mes sessions à traiter`, besides those that the steps above open"),
    ("ongoing", 2, "`Mes sessions en cours`, first page"),
    ("ongoing_search", 1, "the same by a criterion"),
    ("session", 3, "sheet of a session of some time ago, with its history"),
    ("trainees", 2, "its trainees"),
    ("entity", 1, "`Mon entité`, or its users"),
    ("accreditations", 1, "`Habilitations`"),
    ("inbox", 2, "messages"),
    ("own_certificates", 1, "the trainer's `Mes certificats`"),
    ("profile", 1, "`Mon profil`"),
    ("fund", 2, "the fund's officer: examination of files, sessions, certificates issued, in turn"),
    ("figures", 1, "`Chiffres` of the fund"),
    # The public. Two million certificates are valid at a time; each is checked every other year.
    ("check", 4, "QR code of an employer or a client: a million a year, four for each session"),
    ("unknown_code", 1, "a QR code that is none of ours"),
    ("typed_check", 1, "code and surname typed"),
    ("home", 2, "home page, files kept by the browser"),
    ("directory", 2, "directory by department"),
    ("directory_entry", 1, "one organisation of it"),
    ("help", 1, "a search in the help"),
    # The machinery.
    ("ready", 4, "load balancer: every two seconds whatever the load; a few here, so that they are part of it"),
)
"""Name of the act (a method of `acts.Seat`), how many for each session, why."""
