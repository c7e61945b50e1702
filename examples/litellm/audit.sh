#!/usr/bin/env bash
# Audits a LiteLLM proxy that stands in front of the reference gateway; see README.md beside this file.
# Usage: audit.sh FOLDER   (environment: LITELLM_VERSION, LITELLM_PORT, LITELLM_PYTHON)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: audit.sh FOLDER, the folder for journal and reports}
version=${LITELLM_VERSION:-1.106.2}
port=${LITELLM_PORT:-4001}
python=${LITELLM_PYTHON:-python3.12}
environment=${LITELLM_ENV:-${XDG_CACHE_HOME:-$HOME/.cache}/pixelproof-litellm-$version}
logs=$(mktemp -d)

. "$here/../servers.sh"
trap stop EXIT
need_free 8900 "$port"

if [ ! -x "$environment/bin/litellm" ]; then
  echo "installing LiteLLM $version into $environment (about two minutes) ..." >&2
  "$python" -m venv "$environment"
  "$environment/bin/pip" install --quiet "litellm[proxy]==$version" prisma
fi

mkdir -p "$out"
pixelproof serve --dialect openai --port 8900 --quiet --record "$out/upstream.jsonl" >"$logs/upstream.log" 2>&1 &
pids+=($!)
wait_for http://127.0.0.1:8900/ "${pids[0]}" "$logs/upstream.log" 120
LITELLM_LOCAL_MODEL_COST_MAP=True "$environment/bin/litellm" --config "$here/litellm.yaml" --host 127.0.0.1 \
  --port "$port" --telemetry False >"$logs/litellm.log" 2>&1 &
pids+=($!)
wait_for "http://127.0.0.1:$port/health/liveliness" "${pids[1]}" "$logs/litellm.log" 120

status=0
LITELLM_KEY=sk-gateway pixelproof run "http://127.0.0.1:$port/v1" --dialect openai \
  --model gpt-image-1 --model dall-e-3 --key-env LITELLM_KEY --seed 1 --out "$out" || status=$?
exit "$status"
