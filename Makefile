# The two commands of the README are `make demo` and `make test`; each sets up what it needs.

.PHONY: help build demo test test-container test-package test-arm64 package bench fuzz endure format clean setup

help:
	@echo 'make build   build/listsync'
	@echo 'make demo    run the main job against the bundled simulator'
	@echo 'make test    everything that must pass'
	@echo 'make test-container  build the image and run it, without a Docker engine'
	@echo 'make test-package    install the Debian package where systemd runs'
	@echo 'make test-arm64      build the image for arm64 and run it, emulated'
	@echo 'make package  a Debian package of build/listsync'
	@echo 'make bench   measure syncs and the service'
	@echo 'make fuzz    fuzz every parser for a minute each (SECONDS=60)'
	@echo 'make endure  kill the service under load, 500 times'
	@echo 'make format  format the C sources'

setup:
	@tools/setup

build:
	@tools/setup --build-only
	@tools/build release

demo: build
	@tools/demo

test: setup
	@tools/test

test-container:
	@tools/test-container

test-package: build
	@tools/test-package

test-arm64: build
	@tools/test-arm64

package: build
	@tools/package

bench: build
	@tools/bench

fuzz: setup
	@tools/fuzz

endure: setup
	@tools/endure

format: setup
	@clang-format-14 -i $$(git ls-files --cached --others --exclude-standard '*.c' '*.h')

clean:
	rm -rf build build-asan build-tsan build-clang build-coverage build-fuzz
