#!/bin/sh
# Runs the end-to-end tests against the built binary: that in SIGNALBOX_BINARY, else the release
# build, else the debug build. Arguments go to pytest.
#
# The tools live under .build/end-to-end, installed on the first run. What cannot be installed (no
# network) is not there for the tests that need it, and those are reported as skipped by name.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tools="$here/../../.build/end-to-end"
INSTALL_SECONDS=240

skip() {
    echo "SKIPPED end-to-end tests: $1"
    exit 0
}

python=$(command -v python3) || skip "there is no python3"

pip() {
    timeout "$INSTALL_SECONDS" "$tools/bin/python" -m pip --quiet --disable-pip-version-check \
        install --retries 1 --timeout 15 "$@" 2>>"$tools/install.log"
}

# A new set of requirements starts from nothing.
stamp="$tools/$(cat "$here"/requirements*.txt | cksum | tr ' ' '-').stamp"
if [ ! -f "$stamp" ]; then
    rm -rf "$tools"
    mkdir -p "$tools"
    if "$python" -m venv "$tools" >"$tools/install.log" 2>&1 \
        && pip -r "$here/requirements.txt"; then
        : >"$stamp"
    fi
fi

# Each client in a folder of its own: two of them may want versions that do not go together. The
# first that cannot be had ends it, so that a machine without network waits once.
if [ -f "$stamp" ]; then
    mkdir -p "$tools/kits"
    grep -v '^#' "$here/requirements-sdk.txt" | while read -r package; do
        kit="$tools/kits/${package%%[=[]*}"
        [ ! -d "$kit" ] || continue
        rm -rf "$kit.part"
        pip --target "$kit.part" "$package" && mv "$kit.part" "$kit" && continue
        echo "$package cannot be installed"
        break
    done
fi

if "$tools/bin/python" -c 'import pytest' 2>/dev/null; then
    python="$tools/bin/python"
elif ! "$python" -c 'import pytest' 2>/dev/null; then
    skip "pytest is not installed and cannot be"
fi
END_TO_END_KITS="$tools/kits"
PYTHONDONTWRITEBYTECODE=1
export END_TO_END_KITS PYTHONDONTWRITEBYTECODE
exec "$python" -m pytest -c "$here/pytest.ini" --rootdir "$here" "$here" "$@"
