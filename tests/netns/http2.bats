#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# HTTP/2 over TLS and in clear, with nginx, nghttpd and haproxy: settings, streams side by side, GOAWAY, as h2load and
# curl see the same, and as tshark has the frames.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"
# shellcheck source=tests/lib/servers.sh
. "$LIB/servers.sh"

setup_file() { file_setup make_network; }
setup() {
	test_setup
	need nginx nghttpd haproxy h2load curl tshark
	nothing_asked
}
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

make_network() {
	ns_pair A B
	servers_make
	nginx_start B
	haproxy_start B
	nghttpd_start B
}

# heard TEXT...: the first attempt's HTTP/2 messages have each of these, in this order (as parts of their text).
heard() {
	printf '%s\n' "$@" >"$BATS_TEST_TMPDIR/heard"
	sees '[w for w in [iter([m["direction"] + " " + m["text"] for m in p["messages"] if m["protocol"] == "HTTP/2"])]
		for x in text("heard").splitlines() if not any(x in t for t in w)] == []'
}

@test "https:// offers h2 first, and nginx takes it" {
	ask https://web.test/small
	went syn-ack
	sees 'p["tls"]["alpn"] == "h2" and p["http"]["version"] == "2" and p["http"]["status"] == 200' \
		"p['http']['body_bytes'] == $(stat -c %s "$WWW/small") and p['http']['responses'] == 1" \
		'0 < p["http"]["ttfb_us"] <= p["phases"]["http_us"] + 1'
	heard 'out SETTINGS' 'out HEADERS stream 1' 'in HEADERS stream 1: 200'
	heard 'in SETTINGS' 'out SETTINGS ACK'
	sees 'sum(m["text"].startswith("SETTINGS ACK") for m in p["messages"]) == 2'
	agrees
	asked 1
	sees 'load("access")[0]["protocol"] == "HTTP/2.0" and load("access")[0]["host"] == "web.test"'
	ends_closed B 443 3
}

@test "where a server has no h2, http/1.1 is agreed to; --http2 then fails" {
	ask https://web.test:8442/
	went syn-ack
	sees 'p["tls"]["alpn"] == "http/1.1" and p["http"]["version"] == "1.1"'
	ask https://web.test:8442/ --http2
	fails tls-alert protocol-error
}

@test "a server without ALPN speaks HTTP/1.1" {
	need openssl
	s_server B 4433 web
	ask https://web.test:4433/
	went syn-ack
	sees 'p["tls"]["alpn"] is None and p["http"]["version"] in ("1.0", "1.1") and p["http"]["status"] == 200'
}

@test "--http2 in clear, by prior knowledge: nginx and nghttpd" {
	ask http://web.test:8083/small --http2
	went syn-ack
	sees 'p["http"]["version"] == "2" and p["tls"] is None' "p['http']['body_bytes'] == $(stat -c %s "$WWW/small")"
	agrees
	ask http://web.test:7080/small --http2
	went syn-ack
	sees "p['http']['body_bytes'] == $(stat -c %s "$WWW/small")"
	agrees
	ends_closed B 7080 3
}

@test "--http2 in clear to a server of HTTP/1.1 alone" {
	ask http://web.test/ --http2
	fails protocol-error
	ends_closed B 80 3
}

@test "nghttpd over TLS, as curl sees it" {
	ask https://web.test:7443/blob
	went syn-ack
	ns_exec A curl -sS --http2 --cacert "$CA/ca.pem" --resolve "web.test:7443:$WEB" -o /dev/null \
		-w '%{http_version} %{response_code} %{size_download}' https://web.test:7443/blob >"$BATS_TEST_TMPDIR/curl"
	sees 'text("curl") == "{version} {status} {body_bytes}".format(**p["http"])'
	ask https://web.test:7443/none-such
	fails http-status
	sees 'p["http"]["status"] == 404'
	agrees
}

