# Flatline. `make demo` and `make test` do everything on a fresh Debian 12 with Swift 6.3; DEPS=0 skips installing.

PREFIX ?= /usr/local
DEPS ?= 1

# Every Debian package that building, testing and running need, beyond Swift's own toolchain.
PACKAGES = libnl-3-dev libnl-route-3-dev libnftables-dev pkg-config

# What building the virtual clock's kernel needs besides, and which kernel that is.
KERNEL_VERSION = 6.12
KERNEL_PACKAGES = linux-source-$(KERNEL_VERSION) gcc libc6-dev make flex bison bc xz-utils

# What the oracle (Tests/Oracle) needs besides.
ORACLE_PACKAGES = python3 iproute2 nftables

# Static Swift libraries; the endpoint is static altogether (Package.swift), and starts in 1 to 2 ms.
RELEASE = swift build -c release --static-swift-stdlib
BIN = .build/release
FLATLINE = .build/debug/flatline
SCENARIOS = Scenarios/cable-pull.yaml Scenarios/cable-pull-replug.yaml Scenarios/router-restart.yaml \
	Scenarios/cpu-saturation.yaml Scenarios/cpu-saturation-busy.yaml Scenarios/busy-connection.yaml

.PHONY: all deps build demo matrix kernel test oracle oracle-short bench lint schema install clean

all: build

# Installs those packages that are missing, and only them; asks for sudo only if one is.
define install
missing=""; for package in $(1); do \
  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; \
done; \
if [ -n "$$missing" ] && [ "$(DEPS)" != 0 ]; then \
  echo "installing:$$missing"; \
  if [ "$$(id -u)" = 0 ]; then sudo=""; else sudo="sudo"; fi; \
  $$sudo apt-get update -qq && \
  DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing; \
fi
endef

deps:
	@$(call install,$(PACKAGES))

build: deps
	$(RELEASE) --product flatline
	$(RELEASE) --product flatline-endpoint

# Runs the core scenarios and prints one comparison each; the rows go to results/.
demo: build
	$(BIN)/flatline run $(SCENARIOS)

# Every fault against every mechanism, as one table, in a quarter of an hour: fewer at a time than the machine takes, so
# that timers are on time. Each time into a file of its own; `flatline matrix FILES.csv` prints one again.
matrix: build
	$(BIN)/flatline run --matrix --jobs 70 --output results/matrix-$$(date -u +%Y%m%dT%H%M%SZ).csv \
	  Scenarios/matrix/*.yaml

# The virtual clock's kernel (Kernel/README.md): a few minutes once, then nothing, as it stays in the user's cache. By the
# debug build, which the tests need in any case.
kernel: deps
	swift build --product flatline
	@$(FLATLINE) kernel path --kernel $(KERNEL_VERSION) 2>/dev/null || { \
	  { $(call install,$(KERNEL_PACKAGES)); } && $(FLATLINE) kernel build --version $(KERNEL_VERSION); \
	}

# Tests of the kernel's behaviour run apart, and the measuring ones last: a busy machine makes every timer late.
KERNEL = 'EndpointTests|LabTests'
MEASURING = 'CampaignTests|CommandLineTests'
# On the virtual clock nothing is late, but guests keep every processor busy.
VIRTUAL = 'GuestTests|VirtualClockTests|TestsInGuestTests'

# Building the tests builds every target, and refuses imports of targets that are no declared dependency.
test: kernel
	swift build --build-tests --explicit-target-dependency-import-check error
	swift test --skip-build --skip $(KERNEL) --skip $(MEASURING) --skip $(VIRTUAL)
	swift test --skip-build --filter $(VIRTUAL)
	swift test --skip-build --filter EndpointTests --skip $(VIRTUAL)
	swift test --skip-build --filter LabTests --skip $(VIRTUAL)
	swift test --skip-build --filter CommandLineTests --skip $(VIRTUAL)
	swift test --skip-build --filter CampaignTests --skip $(VIRTUAL)

# The same situations measured by other means that share no code, and compared (Tests/Oracle/README.md): two to three
# minutes. The short form takes the debug build, which the tests need in any case.
oracle: build
	@$(call install,$(ORACLE_PACKAGES))
	Tests/Oracle/oracle.py --flatline $(BIN)/flatline

oracle-short: deps
	@$(call install,$(ORACLE_PACKAGES))
	swift build --product flatline
	swift build --product flatline-endpoint
	python3 -m unittest discover -s Tests/Oracle/tests
	Tests/Oracle/oracle.py --short --flatline $(FLATLINE)

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
