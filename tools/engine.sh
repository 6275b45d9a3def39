#!/usr/bin/env bash
# Compile durable-rules, as a lock names it, with an environment's Python: engine.sh LOCK ENVIRONMENT [FOLDER]
# It is installed into the environment, or, where a folder is named, its wheel is put there.
# Its own build sets CFLAGS and with it no optimisation, and calls what Python 3.13 no longer has: both go in with the compiler.
# Not from pip's cache: a wheel that was built without is not told apart there.
set -euo pipefail
compiler="$(command -v cc || command -v gcc)"
some="$(mktemp)"
trap 'rm -f "$some"' EXIT
awk '/^[a-zA-Z]/ { keep = /^durable-rules==/ } keep' "$1" > "$some"
pip() {
    CC="$compiler -O2 -DPyEval_CallObject=PyObject_CallObject" "$python" -m pip --quiet --quiet --disable-pip-version-check --no-input \
        "$@" --no-cache-dir --no-deps --require-hashes --no-build-isolation -r "$some" >&2
}
python="$2/bin/python"
if [ $# -gt 2 ]; then
    pip wheel --wheel-dir "$3"
else
    pip install
    "$python" -c 'import durable_rules_engine'
fi
