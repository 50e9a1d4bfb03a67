#!/usr/bin/env bash
# Fuzzes Sources/HTTP: libFuzzer makes the bytes, AddressSanitizer watches over them. Needs nothing
# but the toolchain.
# Usage: fuzz.sh        FUZZ_SECONDS: how long; FUZZ_SEED: a number to begin with, 0 for any
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(realpath "$here/../..")
work=$root/.build/fuzz
corpora=$root/../shared/http-corpus
seconds=${FUZZ_SECONDS:-300}
INPUT_BYTES_MAX=4096
INPUT_SECONDS_MAX=10

rm -rf "$work/seeds"
mkdir -p "$work/corpus" "$work/seeds" "$work/findings"
# Swift's own report of a crash takes seconds, and libFuzzer makes one too.
export SWIFT_BACKTRACE=enable=no
# The runtime's tables of types stay for ever, which are no leaks.
export ASAN_OPTIONS=detect_leaks=0

compile() {
    swiftc -parse-as-library -package-name signalbox -module-name Fuzz -swift-version 6 \
        -warnings-as-errors -O -wmo -sanitize=fuzzer,address "$@"
}

# Not every toolchain brings libFuzzer along.
cat >"$work/probe.swift" <<'PROBE'
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt { 0 }
PROBE
if ! compile "$work/probe.swift" -o "$work/probe" >"$work/probe.log" 2>&1; then
    echo "SKIPPED fuzz: this toolchain cannot link libFuzzer ($work/probe.log)"
    exit 0
fi
if ! "$work/probe" -runs=1 >>"$work/probe.log" 2>&1; then
    echo "SKIPPED fuzz: a program with libFuzzer does not run here ($work/probe.log)"
    exit 0
fi

compile "$root"/Sources/HTTP/*.swift "$here"/*.swift -o "$work/fuzz" >"$work/build.log" 2>&1 ||
    { cat "$work/build.log"; exit 1; }

# Seeds: a few of our own, and what others wrote where it is there.
seed() { printf "$2" >"$work/seeds/ours-$1"; }
seed get 'GET /v1/runs?a=b&c=%%20+ HTTP/1.1\r\nHost: h\r\nX-API-Key: k\r\n\r\n'
seed length 'POST / HTTP/1.1\r\nHost: h:80\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.0\r\n\r\n'
seed chunked 'POST http://[::1]/a/%%2e/b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;a="b"\r\nhello\r\n0\r\nT: t\r\n\r\n'
seed pipelined '\r\nOPTIONS * HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\nHEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'
seed huge 'PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n'
seed fields 'DELETE / HTTP/1.1\r\nHost:h\r\na:1\r\nb: 2\r\nc:3 \r\nd:\r\nE:5\r\nf:6\r\n\r\n'
seed sizes 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n00fffffffffffffffff\r\n'
seeds="$(find "$work/seeds" -type f | wc -l) seeds of our own"
if [ -d "$corpora" ]; then
    tar -xzf "$corpora/h2o-http1-fuzz.tar.gz" -C "$work/seeds" --strip-components=1
    number=0
    while read -r bytes; do
        number=$((number + 1))
        base64 -d <<<"$bytes" >"$work/seeds/case-$number"
    done < <(sed -n 's/.*"bytes": *"\([^"]*\)".*/\1/p' "$corpora"/*.jsonl)
    seeds="$(find "$work/seeds" -type f | wc -l) seeds"
fi

echo "fuzzing Sources/HTTP for $seconds s with $seeds"
status=0
"$work/fuzz" -seed="${FUZZ_SEED:-0}" -max_total_time="$seconds" -max_len=$INPUT_BYTES_MAX \
    -timeout=$INPUT_SECONDS_MAX -dict="$here/http.dict" -artifact_prefix="$work/findings/" \
    -print_final_stats=1 "$work/corpus" "$work/seeds" >"$work/run.log" 2>&1 || status=$?

if [ "$status" != 0 ]; then
    grep -aE '^finding: |ERROR: |SUMMARY: |Test unit written' "$work/run.log" || tail -20 "$work/run.log"
    finding=$(sed -n 's/.*Test unit written to //p' "$work/run.log" | tail -1)
    echo "fuzz: a finding; repeat it: SWIFT_BACKTRACE=enable=no $work/fuzz ${finding:-$work/corpus}"
    exit 1
fi
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/run.log")
took=$(sed -n 's/^Done .* runs in \([0-9]*\) second.*/\1/p' "$work/run.log")
edges=$(grep -ao 'cov: [0-9]*' "$work/run.log" | tail -1)
echo "fuzz: $runs executions in $took s, no finding (${edges:-cov: ?} edges)"
