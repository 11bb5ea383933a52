#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# HTTP/1.1 with nginx and haproxy, in clear and over TLS: requests as the server logs them, responses as curl has them,
# what becomes of the connection, and times as tshark has them. Names by a name server.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"
# shellcheck source=tests/lib/servers.sh
. "$LIB/servers.sh"

setup_file() { file_setup make_network; }
setup() {
	test_setup
	need nginx haproxy curl dnsmasq tshark
	nothing_asked
}
teardown() { test_teardown; }
teardown_file() {
	ns_cleanup
	names_end A
}

make_network() {
	ns_pair A B
	servers_make
	nginx_start B
	haproxy_start B
	names_start A B
}

# --- requests ---

@test "GET by default: the request as nginx logs it, the response as curl has it" {
	ask http://web.test/small
	went syn-ack
	ns_exec A curl -sS --resolve "web.test:80:$WEB" -o "$BATS_TEST_TMPDIR/body" \
		-w '%{response_code} %{size_download}' http://web.test/small >"$BATS_TEST_TMPDIR/curl"
	sees 'p["http"]["version"] == "1.1" and p["http"]["status"] == 200' \
		'text("curl") == "{status} {body_bytes}".format(**p["http"])' \
		'p["http"]["responses"] == 1 and 0 < p["http"]["ttfb_us"] <= p["phases"]["http_us"] + 1' \
		'p["tls"] is None and p["ws"] is None and p["phases"]["tls_us"] is None and p["phases"]["http_us"] > 0'
	agrees
	asked 2
	sees 'load("access")[0]["method"] == "GET" and load("access")[0]["uri"] == "/small"' \
		'load("access")[0]["protocol"] == "HTTP/1.1" and load("access")[0]["host"] == "web.test"' \
		'load("access")[0]["agent"].startswith("tcpshake")'
}

@test "the same over TLS with --http1.1" {
	ask https://web.test/small --http1.1
	went syn-ack
	sees 'p["http"]["version"] == "1.1" and p["tls"]["alpn"] == "http/1.1"' \
		"p['http']['body_bytes'] == $(stat -c %s "$WWW/small")"
	agrees
	asked 1
	sees 'load("access")[0]["protocol"] == "HTTP/1.1"'
}

@test "path and query go as they are; --path replaces them; a port stands in Host" {
	ask 'http://web.test:8080/small?a=1&b=%20c'
	ask http://web.test/ --path /hello?x
	ask http://web.test
	asked 3
	sees '[a["uri"] for a in load("access")] == ["/small?a=1&b=%20c", "/hello?x", "/"]' \
		'[a["host"] for a in load("access")] == ["web.test:8080", "web.test", "web.test"]'
}

@test "--method, --header and --data" {
	ask http://web.test/none --method PUT --data 'some words' --header 'X-Test: 1 2'
	went syn-ack
	sees 'p["http"]["status"] == 204 and p["http"]["body_bytes"] == 0'
	ask http://web.test/hello --data x
	fails http-status
	sees 'p["http"]["status"] == 405'
	ask http://web.test/hello --header 'Host: other.test' --header 'User-Agent: me'
	asked 3
	sees 'load("access")[0]["method"] == "PUT" and load("access")[0]["length"] == "10"' \
		'load("access")[0]["test"] == "1 2"' 'load("access")[1]["method"] == "POST"' \
		'(load("access")[2]["host"], load("access")[2]["agent"]) == ("other.test", "me")'
}

@test "a header that is none, or that would break the request, is a usage error" {
	for header in 'no colon' ': no name' $'X-Test: 1\r\nX-Other: 2'; do
		ask http://web.test/ --header "$header"
		complains 3 --header
	done
	ask http://web.test/ --method 'GET /x'
	complains 3 --method
	asked 0
}

@test "a body longer than a window and many segments" {
	printf -v long '%0100000d' 7
	ask http://web.test/put/clear --method PUT --data "$long"
	went syn-ack
	agrees
	ask https://web.test:8442/put/tls --method PUT --data "$long"
	went syn-ack
	agrees
	asked 2
	sees 'all((a["length"], a["status"]) == ("100000", 201) for a in load("access"))'
	[ "$(cat "$PUT/clear")" = "$long" ] && [ "$(cat "$PUT/tls")" = "$long" ]
}

