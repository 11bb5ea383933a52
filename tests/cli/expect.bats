#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# --expect for each kind of field, and every exit code and which of several wins.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup make_network; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

# Port 7 is open, 9 closed, 10 filtered, 11 rejected. 10.99.0.1 has no route, .invalid no server.
make_network() {
	ns_pair A B
	ns_spawn B "$PYTHON" "$LIB/server.py" --port 7 --mode close >/dev/null
	rules B 'tcp dport 10 drop' 'tcp dport 11 reject with icmpx port-unreachable'
	ns_wait_listen B 7
	ns_exec B sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
}

quick() {
	probe_json A -c 1 -W 50ms --syn-retries 0 "$@"
}

# holds TERM... and fails_to_hold TERM...: on one handshake of the open port. Each counts by itself.
holds() {
	quick "${@/#/--expect=}" 10.66.0.2:7
	exits 0
	sees "len(s['expectations']) == $#" 'all(e["held"] is True for e in s["expectations"])' 's["verdict"] == "pass"'
}

fails_to_hold() {
	quick "${@/#/--expect=}" 10.66.0.2:7
	exits 4
	sees "len(s['expectations']) == $#" 'all(e["held"] is False for e in s["expectations"])' \
		's["verdict"] == "fail" and err == ""'
}

@test "words: state, reason, close and its parts" {
	holds state=open reason=syn-ack 'close=fin-4|fin-3' close.kind!=rst close.first=client close.verdict=pass \
		address=10.66.0.2
	fails_to_hold reason=rst close=rst 'close.kind!=fin-3|fin-4' close.first=server close.verdict=fail address=10.66.0.3
}

@test "numbers: port, family, ttl, window, mss, wscale, counters" {
	holds port=7 family=4 ttl=64 'window>=1000' mss=1460 'mss>=1400' 'wscale!=99' rtt_samples=1 sent=1 open=1 \
		closed=0 filtered=0 unreachable=0 syn_retransmits=0 duplicates=0 late=0 spoofed=0 capture_dropped=0
	fails_to_hold port=8 family=6 'ttl<64' 'window<10' 'mss>1460' 'wscale>14' rtt_samples=0 'sent!=1' 'syn_retransmits>0'
}

@test "truths: sack, timestamps, ecn, df" {
	holds sack=true timestamps=yes ecn=false df=1 'ecn!=true'
	fails_to_hold sack=no timestamps=false ecn=true df=0
}

@test "durations: rtt, handshake, dns, close.time and the statistics, in each unit" {
	holds 'rtt<1s' 'rtt>1ns' 'handshake<=1000ms' 'close.time<1' 'rtt.min<1000000us' 'rtt.avg<1s' 'rtt.max<1s' \
		'rtt.mdev<1s' 'rtt.p50<1s' 'rtt.p90<1s' 'rtt.p95<1s' 'rtt.p99<0.5m' 'rtt>=0'
	fails_to_hold 'rtt>1s' 'handshake>1s' 'close.time>1' 'rtt.min>1s' 'rtt.avg>1s' 'rtt.max>1s' 'rtt.mdev>1s' \
		'rtt.p50>1s' 'rtt.p90>1s' 'rtt.p95>1s' 'rtt.p99>1s'
}

@test "percentages: loss, with and without the sign" {
	holds loss=0% 'loss<=1%' 'loss<1' 'loss!=50%'
	fails_to_hold 'loss>0%' loss=100
}

@test "each operator means what it says" {
	holds mss=1460 mss==1460 'mss!=1461' 'mss<1461' 'mss<=1460' 'mss>1459' 'mss>=1460' 'mss=1|1460|2'
	fails_to_hold mss=1461 mss==1461 'mss!=1460' 'mss<1460' 'mss<=1459' 'mss>1460' 'mss>=1461' 'mss=1|2' 'mss!=1|1460'
}

@test "terms joined by commas, and several options, must all hold" {
	quick --expect mss=1460 --expect 'rtt<1s,sack=true' 10.66.0.2:7
	exits 0
	sees '[e["expression"] for e in s["expectations"]] == ["mss=1460", "rtt<1s", "sack=true"]'
	quick --expect mss=1460,sack=false 10.66.0.2:7
	exits 4
	sees '[e["held"] for e in s["expectations"]] == [True, False]' 's["expectations"][1]["got"] == "true"'
}

@test "a field of an attempt must hold for every attempt" {
	serve B 12 close
	probe_start A -c 0 -i 20ms -W 100ms --json -o "jsonl:$BATS_TEST_TMPDIR/lines" --expect 'state=open,reason=syn-ack' 10.66.0.2:12
	# The server goes away in mid-run.
	ns_wait_for 5 grep -q '"seq":3,.*"state":"open"' "$BATS_TEST_TMPDIR/lines"
	kill "$spawned"
	ns_wait_for 5 grep -q '"state":"closed"' "$BATS_TEST_TMPDIR/lines"
	kill -INT "$running"
	probe_end
	exits 4
	sees 's["open"] > 0 and s["closed"] > 0' '[e["held"] for e in s["expectations"]] == [True, False]'
}

