# SPDX-License-Identifier: Apache-2.0
# The words that people and CI type. Each is a thin call of CMake or of a script; everything is made under build/.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
RELEASE := build/release/hooklet
IMAGES := build/images
SEEDS := build/release/tests/sim/sim_seeds
# The first seed of `make soak`.
FROM ?= $(shell date +%s)000
# How long `make stress` lasts, and where its files are: a path short enough for sockets below it.
SOAK_SECONDS ?= 1800
SOAK_ROOT ?= /tmp/hooklet-stress
# Where `make e2e` has its agent.
E2E_ROOT ?= /tmp/hooklet-e2e
# How long `make fuzz` tries each target.
SECONDS_EACH ?= 60
# The compiler cache stays below build/ unless the environment has one.
export CCACHE_DIR ?= $(CURDIR)/build/ccache
# hooklet and its integration tests start containers, which takes root.
AS_ROOT := . scripts/privilege.sh; as_root

.PHONY: help deps build test tsan soak crash stress fuzz demo e2e bench images registry lint format install clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## install what is needed from Debian's packages; fast when everything is there
	@scripts/install-deps.sh

build/%/build.ninja: CMakePresets.json | deps
	cmake --preset $*

build/dev/build.ninja: CMakePresets.json | deps
	@scripts/install-deps.sh --test
	cmake --preset dev

build/fuzz/build.ninja: CMakePresets.json | deps
	@scripts/install-deps.sh --fuzz
	cmake --preset fuzz

build: deps build/release/build.ninja ## build the release: the binary build/release/hooklet, benchmarks, simulated runs
	cmake --build --preset release --parallel $(JOBS)

images: deps ## make the demo images: build/images/*.tar
	@scripts/build-images.sh $(IMAGES)

registry: deps ## get the image registry that tests pull from: build/registry
	@scripts/fetch-program.sh docker-registry docker-registry build/registry

test: images registry build build/dev/build.ninja ## build all, once more with sanitizers, and run all tests
	cmake --build --preset dev --parallel $(JOBS)
	build/dev/tests/sim/sim_seeds 1..20 --write build/dev/fingerprints.txt
	$(SEEDS) 1..10000 --jobs $(JOBS) --same-as build/dev/fingerprints.txt
	@$(AS_ROOT) ctest --preset dev --parallel $(JOBS)

tsan: deps build/tsan/build.ninja ## build with ThreadSanitizer and run the unit and simulated tests
	cmake --build --preset tsan --parallel $(JOBS)
	@$(AS_ROOT) ctest --preset tsan --parallel $(JOBS)

fuzz: build/fuzz/build.ninja ## look for inputs that break hooklet: SECONDS_EACH for each target (60)
	cmake --build --preset fuzz --parallel $(JOBS)
	scripts/fuzz.sh build/fuzz $(SECONDS_EACH)

soak: build ## play random simulated runs, other ones each time, until one fails or you stop it
	$(SEEDS) $(FROM).. --jobs $(JOBS)

crash: deps images build/dev/build.ninja ## kill the agent at each of its effects on a real containerd (an hour)
	cmake --build --preset dev --parallel $(JOBS) --target hooklet test_integration_agent
	@$(AS_ROOT) env HOOKLET_CRASH_POINTS=1..9999 build/dev/tests/integration/agent/test_integration_agent --gtest_filter='Crash.*'

stress: deps images build/release/build.ninja ## Pods come and go for SOAK_SECONDS (1800) while agent and engine are killed
	cmake --build --preset release --parallel $(JOBS) --target hooklet
	@$(AS_ROOT) scripts/soak_engine.py $(RELEASE) $(IMAGES) $(SOAK_ROOT) $(SOAK_SECONDS)

demo: deps images build/release/build.ninja ## run a Pod with both hooks and show what happened
	cmake --build --preset release --parallel $(JOBS) --target hooklet
	@$(AS_ROOT) scripts/demo.sh $(RELEASE) $(IMAGES) build/demo

e2e: deps build/release/build.ninja ## run Kubernetes' e2e suite: E2E_TEST=PROGRAM E2E_IMAGES=FOLDER (docs/conformance.md)
	cmake --build --preset release --parallel $(JOBS) --target hooklet
	@$(AS_ROOT) scripts/e2e.sh $(RELEASE) $(E2E_TEST) $(E2E_IMAGES) $(E2E_ROOT)

bench: deps images build/release/build.ninja ## run the benchmarks on a real containerd
	cmake --build --preset release --parallel $(JOBS)
	@scripts/fetch-program.sh etcd-server etcd build/etcd
	@$(AS_ROOT) scripts/bench.sh build/release $(IMAGES) build/etcd/etcd

lint: build/lint/build.ninja ## house rules, format and clang-tidy
	@scripts/install-deps.sh --lint
	scripts/check_house_rules.py
	scripts/check-format.sh
	@if command -v shellcheck >/dev/null; then shellcheck -x scripts/*.sh .ci/run; fi
	cmake --build --preset lint --parallel $(JOBS)
	scripts/run-clang-tidy.sh build/lint $(JOBS)

format: deps ## rewrite the sources in the project's format
	scripts/check-format.sh --fix

install: deps build/release/build.ninja ## install the release binary below PREFIX (/usr/local)
	cmake --build --preset release --parallel $(JOBS) --target hooklet
	@$(AS_ROOT) cmake --install build/release --prefix $(PREFIX)

clean: ## remove build/
	@$(AS_ROOT) rm -rf build
