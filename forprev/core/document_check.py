"""Looks into a document that somebody sent, as a program of its own: what hangs or bursts on it is not the application.

`python -I document_check.py application/pdf < document` prints what is wrong, as a word of `uploads.FAULTS`, or nothing
for a sound document. Anything else (an error, a limit passed, a crash) means that the document cannot be read.
Nearly all the time goes into loading the libraries: each function imports its own, so that none loads the other's.
"""

from __future__ import annotations

import resource
import sys
import warnings
from io import BytesIO
from typing import Any

MEMORY = 1 << 30
"""Bytes that looking may take; a document that unfolds beyond is a bomb."""
SECONDS = 10
MOST_PIXELS = 50_000_000

ACTIVE_KEYS = {"/JS", "/JavaScript", "/XFA"}
ATTACHED_KEYS = {"/EF", "/EmbeddedFiles", "/RichMediaContent"}
ACTIVE_NAMES = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/RichMediaExecute"}
ATTACHED_NAMES = {"/EmbeddedFile", "/FileAttachment", "/GoToE", "/RichMedia"}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    look = of_pdf if sys.argv[1] == "application/pdf" else of_image
    sys.stdout.write(look(sys.stdin.buffer.read()))


def of_pdf(content: bytes) -> str:
    """What is wrong with a PDF: `encrypted`, `active`, `attached`, `unreadable` or nothing."""
    import pikepdf

    try:
        document = pikepdf.open(BytesIO(content))
    except pikepdf.PasswordError:
        return "encrypted"
    with document:
        if document.is_encrypted:
            return "encrypted"
        if not len(document.pages):
            return "unreadable"
        fault = next((fault for found in document.objects if (fault := _of_object(found))), "")
        # What this reader had to mend or give up, another one may read otherwise.
        return fault or ("unreadable" if document.get_warnings() else "")


def _of_object(top: Any) -> str:
    """What an object is for, those that stand inside it included; those it only refers to have their own turn."""
    import pikepdf

    waiting = [top]
    while waiting:
        found = waiting.pop()
        if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            keys = set(found.keys())
            names = {str(found[key]) for key in ("/S", "/Type", "/Subtype") if isinstance(found.get(key), pikepdf.Name)}
            if keys & ACTIVE_KEYS or names & ACTIVE_NAMES:
                return "active"
            if keys & ATTACHED_KEYS or names & ATTACHED_NAMES:
                return "attached"
            inside = [found[key] for key in keys]
        elif isinstance(found, pikepdf.Array):
            inside = list(found)
        else:
            continue
        waiting += [each for each in inside if isinstance(each, pikepdf.Object) and not each.is_indirect]
    return ""


def of_image(content: bytes) -> str:
    """What is wrong with a picture: `too_many_pixels`, or nothing once each of them was read."""
    from PIL import Image

    warnings.simplefilter("ignore")
    with Image.open(BytesIO(content), formats=["JPEG", "PNG"]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            return "too_many_pixels"
        picture.load()
    return ""


if __name__ == "__main__":
    main()
