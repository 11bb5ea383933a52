#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# TLS with nginx, which does both versions, and with openssl's server, which does what it is told: versions, names and
# certificates, client certificates, resumption and early data; times and order of messages as tshark has them.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"
# shellcheck source=tests/lib/servers.sh
. "$LIB/servers.sh"

setup_file() { file_setup make_network; }
setup() {
	test_setup
	need nginx openssl tshark
	nothing_asked
}
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

make_network() {
	ns_pair A B
	servers_make
	nginx_start B
}

# --- versions ---

@test "tls:// is a handshake and no more, TLS 1.3 by itself" {
	ask tls://web.test:8442
	went syn-ack
	sees 'p["tls"]["version"] == "1.3" and p["tls"]["cipher"].startswith("TLS_") and p["tls"]["group"] == "X25519"' \
		'p["tls"]["resumed"] is False and p["tls"]["early_data"] is None and p["http"] is None' \
		'p["phases"]["tls_us"] > 0 and p["phases"]["http_us"] is None and p["phases"]["ws_us"] is None' \
		'p["close"]["kind"] in ("fin-3", "fin-4", "simultaneous")'
	agrees
	asked 0
}

@test "a server of TLS 1.2 alone, and one of 1.3 alone" {
	ask https://web.test:8443/
	went syn-ack
	sees 'p["tls"]["version"] == "1.2" and p["tls"]["cipher"] == "ECDHE-ECDSA-AES256-GCM-SHA384"' \
		'p["http"]["status"] == 200'
	agrees
	ask https://web.test:8444/
	went syn-ack
	sees 'p["tls"]["version"] == "1.3" and p["http"]["status"] == 200'
	agrees
	asked 2
	sees '[a["tls"] for a in load("access")] == ["TLSv1.2", "TLSv1.3"]'
}

@test "--tls 1.2 and --tls 1.3 offer that version alone" {
	ask https://web.test:8442/ --tls 1.2
	went syn-ack
	sees 'p["tls"]["version"] == "1.2"'
	ask https://web.test:8442/ --tls 1.3
	went syn-ack
	sees 'p["tls"]["version"] == "1.3"'
	asked 2
	sees '[a["tls"] for a in load("access")] == ["TLSv1.2", "TLSv1.3"]'
}

@test "a version that the server does not have ends in its alert, by name" {
	ask https://web.test:8443/ --tls 1.3
	fails tls-alert
	sees 'p["tls"] is None and p["http"] is None' '"protocol" in out.lower()'
	ask https://web.test:8444/ --tls 1.2
	fails tls-alert
	ends_closed B 8443 3
	ends_closed B 8444 3
	asked 0
}

@test "a server of TLS 1.1 alone" {
	s_server B 4433 web -tls1_1 -cipher 'DEFAULT:@SECLEVEL=0'
	ask tls://web.test:4433
	fails tls-alert
	ends_closed B 4433 3
}

@test "openssl's server with each version says what we say" {
	for version in 1_2 1_3; do
		s_server B 4433 web -tls$version
		ask https://web.test:4433/
		went syn-ack
		sees "p['tls']['version'] == '${version/_/.}' and p['http']['status'] == 200"
		agrees
		test_end
	done
	s_server B 4433 web -no_tls1_3
	ask https://web.test:4433/
	went syn-ack
	sees 'p["tls"]["version"] == "1.2"'
}

@test "a group that we did not guess costs a HelloRetryRequest" {
	ask https://web.test:8446/
	went syn-ack
	sees 'p["tls"]["group"] in ("secp384r1", "P-384") and p["tls"]["version"] == "1.3"' \
		'sum("ClientHello" in m["text"] for m in p["messages"]) == 2'
	agrees
}

@test "over IPv6, and by address: the certificate's addresses are checked, and no name is sent" {
	for target in 10.66.0.2 '[fd66::2]'; do
		probe_json A -c 1 --ca "$CA/ca.pem" "https://$target:8450/"
		exits 0
		sees 'p["tls"]["certificate"]["verified"] is True and p["http"]["status"] == 200'
	done
	probe_json A -c 1 --ca "$CA/ca.pem" https://10.66.0.2:8442/
	fails tls-certificate
	asked 2
	sees '[a["sni"] for a in load("access")] == ["", ""]'
}

# --- certificates ---

# with_certificate NAME [OPTION...]: openssl's server shows it to one probe.
with_certificate() {
	test_end
	s_server B 4433 "$1"
	ask tls://web.test:4433 "${@:2}"
}

# refused NAME WORDS: the certificate is refused, and the reason has these words of OpenSSL's.
refused() {
	with_certificate "$1"
	fails tls-certificate
	sees "not p['tls']['certificate']['verified'] and '$2' in p['tls']['certificate']['reason'].lower()" \
		'p["http"] is None and p["tls"]["version"] == "1.3"'
	ends_closed B 4433 3
}

