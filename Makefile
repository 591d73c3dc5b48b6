# Everything is set up on the way: `make demo` and `make test` work in a fresh clone.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# processes that share the tests; each may load the models, about 1 GB
WORKERS ?= 2

.PHONY: help setup demo test lint lock docs samples clean

help:
	@echo "make demo     run the main job on samples/ and name the report"
	@echo "make test     lint, types, layers and all everyday tests"
	@echo "make setup    only make the virtual environment"
	@echo "make docs     regenerate the references under docs/"
	@echo "make samples  draw samples/ anew (needs a CJK font)"
	@echo "make lock     resolve the dependencies anew into the lock files"
	@echo "make clean    remove the virtual environment and what demo and tests wrote"

setup: $(VENV)/ready

$(VENV)/ready: requirements.lock pyproject.toml scripts/setup
	@PYTHON="$(PYTHON)" scripts/setup $(VENV)
	@touch $@

demo: setup
	@PIAOHE_CONFIG=samples/piaohe.toml $(BIN)/piaohe run samples --ledger samples/ledger.xlsx --home demo-out/home --report demo-out

test: setup lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: setup
	$(BIN)/python -m scripts.reference

samples: setup
	$(BIN)/python -m scripts.samples

lock:
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --generate-hashes \
	  --no-emit-index-url --no-header --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra build --extra postgres --universal --generate-hashes \
	  --no-emit-index-url --no-header --constraints requirements.lock \
	  --no-annotate --output-file requirements-image.lock

clean:
	rm -rf $(VENV) demo-out .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
