# The two commands to know: `make run` tries the product, `make test` tests it. Both do their own set-up.

HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT
bin = .venv/bin
eventapp = $(bin)/python -m eventapp

.DEFAULT_GOAL := help
.PHONY: help run demo test soak check setup messages bench screenshots lock

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

run: ## set up if needed, fill in the demo, serve on http://127.0.0.1:8000 (HOST and PORT change that)
	@.ci/setup run
	@export EVENTAPP_MAIL_URL="$${EVENTAPP_MAIL_URL-file:$${EVENTAPP_INSTANCE:-instance}/mail}" && \
	$(eventapp) demo && exec $(eventapp) serve

demo: ## fill in the demo data and print where to go
	@.ci/setup run
	@$(eventapp) demo

test: ## set up if needed, then all checks and tests, on SQLite and PostgreSQL
	@.ci/setup test
	@$(MAKE) --no-print-directory check
	@.ci/test-js
	@$(bin)/python -m pytest -q -n logical --maxprocesses 8 --dist worksteal

soak: ## set up if needed, then try seats in a thousand orders, messages with killed workers, a thousand days at the door, pages on both databases (hours)
	@.ci/setup test
	@$(bin)/python -m pytest -q -n 2 --engine both tests/web
	@EVENTAPP_SOAK_MESSAGES=300 $(bin)/python -m pytest -q -n 2 tests/flows/test_hand_queue_together.py
	@EVENTAPP_SOAK_EXAMPLES=500 $(bin)/python -m pytest -q -n 2 tests/flows/test_seat_machine.py
	@EVENTAPP_SOAK_EXAMPLES=1 $(bin)/python -m pytest -q -n 2 tests/services/test_walk_in.py
	@EVENTAPP_SOAK_MESSAGES=2000 $(bin)/python -m pytest -q -n 2 tests/jobs/test_killed.py
	@EVENTAPP_SOAK_KILLS=100 $(bin)/python -m pytest -q -n 2 tests/flows/test_killed_server.py
	@EVENTAPP_SOAK_TICKETS=50 $(bin)/python -m pytest -q -k camera tests/browser/test_scanner.py
	@EVENTAPP_SOAK_DAYS=1000 $(bin)/python -m pytest -q -n 2 tests/flows/test_phones_together.py

check: ## format, lint, types, import contracts
	@.ci/setup test
	$(bin)/ruff format --check .
	$(bin)/ruff check .
	$(bin)/mypy
	$(bin)/lint-imports --no-cache --no-logo

setup: ## prepare .venv for development
	@.ci/setup test

messages: ## bring the catalogues up to date with the texts in the sources
	@.ci/setup test
	@.ci/messages

bench: ## measure the product against bare Flask, and the door on a slow phone (needs wrk and chromium; docs/performance.md)
	@.ci/setup test
	@$(bin)/python -m benchmarks.run
	@$(bin)/python -m benchmarks.door

screenshots: ## pictures of the main pages into screenshots/ (needs chromium)
	@.ci/setup test
	@$(bin)/python -m pytest -q tests/browser/screenshots.py

lock: ## write requirements.lock and requirements-test.lock anew from pyproject.toml
	@.ci/lock