@test "a good certificate: subject, issuer and days left are told" {
	with_certificate web
	went syn-ack
	sees 'p["tls"]["certificate"]["verified"] is True and p["tls"]["certificate"]["reason"] is None' \
		'"tcpshake test web" in p["tls"]["certificate"]["subject"] and "tcpshake test ca" in p["tls"]["certificate"]["issuer"]' \
		'p["tls"]["certificate"]["days_left"] == 90'
	with_certificate soon
	went syn-ack
	sees 'p["tls"]["certificate"]["days_left"] == 10'
}

@test "certificates that fail, each with OpenSSL's reason" {
	refused expired 'expired'
	sees 'p["tls"]["certificate"]["days_left"] in (-1, -2)'
	refused future 'not yet valid'
	refused wrong 'hostname mismatch'
	refused ip 'hostname mismatch'
	refused self 'self-signed'
	refused foreign 'unable to'
	refused alone 'unable to'
}

@test "an intermediate that the server brings along is used" {
	test_end
	spawn s_server B openssl s_server -accept 4433 -www -quiet -cert "$CA/chain.pem" -key "$CA/chain.key" \
		-cert_chain "$CA/between.pem"
	ns_wait_listen B 4433
	ask tls://web.test:4433
	went syn-ack
	sees 'p["tls"]["certificate"]["verified"] is True and "tcpshake test between" in p["tls"]["certificate"]["issuer"]'
}

@test "without --ca the system's store does not know the authority" {
	TRUST='' ask tls://web.test:8442
	fails tls-certificate
	sees '"unable to" in p["tls"]["certificate"]["reason"].lower()'
}

@test "--ca with another authority fails; with a file that is none it is a usage error" {
	TRUST=$CA/other.pem ask tls://web.test:8442
	fails tls-certificate
	TRUST=$CA/none.pem ask tls://web.test:8442
	complains 3 --ca none.pem
	TRUST=$CA/web.key ask tls://web.test:8442
	complains 3 --ca web.key
}

@test "--insecure goes on, and still says what is wrong" {
	with_certificate expired --insecure
	went syn-ack
	sees 'p["tls"]["certificate"]["verified"] is False and "expired" in p["tls"]["certificate"]["reason"]' \
		'p["tls"]["certificate"]["days_left"] < 0'
	TRUST='' with_certificate self --insecure
	went syn-ack
}

@test "--sni sends another name and checks that" {
	ask https://web.test:8442/ --sni one.test
	went syn-ack
	asked 1
	sees 'load("access")[0]["sni"] == "one.test" and load("access")[0]["host"].startswith("web.test")'
	with_certificate wrong --sni other.test
	went syn-ack
	with_certificate web --sni other.test
	fails tls-certificate
}

# --- client certificates ---

@test "a server that demands a certificate: without, its alert; with a good one, fine; with a stranger's, its alert" {
	s_server B 4433 web -Verify 3 -CAfile "$CA/ca.pem" -verify_return_error
	ask https://web.test:4433/
	fails tls-alert
	ask https://web.test:4433/ --tls 1.2
	fails tls-alert
	for version in 1.2 1.3; do
		ask https://web.test:4433/ --tls $version --cert "$CA/client.pem" --key "$CA/client.key"
		went syn-ack
		agrees
	done
	ask https://web.test:4433/ --cert "$CA/stranger.pem" --key "$CA/stranger.key"
	fails tls-alert
	ends_closed B 4433 3
}

@test "nginx names the client by its certificate, and answers 400 without" {
	ask https://web.test:8449/ --cert "$CA/client.pem" --key "$CA/client.key"
	went syn-ack
	ask https://web.test:8449/
	fails http-status
	sees 'p["http"]["status"] == 400'
	asked 2
	sees '[a["subject"] for a in load("access")] == ["CN=tcpshake test client", ""]'
}

@test "a key that does not fit the certificate, or is missing, is a usage error" {
	ask https://web.test:8449/ --cert "$CA/client.pem" --key "$CA/web.key"
	complains 3 --key
	ask https://web.test:8449/ --cert "$CA/client.pem" --key "$CA/none.key"
	complains 3 none.key
}

# --- resumption ---

@test "--tls-resume: the second attempt and later ones have the first's session, in both versions" {
	for version in 1.2 1.3; do
		nothing_asked
		ask https://web.test:8442/ -c 3 -i 50ms --tls-resume --tls $version
		went syn-ack
		sees '[x["tls"]["resumed"] for x in probes] == [False, True, True]' \
			'[x["tls"]["certificate"] is not None for x in probes][0]' \
			'not any("Certificate" in m["text"] for x in probes[1:] for m in x["messages"])'
		agrees
		asked 3
		sees '[a["resumed"] for a in load("access")] == [".", "r", "r"]'
	done
}

