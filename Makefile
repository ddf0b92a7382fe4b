PYTHON ?= python3
BIN = .venv/bin

.PHONY: run test lint clean

# Everything, on http://127.0.0.1:8000/ (PORT=8001 make run for another port); Ctrl-C ends it.
run:
	@$(PYTHON) bootstrap.py
	@$(BIN)/python manage.py run

test: lint
	$(BIN)/pytest -q -n 2 --dist loadfile -m "not journey"
	$(BIN)/pytest -q -m journey

lint:
	@$(PYTHON) bootstrap.py --tests
	$(BIN)/ruff check --output-format concise .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	OMS_VAR=var/test $(BIN)/python manage.py makemigrations --check --dry-run

# Forgets everything that was made here, the private databases included.
clean:
	rm -rf .venv var .pytest_cache .ruff_cache .hypothesis .import_linter_cache
