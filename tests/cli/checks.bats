#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# The commands close and conform: their options, what they print, and what they refuse.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup make_network; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

make_network() {
	ns_pair A B
	ns_spawn B "$PYTHON" "$LIB/driver.py" --port 80 >/dev/null
	ns_wait_listen B 80
}

prints() { # WORD...
	local word
	for word in "$@"; do
		grep -qF -- "$word" "$BATS_TEST_TMPDIR/out" || {
			echo "'$word' is not printed"
			return 1
		}
	done
}

@test "--list explains every check; close has those of teardown, conform all" {
	probe A close --list
	exits 0
	prints 'R1    ESTABLISHED RST at RCV.NXT ends the connection [RFC 5961 3.2]' 'expected: silence' \
		'T4    LAST_ACK' 'TW10  TIME_WAIT   how long TIME_WAIT lasts' '[--slow]' 'H18 ' '[--noisy]'
	run ! grep -q '^A1 ' "$BATS_TEST_TMPDIR/out"
	probe A conform --list
	prints 'R1 ' 'A1 ' 'O2a ' '[--intrusive]' 'I1 ' 'K1 '
}

@test "--case takes ids, states and stars; noisy ones by their full name, or when asked for" {
	probe_json A close --case r1:established,T4 10.66.0.2
	exits 0
	sees '[(c["id"], c["precondition"]) for c in checks] == [("R1", "ESTABLISHED"), ("T4", "LAST_ACK")]'
	probe_json A close --case 'S*' 10.66.0.2
	sees '"S1" in {c["id"] for c in checks} and "S7" not in {c["id"] for c in checks}'
	probe_json A close --case S7 10.66.0.2
	sees '{c["id"] for c in checks} == {"S7"}'
	probe_json A close --noisy --case 'S7*' 10.66.0.2
	sees '{c["id"] for c in checks} == {"S7", "S7a"}'
}

@test "what is no check is refused, with the remedy" {
	probe A close --case R1,X9 10.66.0.2
	complains 3 --case "'X9'" --list
	probe A close --case R1:LISTEN 10.66.0.2
	complains 3 --case "'R1:LISTEN'"
	probe A close --case '' 10.66.0.2
	complains 3 --case
	probe A close --case A1 10.66.0.2
	complains 3 --case "'A1'" 'tcpshake close'
}

@test "--send: escapes, and what is none" {
	watch A va
	probe_json A close --send 'X\r\n\x41\\\t\0' --case T11 10.66.0.2
	watched A va
	exits 0
	sees 'any(f.payload == b"X\r\nA\\\t\0" for f in sent)'
	probe A close --send 'X\q' 10.66.0.2
	complains 3 --send 'X\q'
	probe A close --send '' 10.66.0.2
	complains 3 --send
	probe A close --send X --wait-fin 10.66.0.2
	complains 3 --send --wait-fin
}

@test "a baseline that cannot be read, or is none, is refused before anything is sent" {
	probe A close --baseline /nonexistent 10.66.0.2
	complains 3 --baseline /nonexistent
	echo '{"half":' >"$BATS_TEST_TMPDIR/half.json"
	probe A close --baseline "$BATS_TEST_TMPDIR/half.json" 10.66.0.2
	complains 3 --baseline half.json
	echo '{"type":"probe"}' >"$BATS_TEST_TMPDIR/probe.json"
	probe A close --baseline "$BATS_TEST_TMPDIR/probe.json" 10.66.0.2
	complains 3 --baseline probe.json 'no checks'
}

@test "a baseline of jsonl" {
	probe A close --case R1:ESTABLISHED -o "jsonl:$BATS_TEST_TMPDIR/base.jsonl" 10.66.0.2
	probe_json A close --case R1:ESTABLISHED --baseline "$BATS_TEST_TMPDIR/base.jsonl" 10.66.0.2
	exits 0
	sees 'checks[0]["baseline"] == "pass" and checks[0]["changed"] is False'
}

@test "text: a line for each check, then counts and the system that answers so" {
	probe A close --case 'R1:ESTABLISHED,T2,T7' 10.66.0.2
	exits 0
	prints 'TCPSHAKE 10.66.0.2:80 from 10.66.0.1, 3 checks of teardown, closed port 1, asks with HTTP/1.0' \
		'pass         R1    ESTABLISHED RST at RCV.NXT ends the connection' \
		'--- 10.66.0.2:80 check statistics ---' '3 checks: 2 pass, 0 info, 0 warn, 0 fail, 0 inconclusive, 1 skipped'
	[ "$(grep -c -- '-->' "$BATS_TEST_TMPDIR/out")" -eq 0 ]
	probe A close -v --case R1:ESTABLISHED 10.66.0.2
	prints 'expected: silence; got: silence; the connection is gone [RFC 5961 3.2]' \
		'--> S 0:0(0)' 'SYN_SENT | -' 'ESTABLISHED | ESTABLISHED' 'CLOSED | CLOSED'
	probe A close -q --case R1:ESTABLISHED 10.66.0.2
	exits 0
	[ "$(wc -l <"$BATS_TEST_TMPDIR/out")" -le 4 ]
}

@test "--expect on the counts; a field of another command is refused" {
	probe A close --case T2 --expect 'checks.pass>=1,checks.fail=0' 10.66.0.2
	exits 0
	probe A close --case T2 --expect 'checks.skipped>0' 10.66.0.2
	exits 4
	probe A close --expect cookies=active 10.66.0.2
	complains 3 --expect "'cookies=active'" 'tcpshake close'
}

@test "-c repeats the whole battery" {
	probe_json A close -c 2 --case R1:ESTABLISHED,T2 10.66.0.2
	exits 0
	sees '[c["id"] for c in checks] == ["R1", "T2", "R1", "T2"]'
}

@test "an unreachable address, a name that does not resolve" {
	probe_json A close --rto 50ms --case R1,T2 10.66.0.99
	exits 1
	sees 'all(c["verdict"] == "inconclusive" and c["state"] == "unreachable" for c in checks)'
	probe A close nonexistent.invalid
	exits 2
}

@test "a check needs several source ports" {
	probe A close --source-port 40000-40003 --case R1 10.66.0.2
	complains 3 --source-port 'needs 5 ports'
	probe_json A close --source-port 40000-40009 --case R1:ESTABLISHED,T2 10.66.0.2
	exits 0
	sees 'all(40000 <= c["source_port"] <= 40009 for c in checks)'
}

@test "options of the checks belong to close and conform" {
	probe A --case R1 10.66.0.2
	complains 3 --case 'tcpshake probe'
	probe A close --help
	exits 0
	prints --baseline --closed-port 'passt of 2023 crashes on it'
}
