#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Checks of TCP against two stacks that are not Linux: libslirp (of slirp4netns) and lwIP. What each is known
# to do wrong is found, nothing else is, and the stack is told by its answers.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup ns_add H G L; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

# need COMMAND: or the test is skipped aloud.
need() {
	command -v "$1" >/dev/null || skip "no $1"
}

need_tap() {
	[ -c /dev/net/tun ] || skip "no /dev/net/tun"
}

# --- the stacks ---

# G's only way out is libslirp, whose host is H: 10.0.2.2 is the application on H's loopback.
slirp_starts() {
	need slirp4netns
	need_tap
	spawn driver H "$PYTHON" "$LIB/driver.py" --port 7000
	spawn slirp H slirp4netns --netns-type=path --configure --mtu=1500 "/var/run/netns/${NS_PREFIX}G" tap0
	ns_wait_listen H 7000
	ns_wait_for 5 slirp_configured ||
		skip "slirp4netns does not start: $(tail -n 1 "$BATS_TEST_TMPDIR/slirp.log")"
}

slirp_configured() {
	ns_exec G ip -4 addr show dev tap0 | grep -q 'inet 10.0.2.100/'
}

# L's tap leads to the lwIP of a server of its own, 10.66.0.2:7000.
lwip_starts() {
	local include=/usr/include/lwip
	need gcc
	need_tap
	[ -f $include/lwip/tcp.h ] || skip "no liblwip-dev"
	gcc -std=gnu11 -O2 -Wall -Wextra -I $include -o "$BATS_FILE_TMPDIR/lwip_server" \
		"$LIB/lwip_server.c" -llwip
	ip -n "${NS_PREFIX}L" tuntap add mode tap name tap0 2>"$BATS_TEST_TMPDIR/tap.log" ||
		skip "no tap: $(cat "$BATS_TEST_TMPDIR/tap.log")"
	ns_address L tap0 10.66.0.1/24 fd66::1/64
	spawn lwip L env PRECONFIGURED_TAPIF=tap0 "$BATS_FILE_TMPDIR/lwip_server" 10.66.0.2 24 10.66.0.1 7000
	lwip=$spawned
	ns_wait_for 5 grep -qx ready "$BATS_TEST_TMPDIR/lwip.log"
	ns_wait_for 5 ns_neighbour L tap0 10.66.0.2
}

# --- what is found ---

# finds VERDICT ID...: each of these checks, in some state, has that verdict.
finds() {
	sees "set('${*:2}'.split()) - {c['id'] for c in checks if c['verdict'] == '$1'} == set()"
}

# only_fails ID...: no other check fails, and few are left open.
only_fails() {
	sees "[(c['id'], c['precondition'], c['got'], c['note']) for c in checks
		if c['verdict'] == 'fail' and c['id'] not in '$*'.split()] == []" \
		'sum(c["verdict"] == "inconclusive" for c in checks) <= 3'
}

# told_as NAME: almost all of the answers are as the table of stacks has them.
told_as() {
	sees "s['fingerprint'].startswith('$1: ')" \
		'(lambda f: int(f[-3]) >= 80 and int(f[-3]) >= 0.95 * int(f[-1]))(s["fingerprint"].split())'
}

reaches() {
	local state
	for state in "$@"; do
		sees "any(c['precondition'] == '$state' and c['verdict'] == 'pass' for c in checks)"
	done
}

# No reset is to be answered, nor what has no flags; FIN and data of a refused SYN count. A reset has to be in
# the window: libslirp takes any of the past, and believes its window to be larger than the one it sends.
SLIRP_FAILS='H12 H12a H12b H14 H14a H14b H14c H16 H18a H18b H20 H20a H20b H20c I1 R3 R3a R7 R10e'

# No segment is to be taken without ACK, or with one of what was never sent. Of SYN,FIN lwIP counts one.
LWIP_FAILS='A2 A9 H18a I1 T17 T18 T18a'

@test "libslirp: its known failures, and no others" {
	slirp_starts
	PROBE_LIMIT=90 probe_json G conform --noisy --send X 10.0.2.2:7000
	exits 4
	# shellcheck disable=SC2086 # lists
	finds fail $SLIRP_FAILS
	finds warn H4 H6 H15 R2 R5 S1 S2 S4 S6 T19 T21a
	# shellcheck disable=SC2086 # lists
	only_fails $SLIRP_FAILS
	reaches CLOSED LISTEN SYN_RCVD ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 CLOSING LAST_ACK TIME_WAIT
	told_as 'libslirp 4.7'
}

@test "libslirp: data after our FIN is acknowledged where the application stays, and no MSS is kept to" {
	slirp_starts
	probe_json G conform --case 'T19,T19a,T14:CLOSE_WAIT,R3:CLOSE_WAIT,A6:CLOSE_WAIT' 10.0.2.2:7001
	exits 4
	finds fail T19 T19a R3
	finds skipped T19 # in LAST_ACK
	sees 'check("T14")["verdict"] == "pass" and check("A6")["verdict"] == "pass"' \
		'all(c["precondition"] == "CLOSE_WAIT" for c in checks if c["verdict"] == "fail")'
	probe_json G conform --case O1,O2 --send B 10.0.2.2:7000
	exits 4
	finds fail O1 O2
	sees 'all("larger than the MSS" in c["got"] for c in checks)'
}

@test "lwIP: its known failures, and no others" {
	lwip_starts
	PROBE_LIMIT=90 probe_json L conform --noisy --send X 10.66.0.2:7000
	exits 4
	# shellcheck disable=SC2086 # lists
	finds fail $LWIP_FAILS
	finds warn H7 H11 H13 H19 R12 T3 T21 TW1
	# shellcheck disable=SC2086 # lists
	only_fails $LWIP_FAILS
	reaches CLOSED LISTEN SYN_RCVD ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 CLOSING LAST_ACK TIME_WAIT
	told_as 'lwIP 2.1'
	[ -n "$(ns_started "$lwip")" ]
}
