#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# What is printed, in every format, to every place, also when things go wrong.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup make_network; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

# Port 7 is open, 9 closed, 10 filtered, 11 rejected.
make_network() {
	ns_pair A B
	ns_spawn B "$PYTHON" "$LIB/server.py" --port 7 --mode close >/dev/null
	rules B 'tcp dport 10 drop' 'tcp dport 11 reject with icmpx admin-prohibited'
	ns_wait_listen B 7
	ns_exec B sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
}

quick() {
	probe A -c 1 -W 50ms --syn-retries 0 "$@"
}

# --- text ---

@test "text is ping's shape: header, a line an attempt, statistics" {
	probe A -c 2 -i 10ms 10.66.0.2:7
	exits 0
	sees 'err == ""' '__import__("re").fullmatch(
		r"TCPSHAKE 10\.66\.0\.2:7 from 10\.66\.0\.1, SYN mss 1460 sackOK TS wscale 7\n"
		r"(seq=[12] open rtt=\d+\.\d{3} ms ttl=64 win=\d+ <mss 1460,sackOK,TS,nop,wscale \d+> close=fin-[34] pass\n){2}"
		r"--- 10\.66\.0\.2:7 handshake statistics ---\n"
		r"2 probes, 2 open, 0 closed, 0 filtered, 0% loss, 0 SYN retransmits, 0 duplicates\n"
		r"rtt min/avg/max/mdev = (\d+\.\d{3}/){3}\d+\.\d{3} ms, p50/p90/p95/p99 = (\d+\.\d{3}/){3}\d+\.\d{3} ms\n", out)'
}

@test "text tells closed, filtered and rejected apart" {
	quick -o text --json -o "text:$BATS_TEST_TMPDIR/text" 10.66.0.2:9
	quick 10.66.0.2:9
	sees '"seq=1 closed rtt=" in out' '"0 open, 1 closed, 0 filtered, 0% loss" in out'
	quick 10.66.0.2:10
	sees '"seq=1 filtered: no answer to 1 SYN in 0.1 s" in out or "seq=1 filtered: no answer to 1 SYN in 0.0 s" in out' \
		'"0 open, 0 closed, 1 filtered, 100% loss" in out' '"rtt min" not in out'
	quick 10.66.0.2:11
	sees '"seq=1 unreachable: icmp-admin-prohibited from 10.66.0.2 (type 3 code 13)" in out' '"1 unreachable" in out'
}

@test "text brackets IPv6 addresses and names the target of each line of several" {
	quick '[fd66::2]:7' 10.66.0.2:7
	sees '"TCPSHAKE [fd66::2]:7 from fd66::1, SYN mss 1440" in out' '"\n[fd66::2]:7 seq=1 open" in out' \
		'"\n10.66.0.2:7 seq=1 open" in out' '"--- [fd66::2]:7 handshake statistics ---" in out'
}

@test "-q prints the summaries only" {
	probe A -q -c 3 -i 10ms 10.66.0.2:7
	exits 0
	sees '"seq=" not in out' '"--- 10.66.0.2:7 handshake statistics ---" in out' '"3 probes, 3 open" in out'
}

@test "-v prints every segment in packetdrill notation with the states of both ends" {
	probe A -v -c 1 10.66.0.2:7
	sees '__import__("re").search(r"\nseq=1 \+0\.000000 > S 0:0\(0\) win 64240 <mss 1460,sackOK,TS val \d+ ecr 0,nop,wscale 7> +SYN_SENT / -\n", out)' \
		'__import__("re").search(r"\nseq=1 \+0\.\d{6} < S\. 0:0\(0\) ack 1 win \d+ <[^>]*> +SYN_SENT / SYN_RCVD\n", out)' \
		'__import__("re").search(r"\nseq=1 \+0\.\d{6} > \. 1:1\(0\) ack 1 win \d+ <[^>]*> +ESTABLISHED / ESTABLISHED\n", out)' \
		'__import__("re").search(r"> F\. 1:1\(0\) ack 1 win", out)' 'out.count("TIME_WAIT / CLOSED\n") == 1'
}

