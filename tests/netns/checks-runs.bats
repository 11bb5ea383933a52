#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Runs of checks of TCP against Linux: what the application, the port and the user decide, and what is reported.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"
# shellcheck source=tests/lib/checks.sh
. "$LIB/checks.sh"

setup_file() { file_setup checks_network; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

@test "what an application does decides what can be checked" {
	probe_json A close --case T2,T7,T10,T11,Z1,Z2,T6,T9 10.66.0.2:7000
	exits 0
	sees 'check("T2")["verdict"] == "pass"' \
		'all(check(i)["verdict"] == "skipped" and "--send" in check(i)["note"] for i in ("T7", "T10", "T11", "Z1", "Z2", "T6", "T9"))'
	probe_json A close --send A --case T11,T4a 10.66.0.2:7000
	sees 'check("T11")["verdict"] == "pass"' 'check("T4a")["verdict"] == "skipped"'
	probe_json A close --send P --case R9,Z4 10.66.0.2:7000
	sees 'check("R9")["verdict"] == "pass"' 'check("Z4")["verdict"] == "info"'
	probe_json A close --send D --case R9,Z4 10.66.0.2:7000
	sees 'all(c["verdict"] == "skipped" and "reads" in c["note"] for c in checks)'
	probe_json A close --send W --case T6,T9 10.66.0.2:7000
	sees 'check("T6")["verdict"] == "pass"' 'check("T9")["verdict"] == "info"'
	probe_json A close --send C --case T6,T9 10.66.0.2:7000
	sees 'check("T6")["verdict"] == "skipped"' 'check("T9")["verdict"] == "pass"'
	probe_json A close --send DC --case Z1,Z2,T7 10.66.0.2:7000
	sees 'check("Z1")["verdict"] == "pass"'
	probe_json A close --case T2,T3 10.66.0.2:7001
	sees 'check("T2")["verdict"] == "skipped"' 'check("T3")["verdict"] == "skipped"'
}

@test "a port that is not open: nothing is checked, exit 1, and little is sent" {
	watch A va
	probe_json A close 10.66.0.2:9
	watched A va
	exits 1
	sees 'len(checks) > 90' 'all(c["verdict"] == "inconclusive" and c["state"] == "closed" for c in checks)' \
		's["state"] == "closed"' 'len(sent) == 1'
	rules B 'tcp dport 9 drop'
	probe_json A close --rto 100ms --case R1,H18 10.66.0.2:9
	exits 1
	sees 'all(c["verdict"] == "inconclusive" and c["state"] == "filtered" for c in checks)'
	probe_json A close --rto 100ms --case H18 10.66.0.2:9
	exits 1
	sees 'checks[0]["verdict"] == "inconclusive"'
	flush_rules B
}

@test "a closed port that is filtered is inconclusive; another may be named" {
	rules B 'tcp dport 1 drop'
	probe_json A close --case H18,H19 10.66.0.2:7000
	exits 0
	sees 'all(c["verdict"] == "inconclusive" for c in checks)'
	probe_json A close --case H18,H19 --closed-port 2 10.66.0.2:7000
	exits 0
	sees 'all(c["verdict"] == "pass" and c["remote_port"] == 2 for c in checks)'
	flush_rules B
	probe_json A close --case H18 --closed-port 7001 10.66.0.2:7000
	sees 'check("H18")["verdict"] == "inconclusive" and "open" in check("H18")["note"]'
	left_nothing
}

@test "interrupted: the rest is not checked, nothing is left" {
	probe_start A close --send X --json 10.66.0.2:7000
	sleep 1.5
	kill -INT "$running"
	probe_end
	exits 0
	left_nothing
}

@test "a server that closes by itself: --wait-fin" {
	serve B 7100 close-now
	probe_json A close --wait-fin --case R1:FIN_WAIT_2,T5,T14a 10.66.0.2:7100
	exits 0
	sees 'all(c["verdict"] == "pass" for c in checks)'
}

@test "a baseline: only what changed fails" {
	probe_json A close --send X --case 'T2,T3,T4,R1' 10.66.0.2:7000
	exits 0
	cp "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/base.json"
	probe_json A close --send X --case 'T2,T3,T4,R1' --baseline "$BATS_TEST_TMPDIR/base.json" 10.66.0.2:7000
	exits 0
	sees 's["checks"]["changed"] == 0' 'all(c["changed"] is False and c["baseline"] == c["verdict"] for c in checks)'
	# The other application never closes at our FIN.
	probe_json A close --send X --case 'T2,T3,T4,R1' --baseline "$BATS_TEST_TMPDIR/base.json" 10.66.0.2:7001
	exits 4
	sees 'check("T3")["changed"] and check("T3")["baseline"] == "pass"' 's["checks"]["changed"] >= 3' \
		's["checks"]["fail"] == 0'
}

@test "the frames of a run are those that tcpdump sees, and the record's segments are among them" {
	watch A va
	probe_json A close --send X --case 'R1:ESTABLISHED,S1' --write "$BATS_TEST_TMPDIR/run.pcapng" 10.66.0.2:7000
	watched A va
	exits 0
	sees 'len(written) == len(tcp)' 'sum(len(c["segments"]) for c in checks) == len(tcp)' \
		'len({f.sport for f in sent}) == 2'
}

@test "tap, junit and mermaid" {
	probe A close --send X --case 'T*,S1' -o tap 10.66.0.2:7000
	exits 0
	head -1 "$BATS_TEST_TMPDIR/out" | grep -qx 'TAP version 14'
	tail -1 "$BATS_TEST_TMPDIR/out" | grep -qx "1..$(grep -c '^ok\|^not ok' "$BATS_TEST_TMPDIR/out")"
	grep -q '^ok 1 - 10.66.0.2:7000 S1 ESTABLISHED ' "$BATS_TEST_TMPDIR/out"
	probe A close --send X --case 'T*,S1' -o junit 10.66.0.2:7000
	exits 0
	"$PYTHON" - "$BATS_TEST_TMPDIR/out" <<-'EOF'
		import sys, xml.etree.ElementTree as x
		suite = x.parse(sys.argv[1]).getroot()
		cases = suite.findall("testcase")
		assert int(suite.get("tests")) == len(cases) > 20, suite.attrib
		assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped")), suite.attrib
		assert suite.get("failures") == "0"
	EOF
	probe A close --send X --case S1 -o mermaid 10.66.0.2:7000
	exits 0
	head -1 "$BATS_TEST_TMPDIR/out" | grep -qx sequenceDiagram
	grep -q 'client->>server: .* S 0:0(0)' "$BATS_TEST_TMPDIR/out"
	grep -q 'Note over server: SYN_RCVD' "$BATS_TEST_TMPDIR/out"
}

@test "many ports of one host, and their own requests" {
	probe_json A close --case R1:ESTABLISHED,T2 -p 7000,7001 10.66.0.2
	exits 0
	sees 'len(checks) == 4 and len(summaries) == 2'
}
