#!/usr/bin/env bash
# Write the list of parts of a service with every extra (SBOM, CycloneDX JSON): sbom.sh FOLDER
# FOLDER receives two-high-VERSION.cdx.json. It is read from the metadata of .venv, of which it takes what requirements-extras.txt names,
# or another LOCK.
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p "$1"
version="$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)"
day="$(sed -nE 's/^## \[[0-9][^]]*\] - ([0-9]{4}-[0-9]{2}-[0-9]{2})$/\1/p' CHANGELOG.md | sed -n 1p)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

.venv/bin/python -m venv --without-pip "$work/tool"
# Without the grammar that addresses are held against, which takes most of the tool's time: it encodes them itself.
awk '/^[a-zA-Z]/ { keep = !/^(rfc3987-syntax|lark)==/ } keep' tools/sbom.txt > "$work/tool.txt"
.venv/bin/python -m pip --python "$work/tool" --quiet --quiet --disable-pip-version-check --no-input install --no-compile --no-deps --require-hashes --only-binary :all: -r "$work/tool.txt" >&2

# An environment that has the metadata of the parts alone.
.venv/bin/python -m venv --without-pip "$work/parts"
"$work/parts/bin/python" - "$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" "${LOCK:-requirements-extras.txt}" <<'PYTHON'
import re, shutil, sys, sysconfig
from importlib.metadata import distributions
from pathlib import Path

installed, lock = sys.argv[1:]
wanted = set(re.findall(r"^([a-z0-9-]+)==", Path(lock).read_text(encoding="utf-8"), re.MULTILINE))
for each in distributions(path=[installed]):
    if re.sub(r"[-_.]+", "-", each.metadata["Name"]).lower() in wanted:
        shutil.copytree(each._path, Path(sysconfig.get_path("purelib")) / each._path.name)
PYTHON
SOURCE_DATE_EPOCH="$(date --utc --date "$day" +%s)" "$work/tool/bin/cyclonedx-py" environment --output-reproducible --pyproject pyproject.toml \
    --output-file "$1/two-high-$version.cdx.json" "$work/parts/bin/python"
echo "$1/two-high-$version.cdx.json" >&2
