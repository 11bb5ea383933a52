#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Servers that are wrong on purpose (hostile.py): each ends for the right reason, within its time and 200 MB, and leaves
# no socket at the server.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"
# shellcheck source=tests/lib/servers.sh
. "$LIB/servers.sh"

setup_file() { file_setup make_network; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

make_network() {
	ns_pair A B
	servers_make
}

# meet SCHEME MODE [OPTION...]: one probe of such a server; its TLS is proper with https, its own with tls.
meet() {
	local scheme=$1 way=$2 certificate=
	[ "$scheme" != https ] || certificate=web
	test_end
	hostile B 7000 "$way" $certificate
	bounded 5 A "$TCPSHAKE" probe -c 1 --json -v --ca "$CA/ca.pem" --tls-timeout 700ms --http-timeout 700ms \
		--resolve web.test:7000:10.66.0.2 "${@:3}" "$scheme://web.test:7000/"
	sees 'len(records) >= 2' 'len(out) < 4e6'
}

# ends REASON...: it failed so, and both ends are closed.
ends() {
	# A flood may outrun the capture, which then says so.
	if [ "$status" -eq 5 ]; then
		sees 's["capture_dropped"] > 0'
	else
		fails "$@"
	fi
	ends_closed B 7000 3
}

well() {
	went syn-ack
	ends_closed B 7000 3
}

# --- silence, and ends ---

@test "silence: before TLS, before a response, after the settings of HTTP/2" {
	meet tls silent
	ends tls-timeout
	meet http silent
	ends timeout-http
	sees '0.7 <= load("cost")[0]["seconds"] <= 3'
	meet http silent-after-request
	ends timeout-http
	meet https silent-after-request --http1.1
	ends timeout-http
	sees 'p["tls"]["version"] == "1.3"'
	meet https h2-silent
	ends timeout-http
}

@test "a server that closes at once, or at the request" {
	meet http closes-at-once
	ends protocol-error
	meet http closes-at-request
	ends protocol-error
	meet tls closes-at-once
	ends protocol-error
}

@test "a server that resets at once, at the request, or in the body" {
	meet http resets-at-once
	ends reset
	meet http resets-at-request
	ends reset
	meet tls resets-at-once
	ends reset
	meet http resets-in-body
	ends reset
	sees 'p["http"]["status"] == 200 and p["http"]["body_bytes"] == 5' 'p["close"]["kind"] == "rst"'
	meet https resets-in-body --http1.1
	ends reset
}

@test "a window that is never opened" {
	printf -v long '%0100000d' 7
	meet http window-shut --method PUT --data "$long"
	ends timeout-http
}

# --- slowly ---

@test "a byte in each segment is well" {
	meet http byte-segments
	well
	sees 'p["http"]["status"] == 200 and p["http"]["body_bytes"] == 100'
	meet https byte-segments --http1.1
	well
	sees 'p["http"]["body_bytes"] == 100'
}

@test "a byte a second is a timeout, and so is a body that stops" {
	meet http drip
	ends timeout-http
	meet tls tls-drip
	ends tls-timeout
	meet http length-waits
	ends timeout-http
	sees 'p["http"]["status"] == 200 and p["http"]["body_bytes"] == 5'
	meet tls tls-half-record
	ends tls-timeout
}

# --- without end ---

@test "headers, a header, a reason, trailers and extensions without end" {
	for mode in endless-headers endless-header endless-reason endless-trailers endless-extension; do
		meet http $mode
		ends protocol-error
	done
	meet https endless-headers --http1.1
	ends protocol-error
}

@test "bodies without end" {
	for mode in endless-body endless-chunks; do
		meet http $mode
		ends timeout-http protocol-error
		sees 'p["http"]["status"] == 200'
	done
	meet https endless-body --http1.1
	ends timeout-http protocol-error
}

@test "interim responses: a hundred and a proper one, and without end" {
	meet http hundred-1xx
	[ "$status" -ne 0 ] || sees 'p["http"]["status"] == 200 and p["http"]["body_bytes"] == 5'
	[ "$status" -eq 0 ] || ends protocol-error
	meet http endless-1xx
	ends protocol-error timeout-http
}

@test "TLS records, alerts and messages without end" {
	for mode in tls-endless-records tls-endless-warnings tls-endless-message; do
		meet tls $mode
		ends protocol-error tls-alert tls-timeout
	done
}

@test "HTTP/2: floods of settings, pings, empty frames, header blocks, and a body beyond the window" {
	for mode in h2-settings-flood h2-settings-flood-unread h2-ping-flood h2-empty-data h2-continuation-flood \
		h2-endless-body; do
		for scheme in http https; do
			meet $scheme $mode --http2
			ends protocol-error timeout-http
		done
	done
}

# --- nonsense ---

@test "chunks that are none" {
	for mode in chunk-no-number chunk-huge chunk-without-end; do
		meet http $mode
		ends protocol-error
		sees 'p["http"]["status"] == 200'
	done
	meet http chunk-cut
	ends protocol-error reset
}

@test "lengths that lie" {
	meet http length-long
	ends protocol-error
	sees 'p["http"]["body_bytes"] == 5'
	meet https length-long --http1.1
	ends protocol-error
	meet http length-short
	sees 'p["http"]["status"] == 200 and p["http"]["body_bytes"] == 5'
	for mode in length-negative length-twice length-huge; do
		meet http $mode
		ends protocol-error
	done
}

@test "what is no HTTP/1.1" {
	for mode in http-09 version-9 status-no-number ssh-banner garbage; do
		meet http $mode
		ends protocol-error
	done
	meet http response-first # it may come with the request on its way
	[ "$status" -eq 0 ] || ends protocol-error
	meet http switches
	ends protocol-error timeout-http
}

@test "control characters of a response reach no terminal" {
	meet http nul-in-header
	ends protocol-error http-status
	sees '"\x1b" not in out and "\x1b" not in err'
	meet http nul-in-header -o "text:$BATS_TEST_TMPDIR/text" -o "mermaid:$BATS_TEST_TMPDIR/mermaid"
	sees '"\x1b" not in text("text") and "\x1b" not in text("mermaid")'
}

@test "what is no TLS" {
	for mode in tls-garbage tls-not-a-record ssh-banner garbage; do
		meet tls $mode
		ends protocol-error tls-alert
	done
	for mode in tls-alert tls-version-alert; do
		meet tls $mode
		ends tls-alert
	done
}

@test "what is no HTTP/2" {
	for mode in h2-http1 h2-frame-huge h2-hpack-garbage h2-goaway h2-reset; do
		for scheme in http https; do
			meet $scheme $mode --http2
			ends protocol-error
		done
	done
	meet https h2-stream-unknown
	ends protocol-error timeout-http
	meet https h2-goaway-after
	well
	sees 'p["http"]["status"] == 200'
}

@test "memory does not grow with what is sent: ten attempts are as one" {
	meet http endless-body
	kb=$("$PYTHON" -c 'import json, sys; print(json.load(open(sys.argv[1]))["rss_kb"])' "$BATS_TEST_TMPDIR/cost")
	hostile B 7001 endless-body
	bounded 20 A "$TCPSHAKE" probe -c 5 -i 800ms --json --http-timeout 300ms http://10.66.0.2:7001/
	sees "load('cost')[0]['rss_kb'] < $kb * 1.5 + 20000"
	ends_closed B 7001 3
}
