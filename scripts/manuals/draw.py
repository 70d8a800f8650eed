"""`make manuals`: draw the pictures of the manuals anew, as `pictures.toml` lists them.

The whole application is started in this process, on demonstration data, with a database, files, keys and a port of its
own, at a moment that is always the same. Each demonstration account signs in as anybody would, and goes by visible
labels to what the table names. Everything that was started ends with the command, whatever happens.

    python scripts/manuals/draw.py [name of a picture...]
"""

from __future__ import annotations

import io
import os
import random
import re
import secrets
import shutil
import socket
import sys
import tempfile
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from PIL import Image, ImageChops
from playwright.sync_api import Error, FloatRect, Locator, Page, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TABLE = HERE / "pictures.toml"
PICTURES = ROOT / "forprev" / "support" / "static" / "support" / "manuals"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--lang=fr-FR",
]
MOMENT = datetime(2026, 11, 30, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
"""A Monday morning: the demonstration is always around the current day, hence the same in every picture."""
WIDTH, HEIGHT, TALL = 1180, 800, 4000
SCALE = 1.5
COLOURS = 128
SEED = 20261130
MARGIN = 16
MARK = "element => { element.style.outline = '4px solid #e8590c'; element.style.outlineOffset = '4px'; }"


def main() -> None:
    """Everything ends with the command, also when it is interrupted."""
    sys.path.insert(0, str(ROOT))
    from forprev.config.processes import until_interrupted

    with until_interrupted():
        draw_all(set(sys.argv[1:]))
        return
    raise SystemExit("Interrupted.")


def draw_all(wanted: set[str]) -> None:
    table = tomllib.loads(TABLE.read_text())["picture"]
    table = [picture for picture in table if not wanted or picture["name"] in wanted]
    PICTURES.mkdir(parents=True, exist_ok=True)
    with time_machine.travel(MOMENT, tick=True), _application() as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        pages: dict[str, Page] = {}
        missed = []
        for picture in table:
            who = picture.get("as", "")
            if who not in pages:
                pages[who] = _sign_in(chromium, address, who)
            try:
                told = _keep(picture["name"], _draw(pages[who], picture))
            except Error as error:
                missed.append(picture["name"])
                told = f"not found on the screen: {error}"
            print(f"{picture['name']}: {told}", flush=True)
        chromium.close()
    if missed:
        raise SystemExit(f"Not drawn: {', '.join(missed)}.")
    if not wanted:
        _remove_others({picture["name"] for picture in table})


@contextmanager
def _application() -> Iterator[str]:
    """The address of the application, which runs in this process until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="forprev-manuals-"))
    port = _free_port()
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "forprev.config.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        "FORPREV_DEMO": "1",
        "FORPREV_LOG_LEVEL": "ERROR",
        "FORPREV_VAR_DIR": str(folder),
        "FORPREV_PUBLIC_URL": "https://forprev.demo.test",
        "FORPREV_SESSION_IDLE_MINUTES": "600",
        "FORPREV_SESSION_IDLE_NETWORK_MINUTES": "600",
    }
    drawn = random.Random(SEED)  # noqa: S311 (numbers of invented people, the same each time)
    secrets.choice, secrets.randbelow = drawn.choice, drawn.randrange
    from forprev.config import embedded_database

    try:
        import django
        from django.core.management import call_command
        from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
        from django.db import connections

        django.setup()
        from forprev.demo import services

        class Quiet(WSGIRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                """Nothing: the pictures tell what was seen."""

        print("Loading the demonstration data…", flush=True)
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        services.load()
        from forprev.config.wsgi import application  # reads what was collected

        server = ThreadedWSGIServer(("127.0.0.1", port), Quiet)
        server.set_app(application)
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.shutdown()
            serving.join()
            server.server_close()
            connections.close_all()
    finally:
        embedded_database.remove(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _sign_in(chromium: Any, address: str, who: str) -> Page:
    """A window of somebody of the demonstration; of a visitor if nobody is named."""
    import pyotp

    from forprev.demo.accounts import PASSWORD, SECOND_FACTOR

    context = chromium.new_context(
        base_url=address,
        locale="fr-FR",
        viewport={"width": WIDTH, "height": HEIGHT},
        device_scale_factor=SCALE,
        reduced_motion="reduce",
    )
    page: Page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto("/")
    if who:
        page.get_by_role("link", name="Se connecter").first.click()
        page.get_by_label("E-mail ou n° Forprev").fill(f"{who}@demo.test")
        page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Se connecter", exact=True).click()
        code = page.get_by_label(re.compile("Code", re.IGNORECASE))
        if "second-facteur" in page.url:
            code.first.fill(pyotp.TOTP(SECOND_FACTOR).now())
            page.get_by_role("main").get_by_role("button").first.click()
    return page


def _draw(page: Page, picture: dict[str, Any]) -> Image.Image:
    """Go where the table says, from home, and take what it says of the screen."""
    whole = picture.get("of") == "page"
    page.set_viewport_size({"width": picture.get("width", WIDTH), "height": HEIGHT if whole else TALL})
    page.goto("/")
    for step in picture["path"]:
        _take(page, step)
    page.evaluate("document.activeElement?.blur()")
    if mark := picture.get("mark"):
        _found(page, mark).evaluate(MARK)
    shown = {"animations": "disabled", "caret": "hide"}
    if whole:
        return _opened(page.screenshot(**shown))
    area = _box(page.get_by_role("main"))
    start = _box(_found(page, picture["from"])) if "from" in picture else area
    end = _box(_found(page, picture["until"])) if "until" in picture else start
    top = max(0, start["y"] - MARGIN)
    height = min(end["y"] + end["height"] + MARGIN - top, picture.get("height", HEIGHT))
    clip = {"x": max(0, area["x"] - MARGIN), "y": top, "width": area["width"] + 2 * MARGIN, "height": height}
    return _opened(page.screenshot(clip=clip, **shown))


def _box(found: Locator) -> FloatRect:
    if (box := found.bounding_box()) is None:
        raise Error(f"{found} is not shown")
    return box


def _take(page: Page, step: str) -> None:
    """`link: …`, `button: …`, `menu: SECTION > …`, `fill: label = …`, `choose: label = …`, `check: …`."""
    kind, _, rest = step.partition(": ")
    match kind:
        case "fill":
            label, _, value = rest.partition(" = ")
            page.get_by_label(label).first.fill(value.replace("\\n", "\n").replace("\\t", "\t"))
        case "choose":
            label, _, value = rest.partition(" = ")
            page.get_by_label(label).first.select_option(value)
        case "check":
            _found(page, f"label: {rest}").check()
        case _:
            _found(page, step).click()
    page.wait_for_load_state("load")
    if page.title().startswith("Confirmez votre identité"):
        _confirm(page)


def _confirm(page: Page) -> None:
    """What is sensitive asks again who it is; the code of the sign-in may not serve twice, the next one does."""
    import pyotp

    from forprev.demo.accounts import PASSWORD, SECOND_FACTOR

    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    code = page.get_by_label("Code à 6 chiffres")
    if code.count():
        code.fill(pyotp.TOTP(SECOND_FACTOR).at(datetime.now(UTC), counter_offset=1))
    page.get_by_role("main").get_by_role("button", name="Confirmer").click()
    page.wait_for_load_state("load")


def _found(page: Page, named: str) -> Locator:
    """What somebody would call so: `menu: …`, `top: …`, `label: …`, `text: …`, `panel: …`, or a role (`link: …`)."""
    kind, _, name = named.partition(": ")
    main = page.get_by_role("main")
    match kind:
        case "menu":
            menu = page.get_by_role("navigation", name="Menu principal")
            section, _, entry = name.partition(" > ")
            if not entry:
                return menu.get_by_role("link", name=section).first
            return menu.get_by_role("list", name=section, exact=True).get_by_role("link", name=entry).first
        case "top":
            return page.get_by_role("banner").get_by_role("link", name=name).first
        case "label":
            return main.get_by_label(name).first
        case "text":
            return main.get_by_text(name).first
        case "panel":
            return main.locator("section, form, article").filter(has=page.get_by_role("heading", name=name)).last
        case _:
            return main.get_by_role(kind, name=name).first  # type: ignore[arg-type]


def _opened(content: bytes) -> Image.Image:
    """In few colours, without the empty ground below."""
    drawn = Image.open(io.BytesIO(content)).convert("RGB")
    ground = Image.new("RGB", drawn.size, drawn.getpixel((0, drawn.height - 1)))
    if filled := ImageChops.difference(drawn, ground).getbbox():
        drawn = drawn.crop((0, 0, drawn.width, min(drawn.height, filled[3] + round(MARGIN * SCALE))))
    return drawn.quantize(COLOURS, dither=Image.Dither.NONE).convert("RGB")


def _keep(name: str, drawn: Image.Image) -> str:
    """Written only if it looks otherwise than the one that is there."""
    file = PICTURES / f"{name}.webp"
    if file.exists() and Image.open(file).convert("RGB").tobytes() == drawn.tobytes():
        return "as before"
    making = file.with_suffix(".making")
    drawn.save(making, "WEBP", lossless=True, method=6)
    making.replace(file)  # at once: whoever reads it meanwhile has the one or the other
    return f"{drawn.width} × {drawn.height}, {file.stat().st_size // 1024} KiB"


def _remove_others(names: set[str]) -> None:
    for file in PICTURES.glob("*.webp"):
        if file.stem not in names:
            file.unlink()
            print(f"{file.stem}: removed")


if __name__ == "__main__":
    main()
