"""What independent programs say of a sealed file."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding


@dataclass(frozen=True)
class Report:
    """What poppler's `pdfsig` says of each signature, all of them together."""

    text: str

    @property
    def valid(self) -> bool:
        return "Signature is Valid." in self.text and "Total document signed" in self.text

    @property
    def trusted(self) -> bool:
        return "Certificate is Trusted." in self.text


class Reader:
    """Somebody with a store of trusted roots."""

    def __init__(self, folder: Path) -> None:
        self._store = f"sql:{folder}"
        self._file = folder / "read.pdf"
        folder.mkdir()
        _run("certutil", "-N", "-d", self._store, "--empty-password")

    def trust(self, chain: bytes) -> None:
        """The last certificate of a chain (PEM)."""
        root = x509.load_pem_x509_certificates(chain)[-1].public_bytes(Encoding.PEM)
        name = f"root {len(list(self._file.parent.iterdir()))}"
        command = ["certutil", "-A", "-d", self._store, "-n", name, "-t", "CT,C,C"]
        subprocess.run([*command, "-a"], input=root, check=True)

    def report(self, pdf: bytes) -> Report:
        self._file.write_bytes(pdf)
        command = ["pdfsig", "-nssdir", self._store, str(self._file)]
        done = subprocess.run(command, capture_output=True, check=False)
        return Report(done.stdout.decode(errors="replace"))


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def syntax_faults(pdf: bytes, folder: Path) -> str:
    """What `qpdf --check` finds wrong; nothing for a sound file."""
    path = folder / "checked.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def structure(pdf: bytes, folder: Path) -> str:
    """The tags and the text in them, as `pdfinfo` reads them; without boxes, which it lists in the file's order."""
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    command = ["pdfinfo", "-struct-text", str(path)]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return "\n".join(line for line in listed.splitlines() if "/BBox" not in line)
