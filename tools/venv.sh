#!/bin/sh
# Makes .venv and installs a lock file into it. Usage: tools/venv.sh requirements.lock
# A second run with an unchanged lock file does nothing and takes no time.
#
# PYTHON       the interpreter to use (3.11 or newer); found by itself when empty
# TORCH_INDEX  another package index, for CPU-only torch wheels
set -eu

cd "$(dirname "$0")/.."
lock=$1
stamp=.venv/.installed-$lock

is_usable() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
        if is_usable "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

is_current() {
    [ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null && cmp -s "$lock" "$stamp"
}

if is_current; then
    exit 0
fi

if ! { [ -x .venv/bin/python ] && is_usable .venv/bin/python; }; then
    if ! python=$(find_python); then
        echo "StoryChat needs Python 3.11 or newer and found none (tried: ${PYTHON:-python3, python3.13, python3.12, python3.11, python})." >&2
        echo "Install it, or name it: make demo PYTHON=/path/to/python3.12" >&2
        exit 1
    fi
    echo "==> Making .venv with $("$python" --version) ($python)"
    rm -rf .venv
    if ! "$python" -m venv .venv; then
        rm -rf .venv
        echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2
        exit 1
    fi
fi

count=$(grep -c '==' "$lock")
echo "==> Installing $count packages from $lock into .venv (once; pip shows its progress below)"
if [ -n "${TORCH_INDEX:-}" ]; then
    echo "    torch may also come from $TORCH_INDEX"
    set -- --extra-index-url "$TORCH_INDEX"
else
    set --
fi
started=$(date +%s)
PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install "$@" -r "$lock" | grep -v '^Requirement already satisfied' || true
# The pipe hides pip's own status; `pip check` and this import would not notice a missing package.
.venv/bin/python tools/check_installed.py "$lock"
cp "$lock" "$stamp"
echo "==> Installed in $(($(date +%s) - started)) s"
