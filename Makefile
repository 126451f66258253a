# Needs make and Python 3.11 or newer (with venv); everything else is installed into .venv.

PYTHON ?= python3
RUN := .venv/bin/python -m
INSTALL := .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --no-deps --require-hashes
COMPILE := .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --strip-extras
say = printf '\n=== %s\n' "$(1)"

# What production is told, for the checks that read the settings. No database is touched.
PRODUCTION := env -u DEBUG NEWSROOM_VAR=/nonexistent DATABASE_URL=sqlite://:memory: CACHE_URL=locmem:// \
	SECRET_KEY=only-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG \
	ALLOWED_HOSTS=www.example.org SITE_URL=https://www.example.org AKISMET_API_KEY=only-for-checks

.PHONY: help demo test check lock messages runtime development

help:
	@echo "make demo   the demo newspaper at http://127.0.0.1:8000 (HOST, PORT, NEWSROOM_VAR)"
	@echo "make check  lint, types and the fast tests"
	@echo "make test   make check, then the tests on PostgreSQL, the fault tests and the browser tests"
	@echo "make messages  collect the words to translate, and compile the translations"
	@echo "make lock   renew requirements.lock and requirements-dev.lock"

demo: runtime
	@exec $(RUN) newsroom.demo

test: check
	@$(call say,Tests on PostgreSQL)
	@$(RUN) tests.postgres -- .venv/bin/python -m pytest -n 2 -m "not browser"
	@$(call say,Browser and fault tests)
	@$(RUN) pytest -n 2 --dist worksteal -m "browser or fault"

check: development
	@$(call say,ruff: lint and format)
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(call say,djade: templates)
	@find templates -name '*.html' -exec .venv/bin/djade --check --target-version 5.2 {} +
	@$(call say,mypy: types)
	@$(PRODUCTION) $(RUN) mypy
	@$(call say,import-linter: floors)
	@.venv/bin/python .venv/bin/lint-imports
	@$(call say,Migrations are complete)
	@$(PRODUCTION) .venv/bin/python manage.py makemigrations --check --dry-run
	@$(call say,Django's checks under production settings)
	@$(PRODUCTION) .venv/bin/python manage.py check --deploy --fail-level WARNING
	@$(call say,Tests on SQLite)
	@$(RUN) pytest -n 2 -m "not browser and not fault"

# Needs GNU gettext. Translate what it leaves empty in locale/*/LC_MESSAGES/django.po, then run it again.
messages: development
	@.venv/bin/python -m django makemessages --all --no-location --no-obsolete --ignore 'tests/*' --ignore 'bench/*' --ignore 'var/*'
	@for po in locale/*/LC_MESSAGES/django.po; do msgfmt --check --statistics -o $${po%.po}.mo $$po; done

lock: development
	$(COMPILE) --upgrade pyproject.toml -o requirements.lock
	$(COMPILE) --upgrade --group dev --constraint requirements.lock pyproject.toml -o requirements-dev.lock

# A copy of the lock file inside .venv says what is installed there: unchanged, and nothing is done.
runtime: .venv/bin/python
	@cmp -s requirements.lock .venv/installed.lock || { \
		echo "Installing the packages of requirements.lock (about half a minute) ..."; \
		$(INSTALL) -r requirements.lock && cp requirements.lock .venv/installed.lock; }

development: .venv/bin/python
	@cmp -s requirements-dev.lock .venv/installed-dev.lock || { \
		echo "Installing the packages of requirements-dev.lock (about a minute) ..."; \
		$(INSTALL) -r requirements-dev.lock && cp requirements-dev.lock .venv/installed-dev.lock; }

.venv/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Newsroom needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3 ..." >&2; exit 1; }
	@echo "Making .venv with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv --clear .venv || { rm -rf .venv; exit 1; }
