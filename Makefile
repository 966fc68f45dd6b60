# The whole set-up needs Python 3.11 or newer, pip and make; everything else is brought by these rules.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test model lint bench soak lock clean

demo: $(VENV)/.runtime  ## train if needed, fill a store with samples, serve pages and API until Ctrl-C
	$(BIN)/python -m service.demo --port $(PORT)

test: $(VENV)/.dev  ## everything that must hold, browser and PostgreSQL included
	$(BIN)/python -m tests.browser
	$(BIN)/python -m pytest

model: $(VENV)/.runtime  ## train the sample model into var/models and make it current
	$(BIN)/triage train data/samples/train*.jsonl --dev data/samples/dev.jsonl --gate data/samples/gate.yaml

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev  ## ours beside others, each in an environment of its own under var/bench
	$(BIN)/python -m tests.bench

soak: $(VENV)/.dev  ## the long proofs; brings faketime when it may, and says what is left out without it
	@command -v faketime >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get install -qq -y faketime >/dev/null; } \
	  || echo "No faketime here, and no right to install it: the proof with a stepped clock is left out. See apt install faketime."
	$(BIN)/python -m tests.browser
	$(BIN)/python -m pytest -m soak --override-ini addopts="--strict-markers --import-mode=importlib"

lock:  ## maintainers: write the locks again (needs uv)
	uv lock
	uv export --locked --no-dev --group build --no-emit-project --no-header --format requirements.txt -o requirements.lock
	uv export --locked --all-extras --group build --group dev --no-emit-project --no-header --format requirements.txt -o requirements-dev.lock

clean:
	rm -rf $(VENV) var

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@
