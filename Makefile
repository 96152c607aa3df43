.DEFAULT_GOAL := demo
.PHONY: setup catalogue demo test test-pages test-slow test-long test-paper lint chaos rolling pictures bench lock clean

BESIDE = --dist loadscope --no-loadscope-reorder

setup: ## install what is missing: packages, .venv, demo keys
	@deploy/setup.sh

demo: setup ## start everything, file one application, check its certificate
	@.venv/bin/python -m deploy.demo

test: ## lint and all tests but those below
	@deploy/setup.sh --tests
	@$(MAKE) --no-print-directory lint
	.venv/bin/pytest -n 4 $(BESIDE) -m "not slow and not chaos and not rolling and not paper and not pages"

test-pages: ## the ways through the pages in a browser that `make test` leaves out; pictures are in var/screens
	@deploy/setup.sh --tests
	.venv/bin/pytest -m pages tests/system/pages

test-slow: ## whole deployments, hundreds of clients, outages that are waited for
	@deploy/setup.sh --tests
	.venv/bin/pytest -n 3 $(BESIDE) -m "slow and not chaos"

test-paper: ## every product in every language through veraPDF, pdfsig and pyHanko
	@deploy/setup.sh --tests
	.venv/bin/pytest -n 2 -m paper tests/documents

lint: ## formatting, smells, types, who may import whom
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

chaos: ## processes and operators killed at every step, clusters grown: nothing lost, nothing issued twice
	@deploy/setup.sh --tests
	.venv/bin/pytest -n 3 $(BESIDE) -m chaos

test-long: ## test-slow and chaos in one, side by side
	@deploy/setup.sh --tests
	.venv/bin/pytest -n 3 $(BESIDE) -m "slow or chaos"

rolling: ## the last version replaced by this one under load, and back
	@deploy/setup.sh --tests
	.venv/bin/pytest -m rolling

catalogue: setup ## the page of all products with a picture of each, services/catalogue/README.md
	@.venv/bin/loket catalogue page

pictures: ## the README's, of what a browser shows
	@deploy/setup.sh --tests
	.venv/bin/pytest tests/system/pages -k "en-desk or en-True-desk"
	.venv/bin/python -m tests.system.pages.pictures

bench: setup ## how fast, beside limits measured in the same run
	@.venv/bin/loket bench

lock: setup ## resolve pyproject.toml anew into requirements.lock
	@.venv/bin/pip install -q --disable-pip-version-check --target var/opt/uv --upgrade uv==0.13.9
	var/opt/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
	  --allow-unsafe --no-header --no-emit-package django --no-emit-package asgiref --no-emit-package sqlparse \
	  -o requirements.lock pyproject.toml

clean: ## end every deployment under var and forget all they made; .venv stays
	@[ ! -x .venv/bin/python ] || .venv/bin/python -m deploy.local.cleaning
	rm -rf var build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
