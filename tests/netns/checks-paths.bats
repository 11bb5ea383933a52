#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Checks of TCP over paths that delay, lose and reorder: no rule is said to be broken that is kept.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup :; }
setup() { test_setup; }
teardown() {
	test_teardown
	[ -n "$NO_NAMESPACES" ] || ns_cleanup
}
teardown_file() { ns_cleanup; }

# path OPTION...: A --- B with an application that does as it is told on 7000 and 7001.
path() {
	ns_link A B -- --only-tcp "$@" &&
		ns_settle A va 10.66.0.2 fd66::2 && ns_settle B vb 10.66.0.1 fd66::1 || return 1
	spawn driver B "$PYTHON" "$LIB/driver.py" --port 7000
	ns_wait_listen B 7000
}

nothing_left() {
	[ -z "$(ns_exec B ss -Htan state all exclude listening exclude time-wait)" ]
}

@test "20 ms away: the default close ends within 15 seconds" {
	path --delay 10ms
	local began=$SECONDS
	probe_json A close --send X 10.66.0.2:7000
	exits 0
	[ $((SECONDS - began)) -le 15 ]
	sees 's["checks"]["fail"] == 0 and s["checks"]["inconclusive"] == 0' 'len(checks) > 90' \
		'all(c["rtt_us"] >= 19000 for c in checks if c["rtt_us"] is not None)' \
		'near(percentile([c["rtt_us"] for c in checks if c["rtt_us"] is not None], 50), 20000, 4000)'
	ns_wait_for 10 nothing_left
}

# battery RUNS: the whole of it, without a fail; a lost segment is never a broken rule.
battery() {
	for _ in $(seq "$1"); do
		PROBE_LIMIT=100 probe_json A conform --noisy --intrusive --send X "${TARGET:-10.66.0.2:7000}"
		exits 0
		sees 's["checks"]["fail"] == 0' 's["checks"]["inconclusive"] <= 5' 's["checks"]["pass"] > 100' \
			's["fingerprint"].startswith("Linux")'
	done
	# What a lost reset left behind ends by the server's own timers.
	ns_wait_for 30 nothing_left
}

@test "2 % lost each way: no false fail over the whole battery" {
	path --delay 10ms --loss 2 --seed 11
	battery "$(soak 2 50)"
}

@test "2 % lost each way over IPv6, with jitter, duplicates and reordering" {
	path --delay 20ms --jitter 5ms --loss 2 --duplicate 2 --reorder 2 --seed 12
	TARGET='[fd66::2]:7000' battery "$(soak 1 10)"
}
