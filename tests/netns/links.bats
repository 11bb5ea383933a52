#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Links that lose, delay, repeat, reorder and damage segments. What is reported is held against a
# capture beside the run.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup true; }
setup() { test_setup; }

# The link of a test is its own.
teardown() {
	local ns
	test_teardown
	[ -z "$NO_NAMESPACES" ] || return 0
	ns_signal KILL
	ns_wait_for 5 ns_all_ended
	for ns in $(ns_names); do
		ip netns del "$ns"
	done
	rm -f "$NS_TMP"/A-B.*
}

teardown_file() { ns_cleanup; }

# link OPTION...: A and B know each other, and port 7 of B closes as it should.
link() {
	ns_link A B -- --only-tcp "$@"
	ns_settle A va 10.66.0.2 fd66::2
	ns_settle B vb 10.66.0.1 fd66::1
	serve B 7 close
}

# Every attempt has the rtt that the capture gives it, or none where it is ambiguous.
right_rtts() {
	sees 'len(matched(tcp)) == len(probes)' \
		'[(x["seq"], x["rtt_us"], rtt(s)) for x, s in matched(tcp) if (x["rtt_us"] is None) != (rtt(s, True) is None)] == []' \
		'[(x["seq"], x["rtt_us"], rtt(s)) for x, s in matched(tcp) if rtt(s, True) and not near(x["rtt_us"], rtt(s, True) / 1e3, 50)] == []' \
		'all(x["syn_sent"] == sum(f.f == "S" for f in s) for x, s in matched(tcp))'
}

@test "20 % of segments lost each way: samples are the link's delay, retransmits are counted, all ends closed" {
	link --delay 10ms --loss 20 --seed 11
	count=$(soak 60 200)
	watch A va
	PROBE_LIMIT=120 probe_json A -c "$count" -i 20ms 10.66.0.2:7
	watched A va
	exits 0
	sees "s['sent'] == $count and s['open'] >= $count * 0.9" \
		'all(20e3 <= x["rtt_us"] <= 45e3 for x in probes if x["rtt_us"] is not None)' \
		"s['rtt_samples'] >= $count * 0.55" \
		"s['syn_retransmits'] == len(syns) - $count == sum(x['syn_retransmits'] for x in probes) > 0" \
		's["spoofed"] == 0 and s["corrupt"] == 0 and s["capture_dropped"] == 0' \
		'all(x["close"]["verdict"] != "fail" for x in probes)'
	right_rtts
	# What the run left undone, the host's resets of what comes later end; they may be lost as well, and
	# the server waits twice as long each time before it tries again.
	ends_closed B 7 60
}

@test "20 % lost each way over IPv6" {
	link --delay 10ms --loss 20 --seed 12
	count=$(soak 30 200)
	watch A va
	PROBE_LIMIT=120 probe_json A -c "$count" -i 20ms '[fd66::2]:7'
	watched A va
	exits 0
	sees 'all(20e3 <= x["rtt_us"] <= 45e3 for x in probes if x["rtt_us"] is not None)' \
		"s['syn_retransmits'] == len(syns) - $count > 0"
	right_rtts
	ends_closed B 7 60
}

@test "a lost SYN is sent again and the round trip is that of the second" {
	link --delay 10ms --ab --drop-nth 1
	watch A va
	probe_json A -c 1 --rto 200ms 10.66.0.2:7
	watched A va
	exits 0
	sees 'p["syn_sent"] == 2 and p["syn_retransmits"] == 1' '20e3 <= p["rtt_us"] <= 45e3' \
		'220e3 <= p["handshake_us"] <= 260e3'
	right_rtts
}

@test "a lost SYN-ACK makes the round trip ambiguous unless the timestamp tells, and the handshake long" {
	link --delay 10ms --ba --drop-nth 1
	watch A va
	probe_json A -c 1 --rto 200ms 10.66.0.2:7
	watched A va
	exits 0
	# Linux echoes the first SYN that reached it, also in the SYN-ACK for the second.
	sees 'p["syn_sent"] == 2 and p["rtt_us"] is None' '200e3 <= p["handshake_us"] <= 300e3' 's["rtt_samples"] == 0'
}