@test "-v puts the segments into JSON, which has none without it" {
	on_wire -v -c 1 --json 10.66.0.2:7
	sees 'len(p["segments"]) == len(tcp)' '[x["direction"] for x in p["segments"]] == ["out" if f in sent else "in" for f in tcp]' \
		'all(near(x["time_us"], (f.t - tcp[0].t) / 1e3, 500) for x, f in zip(p["segments"], tcp))' \
		'all(set(x) == {"time_us", "direction", "segment", "client", "server", "frame"} for x in p["segments"])' \
		'p["segments"][0]["time_us"] == 0 and p["segments"][0]["client"] == "SYN_SENT" and p["segments"][0]["server"] is None'
	probe_json A -c 1 10.66.0.2:7
	sees 'p["segments"] is None'
}

@test "-D prints the time of the attempt before its line" {
	on_wire -D -c 2 -i 10ms 10.66.0.2:7
	sees 'all(near(float(line[1:].split("]")[0]), f.t / 1e9, 0.0001)
		for line, f in zip([l for l in out.splitlines() if "seq=" in l], syns))' \
		'sum(line.startswith("[") for line in out.splitlines()) == 2'
}

@test "--color always colours, never and NO_COLOR do not, auto does not in a pipe" {
	probe A -c 1 --color always 10.66.0.2:7
	sees '"\033[32m" in out and "\033[0m" in out'
	probe A -c 1 --color never 10.66.0.2:7
	sees '"\033" not in out'
	probe A -c 1 --color auto 10.66.0.2:7
	sees '"\033" not in out'
	probe A -c 1 10.66.0.2:7
	sees '"\033" not in out'
}

# on_terminal COMMAND...: its standard output is a terminal; what it prints is in out.
on_terminal() {
	run_in A env TERM=xterm "$PYTHON" -c 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)' "$@"
}

@test "a terminal gets colour unless NO_COLOR, TERM=dumb or --color never says no" {
	on_terminal "$TCPSHAKE" -c 1 10.66.0.2:7
	exits 0
	sees '"\033[32m" in out'
	on_terminal "$TCPSHAKE" -c 1 --color never 10.66.0.2:7
	sees '"\033" not in out' '"seq=1 open" in out'
	on_terminal env NO_COLOR=1 "$TCPSHAKE" -c 1 10.66.0.2:7
	sees '"\033" not in out' '"seq=1 open" in out'
	on_terminal env TERM=dumb "$TCPSHAKE" -c 1 10.66.0.2:7
	sees '"\033" not in out' '"seq=1 open" in out'
	# no-color.org: an empty variable asks for nothing.
	on_terminal env NO_COLOR= "$TCPSHAKE" -c 1 10.66.0.2:7
	sees '"\033[32m" in out'
}

@test "lines appear as things happen, also in a pipe" {
	probe_start A -c 2 -i 60 10.66.0.2:7
	ns_wait_for 5 grep -q 'seq=1 open' "$BATS_TEST_TMPDIR/out"
	kill -INT "$running"
	probe_end
	exits 0
}

# --- JSON ---

@test "--json and -o json are one document with the records in order" {
	probe A -c 2 -i 10ms -o json 10.66.0.2:7
	exits 0
	sees 'err == ""' 'set(json.loads(out)) == {"schema", "type", "time", "records"}' \
		'json.loads(out)["schema"] == "tcpshake/1" and json.loads(out)["type"] == "run"' \
		'[x["type"] for x in records] == ["probe", "probe", "summary"]'
	probe A -c 1 --json 10.66.0.2:7
	sees 'json.loads(out)["type"] == "run"'
}

PROBE_KEYS='{"schema", "type", "time", "target", "address", "port", "family", "seq", "state", "reason", "rtt_us",
	"handshake_us", "syn_sent", "syn_retransmits", "timestamps", "reply", "icmp", "source_port", "phases", "close", "segments"}'
SUMMARY_KEYS='{"schema", "type", "time", "target", "address", "port", "sent", "open", "closed", "filtered",
	"loss_percent", "syn_retransmits", "duplicates", "spoofed", "capture_dropped", "rtt_samples", "rtt_us",
	"expectations", "verdict"}'

@test "an open attempt has all keys of the interface" {
	quick --json 10.66.0.2:7
	sees "$PROBE_KEYS <= set(p)" "$SUMMARY_KEYS <= set(s)" \
		'set(p["reply"]) == {"ttl", "window", "mss", "wscale", "sack", "timestamps", "ecn", "df", "ip_id"}' \
		'set(p["phases"]) == {"dns_us", "tcp_us", "tls_us", "http_us", "ws_us", "close_us"}' \
		'set(p["close"]) == {"kind", "first", "verdict", "client", "server", "close_us", "findings"}' \
		'set(s["rtt_us"]) == {"min", "avg", "max", "mdev", "p50", "p90", "p95", "p99"}' 'p["icmp"] is None'
}

