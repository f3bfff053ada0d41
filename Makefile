# Every target makes .venv and installs what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo demo-live replay test lint types unit bench golden docs wheel \
	install uninstall deb clean

help:
	@echo "make demo       a broker, a simulated switch and the daemon; calls shown live"
	@echo "make demo SCENARIO=11b  one reference scenario over the same processes;"
	@echo "                SWITCH=meridian plays it on a simulated Meridian 1"
	@echo "make demo-live  the same, and it keeps running for you to play with"
	@echo "make replay     a recorded link trace of a small switch as events"
	@echo "make test       lint, types and all tests"
	@echo "make bench      codecs against pyasn1 and construct, HDLC against a loop, store, resynchronisation, publishing"
	@echo "make golden     write golden files and generated codecs anew"
	@echo "make docs       build the documentation"
	@echo "make wheel      build the wheel and check what it holds"
	@echo "make install    put the bridge into /opt/cti with its units (DESTDIR= another root)"
	@echo "make uninstall  take it away; configuration and state stay"
	@echo "make deb        build a Debian package in dist"

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet -c constraints.txt -e . --group dev
	touch $@

demo: $(STAMP)
	$(BIN)/python -m $(if $(SCENARIO),sim.kit.demo $(SCENARIO) $(if $(SWITCH),--switch $(SWITCH)),sim.demo)

demo-live: $(STAMP)
	$(BIN)/python -m sim.demo --live

replay: $(STAMP)
	$(BIN)/cti replay tests/traces/csta3-small-office.jsonl --driver csta

test: lint types unit

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/generate_codecs.py --check
	$(BIN)/python tools/generate_client.py --check

types: $(STAMP)
	$(BIN)/mypy

unit: $(STAMP)
	$(BIN)/pytest

bench: $(STAMP)
	$(BIN)/python -m tests.bench.bench_codec
	$(BIN)/python -m tests.bench.bench_asn1c
	$(BIN)/python -m tests.bench.bench_meridian
	$(BIN)/python -m tests.bench.bench_hdlc
	$(BIN)/python -m tests.bench.bench_store
	$(BIN)/python -m tests.bench.bench_resync
	$(BIN)/python -m tests.bench.bench_publish

golden: $(STAMP)
	$(BIN)/python tools/generate_codecs.py
	$(BIN)/python tools/generate_client.py
	UPDATE_GOLDEN=1 $(BIN)/pytest -q -m "not slow" tests

docs: $(STAMP)
	$(BIN)/python -m pip install --quiet -c constraints.txt --group docs
	$(BIN)/sphinx-build -W -q -b html docs docs/_build

wheel: $(STAMP)
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	$(BIN)/python tools/check_wheel.py dist

install:
	$(PYTHON) tools/install.py install --destdir "$(or $(DESTDIR),/)"

uninstall:
	$(PYTHON) tools/install.py uninstall --destdir "$(or $(DESTDIR),/)"

deb:
	$(PYTHON) tools/install.py deb --to dist

clean:
	rm -rf $(VENV) dist build docs/_build
