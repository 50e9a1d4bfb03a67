#!/usr/bin/env bash
# Measures a release build on this machine, all on loopback, and prints one table.
# Usage: bench.sh PROGRAM        BENCH_SMOKE=1: everything, but small and once
set -euo pipefail

program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$here/../../.build/bench
tools=$work/tools
mkdir -p "$tools"
work=$(realpath "$work")
tools=$work/tools

if ! command -v python3 >/dev/null; then
    echo "SKIPPED bench: python3 is missing"
    exit 0
fi

# Unpacks packages without installing them: an installed nginx would start a server of its own.
unpack() {
    (
        cd "$tools"
        apt-get download -q "$@" || { [ "$(id -u)" = 0 ] && apt-get update -q &&
            apt-get download -q "$@"; }
        for package in *.deb; do dpkg-deb -x "$package" .; done
        rm -f ./*.deb
    ) >"$work/unpack.log" 2>&1
}

export PATH="$PATH:/usr/sbin:$tools/usr/bin:$tools/usr/sbin"
if ! command -v wrk >/dev/null; then
    unpack wrk libluajit-5.1-2 libluajit-5.1-common || true
fi
command -v nginx >/dev/null || unpack nginx || true
if [ -d "$tools/usr/lib" ]; then
    export LD_LIBRARY_PATH="$tools/usr/lib/$(uname -m)-linux-gnu"
fi
version=$(wrk -v 2>&1 || true)  # it says its version and fails
if [[ $version != wrk* ]]; then
    echo "SKIPPED bench: wrk is missing and apt-get has none (apt-get install wrk)"
    exit 0
fi
ulimit -Sn 4096 2>/dev/null || true
exec python3 "$here/bench.py" "$program" "$work"