# --- responses ---

@test "HEAD has a length and no body" {
	ask http://web.test/blob --method HEAD
	went syn-ack
	sees 'p["http"]["status"] == 200 and p["http"]["body_bytes"] == 0' 'p["phases"]["http_us"] < 500e3'
	agrees
}

@test "statuses: below 400 is well, from 400 on it is http-status and exit 6" {
	for what in '/ 200' '/none 204' '/moved 301'; do
		ask "http://web.test${what% *}"
		went syn-ack
		sees "p['http']['status'] == ${what#* }"
	done
	for what in '/missing 404' '/teapot 418' '/down 503'; do
		ask "http://web.test${what% *}"
		fails http-status
		sees "p['http']['status'] == ${what#* }" 's["verdict"] == "fail"'
	done
	asked 6 # a redirect is told, not followed
}

@test "bodies by length, by chunks and by the end of the connection" {
	ask http://web.test/chunked
	went syn-ack
	sees 'p["http"]["body_bytes"] == 20000 and p["http"]["after"] == "kept"'
	agrees
	ask http://web.test/close
	went syn-ack
	sees 'p["http"]["body_bytes"] == 20000 and p["http"]["after"] in ("close", "fin")' 'p["close"]["first"] == "server"'
	agrees
	ask https://web.test:8442/close
	went syn-ack
	sees 'p["http"]["body_bytes"] == 20000'
	agrees
}

@test "a megabyte, to the byte" {
	ask http://web.test/blob
	went syn-ack
	sees "p['http']['body_bytes'] == $BLOB_BYTES" 's["capture_dropped"] == 0'
	asked 1
	sees "load('access')[0]['bytes'] == $BLOB_BYTES"
}

@test "a slow body: time to the first byte is short, the transfer long" {
	ask http://web.test/drip
	went syn-ack
	sees 'p["http"]["ttfb_us"] < 200e3 and p["phases"]["http_us"] > 800e3'
	agrees
}

@test "sixty headers of a hundred bytes" {
	ask http://web.test/many-headers
	went syn-ack
	sees 'p["http"]["body_bytes"] == 6'
	agrees
}

# --- the connection ---

@test "--keepalive N: so many requests on one connection" {
	ask http://web.test/small --keepalive 5
	went syn-ack
	sees 'p["http"]["responses"] == 5 and p["http"]["after"] == "kept"' \
		"p['http']['body_bytes'] == 5 * $(stat -c %s "$WWW/small")" 'len(attempts(written)) == 1'
	agrees
	asked 5
	sees '[a["nth"] for a in load("access")] == [1, 2, 3, 4, 5]' 'len({a["connection"] for a in load("access")}) == 1'
}

@test "a server that closes after its third request is told: the limit, and who closed" {
	ask http://web.test:8080/ --keepalive 5
	sees 'p["http"]["responses"] == 3 and p["http"]["after"] in ("close", "fin") and p["close"]["first"] == "server"'
	agrees
	asked 3
}

@test "a server that keeps no connection" {
	ask http://web.test:8081/
	went syn-ack
	sees 'p["http"]["after"] in ("close", "fin") and p["http"]["responses"] == 1'
	agrees
	ask http://web.test:9081/
	went syn-ack
	sees 'p["http"]["after"] in ("close", "fin")'
	agrees
}

@test "--idle waits for the server's own time, and no longer than it is told to" {
	ask http://web.test:8082/ --idle 3s
	went syn-ack
	sees 'p["http"]["after"] == "fin" and 250e3 < p["http"]["idle_us"] < 900e3 and p["close"]["first"] == "server"'
	ask http://web.test/ --idle 200ms
	went syn-ack
	sees 'p["http"]["after"] == "kept" and p["http"]["idle_us"] is None and p["close"]["first"] == "client"' \
		'p["phases"]["close_us"] > 200e3'
}

@test "one bad status among several is told" {
	hostile B 7000 second-503
	ask http://web.test:7000/ --keepalive 3
	fails http-status
	sees 'p["http"]["status"] == 503 and p["http"]["responses"] == 3 == p["http"]["requests"]' 'p["detail"] == "503"'
}

