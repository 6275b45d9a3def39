# make run    建环境，审查样例项目 / set up, then review the sample projects
# make test   建环境，静态检查和全部测试 / set up, then lint and every test
# make demo   演示：网页，样例和人员已备好 / the pages with samples and people
# make serve  网页和接口 / the web pages and the JSON API
# make check  静态检查和快速测试，一分钟之内 / lint and the quick tests, within a minute
# make lint   只做静态检查 / lint only      make fuzz   更长的随机测试 / longer random tests
# make soak   更长的故障测试：反复杀进程 / longer fault tests: killed again and again
# make bench  并排比较速度，写入 benchmarks/RESULTS.md / speeds side by side; PARTS="rows api" for some
# make screenshots  重拍文档中的网页图 / the pictures of the pages, anew
# make lock   重新锁定依赖 / lock the dependencies anew
# make bundle 离线安装包，写入 dist/ / one archive for a site without internet; PYTHONS="python3.11 python3.13" for some
# make sbom   部件清单（CycloneDX，写入 dist/）和许可证 / the list of parts, and docs/reference/licences.md anew

BIN := .venv/bin
# The order of the files is that of tests/conftest.py. A process that waits for Chromium or a server leaves its core to one more.
PYTEST := $(BIN)/python -m pytest -q --dist loadfile --no-loadscope-reorder
CORES := $$(getconf _NPROCESSORS_ONLN)
# Lint takes one core, so the tests go on beside it.
BESIDE := $(MAKE) --no-print-directory -j 2 lint

.PHONY: run demo serve check test lint tests-quick tests-all fuzz soak bench screenshots lock bundle sbom setup setup-tests
.DEFAULT_GOAL := run
.SILENT:

setup:
	tools/setup.sh

setup-tests:
	tools/setup.sh tests

# Exit 1 with reviews printed says that some projects are not `approve`: the samples are meant to show that.
SAMPLES = $(sort $(wildcard fixtures/sheets/*.json))
AS_OF = 2026-11-23
run: setup
	$(BIN)/two-high check fixtures/sheets/pvc.json --failing --as-of $(AS_OF) || test $$? -eq 1
	output=$$($(BIN)/two-high check $(SAMPLES) --line --as-of $(AS_OF)); code=$$?; \
	printf '\n%s\n' "$$output"; \
	{ test $$code -eq 0 || { test $$code -eq 1 && test -n "$$output"; }; } && \
	printf '\n%s\n' "全文去掉 --failing；接着 make demo 打开网页 / leave out --failing for the whole review; next: make demo for the pages"

# 演示：样例和各角色人员，结束即删除 / the pages on samples and people of every role, gone when it ends
demo: setup
	$(BIN)/two-high demo $(SAMPLES)

# 网页和接口 / the web pages and the JSON API, on http://127.0.0.1:8000
serve: setup
	$(BIN)/two-high serve

lint: setup
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy --no-error-summary review api tests benchmarks clients/python/two_high_client clients/python/examples
	output=$$($(BIN)/lint-imports --no-cache --no-logo 2>&1) || { printf '%s\n' "$$output"; exit 1; }
	$(BIN)/two-high rules lint

check: setup-tests
	$(BESIDE) tests-quick

test: setup-tests
	$(BESIDE) tests-all

tests-quick:
	$(PYTEST) -n $(CORES) -m "not record and not server and not browser and not slow"

tests-all:
	$(PYTEST) -n $$(($(CORES) + 1))

fuzz: setup-tests
	PYTHONPATH=tools SCHEMA_EXAMPLES=$${SCHEMA_EXAMPLES:-200} $(BIN)/python -m pytest -q -n auto -p fuzz_profile --hypothesis-profile=fuzz

soak: setup-tests
	SOAK_KILLS=$${SOAK_KILLS:-40} SOAK_EVENTS=$${SOAK_EVENTS:-5000} $(BIN)/python -m pytest -q -n auto tests/record/test_faults.py tests/api/test_events.py

bench: setup-tests
	tools/setup-bench.sh
	$(BIN)/python -m benchmarks.bench $(PARTS)

screenshots: setup-tests
	$(BIN)/python -m tests.web.screenshots

# What is newly asked for is in no lock yet, so that no environment by the locks of before has it: uv alone is needed.
lock:
	test -x $(BIN)/uv || tools/setup.sh
	tools/lock.sh

bundle: setup
	tools/bundle.sh dist $(PYTHONS)

sbom: setup
	tools/sbom.sh dist
	$(BIN)/python tools/licences.py
