#!/usr/bin/env bash
# Audits an nginx that stands in front of the reference gateway; see README.md beside this file.
# Usage: audit.sh CONFIG FOLDER [OPTION ...]   CONFIG is stock or tuned; options go to pixelproof run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
usage="usage: audit.sh stock|tuned FOLDER [OPTION ...], the folder for journal and reports"
config=${1:?$usage}
out=${2:?$usage}
shift 2
dialect=${DIALECT:-openai}
nginx=${NGINX:-nginx}
[ -f "$here/$config.conf" ] || { echo "$usage" >&2; exit 2; }
PATH=$PATH:/usr/sbin command -v "$nginx" >/dev/null || { echo "nginx is not installed; on Debian: apt-get install nginx-light" >&2; exit 2; }
work=$(mktemp -d)
chmod 755 "$work"  # started by root, nginx does its work as another user

. "$here/../servers.sh"
trap 'stop; rm -rf "$work"' EXIT
need_free 8900 4004

# A stream whose events come in one moment looks the same behind a proxy that collects it: so events take their time.
export UPSTREAM_KEY=sk-upstream-0123456789
pixelproof serve --dialect "$dialect" --port 8900 --quiet --key UPSTREAM_KEY --delay 0.1 >"$work/upstream.log" 2>&1 &
pids+=($!)
wait_for http://127.0.0.1:8900/ "${pids[0]}" "$work/upstream.log" 30
PATH=$PATH:/usr/sbin "$nginx" -p "$work" -c "$here/$config.conf" >"$work/nginx.log" 2>&1 &
pids+=($!)
wait_for http://127.0.0.1:4004/ "${pids[1]}" "$work/nginx.log" 30

case $dialect in
  orq) path=/v2/router ;;
  *) path=/v1 ;;
esac
status=0
pixelproof run "http://127.0.0.1:4004$path" --dialect "$dialect" --key-env UPSTREAM_KEY --seed 1 --out "$out" "$@" || status=$?
exit "$status"
