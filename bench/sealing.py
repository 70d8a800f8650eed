"""What does a sealed certificate take, and what would it take otherwise? See README.md."""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench.service import other_programs

if TYPE_CHECKING:
    from forprev.catalogue.models import TemplateVersion

CHECK_URL = "https://forprev.exemple.fr/verification/{code}"
WARM = 5
"""Rounds before the first one that counts."""


@dataclass(frozen=True)
class Facts:
    """A certificate like any other, of whom the name and the codes differ."""

    rank: int
    scheme_name: str = "SST"
    title: str = "Certificat former des sauveteurs secouristes du travail"
    holder_birth_date: date = date(1980, 2, 29)
    holder_number: str = "AAA01234"
    issued_on: date = date(2026, 3, 2)
    expires_on: date = date(2029, 3, 2)
    organisation_name: str = "MAROSE FORMATION"
    signatory_name: str = "Camille VERDIER"
    signatory_title: str = "Chef du département Formation de l’INRS"
    course_label: str = "Stage initial"

    @property
    def template_version(self) -> TemplateVersion:
        return paper()

    @property
    def number(self) -> str:
        return f"SST-2/2026/{self.rank:06d}"

    @property
    def holder(self) -> str:
        return f"GOUROUX-{'ABCDEFGHIJ'[self.rank % 10]}{'KLMNOPQRST'[self.rank // 10 % 10]} Nicolas"

    @property
    def verification_code(self) -> str:
        return f"{self.rank:026X}"

    @property
    def typed_code(self) -> str:
        return f"{self.rank:012}"


def address_of(facts: Facts) -> str:
    """What the QR code says, the off-line proof included."""
    from forprev.certification.proofs.compact import proof_of

    return f"{CHECK_URL.format(code=facts.verification_code)}#{proof_of(facts)}"


@cache
def paper() -> TemplateVersion:
    """The common template."""
    from forprev.catalogue.models import TemplateVersion

    return TemplateVersion()


Taken = Sequence[tuple[float, float]]


def timed(one: Callable[[int], object], ranks: Iterable[int]) -> Taken:
    """Milliseconds of each, on the clock and of the processor; the first `WARM` do not count."""
    taken = []
    for rank in ranks:
        begun, spent = time.perf_counter(), time.process_time()
        one(rank)
        taken.append(((time.perf_counter() - begun) * 1000, (time.process_time() - spent) * 1000))
    return taken[WARM:]


def row(name: str, taken: Taken, note: str = "") -> None:
    clock, processor = (sorted(each) for each in zip(*taken, strict=True))
    p95 = clock[int(len(clock) * 0.95)]
    figures = (statistics.median(clock), p95, clock[0], statistics.median(processor))
    print(f"| {name} | {' | '.join(f'{each:.1f}' for each in figures)} | {note} |", flush=True)


def ours(rounds: int, many: int) -> None:
    from forprev.certification.documents.archive import zip_of
    from forprev.certification.documents.pdf import render
    from forprev.certification.sealing import seal

    def paper(rank: int) -> bytes:
        facts = Facts(rank)
        return render(facts, check_url=address_of(facts))

    papers = [paper(rank) for rank in range(rounds + WARM)]
    row("the paper alone (Typst, PDF/A-3a, PDF/UA-1)", timed(paper, range(rounds + WARM)), "new names each time")
    row("the seal alone", timed(lambda rank: seal(papers[rank]), range(rounds + WARM)))
    row("**a sealed certificate**", timed(lambda rank: seal(paper(rank)), range(rounds, 2 * rounds + WARM)))

    def archive(rank: int) -> bytes:
        return zip_of((f"{each}.pdf", seal(paper(each))) for each in range(10 * rank, 10 * rank + 10))

    row("**a ZIP of ten**", timed(archive, range(rounds // 5 + WARM)))
    row("pyHanko alone seals the paper", timed(pyhanko(papers), range(rounds + WARM)), "without the newline: no PDF/A")

    for threads in (1, 2):
        begun, spent = time.perf_counter(), time.process_time()
        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(lambda rank: len(seal(paper(rank))), range(10_000, 10_000 + many)):
                pass
        wall, cpu = time.perf_counter() - begun, time.process_time() - spent
        each = f"{cpu / many * 1000:.1f} ms of CPU each"
        print(
            f"| {many} in one process, {threads} thread(s) | | | | | {many / wall:.0f} a second, {each} |", flush=True
        )


def pyhanko(papers: list[bytes]) -> Callable[[int], bytes]:
    """Its own way, with the same key: an update after the end of the file, and a container written each time."""
    from asn1crypto import keys as asn1_keys
    from asn1crypto import x509
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
    )
    from django.conf import settings
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    from forprev.certification.sealing.keys import current

    chain = current().chain
    leaf, *issuers = (x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in chain.certificates)
    key = load_pem_private_key((settings.SEAL_KEYS / f"{chain.name}.key.pem").read_bytes(), None)
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore.from_certs(issuers)
    signer = signers.SimpleSigner(leaf, asn1_keys.PrivateKeyInfo.load(der), store)
    meta = signers.PdfSignatureMetadata(
        field_name="Cachet",
        md_algorithm="sha256",
        certify=True,
        subfilter=fields.SigSeedSubFilter.PADES,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )

    def sealed(rank: int) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(papers[rank]))
        return bytes(signers.PdfSigner(meta, signer).sign_pdf(writer).getbuffer())

    return sealed


def others(rounds: int) -> None:
    """The same words and drawings by other programs, in an environment of their own; drawn, not sealed."""
    from django.conf import settings

    from forprev.certification.documents import ornaments
    from forprev.certification.documents.pdf import _facts

    fonts = settings.NODE_MODULES / "@expo-google-fonts"
    task = {
        "warm": WARM,
        "ornaments": ornaments.svg(paper().colour, paper().accent),
        "serif": str(fonts / "fraunces/600SemiBold/Fraunces_600SemiBold.ttf"),
        "sans": str(fonts / "atkinson-hyperlegible-next/400Regular/AtkinsonHyperlegibleNext_400Regular.ttf"),
        "facts": [_facts(each, address_of(each)) for each in map(Facts, range(rounds + WARM))],
    }
    with other_programs() as python, TemporaryDirectory() as folder:
        path = Path(folder) / "task.json"
        path.write_text(json.dumps(task))
        program = str(Path(__file__).with_name("other_papers.py"))
        for command in ([python, program, str(path)], [sys.executable, program, str(path), "chromium"]):
            done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
            for name, found in json.loads(done.stdout).items():
                row(name, found["taken"], found["note"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--many", type=int, default=1000)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        os.environ |= {"FORPREV_DEBUG": "1", "FORPREV_LOG_LEVEL": "ERROR", "FORPREV_SEAL_KEYS": f"{folder}/keys"}
        os.environ["FORPREV_PROOF_KEYS"] = f"{folder}/proofs"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forprev.config.settings")
        import django

        django.setup()
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
        print("| | p50 ms | p95 ms | least ms | CPU ms | |\n| --- | --- | --- | --- | --- | --- |")
        ours(options.rounds, options.many)
        others(options.rounds)
        print(f"\nload {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
