#!/usr/bin/env bash
# Bring .venv to what requirements.txt locks. Quick when nothing has changed since the last time.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

# Python ≥ 3.11 that can make an environment and has its headers (durable-rules is compiled from C).
usable() {
    "$1" - <<'PYTHON' >/dev/null 2>&1
import ensurepip, os, sys, sysconfig, venv
headers = os.path.join(sysconfig.get_paths()["include"], "Python.h")
sys.exit(not (sys.version_info >= (3, 11) and os.path.exists(headers)))
PYTHON
}

find_python() {
    local name
    for name in ${PYTHON:-} python3.14 python3.13 python3.12 python3.11 python3; do
        if command -v "$name" >/dev/null && usable "$name"; then
            command -v "$name"
            return
        fi
    done
    return 1
}

have_compiler() { command -v cc >/dev/null || command -v gcc >/dev/null; }

# curl is for the tests: the README's session runs as it stands there.
complete() { find_python >/dev/null && have_compiler && command -v curl >/dev/null; }

PACKAGES="python3 python3-venv python3-dev gcc libc6-dev curl"

# Debian's python3 can be older than 3.11 while a newer one stands beside it: ask for that one's packages by name.
newest_packages() {
    local minor
    for minor in 14 13 12 11; do
        if apt-cache show "python3.$minor-venv" >/dev/null 2>&1; then
            echo "python3.$minor python3.$minor-venv python3.$minor-dev gcc libc6-dev curl"
            return
        fi
    done
    echo "$PACKAGES"
}

provide() {
    if ! command -v apt-get >/dev/null; then
        say "缺少 Python ≥ 3.11（含 venv 和头文件）、C 编译器或 curl，请先安装，例如："
        say "Python 3.11 or later with venv and headers, a C compiler, or curl is missing; install them, for example:"
        say "    sudo dnf install python3.12 python3.12-devel gcc curl"
        exit 2
    fi
    if [ "$(id -u)" -ne 0 ]; then
        say "缺少 Python ≥ 3.11（含 venv 和头文件）、C 编译器或 curl，请运行 / something is missing, please run:"
        say "    sudo apt-get update && sudo apt-get install -y $(newest_packages)"
        exit 2
    fi
    say "安装 Python 头文件、C 编译器、curl / installing Python headers, a C compiler, curl"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >&2
    # shellcheck disable=SC2046  # a list of packages
    apt-get install -y -qq --no-install-recommends $(newest_packages) >&2
    complete || { say "仍缺少 Python ≥ 3.11、C 编译器或 curl / Python 3.11 or later, a C compiler, or curl is still missing"; exit 2; }
}

fingerprint() {
    # The place is part of it: an environment that was moved does not work. So is the interpreter behind it.
    { pwd; cat requirements.txt pyproject.toml tools/setup.sh; .venv/bin/python -c 'import sys; print(sys.version)'; } 2>/dev/null | sha256sum | cut -d' ' -f1
}

stamp=.venv/.locked
if [ -x .venv/bin/two-high ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ]; then
    exit 0
fi

complete || provide
python="$(find_python)"
say "准备 .venv / preparing .venv ($("$python" --version))"
"$python" -m venv --clear .venv

pip() { .venv/bin/python -m pip --quiet --disable-pip-version-check --no-input "$@" >&2; }

# First the tools that build, by the same lock; then everything, built with them and nothing else.
build="$(mktemp)"
trap 'rm -f "$build"' EXIT
awk '/^[a-zA-Z]/ { keep = /^(setuptools|wheel|packaging)==/ } keep' requirements.txt > "$build"
pip install --require-hashes --only-binary :all: -r "$build"
pip install --require-hashes --no-build-isolation -r requirements.txt
# The plain kind of editable install: the other one cannot find the files of `rulesets`, which has data and no code.
pip install --no-deps --no-build-isolation --config-settings editable_mode=compat --editable .
.venv/bin/python -m pip --disable-pip-version-check check >&2
fingerprint > "$stamp"