@test "an absent value does not hold, whatever is expected of it" {
	quick --expect 'state=closed,rtt<1s,mss>=0' 10.66.0.2:9
	exits 4
	quick --expect 'state=filtered,rtt<1s' 10.66.0.2:10
	exits 4
	quick --expect 'state=filtered,rtt!=1s' 10.66.0.2:10
	exits 4
}

@test "dns is the one that an address target has nothing to say about" {
	quick --expect 'dns<1s' 10.66.0.2:7
	# Nothing was resolved: what the run cannot tell cannot have been kept.
	exits 4
	sees 's["expectations"][0]["held"] is False'
}

@test "--expect state=S replaces the default: S is 0, another state is 1" {
	quick --expect state=closed 10.66.0.2:9
	exits 0
	quick --expect state=filtered 10.66.0.2:10
	exits 0
	quick --expect state=unreachable 10.66.0.2:11
	exits 0
	quick --expect 'state=closed|filtered' 10.66.0.2:10
	exits 0
	quick --expect state=closed 10.66.0.2:7
	exits 1
	quick --expect state=closed 10.66.0.2:10
	exits 1
	quick --expect 'state!=open' 10.66.0.2:7
	exits 1
}

@test "the text says which expectations did not hold, and what was got" {
	probe A -c 1 --expect 'mss=1400,ttl=64' 10.66.0.2:7
	exits 4
	sees '"expect mss=1400: does not hold (1460)" in out' '"expect ttl=64: holds (64)" in out'
}

@test "more terms than fit are refused, not dropped" {
	probe A --expect "$(printf 'mss=1460,%.0s' {1..200})ttl=64" 10.66.0.2:7
	[ "$status" -eq 0 ] || complains 3 --expect
}

@test "exit 0: open; 1: closed, filtered, unreachable" {
	quick 10.66.0.2:7
	exits 0
	for port in 9 10 11; do
		quick 10.66.0.2:$port
		exits 1
		sees 's["verdict"] == "fail"' 'err == ""'
	done
}

@test "a target is open if any attempt was: loss matters only through --expect loss" {
	ns_exec B nft add rule inet test in tcp dport 13 tcp flags syn limit rate 1/hour burst 1 packets accept
	ns_exec B nft add rule inet test in tcp dport 13 tcp flags syn drop
	serve B 13 close
	probe_json A -c 3 -i 10ms -W 100ms --syn-retries 0 10.66.0.2:13
	exits 0
	sees 's["open"] == 1 and s["filtered"] == 2' 'near(s["loss_percent"], 66.6667, 0.001)'
	probe_json A -c 2 -i 10ms -W 100ms --syn-retries 0 --expect 'loss<=50%' 10.66.0.2:7 10.66.0.2:10
	exits 1
}

@test "exit 4: reachable, but an expectation did not hold" {
	quick --expect 'mss=1' 10.66.0.2:7
	exits 4
}

@test "exit 2: a name that does not resolve, also beside targets that do" {
	quick nosuch.invalid
	exits 2
	sees 'p["state"] == "error" and p["reason"].startswith("dns-")' 'summaries == []'
	quick nosuch.invalid 10.66.0.2:7
	exits 2
	sees 'len(summaries) == 1 and s["state"] == "open"' '{x["state"] for x in probes} == {"open", "error"}'
}

@test "exit 5: no route, also beside targets that have one" {
	quick 10.99.0.1:7
	exits 5
	sees 'p["state"] == "error" and p["reason"] == "no-route"'
	quick 10.99.0.1:7 10.66.0.2:7
	exits 5
	sees 's["state"] == "open"'
}

@test "of several exit codes the first of 3, 5, 2, 1, 4 wins" {
	quick --ttl 0 nosuch.invalid 10.99.0.1
	exits 3
	quick nosuch.invalid 10.99.0.1
	exits 5
	quick 10.99.0.1 10.66.0.2:9
	exits 5
	quick --expect mss=1 10.99.0.1 10.66.0.2:7
	exits 5
	quick nosuch.invalid 10.66.0.2:9
	exits 2
	quick --expect mss=1 nosuch.invalid 10.66.0.2:7
	exits 2
	quick --expect mss=1 10.66.0.2:9 10.66.0.2:7
	exits 1
	quick --expect mss=1 10.66.0.2:7
	exits 4
}

@test "with several targets each has its own expectations and verdict" {
	quick --expect port=7 10.66.0.2:7 '[fd66::2]:7' 10.66.0.2:9
	exits 1
	sees '[x["verdict"] for x in summaries] == ["pass", "pass", "fail"]' \
		'[x["expectations"][0]["held"] for x in summaries] == [True, True, False]'
}

@test "the close verdict changes the code only through --expect close" {
	serve B 14 rst-on-fin
	quick 10.66.0.2:14
	exits 0
	sees 'p["close"]["kind"] == "rst" and p["close"]["verdict"] == "warn"'
	quick --expect 'close=fin-4|fin-3' 10.66.0.2:14
	exits 4
}
