#!/usr/bin/env bash
# 恢复演练：把最新备份恢复到一旁，核验，与现用记录比较 / restore the newest backup beside the record, verify it, compare it with the record:
#     restore-drill.sh [BACKUP]
# 退出码 / exit code: 0 可以恢复且与记录一致 it can be restored and the record goes on from it · 其他 other: 不能，原因见上 it cannot, see above
set -euo pipefail
umask 077

two_high="$(cd "$(dirname "$0")/.." && pwd)/bin/two-high"
folder="${BACKUP_FOLDER:?}"
backup="${1:-$(find "$folder" -maxdepth 1 -name 'record-*.sqlite' | LC_ALL=C sort | tail -n 1)}"
[ -n "$backup" ] || { echo "$folder 中没有备份 / there is no backup in $folder" >&2; exit 2; }
aside="$(mktemp -d)"
trap 'rm -rf "$aside"' EXIT

echo "1/4 摘要 / the digest: $backup"
(cd "$(dirname "$backup")" && sha256sum --check --quiet --strict "$(basename "$backup").sha256")
echo "2/4 恢复到一旁 / restoring it beside the record"
# A copy: the backup of an earlier version is migrated where it lies.
cp "$backup" "$aside/backup.sqlite"
"$two_high" restore "$aside/backup.sqlite" --database "sqlite:///$aside/restored.sqlite"
echo "3/4 核验恢复的记录 / verifying what was restored"
# Checkpoints that were handed out after the backup are beyond it: they are compared with the record in use below.
TWO_HIGH_ANCHOR_FOLDER=none "$two_high" verify --database "sqlite:///$aside/restored.sqlite"
echo "4/4 现用记录是否由它延续 / does the record go on from it"
TWO_HIGH_ANCHOR_FOLDER=none "$two_high" checkpoint --database "sqlite:///$aside/restored.sqlite" --out "$aside/checkpoint.json"
"$two_high" verify --quick --checkpoint "$aside/checkpoint.json"
echo "演练通过 / the drill went well: $backup"
