"""Paper: PDFs that Typst sets, from a template of a package and data that are only ever data."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import typst
from django.conf import settings

FONTS = ("@expo-google-fonts/fraunces", "@expo-google-fonts/atkinson-hyperlegible-next")
_UNPRINTABLE = re.compile(
    "[^\u0020-\u0331\u0370-\u0484\u0487-\u04ff\u0621-\u063a\u0641-\u064a\u1e00-\u2040\u20a0-\u20bf\u2116\u2122\ufb00-\ufb06]"
)
"""What neither the fonts nor those inside Typst draw: other scripts than Latin, Greek, Cyrillic and Arabic; emoji."""
_idle: defaultdict[Path, list[typst.Compiler]] = defaultdict(list)
"""By template: a compiler serves one thread at a time, and others go on while it works."""


def compile_pdf(template: Path, inputs: Mapping[str, str], *, root: Path | None = None) -> bytes:
    """PDF/A-3a and PDF/UA-1; the same inputs give the same bytes. The template sees its folder, or `root`, alone."""
    with _lent(template, root) as compiler:
        content = compiler.compile(format="pdf", sys_inputs=dict(inputs), pdf_standards=["a-3a", "ua-1"])
    return cast(bytes, content)


def draw_png(template: Path, inputs: Mapping[str, str], dots_an_inch: float = 100) -> bytes:
    """The one page of a template as a picture, for the preview of what is printed."""
    with _lent(template) as compiler:
        content = compiler.compile(format="png", sys_inputs=dict(inputs), ppi=dots_an_inch)
    return cast(bytes, content)


@contextmanager
def _lent(template: Path, root: Path | None = None) -> Iterator[typst.Compiler]:
    try:
        compiler = _idle[template].pop()
    except IndexError:
        compiler = _compiler(template, root or template.parent)
    try:
        yield compiler
    finally:
        _idle[template].append(compiler)


def printable(text: str) -> str:
    """The text with a box in the place of what no font draws: one such character would fail the whole paper."""
    return _UNPRINTABLE.sub("□", text)


def _compiler(template: Path, root: Path) -> typst.Compiler:
    """Reads template and fonts: some 10 ms."""
    fonts = [settings.NODE_MODULES / package for package in FONTS]
    return typst.Compiler(template, root=root, font_paths=fonts, ignore_system_fonts=True)
