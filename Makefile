# `make help` lists the targets. The environment is .venv, made from requirements.txt by .ci/setup, with as much as a
# target needs: each names an extra of pyproject.toml, or all of them.

PYTHON ?= python3
LAB_FLAGS ?=
PINS_FLAGS ?=
WORKERS ?= 2

BIN := .venv/bin
SETUP := sh .ci/setup
FIRST := notebooks/00_start_here.ipynb
# A file stays with one worker: the cells of a notebook share a kernel, the tests of a file what they prepared.
PYTEST := "$(BIN)/pytest" --numprocesses $(WORKERS) --dist loadfile

# The checks start a hundred processes. Where a machine forbids Python to keep what it compiled, each would compile all
# libraries anew, for seconds; empty allows it.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup lab test lint lint-page unit notebooks-check grading browser mutants bench cluster-demo latency replays notebooks homework grade slides pdf site students picture data pins clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: need-course ## make the environment in .venv from the exact pins

NEEDS := need-course need-all need-grading need-kit need-site
.PHONY: $(NEEDS)
$(NEEDS): need-%:
	@PYTHON="$(PYTHON)" NAMED="$(filter command,$(origin PYTHON))" $(SETUP) $*

lab: need-course ## open JupyterLab at the first notebook (address only: LAB_FLAGS=--no-browser)
	@exec "$(BIN)/python" -m jupyterlab --ip=127.0.0.1 --ServerApp.root_dir="$(CURDIR)" \
		--LabApp.default_url=/lab/tree/$(FIRST) --LabApp.extension_manager=readonly \
		$(if $(filter 0,$(shell id -u)),--allow-root) $(LAB_FLAGS)

test: lint unit notebooks-check browser ## run every check

lint: need-all ## check style, format and types; of figures' scripts where npm is
	"$(BIN)/ruff" check .
	"$(BIN)/ruff" format --check .
	"$(BIN)/ruff" format --check --config .ci/notebooks.toml notebooks
	"$(BIN)/mypy"
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory lint-page; fi

# Style and format by biome, types by tsc, from the pins of package-lock.json.
PAGE := .ci/page
lint-page: $(PAGE)/node_modules/.ready ## check the scripts of the live figures; needs npm
	$(PAGE)/node_modules/.bin/biome ci --config-path=$(PAGE) lecture_lib/widgets/page tests/browser/replay.mjs
	$(PAGE)/node_modules/.bin/tsc --project $(PAGE)

$(PAGE)/node_modules/.ready: $(PAGE)/package-lock.json
	@npm ci --prefix $(PAGE) --silent --no-audit --no-fund
	@touch $@

# Two workers fill two cores: more threads of BLAS would wait for each other, at twenty times the cost where matrices
# are small. And the number of threads changes the last digits of a sum, which notebooks-check compares.
unit notebooks-check browser: export OPENBLAS_NUM_THREADS := 1
unit notebooks-check browser: export OMP_NUM_THREADS := 1
unit notebooks-check browser: export MKL_NUM_THREADS := 1

unit: need-all ## run the tests that need no browser (one process, for a debugger: WORKERS=0)
	$(PYTEST) -p no:nbval -m "not browser and not thorough"

notebooks-check: need-all ## run each notebook and compare text and pictures with what is stored
	$(PYTEST) --nbval --nbval-current-env --nbval-cell-timeout 120 \
		--nbval-sanitize-with notebooks/sanitize.cfg notebooks

grading: need-all ## grade all solutions; walk all slides and pages; try what else takes minutes
	"$(BIN)/pytest" -p no:nbval -m thorough tests

# What shares a JupyterLab stays with one worker (tests/browser/conftest.py).
browser: need-all ## try live figures, notebooks, slides, print and site in a real Chromium
	$(PYTEST) -p no:nbval --no-loadscope-reorder -m "browser and not thorough" tests/browser

mutants: need-all ## edit displayed formulas in every way, and list edits that nobody would notice
	PYTHONPATH=tests/formulas OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/formulas/mutants.py

bench: need-all ## measure speed, memory and optima beside scikit-learn (SEED=number)
	"$(BIN)/python" tests/benchmarks/bench.py
	"$(BIN)/python" tests/benchmarks/optima.py $(if $(SEED),--seed $(SEED))

cluster-demo: need-all ## fit on a cluster of processes, kill one of them, and compare
	"$(BIN)/python" tests/cluster/demo.py

latency: need-all ## measure how soon the live figures answer in JupyterLab
	"$(BIN)/python" tests/benchmarks/latency.py

replays: need-all ## compare live figures with the library at length; write the site's table
	REPLAYS=$(or $(REPLAYS),250) "$(BIN)/pytest" -p no:nbval tests/browser/test_replays.py

notebooks: need-course ## run all notebooks and store their outputs
	"$(BIN)/python" notebooks/execute.py

homework: need-grading ## make the students' homework notebooks from the solutions
	"$(BIN)/python" notebooks/homework/generate.py

grade: need-grading ## grade a folder of submitted homework: make grade SUBMISSIONS=folder
	@"$(BIN)/python" notebooks/homework/grade.py $(if $(TRUST),--trust) $(if $(ROSTER),--roster "$(ROSTER)") $(GRADE_FLAGS) \
		"$(or $(SUBMISSIONS),$(error name the folder of submitted notebooks: make grade SUBMISSIONS=folder))"

slides: need-kit ## make reveal.js slides of the notebooks and of the lecture, in build/slides
	@"$(BIN)/python" notebooks/kit/slides.py

pdf: need-kit ## print notebooks and slides to build/pdf (NOTEBOOK=path, or lecture; CODE=1)
	@"$(BIN)/python" notebooks/kit/paper.py $(if $(CODE),--code) $(if $(NOTEBOOK),"$(NOTEBOOK)")

site: need-site ## build the course as web pages in build/site
	"$(BIN)/python" notebooks/site/make.py

students: need-course ## make the students' bundle: notebooks without solutions, data, wheel
	@"$(BIN)/python" notebooks/students.py

picture: need-kit ## take the README's pictures from notebook 01; needs Chromium
	"$(BIN)/python" notebooks/picture.py

data: need-course ## make the generated data once more, byte for byte
	"$(BIN)/python" data/make.py

pins: need-course ## fit requirements.txt to pyproject.toml (the newest: PINS_FLAGS=--upgrade)
	"$(BIN)/uv" pip compile --universal --all-extras --generate-hashes --no-emit-index-url \
		--custom-compile-command "make pins" pyproject.toml -o requirements.txt $(PINS_FLAGS)

clean: ## remove .venv and whatever else was made here
	rm -rf .venv .venv.lock $(PAGE)/node_modules build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -prune -exec rm -rf {} +