@test "attempts without an answer have the same keys, and null where there is nothing" {
	quick --json 10.66.0.2:9 10.66.0.2:10 10.66.0.2:11
	sees "all($PROBE_KEYS <= set(x) and set(x) == set(probes[0]) for x in probes)" \
		'[x["reply"] is None for x in sorted(probes, key=lambda x: x["port"])] == [False, True, True]' \
		'[x["icmp"] is None for x in sorted(probes, key=lambda x: x["port"])] == [True, True, False]' \
		'[x for x in probes if x["icmp"]][0]["icmp"] == {"type": 3, "code": 13, "from": "10.66.0.2"}' \
		'all(x["rtt_us"] is None for x in probes if x["state"] in ("filtered", "unreachable"))' \
		'summaries[1]["rtt_us"]["min"] is None and summaries[1]["rtt_samples"] == 0'
}

@test "values have the types and units that their names promise" {
	on_wire -c 1 --json 10.66.0.2:7
	sees '__import__("re").fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", p["time"])' \
		'near(__import__("datetime").datetime.fromisoformat(p["time"][:26] + "+00:00").timestamp(), syns[0].t / 1e9, 2e-5)' \
		'all(type(p[k]) is int for k in ("port", "family", "seq", "syn_sent", "syn_retransmits"))' \
		'all(type(p[k]) in (int, float) for k in ("rtt_us", "handshake_us"))' \
		'all(round(p[k], 3) == p[k] for k in ("rtt_us", "handshake_us"))' \
		'p["reply"]["window"] == got[0].win and p["reply"]["mss"] == 1460 and p["reply"]["ttl"] == got[0].ttl' \
		'p["reply"]["df"] == got[0].df and p["reply"]["ip_id"] == got[0].id' \
		'near(p["phases"]["tcp_us"] + p["phases"]["close_us"], (tcp[-1].t - tcp[0].t) / 1e3, 50)' \
		'p["phases"]["tcp_us"] == p["handshake_us"] and p["phases"]["close_us"] == p["close"]["close_us"]'
}

@test "an IPv6 reply has no IPv4 fields" {
	quick --json '[fd66::2]:7'
	sees 'p["reply"]["df"] is None and p["reply"]["ip_id"] is None' 'p["family"] == 6 and p["reply"]["ttl"] == 64'
}

@test "the statistics are those of the attempts" {
	probe_json A -c 20 -i 2ms 10.66.0.2:7
	sees 's["rtt_samples"] == 20' 's["rtt_us"]["min"] == min(x["rtt_us"] for x in probes)' \
		's["rtt_us"]["max"] == max(x["rtt_us"] for x in probes)' \
		'near(s["rtt_us"]["avg"], sum(x["rtt_us"] for x in probes) / 20, 0.002)' \
		'near(s["rtt_us"]["mdev"], (sum(x["rtt_us"] ** 2 for x in probes) / 20 - (sum(x["rtt_us"] for x in probes) / 20) ** 2) ** 0.5, 0.01)' \
		'all(s["rtt_us"][f"p{q}"] == percentile([x["rtt_us"] for x in probes], q) for q in (50, 90, 95, 99))'
}

@test "json is valid after Ctrl-C" {
	probe_start A -c 0 -i 10ms --json -o "jsonl:$BATS_TEST_TMPDIR/lines" 10.66.0.2:7
	ns_wait_for 5 grep -q '"seq":3' "$BATS_TEST_TMPDIR/lines"
	kill -INT "$running"
	probe_end
	exits 0
	sees 'records[-1]["type"] == "summary"' 'len(probes) == s["sent"] > 0'
}

@test "json is valid with no result at all: names that fail, no route, no interface" {
	quick --json nosuch.invalid
	exits 2
	sees 'len(probes) == 1 and summaries == []'
	quick --json 10.99.0.1
	exits 5
	sees 'len(probes) == 1'
	quick --json -I nosuch0 10.66.0.2
	exits 5
	sees 'json.loads(out)["records"] == []'
	# Interrupted before the first SYN could have been answered.
	watch A va
	probe_start A --json -c 1 10.66.0.2:10
	ns_wait_for 5 eval '[ "$(stat -c %s "$BATS_TEST_TMPDIR/wire.pcap")" -gt 24 ]'
	kill -INT "$running"
	probe_end
	sees 'json.loads(out)["type"] == "run"' 's["sent"] == 0 and s["loss_percent"] is None'
}

