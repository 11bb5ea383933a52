#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Capture files: what is read, what is said of each connection, in every format, and what happens when files or words
# are wrong. Nothing here needs a privilege.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() {
	export NO_NAMESPACES=''
	"$PYTHON" "$LIB/captures.py" "$BATS_FILE_TMPDIR" 2>/dev/null
}
setup() {
	CASES=$BATS_FILE_TMPDIR/cases.pcap
	LINKS=$BATS_FILE_TMPDIR/links.pcapng
	FLOOD=$BATS_FILE_TMPDIR/flood.pcap
}
teardown() { test_teardown; }

# reads WORD...: the command; out, err and $status are as of `probe`.
reads() {
	echo "read $*" >"$BATS_TEST_TMPDIR/command"
	status=0
	timeout -k 2 60 "$TCPSHAKE" read "$@" <"${PROBE_INPUT:-/dev/null}" >"$BATS_TEST_TMPDIR/out" \
		2>"$BATS_TEST_TMPDIR/err" 3>&- || status=$?
}

# says PYTHON...: each holds of the JSON on standard output: `c` are connections by stream, `s` is the last summary.
says() {
	"$PYTHON" - "$BATS_TEST_TMPDIR/out" "$@" <<-'END'
		import json, sys
		text = open(sys.argv[1]).read()
		records = json.loads(text)["records"] if text.startswith('{"schema":"tcpshake/1","type":"run"') else [
		    json.loads(line) for line in text.splitlines()]
		found = [r for r in records if r["type"] == "connection"]
		c, s = {r["stream"]: r for r in found}, records[-1]
		for what in sys.argv[2:]:
		    if not eval(what):
		        print("not:", what)
		        sys.exit(1)
	END
}

@test "every way to begin and to end is named" {
	reads --json "$CASES"
	exits 0
	says 's["sent"] == 33 == len(c)' \
		'[c[n]["close"]["kind"] for n in (0, 1, 2, 3, 4)] == ["fin-4", "fin-3", "simultaneous", "rst", "none"]' \
		'[c[n]["close"]["kind"] for n in (6, 7, 8, 9, 10)] == ["half-open", "rst", "rst", "half-closed", "fin-4"]' \
		'[c[n]["state"] for n in (0, 3, 4, 6, 13)] == ["open", "closed", "filtered", "open", "open"]' \
		'[c[n]["conn_state"] for n in (0, 3, 4, 6, 7, 8, 9, 13)] == ["SF", "REJ", "S0", "S1", "RSTR", "RSTO", "S2", "SHR"]' \
		'c[0]["history"] == "ShADadFf" and c[0]["client_state"] == "TIME_WAIT" and c[0]["server_state"] == "CLOSED"' \
		'(c[2]["client_state"], c[2]["server_state"]) == ("TIME_WAIT", "TIME_WAIT")' \
		'all(c[n]["close"]["verdict"] == "pass" for n in (0, 1, 2, 3, 8, 10, 21, 22))' \
		'c[5]["syn_retransmits"] == 1 and c[5]["rtt_us"] is None and c[5]["syn_to_synack_us"] == 1000' \
		'c[5]["handshake_us"] == 1002000 and c[5]["slowest"] == "syn-retransmits"' \
		'[c[n]["reset"]["why"] for n in (3, 7, 8, 11)] == ["refused", "aborted", "aborted", "after-own-fin"]' \
		'[c[n]["reset"]["by"] for n in (3, 7, 8, 11)] == ["server", "server", "client", "server"] and c[0]["reset"] is None' \
		'c[12]["by_client"]["retransmits"] == 1 and c[12]["by_server"]["retransmits"] == 0'
}

@test "middle of path, one direction, reused ports, wrapped numbers, Fast Open" {
	reads --json "$CASES"
	says '[c[n]["opened"] for n in (0, 13, 14, 15, 16)] == ["syn", "midstream", "syn-ack", "syn", "syn-ack"]' \
		'c[14]["close"]["kind"] == "fin-3" and c[14]["client"]["port"] == 20015' \
		'all(c[n]["close"]["verdict"] == "inconclusive" for n in (13, 15, 16))' \
		'c[22]["close"]["kind"] == "fin-3" and c[22]["findings"] == []' \
		'c[23]["reused"] is False and c[24]["reused"] is True and c[24]["client"] == c[23]["client"]' \
		'c[24]["reset"]["why"] == "aborted"' 'c[20]["completeness"] == 15 and c[20]["findings"][0]["id"] == "end-unseen"'
}

