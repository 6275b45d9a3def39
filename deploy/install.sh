#!/usr/bin/env bash
# 从安装包安装到新的文件夹，不用网络 / install from the unpacked bundle into a new folder, without a network:
#     ./install.sh FOLDER [EXTRAS]
# EXTRAS：pdf、postgres、oidc、timestamps、portfolio，以逗号分隔；all 为全部；默认都不装 / by commas; all; by default none of them
# 环境变量 PYTHON 指定解释器 / the variable PYTHON names the interpreter
# 退出码 / exit code: 0 已安装 installed · 2 不能安装，原因见上 cannot be installed, the line above says why
set -euo pipefail
# The account of the service reads what root installs.
umask 022

say() { printf '%s\n' "$*" >&2; }
stop() { say "$@"; exit 2; }

[ $# -ge 1 ] && [ $# -le 2 ] || stop "用法 / usage: ./install.sh FOLDER [EXTRAS]"
case "$1" in /*) folder="$1" ;; *) folder="$PWD/$1" ;; esac
extras="${2:-}"
cd "$(dirname "$0")"

[ ! -e "$folder" ] || stop "“$folder”已存在：请换一个文件夹（升级也装到新的文件夹） / $folder exists: name a new folder (an upgrade goes into a new one, too)"

sha256sum --check --quiet --strict SHA256SUMS >&2 || stop "安装包不完整或被改动，请重新取得 / the bundle is incomplete or was changed: get it again"

# The interpreters that the bundle has compiled wheels for, such as 3.11.
usable() { "$1" -c 'import ensurepip, sys, venv; sys.exit("%d.%d" % sys.version_info[:2] not in open("pythons").read().split())' 2>/dev/null; }
python=""
for name in ${PYTHON:-} $(sed 's/^/python/' pythons) python3; do
    if command -v "$name" >/dev/null && usable "$name"; then
        python="$(command -v "$name")"
        break
    fi
done
[ -n "$python" ] || stop "需要带 venv 的 Python $(tr '\n' ' ' < pythons)，请先安装，或用 PYTHON 指定 / a Python with venv is needed, one of these: install it, or name it by PYTHON"

case ",$extras," in
    *,pdf,* | *,all,*)
        if ! PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | grep -F libpangoft2-1.0.so.0 >/dev/null || [ -z "$(fc-list :lang=zh-cn family 2>/dev/null)" ]; then
            say "打印 PDF 还需系统的 Pango 和中文字体 / for papers as PDF the system has yet to have Pango and a Chinese font:"
            sed 's/^/    /' system-packages.txt >&2
        fi
        ;;
esac

wanted="two-high-review${extras:+[$extras]}"
say "安装到 / installing into $folder ($("$python" --version))"
# What breaks off leaves no folder behind that the next run would take for an installation.
trap 'rm -rf "$folder"' EXIT
"$python" -m venv "$folder"
# Only what the bundle has, whatever the machine's own configuration of pip says.
PIP_CONFIG_FILE=/dev/null PIP_NO_INDEX=1 PIP_FIND_LINKS="$PWD/wheels" "$folder/bin/python" -m pip --quiet --quiet --disable-pip-version-check --no-input install --no-cache-dir "$wanted" >&2
"$folder/bin/python" -m pip --disable-pip-version-check --quiet --quiet check >&2
cp -R deploy "$folder/deploy"
# The engine is loaded and every rule compiled.
"$folder/bin/two-high" rules lint >&2
"$folder/bin/two-high" --version
trap - EXIT
