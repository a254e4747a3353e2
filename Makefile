# Everything a user or developer types. Each target sets up .venv first, when requirements.lock or pyproject.toml changed.
#   make demo            plan a virtual patient; result in ./demo-out
#   make test            ruff, mypy and the tests
#   make validate-quick  the benchmarks of validation/ that fit into 15 minutes;   make validate: all of them
#   make bench           speed and memory
#   make lock            resolve requirements.lock anew (UPGRADE=--upgrade takes the newest versions)
# PYTHON=python3.12 chooses the interpreter, DEMO="--seed 2" passes options to the demo, TEST="-k dvh" to pytest.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTHON ?=
DEMO ?=
TEST ?=
UPGRADE ?=

.PHONY: help demo test venv validate-quick validate bench lock clean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^#   /  /p' Makefile

venv: $(STAMP)

# A copied or moved folder brings an environment that belongs to another place: set it up again.
ifneq ($(shell cat $(VENV)/.place 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)
endif
# Another interpreter is asked for: the script makes .venv anew if it has a different one.
ifneq ($(PYTHON),)
.PHONY: $(STAMP)
endif

$(STAMP): requirements.lock pyproject.toml scripts/make_venv.sh
	@PYTHON="$(PYTHON)" scripts/make_venv.sh

demo: $(STAMP)
	$(BIN)/openiort demo $(DEMO)

test: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(TEST)

validate-quick: $(STAMP)
	$(BIN)/python -m pytest validation -m "not long" $(TEST)

validate: $(STAMP)
	$(BIN)/python -m pytest validation $(TEST)

bench: $(STAMP)
	@set -e; for file in benchmarks/*.py; do echo "$$file"; $(BIN)/python "$$file"; done

# uv is needed for this alone: on the PATH, or `$(BIN)/python -m pip install uv`.
lock:
	@command -v uv >/dev/null || [ -x $(BIN)/uv ] || { echo "make lock needs uv: $(BIN)/python -m pip install uv" >&2; exit 1; }
	PATH="$$PATH:$(BIN)" uv pip compile pyproject.toml --extra test --group build --universal --python-version 3.11 \
		--fork-strategy fewest --generate-hashes --no-annotate \
		--custom-compile-command "make lock" --quiet $(UPGRADE) --output-file requirements.lock

clean:
	rm -rf demo-out .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	find src tests validation benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} +
