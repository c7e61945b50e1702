#!/usr/bin/env bash
# Audits a Portkey AI gateway that stands in front of the reference gateway; see README.md beside this file.
# Usage: audit.sh FOLDER [OPTION ...]   (environment: PORTKEY_PORT, PORTKEY_ENV; options go to pixelproof run)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: audit.sh FOLDER, the folder for journal and reports}
shift
port=${PORTKEY_PORT:-4002}
environment=${PORTKEY_ENV:-${XDG_CACHE_HOME:-$HOME/.cache}/pixelproof-portkey-1.15.2}
for program in node npm; do
  command -v "$program" >/dev/null || { echo "$program is not installed; the gateway needs Node 20 with npm" >&2; exit 2; }
done
work=$(mktemp -d)

. "$here/../servers.sh"
trap 'stop; rm -rf "$work"' EXIT
need_free 8900 "$port"

if [ ! -d "$environment/node_modules/@portkey-ai/gateway" ]; then
  echo "installing the gateway into $environment ..." >&2
  mkdir -p "$environment"
  cp "$here/package.json" "$environment/"
  npm install --prefix "$environment" --no-audit --no-fund --ignore-scripts --loglevel error >&2
fi

export UPSTREAM_KEY=sk-upstream-0123456789
mkdir -p "$out"
pixelproof serve --dialect openai --port 8900 --quiet --key UPSTREAM_KEY --record "$out/upstream.jsonl" >"$work/upstream.log" 2>&1 &
pids+=($!)
wait_for http://127.0.0.1:8900/ "${pids[0]}" "$work/upstream.log" 30
NODE_ENV=production node --require "$here/loopback.cjs" "$environment/node_modules/@portkey-ai/gateway/build/start-server.js" \
  --port="$port" --headless >"$work/portkey.log" 2>&1 &
pids+=($!)
wait_for "http://127.0.0.1:$port/" "${pids[1]}" "$work/portkey.log" 30

status=0
pixelproof run "http://127.0.0.1:$port/v1" --dialect openai --model gpt-image-1 --model dall-e-3 \
  --header "x-portkey-provider: openai" --header "x-portkey-custom-host: http://127.0.0.1:8900/v1" \
  --fetch-host 127.0.0.1:8900 --key-env UPSTREAM_KEY --seed 1 --out "$out" "$@" || status=$?
exit "$status"
