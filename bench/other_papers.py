"""The certificate as other programs draw it, timed: run by `bench.sealing`, in the environment that has them.

Words, fonts, drawings and code are the same; tags and archive conformity are what each program gives.
"""

from __future__ import annotations

import io
import json
import re
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

Facts = dict[str, str]
CHROMIUM = "/usr/bin/chromium"
MM = 72 / 25.4
CODE = 37
"""Millimetres of the QR code."""


def timed(task: dict[str, Any], draw: Callable[[Facts], bytes]) -> list[tuple[float, float]]:
    """Milliseconds of each, on the clock and of this process's processor, once warm."""
    taken = []
    for facts in task["facts"]:
        begun, spent = time.perf_counter(), time.process_time()
        content = draw(facts)
        taken.append(((time.perf_counter() - begun) * 1000, (time.process_time() - spent) * 1000))
        if not content.startswith(b"%PDF-"):
            raise ValueError("This is no PDF.")
    return taken[task["warm"] :]


def lines(facts: Facts) -> list[tuple[str, float, float, float, str]]:
    """Font, size in points, millimetres from the left (of the middle) and from the top, words."""
    return [
        ("serif", 20, 148.5, 42, facts["scheme"]),
        ("serif", 23, 148.5, 78, facts["title"]),
        ("sans", 11, 148.5, 92, "délivré à"),
        ("serif", 34, 148.5, 106, facts["holder"]),
        ("sans", 12, 148.5, 120, f"Né(e) le : {facts['birth_date']}    N° Forprev : {facts['holder_number']}"),
        ("sans", 14, 148.5, 130, f"Délivré le : {facts['issued_on']}    Fin de validité : {facts['expires_on']}"),
        ("sans", 11, 62, 150, facts["signatory_name"]),
        ("sans", 10, 62, 156, facts["signatory_title"]),
        ("sans", 8.5, 62, 180, facts["course"]),
        ("sans", 8.5, 62, 185, f"Certificat n° {facts['number']}"),
        ("sans", 11.5, 148.5, 150, "Partenaire habilité par l’INRS"),
        ("sans", 8.5, 148.5, 155, "(Cachet et signature)"),
        ("sans", 12, 148.5, 164, facts["organisation"]),
        ("sans", 8.5, 240, 178, "Vérifiez ce certificat"),
        ("sans", 8.5, 240, 182, facts["check_place"]),
        ("sans", 7, 240, 186, facts["code"]),
    ]


def page(task: dict[str, Any], facts: Facts) -> str:
    """HTML of the same, for the two that read it."""
    placed = "".join(
        f'<{"h1" if size == 23 else "p"} style="font:{size}pt {font};left:{left - 80}mm;top:{top - size / MM}mm">'
        f"{escape(words)}</{'h1' if size == 23 else 'p'}>"
        for font, size, left, top, words in lines(facts)
    )
    code = b64encode(bytes(facts["qr"])).decode()
    return f"""<!DOCTYPE html><html lang="fr"><head><title>{escape(facts["title"])}</title><style>
@page {{ size: 297mm 210mm; margin: 0 }} body {{ margin: 0 }}
@font-face {{ font-family: serif2; src: url("file://{task["serif"]}") }}
@font-face {{ font-family: sans2; src: url("file://{task["sans"]}") }}
p, h1 {{ position: absolute; width: 160mm; margin: 0; text-align: center; white-space: pre }}
.whole, .code {{ position: absolute; left: 0; top: 0 }} .code {{ left: 226mm; top: 145mm }}
.whole svg {{ width: 297mm; height: 210mm }} .code {{ width: {CODE}mm; height: {CODE}mm; image-rendering: pixelated }}
</style></head><body><div class="whole">{task["ornaments"]}</div>
<img class="code" alt="QR code" src="data:image/png;base64,{code}">{placed}</body></html>""".replace(
        "pt serif", "pt serif2"
    ).replace("pt sans", "pt sans2")


