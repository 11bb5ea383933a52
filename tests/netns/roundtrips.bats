#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# What each step costs in round trips, on a link of 20 ms: within 5 % and 2 ms, medians of several attempts. And the
# same link for curl.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"
# shellcheck source=tests/lib/servers.sh
. "$LIB/servers.sh"

setup_file() { file_setup make_network; }
setup() {
	test_setup
	need nginx curl tshark
	nothing_asked
}
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

make_network() {
	ns_link A B -- --only-tcp --delay 10ms
	ns_settle A va 10.66.0.2 fd66::2
	ns_settle B vb 10.66.0.1 fd66::1
	servers_make
	nginx_start B
	ws_start B
}

# times URL [OPTION...]: seven attempts.
times() {
	ask "$1" -c 7 -i 150ms "${@:2}"
	went syn-ack
}

# trips N EXPRESSION [FROM]: the least of the expression of each attempt x, from the FROM-th (1) on, is N round trips;
# what is above that is the machine's.
trips() {
	sees "near(min($2 for x in probes[${3:-1} - 1:]), $1 * 20e3, $1 * 1e3 + 2e3)"
}

# To the last byte: all phases but the last.
WHOLE='sum(v for k, v in x["phases"].items() if v is not None and k not in ("dns_us", "close_us"))'

@test "TCP 1, a response 1" {
	times http://web.test/
	trips 1 'x["phases"]["tcp_us"]'
	trips 1 'x["rtt_us"]'
	trips 1 'x["phases"]["http_us"]'
	trips 1 'x["http"]["ttfb_us"]'
	trips 2 "$WHOLE"
	agrees
}

@test "TLS 1.3 adds 1, TLS 1.2 adds 2" {
	times https://web.test:8442/ --tls 1.3
	trips 1 'x["phases"]["tcp_us"]'
	trips 1 'x["phases"]["tls_us"]'
	trips 1 'x["phases"]["http_us"]'
	trips 3 "$WHOLE"
	agrees
	times https://web.test:8442/ --tls 1.2
	trips 2 'x["phases"]["tls_us"]'
	trips 4 "$WHOLE"
	agrees
}

@test "HTTP/2 costs no more, also with many streams" {
	times https://web.test/
	trips 1 'x["phases"]["http_us"]'
	trips 3 "$WHOLE"
	agrees
	times https://web.test/ --streams 5 # each answer is a segment, and the first window ten of them
	trips 1 'x["phases"]["http_us"]'
}

@test "requests one after the other cost 1 each" {
	times http://web.test/ --keepalive 4
	trips 4 'x["phases"]["http_us"]'
}

@test "a HelloRetryRequest costs 1" {
	times https://web.test:8446/
	# Both ends compute on P-384, which takes some milliseconds.
	sees '40e3 <= min(x["phases"]["tls_us"] for x in probes) < 56e3'
}

@test "resumption saves 1 with TLS 1.2, and none with TLS 1.3" {
	times https://web.test:8442/ --tls 1.2 --tls-resume
	sees '[x["tls"]["resumed"] for x in probes] == [False] + [True] * 6'
	trips 1 'x["phases"]["tls_us"]' 2
	trips 3 "$WHOLE" 2
	times https://web.test:8444/ --tls-resume
	sees '[x["tls"]["resumed"] for x in probes] == [False] + [True] * 6'
	trips 1 'x["phases"]["tls_us"]' 2
	trips 3 "$WHOLE" 2
}

@test "0-RTT saves 1 more" {
	times https://web.test:8445/ --tls-resume
	sees '[x["tls"]["early_data"] for x in probes] == [None] + [True] * 6'
	trips 2 "$WHOLE" 2
	agrees
}

@test "TCP Fast Open saves 1, of HTTP and of TLS" {
	[ -n "$FAST_OPEN" ] || skip "no TCP Fast Open here"
	times http://web.test:8084/ --tfo
	sees '[s[0].payload != b"" for s in attempts(written)] == [False] + [True] * 6'
	trips 1 "$WHOLE" 2
	agrees
}

@test "data on the third segment costs no more than after it" {
	times http://web.test/ --data-on-ack
	trips 2 "$WHOLE"
}

@test "WebSocket: the upgrade 1, a ping 1" {
	times ws://web.test:7700/echo
	trips 1 'x["phases"]["ws_us"]'
	trips 1 'x["ws"]["ping_rtt_us"]'
	agrees
	times wss://web.test:7701/echo # in Python, whose TLS takes its time
	trips 1 'x["phases"]["ws_us"]'
	agrees
}

@test "curl's times on the same link are these, and it needs no fewer round trips" {
	for url in http://web.test/small https://web.test:8442/small https://web.test:8443/small https://web.test/small; do
		ns_exec A curl -sS --cacert "$CA/ca.pem" --resolve "$(name_of "$url"):$WEB" -o /dev/null \
			-w '{"type":"curl","status":%{response_code},"bytes":%{size_download},"version":"%{http_version}",
				"connect":%{time_connect},"app":%{time_appconnect},"start":%{time_starttransfer},"total":%{time_total}}' \
			"$url" >"$BATS_TEST_TMPDIR/curl"
		times "$url"
		sees 'all((x["http"]["status"], x["http"]["body_bytes"], x["http"]["version"])
			== tuple(load("curl")[0][k] for k in ("status", "bytes", "version")) for x in probes)' \
			'near(percentile([x["phases"]["tcp_us"] for x in probes], 50), load("curl")[0]["connect"] * 1e6, 8e3)' \
			"percentile([$WHOLE for x in probes], 50) <= load('curl')[0]['total'] * 1e6 + 10e3" \
			"percentile([$WHOLE for x in probes], 50) >= load('curl')[0]['total'] * 1e6 - 20e3"
	done
}
