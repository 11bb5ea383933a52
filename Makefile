# SPDX-License-Identifier: BSD-2-Clause
# Makefile - build, install, test. `make help` lists the targets.

PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build
CC      ?= gcc
V       ?= 0
Q       := $(if $(filter 1,$(V)),,@)

PACKAGES := libpcap libcares libmnl libcap-ng jansson libxml-2.0 zlib libzstd libssl libcrypto libnghttp2
CPPFLAGS += -D_GNU_SOURCE -Isrc $(shell pkg-config --cflags libxml-2.0 2>/dev/null)
WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wswitch-enum -Wmissing-prototypes -Wstrict-prototypes \
            -Wpointer-arith -Wvla -Wformat=2 -Werror
HARDEN   := -fstack-protector-strong -fPIE -fvisibility=hidden
CFLAGS   ?= -O2 -g
CFLAGS_  := -std=gnu11 $(WARN) $(HARDEN) -MMD -MP $(CFLAGS) $(SANITIZE)
LDFLAGS_ := -pie -Wl,-z,relro,-z,now $(LDFLAGS) $(SANITIZE)
FORTIFY  := $(if $(SANITIZE),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
# One look at the whole program; libtcpshake.a has ordinary code too, and the tests are linked from that.
LTO      := $(if $(SANITIZE),,-flto=auto -ffat-lto-objects)
LIBS     := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lnet -lhttp_parser -lwslay -lm

SRC  := $(sort $(wildcard src/*/*.c))
OBJ  := $(SRC:src/%.c=$(BUILD)/%.o)
CORE := $(filter-out $(BUILD)/cli/main.o,$(OBJ))

# These layers touch every number of the wire: conversions are said aloud there.
$(BUILD)/base/%.o $(BUILD)/wire/%.o $(BUILD)/tcp/%.o $(BUILD)/app/%.o: WARN_LAYER := -Wconversion

.PHONY: all
all: $(BUILD)/tcpshake $(BUILD)/tcpshake.1 $(BUILD)/tcpshake.schema.json $(BUILD)/tcpshake.bash ## build the program, manual, schema, completion

$(BUILD)/tcpshake: $(OBJ)
	@printf '  LD    %s\n' $@
	$(Q)$(CC) $(CFLAGS) $(LTO) $(LDFLAGS_) -o $@ $^ $(LIBS)

$(BUILD)/%.o: src/%.c
	@mkdir -p $(@D)
	@printf '  CC    %s\n' $<
	$(Q)$(CC) $(CPPFLAGS) $(FORTIFY) $(CFLAGS_) $(LTO) $(WARN_LAYER) -c -o $@ $<

$(BUILD)/libtcpshake.a: $(CORE)
	@printf '  AR    %s\n' $@
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/tcpshake.1: src/man/tcpshake.1.in src/cli/options.def scripts/gen-man scripts/options.awk
	@mkdir -p $(@D)
	$(Q)scripts/gen-man src/man/tcpshake.1.in src/cli/options.def >$@

$(BUILD)/tcpshake.bash: src/cli/options.def scripts/gen-completion scripts/options.awk
	@mkdir -p $(@D)
	$(Q)scripts/gen-completion src/cli/options.def >$@

$(BUILD)/tcpshake.schema.json: $(BUILD)/gen-schema
	$(Q)$(BUILD)/gen-schema >$@

$(BUILD)/gen-schema: scripts/gen-schema.c $(BUILD)/libtcpshake.a
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS_) -fno-lto $(LDFLAGS_) -o $@ $< $(BUILD)/libtcpshake.a $(LIBS)

.PHONY: install uninstall
install: all ## install below DESTDIR PREFIX
	install -D -m 755 $(BUILD)/tcpshake $(DESTDIR)$(PREFIX)/bin/tcpshake
	install -D -m 644 $(BUILD)/tcpshake.1 $(DESTDIR)$(PREFIX)/share/man/man1/tcpshake.1
	install -D -m 644 $(BUILD)/tcpshake.schema.json $(DESTDIR)$(PREFIX)/share/tcpshake/tcpshake.schema.json
	install -D -m 644 $(BUILD)/tcpshake.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/tcpshake
	@echo 'To run without root: setcap cap_net_raw+ep $(DESTDIR)$(PREFIX)/bin/tcpshake'

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/tcpshake $(DESTDIR)$(PREFIX)/share/man/man1/tcpshake.1
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/tcpshake
	rm -rf $(DESTDIR)$(PREFIX)/share/tcpshake

# --- tests ---

TEST_LIB := $(sort $(wildcard tests/lib/segs*.c tests/lib/check*.c))
UNIT     := $(patsubst tests/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/test_*.c tests/conn/test_*.c)))
REPLAY   := $(patsubst tests/fuzz/fuzz_%.c,$(BUILD)/tests/fuzz/replay_%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZERS  := $(patsubst tests/fuzz/fuzz_%.c,$(BUILD)/tests/fuzz/fuzz_%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
SIM      := $(if $(wildcard tests/sim/*.c),$(BUILD)/tests/sim/sim)
GOLDEN   := $(if $(wildcard tests/golden/*.c),$(BUILD)/tests/golden/golden)
TEST_CC   = $(CC) $(CPPFLAGS) -Itests/lib $(CFLAGS_) -fno-lto $(LDFLAGS_)

$(BUILD)/tests/unit/% $(BUILD)/tests/conn/%: tests/*/%.c $(TEST_LIB) $(BUILD)/libtcpshake.a
	@mkdir -p $(@D)
	@printf '  TEST  %s\n' $@
	$(Q)$(TEST_CC) -o $@ $(patsubst $(BUILD)/%,%.c,$@) $(TEST_LIB) $(BUILD)/libtcpshake.a -lcmocka -ljansson $(LIBS)

$(BUILD)/tests/sim/sim: $(sort $(wildcard tests/sim/*.[ch])) $(TEST_LIB) $(BUILD)/libtcpshake.a
	@mkdir -p $(@D)
	@printf '  TEST  %s\n' $@
	$(Q)$(TEST_CC) -o $@ $(filter %.c,$^) $(BUILD)/libtcpshake.a -lcmocka $(LIBS)

$(BUILD)/tests/golden/golden: $(sort $(wildcard tests/golden/*.c)) $(BUILD)/libtcpshake.a
	@mkdir -p $(@D)
	@printf '  TEST  %s\n' $@
	$(Q)$(TEST_CC) -o $@ $(filter %.c,$^) $(BUILD)/libtcpshake.a $(LIBS)

$(BUILD)/tests/fuzz/replay_%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c $(BUILD)/libtcpshake.a
	@mkdir -p $(@D)
	@printf '  TEST  %s\n' $@
	$(Q)$(TEST_CC) -o $@ $(filter %.c,$^) $(BUILD)/libtcpshake.a $(LIBS)

$(BUILD)/tests/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(SRC)
	@mkdir -p $(@D)
	@printf '  FUZZ  %s\n' $@
	$(Q)clang $(CPPFLAGS) -std=gnu11 -O1 -g -fsanitize=fuzzer,address,undefined -o $@ $< \
		$(filter-out src/cli/main.c,$(SRC)) $(LIBS)

$(BUILD)/tests/testlink: $(sort $(wildcard tests/lib/testlink*.[ch]))
	@mkdir -p $(@D)
	@printf '  TEST  %s\n' $@
	$(Q)$(CC) -std=gnu11 $(WARN) $(CFLAGS) $(SANITIZE) -o $@ $(filter %.c,$^)

.PHONY: test-programs test check asan soak bench demo
test-programs: all $(UNIT) $(REPLAY) $(SIM) $(GOLDEN) $(BUILD)/tests/testlink

test: ## install what is missing and run all tests (root, or a user namespace)
	scripts/test

check: test-programs ## run the tests that need no privileges
	scripts/run-tests unprivileged

asan: ## unit, conn, sim and golden tests under address and undefined-behaviour sanitizers
	$(Q)$(MAKE) BUILD=build/asan CFLAGS='-O1 -g -fno-omit-frame-pointer' \
		SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all' test-programs
	BUILD=build/asan scripts/run-tests sanitized

soak: ## the counts that the issues demand; takes long
	scripts/run-tests soak

bench: ## speed and accuracy beside hping3, nping and connect(), in one run
	scripts/bench

demo: ## see it work: namespaces, a slow link, a server, a probe
	scripts/demo

.PHONY: fuzz
fuzz: $(FUZZERS) ## run each fuzz target for T seconds (60)
	$(Q)for f in $(FUZZERS); do \
		n=$${f##*fuzz_}; mkdir -p $(BUILD)/corpus/$$n; \
		$$f -max_total_time=$${T:-60} $(BUILD)/corpus/$$n tests/fuzz/corpus/fuzz_$$n || exit 1; done

# --- checks ---

.PHONY: lint layers format
lint: all ## compilers, clang-tidy, cppcheck, shellcheck, mandoc, layers and style
	scripts/lint

layers: ## no include points up
	scripts/check-layers

format: ## put the sources into the project's form
	clang-format -i $$(git ls-files '*.c' '*.h')

.PHONY: clean help
clean: ## remove what was built
	rm -rf build

help: ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## /\1\t/p' Makefile | sort | awk -F'\t' '{ printf "  %-12s %s\n", $$1, $$2 }'

-include $(OBJ:.o=.d)
