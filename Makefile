# Needs Python 3.11 or newer and make. `make claim` plays the article's experiment; `make test` runs the tests.
# Set-up goes into .venv and is done again only when pyproject.toml changes. Another Python: make PYTHON=python3.13 test

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
FLAGS  ?=

.PHONY: help claim test faults trials lint bench benchmark results docs site clean

help:
	@echo "make claim      play scenarios/claim.yaml; table, plots and verdict (FLAGS='--replicates 50' to pass options)"
	@echo "make test       run the tests"
	@echo "make faults     break the program on purpose, see the tests notice, and list it in docs/planted-faults.md"
	@echo "make trials     kill runs, fill disks and the like at random, and list what held in docs/trials.md (half an hour)"
	@echo "make lint       ruff, mypy and the import contracts"
	@echo "make bench      all benchmarks in small, in one run; benchmarks/README.md"
	@echo "make benchmark  war-days per second against the number of lanes"
	@echo "make docs       fill the numbers of README and docs from docs/results"
	@echo "make site       the documentation as pages for a browser, in site/: any host of static files serves them"
	@echo "make results    play again all that docs/results, the generated pages and plots/ hold (half an hour), then make docs"
	@echo "make clean      remove the virtual environment and caches (results stay)"

claim: $(VENV)/.ready-run
	@$(BIN)/sim claim $(FLAGS)

test: $(VENV)/.ready-test
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 $(FLAGS)

faults: $(VENV)/.ready-test
	@$(BIN)/python -m tests.faults.page && $(BIN)/python -m pytest -n auto --maxprocesses 4 tests/faults $(FLAGS)

trials: $(VENV)/.ready-test
	@$(BIN)/python -m tests.trials $(FLAGS)

lint: $(VENV)/.ready-test
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

bench: $(VENV)/.ready-run
	@$(BIN)/python -m benchmarks

benchmark: $(VENV)/.ready-run
	@$(BIN)/python -m benchmarks.speed $(FLAGS)

PAST := scenarios/history/calibration.yaml
KEPT := docs/results
STUDIES := scenarios/studies

site: $(VENV)/.ready-test
	@$(BIN)/python -m sphinx -W --keep-going -q -b html docs site && echo "site/index.html"

docs: $(VENV)/.ready-run
	@$(BIN)/sim evidence scenarios/claim.yaml --out docs/evidence.md
	@$(BIN)/sim schema scenario --out scenarios/schema/scenario.json
	@$(BIN)/sim schema claim --out scenarios/schema/claim.json
	@$(BIN)/python -m docs.write

results: $(VENV)/.ready-test
	@mkdir -p results plots/calibration plots/hindcast plots/donors && rm -f plots/*/*.png
	@$(BIN)/sim calibrate $(PAST) --out scenarios/history/posterior.csv --diagnostics --json > $(KEPT)/posterior.json
	@cp scenarios/history/posterior-figures/*.png plots/calibration/ && rm -r scenarios/history/posterior-figures
	@rm -f scenarios/history/posterior-diagnostics.json
	@$(BIN)/sim calibrate $(PAST) --rank-test 40 --out results/rank-test.json --plots-to plots/calibration --json > $(KEPT)/rank-test.json
	@$(BIN)/sim hindcast $(PAST) --members 200 --json | $(BIN)/python -m json.tool --compact --no-ensure-ascii > $(KEPT)/hindcast.json
	@cp results/hindcast/figures/*.png plots/hindcast/
	@$(BIN)/sim screen $(PAST) --replicates 8 --out scenarios/history/screening.csv --quiet
	@$(BIN)/sim check scenarios/history/arithmetic.csv --replicates 250 --json > $(KEPT)/arithmetic.json
	@$(BIN)/sim claim --engine numpy --plots-to plots/claim --json > $(KEPT)/claim.json
	@$(BIN)/sim claims --engine numpy --plots-to plots/claims --write docs/claims.md --json > $(KEPT)/claims.json
	@$(BIN)/sim claim --engine numpy scenarios/two-by-two.yaml --plots-to results/two-by-two --json > results/two-by-two.json
	@cp results/two-by-two/two_by_two.png plots/claim/
	@$(BIN)/sim donors --engine numpy --plots-to plots/donors --json > $(KEPT)/donors.json
	@$(BIN)/sim factorial --engine numpy --plots-to plots/factorial --json > results/factorial.json
	@$(BIN)/sim dose --engine numpy --plots-to plots/factorial --json > $(KEPT)/dose.json
	@$(BIN)/sim robustness --engine numpy --plots-to plots/robustness --write docs/robustness.md --json > results/robustness.json
	@$(BIN)/sim sensitivity --engine numpy --plots-to plots/sensitivity --write docs/sensitivity.md --json > results/sensitivity.json
	@for one in factorial robustness sensitivity two-by-two; do \
	  $(BIN)/python -m docs.shorten $$one results/$$one.json > $(KEPT)/$$one.json || exit 1; done
	@$(BIN)/sim validate scenarios/claim.yaml --json > $(KEPT)/numbers.json
	@$(BIN)/sim controls --engine numpy --json > $(KEPT)/controls.json
	@mkdir -p plots/agents && $(BIN)/sim agents --plots-to plots/agents --json > $(KEPT)/agents.json
	@$(BIN)/python -m docs.chain > $(KEPT)/chain.json
	@$(BIN)/python -m docs.amplitude > $(KEPT)/amplitude.json
	@mkdir -p $(STUDIES)
	@for one in factorial robustness sensitivity controls "hindcast $(PAST)"; do \
	  $(BIN)/python -m docs.keep_study $(KEPT)/$${one%% *}.json scenarios/claim.yaml "sim $$one" > $(STUDIES)/$${one%% *}.json \
	  || exit 1; done
	@for one in base autumn seeds pushed; do $(BIN)/python -m docs.measure $$one > $(KEPT)/$$one.json || exit 1; done
	@$(MAKE) docs

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "in-concert needs Python 3.11 or newer: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "setting up $(VENV) (once) ..." >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready-run: pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.ready-test: pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/.ready-run
