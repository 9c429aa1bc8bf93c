# `make` lists what there is. Each target is a line or two here; what takes
# more thought is a script of its own in scripts/.

SHELL := /bin/bash
# A toolchain unpacked into /usr/local/go is found without being on the PATH.
export PATH := $(PATH):/usr/local/go/bin

VERSION := $(shell scripts/version)
LDFLAGS := -s -w -X main.version=$(VERSION)
BUILD := go build -trimpath -ldflags '$(LDFLAGS)'

FUZZTIME ?= 30s
DURATION ?= 10m
SEED ?=

.DEFAULT_GOAL := help
.PHONY: help run build test lint cross windows bench fuzz torture test-vm test-clean test-package package screens screens-site clean

help: ## Lists every target
	@echo 'JasminCam $(VERSION)'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 14

run: ## The window with the demo, signed in to two accounts; PORT=8787. Ctrl-C ends it
	@exec scripts/run

build: ## Builds bin/jasmincam and bin/jasmincam-server
	@scripts/install-deps
	$(BUILD) -o bin/jasmincam ./cmd/jasmincam
	CGO_ENABLED=0 $(BUILD) -o bin/jasmincam-server ./cmd/jasmincam-server

test: ## Every test with -race: real browser, database, sound server and keyring; PKG=./... RUN=
	@scripts/test

lint: ## Format, vet, strict linters, module and script checks, builds for other systems
	@scripts/lint

cross: ## Builds the server for linux/arm64, windows and darwin without cgo
	@scripts/cross

windows: ## Links dist/windows/jasmincam.exe with mingw-w64
	@scripts/windows '$(LDFLAGS)'

bench: ## Benchmarks with a table and ratios; writes docs/BENCHMARKS.md; RUN=
	@scripts/bench

fuzz: ## Every fuzz target for FUZZTIME (30s)
	@scripts/fuzz '$(FUZZTIME)'

torture: ## Long fault runs; SEED (printed, repeats a run), DURATION (10m)
	@scripts/torture '$(SEED)' '$(DURATION)'

test-vm: ## The tests that need a kernel camera and sound card, in a small virtual machine
	@test/vm/run

test-clean: ## make test and make run in a bare Debian 12 root, as a newcomer would (root)
	@scripts/test-clean

package: ## Archives and Debian packages of the app and the server in dist/
	@scripts/package '$(VERSION)'

screens: ## Takes the pictures of the window anew: every page in every look, and those in docs/guide
	@scripts/screens

screens-site: ## Takes the pictures of the site in docs/screens/site anew
	@scripts/screens-site

test-package: ## Installs and removes the packages of make package in a bare Debian 12 root (root)
	@scripts/test-package

clean: ## Removes what the targets above made
	rm -rf bin dist .run coverage.out
