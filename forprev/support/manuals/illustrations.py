"""The pictures that the release brings, made by `make manuals`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from PIL import Image

PACKAGE = Path(__file__).resolve().parents[1]
FOLDER = "static/support/manuals"
SCALE = 1.5
"""Points of a picture for one of the screen that it was taken from."""


@dataclass(frozen=True)
class Illustration:
    name: str
    width: int
    height: int

    @property
    def static_path(self) -> str:
        """As the tag `static` wants it."""
        return f"support/manuals/{self.name}.webp"

    @property
    def package_path(self) -> str:
        """From the folder of this package, which is what the template on paper sees."""
        return f"/{FOLDER}/{self.name}.webp"


@cache
def all_illustrations() -> dict[str, Illustration]:
    """By name; read once: a release does not change while it runs."""
    found = {}
    for file in sorted((PACKAGE / FOLDER).glob("*.webp")):
        with Image.open(file) as picture:
            width, height = picture.size
        found[file.stem] = Illustration(file.stem, round(width / SCALE), round(height / SCALE))
    return found


@cache
def digest() -> str:
    """Of all of them together."""
    files = sorted((PACKAGE / FOLDER).glob("*.webp"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