@test "a body that lasts until the end ends with its last byte, not with what comes after" {
	hostile B 7000 late-notify web
	ask https://web.test:7000/ --http1.1
	went syn-ack
	sees 'p["http"]["body_bytes"] == 5 and p["phases"]["http_us"] < 300e3 and p["phases"]["close_us"] > 300e3'
}

@test "a run that ends before the response is complete" {
	probe_json A -c 1 -w 500ms "http://$WEB/drip"
	exits 6
	sees 'p["reason"] == "timeout-http" and "ended" in p["detail"]'
	probe_json A -c 0 -i 300ms -w 1500ms --expect http.status=200 "http://$WEB:8081/"
	exits 0
	probe_start A -c 1 --json "http://$WEB/drip"
	sleep 0.5
	kill -INT "$running"
	probe_end
	exits 6
	sees 'p["state"] == "open" and "ended" in p["detail"]'
}

@test "summaries count what failed" {
	ask http://web.test/missing -c 2 -i 20ms
	exits 6
	sees 's["failed"] == 2 and s["open"] == 2'
	ask http://web.test/ --expect failed=0
	exits 0
	probe_json A -c 1 "$WEB:80"
	sees 's["failed"] is None'
}

@test "records say which URL they are about" {
	probe_json A -c 1 "http://$WEB/small" "http://$WEB/hello"
	sees '{x["url"] for x in probes} == {"http://10.66.0.2/small", "http://10.66.0.2/hello"}'
}

@test "options that no target could obey are usage errors" {
	probe_json A --tls-resume "http://$WEB/"
	complains 3 --tls-resume
	probe_json A --method PUT "ws://$WEB/"
	complains 3 --method
	probe_json A --half-open "https://$WEB/"
	complains 3 --half-open
	probe_json A --sni x "$WEB:80"
	complains 3 --sni
}

@test "we close a connection that the server would keep" {
	ask http://web.test/
	went syn-ack
	sees 'p["http"]["after"] == "kept" and p["close"]["first"] == "client" and p["close"]["kind"] in ("fin-3", "fin-4")'
	ends_closed B 80 3
}

@test "several attempts are several connections" {
	ask http://web.test/ -c 3 -i 20ms
	went syn-ack
	sees 'len(probes) == 3 and len(attempts(written)) == 3'
	agrees
	asked 3
	sees '[a["nth"] for a in load("access")] == [1, 1, 1]'
}

# --- behind haproxy ---

@test "through haproxy, in TCP and in HTTP mode" {
	ask https://web.test:9443/ --http1.1
	went syn-ack
	agrees
	ask http://web.test:9080/small
	went syn-ack
	sees "p['http']['body_bytes'] == $(stat -c %s "$WWW/small")"
	agrees
	ask https://web.test:9444/small --http1.1
	went syn-ack
	agrees
	asked 3
}

@test "haproxy's own answers: 429, and 503 for a server that is not there" {
	ask http://web.test:9080/denied
	fails http-status
	sees 'p["http"]["status"] == 429'
	ask http://web.test:9080/nobody
	fails http-status
	sees 'p["http"]["status"] == 503'
	asked 0
}

@test "haproxy that closes at the request, at once, or vanishes" {
	ask http://web.test:9082/
	fails protocol-error reset
	ask http://web.test:9083/
	fails reset protocol-error
	ask http://web.test:9084/ --http-timeout 400ms -W 300ms
	fails timeout-http reset
	sees 'p["http"] is None or p["http"]["status"] is None'
}

# --- time ---

@test "expectations on HTTP" {
	ask http://web.test/ --expect 'http.status=200' --expect 'http.ttfb<300ms'
	exits 0
	ask http://web.test/ --expect 'http.status=404'
	exits 4
	ask http://web.test/missing --expect 'http.status=404'
	exits 0
	ask http://web.test/drip --expect 'http.ttfb<1us'
	exits 4
}

@test "--data-on-ack sends the request with the third segment" {
	ask http://web.test/ --data-on-ack
	went syn-ack
	sees '[f for f in written if f.sport == written[0].sport][1].payload.startswith(b"GET / HTTP/1.1")'
	agrees
	ask http://web.test/
	sees '[f for f in written if f.sport == written[0].sport][1].payload == b""'
}

