# What people type; `make` alone lists it. Everything is done by Scripts/ and SwiftPM.
.DEFAULT_GOAL := help
.PHONY: help demo demo-clean run build package package-test test test-real node-century torture bench-setup bench gpu-check advice-check api-fuzz openid-check check format clean
# The rest of that folder is links to Sources.
BENCHMARKS := Benchmarks/Package.swift Benchmarks/Sources/decisions
RELEASE := -c release --static-swift-stdlib --scratch-path .build/release-static

help:
	@echo 'make demo    show Carrel at work on this machine: a small training run on a checked-out device;'
	@echo '             make demo-clean removes what it leaves'
	@echo 'make test    install what the tests need, check the style, build, run every test'
	@echo 'make test-real  the same with real parts: Chromium, JupyterLab, terminals in the browser, the API under fuzzing'
	@echo 'make torture SEEDS=10000   everything goes wrong: so many simulated histories, then the real program killed at'
	@echo '             random moments (KILLS=204), with failing writes (WRITES=40), reboots and torn pages'
	@echo 'make node-century  a hundred simulated years of a machine with eight GPUs, with all that fails in them'
	@echo 'make run     run Carrel in the foreground, on real or simulated devices'
	@echo 'make build   the binaries to install: bin/carrel and bin/carrel-init'
	@echo 'make bench   measure Carrel beside Slurm, task-spooler, Ray and nginx, once make bench-setup has installed them'
	@echo 'make api-fuzz  ask a server what Docs/api/openapi.yaml allows and forbids, by schemathesis, and check every answer'
	@echo 'make openid-check  sign in by a real OpenID Connect provider on loopback, and by ones that lie'
	@echo 'make gpu-check  show on this machine'"'"'s GPUs what Carrel does with them, and pack that for a machine that has some'
	@echo 'make advice-check  ask the advisor what was measured elsewhere: each target beside what it reaches'
	@echo 'make package  a Debian package with the systemd units, in .build/package'
	@echo 'make package-test  install, upgrade and remove it in a small Debian of its own (as root)'
	@echo 'make check   style, scripts and links; make format mends the style'
	@echo 'make clean   remove what was built'

demo:
	@Scripts/demo

demo-clean:
	@Scripts/demo --clean

run:
	@Scripts/run-here

build:
	@Scripts/install-build-parts
	swift build $(RELEASE) --product carrel
	swift build $(RELEASE) --product carrel-init
	mkdir -p bin
	install -s -m 0755 "$$(swift build $(RELEASE) --show-bin-path)/carrel" bin/carrel
	install -s -m 0755 "$$(swift build $(RELEASE) --show-bin-path)/carrel-init" bin/carrel-init

package:
	@Scripts/package

package-test:
	@Scripts/package-test

test:
	@Scripts/install-test-parts
	@$(MAKE) --no-print-directory check
	swift build --build-tests
	@Scripts/run-tests

test-real:
	@Scripts/test-real

node-century:
	@Scripts/torture-seeds --node-years 100

torture:
	@Scripts/torture $(if $(TRACE),--trace )$(or $(SEEDS),10000) $(KILLS) $(WRITES)

bench-setup:
	@Scripts/bench-setup

bench:
	@Scripts/bench

openid-check:
	@Scripts/openid-check

api-fuzz:
	@Scripts/api-fuzz

gpu-check:
	@Scripts/gpu-check

advice-check:
	@Scripts/advice-check

check:
	swift format lint --strict -r Sources Tests Package.swift $(BENCHMARKS)
	@Scripts/check-scripts
	@Scripts/check-links

format:
	swift format -i -r Sources Tests Package.swift $(BENCHMARKS)

clean:
	rm -rf .build bin