@test "a stray SYN spoils nothing: what follows is told to the connection that was there" {
	reads --json "$CASES"
	says 'c[25]["close"]["kind"] == "fin-3" and c[25]["close"]["verdict"] == "pass" and c[25]["server_state"] == "CLOSED"' \
		'c[26]["reused"] is True and c[26]["close"]["server"] == []'
}

@test "capture losses are no server's fault" {
	reads --json "$CASES"
	says '[f["id"] for f in c[27]["findings"]] == ["end-unseen"]' \
		'not any(f["verdict"] == "fail" for x in c.values() for f in x["findings"])'
}

@test "every link type and tunnel has its handshake, and fragments are one segment" {
	reads --json "$LINKS"
	exits 0
	says 'len(c) == 25 and s["capture"]["datagrams_lost"] == 0' \
		'all(c[n]["close"]["kind"] == "fin-3" and c[n]["segments"] == 6 and c[n]["findings"] == [] for n in range(24))' \
		'c[24]["by_client"]["bytes"] == 3000 and not any(f["verdict"] == "fail" for f in c[24]["findings"])'
}

@test "tshark says the same of these files" {
	[ -n "$(command -v tshark)" ] || skip "no tshark"
	cp "$CASES" "$LINKS" "$BATS_TEST_TMPDIR"
	"$PYTHON" "$LIB/tshark_truth.py" --make "$BATS_TEST_TMPDIR/cases.pcap" "$BATS_TEST_TMPDIR/links.pcapng"
	"$PYTHON" "$LIB/tshark_truth.py" "$TCPSHAKE" "$BATS_TEST_TMPDIR"
}

@test "tshark's truth of the shared captures: agreement, and each difference is explained" {
	[ -d "$ROOT/../shared/pcaps" ] || skip "../shared/pcaps is not here"
	run "$PYTHON" "$LIB/tshark_truth.py" "$TCPSHAKE" "$ROOT/../shared/pcaps" "$LIB/tshark_explained.tsv"
	echo "$output"
	[ "$status" -eq 0 ]
	awk '/^completeness:/ && $2 < 99 || /^initial_rtt:/ && $2 < 99.5 { bad = 1 } END { exit bad }' <<<"$output"
}

@test "standard input, gzip, zstd and several files give the same" {
	local out=$BATS_TEST_TMPDIR
	strip='import json, sys; [print(json.dumps({k: v for k, v in json.loads(l).items() if k not in ("file", "target", "time")}))
for l in sys.stdin if json.loads(l)["type"] == "connection"]'
	reads -o jsonl "$CASES"
	"$PYTHON" -c "$strip" <"$out/out" >"$out/plain"
	gzip -c "$CASES" >"$out/x.gz" && zstd -qc "$CASES" >"$out/x.zst"
	for file in "$out/x.gz" "$out/x.zst"; do
		reads -o jsonl "$file"
		exits 0
		"$PYTHON" -c "$strip" <"$out/out" | cmp - "$out/plain"
	done
	PROBE_INPUT=$CASES reads -o jsonl -
	exits 0
	"$PYTHON" -c "$strip" <"$out/out" | cmp - "$out/plain"
	reads -o jsonl "$CASES" "$LINKS"
	says '[r["target"] for r in records if r["type"] == "summary"] == ["'"$CASES"'", "'"$LINKS"'"]' 'records[33]["sent"] == 33' \
		's["sent"] == 25'
}

@test "--join: a connection goes on in the next file" {
	editcap -r "$CASES" "$BATS_TEST_TMPDIR/1.pcap" 1-4 2>/dev/null || skip "no editcap"
	editcap "$CASES" "$BATS_TEST_TMPDIR/2.pcap" 1-4
	reads --json --join "$BATS_TEST_TMPDIR/1.pcap" "$BATS_TEST_TMPDIR/2.pcap"
	exits 0
	says 'len([r for r in records if r["type"] == "summary"]) == 1' 's["sent"] == 33' \
		'c[0]["close"]["kind"] == "fin-4" and c[0]["segments"] == 11'
	reads --json "$BATS_TEST_TMPDIR/1.pcap" "$BATS_TEST_TMPDIR/2.pcap"
	says 'found[0]["segments"] == 4 and found[1]["opened"] == "midstream"'
}

@test "--filter, --flow and --only choose" {
	reads --json --filter 'ip6' "$CASES"
	exits 0
	says 'len(c) == 1' 'c[0]["client"]["address"] == "2001:db8::1"'
	reads --json --flow 7 "$CASES"
	says 'list(c) == [7]' 's["sent"] == 1'
	reads --json --flow 10.0.1.2:80-:20004 "$CASES"
	says 'list(c) == [3]'
	reads --json --flow '[2001:db8::1]:20021' "$CASES"
	says 'len(c) == 1'
	reads --json --only failed "$CASES"
	says '{x["state"] for x in c.values()} == {"closed", "filtered"}' 's["sent"] == 33'
	reads --json --only reset,half-open "$CASES"
	says 'c and all(x["reset"] or x["close"]["kind"] == "half-open" for x in c.values())'
	for kind in closed filtered warn fail retransmitted midstream; do
		reads --json --only $kind "$CASES"
		exits 0
	done
}

