#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Forged replies: they come before the genuine one (the link is slow, the forger sits on it), or
# instead of one, and change nothing but a counter.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup make_network; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

# A --- A-B, with 30 ms each way --- B. Port 7 is open, 9 closed, 10 filtered.
make_network() {
	ns_link A B -- --delay 30ms
	ns_spawn B "$PYTHON" "$LIB/server.py" --port 7 --mode close >/dev/null
	rules B 'tcp dport 10 drop'
	ns_wait_listen B 7
	ns_settle A va 10.66.0.2 fd66::2
	ns_settle B vb 10.66.0.1 fd66::1
}

# forge KIND [PORT]: on the way, answering at once what B answers after 60 ms.
forge() {
	spawn forger A-B "$PYTHON" "$LIB/spoof.py" ma "${2:-7}" "$1"
	ns_wait_for 10 grep -qs ready "$BATS_TEST_TMPDIR/forger.log"
}

# unshaken KIND: three handshakes in each family go as if there were no forger.
unshaken() {
	forge "$1"
	watch A va
	probe_json A -c 3 -i 20ms 10.66.0.2:7 '[fd66::2]:7'
	watched A va
	exits 0
	[ "$(grep -c forged "$BATS_TEST_TMPDIR/forger.log")" -eq 6 ]
	sees 'all(x["state"] == "open" and 60e3 <= x["rtt_us"] <= 90e3 and x["syn_sent"] == 1 for x in probes)' \
		'len(probes) == 6 and all(x["close"]["verdict"] == "pass" for x in probes)' \
		'all(x["open"] == 3 and x["duplicates"] == x["late"] == 0 for x in summaries)'
}

@test "SYN-ACKs that acknowledge something else are not believed" {
	unshaken syn-ack
	sees '[x["spoofed"] for x in summaries] == [3, 3]'
	# No tuple is given away: what we answer acknowledges nothing of the forger's.
	sees 'all(f.ack != 78 for f in sent)'
}

@test "SYN-ACKs that acknowledge the SYN itself, off by one, are not believed" {
	unshaken syn-ack-off-by-one
	sees '[x["spoofed"] for x in summaries] == [3, 3]'
}

@test "resets that acknowledge something else are not believed" {
	unshaken rst-ack
	sees '[x["spoofed"] for x in summaries] == [3, 3]'
}

@test "resets that acknowledge the SYN itself, off by one, are not believed" {
	unshaken rst-ack-off-by-one
	sees '[x["spoofed"] for x in summaries] == [3, 3]'
}

@test "resets without an acknowledgment are not believed" {
	unshaken rst
	sees '[x["spoofed"] for x in summaries] == [3, 3]'
}

@test "resets without an acknowledgment that guess a number are not believed" {
	unshaken rst-guess
	sees '[x["spoofed"] for x in summaries] == [3, 3]'
}

@test "ACKs and FINs of nowhere are not believed" {
	unshaken ack
	sees '[x["spoofed"] for x in summaries] == [3, 3]'
	test_end
	unshaken fin
	sees '[x["spoofed"] for x in summaries] == [3, 3]'
}

@test "ICMP errors that quote another sequence number are not believed" {
	unshaken icmp
	sees '[x["spoofed"] for x in summaries] == [3, 3]'
	test_end
	unshaken icmp-before
	sees '[x["spoofed"] for x in summaries] == [3, 3]'
}

@test "ICMP errors about other connections are nothing to us" {
	unshaken icmp-port
	sees '[x["spoofed"] for x in summaries] == [0, 0]'
}

@test "a SYN without ACK from a stranger does not keep the genuine answer from counting" {
	forge syn
	probe_json A -c 3 -i 20ms 10.66.0.2:7
	exits 0
	sees 's["open"] == 3' 'all(60e3 <= x["rtt_us"] <= 90e3 and x["reason"] == "syn-ack" for x in probes)'
	none_in B 7 SYN-RECV
}

@test "on a closed port forged SYN-ACKs do not make it open" {
	forge syn-ack 9
	probe_json A -c 3 -i 20ms 10.66.0.2:9
	exits 1
	sees 's["closed"] == 3 and s["spoofed"] == 3' 'all(60e3 <= x["rtt_us"] <= 90e3 for x in probes)'
}

@test "on a filtered port each kind of forgery leaves it filtered" {
	for kind in syn-ack rst-ack rst icmp; do
		echo "# $kind"
		forge $kind 10
		probe_json A -c 2 -i 20ms -W 200ms --syn-retries 1 --rto 100ms 10.66.0.2:10
		test_end
		exits 1
		# Each SYN is answered by a forgery, two an attempt.
		sees 's["filtered"] == 2 and s["spoofed"] == 4' \
			'all(x["rtt_us"] is None and x["syn_sent"] == 2 and x["reason"] == "timeout" for x in probes)'
	done
}

@test "a forger in the server's own namespace changes a filtered port no more" {
	spawn forger B "$PYTHON" "$LIB/spoof.py" vb 10 syn-ack
	ns_wait_for 10 grep -qs ready "$BATS_TEST_TMPDIR/forger.log"
	probe_json A -c 2 -i 20ms -W 300ms --syn-retries 0 10.66.0.2:10
	exits 1
	sees 's["filtered"] == 2 and s["spoofed"] == 2'
}

@test "forgeries do not make us a source of resets without end" {
	# RFC 9293 3.10.7.3 lets an unacceptable ACK be answered by a reset: at most one a SYN.
	forge ack
	watch A va
	probe_json A -c 5 -i 10ms 10.66.0.2:7
	watched A va
	sees 'sum("R" in f.f for f in sent) <= 5'
	test_end
	forge rst-ack
	watch A va
	probe_json A -c 5 -i 10ms 10.66.0.2:7
	watched A va
	sees 'sum("R" in f.f for f in sent) == 0'
}
