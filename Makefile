# What people type; `make` alone lists it. Everything is done by Scripts/ and SwiftPM.
.DEFAULT_GOAL := help
.PHONY: help demo run build package package-test test check format clean
RELEASE := -c release --static-swift-stdlib --scratch-path .build/release-static

help:
	@echo 'make demo    show Carrel at work on this machine: a small training run on a checked-out device'
	@echo 'make test    install what the tests need, check the style, build, run every test'
	@echo 'make run     run Carrel in the foreground, on real or simulated devices'
	@echo 'make build   the binaries to install: bin/carrel and bin/carrel-init'
	@echo 'make package  a Debian package with the systemd units, in .build/package'
	@echo 'make package-test  install, upgrade and remove it in a small Debian of its own (as root)'
	@echo 'make check   style, scripts and links; make format mends the style'
	@echo 'make clean   remove what was built'

demo:
	@Scripts/demo

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

check:
	swift format lint --strict -r Sources Tests Package.swift
	@Scripts/check-scripts
	@Scripts/check-links

format:
	swift format -i -r Sources Tests Package.swift

clean:
	rm -rf .build bin