@test "--sort and --top order" {
	reads --json --sort handshake_us --top 2 "$CASES"
	exits 0
	says '[r["stream"] for r in found] == sorted(c, key=lambda n: -c[n]["handshake_us"])' 'found[0]["stream"] == 5' 'len(found) == 2'
	reads --json --top 1 "$CASES"
	says 'found[0]["stream"] == 5'
	reads --json --sort +client.port "$CASES"
	says '[r["client"]["port"] for r in found] == sorted(r["client"]["port"] for r in found)' 'len(found) == 33'
	reads --json --sort rtt_us -v "$CASES"
	says 'found[-1]["rtt_us"] is None' 'all(len(r["frames"]) == r["segments"] or r["stream"] in (25, 26) for r in found)'
}

@test "-v: findings with frames and checks, and the ladder with both states" {
	reads -v --flow 11 "$CASES"
	exits 0
	grep -q 'warn: server-rst by the server\|warn: rst-for-fin' "$BATS_TEST_TMPDIR/out" || grep -q 'reset by server (after-own-fin)' "$BATS_TEST_TMPDIR/out"
	[ "$(grep -c -e '-->\|<--' "$BATS_TEST_TMPDIR/out")" -eq 7 ]
	grep -q 'FIN_WAIT_2$' "$BATS_TEST_TMPDIR/out"
	reads -v -q "$CASES"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/out")" -eq 4 ]
	reads -D --flow 0 --color never "$CASES"
	grep -q '^\[1700000000.001000\] 0 10.0.1.1:20001 > 10.0.1.2:80 open ' "$BATS_TEST_TMPDIR/out"
}

@test "csv, jsonl, mermaid, tap and junit" {
	reads -o csv "$CASES"
	exits 0
	"$PYTHON" -c 'import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
assert len(rows) == 33 and rows[0]["by_client.segments"] == "6" and rows[0]["close.client"].startswith("SYN_SENT ESTABLISHED"), rows[0]' \
		"$BATS_TEST_TMPDIR/out"
	reads -o mermaid --flow 1 "$CASES"
	[ "$(grep -c 'client->>server' "$BATS_TEST_TMPDIR/out")" -eq 6 ]
	grep -q 'Note over server: LAST_ACK' "$BATS_TEST_TMPDIR/out"
	reads -o tap "$CASES"
	grep -q '^not ok' "$BATS_TEST_TMPDIR/out"
	reads -o junit "$CASES"
	grep -q '<testsuite' "$BATS_TEST_TMPDIR/out"
}

@test "JSON keeps the schema" {
	reads --json -v "$CASES" "$LINKS"
	"$PYTHON" "$ROOT/scripts/validate-json" "$BUILD/tcpshake.schema.json" <"$BATS_TEST_TMPDIR/out"
	reads --json /dev/null
	exits 5
	"$PYTHON" "$ROOT/scripts/validate-json" "$BUILD/tcpshake.schema.json" <"$BATS_TEST_TMPDIR/out"
}

@test "--expect holds for every connection, and for the summary" {
	reads -q --expect 'close.verdict!=fail,sent=33' "$CASES"
	exits 0
	reads -q --expect 'close.verdict=pass' "$CASES"
	exits 4
	reads -q --expect 'ttl=64' "$CASES"
	exits 3
}

@test "a file that is cut short: what was readable, where it ends, exit 5" {
	head -c 3000 "$CASES" >"$BATS_TEST_TMPDIR/cut.pcap"
	reads --json "$BATS_TEST_TMPDIR/cut.pcap"
	exits 5
	grep -q "cut.pcap': cut short within frame [0-9]*, at byte [0-9]*: what stands before it was read" "$BATS_TEST_TMPDIR/err"
	says 'len(c) >= 3 and c[0]["close"]["kind"] == "fin-4"'
	{ head -c 2000 "$CASES" && head -c 500 /dev/zero | tr '\0' '\377'; } >"$BATS_TEST_TMPDIR/bad.pcap"
	reads "$BATS_TEST_TMPDIR/bad.pcap" "$CASES"
	exits 5
	grep -q "cases.pcap connection statistics" "$BATS_TEST_TMPDIR/out"
	echo hello >"$BATS_TEST_TMPDIR/text"
	for file in /nonexistent "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/text"; do
		reads "$file"
		exits 5
		[ "$(wc -l <"$BATS_TEST_TMPDIR/err")" -eq 1 ]
		grep -q "'$file'" "$BATS_TEST_TMPDIR/err"
	done
}

