#!/usr/bin/env bash
# Resolve pyproject.toml and requirements.in into three locks (development; a service; a service with every extra), and the benchmark's
# peers and the maker of the SBOM into locks of their own: every version, every hash, no address. A service gets the versions that the tests ran with.
set -euo pipefail
cd "$(dirname "$0")/.."

uv() { .venv/bin/uv "$@"; }

lock() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
        --no-emit-index-url --no-emit-find-links --no-annotate --no-header "${@:2}" --output-file "$1"
    if grep -nE '://|^-' "$1"; then
        echo "$1 含有地址或选项 / $1 holds an address or an option" >&2
        exit 1
    fi
}

lock requirements.txt --extra dev pyproject.toml requirements.in
lock requirements-run.txt --constraints requirements.txt pyproject.toml requirements.in
lock requirements-extras.txt --constraints requirements.txt --extra all pyproject.toml requirements.in
lock benchmarks/requirements.txt benchmarks/requirements.in
lock tools/sbom.txt tools/sbom.in
