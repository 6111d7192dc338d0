# StoryChat. `make demo` and `make test` need Python 3.11+ and nothing else; they make .venv themselves.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test test-journey check fix lock backup restore install install-dev install-web

PY := .venv/bin/python
MANAGE := $(PY) manage.py
# Without a .env file or a SECRET_KEY, data commands work on the demo's data.
LOCAL := $(if $(SECRET_KEY)$(wildcard .env),,STORYCHAT_DEMO=1)

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "  PORT=8001            where the demo listens"
	@echo "  STORYCHAT_HOME=dir   where its data is kept (var/)"
	@echo "  PYTHON=python3.12    which Python makes .venv"
	@echo "  TORCH_INDEX=https://download.pytorch.org/whl/cpu   much smaller downloads without a GPU"

install:
	@tools/venv.sh requirements.lock

install-dev:
	@tools/venv.sh requirements-dev.lock

install-web: ## Install what web processes need: no torch
	@tools/venv.sh requirements-web.lock

demo: install ## Run StoryChat at http://127.0.0.1:8000 with demo data
	@echo "==> Preparing the database"
	@STORYCHAT_DEMO=1 $(MANAGE) migrate --verbosity 0
	@STORYCHAT_DEMO=1 EMAIL_URL=dummymail:// $(MANAGE) seed_demo
	@STORYCHAT_DEMO=1 exec $(MANAGE) supervise

test: install-dev ## Run every test this machine can run, and say what was left out
	@$(PY) tools/run_tests.py

test-journey: install-dev ## Walk the whole journey in a browser, on the embedded default
	@$(PY) tools/run_tests.py --journey

check: install-dev ## Lint, types, layers, templates, migrations, diagrams, locks; changes nothing
	@$(PY) tools/check_all.py

fix: install-dev ## Format code and templates, fix what can be fixed, redraw diagrams
	@$(PY) -m ruff check --fix --quiet . || true
	@$(PY) -m ruff format --quiet .
	@$(PY) -m djlint --reformat --quiet templates || true
	@$(PY) tools/state_diagram.py --write
	@echo "Formatted. make check says what is left."

lock: install-dev ## Compile requirements/*.in into the lock files (UPGRADE=1 takes newer versions)
	@$(PY) tools/check_locks.py --write $(if $(UPGRADE),--upgrade)

backup: install ## Write the database and all media into one dated archive (TO=folder)
	@$(LOCAL) $(MANAGE) backup $(if $(TO),--to "$(TO)")

restore: install ## Put an archive back: make restore FILE=... CONFIRM=yes
	@test -n "$(FILE)" || { echo "Name the archive: make restore FILE=var/backups/storychat-....tar"; exit 2; }
	@$(LOCAL) $(MANAGE) restore "$(FILE)" $(if $(filter yes,$(CONFIRM)),--overwrite)
