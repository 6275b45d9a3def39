#!/usr/bin/env bash
# Make one archive for a site without internet: bundle.sh [FOLDER] [PYTHON…]
# FOLDER (dist by default) receives two-high-VERSION-SYSTEM.tar.gz, for the Pythons that are named, by default the one of .venv.
# LOCK=requirements-run.txt leaves the extras out: a fifth of the size, without PDF, PostgreSQL, single sign-on, time stamps and portfolios.
# Make it on a system no newer than the oldest that it is for: wheels are chosen, and durable-rules is compiled, for the libraries here.
set -euo pipefail
cd "$(dirname "$0")/.."

lock="${LOCK:-requirements-extras.txt}"
out="${1:-dist}"
shift || true
[ $# -gt 0 ] || set -- .venv/bin/python
mkdir -p "$out"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
say() { printf '%s\n' "$*" >&2; }

version="$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)"
name="two-high-$version-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)"
bundle="$work/$name"
mkdir -p "$bundle/wheels" "$bundle/samples"

say "产品 / the product"
tools/wheel.sh "$bundle/wheels"
[ ! -d clients/python ] || tools/wheel.sh "$bundle/wheels" clients/python

# What is built from source, and what only building needs, apart from what is taken as it was published.
awk '/^[a-zA-Z]/ { keep = !/^(durable-rules|setuptools|wheel)==/ } keep' "$lock" > "$work/published.txt"
awk '/^[a-zA-Z]/ { keep = /^(setuptools|wheel|packaging)==/ } keep' "$lock" > "$work/build.txt"
for python in "$@"; do
    minor="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
    say "Python $minor"
    printf '%s\n' "$minor" >> "$bundle/pythons"
    environment=.venv
    pip() { "$environment/bin/python" -m pip --quiet --quiet --disable-pip-version-check --no-input "$@" >&2; }
    # .venv has what builds, in the versions of every lock.
    if [ "$python" != .venv/bin/python ]; then
        environment="$work/$minor"
        "$python" -m venv "$environment"
        pip install --require-hashes --only-binary :all: -r "$work/build.txt"
    fi
    pip download --require-hashes --only-binary :all: --no-deps --dest "$bundle/wheels" -r "$work/published.txt"
    tools/engine.sh "$lock" "$environment" "$bundle/wheels"
done

cp -R deploy "$bundle/deploy"
mv "$bundle/deploy/install.sh" "$bundle/deploy/system-packages.txt" "$bundle"
cp LICENSE CHANGELOG.md docs/reference/licences.md "$lock" "$bundle"
tools/sbom.sh "$bundle"
cp fixtures/sheets/*.json "$bundle/samples"
find "$bundle" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
find "$bundle" -name '*.sh' -exec chmod 755 {} +
(cd "$bundle" && find . -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum > SHA256SUMS)
tar --create --gzip --directory "$work" --owner=0 --group=0 --numeric-owner --sort=name --file "$out/$name.tar.gz" "$name"
(cd "$out" && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256")
say "$out/$name.tar.gz"