@test "jsonl is one object a line, flushed at once" {
	probe_start A -c 2 -i 60 -o jsonl 10.66.0.2:7
	ns_wait_for 5 grep -q '"seq":1' "$BATS_TEST_TMPDIR/out"
	sees 'out.endswith("}\n") and p["state"] == "open"'
	kill -INT "$running"
	probe_end
	sees '[x["type"] for x in records] == ["probe", "summary"]' 'all(json.loads(l) for l in out.splitlines())' \
		'all(x["schema"] == "tcpshake/1" and x["time"] for x in records)'
}

@test "json and jsonl have the same objects" {
	quick -o json -o "jsonl:$BATS_TEST_TMPDIR/lines" 10.66.0.2:7 10.66.0.2:9 nosuch.invalid
	sees 'records == load("lines")' 'len(records) == 5'
}

@test "text that is no UTF-8 makes valid JSON still" {
	quick --json $'na\xffme.invalid' || true
	[ "$status" -eq 2 ]
	[ ! -s "$BATS_TEST_TMPDIR/out" ] || sees 'len(records) <= 1'
	quick --json --expect $'reason=\xff"\\' 10.66.0.2:7
	exits 4
	sees 's["expectations"][0]["held"] is False'
}

@test "all JSON output fits the JSON Schema that is shipped" {
	[ -f "$BUILD/tcpshake.schema.json" ] || {
		echo "there is no $BUILD/tcpshake.schema.json"
		false
	}
	quick -v -o json -o "jsonl:$BATS_TEST_TMPDIR/lines" --expect 'rtt<1s' \
		10.66.0.2:7 '[fd66::2]:7' 10.66.0.2:9 10.66.0.2:10 10.66.0.2:11 nosuch.invalid
	for file in out lines; do
		"$PYTHON" "$ROOT/scripts/validate-json" "$BUILD/tcpshake.schema.json" <"$BATS_TEST_TMPDIR/$file"
	done
	sed 's/"rtt_us":[0-9.]*/"rtt_us":"fast"/' "$BATS_TEST_TMPDIR/out" >"$BATS_TEST_TMPDIR/wrong"
	run ! "$PYTHON" "$ROOT/scripts/validate-json" "$BUILD/tcpshake.schema.json" <"$BATS_TEST_TMPDIR/wrong"
}

# --- CSV ---

@test "csv is a header and one row an attempt, as RFC 4180 has it" {
	quick -o csv -o "jsonl:$BATS_TEST_TMPDIR/lines" 10.66.0.2:7 10.66.0.2:9 10.66.0.2:10 10.66.0.2:11
	exits 1
	sees 'out.count("\r\n") == out.count("\n") == 5' \
		'len({len(row) for row in __import__("csv").reader(out.splitlines())}) == 1' \
		'[row["state"] for row in __import__("csv").DictReader(out.splitlines())] == [x["state"] for x in load("lines") if x["type"] == "probe"]' \
		'[float(row["rtt_us"]) if row["rtt_us"] else None for row in __import__("csv").DictReader(out.splitlines())]
			== [x["rtt_us"] for x in load("lines") if x["type"] == "probe"]' \
		'{"time", "target", "address", "port", "family", "seq", "state", "reason", "rtt_us", "handshake_us", "reply.ttl", "close.kind"}
			<= set(out.splitlines()[0].split(","))'
}

@test "csv quotes what would break a row" {
	quick -o csv --resolve 'a,b:7:10.66.0.2' 'a,b:7'
	exits 0
	sees '[row["target"] for row in __import__("csv").DictReader(out.splitlines())] == ["a,b"]' 'out.count("\"a,b\"") == 1'
}

@test "csv has its header also when there is no row" {
	quick -o csv nosuch.invalid -I nosuch0
	exits 5
	sees 'out.startswith("time,") and out.count("\r\n") == 1'
}

# --- several outputs, files ---

@test "several outputs at once, to files and standard output" {
	cd "$BATS_TEST_TMPDIR"
	quick -o text -o json:a -o jsonl:b -o csv:c -o text:d 10.66.0.2:7
	exits 0
	sees 'out.startswith("TCPSHAKE")' 'load("a") == load("b")' 'text("c").startswith("time,")' 'text("d") == out'
}

