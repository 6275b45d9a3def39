#!/usr/bin/env bash
# Install what a lock names into an environment: environment.sh LOCK ENVIRONMENT
# First the tools that build, by the same lock; then everything, built with them and nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

lock="$1" environment="$2"
say() { printf '%s\n' "$*" >&2; }
pip() { "$environment/bin/python" -m pip --quiet --quiet --disable-pip-version-check --no-input "$@" >&2; }

folder="$(mktemp -d)"
# What compiles in the background does not outlive this: a next run would clear the environment beside it.
trap 'wait; rm -rf "$folder"' EXIT
awk '/^[a-zA-Z]/ { keep = /^(setuptools|wheel|packaging|uv)==/ } keep' "$lock" > "$folder/build.txt"
awk '/^[a-zA-Z]/ { keep = !/^(setuptools|wheel|packaging|uv|durable-rules)==/ } keep' "$lock" > "$folder/libraries.txt"

# uv, where the lock names it, installs in a fifth of the time that pip takes. It asks the index that pip would install from, and none where pip may ask none or has a proxy of its own; what it cannot get there, pip gets by its own settings.
by_uv() {
    local settings section index
    [ -x "$environment/bin/uv" ] || return 1
    settings="$("$environment/bin/python" -m pip config list 2>/dev/null || true)"
    [[ "$settings" != *.no-index=* && "$settings" != *.proxy=* ]] || return 1
    for section in :env: install global; do
        index="$(sed -n "s/^$section\.index-url=\([\"']\)\(.*\)\1\$/\2/p" <<< "$settings")"
        [ -z "$index" ] || break
    done
    [ -z "$index" ] || local -x UV_DEFAULT_INDEX="$index"
    UV_SYSTEM_CERTS=true "$environment/bin/uv" pip install --quiet --no-config --python "$environment/bin/python" "$@" >&2 ||
        { say "uv 未能安装，改由 pip 安装 / uv could not install them: pip does"; return 1; }
}

say "1/2 构建工具 / the tools that build"
pip install --require-hashes --only-binary :all: -r "$folder/build.txt"
say "2/2 编译规则引擎并安装依赖，约一至三分钟 / compiling the rule engine and installing the libraries, one to three minutes"
# The compiler takes one core and what installs another. What a library depends on is in the lock, so nothing is to be resolved.
tools/engine.sh "$lock" "$environment" &
engine=$!
libraries=(--no-deps --require-hashes --no-build-isolation -r "$folder/libraries.txt")
by_uv "${libraries[@]}" || pip install --no-compile "${libraries[@]}"
# pip compiles on one core, this on all. What some libraries bring for another version of Python does not compile, and is never imported; nor are their own tests, and what mypy runs is compiled already.
"$environment/bin/python" -m compileall -q -j 0 -x '/(tests|mypy|mypyc)/' "$environment/lib" >/dev/null 2>&1 || true
wait "$engine"
