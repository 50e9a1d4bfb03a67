#!/usr/bin/env bash
# Starts a server with the workflow `demo` on a free port, pastes the commands it prints for each
# style, and shows what was asked and answered, with the receipt of each stop.
# Usage: demo.sh PROGRAM
set -euo pipefail

program=$(realpath "$1")
work=$(mktemp -d)
server=
finish() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap finish EXIT
cd "$work"

fail() {
    echo "demo: $*" >&2
    [ -f "$work/log" ] && cat "$work/log" >&2
    exit 1
}

exec 3< <(exec "$program" serve --listen 127.0.0.1:0 --demo 2>"$work/log")
server=$!
read -r -t 60 ready <&3 || fail "the server did not start"
url=${ready##* }
echo "$ready"

# Shows a command, runs it in this shell so that RUN is kept, shows its answer.
paste_line() {
    echo "\$ $1"
    eval "$1"
    case $1 in RUN=*) echo "${RUN:?no run was started}" ;; *) echo ;; esac
}

# Waits until a run has ended, or is gone.
settled() {
    for _ in $(seq 600); do
        state=$("$program" run show --url "$url" "$1" 2>/dev/null |
            sed -n 's/^  "state": "\([a-z]*\)".*/\1/p') || return 0
        case $state in succeeded | failed | cancelled) return 0 ;; esac
        sleep 0.1
    done
    fail "run $1 did not end"
}

stopped=0
while [ "$stopped" -lt 6 ] && read -r -t 60 line <&3; do
    case $line in
    '# '*) printf '\n%s\n' "$line" ;;
    RUN=*) paste_line "$line" ;;
    'curl '*)
        paste_line "$line"
        settled "$RUN"
        echo "\$ signalbox run receipt $RUN"
        receipt=$("$program" run receipt --url "$url" --json "$RUN") || fail "no receipt of $RUN"
        echo "$receipt"
        case $receipt in *'"state":"cancelled"'*) ;; *) fail "$RUN was not cancelled" ;; esac
        stopped=$((stopped + 1))
        ;;
    esac
done
[ "$stopped" = 6 ] || fail "stopped $stopped runs of 6"
echo
echo "demo: 6 runs stopped, each in its own style"
