#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# probe --compare: the same resources over HTTP/1.1, HTTP/1.1 with a connection for each, and HTTP/2; connections,
# requests, segments and bytes as a capture beside the run counts them.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"
# shellcheck source=tests/lib/servers.sh
. "$LIB/servers.sh"

setup_file() { file_setup make_network; }
setup() {
	test_setup
	need nginx nghttpd h2load
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
}

VARIANTS=http/1.1,http/1.1-close,h2

# compares N URL [OPTION...]: with a capture beside it.
compares() {
	watch A va
	ask "$2" -c "$1" --compare "$VARIANTS" "${@:3}"
	watched A va
}

# The records of comparisons, by variant.
C='{r["variant"]: r for r in records if r["type"] == "comparison"}'

# counted N: the capture has the connections one variant after the other: one, N, one; the records say the same.
counted() {
	sees "[${C}[v][k] for v in '$VARIANTS'.split(',') for k in ('requests', 'connections', 'handshakes')]
			== [$1, 1, 1, $1, $1, $1, $1, 1, 1]" \
		"len(attempts(tcp)) == $1 + 2" \
		"[${C}[v]['segments'] for v in '$VARIANTS'.split(',')]
			== [sum(len(t) for t in g) for a in [attempts(tcp)] for g in (a[:1], a[1:$1 + 1], a[$1 + 1:])]" \
		"[${C}[v]['bytes'] for v in '$VARIANTS'.split(',')]
			== [sum(len(f.payload) for t in g for f in t) for a in [attempts(tcp)] for g in (a[:1], a[1:$1 + 1], a[$1 + 1:])]"
}

@test "five small files over TLS: connections, requests, segments and bytes are those of the wire" {
	compares 5 https://web.test/small
	exits 0
	counted 5
	asked 15
	sees '[a["protocol"] for a in load("access")] == ["HTTP/1.1"] * 10 + ["HTTP/2.0"] * 5' \
		'[len({a["connection"] for a in load("access")[i:i + 5]}) for i in (0, 5, 10)] == [1, 5, 1]' \
		'[a["nth"] for a in load("access")[:5]] == [1, 2, 3, 4, 5]' 'all(a["status"] == 200 for a in load("access"))'
	ends_closed B 443 3
}

@test "times to the last byte: the round trips that each variant costs" {
	compares 5 https://web.test/small
	exits 0
	# 20 ms each: TCP and TLS once and five requests; all of it five times; TCP and TLS once and all at a time, which
	# is more than the server's first window.
	sees "near(${C}['http/1.1']['total_us'], 140e3, 30e3)" "near(${C}['http/1.1-close']['total_us'], 300e3, 60e3)" \
		"near(${C}['h2']['total_us'], 85e3, 30e3)"
}

@test "the table in text" {
	probe A -c 3 --compare "$VARIANTS" --resolve "web.test:443:$WEB" --ca "$CA/ca.pem" https://web.test/small
	exits 0
	sees 'all(any(l.split()[:1] == [v] for l in out.splitlines()) for v in ("http/1.1", "http/1.1-close", "h2"))'
}

@test "one resource costs the same connections each way" {
	compares 1 https://web.test/hello
	exits 0
	counted 1
}

@test "a megabyte three times: bytes of all variants are near each other, and h2load's beside them" {
	compares 3 https://web.test/blob
	exits 0
	sees "all(3 * $BLOB_BYTES < c['bytes'] < 3 * $BLOB_BYTES * 1.03 for c in ${C}.values())"
	ns_exec A h2load -n 3 -c 1 -m 3 "https://$WEB/blob" >"$BATS_TEST_TMPDIR/h2load"
	sees '"3 succeeded" in text("h2load") and "('"$((3 * BLOB_BYTES))"') data" in text("h2load")'
}

@test "some of the variants, in the order asked for" {
	ask https://web.test/small -c 2 --compare h2,http/1.1
	exits 0
	sees '[r["variant"] for r in records if r["type"] == "comparison"] == ["h2", "http/1.1"]'
}

@test "in clear: HTTP/2 by prior knowledge, where the server has it" {
	ask http://web.test:8083/small -c 2 --compare h2
	exits 0
	sees "${C}['h2']['requests'] == 2"
	ask http://web.test/small -c 2 --compare http/1.1,http/1.1-close
	exits 0
	sees "[${C}[v]['connections'] for v in ('http/1.1', 'http/1.1-close')] == [1, 2]"
}

@test "a variant that the server does not have fails, and the others are told" {
	ask https://web.test:8442/small -c 2 --compare "$VARIANTS"
	exits 6
	sees "${C}['http/1.1']['requests'] == 2 and ${C}['http/1.1-close']['connections'] == 2"
}

@test "a server that closes after three requests needs more connections" {
	ask http://web.test:8080/ -c 5 --compare http/1.1
	sees "${C}['http/1.1']['requests'] == 5 and ${C}['http/1.1']['connections'] == 2"
}

@test "unknown variants, and targets without HTTP, are usage errors" {
	probe_json A --compare spdy https://10.66.0.2/
	complains 3 --compare spdy
	probe_json A --compare h2 10.66.0.2:80
	complains 3 --compare
	probe_json A --compare h2 ws://10.66.0.2:80/
	complains 3 --compare
}
