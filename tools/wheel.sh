#!/usr/bin/env bash
# Build a wheel: wheel.sh FOLDER [PROJECT], PROJECT being `.` (the product) or a project within the checkout, such as clients/python.
# The same sources give the same bytes: times are those of the version's day in CHANGELOG.md, modes and order do not come from the machine.
# Nothing is loaded: setuptools is that of .venv.
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p "$1"
out="$(cd "$1" && pwd)" project="${2:-.}" python="$PWD/.venv/bin/python"
source="$(mktemp -d)"
trap 'rm -rf "$source"' EXIT

day="$(sed -nE 's/^## \[[0-9][^]]*\] - ([0-9]{4}-[0-9]{2}-[0-9]{2})$/\1/p' CHANGELOG.md | sed -n 1p)"
[ -n "$day" ] || { echo "CHANGELOG.md 中没有带日期的版本 / CHANGELOG.md has no version with a day" >&2; exit 2; }
SOURCE_DATE_EPOCH="$(date --utc --date "$day" +%s)"
export SOURCE_DATE_EPOCH

# What an earlier build or run left beside the sources stays out.
parts=(.)
[ "$project" != . ] || parts=(review api rulesets pyproject.toml README.md LICENSE)
umask 022
tar --create --directory "$project" --exclude=__pycache__ --exclude='*.egg-info' --exclude=build --exclude=dist --exclude='.*_cache' "${parts[@]}" |
    tar --extract --directory "$source" --no-same-permissions --no-same-owner
find "$source" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
# What pip would do around this takes longer than this.
(cd "$source" && PYTHONDONTWRITEBYTECODE="" "$python" -c 'import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])' "$out" >/dev/null)
