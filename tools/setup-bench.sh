#!/usr/bin/env bash
# Bring .venv-bench to what benchmarks/requirements.txt locks: the peers of `make bench`, apart from the product's own environment.
set -euo pipefail
cd "$(dirname "$0")/.."

lock=benchmarks/requirements.txt
stamp=.venv-bench/.locked
fingerprint() {
    { pwd; cat "$lock" tools/setup-bench.sh tools/engine.sh; .venv-bench/bin/python -c 'import sys; print(sys.version)'; } 2>/dev/null | sha256sum | cut -d' ' -f1
}
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ]; then
    exit 0
fi

echo "准备 .venv-bench / preparing .venv-bench" >&2
# The interpreter of the product's environment: both sides are measured on one Python.
.venv/bin/python -m venv --clear .venv-bench
pip() { .venv-bench/bin/python -m pip --quiet --disable-pip-version-check --no-input "$@" >&2; }
build="$(mktemp)"
trap 'rm -f "$build"' EXIT
awk '/^[a-zA-Z]/ { keep = /^(setuptools|wheel|packaging)==/ } keep' "$lock" > "$build"
pip install --require-hashes --only-binary :all: -r "$build"
tools/engine.sh "$lock" .venv-bench
pip install --require-hashes --no-build-isolation -r "$lock"
fingerprint > "$stamp"
