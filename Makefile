# Everything a user or developer types. Each target sets up .venv first, when requirements.lock or pyproject.toml changed.
#   make demo            plan a virtual patient; result in ./demo-out
#   make demo-ebrt       the usual treatment of the same patient: dose of tangential fields (installs the extra `ebrt`, about 400 MB),
#                        and the comparison with them in ./demo-out-ebrt
#   make test            ruff, mypy and the tests
#   make validate-quick  the benchmarks of validation/ that fit into 15 minutes;   make validate: all of them
#   make bench           speed and memory
#   make lock            resolve requirements.lock and requirements-ebrt.lock anew (UPGRADE=--upgrade takes the newest versions)
# PYTHON=python3.12 chooses the interpreter, DEMO="--seed 2" passes options to the demo, EBRT="--uncertainty 5" to demo-ebrt, TEST="-k dvh" to pytest.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
EBRT_STAMP := $(VENV)/.installed-ebrt
PYTHON ?=
DEMO ?=
EBRT ?=
TEST ?=
UPGRADE ?=

.PHONY: help demo demo-ebrt test venv validate-quick validate bench lock clean
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

$(EBRT_STAMP): requirements-ebrt.lock $(STAMP)
	@echo "Installing the versions of requirements-ebrt.lock (about 400 MB on disk): pyRadMC and Warp" >&2
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --only-binary :all: --require-hashes -r requirements-ebrt.lock
	@touch $@

demo-ebrt: $(EBRT_STAMP)
	@[ -d demo-out/ct ] || $(BIN)/openiort demo $(DEMO)
	$(BIN)/openiort ebrt tangents demo-out/ct --schedule 40/15 --picture demo-ebrt.png --force $(EBRT)
	@rm -rf demo-out-ebrt
	$(BIN)/openiort compare demo-out --tangents --out demo-out-ebrt $(EBRT)

test: $(STAMP)
	$(BIN)/ruff check .
	@# types are checked beside the tests: alone, they would leave all cores but one idle
	$(BIN)/mypy > $(VENV)/mypy.log 2>&1 & types=$$!; \
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(TEST); tests=$$?; \
	wait $$types; typed=$$?; cat $(VENV)/mypy.log; exit $$((tests | typed))

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
	PATH="$$PATH:$(BIN)" uv pip compile pyproject.toml --extra ebrt --constraint requirements.lock --universal \
		--python-version 3.11 --fork-strategy fewest --generate-hashes --no-annotate \
		--custom-compile-command "make lock" --quiet $(UPGRADE) --output-file requirements-ebrt.lock

clean:
	rm -rf demo-out demo-ebrt.png demo-out-ebrt .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	find src tests validation benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} +
