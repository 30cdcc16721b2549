# shellcheck shell=bash
# Helpers sourced by every peer's `start` and `stop`. Bash only; needs no root.
#
#   PEERS_CACHE   what is downloaded and built (kept between runs; below target/ by default)
#   PEERS_RUN     what a running instance writes: one folder per peer and port

set -euo pipefail
umask 077

_peers=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PEERS_CACHE=${PEERS_CACHE:-${CARGO_TARGET_DIR:-$_peers/../../target}/peers}
PEERS_RUN=${PEERS_RUN:-$PEERS_CACHE/run}
mkdir -p "$PEERS_CACHE" "$PEERS_RUN"
PEERS_CACHE=$(cd "$PEERS_CACHE" && pwd)
PEERS_RUN=$(cd "$PEERS_RUN" && pwd)

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# One installer at a time per thing installed: with_lock NAME COMMAND...
with_lock() {
  local name=$1; shift
  mkdir -p "$PEERS_CACHE/locks"
  # The lock is released with the subshell, and is not inherited by a server.
  (
    exec 9>"$PEERS_CACHE/locks/$name"
    flock 9
    "$@" 9>&-
  )
}

# ---- Debian packages, unpacked into the cache (never installed on the machine)

_apt() {
  local dir=$PEERS_CACHE/apt cmd=$1; shift
  mkdir -p "$dir/lists/partial" "$dir/archives/partial"
  "$cmd" -o Dir::State::lists="$dir/lists" -o Dir::Cache="$dir" \
    -o Dir::Cache::archives="$dir/archives" -o APT::Sandbox::User=root \
    -o Debug::NoLocking=1 "$@"
}

_apt_lists() {
  # Lists more than half a day old may name packages that are gone.
  [ -n "$(find "$PEERS_CACHE/apt/updated" -mmin -720 2>/dev/null)" ] && return 0
  mkdir -p "$PEERS_CACHE/apt"
  _apt apt-get -q update >"$PEERS_CACHE/apt/update.log" 2>&1 ||
    { cat "$PEERS_CACHE/apt/update.log" >&2; die 'apt-get update failed'; }
  touch "$PEERS_CACHE/apt/updated"
}

# multiarch: the folder name of this machine's libraries, e.g. x86_64-linux-gnu
multiarch() { dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || gcc -print-multiarch 2>/dev/null || echo "$(uname -m)-linux-gnu"; }

# debs ROOT [-x REGEX] PACKAGE...: unpack PACKAGE... and whichever of their
# dependencies this machine lacks under ROOT, leaving out names that match REGEX.
debs() {
  local root=$1 skip='^$' names; shift
  if [ "$1" = -x ]; then skip=$2; shift 2; fi
  [ -e "$root/.complete" ] && return 0
  with_lock apt _apt_lists
  rm -rf "$root"; mkdir -p "$root/.debs"
  names=$({ printf '%s\n' "$@"
            _apt apt-get -s install --no-install-recommends "$@" | awk '/^Inst /{print $2}'
          } | sort -u | grep -Ev "$skip")
  # shellcheck disable=SC2086  # one word per package
  (cd "$root/.debs" && _apt apt-get -q download $names >download.log 2>&1) ||
    { tail -5 "$root/.debs/download.log" >&2; die 'apt-get download failed'; }
  local deb
  for deb in "$root"/.debs/*.deb; do dpkg-deb -x "$deb" "$root"; done
  rm -rf "$root/.debs"
  touch "$root/.complete"
}

# ---- one running instance

# instance PEER PORT: sets RUN (its folder), leaves it empty of what an earlier one wrote
instance() {
  RUN=$PEERS_RUN/$1-$2
  if alive "$RUN/pid"; then die "$1 already runs on port $2 (stop it first): $RUN"; fi
  rm -rf "$RUN"; mkdir -p "$RUN"
}

# A pid file holds the pid and the kernel's start time of the process, so that a
# number given to some other process since then is never taken for ours.
_started() { awk '{sub(/^.*\) /, ""); print $20}' "/proc/$1/stat" 2>/dev/null; }

alive() {
  [ -s "$1" ] || return 1
  local pid when; read -r pid when <"$1"
  [ -n "$pid" ] && [ "$(_started "$pid")" = "$when" ]
}

# launch COMMAND...: in the background, as leader of its own process group
launch() {
  setsid "$@" >"$RUN/log" 2>&1 </dev/null &
  local pid=$!
  printf '%s %s\n' "$pid" "$(_started "$pid")" >"$RUN/pid"
}

# ready URL [SECONDS]: waits for any HTTP answer below 500
ready() {
  local url=$1 left=$(( ${2:-30} * 5 )) code
  while :; do
    alive "$RUN/pid" || { tail -20 "$RUN/log" >&2; die 'the server ended while starting'; }
    code=$(curl -ksS -o /dev/null -m 5 -w '%{http_code}' "$url" 2>/dev/null || true)
    case $code in [1-4][0-9][0-9]) return 0;; esac
    left=$((left - 1))
    if [ "$left" -le 0 ]; then
      tail -20 "$RUN/log" >&2
      end "$RUN/pid"
      die "no answer from $url"
    fi
    sleep 0.2
  done
}

# end PID_FILE: ends the process group that `launch` made, and nothing else
end() {
  local pid n
  read -r pid _ <"$1"
  kill -TERM -- "-$pid" 2>/dev/null || true
  for n in $(seq 50); do alive "$1" || break; sleep 0.1; done
  if alive "$1"; then kill -KILL -- "-$pid" 2>/dev/null || true; fi
  rm -f "$1"
}

# halt PEER PORT
halt() {
  local file=$PEERS_RUN/$1-$2/pid
  if alive "$file"; then end "$file"; else say "$1 does not run on port $2"; rm -f "$file"; fi
}
