#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# WebSocket with python3-websockets: the upgrade, a ping and its pong, the closing handshake; and servers that do one
# of them wrong.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"
# shellcheck source=tests/lib/servers.sh
. "$LIB/servers.sh"

setup_file() { file_setup make_network; }
setup() {
	test_setup
	"$PYTHON" -c 'import websockets' || skip "no python3-websockets"
	need tshark
}
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

make_network() {
	ns_pair A B
	servers_make
	ws_start B
}

@test "ws://: upgrade, ping and pong, Close 1000 both ways, and then TCP's close" {
	ask ws://web.test:7700/echo
	went syn-ack
	sees 'p["ws"]["status"] == 101 and p["ws"]["close_code"] == 1000 and 0 < p["ws"]["ping_rtt_us"] < 100e3' \
		'p["http"] is None and p["phases"]["http_us"] is None and p["phases"]["ws_us"] > 0' \
		'[(m["direction"], m["text"].split()[0]) for m in p["messages"] if m["protocol"] == "WebSocket"]
			== [("out", "Ping"), ("in", "Pong"), ("out", "Close"), ("in", "Close")]'
	agrees
	ends_closed B 7700 3
}

@test "wss:// is the same over TLS, without h2" {
	ask wss://web.test:7701/echo
	went syn-ack
	sees 'p["ws"]["status"] == 101 and p["ws"]["close_code"] == 1000' 'p["tls"]["version"] == "1.3" and p["tls"]["alpn"] != "h2"' \
		'p["phases"]["tls_us"] > 0 and p["phases"]["ws_us"] > 0'
	agrees
	ends_closed B 7701 3
}

@test "the round trip of the ping is that of the wire, and a slow server's is long" {
	ask ws://web.test:7700/slow/150 -c 2 -i 20ms
	went syn-ack
	sees 'all(150e3 <= x["ws"]["ping_rtt_us"] <= 400e3 for x in probes)'
	tshark_sees
	sees 'near(p["ws"]["ping_rtt_us"],
		*[b["time_us"] - a["time_us"] for m in [load("phases")[0]["messages"]]
			for a in m if a["text"] == "Ping" for b in m if b["text"] == "Pong"], 20)'
}

@test "every frame that we send is masked, each with its own mask" {
	ask ws://web.test:7700/echo
	tshark -n -r "$BATS_TEST_TMPDIR/run.pcapng" -d tcp.port==7700,http -Y 'websocket && tcp.dstport == 7700' \
		-T fields -E occurrence=a -e websocket.mask -e websocket.masking_key 2>/dev/null >"$BATS_TEST_TMPDIR/masks"
	sees 'all(set(l.split("\t")[0].split(",")) == {"1"} for l in text("masks").splitlines())' \
		'(lambda keys: len(keys) == len(set(keys)) >= 2)([k for l in text("masks").splitlines() for k in l.split("\t")[1].split(",")])'
}

@test "a server that speaks first, and one that chooses a subprotocol" {
	ask ws://web.test:7700/greet
	went syn-ack
	agrees
	ask ws://web.test:7700/subprotocol --header 'Sec-WebSocket-Protocol: chat'
	went syn-ack
	agrees
}

@test "an answer in place of the upgrade" {
	for code in 404 426 503; do
		ask ws://web.test:7700/$code
		fails http-status
		sees "p['ws']['status'] == $code and p['ws']['close_code'] is None and p['ws']['ping_rtt_us'] is None"
	done
	ask ws://web.test:7700/200
	fails protocol-error http-status
	sees 'p["ws"]["status"] == 200'
}

@test "a server that closes first: its code is told" {
	for code in 1001 4000; do
		ask ws://web.test:7700/close/$code
		went syn-ack
		sees "p['ws']['close_code'] == $code"
		agrees
	done
	ends_closed B 7700 3
}

@test "a server that answers no ping, or no Close, is a timeout" {
	ask ws://web.test:7700/no-pong --ws-timeout 300ms
	fails timeout-ws
	sees 'p["ws"]["status"] == 101 and p["ws"]["ping_rtt_us"] is None'
	ask ws://web.test:7700/no-close --ws-timeout 300ms
	fails timeout-ws
	ends_closed B 7700 3
}

@test "a server that ends the connection after the upgrade without a Close" {
	ask ws://web.test:7700/gone
	fails protocol-error reset
	sees 'p["ws"]["status"] == 101 and p["ws"]["close_code"] in (None, 1006)'
}

# wrong MODE REASON...: a server of hostile.py ends in one of these, soon, and nothing is left.
wrong() {
	hostile B 7000 "$1"
	ask ws://web.test:7000/ --ws-timeout 500ms
	fails "${@:2}"
	ends_closed B 7000 3
	test_end
}

@test "a Sec-WebSocket-Accept that is wrong or missing" {
	wrong ws-wrong-accept protocol-error
	sees 'p["ws"]["status"] == 101'
	wrong ws-no-accept protocol-error
}

@test "frames that no server may send" {
	for mode in ws-masked ws-reserved ws-huge ws-close-short ws-close-1005; do
		wrong $mode protocol-error
	done
}

@test "a pong with other data is no answer" {
	wrong ws-wrong-pong timeout-ws protocol-error
	sees 'p["ws"]["ping_rtt_us"] is None'
}

@test "a Close without a code is 1005" {
	hostile B 7000 ws-close-empty
	ask ws://web.test:7000/
	sees 'p["ws"]["close_code"] in (1005, None) and p["ws"]["status"] == 101'
	ends_closed B 7000 3
}

@test "messages and pings without end: bounded in time and memory" {
	for mode in ws-long ws-fragments ws-ping-flood; do
		hostile B 7000 $mode
		bounded 10 A "$TCPSHAKE" probe -c 1 --json --ws-timeout 500ms ws://10.66.0.2:7000/
		[ "$status" -eq 0 ] || [ "$status" -eq 5 ] || fails protocol-error timeout-ws
		ends_closed B 7000 3
		test_end
	done
}
