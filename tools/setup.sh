#!/usr/bin/env bash
# Bring .venv to what requirements.txt locks. Quick when nothing has changed since the last time.
# `setup.sh tests` also sees to what the tests use of the system: curl, OpenSSL, a Chromium, nginx and systemd's tools.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

# A Python that the engine was tried on, that can make an environment and has its headers (durable-rules is compiled from C).
usable() {
    "$1" - <<'PYTHON' >/dev/null 2>&1
import ensurepip, os, sys, sysconfig, venv
headers = os.path.join(sysconfig.get_paths()["include"], "Python.h")
sys.exit(not ((3, 11) <= sys.version_info < (3, 14) and os.path.exists(headers)))
PYTHON
}

# A distribution compiles its Python with a profile; the product takes a tenth less time on it than on one of that version compiled without.
find_python() {
    local name
    for name in ${PYTHON:-} {/usr/bin/,}python3.13 {/usr/bin/,}python3.12 {/usr/bin/,}python3.11 python3; do
        if command -v "$name" >/dev/null && usable "$name"; then
            command -v "$name"
            return
        fi
    done
    return 1
}

have_compiler() { command -v cc >/dev/null || command -v gcc >/dev/null; }

# Printed papers: Pango lays the text out, and a font must hold Chinese.
# Read whole before it is searched: a reader that stops early would break the pipe, which counts as a failure here.
have_library() { [[ "$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null)" == *"$1"* ]]; }
can_print() { have_library libpangoft2-1.0.so.0 && have_library libharfbuzz-subset.so.0 && [ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ]; }

# curl: the session of docs/how-to/connect-a-system.md runs as it stands there. OpenSSL: a time stamp authority. Chromium: the pages are tried in it.
# nginx, systemd: deploy/ is tried with them. newuidmap: where this is another account than root, it may have the accounts of a site.
TOOLS="curl openssl nginx systemd-analyze systemd-sysusers"
[ "$(id -u)" -eq 0 ] || TOOLS="$TOOLS newuidmap"
# Without a window it takes less than half of the time, so where there is a choice that one is installed.
BROWSERS="chromium-headless-shell chromium chromium-browser google-chrome"
# shellcheck disable=SC2086  # a list of names
have_browser() { [ -n "${CHROMIUM:-}" ] || command -v $BROWSERS >/dev/null; }
can_test() {
    local each
    [ "${1:-}" = tests ] || return 0
    have_browser || return 1
    for each in $TOOLS; do PATH="$PATH:/sbin:/usr/sbin" command -v "$each" >/dev/null || return 1; done
}

complete() { find_python >/dev/null && have_compiler && can_print && can_test "$mode"; }

MISSING_ZH="缺少 Python 3.11 至 3.13（含 venv 和头文件）、C 编译器、Pango、中文字体，或测试所用的 curl、OpenSSL、Chromium、nginx、systemd"
MISSING_EN="Python 3.11 to 3.13 with venv and headers, a C compiler, Pango, a Chinese font, or (for the tests) curl, OpenSSL, Chromium, nginx or systemd"

# A distribution's python3 can be older or newer than what was tried while another stands beside it: ask for that one's packages by name.
packages() {
    local minor python="python3 python3-venv python3-dev"
    for minor in 13 12 11; do
        if apt-cache show "python3.$minor-venv" >/dev/null 2>&1; then
            python="python3.$minor python3.$minor-venv python3.$minor-dev"
            break
        fi
    done
    echo "$python gcc libc6-dev fontconfig fonts-noto-cjk libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    [ "$mode" = tests ] || return 0
    echo "curl openssl nginx-light systemd uidmap"
    have_browser || if apt-cache show chromium-headless-shell >/dev/null 2>&1; then echo chromium-headless-shell; else echo chromium; fi
}

provide() {
    if ! command -v apt-get >/dev/null; then
        say "$MISSING_ZH，请先安装，例如："
        say "$MISSING_EN is missing; install them, for example:"
        say "    sudo dnf install python3.12 python3.12-devel gcc pango harfbuzz google-noto-sans-cjk-fonts curl openssl chromium nginx systemd shadow-utils"
        exit 2
    fi
    if [ "$(id -u)" -ne 0 ]; then
        say "$MISSING_ZH，请运行 / something is missing, please run:"
        say "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $(packages | tr '\n' ' ')"
        exit 2
    fi
    say "安装系统软件包 / installing packages of the system"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >&2
    # shellcheck disable=SC2046  # a list of packages
    apt-get install -y -qq --no-install-recommends $(packages) >&2
    complete || { say "仍$MISSING_ZH / still missing: $MISSING_EN"; exit 2; }
}

fingerprint() {
    # The place is part of it: an environment that was moved does not work. So is the interpreter behind it.
    { pwd; cat requirements.txt pyproject.toml clients/python/pyproject.toml tools/setup.sh tools/environment.sh tools/engine.sh; .venv/bin/python -c 'import sys; print(sys.version)'; } 2>/dev/null | sha256sum | cut -d' ' -f1
}

stamp=.venv/.locked
mode="${1:-}"
complete || provide
if [ -x .venv/bin/two-high ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ]; then
    exit 0
fi

python="$(find_python)"
say "准备 .venv / preparing .venv ($("$python" --version))"
# What breaks off below is begun anew the next time.
rm -f "$stamp"
"$python" -m venv --clear .venv

tools/environment.sh requirements.txt .venv
# The plain kind of editable install: the other one cannot find the files of `rulesets`, which has data and no code. The client is a distribution of its own.
uv() { .venv/bin/uv pip "$@" --quiet --offline --no-config --python .venv/bin/python >&2; }
uv install --no-deps --no-build-isolation --config-settings editable_mode=compat --editable . --editable clients/python
uv check
# The product is compiled for all the processes that start at once.
.venv/bin/python -m compileall -q review api
fingerprint > "$stamp"