def reportlab(task: dict[str, Any]) -> dict[str, Any]:
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    registerFont(TTFont("serif", task["serif"]))
    registerFont(TTFont("sans", task["sans"]))
    ornaments = [(each.tag.partition("}")[2], each.attrib) for each in ElementTree.fromstring(task["ornaments"])]  # noqa: S314
    steps = [
        [
            tuple(float(n) * MM for n in re.findall(r"[-\d.]+", part))
            for part in re.findall(r"[MC][^MC]*", each.get("d", ""))
        ]
        for _, each in ornaments
    ]

    def draw(facts: Facts) -> bytes:
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=(297 * MM, 210 * MM))
        canvas.setTitle(facts["title"])
        canvas.saveState()
        canvas.transform(1, 0, 0, -1, 0, 210 * MM)
        for (tag, attributes), parts in zip(ornaments, steps, strict=True):
            fill, stroke = attributes.get("fill", "none"), attributes.get("stroke", "none")
            if fill != "none":
                canvas.setFillColor(fill)
            if stroke != "none":
                canvas.setStrokeColor(stroke)
                canvas.setLineWidth(float(attributes["stroke-width"]) * MM)
            how = {"fill": int(fill != "none"), "stroke": int(stroke != "none")}
            if tag == "circle":
                canvas.circle(*(float(attributes[name]) * MM for name in ("cx", "cy", "r")), **how)
            elif tag == "rect":
                canvas.rect(*(float(attributes[name]) * MM for name in ("x", "y", "width", "height")), **how)
            else:
                path = canvas.beginPath()
                path.moveTo(*parts[0])
                for part in parts[1:]:
                    path.curveTo(*part)
                canvas.drawPath(path, **how)
        canvas.restoreState()
        code = ImageReader(io.BytesIO(bytes(facts["qr"])))
        canvas.drawImage(code, 226 * MM, (210 - 145 - CODE) * MM, CODE * MM, CODE * MM)
        for font, size, left, top, words in lines(facts):
            canvas.setFont(font, size)
            canvas.drawCentredString(left * MM, (210 - top) * MM, words)
        canvas.save()
        return out.getvalue()

    return {"taken": timed(task, draw), "note": "no tags, no PDF/A"}


def weasyprint(task: dict[str, Any]) -> dict[str, Any]:
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    configuration = FontConfiguration()

    def draw(facts: Facts) -> bytes:
        document = HTML(string=page(task, facts), base_url="file:///")
        return bytes(document.write_pdf(font_config=configuration, pdf_variant="pdf/a-3a"))

    return {"taken": timed(task | {"facts": task["facts"][:35]}, draw), "note": "tagged, PDF/A-3a asked for; 30 rounds"}


def chromium(task: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Started once for all, then once for each."""
    from playwright.sync_api import sync_playwright

    folder = Path(sys.argv[1]).parent

    def write(facts: Facts) -> Path:
        path = folder / "page.html"
        path.write_text(page(task, facts))
        return path

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page()

        def warm(facts: Facts) -> bytes:
            tab.goto(f"file://{write(facts)}")
            return tab.pdf(prefer_css_page_size=True, print_background=True, tagged=True)

        started = timed(task | {"facts": task["facts"][:105]}, warm)

        def cold(facts: Facts) -> bytes:
            path = write(facts)
            anew = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            tab = anew.new_page()
            tab.goto(f"file://{path}")
            content = tab.pdf(prefer_css_page_size=True, print_background=True, tagged=True)
            anew.close()
            return content

        anew = timed(task | {"facts": task["facts"][:15]}, cold)
        browser.close()
    return {
        "Chromium, kept open, draws": {
            "taken": started,
            "note": "tagged, no PDF/A; 100 rounds; CPU without its own processes",
        },
        "Chromium, started each time, draws": {"taken": anew, "note": "the same; 10 rounds"},
    }


def main() -> None:
    task = json.loads(Path(sys.argv[1]).read_text())
    if sys.argv[2:] == ["chromium"]:
        found = chromium(task)
    else:
        found = {"ReportLab draws": reportlab(task), "WeasyPrint draws": weasyprint(task)}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
