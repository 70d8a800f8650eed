"""Documents of the tests, made here: sound ones, and those that nobody should send."""

from __future__ import annotations

import struct
import subprocess
import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
import zxingcpp
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from forprev.core.uploads import MEGABYTE

FINER = (2, 3)


def pdf(change: Callable[[Pdf], object] = lambda made: None, *, pages: int = 1, **saving: object) -> bytes:
    """A PDF of empty pages, as `change` leaves it; the same each time, if it is not encrypted."""
    made, written = Pdf.new(), BytesIO()
    for _ in range(pages):
        made.add_blank_page()
    change(made)
    made.save(written, deterministic_id="encryption" not in saving, **saving)  # type: ignore[arg-type]
    return written.getvalue()


def picture(form: str = "JPEG", width: int = 40, height: int = 30, mode: str = "RGB") -> bytes:
    written = BytesIO()
    Image.new(mode, (width, height)).save(written, form)
    return written.getvalue()


def words(content: bytes) -> str:
    """The page's text as a reader copies it, its spaces made single and its soft breaks taken out."""
    text = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    return " ".join(text.replace("\u200b", "").split())


def scanned(pdf: bytes, resolution: int = 150) -> list[str]:
    """The texts of the codes of the first page, seen in grey at so many dots an inch, at the second look if need be.

    A scanner's dot is the mean of what it covers, hence drawn finer first: pdftoppm alone takes the middle of each dot.
    """
    for finer in FINER:
        command = ["pdftoppm", "-r", str(finer * resolution), "-gray", "-png", "-singlefile", "-"]
        drawn = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
        with Image.open(BytesIO(drawn)) as seen:
            if codes := zxingcpp.read_barcodes(seen.reduce(finer)):
                return [code.text for code in codes]
    return []


def _on_opening(action: Dictionary) -> Callable[[Pdf], object]:
    return lambda made: made.Root.__setattr__("OpenAction", action)


def _script_by_page(made: Pdf) -> None:
    """Not at the root, in an array, in a dictionary that stands where it is used."""
    deep = Dictionary(Next=Array([Dictionary(S=Name.JavaScript, JS=String("SCRIPT"))]))
    made.pages[0].obj.AA = Dictionary(O=deep)


def _attached(made: Pdf) -> None:
    made.attachments["programme.exe"] = b"MZ"


def _attached_note(made: Pdf) -> None:
    file = made.make_indirect(Dictionary(Type=Name.Filespec, F=String("a.exe")))
    note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=file)
    made.pages[0].obj.Annots = Array([note])


def _spelt_otherwise(written: bytes) -> bytes:
    """The same script, of which no name stands in the file as readers know it, and everything at its place."""
    known = b"/JS (SCRIPT) /S /JavaScript >>"
    assert known in written
    return written.replace(known, b"/J#53(SCRIPT)/S/J#61vaScript>>".ljust(len(known)))


LAUNCH = Dictionary(S=Name.Launch, F=String("cmd.exe"))
SCRIPT = Dictionary(S=Name.JavaScript, JS=String("SCRIPT"))
COMPACT = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}

HOSTILE_PDF = {
    "JavaScript on opening": (pdf(_on_opening(SCRIPT)), "active"),
    "JavaScript in a compressed object": (pdf(_on_opening(SCRIPT), **COMPACT), "active"),
    "JavaScript spelt otherwise": (_spelt_otherwise(pdf(_on_opening(SCRIPT))), "active"),
    "JavaScript deep in a page": (pdf(_script_by_page), "active"),
    "a program to launch": (pdf(_on_opening(LAUNCH)), "active"),
    "a form to send": (pdf(_on_opening(Dictionary(S=Name.SubmitForm, F=String("https://exemple.test")))), "active"),
    "an embedded file": (pdf(_attached), "attached"),
    "a file on a page": (pdf(_attached_note), "attached"),
    "a password": (pdf(encryption=pikepdf.Encryption(user="secret", owner="secret")), "encrypted"),
    "an owner's password": (pdf(encryption=pikepdf.Encryption(user="", owner="secret")), "encrypted"),
    "no page": (pdf(pages=0), "unreadable"),
    "nothing behind its first line": (b"%PDF-1.7\n" + b"\x00" * 200, "unreadable"),
}
"""By what is wrong with it: the document, and the fault that is to be found."""


def bomb(size: int) -> bytes:
    """A sound PDF of a megabyte or so, of which one object takes `size` bytes as soon as it is read."""
    beginning, chunk = b"9 0 null", bytes(1 << 20)
    deflate = zlib.compressobj(9)
    packed = deflate.compress(beginning) + deflate.flush(zlib.Z_FULL_FLUSH)
    packed += (deflate.compress(chunk) + deflate.flush(zlib.Z_FULL_FLUSH)) * (size // len(chunk))
    high, low = divmod(zlib.adler32(beginning), 1 << 16)
    packed += b"\x03\x00" + ((high + size * low) % 65521 << 16 | low).to_bytes(4, "big")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Names 9 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << >> >>",
        b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (len(packed), packed),
    ]
    written, table = b"%PDF-1.5\n", bytes(7)
    for rank, each in enumerate(objects, 1):
        table += struct.pack(">BIH", 1, len(written), 0)
        written += b"%d 0 obj\n%s\nendobj\n" % (rank, each)
    table += struct.pack(">BIH", 1, len(written), 0) + struct.pack(">BIH", 2, 4, 0)
    keys = b"/Type /XRef /W [1 4 2] /Size 10 /Index [0 6 9 1] /Root 1 0 R /Length %d" % len(table)
    return b"%s5 0 obj\n<< %s >>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % (
        written,
        keys,
        table,
        len(written),
    )


TOO_LARGE = picture() + b"\x00" * (5 * MEGABYTE)