@test "without timestamps a retransmitted SYN gives no sample" {
	link --delay 10ms --ab --drop-nth 1
	probe_json A -c 2 -i 500ms --rto 200ms --no-timestamps 10.66.0.2:7
	exits 0
	sees '[x["rtt_us"] is None for x in probes] == [True, False]' 's["rtt_samples"] == 1 and s["open"] == 2'
}

@test "a lost third segment still ends in an orderly close" {
	link --delay 5ms --ab --drop-nth 2
	probe_json A -c 1 10.66.0.2:7
	exits 0
	sees 'p["close"]["kind"] in ("fin-3", "fin-4") and p["close"]["verdict"] == "pass"' '10e3 <= p["rtt_us"] <= 35e3'
	ends_closed B 7 5
}

@test "a lost FIN is sent again" {
	link --delay 5ms --ab --drop-nth 3
	watch A va
	probe_json A -c 1 --rto 200ms 10.66.0.2:7
	watched A va
	exits 0
	sees 'sum("F" in f.f for f in sent) == 2' 'p["close"]["kind"] in ("fin-3", "fin-4") and p["close"]["verdict"] == "pass"'
	ends_closed B 7 5
}

@test "a lost last ACK is sent again when the server repeats its FIN, as long as the run lasts" {
	link --delay 5ms --ab --drop-nth 4
	watch A va
	probe_json A -c 2 -i 700ms 10.66.0.2:7
	watched A va
	exits 0
	sees 'sum("F" in f.f for f in got) == 3' 'not any("R" in f.f for f in sent)' \
		'all(x["close"]["verdict"] == "pass" for x in probes)'
	none_in B 7 LAST-ACK
}

@test "a last ACK lost at the end of the run leaves nothing: the host's reset ends it" {
	link --delay 5ms --ab --drop-nth 4
	probe_json A -c 1 10.66.0.2:7
	exits 0
	sees 'p["close"]["verdict"] == "pass"'
	ends_closed B 7 5
}

@test "a link that loses all is filtered" {
	link --loss 100
	probe_json A -c 2 -i 10ms -W 100ms --syn-retries 1 --rto 100ms 10.66.0.2:7
	exits 1
	sees 's["filtered"] == 2 and s["syn_retransmits"] == 2'
}

@test "a round trip of 600 ms is measured without a retransmission" {
	link --delay 300ms
	probe_json A -c 3 -i 50ms 10.66.0.2:7 '[fd66::2]:7'
	exits 0
	sees 'all(600e3 <= x["rtt_us"] <= 650e3 and x["syn_sent"] == 1 for x in probes)' \
		'all(x["close"]["verdict"] == "pass" for x in probes)'
}

@test "a round trip longer than the RTO is no sample, but open" {
	link --delay 200ms
	watch A va
	probe_json A -c 2 -i 50ms --rto 250ms 10.66.0.2:7
	watched A va
	exits 0
	sees 'all(x["rtt_us"] is None and x["syn_sent"] == 2 and 400e3 <= x["handshake_us"] <= 450e3 for x in probes)'
	right_rtts
	ends_closed B 7 5
}

@test "attempts overlap when the interval is shorter than the round trip" {
	link --delay 50ms
	watch A va
	probe_json A -c 30 -i 5ms 10.66.0.2:7
	watched A va
	exits 0
	sees 's["open"] == 30 and s["duplicates"] == s["late"] == 0' 'syns[9].t < got[0].t'
	right_rtts
}

