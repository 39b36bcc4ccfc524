# Every target sets up what it needs; a second run finds it there and works offline.
SHELL := /bin/bash
VENV := .venv
PYTHON ?= python3.11
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY := false
export PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS := false
export DO_NOT_TRACK := 1
export YOLO_OFFLINE := true

.PHONY: help setup demo test quick check format lock bench bench-queue bench-replay train eval-detector eval-watermarks eval-stamps eval-things eval-layout eval-video-clock schemas render-env clean

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 18

$(VENV)/.core: requirements/core.lock pyproject.toml scripts/system_packages.sh
	@scripts/system_packages.sh core
	@test -x $(BIN)/python || { echo "setup: creating $(VENV)"; $$(command -v $(PYTHON) || command -v python3) -m venv $(VENV); }
	@echo "setup: installing the core (about 1.3 GB, no PyTorch)"
	@$(PIP) --no-deps --require-hashes -r requirements/core.lock
	@$(PIP) --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.core requirements/dev.lock
	@scripts/system_packages.sh dev
	@echo "setup: installing the extra 'train' and the development tools (about 6 GB, mostly PyTorch)"
	@$(PIP) --no-deps --require-hashes -r requirements/dev.lock
	@touch $@

setup: $(VENV)/.core  ## Virtual environment and system packages: leaves .venv/bin/visitproof

demo: $(VENV)/.core  ## Verify the sample visits over a real S3 server, and print the table
	@$(BIN)/visitproof demo

test: $(VENV)/.dev  ## All tests
	@$(BIN)/python -m pytest

quick: $(VENV)/.dev  ## The tests that take seconds
	@$(BIN)/python -m pytest -m "not slow"

check: $(VENV)/.dev  ## Format, lint, types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.dev  ## Format and fix what can be fixed
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/.dev  ## Seconds per photo by stage, beside a plain loop (ARGS="--folder DIR --photos N --json")
	@$(BIN)/python -m flows.bench $(ARGS)

bench-queue: $(VENV)/.core  ## Milliseconds per page of the auditors' queue over 100,000 made visits (ARGS="--database URL")
	@$(BIN)/python -m review.queue_bench $(ARGS)

bench-replay: $(VENV)/.core  ## Seconds to judge 10,000 made visits again under other rules (ARGS="--visits N --profile")
	@$(BIN)/python -m flows.replay_bench $(ARGS)

schemas: $(VENV)/.core  ## Write the JSON Schemas of manifest, evidence and report to docs/schemas
	@$(BIN)/python -m storage.schemas docs/schemas

train: $(VENV)/.dev  ## Build the detector's data from ../shared and train (resumes; ARGS go to `train`)
	@$(BIN)/python -m models.training build
	@$(BIN)/python -m models.training train $(ARGS)

eval-detector: $(VENV)/.dev  ## Measure the shipped detector on held-back pictures, real and made apart
	@$(BIN)/python -m models.training evaluate $(ARGS)

eval-watermarks: $(VENV)/.core  ## Score time readings on the 80 real pictures of ../shared/watermarks
	@$(BIN)/visitproof read-time ../shared/watermarks/images/* --json | ../shared/tools/score_times.py ../shared/watermarks/truth.csv

eval-stamps: $(VENV)/.dev  ## Score and calibrate the reader on drawn watermarks (resumes; ARGS="--count N --hard N")
	@$(BIN)/python -m models.watermark_calibration --work .visitproof/eval-stamps $(ARGS)

eval-layout: $(VENV)/.core  ## Cloths, tools and their order on made photos with exact truth (resumes; ARGS="--seed N --count N")
	@$(BIN)/python -m flows.layout_eval $(ARGS)

eval-things: $(VENV)/.dev  ## False readings on drawn receipts, screens, clocks and the like (ARGS="--rooms DIR --count N --seed N")
	@$(BIN)/python -m models.things_bench $(ARGS)

eval-video-clock: $(VENV)/.core  ## Tampered and honest videos: found, accused, cost (resumes; ARGS="--seed N --tampered N")
	@$(BIN)/python -m flows.video_clock_eval $(ARGS)

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
lock: $(VENV)/.dev  ## Resolve the dependencies anew and write requirements/*.lock
	$(LOCK) pyproject.toml --upgrade --extra train --extra dev -o requirements/dev.lock
	$(LOCK) pyproject.toml -c requirements/dev.lock -o requirements/core.lock
	$(LOCK) --group render --upgrade -o requirements/render.lock

render-env: .venv-render/.done  ## Blender in a virtual environment of its own
.venv-render/.done: requirements/render.lock
	@scripts/system_packages.sh render
	@$$(command -v $(PYTHON) || command -v python3) -m venv .venv-render
	@.venv-render/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements/render.lock
	@touch $@

clean:  ## Remove the virtual environments and what was made
	rm -rf $(VENV) .venv-render .visitproof
