# Flatline. `make demo` and `make test` do everything on a fresh Debian 12 with Swift 6.3; DEPS=0 skips installing.

PREFIX ?= /usr/local
DEPS ?= 1

# Every Debian package that building, testing and running need, beyond Swift's own toolchain.
PACKAGES = libnl-3-dev libnl-route-3-dev libnftables-dev pkg-config

# Static Swift libraries: an endpoint then starts in 2 to 4 ms.
RELEASE = swift build -c release --static-swift-stdlib
BIN = .build/release
SCENARIOS = Scenarios/cable-pull.yaml Scenarios/cable-pull-replug.yaml Scenarios/router-restart.yaml \
	Scenarios/cpu-saturation.yaml Scenarios/cpu-saturation-busy.yaml Scenarios/busy-connection.yaml

.PHONY: all deps build demo matrix test bench lint schema install clean

all: build

# Installs what is missing, and only that; asks for sudo only if something is.
deps:
ifneq ($(DEPS),0)
	@missing=""; for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "installing:$$missing"; \
	  if [ "$$(id -u)" = 0 ]; then sudo=""; else sudo="sudo"; fi; \
	  $$sudo apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing; \
	fi
endif

build: deps
	$(RELEASE) --product flatline
	$(RELEASE) --product flatline-endpoint

# Runs the core scenarios and prints one comparison each; the rows go to results/.
demo: build
	$(BIN)/flatline run $(SCENARIOS)

# Every fault against every mechanism, as one table: a quarter of an hour (fewer at a time than the machine takes, so that timers are on time). `flatline matrix FILES.csv` prints it again.
matrix: build
	$(BIN)/flatline run --matrix --jobs 70 --output results/matrix.csv Scenarios/matrix/*.yaml

# Tests of the kernel's behaviour run apart, and the measuring ones last: a busy machine makes every timer late.
KERNEL = 'EndpointTests|LabTests'
MEASURING = 'CampaignTests|CommandLineTests'

test: deps
	swift build --build-tests
	swift test --skip-build --skip $(KERNEL) --skip $(MEASURING)
	swift test --skip-build --filter EndpointTests
	swift test --skip-build --filter LabTests
	swift test --skip-build --filter $(MEASURING)

# Speeds, as ratios in one run (see Benchmarks/README.md).
bench: build
	$(RELEASE) --product flatline-benchmarks
	$(BIN)/flatline-benchmarks

# Formatting, and who imports whom.
lint:
	swift format lint --strict -r Sources Tests Benchmarks Package.swift
	.ci/check-imports

# The editors' schema and the reference of keys, written from the reader's own table.
schema: build
	$(BIN)/flatline schema > scenario.schema.json
	sed -i '/^## Keys$$/,$$d' Scenarios/README.md
	(printf '## Keys\n\n'; $(BIN)/flatline schema --format markdown) >> Scenarios/README.md

install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(BIN)/flatline $(BIN)/flatline-endpoint $(DESTDIR)$(PREFIX)/bin

clean:
	swift package clean
