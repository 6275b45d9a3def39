# make run    建环境，审查样例项目 / set up, then review the sample projects
# make test   建环境，静态检查和全部测试 / set up, then lint and every test
# make serve  网页和接口 / the web pages and the JSON API
# make check  静态检查和快速测试，一分钟之内 / lint and the quick tests, within a minute
# make lint   只做静态检查 / lint only      make fuzz   更长的随机测试 / longer random tests
# make soak   更长的故障测试：反复杀进程 / longer fault tests: killed again and again
# make bench  并排比较速度，写入 benchmarks/RESULTS.md / speeds side by side; PARTS="rows api" for some
# make screenshots  重拍 README 中的网页图 / the pictures of the pages, anew
# make lock   重新锁定依赖（需要 uv） / lock the dependencies anew (needs uv)

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -q -n $$(getconf _NPROCESSORS_ONLN) --dist loadfile
# Lint takes one core, so the tests go on beside it.
BESIDE := $(MAKE) --no-print-directory -j 2 lint

.PHONY: run serve check test lint tests-quick tests-all fuzz soak bench screenshots lock setup setup-tests
.DEFAULT_GOAL := run
.SILENT:

setup:
	tools/setup.sh

setup-tests:
	tools/setup.sh tests

# Exit 1 with reviews printed says that some projects are not `approve`: the samples are meant to show that.
run: setup
	output=$$($(BIN)/two-high check fixtures/sheets/*.json --format text --as-of 2026-11-23); code=$$?; \
	printf '%s\n' "$$output"; \
	{ test $$code -eq 0 || { test $$code -eq 1 && test -n "$$output"; }; } && \
	printf '\n%s\n' "以上为样例项目的审查意见。接着：make serve 打开网页和接口 / These are the findings on the sample projects. Next: make serve for the pages and the API"

# 网页和接口 / the web pages and the JSON API, on http://127.0.0.1:8000
serve: setup
	$(BIN)/two-high serve

lint: setup
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy --no-error-summary review api tests benchmarks
	output=$$($(BIN)/lint-imports --no-cache --no-logo 2>&1) || { printf '%s\n' "$$output"; exit 1; }
	$(BIN)/two-high rules lint

check: setup-tests
	$(BESIDE) tests-quick

test: setup-tests
	$(BESIDE) tests-all

tests-quick:
	$(PYTEST) -m "not record and not server and not browser and not slow"

tests-all:
	$(PYTEST)

fuzz: setup-tests
	PYTHONPATH=tools TWO_HIGH_SCHEMA_EXAMPLES=$${TWO_HIGH_SCHEMA_EXAMPLES:-200} $(BIN)/python -m pytest -q -n auto -p fuzz_profile --hypothesis-profile=fuzz

soak: setup-tests
	TWO_HIGH_SOAK_KILLS=$${TWO_HIGH_SOAK_KILLS:-40} $(BIN)/python -m pytest -q -n auto tests/record/test_faults.py

bench: setup-tests
	tools/setup-bench.sh
	$(BIN)/python -m benchmarks.bench $(PARTS)

screenshots: setup-tests
	$(BIN)/python -m tests.web.screenshots

lock:
	tools/lock.sh
