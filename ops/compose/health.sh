#!/usr/bin/env bash
# Health check of a container whose image has neither curl nor wget: health.sh PORT PATH
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/$1"
printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
read -r status <&3
[[ $status == *" 200"* ]]
