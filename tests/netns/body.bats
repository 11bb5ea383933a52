#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# A megabyte over links that lose, reorder and are slow, to the byte. Over TLS a wrong byte is no record; in clear the
# body comes in ten thousand chunks, and whoever misplaces a byte finds no chunk (tiny-chunks of hostile.py).

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"
# shellcheck source=tests/lib/servers.sh
. "$LIB/servers.sh"

setup_file() { file_setup servers_make; }
setup() {
	test_setup
	need nginx nghttpd curl
}

# The link of a test is its own, and so are the servers.
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

# link OPTION...: nginx, and tiny-chunks at 7000, behind such a link. What B sends is in segments of the MSS, so that
# each has its own fate.
link() {
	ns_link A B -- --only-tcp "$@"
	ns_settle A va 10.66.0.2 fd66::2
	ns_settle B vb 10.66.0.1 fd66::1
	ip -n "${NS_PREFIX}B" link set dev vb gso_max_segs 1
	nginx_start B
	hostile B 7000 tiny-chunks
}

# fetch URL [OPTION...]: the whole body, in spite of all.
fetch() {
	PROBE_LIMIT=150 ask "$1" --http-timeout 120s --tls-timeout 30s "${@:2}"
	went syn-ack
	sees "p['http']['status'] == 200 and p['http']['body_bytes'] == $BLOB_BYTES and p['http']['responses'] == 1" \
		's["capture_dropped"] == 0' 'p["close"]["verdict"] != "fail"'
}

# everywhere OPTION...: over http, https and h2, 1 time each, or 20; each run has a link with another seed.
everywhere() {
	local run
	for run in $(seq "$(soak 1 20)"); do
		link "$@" --seed "$run"
		fetch http://web.test:7000/
		fetch https://web.test:8442/blob --http1.1
		sees 'p["http"]["version"] == "1.1"'
		fetch https://web.test/blob
		sees 'p["http"]["version"] == "2"'
		teardown
	done
}

@test "5 % lost each way" {
	everywhere --delay 10ms --loss 5
}

@test "a third of the segments reordered" {
	everywhere --delay 5ms --reorder 30 --reorder-delay 8ms
}

@test "1 Mbit/s" {
	everywhere --delay 10ms --rate 1mbit --queue 100
}

@test "5 % lost each way, reordered, and 1 Mbit/s" {
	everywhere --delay 10ms --loss 5 --reorder 20 --reorder-delay 15ms --rate 1mbit --queue 100
}

@test "segments that come twice, and damaged ones" {
	everywhere --delay 5ms --duplicate 20 --corrupt 3
}

@test "a queue of ten frames" {
	everywhere --delay 10ms --rate 20mbit --queue 10
}

@test "a link of 400 ms round trip" {
	link --delay 200ms
	fetch https://web.test/blob --syn-retries 0
}

@test "with no SACK, no window scaling, a small MSS" {
	link --delay 5ms --loss 3 --seed 4
	fetch https://web.test:8442/blob --no-sack
	fetch https://web.test:8442/blob --wscale none
	fetch https://web.test:8442/blob --mss 536
	sees 'max(len(f.payload) for f in written) <= 536'
}

@test "a megabyte in segments as long as the sender makes them" {
	link --delay 5ms
	ip -n "${NS_PREFIX}B" link set dev vb gso_max_segs 64
	fetch https://web.test/blob
	fetch http://web.test:7000/
}

@test "a body that we send over a link that loses arrives to the byte" {
	link --delay 5ms --loss 5 --reorder 20 --seed 9
	long=$(seq -s , 1 20000 | head -c 100000)
	for run in $(seq "$(soak 1 20)"); do
		for url in http://web.test/ https://web.test:8442/ https://web.test/; do
			PROBE_LIMIT=60 ask "$url" --path "/put/$run" --method PUT --data "$long" --http-timeout 50s
			went syn-ack
			[ "$(cat "$PUT/$run")" = "$long" ]
			rm "$PUT/$run"
		done
	done
	ends_closed B 80 60
}

@test "what is lost is told by the tracker, and phases still are those of the wire" {
	link --delay 10ms --loss 5 --seed 21
	ask https://web.test:8442/small -c 5 -i 200ms --http1.1 --http-timeout 20s --tls-timeout 20s
	went syn-ack
	agrees
}
