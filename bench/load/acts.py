"""What one client does, over and over: the acts of the mix, in a random order, sessions going on from step to step."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode
from uuid import uuid4

from bench.load.browser import Browser, Log, Unexpected
from bench.load.mix import MIX

GROUP = 10
FAILURES = 0.02
SYLLABLES = ("BA", "CEL", "DI", "FON", "GUR", "JA", "LEV", "MI", "NO", "RU", "TAN", "VER", "ZO", "PHI", "QUE", "LAR")
STEPS = ("created", "detailed", "filling", "filled", "with_trainer", "answered", "issued")
"""Where a session of a client waits for its next step; one waits at each before anything is measured."""

Fields = dict[str, str | list[str]]


@dataclass
class Entered:
    """A session that this client entered. `form` is what the page that it was left on hides."""

    key: int
    form: Fields = field(default_factory=dict)
    trainees: int = 0
    certificates: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/sessions/{self.key}"


@dataclass
class Facts:
    """Whom a client plays, and where its pages are; plain values, for another process.

    `cookies` by role; `details` are the fields of the tab Session; `known` the sessions of the entity; `codes` are
    (QR code, typed code, surname).
    """

    rank: int
    cookies: dict[str, dict[str, str]]
    details: dict[str, str]
    trainer_number: str
    identifiers: list[str]
    password: str
    known: list[int]
    codes: list[tuple[str, str, str]]
    directory: list[int]
    departments: list[str]


class Seat:
    """One client: a manager, a trainer and an officer who work together, and the public; one request at a time."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.draw = Random(f"seat/{facts.rank}/{uuid4()}")  # noqa: S311
        self.waiting: dict[str, deque[Entered]] = {step: deque() for step in STEPS}
        self.deck: list[str] = []
        self.turn = 0

    def open(self, port: int) -> None:
        """Browsers anew, for a server on this port."""
        self.port, self.log = port, Log()
        self.as_manager, self.as_trainer, self.as_officer = (
            Browser(port, self.log, self._address(), self.facts.cookies[role])
            for role in ("manager", "trainer", "officer")
        )
        self.as_visitor = Browser(port, self.log, self._address())

    def leave(self) -> None:
        """Browsers closed, their cookies kept, and nothing left that cannot go to another process."""
        browsers = {"manager": self.as_manager, "trainer": self.as_trainer, "officer": self.as_officer}
        self.facts.cookies = {role: browser.cookies for role, browser in browsers.items()}
        for browser in (*browsers.values(), self.as_visitor):
            browser.close()
        del self.as_manager, self.as_trainer, self.as_officer, self.as_visitor, self.log

    def prepare(self) -> None:
        """A session at each step; raises Unexpected if any of it fails."""
        acts = ("create", "details", "trainer", "trainee", "send", "results", "generate")
        for reached in range(len(acts), 0, -1):
            for act in acts[:reached]:
                for _ in range(GROUP if act == "trainee" else 1):
                    getattr(self, act)()

    def act(self) -> None:
        """The next of the mix, each session's worth of it being shuffled; what goes wrong is in the log."""
        if not self.deck:
            self.deck = [name for name, count, _ in MIX for _ in range(count)]
            self.draw.shuffle(self.deck)
        name, before = self.deck.pop(), len(self.log.errors)
        try:
            getattr(self, name)()
        except (Unexpected, IndexError) as error:
            if len(self.log.errors) == before:
                self.log.errors.append(f"{name}: {error!r}")

    # The life of a session.

    def create(self) -> None:
        browser = self.as_manager
        browser.get("page: sessions to do", "/sessions/a-traiter")
        path = browser.post("write: new session", "/sessions/nouvelle", browser.hidden("key"))
        browser.get("page: session form", path)
        self._put("created", Entered(int(path.rpartition("/")[2])), "version")

    def details(self) -> None:
        one, browser = self._take("created"), self.as_manager
        path = browser.post("write: session details", one.path, one.form | self.facts.details | {"next": "1"})
        browser.get("page: trainer form", path)
        self._put("detailed", one, "version")

    def trainer(self) -> None:
        one, browser = self._take("detailed"), self.as_manager
        fields = one.form | {"number": self.facts.trainer_number}
        browser.post("write: trainer", f"{one.path}/formateur", fields, expected=200)
        browser.get("page: trainee form", f"{one.path}/stagiaires?ajouter=1")
        self._put("filling", one, "key")

    def trainee(self) -> None:
        one, browser = self._take("filling"), self.as_manager
        last_name, first_name = ("".join(self.draw.choices(SYLLABLES, k=count)) for count in (4, 2))
        born = f"{self.draw.randint(1, 28):02}/{self.draw.randint(1, 12):02}/{self.draw.randint(1960, 2005)}"
        person: Fields = {"last_name": last_name, "first_name": first_name, "birth_date": born}
        path = browser.post("write: trainee", f"{one.path}/stagiaires", one.form | person)
        browser.get("page: trainee form", path.partition("#")[0])
        one.trainees += 1
        if one.trainees < GROUP:
            self._put("filling", one, "key", first=True)
        else:
            self._put("filled", one)

    def send(self) -> None:
        one, browser = self._take("filled"), self.as_manager
        page = browser.get("page: check before sending", f"{one.path}/envoyer")
        declared = re.findall(r'name="declaration" [^>]*value="([^"]+)"', page)
        fields = browser.hidden("version") | {"declaration": declared}
        browser.get("page: sessions to do", browser.post("write: send to trainer", f"{one.path}/envoyer", fields))
        self._put("with_trainer", one)

    def results(self) -> None:
        one, browser = self._take("with_trainer"), self.as_trainer
        browser.get("page: sessions to do (trainer)", "/sessions/a-traiter")
        page = browser.get("page: results form", f"{one.path}/stagiaires")
        given: Fields = {
            name: "failure" if self.draw.random() < FAILURES else "success"
            for name in set(re.findall(r'name="(result-\d+)"', page))
        }
        fields = browser.hidden("version") | given | {"action": "send_results", "submit": "1"}
        confirm = browser.post("write: results", f"{one.path}/stagiaires", fields)
        browser.get("page: results to confirm", confirm)
        path = browser.post("write: send results", confirm, browser.hidden("version"))
        browser.get("page: sessions to do (trainer)", path)
        self._put("answered", one)

    def generate(self) -> None:
        one, browser = self._take("answered"), self.as_manager
        browser.get("page: results", f"{one.path}/stagiaires")
        fields = browser.hidden("version") | {"action": "generate"}
        confirm = browser.post("write: decision", f"{one.path}/stagiaires", fields)
        browser.get("page: generation to confirm", confirm)
        path = browser.post("write: generate certificates", confirm, browser.hidden("version"))
        page = browser.get("page: downloads", path)
        one.certificates = sorted(set(re.findall(r"/certificats/\d+/pdf", page)))
        self.waiting["issued"].clear()
        self._put("issued", one)

    def archive(self) -> None:
        self.as_manager.get("file: ZIP of ten certificates", f"{self._issued().path}/telechargements/certificats.zip")

    def certificate(self) -> None:
        self.as_manager.get("file: one certificate", self.draw.choice(self._issued().certificates))

    # Getting in and out.

    def sign_in(self) -> None:
        browser = self._new_browser()
        page = browser.get("page: sign-in", "/connexion")
        fields = browser.hidden() | {
            "identifier": self.draw.choice(self.facts.identifiers),
            "password": self.facts.password,
        }
        path = browser.post("write: sign-in (Argon2)", "/connexion", fields)
        page = browser.get("page: dashboard", path)
        if "/deconnexion" not in page:
            raise Unexpected("not signed in")
        browser.post("write: sign-out", "/deconnexion", browser.hidden())
        browser.close()

    def first_visit(self) -> None:
        browser = self._new_browser()
        page = browser.get("public: home page", "/")
        for path in sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))):
            browser.get("public: static file", path)
        browser.close()

    # Looking at things.

    def dashboard(self) -> None:
        self.as_manager.get("page: dashboard", "/tableau-de-bord")

    def trainer_dashboard(self) -> None:
        self.as_trainer.get("page: dashboard (trainer)", "/tableau-de-bord")

    def awaiting(self) -> None:
        self.as_manager.get("page: sessions to do", "/sessions/a-traiter")

    def ongoing(self) -> None:
        self.as_manager.get("page: sessions", "/sessions/en-cours")

    def ongoing_search(self) -> None:
        searched = urlencode({"champ": "numero", "operateur": "egal", "valeur": self.draw.choice(self.facts.known)})
        self.as_manager.get("page: sessions, searched", f"/sessions/en-cours?{searched}")

    def session(self) -> None:
        self.as_manager.get("page: session sheet", f"/sessions/{self.draw.choice(self.facts.known)}")

    def trainees(self) -> None:
        self.as_manager.get("page: trainees sheet", f"/sessions/{self.draw.choice(self.facts.known)}/stagiaires")

    def entity(self) -> None:
        self.as_manager.get("page: entity", self.draw.choice(("/entite", "/utilisateurs")))

    def accreditations(self) -> None:
        self.as_manager.get("page: accreditations", "/habilitations")

    def inbox(self) -> None:
        self.as_manager.get("page: inbox", "/messages")

    def own_certificates(self) -> None:
        self.as_trainer.get("page: own certificates", "/certificats")

    def profile(self) -> None:
        self.as_manager.get("page: profile", "/mon-profil")

    def fund(self) -> None:
        pages = ("/instruction", "/sessions/en-cours", "/certificats/delivres")
        self.turn += 1
        self.as_officer.get("page: the fund's lists", pages[self.turn % len(pages)])

    def figures(self) -> None:
        self.as_officer.get("page: figures", "/chiffres")

    # The public, each time from another address.

    def check(self) -> None:
        self._visit("public: QR code", f"/verification/{self.draw.choice(self.facts.codes)[0]}")

    def unknown_code(self) -> None:
        code = "".join(self.draw.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=26))
        self._visit("public: unknown QR code", f"/verification/{code}", expected=404)

    def typed_check(self) -> None:
        _, code, surname = self.draw.choice(self.facts.codes)
        self.as_visitor.address = self._address()
        self.as_visitor.post("public: typed code", "/verification", {"code": code, "surname": surname}, expected=200)

    def home(self) -> None:
        self._visit("public: home page", "/")

    def directory(self) -> None:
        self._visit("public: directory", f"/annuaire?departement={self.draw.choice(self.facts.departments or [''])}")

    def directory_entry(self) -> None:
        if self.facts.directory:  # the smallest data sets may have nothing in it
            self._visit("public: directory entry", f"/annuaire/{self.draw.choice(self.facts.directory)}")

    def help(self) -> None:
        self._visit("public: help", "/aide?q=duplicata+certificat")

    def ready(self) -> None:
        self._visit("health: /pret", "/pret")

    def _visit(self, kind: str, path: str, expected: int = 200) -> None:
        self.as_visitor.address = self._address()
        self.as_visitor.get(kind, path, expected)

    def _new_browser(self) -> Browser:
        return Browser(self.port, self.log, self._address())

    def _address(self) -> str:
        return "10." + ".".join(str(self.draw.randrange(1, 255)) for _ in range(3))

    def _issued(self) -> Entered:
        return self.waiting["issued"][0]

    def _take(self, step: str) -> Entered:
        return self.waiting[step].popleft()

    def _put(self, step: str, one: Entered, *hidden: str, first: bool = False) -> None:
        """Wait for the next step, with what the form of the manager's page hides if that is to be sent there."""
        one.form = self.as_manager.hidden(*hidden) if hidden else {}
        (self.waiting[step].appendleft if first else self.waiting[step].append)(one)
