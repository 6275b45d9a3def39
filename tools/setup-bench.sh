#!/usr/bin/env bash
# Bring .venv-bench to what benchmarks/requirements.txt locks: the peers of `make bench`, apart from the product's own environment.
set -euo pipefail
cd "$(dirname "$0")/.."

lock=benchmarks/requirements.txt
stamp=.venv-bench/.locked
fingerprint() {
    { pwd; cat "$lock" tools/setup-bench.sh tools/environment.sh tools/engine.sh; .venv-bench/bin/python -c 'import sys; print(sys.version)'; } 2>/dev/null | sha256sum | cut -d' ' -f1
}
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ]; then
    exit 0
fi

echo "准备 .venv-bench / preparing .venv-bench" >&2
# The interpreter of the product's environment: both sides are measured on one Python.
.venv/bin/python -m venv --clear .venv-bench
tools/environment.sh "$lock" .venv-bench
fingerprint > "$stamp"
