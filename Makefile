# Needs Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: run test check train clean

run: $(VENV)/run.installed  ## records and a report from the seed articles
	$(BIN)/thanhtich extract seeds/articles -o runs/seeds.jsonl
	$(BIN)/thanhtich report runs/seeds.jsonl
	@echo "to call thanhtich yourself: source $(VENV)/bin/activate"

test: $(VENV)/test.installed check  ## everything that CI checks
	$(BIN)/python -m pytest -n auto

check: $(VENV)/test.installed
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/thanhtich annotations check

train: $(VENV)/test.installed  ## the default model again, from the written corpus; TEXTS=… adds the real articles
	$(BIN)/thanhtich train -o runs/compact $(if $(TEXTS),--texts $(TEXTS))

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

# torch first and by its exact version: see constraints.txt.
$(VENV)/test.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[train,compact,phobert,test]'
	touch $@ $(VENV)/run.installed

clean:
	rm -rf $(VENV) runs