@test "words that are wrong: one line, exit 3" {
	local words
	for words in '' '-c 3 x' '--flow x: x' '--only bad x' '--sort nothing x' '--sort findings x' '--top 0 x' '--max-flows 1 x' \
		'--half-open x' '- -'; do
		# shellcheck disable=SC2086 # several words
		reads $words
		exits 3
		[ "$(wc -l <"$BATS_TEST_TMPDIR/err")" -eq 1 ]
	done
	reads --filter 'tcp prot 80' "$CASES"
	exits 3
	grep -q -- "--filter 'tcp prot 80': .*pcap-filter" "$BATS_TEST_TMPDIR/err"
}

@test "Ctrl-C while a pipe is silent: what came before is told" {
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	{ cat "$CASES" && sleep 10; } >"$BATS_TEST_TMPDIR/pipe" 3>&- &
	status=0
	timeout -s INT 1 "$TCPSHAKE" read -q - <"$BATS_TEST_TMPDIR/pipe" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
	kill $! 2>/dev/null || true
	grep -q 'standard input connection statistics' "$BATS_TEST_TMPDIR/out"
	grep -q '186 frames, .* 33 connections' "$BATS_TEST_TMPDIR/out"
}

@test "no capability but to read files is left while a capture is read" {
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	"$TCPSHAKE" read -q - <"$BATS_TEST_TMPDIR/pipe" >/dev/null 2>&1 3>&- &
	local pid=$!
	exec 7>"$BATS_TEST_TMPDIR/pipe"
	ns_wait_for 5 grep -qE '^CapEff:[[:space:]]0{15}[04]$' "/proc/$pid/status"
	grep -qE '^CapPrm:[[:space:]]0{15}[04]$' "/proc/$pid/status"
	grep -qE '^NoNewPrivs:[[:space:]]1$' "/proc/$pid/status"
	cat "$CASES" >&7
	exec 7>&-
	wait "$pid"
}

@test "what cannot be read, and what is not there, is told" {
	"$PYTHON" -c 'import sys; d = bytearray(open(sys.argv[1], "rb").read()); d[20] = 147; open(sys.argv[2], "wb").write(d)' \
		"$CASES" "$BATS_TEST_TMPDIR/other.pcap"
	reads --json "$BATS_TEST_TMPDIR/other.pcap"
	exits 0
	grep -q "warning: '.*other.pcap': frames of link type 147 cannot be read" "$BATS_TEST_TMPDIR/err"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/err")" -eq 1 ]
	says 's["capture"]["undecoded"] == 186 == s["capture"]["frames"]'
	reads --flow 999 "$CASES"
	grep -q 'warning: --flow: no such connection' "$BATS_TEST_TMPDIR/err"
	reads --json /nonexistent
	exits 5
	says 'records == []' || grep -q '"records":\[' "$BATS_TEST_TMPDIR/out"
	run ! grep -q '"type":"summary"' "$BATS_TEST_TMPDIR/out"
}

@test "a terminal has progress and colour, a pipe neither" {
	script -qec "'$TCPSHAKE' read --only failed '$CASES'" /dev/null >"$BATS_TEST_TMPDIR/out" </dev/null
	grep -q "$(printf '\033')\[33m" "$BATS_TEST_TMPDIR/out"
	reads "$CASES"
	run ! grep -q "$(printf '\033')" "$BATS_TEST_TMPDIR/out"
}

@test "a flood of SYNs does not exhaust the table, and who is connected stays" {
	reads --json --max-flows 100 "$FLOOD"
	exits 0
	says 'c[0]["close"]["kind"] == "fin-3" and c[0]["segments"] == 10' 's["capture"]["dropped"] >= 1900' \
		'len(c) + s["capture"]["dropped"] == 2001'
	reads -q "$FLOOD"
	[ "$(grep -c dropped "$BATS_TEST_TMPDIR/out")" -eq 0 ]
}

@test "what cannot be written is told; a closed pipe ends it" {
	reads --json -o csv:/dev/full "$CASES"
	exits 5
	grep -q "/dev/full" "$BATS_TEST_TMPDIR/err"
	"$TCPSHAKE" read -o jsonl "$FLOOD" | head -n 1 >"$BATS_TEST_TMPDIR/first"
	[ -s "$BATS_TEST_TMPDIR/first" ]
}
