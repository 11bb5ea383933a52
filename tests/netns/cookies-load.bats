#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# cookies --load: at which count a listener switches, how fast, and that nothing is left on any way out.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup ns_pair A B; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

mode() {
	ns_exec B sysctl -qw "net.ipv4.tcp_syncookies=$1"
}

half_open() { # how many, at B
	ns_exec B ss -Htn state syn-recv | wc -l
}

half_open_at_least() {
	[ "$(half_open)" -ge "$1" ]
}

none_half_open() {
	[ "$(half_open)" -eq 0 ]
}

counted() {
	ns_exec B nstat -asz "$1" | awk -v name="$1" '$1 == name { print $2 }'
}

@test "cookies appear at SYN number backlog + 2, and SYNs are dropped there without" {
	for backlog in 0 1 4 16; do
		serve B 80 hold -- --backlog $backlog
		for target in 10.66.0.2 fd66::2; do
			mode 1
			before=$(counted TcpExtSyncookiesSent)
			probe_json A cookies --load $target
			exits 0
			sees 'look["verdict"] == "active"' 'ev(look, "load")[0] == "cookies"' \
				"ev(look, 'load')[1]['at'] == $backlog + 2 and ev(look, 'load')[1]['held'] == $backlog + 1" \
				'ev(look, "load")[1]["recovered"] == 1'
			[ "$(half_open)" -eq 0 ]
			[ "$(counted TcpExtSyncookiesSent)" -ge $((before + 2)) ]
			mode 0
			probe_json A cookies --load $target
			exits 0
			sees 'look["verdict"] == "not-active-now"' 'ev(look, "load")[0] == "dropped"' \
				"ev(look, 'load')[1]['at'] == $backlog + 2" 'ev(look, "load")[1]["recovered"] == 1'
			[ "$(half_open)" -eq 0 ]
		done
		test_end
	done
}

@test "a backlog beyond the limit shows nothing; the default is 32, each reset exactly" {
	serve B 80 hold -- --backlog 512
	mode 1
	resets=$(counted TcpExtEmbryonicRsts)
	watch A va
	probe_json A cookies --load 10.66.0.2
	watched A va
	exits 0
	sees 'look["verdict"] == "not-active-now"' 'ev(look, "load") [0] == "no-switch" and ev(look, "load")[1]["held"] == 32' \
		'look["segments_sent"] == 6 + 32 * 3 + 3' \
		'all(any(r.f == "R" and r.sport == s.sport and r.seq == (s.seq + 1) % 2**32 for r in sent) for s in syns)' \
		'len({s.sport for s in syns}) == 1 + 32 + 1'
	[ "$(half_open)" -eq 0 ]
	[ "$(counted TcpExtEmbryonicRsts)" -eq $((resets + 2 + 32 + 1)) ]
}

@test "at most 100 SYNs a second, but to an address of this host; and it is told beforehand" {
	serve B 80 hold -- --backlog 512
	mode 1
	on_wire cookies --load=160 --json 10.66.0.2
	exits 0
	sees 'len(syns) == 3 + 160 + 1' \
		'all(sum(f.t <= s.t < f.t + 10**9 for s in syns) <= 104 for f in syns)' \
		'"up to 160 half-open connections at 10.66.0.2:80, from 10.66.0.1, at most 100 SYNs a second" in err' \
		'ev(look, "load")[1]["duration_us"] >= 1.5e6'
	probe_json B cookies --load=160 10.66.0.2
	exits 0
	sees '"one by one" in err' 'ev(look, "load")[1]["held"] == 160' 'ev(look, "load")[1]["duration_us"] < 1e6'
	probe_json B cookies --load=160 127.0.0.1
	exits 0
	sees 'ev(look, "load")[1]["held"] == 160'
	[ "$(half_open)" -eq 0 ]
}

@test "where cookies are in use anyway, no load is put on" {
	serve B 80 hold
	mode 2
	probe_json A cookies --load 10.66.0.2
	exits 0
	sees 'look["verdict"] == "active" and look["segments_sent"] == 6' 'ev(look, "load")[0] == "not-run"'
}

@test "SIGTERM, SIGINT, SIGHUP and -w in the middle of the ramp: every half-open connection is reset" {
	serve B 80 hold -- --backlog 512
	mode 1
	for signal in TERM INT HUP; do
		probe_start A cookies --load=160 --json 10.66.0.2
		ns_wait_for 5 half_open_at_least 40
		kill -$signal "$running"
		probe_end 5
		[ "$(half_open)" -eq 0 ]
		sees 'ev(look, "load")[0] == "interrupted"' 'look["verdict"] == "not-active-now"'
	done
	probe_json A cookies --load=160 -w 700ms 10.66.0.2
	[ "$(half_open)" -eq 0 ]
	sees 'ev(look, "load")[0] == "interrupted" and ev(look, "load")[1]["held"] >= 40'
}

