# StoryChat. `make demo` and `make test` need Python 3.11+ and nothing else; they make .venv themselves.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test test-journey check fix lock backup restore install install-dev install-web

PY := .venv/bin/python
MANAGE := $(PY) manage.py
# What names an installation reaches the demo only when it is given to make itself: make demo CHAT_MODEL=...
# An exported DATABASE_URL or S3_BUCKET may be a real one, and the demo's administrator has a public password.
INSTALLATION := ALLOWED_HOSTS BEHIND_PROXY CELERY_BROKER_READ_URL CELERY_BROKER_URL CELERY_BROKER_WRITE_URL \
	CELERY_RESULT_BACKEND CHAT_API_KEY CHAT_BASE_URL CHAT_MODEL CRISIS_RESOURCES_URL CSRF_TRUSTED_ORIGINS DATABASE_CONN_MAX_AGE \
	DATABASE_URL DEBUG DEFAULT_FROM_EMAIL DJANGO_SETTINGS_MODULE EMAIL_URL IMAGE_BATCH IMAGE_DRAIN_SECONDS \
	IMAGE_MODEL IMAGE_SAFETY_MODEL IMAGE_SPEED MASS_REPORTS_ACCOUNT_DAYS MASS_REPORTS_HOURS \
	MASS_REPORTS_LOCK_DAYS MASS_REPORTS_VOICES MATURE_ITEMS_ALLOWED METRICS_TOKEN OIDC_PROVIDERS PROMETHEUS_MULTIPROC_DIR \
	REDIS_URL S3_ACCESS_KEY S3_BUCKET S3_ENDPOINT_URL S3_PUBLIC_ORIGIN S3_REGION S3_SECRET_KEY \
	SCREENING_CHECKS SCREENING_LABELS SCREENING_SECONDS SCREENING_TEXT_DEVICE SCREENING_TEXT_KEY \
	SCREENING_TEXT_MODEL SCREENING_TEXT_URL SCREENING_THRESHOLD_PERCENT SECRET_KEY SECRET_KEY_FALLBACKS SITE_URL \
	STAFF_NEED_SECOND_FACTOR STATIC_ROOT SUSPICIOUS_SIGN_IN_FAILURES
DEMO := env $(foreach key,$(INSTALLATION),$(if $(filter command,$(origin $(key))),,-u $(key))) STORYCHAT_DEMO=1
# Without a .env file, a SECRET_KEY or a DATABASE_URL, data commands work on the demo's data.
LOCAL := $(if $(SECRET_KEY)$(DATABASE_URL)$(wildcard .env),,$(DEMO))

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "  PORT=8001            where the demo listens"
	@echo "  STORYCHAT_HOME=dir   where its data is kept (var/)"
	@echo "  CHAT_MODEL=... etc.  other variables of docs/configuration.md, for make demo only as its arguments"
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
	@$(DEMO) $(MANAGE) migrate --verbosity 0
	@$(DEMO) EMAIL_URL=dummymail:// $(MANAGE) seed_demo
	@exec $(DEMO) $(MANAGE) supervise

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