@test "without --tls-resume no session is used" {
	ask https://web.test:8442/ -c 2 -i 50ms
	went syn-ack
	sees '[x["tls"]["resumed"] for x in probes] == [False, False]'
	asked 2
	sees '[a["resumed"] for a in load("access")] == [".", "."]'
}

@test "a server that keeps no sessions resumes none" {
	ask https://web.test:8448/ -c 2 -i 50ms --tls-resume --tls 1.2
	went syn-ack
	sees '[x["tls"]["resumed"] for x in probes] == [False, False]'
}

@test "0-RTT: accepted where the session allows, and the request came early" {
	ask https://web.test:8445/ -c 3 -i 50ms --tls-resume
	went syn-ack
	sees '[x["tls"]["early_data"] for x in probes] == [None, True, True]' \
		'[x["tls"]["resumed"] for x in probes] == [False, True, True]' 'all(x["http"]["status"] == 200 for x in probes)'
	asked 3
	sees '[a["resumed"] for a in load("access")] == [".", "r", "r"]'
}

@test "0-RTT that is rejected: the request is sent again, and answered once" {
	ask https://web.test:8446/ -c 2 -i 50ms --tls-resume
	went syn-ack
	sees '[x["tls"]["early_data"] for x in probes] == [None, False]' 'all(x["http"]["status"] == 200 for x in probes)'
	asked 2
}

@test "a session without early data, and methods that may not come twice, send none" {
	ask https://web.test:8444/ -c 2 -i 50ms --tls-resume
	went syn-ack
	sees '[(x["tls"]["resumed"], x["tls"]["early_data"]) for x in probes] == [(False, None), (True, None)]'
	ask https://web.test:8445/none -c 2 -i 50ms --tls-resume --method POST --data x
	went syn-ack
	sees '[(x["tls"]["resumed"], x["tls"]["early_data"]) for x in probes] == [(False, None), (True, None)]'
}

# --- what else ---

@test "the key log is written, for tshark to read; a file that cannot be written is told and stops nothing" {
	ask https://web.test:8442/
	went syn-ack
	grep -q '^CLIENT_HANDSHAKE_TRAFFIC_SECRET ' "$BATS_TEST_TMPDIR/keys"
	grep -q '^SERVER_TRAFFIC_SECRET_0 ' "$BATS_TEST_TMPDIR/keys"
	ask https://web.test:8442/ --tls 1.2
	grep -q '^CLIENT_RANDOM ' "$BATS_TEST_TMPDIR/keys"
	SSLKEYLOGFILE=/nowhere/keys probe_json A -c 1 --insecure https://10.66.0.2:8442/
	exits 0
	sees '"/nowhere/keys" in err'
}

@test "--alpn with tls://, and an --insecure run says what it could not verify" {
	ask tls://web.test:443 --alpn h2
	went syn-ack
	sees 'p["tls"]["alpn"] == "h2"'
	ask tls://web.test:8442 --alpn nothing,http/1.1
	sees 'p["tls"]["alpn"] == "http/1.1"'
	probe A -c 1 --insecure "https://$WEB:8442/"
	exits 0
	sees '"unverified (" in out'
}

@test "expectations on TLS" {
	ask tls://web.test:8442 --expect 'tls.version=1.3' --expect 'tls.certificate.days_left>14'
	exits 0
	ask tls://web.test:8442 --expect 'tls.version=1.2'
	exits 4
	s_server B 4433 soon
	ask tls://web.test:4433 --expect 'tls.certificate.days_left>14'
	exits 4
}

@test "tls:// without a port is a usage error; a closed port is closed" {
	probe_json A -c 1 tls://web.test
	complains 3 tls://web.test
	ask tls://web.test:4999
	exits 1
	sees 'p["state"] == "closed" and p["tls"] is None and p["phases"]["tls_us"] is None'
}

@test "TLS to a server that speaks HTTP in clear, and HTTP to one that speaks TLS" {
	ask https://web.test:80/
	fails protocol-error
	ask http://web.test:8442/
	fails http-status
	sees 'p["http"]["status"] == 400' # nginx says so in clear
}

@test "openssl's client sees the same of each server as we do" {
	for port in 8442 8443 8444 8446; do
		ns_exec A openssl s_client -connect "$WEB:$port" -servername web.test -CAfile "$CA/ca.pem" \
			</dev/null >"$BATS_TEST_TMPDIR/client" 2>&1 || true
		ask tls://web.test:$port
		went syn-ack
		sees '"Cipher is {cipher}".format(**p["tls"]) in text("client")' '"TLSv{version}".format(**p["tls"]) in text("client")' \
			'"Verify return code: 0 (ok)" in text("client")'
	done
}
