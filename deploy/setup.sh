#!/usr/bin/env bash
# setup.sh [--tests]: everything Loket needs on a bare Debian 12 or 13, each step only where it is not done yet.
# What is missing or broken is told in one line that says the mend.
set -euo pipefail
cd "$(dirname "$0")/.."

stop() { echo "setup: $*" >&2; exit 1; }

packages=(python3-venv rabbitmq-server libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-inter fonts-noto-core)
[ "${1:-}" = --tests ] && packages+=(curl poppler-utils default-jre-headless libjaxb-java softhsm2 nginx-light
  qpdf ghostscript mupdf-tools faketime chromium libatomic1)

install_packages() {
  local missing=() name
  for name in "${packages[@]}"; do
    [ "$(dpkg-query -Wf '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || stop "this is not Debian: install what corresponds to ${missing[*]}, then run again"
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || stop "root or sudo is needed for: apt-get install ${missing[*]}"
    root=(sudo)
  fi
  echo "setup: installing ${missing[*]}"
  "${root[@]}" apt-get update -qq || stop "apt-get update failed (above): mend the package sources or the network, then run again"
  # Debian starts a broker of its own when rabbitmq-server is installed; ours is private, so that one is kept from starting.
  local policy=/usr/sbin/policy-rc.d kept=yes
  if [ ! -e "$policy" ]; then
    kept=no
    "${root[@]}" sh -c "printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy"
    trap '"${root[@]}" rm -f '"$policy" EXIT
  fi
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o DPkg::Lock::Timeout=120 \
    --no-install-recommends "${missing[@]}" </dev/null >/dev/null || stop "apt-get install failed (above): mend it, then run again"
  if [ "$kept" = no ]; then
    "${root[@]}" rm -f "$policy"
    trap - EXIT
  fi
  if [[ " ${missing[*]} " == *" rabbitmq-server "* ]] && [ -d /run/systemd/system ]; then
    "${root[@]}" systemctl -q disable rabbitmq-server epmd.socket epmd.service 2>/dev/null || true
  fi
}

make_venv() {
  local python=/usr/bin/python3
  # pip is not found where .venv was made for another Python, as before an upgrade of Debian: then it is made anew.
  [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null && return
  [ -x "$python" ] || stop "$python is missing: apt-get install python3"
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || stop "$python is older than 3.11: use Debian 12 or later"
  "$python" -m venv --clear .venv || stop ".venv could not be made (above)"
}

# stamped NAME FILE... -- COMMAND...: run it unless it ran with these files.
stamped() {
  local stamp=.venv/.$1 files=() sum
  shift
  while [ "$1" != -- ]; do files+=("$1"); shift; done
  shift
  sum=$(cat "${files[@]}" | sha256sum)
  [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ] && return
  "$@"
  printf '%s' "$sum" >"$stamp"
}

install_locked() {
  echo "setup: installing the $(grep -c '^[a-z].*==' requirements.lock) packages of requirements.lock; this takes some minutes"
  .venv/bin/pip install --disable-pip-version-check --no-color --progress-bar off --require-hashes --no-deps -r requirements.lock |
    told_now_and_then || stop "pip could not install the lock (above): mend the network or the package index, then run again"
}

# Every twentieth package that pip takes in hand, and what comes after the last.
told_now_and_then() {
  local word seen=0
  while read -r word _; do
    case $word in
      Collecting) seen=$((seen + 1)); [ $((seen % 20)) -ne 0 ] || echo "setup: $seen fetched" ;;
      Installing) echo "setup: all fetched, unpacking them" ;;
    esac
  done
}

install_project() {
  .venv/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . || stop "pip could not install Loket itself (above)"
}

install_packages
make_venv
stamped lock requirements.lock -- install_locked
stamped project pyproject.toml -- install_project
exec .venv/bin/python -m deploy.local.prepare
