"""Putting the seal on a PDF: a field, what it holds and room for the signature, in the file's one revision.

pikepdf writes the file anew around what Typst made, then the signature is put into the room. So there is no update
after the end of a file that is already complete, which PDF/A would want to begin with a line of its own.
"""

from __future__ import annotations

import hashlib
import io
import secrets
from datetime import UTC, datetime

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from forprev.certification.sealing import cms, stamping
from forprev.certification.sealing.keys import current

FIELD = "Cachet"
OUTSIDE = -9999
"""Where the field stands: it shows nothing, and what is outside the page is not tagged (PDF/UA-1, 7.18.1)."""
PRINT, LOCKED = 4, 128
"""PDF/A asks for the first one of every annotation, and forbids to hide any."""
SIGNATURES_EXIST, APPEND_ONLY = 1, 2
NO_CHANGES = 1
DIGITS = 10
"""Of a place in the file, as long as it is not known."""


def seal(pdf: bytes) -> bytes:
    """The same PDF with a seal of this moment. SealError if no key signs, pikepdf.PdfError if this is no PDF.

    Baseline B; with a time-stamp authority that answers, T, and LT where revocation lists are given.
    """
    key = current()
    authority = stamping.authority()
    room = cms.size(key.chain) + (stamping.ROOM if authority else 0)
    blanks = [secrets.randbelow(9 * 10 ** (DIGITS - 1)) + 10 ** (DIGITS - 1) for _ in range(3)]
    content = bytearray(_with_room(pdf, room, blanks, authority.proofs(key.chain) if authority else None))

    span = " ".join(map(str, blanks)).encode()
    start = content.index(span)
    before = content.index(b"<", start)
    after = before + 2 * room + 2
    content[start : start + len(span)] = f"{before} {after} {len(content) - after}".encode().ljust(len(span))

    whole = memoryview(content)
    hashed = hashlib.sha256(whole[:before])
    hashed.update(whole[after:])
    digest = hashed.digest()
    signature = cms.sign(key, digest)
    container = authority and authority.stamped(key.chain, digest, signature)
    written = (container or cms.container(key.chain, digest, signature)).hex().encode()
    content[before + 1 : before + 1 + len(written)] = written
    return bytes(content)


def _with_room(pdf: bytes, room: int, blanks: list[int], proofs: stamping.Proofs | None) -> bytes:
    """The PDF with a field whose seal is `room` zeros, and covers the file from 0 to and from the `blanks`."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page, root = document.pages[0], document.Root
        made = document.make_indirect(_seal(room, blanks))
        field = document.make_indirect(_field(made, page))
        page.obj.Annots = Array([*page.obj.get(Name.Annots, []), field])
        page.obj.Tabs = Name.S
        root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=SIGNATURES_EXIST | APPEND_ONLY)
        root.Perms = Dictionary(DocMDP=made)
        if proofs:
            root.DSS = Dictionary(
                Certs=Array([document.make_stream(each) for each in proofs.certificates]),
                CRLs=Array([document.make_stream(each) for each in proofs.revocations]),
            )
        document.save(out, fix_metadata_version=False)
    return out.getvalue()


def _seal(room: int, blanks: list[int]) -> Dictionary:
    """ETSI EN 319 142-1, 6.3; the moment stands here, and not in the signature."""
    allowed = Dictionary(Type=Name.TransformParams, V=Name("/1.2"), P=NO_CHANGES)
    return Dictionary(
        Type=Name.Sig,
        Filter=Name("/Adobe.PPKLite"),
        SubFilter=Name("/ETSI.CAdES.detached"),
        ByteRange=Array([0, *blanks]),
        Contents=String(bytes(room)),
        M=String(f"D:{datetime.now(UTC):%Y%m%d%H%M%S}+00'00'"),
        Name=String("Forprev"),
        Reference=Array([Dictionary(Type=Name.SigRef, TransformMethod=Name.DocMDP, TransformParams=allowed)]),
    )


def _field(made: pikepdf.Object, page: pikepdf.Page) -> Dictionary:
    return Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Sig,
        T=String(FIELD),
        TU=String("Cachet électronique de Forprev"),
        F=PRINT | LOCKED,
        Rect=Array([OUTSIDE] * 4),
        P=page.obj,
        V=made,
    )
