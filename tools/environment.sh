#!/usr/bin/env bash
# Install what a lock names into an environment: environment.sh LOCK ENVIRONMENT
# First the tools that build, by the same lock; then everything, built with them and nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

lock="$1" environment="$2"
say() { printf '%s\n' "$*" >&2; }
pip() { "$environment/bin/python" -m pip --quiet --quiet --disable-pip-version-check --no-input "$@" >&2; }

say "1/3 构建工具 / the tools that build"
build="$(mktemp)"
trap 'rm -f "$build"' EXIT
awk '/^[a-zA-Z]/ { keep = /^(setuptools|wheel|packaging)==/ } keep' "$lock" > "$build"
pip install --require-hashes --only-binary :all: -r "$build"
say "2/3 编译规则引擎 / compiling the rule engine"
tools/engine.sh "$lock" "$environment"
say "3/3 安装依赖，约一至三分钟 / installing the libraries, one to three minutes"
pip install --no-compile --require-hashes --no-build-isolation -r "$lock"
# pip compiles on one core, this on all. What some libraries bring for another version of Python does not compile, and is never imported.
"$environment/bin/python" -m compileall -q -j 0 "$environment/lib" >/dev/null 2>&1 || true