@test "haproxy over TLS" {
	ask https://web.test:9444/small
	went syn-ack
	sees 'p["http"]["version"] == "2"'
	agrees
}

@test "--streams N: side by side on one connection, as h2load has them" {
	ask https://web.test/small --streams 8
	went syn-ack
	sees 'p["http"]["responses"] == 8 and len(attempts(written)) == 1' \
		"p['http']['body_bytes'] == 8 * $(stat -c %s "$WWW/small")" \
		'len([m for m in p["messages"] if m["direction"] == "out" and m["text"].startswith("HEADERS")]) == 8'
	# All are asked for before the first is answered.
	sees 'max(m["time_us"] for m in p["messages"] if m["direction"] == "out" and m["text"].startswith("HEADERS"))
		< min(m["time_us"] for m in p["messages"] if m["direction"] == "in" and m["text"].startswith("HEADERS"))'
	agrees
	asked 8
	nothing_asked
	ns_exec A h2load -n 8 -c 1 -m 8 "https://$WEB/small" >"$BATS_TEST_TMPDIR/h2load"
	sees '"8 succeeded" in text("h2load")' '"({body_bytes}) data".format(**p["http"]) in text("h2load")'
}

@test "more streams than the server allows at a time" {
	ask https://web.test:8451/small --streams 7
	went syn-ack
	sees 'p["http"]["responses"] == 7 and all(x["http"]["status"] == 200 for x in probes)'
	agrees
	asked 7
	ask https://web.test:7443/small --streams 25
	went syn-ack
	sees 'p["http"]["responses"] == 25'
	agrees
}

@test "a megabyte on each of four streams, to the byte" {
	ask https://web.test/blob --streams 4
	went syn-ack
	sees "p['http']['responses'] == 4 and p['http']['body_bytes'] == 4 * $BLOB_BYTES"
	asked 4
}

@test "a server that sends GOAWAY after its third request" {
	ask https://web.test:8447/ --streams 3
	went syn-ack
	sees 'p["http"]["responses"] == 3'
	heard 'in GOAWAY'
	agrees
}

@test "we say GOAWAY with NO_ERROR, and close" {
	ask https://web.test/
	went syn-ack
	heard 'in HEADERS stream 1: 200' 'out GOAWAY NO_ERROR'
	sees 'p["close"]["first"] in ("client", "both", "server") and p["close"]["kind"] in ("fin-3", "fin-4", "simultaneous")'
	ends_closed B 443 3
}

@test "a body, and headers" {
	ask https://web.test/put/short --method PUT --data 'some words' --header 'X-Test: 1 2'
	went syn-ack
	agrees
	printf -v long '%0100000d' 7
	ask https://web.test/put/long --method PUT --data "$long"
	went syn-ack
	sees 'p["http"]["status"] == 201'
	agrees
	asked 2
	sees '[(a["method"], a["length"], a["test"]) for a in load("access")] == [("PUT", "10", "1 2"), ("PUT", "100000", "")]'
	[ "$(cat "$PUT/short")" = 'some words' ] && [ "$(cat "$PUT/long")" = "$long" ]
}

@test "statuses, HEAD, and answers without a body" {
	ask https://web.test/missing
	fails http-status
	sees 'p["http"]["status"] == 404'
	ask https://web.test/moved
	went syn-ack
	ask https://web.test/none
	went syn-ack
	sees 'p["http"]["status"] == 204 and p["http"]["body_bytes"] == 0'
	agrees
	ask https://web.test/blob --method HEAD
	went syn-ack
	sees 'p["http"]["status"] == 200 and p["http"]["body_bytes"] == 0'
	agrees
}

@test "resumption and early data with h2" {
	ask https://web.test/ -c 2 -i 50ms --tls-resume
	went syn-ack
	sees '[x["tls"]["resumed"] for x in probes] == [False, True]' 'all(x["http"]["version"] == "2" for x in probes)'
	agrees
}