@test "an answer later than -W: filtered, then counted late and reset" {
	link --delay 100ms
	watch A va
	probe_json A -c 2 -i 400ms -W 50ms --syn-retries 0 -o "text:$BATS_TEST_TMPDIR/text" 10.66.0.2:7
	watched A va
	exits 1
	sees 's["filtered"] == 2 and s["late"] >= 1 and s["open"] == 0' 'all(x["rtt_us"] is None for x in probes)' \
		'" late: an answer came 20" in text("text")' \
		'any(f.f == "R" and f.seq == syns[0].seq + 1 and f.t > got[0].t for f in sent)'
	ends_closed B 7 5
}

@test "segments that come twice are counted and change nothing" {
	link --delay 5ms --ba --duplicate 100
	watch A va
	probe_json A -c 5 -i 20ms 10.66.0.2:7
	watched A va
	exits 0
	sees 's["open"] == 5 and s["spoofed"] == 0' \
		's["duplicates"] >= 5 and s["duplicates"] <= len(got) // 2 + 1' \
		'all(x["close"]["verdict"] == "pass" for x in probes)' 'not any("R" in f.f for f in sent)'
	right_rtts
	ends_closed B 7 5
}

@test "our own segments doubled on the way change nothing" {
	link --delay 5ms --ab --duplicate 100
	watch A va
	probe_json A -c 5 -i 20ms 10.66.0.2:7
	watched A va
	exits 0
	sees 's["open"] == 5 and s["syn_retransmits"] == 0' 'all(x["close"]["verdict"] in ("pass", "warn") for x in probes)'
	right_rtts
	ends_closed B 7 5
}

@test "reordered segments are no fault of the server" {
	link --delay 5ms --reorder 30 --reorder-delay 15ms --seed 3
	count=$(soak 30 200)
	watch A va
	probe_json A -c "$count" -i 10ms 10.66.0.2:7
	watched A va
	exits 0
	sees "s['open'] == $count" 'all(x["close"]["verdict"] != "fail" for x in probes)'
	right_rtts
	ends_closed B 7 5
}

@test "a damaged segment is never believed, and counted" {
	link --delay 5ms --ba --corrupt 30 --seed 5
	watch A va
	probe_json A -c "$(soak 30 200)" -i 20ms --rto 200ms 10.66.0.2:7 '[fd66::2]:7'
	watched A va
	sees 'sum(x["corrupt"] for x in summaries) > 5' 'all(10e3 <= x["rtt_us"] <= 35e3 for x in probes if x["rtt_us"] is not None)' \
		'all(x["close"]["verdict"] != "fail" for x in probes)' 'all(x["spoofed"] == 0 for x in summaries)' \
		'all(x["reply"]["ttl"] == 64 and x["reply"]["mss"] in (1440, 1460) for x in probes if x["state"] == "open")'
	right_rtts
	# Damage may hit addresses, ports or type: then the frame is nobody's.
	sees 'sum(x["corrupt"] for x in summaries) <= len([f for f in wire if f.src in ("10.66.0.2", "fd66::2") and not f.sums and not f.partial])'
}

@test "when all answers are damaged none is believed" {
	link --ba --corrupt 100
	probe_json A -c 3 -i 10ms -W 100ms --syn-retries 0 10.66.0.2:7
	exits 1
	sees 's["filtered"] == 3 and s["open"] == s["closed"] == 0' 's["corrupt"] > 0'
}

@test "loss, delay, doubling, reordering and damage at once: the run ends and nothing is left" {
	link --delay 5ms --jitter 5ms --loss 10 --duplicate 10 --reorder 10 --reorder-delay 30ms --corrupt 5 --seed 9
	watch A va
	PROBE_LIMIT=90 probe_json A -c "$(soak 40 200)" -i 20ms --rto 300ms 10.66.0.2:7 '[fd66::2]:7'
	watched A va
	sees 'all(x["open"] >= x["sent"] * 0.8 for x in summaries)' 'all(x["spoofed"] == 0 for x in summaries)' \
		'all(x["close"]["verdict"] != "fail" for x in probes)' \
		'all(x["rtt_us"] <= 90e3 for x in probes if x["rtt_us"] is not None)'
	right_rtts
	ends_closed B 7 60
}
