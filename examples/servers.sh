# Starting and stopping servers on 127.0.0.1, for the audit.sh of the examples; sourced, not run.
pids=()

stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
}

need_free() { # ports: ends with 2 when something listens on one of them
  local number
  for number in "$@"; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$number") 2>/dev/null; then
      echo "something listens on port $number of 127.0.0.1 already; stop it first" >&2
      exit 2
    fi
  done
}

wait_for() { # address, pid, log, seconds: until the address answers, or the process is gone
  for _ in $(seq 1 $((2 * $4))); do
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
  echo "$1 did not answer within $4 seconds; the end of its log:" >&2; tail -n 20 "$3" >&2; exit 3
}
