#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# SYN cookies over paths that lose, delay, duplicate and reorder: no wrong verdict, and mostly the right one.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"
# shellcheck source=tests/lib/synproxy.sh
. "$LIB/synproxy.sh"

setup_file() { file_setup :; }
setup() { test_setup; }
teardown() {
	test_teardown
	[ -n "$NO_NAMESPACES" ] || ns_cleanup
}
teardown_file() { ns_cleanup; }

RUNS=$(soak 12 90)

# path OPTION...: A --- B with a listener on 80 of both families.
path() {
	ns_link A B -- --only-tcp "$@" &&
		ns_settle A va 10.66.0.2 fd66::2 && ns_settle B vb 10.66.0.1 fd66::1 || return 1
	serve B 80 hold -- --backlog "${BACKLOG:-128}"
}

# looks MODE VERDICT: many at a time; none may say what is not so. Counts those that are right.
looks() {
	local limit=$((RUNS / 5 + 60))
	ns_exec B sysctl -qw "net.ipv4.tcp_syncookies=$1"
	PROBE_LIMIT=$limit probe_json A cookies -c "$RUNS" -i 100ms 10.66.0.2 '[fd66::2]:80'
	[ "$status" -le 1 ]
	sees "len(looks) == $RUNS * 2" \
		"all(k['verdict'] in ('$2', 'inconclusive', 'intermittent') for k in looks)" \
		"sum(k['verdict'] == '$2' for k in looks) >= ${3:-0.95} * len(looks)" \
		"sum(k['segments_sent'] for k in looks) / len(looks) < ${4:-9}"
	# What a reset that was lost has left meets the next of the kernel's SYN-ACKs.
	ns_wait_for 70 nothing_half_open
}

nothing_half_open() {
	[ -z "$(ns_exec B ss -Htn state syn-recv)" ]
}

@test "2 % lost each way at 40 ms: modes 0, 1 and 2, both families" {
	path --delay 20ms --loss 2 --seed 5
	looks 0 not-active-now
	looks 1 not-active-now
	looks 2 active
}

@test "2 % lost, 20 ms and 5 ms of jitter each way" {
	path --delay 20ms --jitter 5ms --loss 2 --seed 6
	looks 1 not-active-now
	looks 2 active
}

@test "5 % lost, 100 ms, duplicated and reordered" {
	path --delay 50ms --jitter 15ms --loss 5 --duplicate 3 --reorder 3 --seed 7
	looks 1 not-active-now 0.9 14
	looks 2 active 0.9 14
}

@test "a proxy behind a lossy path is told as one" {
	path --delay 20ms --loss 2 --seed 8
	synproxy B input || skip "no nft synproxy here"
	probe_json A cookies -c "$RUNS" -i 100ms 10.66.0.2
	sees 'all(k["verdict"] in ("proxy", "inconclusive", "intermittent") for k in looks)' \
		'sum(k["verdict"] == "proxy" for k in looks) >= 0.95 * len(looks)' \
		'all(k["implementation"] == "synproxy" for k in looks if k["verdict"] == "proxy")'
}

@test "a queue that is full now and then, over a lossy path: active or intermittent, mostly" {
	BACKLOG=4 path --delay 20ms --loss 2 --seed 9
	ip -n "${NS_PREFIX}B" neigh replace 10.66.0.50 lladdr 02:00:00:00:00:50 dev vb nud permanent
	spawn filler A "$PYTHON" "$LIB/half_open.py" 10.66.0.2 80 10.66.0.50 20
	ns_wait_for 10 grep -qs full "$BATS_TEST_TMPDIR/filler.log"
	sleep 0.1 # until they have arrived
	probe_json A cookies -c "$RUNS" -i 100ms 10.66.0.2
	sees 'all(k["verdict"] in ("active", "intermittent", "not-active-now", "inconclusive") for k in looks)' \
		'sum(k["verdict"] in ("active", "intermittent") for k in looks) >= 0.8 * len(looks)'
}

@test "a path that is slower than any timer of ours: no answer, no wrong verdict" {
	path --delay 700ms --seed 10
	for mode in 1 2; do
		ns_exec B sysctl -qw "net.ipv4.tcp_syncookies=$mode"
		probe_json A cookies 10.66.0.2
		sees "look['verdict'] in ({1: 'not-active-now', 2: 'active'}[$mode], 'inconclusive')"
	done
	ns_wait_for 15 nothing_half_open
}
