#!/usr/bin/env bash
# 备份记录，旁附摘要，删去过期的 / back the record up with its digest, and remove what is past its days:
#     backup.sh     设置 / settings: two-high.env (BACKUP_FOLDER, BACKUP_DAYS, TWO_HIGH_DATABASE)
# 密钥文件不在备份中 / the key file is in no backup.
set -euo pipefail
umask 077

two_high="$(cd "$(dirname "$0")/.." && pwd)/bin/two-high"
folder="${BACKUP_FOLDER:?}" days="${BACKUP_DAYS:-90}"
name="record-$(date --utc +%Y%m%dT%H%M%SZ).sqlite"

# A backup that broke off has no name of a backup.
rm -f "$folder"/record-*.part*
"$two_high" backup "$folder/$name.part"
mv "$folder/$name.part" "$folder/$name"
(cd "$folder" && sha256sum "$name" > "$name.sha256")
sync -f "$folder"
printf '%s\n' "$folder/$name"

if [ "$days" -gt 0 ]; then
    find "$folder" -maxdepth 1 -name 'record-*.sqlite' -mtime "+$days" ! -name "$name" -printf '%p\0' |
        while IFS= read -r -d '' old; do
            rm -f "$old" "$old.sha256"
            printf '%s\n' "删去过期备份 / removed, past its days: $old"
        done
fi
