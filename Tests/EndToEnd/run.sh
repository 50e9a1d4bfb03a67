#!/bin/sh
# Runs the end-to-end tests against the built binary. Arguments go to pytest.
#
# The tools live in a virtual environment under .build, made on the first run and again whenever
# the requirements change. What cannot be installed (no network) is not there for the tests that
# need it, and those are reported as skipped by name.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv="$here/../../.build/end-to-end"

python=$(command -v python3) || {
    echo "end-to-end tests: skipped, there is no python3"
    exit 0
}

stamp=$(cat "$here"/requirements*.txt | cksum | tr ' ' '-')
if [ ! -f "$venv/$stamp" ]; then
    rm -rf "$venv"
    mkdir -p "$(dirname "$venv")"
    if "$python" -m venv "$venv"; then
        pip() { "$venv/bin/python" -m pip --quiet --disable-pip-version-check "$@"; }
        if pip install --retries 1 --timeout 15 -r "$here/requirements.txt"; then
            # Each kit on its own: two of them may want versions that do not go together.
            grep -v '^#' "$here/requirements-sdk.txt" | while read -r kit; do
                name=${kit%%[=[]*}
                pip install --retries 1 --timeout 30 --target "$venv/kits/$name" "$kit" \
                    || echo "end-to-end tests: $kit cannot be installed, its tests are skipped"
            done
            : >"$venv/$stamp"
        fi
    fi
fi

if "$venv/bin/python" -c 'import pytest' 2>/dev/null; then
    python="$venv/bin/python"
elif ! "$python" -c 'import pytest' 2>/dev/null; then
    echo "end-to-end tests: skipped, pytest is not installed and cannot be"
    exit 0
fi
END_TO_END_KITS="$venv/kits"
export END_TO_END_KITS
exec "$python" -m pytest -c "$here/pytest.ini" --rootdir "$here" "$here" "$@"