@test "--write holds the frames of the run, opens in tshark and capinfos, and has the verdict as a comment" {
	cd "$BATS_TEST_TMPDIR"
	on_wire --write run.pcapng -c 2 -i 10ms -o text 10.66.0.2:7
	exits 0
	capinfos -T -r -t -E -c -Q -M run.pcapng >info
	grep -q 'pcapng' info
	tshark -n -r run.pcapng -Y frame.comment -T fields -e frame.comment >comments 2>/dev/null
	sees 'len(written) == len(tcp)' '[f.data for f in written] == [f.data for f in tcp]' \
		'[l for l in out.splitlines() if l.startswith("seq=")] == text("comments").splitlines()' \
		'[f.outbound for f in written] == [f in sent for f in tcp]' '{f.interface for f in written} == {"va"}'
	tshark -n -r run.pcapng -Y '(tcp.checksum.status == 0 && ip.src == 10.66.0.1) || _ws.malformed' -o tcp.check_checksum:TRUE >bad 2>/dev/null
	sees 'text("bad") == ""'
}

@test "--write has each verdict once, in the statistics of the interface where no frame decided" {
	quick --write "$BATS_TEST_TMPDIR/run.pcapng" 10.66.0.2:10
	exits 1
	sees '[c[:14] for c in [f.comment for f in written if f.comment] + pcapng("run.pcapng")[2]] == ["seq=1 filtered"]'
	quick --flags fin --write "$BATS_TEST_TMPDIR/run.pcapng" 10.66.0.2:10
	sees '[c[:14] for c in pcapng("run.pcapng")[2]] == ["seq=1 filtered"]' '[f.comment for f in written] == [None]'
}

@test "--write leaves a file that opens also when nothing was sent" {
	quick --write "$BATS_TEST_TMPDIR/run.pcapng" 10.99.0.1
	exits 5
	capinfos -c "$BATS_TEST_TMPDIR/run.pcapng"
	sees 'written == []'
}

# --- when writing fails ---

@test "a full disk is told on one line with the file, and exit 5" {
	for output in '-o json:full' '-o jsonl:full' '-o csv:full' '-o text:full' '--write full'; do
		echo "# $output"
		# shellcheck disable=SC2016,SC2086 # for the inner shell; several words
		run_in A unshare -m sh -c 'mount -t tmpfs -o size=4k none "$0" && cd "$0" &&
			head -c 4096 /dev/zero >filler; exec "$@"' "$BATS_TEST_TMPDIR" "$TCPSHAKE" -c 20 -i 1ms -q $output 10.66.0.2:7
		exits 5
		sees 'err.count("\n") == 1' '"full" in err and "No space left on device" in err'
	done
}

@test "a full device on standard output is told, and exit 5" {
	for format in text json jsonl csv; do
		echo "# $format"
		status=0
		ns_exec A timeout 20 "$TCPSHAKE" -c 3 -i 1ms -o $format 10.66.0.2:7 >/dev/full 2>"$BATS_TEST_TMPDIR/err" || status=$?
		exits 5
		sees 'err.count("\n") == 1' '"standard output" in err and "No space left on device" in err'
	done
}

@test "--help and --version into a full device fail" {
	for option in --help --version; do
		status=0
		"$TCPSHAKE" $option >/dev/full 2>"$BATS_TEST_TMPDIR/err" || status=$?
		exits 5
	done
}

@test "a closed pipe ends the run soon, without a signal's death" {
	status=0
	ns_exec A timeout 20 bash -c '"$0" -c 0 -i 10ms 10.66.0.2:7 2>"$1"; echo $? >"$2"' "$TCPSHAKE" \
		"$BATS_TEST_TMPDIR/err" "$BATS_TEST_TMPDIR/code" | head -n 2
	status=$(cat "$BATS_TEST_TMPDIR/code")
	exits 5
	sees 'err.count("\n") <= 1'
	ns_wait_for 3 none_in B 7 SYN-RECV ESTAB CLOSE-WAIT LAST-ACK
}

@test "closed standard streams are no trouble for the wire" {
	status=0
	ns_exec A timeout 20 "$TCPSHAKE" -c 1 -o "json:$BATS_TEST_TMPDIR/out" 10.66.0.2:7 <&- >&- 2>&- || status=$?
	exits 0
	sees 'p["state"] == "open"'
}
