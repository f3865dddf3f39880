# `make run` serves a working CRM; `make test` proves the house. Both start from nothing but Python >= 3.11 and make.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONWARNINGS ?=

.PHONY: run test setup lint types bench soak docs screenshots clean

run: setup
	$(BIN)/newel init --demo
	$(BIN)/newel serve

setup: .venv/.installed platform/runtime/web/static/vendor/.built

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Newel needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[test]'
	@touch $@

platform/runtime/web/static/vendor/.built: package.json package-lock.json tools/assets.py | .venv/.installed
	$(BIN)/python tools/assets.py

test: setup lint types
	$(BIN)/pytest -n 2 --dist loadgroup

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: setup
	$(BIN)/mypy

bench: setup
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.rules

soak: setup
	$(BIN)/pytest -n 2 --dist loadgroup -m soak --hypothesis-profile=soak

docs: setup
	$(BIN)/newel schemas platform/metadata/schemas > /dev/null
	$(BIN)/python -m tools.references

screenshots: setup
	$(BIN)/python tools/screenshots.py

clean:
	rm -rf .venv node_modules build platform/runtime/web/static/vendor .pytest_cache .mypy_cache .ruff_cache .hypothesis
