# Everything one types here. Needs Python 3.11 or newer and make; `make test` also installs Chromium with apt.
#   make up PORT=9000 FENXIAO_HOME=/srv/fenxiao      make setup PYTHON=python3.12      make test ARGS=tests/deals
PYTHON ?= python3
JOBS ?= 2
BIN := .venv/bin
STAMPS := .venv/.stamps
VENDOR := src/fenxiao/console/static/vendor
MESSAGES := $(patsubst %.po,%.mo,$(shell find src -name '*.po' 2>/dev/null))
UV := $(BIN)/uv pip install --python $(BIN)/python

.PHONY: setup up check test bench lock browser
.NOTPARALLEL:
.DELETE_ON_ERROR:

setup: $(STAMPS)/package $(VENDOR)/.complete $(MESSAGES)

up: setup
	@exec $(BIN)/fenxiao up $(if $(PORT),--port $(PORT))

check: setup $(STAMPS)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python tools/house_rules.py
	$(BIN)/mypy

test: check browser $(STAMPS)/spark
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

bench: setup $(STAMPS)/dev
	@exec $(BIN)/fenxiao bench $(NAME)

lock: $(STAMPS)/tools
	for set in base tools node dev spark; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate requirements/$$set.in -o requirements/$$set.txt || exit 1; done

browser:
	@$(BIN)/python tools/system_packages.py browser

# A stamp is newer than the lock it was made from, so a second run has nothing to do.
$(STAMPS)/tools: requirements/tools.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Fenxiao needs Python 3.11 or" \
	"newer and found `$(PYTHON) --version 2>/dev/null || echo no $(PYTHON)`: install one and name it, as in:" \
	"make setup PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) tools/system_packages.py venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/base: requirements/base.txt | $(STAMPS)/tools
	$(UV) --require-hashes -r requirements/base.txt
	@touch $@

$(STAMPS)/package: pyproject.toml | $(STAMPS)/base
	$(UV) --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/dev: requirements/dev.txt | $(STAMPS)/base
	$(UV) --require-hashes -r requirements/dev.txt
	@touch $@

# Spark needs Java and is large; without Java its tests say so and are skipped.
$(STAMPS)/spark: requirements/spark.txt | $(STAMPS)/base
	@if command -v java > /dev/null; then echo "Installing Spark"; $(UV) --quiet --require-hashes -r requirements/spark.txt \
	&& touch $@; else echo "No Java here: the tests on Spark will be skipped"; fi

$(VENDOR)/.complete: package-lock.json requirements/node.txt tools/vendor_assets.py | $(STAMPS)/tools
	$(BIN)/python tools/vendor_assets.py $(VENDOR)

%.mo: %.po tools/compile_messages.py | $(STAMPS)/tools
	@$(BIN)/python tools/compile_messages.py $<
