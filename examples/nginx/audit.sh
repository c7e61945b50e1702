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
pids=()

stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT

for number in 8900 4004; do
  if (exec 3<>"/dev/tcp/127.0.0.1/$number") 2>/dev/null; then
    echo "something listens on port $number of 127.0.0.1 already; stop it first" >&2
    exit 2
  fi
done

wait_for() { # address, pid, log: until the address answers, or the process is gone
  for _ in $(seq 1 60); do
    if python3 - "$1" <<'PY'
import sys, urllib.error, urllib.request
try:
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[1], timeout=1)
except urllib.error.HTTPError as answer:
    sys.exit(answer.code in (502, 503, 504))
except OSError:
    sys.exit(1)
PY
    then return 0; fi
    kill -0 "$2" 2>/dev/null || { echo "it ended before it answered; the end of its log:" >&2; tail -n 20 "$3" >&2; exit 3; }
    sleep 0.5
  done
  echo "$1 did not answer within half a minute; the end of its log:" >&2; tail -n 20 "$3" >&2; exit 3
}

# A stream whose events come in one moment looks the same behind a proxy that collects it: so events take their time.
export UPSTREAM_KEY=sk-upstream-0123456789
pixelproof serve --dialect "$dialect" --port 8900 --quiet --key UPSTREAM_KEY --delay 0.1 >"$work/upstream.log" 2>&1 &
pids+=($!)
wait_for http://127.0.0.1:8900/ "${pids[0]}" "$work/upstream.log"
PATH=$PATH:/usr/sbin "$nginx" -p "$work" -c "$here/$config.conf" >"$work/nginx.log" 2>&1 &
pids+=($!)
wait_for http://127.0.0.1:4004/ "${pids[1]}" "$work/nginx.log"

case $dialect in
  orq) path=/v2/router ;;
  *) path=/v1 ;;
esac
status=0
pixelproof run "http://127.0.0.1:4004$path" --dialect "$dialect" --key-env UPSTREAM_KEY --seed 1 --out "$out" "$@" || status=$?
exit "$status"
