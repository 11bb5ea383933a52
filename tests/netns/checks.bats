#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Checks of TCP against Linux, in every state: nothing fails, the kernel's own tools agree with the states that
# are claimed, and nothing is left behind.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"
# shellcheck source=tests/lib/checks.sh
. "$LIB/checks.sh"

setup_file() { file_setup checks_network; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

# verdicts RUN: those of each check into a file, to be compared.
verdicts() {
	"$PYTHON" -c 'import json, sys
for r in json.load(sys.stdin)["records"][:-1]: print(r["id"], r["precondition"], r["verdict"])' \
		<"$BATS_TEST_TMPDIR/out" >"$BATS_TEST_TMPDIR/verdicts.$1"
}

# same_verdicts RUNS COMMAND TARGET OPTION...: no fail in so many runs in a row, all with the same verdicts.
same_verdicts() {
	local run
	for run in $(seq "$1"); do
		probe_json A "$2" --send X "${@:4}" "$3"
		exits 0
		sees 's["checks"]["fail"] == 0' "s['checks']['inconclusive'] <= $(soak 1 0)" 's["verdict"] == "pass"' \
			's["fingerprint"].startswith("Linux")'
		verdicts "$run"
		# A machine that stands still for a while may spoil one; a soak has none.
		[ "$(diff "$BATS_TEST_TMPDIR/verdicts.1" "$BATS_TEST_TMPDIR/verdicts.$run" | grep -c '^>')" -le "$(soak 1 0)" ]
	done
	left_nothing
}

@test "close: no fail, IPv4 and IPv6, the same verdicts each time, nothing left" {
	same_verdicts "$(soak 2 3)" close 10.66.0.2:7000
	same_verdicts "$(soak 1 3)" close '[fd66::2]:7000'
}

@test "conform: no fail, IPv4 and IPv6, the same verdicts each time, nothing left" {
	same_verdicts "$(soak 2 3)" conform 10.66.0.2:7001 --noisy --intrusive
	same_verdicts "$(soak 1 3)" conform '[fd66::2]:7001' --noisy --intrusive
}

@test "O1, O2: segments that nothing has joined" {
	ns_exec A ethtool -K va gro off >/dev/null
	ns_exec B ethtool -K vb tso off gso off >/dev/null
	probe_json A conform --send B --case O1,O2 10.66.0.2:7000
	ns_exec A ethtool -K va gro on >/dev/null
	ns_exec B ethtool -K vb tso on gso on >/dev/null
	exits 0
	sees 'check("O1")["verdict"] == "pass" and check("O2")["verdict"] == "pass"'
	probe_json A conform --send B --case O2 10.66.0.2:7000
	exits 0
	sees 'check("O2")["verdict"] == "inconclusive" and "joined" in check("O2")["note"]'
}

@test "what a server with Fast Open, MPTCP, SACK and a clock for its ISNs does" {
	ns_exec B sysctl -qw net.ipv4.tcp_fastopen=3
	probe_json A conform --case 'F1,F2,F3,I2,S-A,S-Aa,H22' 10.66.0.2:7002
	exits 0
	sees '"cookie is given" in check("F1")["note"]' '"accepted with the SYN" in check("F2")["note"]' \
		'check("F3")["verdict"] == "pass"' '"ISN +15.6" in check("I2")["got"]' \
		'check("S-A")["verdict"] == "pass"' 'check("S-Aa")["verdict"] == "pass"' \
		'check("H22")["verdict"] == "info"' 'all(c["gone"] for c in checks)'
	ns_exec B ss -HtlnM | grep -q . || skip "this kernel has no MPTCP"
	probe_json A conform --case 'M1,M2,M3,M5' 10.66.0.2:7003
	exits 0
	sees '"agreed on" in check("M1")["note"]' 'check("M2")["verdict"] == "pass"' 'check("M3")["verdict"] == "pass"' \
		'check("M5")["note"] == "closed by a reset"'
	left_nothing
}

@test "timestamps of resets: an abort has them, the answer to data after close() does not" {
	probe_json A close --send A --case R12a 10.66.0.2:7000
	exits 0
	sees 'check("R12a")["verdict"] == "pass"'
	probe_json A close --send C --case R12b 10.66.0.2:7000
	exits 0
	sees 'check("R12b")["verdict"] == "warn"' '"Linux" in check("R12b")["note"]'
	left_nothing
}

@test "ss on the server agrees with each state" {
	local how
	for how in 'W 7001' 'C 7000'; do
		spawn states B "$PYTHON" "$LIB/states.py" "$BATS_TEST_TMPDIR/states.json"
		probe_json A close --send "${how% *}" --case 'R3,S4,S2,T4,T4a,T14,T14a,R5,TW3' \
			"10.66.0.2:${how#* }"
		exits 0
		kill -TERM "$spawned"
		ns_wait_for 5 test_ended "$spawned"
		sees 'len([c for c in checks if c["verdict"] != "skipped"]) >= 9' \
			'[(c["id"], c["precondition"], load("states.json")[0].get(str(c["source_port"])))
			  for c in checks if c["verdict"] != "skipped"
			  and c["precondition"] not in load("states.json")[0].get(str(c["source_port"]), [])] == []'
	done
}

@test "how long TIME_WAIT lasts, where there is time to see it" {
	PROBE_LIMIT=100
	probe_json A close --slow --send C --case 'TW1*' -w "$(soak 3s 90s)" 10.66.0.2:7000
	exits 0
	sees '{c["id"] for c in checks} == {"TW1", "TW10"}' 'check("TW1")["verdict"] == "pass"'
	if [ "$(soak 0 1)" = 1 ]; then
		sees 'check("TW10")["verdict"] == "info" and "ended" in check("TW10")["note"]' \
			'60 <= float(check("TW10")["got"].split(",")[-1].split()[0]) <= 70'
	fi
	left_nothing
}

@test "every state is reached and checked" {
	probe_json A conform --intrusive --send X --case 'O*' 10.66.0.2:7000
	exits 0
	probe_json A conform --noisy --send X 10.66.0.2:7000
	sees '{c["precondition"] for c in checks if c["verdict"] in ("pass", "info", "warn")} | {"CLOSE_WAIT"} ==
		{"CLOSED", "LISTEN", "SYN_RCVD", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT"}'
	probe_json A close --case 'T14,T19' 10.66.0.2:7001
	sees 'all(c["verdict"] == "pass" for c in checks if c["precondition"] == "CLOSE_WAIT")'
}