@test "however short the interval and however many ports, one look at an address at a time" {
	serve B 80 hold -- --backlog 4
	serve B 81 hold -- --backlog 4
	mode 1
	probe_json A cookies -c 20 -i 1ms -p 80,81 10.66.0.2
	exits 0
	sees 'len(looks) == 40 and all(k["verdict"] == "not-active-now" for k in looks)' \
		'one_after_another(looks)'
	[ "$(half_open)" -eq 0 ]
}

@test "fewer ports than --load needs are refused" {
	probe A cookies --load=64 --source-port 40000-40014 10.66.0.2
	exits 3
	grep -q -- '--source-port: --load=64 needs .* ports, these are 15' "$BATS_TEST_TMPDIR/err"
	probe A cookies --load 64 10.66.0.2
	exits 2
	grep -q "target '64': a port needs a host" "$BATS_TEST_TMPDIR/err"
}

@test "where sending fails in the middle of the ramp, the resets get out later, or it is told" {
	serve B 80 hold -- --backlog 512
	mode 1
	probe_start A cookies --load=160 --json 10.66.0.2
	ns_wait_for 5 half_open_at_least 40
	ns_exec A nft 'add table ip down; add chain ip down out { type filter hook output priority 0; }; add rule ip down out ip daddr 10.66.0.2 drop'
	sleep 1
	[ "$(half_open)" -ge 40 ]
	ns_exec A nft delete table ip down
	probe_end 5
	[ "$(half_open)" -eq 0 ]
	sees 'ev(look, "load")[0] == "interrupted"' 's["unreset"] == 0'
	probe_start A cookies --load=160 --json 10.66.0.2
	ns_wait_for 5 half_open_at_least 40
	ns_exec A nft 'add table ip down; add chain ip down out { type filter hook output priority 0; }; add rule ip down out ip daddr 10.66.0.2 drop'
	probe_end 10
	ns_exec A nft delete table ip down
	exits 5
	sees 's["unreset"] >= 40' '"could not be reset" in err'
	test_end
	ns_wait_for 60 none_half_open # the kernel drops them without their listener, one timer after another
}

@test "a closed pipe in the middle of the ramp leaves nothing, either" {
	serve B 80 hold -- --backlog 512
	mode 1
	# The second output fails at once; the run ends in order.
	probe A cookies --load=160 -o text -o jsonl:/dev/full -v 10.66.0.2
	exits 5
	[ "$(half_open)" -eq 0 ]
}

@test "a lossy path: the switch is found, and nothing is left" {
	ns_link E F -- --only-tcp --delay 10ms --loss 2 --seed 3
	ns_settle E va 10.66.0.2 && ns_settle F vb 10.66.0.1
	serve F 80 hold -- --backlog 16
	for mode in 1 0; do
		ns_exec F sysctl -qw net.ipv4.tcp_syncookies=$mode
		probe_json E cookies --load 10.66.0.2
		exits 0
		sees "ev(look, 'load')[0] == {1: 'cookies', 0: 'dropped'}[$mode]"
		# A lost SYN or reset moves the count by a few.
		sees '16 <= ev(look, "load")[1]["at"] <= 24'
		ns_wait_for 20 none_in F 80 SYN-RECV
	done
}

@test "more than 160 must be said twice, more than 1024 cannot be, and one target is enough" {
	mode 1
	serve B 80 hold -- --backlog 4096
	probe A cookies --load=161 10.66.0.2
	complains 3 --load "'161'" --load-beyond-160
	probe A cookies --load=1025 --load-beyond-160 10.66.0.2
	complains 3 --load "'1025'" 1024
	probe A cookies --load=0 10.66.0.2
	complains 3 --load "'0'"
	probe A cookies --load-beyond-160 10.66.0.2
	complains 3 --load-beyond-160 'no --load'
	probe A cookies --load -c 2 -i 1s 10.66.0.2
	complains 3 --load '-i 1m'
	probe A cookies --load 10.66.0.2:80 10.66.0.2:81
	exits 3
	sees '"one target, one address and one port" in err'
	probe_json B cookies --load=300 --load-beyond-160 127.0.0.1
	exits 0
	sees 'ev(look, "load")[1]["held"] == 300'
	[ "$(half_open)" -eq 0 ]
}
