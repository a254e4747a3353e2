#!/bin/sh
# Set up .venv with exactly the versions of requirements.lock, and this project in it. Called by the Makefile.
# PYTHON=... chooses the interpreter; without it the first suitable one on the PATH is taken.
set -eu
cd "$(dirname "$0")/.."
venv=.venv
stamp=$venv/.installed

say() { printf '%s\n' "$*" >&2; }

in_range() {
    "$1" -c 'import sys; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

# Debian ships `venv` without `ensurepip` until python3-venv is installed.
can_make_venv() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null
}

version_of() {
    "$1" -c 'import platform; print(platform.python_version())' 2>/dev/null || echo "not found"
}

choose_python() {
    without_venv=
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        in_range "$candidate" || continue
        if can_make_venv "$candidate"; then
            command -v "$candidate"
            return
        fi
        without_venv=${without_venv:-$candidate}
    done
    if [ -n "$without_venv" ]; then
        say "Python $(version_of "$without_venv") ($without_venv) cannot make a virtual environment: ensurepip is missing."
        say "  fix:     on Debian or Ubuntu: apt install python3-venv"
    else
        say "No suitable Python: '${PYTHON:-python3}' is $(version_of "${PYTHON:-python3}")."
        say "  allowed: Python 3.11, 3.12 or 3.13"
        say "  fix:     on Debian or Ubuntu: apt install python3 python3-venv; or name one: make PYTHON=/path/to/python3.12 venv"
    fi
    return 1
}

# An environment from another place (a copied folder), another Python or an interrupted run is made anew.
usable() {
    [ "$(cat "$venv/.place" 2>/dev/null)" = "$(pwd -P)" ] && in_range "$venv/bin/python" || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version_of "$venv/bin/python")" = "$(version_of "$PYTHON")" ]
}

if ! usable; then
    python=$(choose_python)
    say "Making $venv with Python $(version_of "$python") ($python)"
    "$python" -m venv --clear "$venv"
    pwd -P > "$venv/.place"
fi
rm -f "$stamp"
say "Installing the versions of requirements.lock (about 200 MB the first time)"
"$venv/bin/python" -m pip --disable-pip-version-check install --quiet --only-binary :all: --require-hashes -r requirements.lock
"$venv/bin/python" -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
touch "$stamp"
say "Ready: $venv/bin/openiort"
