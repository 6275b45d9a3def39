#!/usr/bin/env bash
# 以服务的账户和设置运行一条命令 / run a command with the account and the settings of the service:
#     /opt/two-high/deploy/two-high.sh verify
set -euo pipefail
umask 077

two_high="$(cd "$(dirname "$0")/.." && pwd)/bin/two-high"
set -a
# shellcheck source=two-high.env
. /etc/two-high/two-high.env
set +a
cd /var/lib/two-high
exec setpriv --reuid=two-high --regid=two-high --clear-groups "$two_high" "$@"
