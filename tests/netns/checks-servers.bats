#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Checks of TCP against servers that people run: nothing fails, and each is driven through its states.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup ns_pair A B; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

# need COMMAND: or the test is skipped aloud.
need() {
	command -v "$1" >/dev/null || skip "no $1"
}

# judged STATE...: nothing fails, and these states were reached.
judged() {
	exits 0
	sees 's["checks"]["fail"] == 0' 's["fingerprint"] is None or s["fingerprint"].startswith("Linux")'
	local state
	for state in "$@"; do
		sees "any(c['precondition'] == '$state' and c['verdict'] == 'pass' for c in checks)"
	done
}

@test "nginx" {
	need nginx
	cat >"$BATS_TEST_TMPDIR/nginx.conf" <<-EOF
		daemon off;
		pid $BATS_TEST_TMPDIR/nginx.pid;
		error_log $BATS_TEST_TMPDIR/nginx.log;
		worker_processes 1;
		events { worker_connections 512; }
		http {
			access_log off;
			client_body_temp_path $BATS_TEST_TMPDIR/body;
			proxy_temp_path $BATS_TEST_TMPDIR/proxy;
			fastcgi_temp_path $BATS_TEST_TMPDIR/fastcgi;
			uwsgi_temp_path $BATS_TEST_TMPDIR/uwsgi;
			scgi_temp_path $BATS_TEST_TMPDIR/scgi;
			server { listen 80; listen [::]:80; location / { return 200 "hello"; } }
		}
	EOF
	spawn nginx B nginx -c "$BATS_TEST_TMPDIR/nginx.conf"
	ns_wait_listen B 80
	probe_json A close 10.66.0.2
	judged LAST_ACK FIN_WAIT_1 FIN_WAIT_2 CLOSING TIME_WAIT
	sees 'check("T7")["verdict"] == "pass" and check("Z2")["verdict"] == "pass"'
	probe_json A conform --noisy '[fd66::2]'
	judged SYN_RCVD LAST_ACK FIN_WAIT_2
}

@test "haproxy" {
	need haproxy
	cat >"$BATS_TEST_TMPDIR/haproxy.cfg" <<-EOF
		defaults
		  mode http
		  timeout client 10s
		  timeout server 10s
		  timeout connect 5s
		frontend web
		  bind :::8080 v4v6
		  http-request return status 200 content-type text/plain string "hello"
	EOF
	spawn haproxy B haproxy -f "$BATS_TEST_TMPDIR/haproxy.cfg"
	ns_wait_listen B 8080
	probe_json A close 10.66.0.2:8080
	judged LAST_ACK FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT
}

@test "openssl s_server, which serves one client at a time" {
	need openssl
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$BATS_TEST_TMPDIR/key.pem" -days 2 -subj /CN=test \
		-out "$BATS_TEST_TMPDIR/cert.pem" 2>/dev/null
	spawn openssl B openssl s_server -accept 8443 -www -quiet -cert "$BATS_TEST_TMPDIR/cert.pem" \
		-key "$BATS_TEST_TMPDIR/key.pem"
	ns_wait_listen B 8443
	probe_json A close -i 700ms --case 'R1,S4,T2,T3,T4,T5,T12,T13,TW1,TW3' 10.66.0.2:8443
	judged LAST_ACK FIN_WAIT_1 TIME_WAIT
}
