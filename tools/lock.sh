#!/usr/bin/env bash
# Resolve pyproject.toml (with dev) and requirements.in into requirements.txt: every version, every hash, no address.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v uv >/dev/null || { echo "锁定依赖需要 uv（pip install uv） / locking needs uv (pip install uv)" >&2; exit 2; }
uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes --upgrade \
    --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
    pyproject.toml requirements.in --output-file requirements.txt
if grep -nE '://|^-' requirements.txt; then
    echo "requirements.txt 含有地址或选项 / requirements.txt holds an address or an option" >&2
    exit 1
fi