@test "--tfo: a cookie is asked for, and then the request goes with the SYN" {
	[ -n "$FAST_OPEN" ] || skip "no TCP Fast Open here"
	ask http://web.test:8084/ -c 3 -i 50ms --tfo
	went syn-ack
	sees 'all(x["http"]["status"] == 200 for x in probes)' \
		'[len(s[0].option(34) or b"") for s in attempts(written)] == [0, 8, 8]' \
		'all(34 in s[0].kinds for s in attempts(written))' \
		'[s[0].payload[:4] for s in attempts(written)] == [b"", b"GET ", b"GET "]'
	asked 3
	agrees
	# A server without it answers the SYN as ever.
	ask http://web.test/ -c 2 -i 50ms --tfo
	went syn-ack
	sees 'all(s[0].payload == b"" for s in attempts(written))'
}

@test "--tfo and a server that no longer takes the cookie: the request is sent again" {
	[ -n "$FAST_OPEN" ] || skip "no TCP Fast Open here"
	probe_start A -c 2 -i 700ms --tfo --json --resolve "web.test:8084:$WEB" \
		--write "$BATS_TEST_TMPDIR/run.pcapng" http://web.test:8084/
	ns_wait_for 3 _asked 1
	ns_exec B sysctl -qw net.ipv4.tcp_fastopen_key=00000001-00000002-00000003-00000004
	probe_end
	exits 0
	sees '[x["http"]["status"] for x in probes] == [200, 200]'
	asked 2
}

# --- names ---

@test "a name by a name server: its time is dns_us, and part of no other" {
	probe_json A -c 2 -i 20ms -4 --ca "$CA/ca.pem" https://web.test/
	exits 0
	sees 'p["phases"]["dns_us"] > 0 and probes[1]["phases"]["dns_us"] is None' 'p["target"] == "web.test"'
	name_server A $WEB_SLOW
	probe_json A -c 1 -4 --ca "$CA/ca.pem" --write "$BATS_TEST_TMPDIR/run.pcapng" https://slow.test/
	name_server A $WEB
	exits 0
	sees '150e3 <= p["phases"]["dns_us"] <= 1e6' \
		'near(sum(v for k, v in p["phases"].items() if v and k != "dns_us"), (written[-1].t - written[0].t) / 1e3, 20)'
}

@test "a chain of aliases, ten addresses, and no such name" {
	probe_json A -c 1 -4 --ca "$CA/ca.pem" https://alias.test/
	exits 0
	sees 'p["target"] == "alias.test" and p["address"] == "10.66.0.2" and p["tls"]["certificate"]["verified"]'
	probe_json A -c 1 -4 --all-addresses --ca "$CA/ca.pem" https://ten.test/
	exits 0
	sees '{x["address"] for x in summaries} == {f"10.66.0.{i}" for i in range(21, 31)}' \
		'all(x["http"]["status"] == 200 for x in probes)'
	probe_json A -c 1 https://none.test/
	exits 2
	sees 'p["reason"] == "dns-nxdomain" and p["tls"] is None and p["http"] is None'
	name_server A $WEB_SLOW
	probe_json A -c 1 https://servfail.test/
	name_server A $WEB
	exits 2
	sees 'p["reason"] == "dns-servfail"'
}

# --- URLs ---

@test "URLs that are none are invalid targets, unknown schemes usage errors" {
	for url in 'http://' 'http:///x' 'https://web.test:0/' 'https://web.test:99999/' \
		'http://user:secret@web.test/' 'http://web.test/a b'; do
		probe_json A -c 1 "$url"
		complains 2 "$url"
	done
	probe_json A -c 1 gopher://web.test/
	complains 3 gopher://web.test/
}

@test "text, CSV and a diagram tell the phases" {
	probe A -c 1 --resolve "web.test:443:$WEB" --ca "$CA/ca.pem" -o "csv:$BATS_TEST_TMPDIR/csv" \
		-o "mermaid:$BATS_TEST_TMPDIR/mermaid" -o text https://web.test/
	exits 0
	sees 'all(w in out.lower() for w in ("tcp", "tls", "http"))' '"200" in out' \
		'all(f"phases.{k}_us" in text("csv").splitlines()[0] for k in ("tcp", "tls", "http", "close"))' \
		'text("mermaid").startswith("sequenceDiagram") and "ClientHello" in text("mermaid") and "200" in text("mermaid")'
}
