#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# SYN cookies of real kernels: every mode of tcp_syncookies and both proxies of netfilter, with the
# server's own counters (nstat), its sockets (ss) and the wire as witnesses.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"
# shellcheck source=tests/lib/synproxy.sh
. "$LIB/synproxy.sh"

setup_file() { file_setup make_network; }
setup() { test_setup; }
teardown() {
	[ -n "$NO_NAMESPACES" ] || { cookies 1 && flush_rules B R; }
	test_teardown
}
teardown_file() { ns_cleanup; }

# A --- B, and C --- R --- D. Each listener has a backlog that one look does not fill; 80 is IPv4's and
# IPv6's, each with a queue of its own. 10.66.0.50 and fd66::50 are nobody's, and B knows where.
make_network() {
	ns_pair A B && ns_router C R D &&
		ip -n "${NS_PREFIX}B" neigh replace 10.66.0.50 lladdr 02:00:00:00:00:50 dev vb nud permanent &&
		ip -n "${NS_PREFIX}B" neigh replace fd66::50 lladdr 02:00:00:00:00:50 dev vb nud permanent ||
		return 1
	ns_spawn B "$PYTHON" "$LIB/server.py" --port 80 --backlog 4 --mode hold >/dev/null
	ns_spawn D "$PYTHON" "$LIB/server.py" --port 80 --backlog 128 --mode hold >/dev/null
	ns_wait_listen B 80 && ns_wait_listen D 80
}

RUNS=$(soak 4 125)
BOTH='10.66.0.2 fd66::2'

cookies() { # MODE: of B's kernel
	ns_exec B sysctl -qw "net.ipv4.tcp_syncookies=$1"
}

# counted NS COUNTER: the number of it in NS since it began.
counted() {
	ns_exec "$1" nstat -asz "$2" | awk -v name="$2" '$1 == name { print $2 }'
}

# looks_at NS TARGET...: as often as the soak says, at each target.
looks_at() {
	local ns=$1
	shift
	probe_json "$ns" cookies -c "$RUNS" -i 60ms "$@"
}

# judged VERDICT IMPLEMENTATION: all looks say so, in six segments each.
judged() {
	exits 0
	sees "all((k['verdict'], k['implementation']) == ('$1', '$2') for k in looks)" \
		"len(looks) == $RUNS * len({k['address'] for k in looks})" \
		'all(k["confidence"] >= 0.99999 for k in looks)' \
		'sum(k["segments_sent"] for k in looks) / len(looks) <= 6.5' \
		'all(k["duration_us"] <= 3 * k["rtt_us"] + 100e3 for k in looks)'
}

# Of ours: those that fill the queue last for a minute.
nothing_half_open() { # NS
	! ns_exec "$1" ss -Htn state syn-recv | grep -vqF -e 10.66.0.50 -e fd66::50
}

# --- the modes ---

@test "tcp_syncookies=0 and 1, idle: not-active-now, and the server agrees" {
	for mode in 0 1; do
		cookies $mode
		before=$(counted B TcpExtSyncookiesSent) resets=$(counted B TcpExtEmbryonicRsts)
		# shellcheck disable=SC2086 # a list
		looks_at A $BOTH
		judged not-active-now linux
		nothing_half_open B
		[ "$(counted B TcpExtSyncookiesSent)" -eq "$before" ]
		# Each look opened and reset two connections.
		[ "$(counted B TcpExtEmbryonicRsts)" -eq $((resets + RUNS * 4)) ]
	done
	sees 'all(ev(k, "second-syn")[0] == "challenge-ack" and ev(k, "isn")[0] == "clock" for k in looks)' \
		'all(ev(k, "isn")[1]["ticks_min"] <= ev(k, "isn")[1]["ticks"] <= ev(k, "isn")[1]["ticks_max"] for k in looks)' \
		'all(ev(k, "options")[0] == "kept" for k in looks)'
}

@test "tcp_syncookies=2: active, three cookies a look" {
	cookies 2
	before=$(counted B TcpExtSyncookiesSent) full=$(counted B TcpExtTCPReqQFullDoCookies)
	# shellcheck disable=SC2086 # a list
	looks_at A $BOTH
	judged active linux
	nothing_half_open B
	[ "$(counted B TcpExtSyncookiesSent)" -eq $((before + RUNS * 6)) ]
	[ "$(counted B TcpExtTCPReqQFullDoCookies)" -eq $((full + RUNS * 6)) ]
	sees 'all(ev(k, "second-syn")[0] == "syn-ack" and ev(k, "options")[0] == "lost" for k in looks)' \
		'all(ev(k, "isn")[1]["e12"] == 0 for k in looks if ev(k, "isn")[0] == "linear")' \
		'all(ev(k, "mss-index")[1]["step"] == (-3 if k["family"] == 4 else -2) for k in looks if ev(k, "isn")[0] == "linear")'
}

@test "tcp_syncookies=1 and a full queue: active" {
	cookies 1
	spawn filler4 A "$PYTHON" "$LIB/half_open.py" 10.66.0.2 80 10.66.0.50 20
	spawn filler6 A "$PYTHON" "$LIB/half_open.py" fd66::2 80 fd66::50 20
	ns_wait_for 10 grep -qs full "$BATS_TEST_TMPDIR/filler4.log"
	ns_wait_for 10 grep -qs full "$BATS_TEST_TMPDIR/filler6.log"
	before=$(counted B TcpExtSyncookiesSent)
	# shellcheck disable=SC2086 # a list
	looks_at A $BOTH
	# What expires is replaced within 50 ms: a SYN of a look may take the place before.
	exits 0
	sees 'all(k["verdict"] in ("active", "intermittent", "inconclusive") for k in looks)' \
		'all(k["implementation"] == "linux" for k in looks if k["verdict"] == "active")' \
		'sum(k["verdict"] == "active" for k in looks) >= 0.9 * len(looks)'
	[ "$(counted B TcpExtSyncookiesSent)" -ge $((before + RUNS * 5)) ]
}

@test "the wire has what the record says: six segments, sequence numbers, windows, ports used once" {
	cookies 2
	on_wire cookies -c 3 -i 50ms --json --ttl 33 --tos 8 10.66.0.2
	exits 0
	sees 'len(sent) == 18 and [f.f for f in sent][:6] == ["S", "S", "R", "R", "S", "R"]' \
		'all(k["segments_sent"] == 6 for k in looks)' \
		'len({f.sport for f in sent}) == 3' \
		'all((b.seq - a.seq) % 2**32 == ev(k, "isn")[1]["d1"] for k, a, b in zip(looks, sent[0::6], sent[1::6]))' \
		'all(f.seq == ev(k, "isn")[1][n] for i, k in enumerate(looks) for n, f in zip(("s1", "s2", "s3"), got[i * 3:]))' \
		'all(r.seq == (s.seq + 1) % 2**32 for i in range(0, 18, 6) for r, s in ((sent[i + 2], sent[i]), (sent[i + 3], sent[i + 1]), (sent[i + 5], sent[i + 4])))' \
		'all(f.ttl == 33 for f in sent)'
	sees 'all(near(k["rtt_us"], (g.t - s.t) / 1e3, 60) for k, s, g in zip(looks, sent[0::6], got[0::3]))' \
		'all(near(k["duration_us"], (sent[i * 6 + 5].t - sent[i * 6].t) / 1e3, 60) for i, k in enumerate(looks))'
}

# --- proxies ---

proxy() { # NS HOOK
	synproxy "$@" || skip "no nft synproxy here"
}

proxy_6() { # NS CHAIN
	synproxy_6 "$@" || skip "no ip6tables SYNPROXY here"
}

# The proxy's own count, hexadecimal, one line a processor.
proxied() { # NS
	ns_exec "$1" cat /proc/net/stat/synproxy | awk 'NR > 1 { print $2 }' |
		while read -r hex; do echo $((16#$hex)); done | awk '{ n += $1 } END { print n + 0 }'
}

proxy_by_the_book() {
	sees 'all(ev(k, "window")[0] == "zero" and ev(k, "bare-syn")[0] == "no-mss" for k in looks)'
}

@test "nft synproxy on a router: proxy, told from others by its answer to a SYN without options" {
	proxy R forward
	looks_at C 10.66.2.2
	judged proxy synproxy
	proxy_by_the_book
	[ "$(proxied R)" -ge $((RUNS * 3)) ]
	nothing_half_open D
}

@test "nft synproxy on the host itself: proxy" {
	proxy B input
	looks_at A 10.66.0.2
	judged proxy synproxy
	proxy_by_the_book
}

@test "ip6tables SYNPROXY on a router: proxy" {
	proxy_6 R FORWARD
	looks_at C fd66:2::2
	judged proxy synproxy
	proxy_by_the_book
	synproxy_6_end R
}

@test "ip6tables SYNPROXY on the host itself: proxy" {
	proxy_6 B INPUT
	looks_at A fd66::2
	judged proxy synproxy
	proxy_by_the_book
	synproxy_6_end B
}

@test "nft synproxy for IPv6 drops complete checksums (a kernel's fault): inconclusive, silence" {
	proxy R forward
	probe_json C cookies --rto 100ms fd66:2::2
	exits 1
	sees 'look["verdict"] == "inconclusive" and look["confidence"] is None' \
		'(look["state"], look["reason"]) == ("filtered", "timeout") and look["evidence"] == []'
}

@test "behind a proxy that covers it, a closed port looks like an open one; the text says so" {
	proxy R forward
	ns_exec R nft flush chain inet proxy second
	ns_exec R nft add rule inet proxy second tcp dport 81 ct state invalid,untracked synproxy mss 1460 wscale 9 timestamp sack-perm
	ns_exec R nft add rule inet proxy first tcp dport 81 tcp flags syn notrack
	probe C cookies 10.66.2.2:81
	exits 0
	sees '"seq=1 proxy synproxy" in out' '"does not mean: that a server listens on this port" in out'
}

# --- what is in the way ---

@test "a closed port, a filtered one, a rejected one: inconclusive, exit 1" {
	rules B 'tcp dport 10 drop' 'tcp dport 11 reject with icmpx admin-prohibited'
	for port in 9 10 11; do
		probe_json A cookies --rto 50ms "10.66.0.2:$port"
		exits 1
		sees 'look["verdict"] == "inconclusive" and look["confidence"] is None' \
			"look['reason'] == {9: 'rst', 10: 'timeout', 11: 'icmp-admin-prohibited'}[$port]" \
			"look['state'] == {9: 'closed', 10: 'filtered', 11: 'unreachable'}[$port]"
	done
	nothing_half_open B
}

@test "a full accept queue drops SYNs in every mode: inconclusive, silence" {
	serve B 81 no-accept -- --backlog 1
	probe A -q -c 2 -i 10ms --data x -W 50ms 10.66.0.2:81 '[fd66::2]:81'
	for mode in 0 1 2; do
		cookies $mode
		before=$(counted B TcpExtListenOverflows)
		probe_json A cookies --rto 100ms 10.66.0.2:81 '[fd66::2]:81'
		exits 1
		sees 'all(k["verdict"] == "inconclusive" and k["reason"] == "timeout" for k in looks)'
		[ "$(counted B TcpExtListenOverflows)" -ge $((before + 6)) ]
	done
}

@test "a tuple in TIME_WAIT is answered without cookies: avoided, and not believed where it is asked for" {
	cookies 2
	serve B 82 close-now
	# The server closes first and keeps TIME_WAIT for this tuple.
	ns_exec A "$PYTHON" -c "
import socket
s = socket.socket(); s.bind(('10.66.0.1', 41000)); s.connect(('10.66.0.2', 82)); s.recv(1); s.close()"
	[ "$(ns_exec B ss -Htan 'sport = :82' | grep -c TIME-WAIT)" -eq 1 ]
	probe_json A cookies --source-port 41000-41011 10.66.0.2:82
	# Where our ISN lies below the old connection's numbers its ACK is the answer, which anybody could send.
	[ "$status" -eq 0 ] || exits 1
	sees 'look["verdict"] in ("active", "intermittent") or look["verdict"] == "inconclusive" and s["spoofed"] > 0'
	# Without that, another port is taken each time, and within a run never one twice.
	on_wire cookies -c 3 -i 100ms --prove --json 10.66.0.2:82
	sees 'all(k["verdict"] == "active" for k in looks)' '41000 not in {f.sport for f in sent}' \
		'len({f.sport for f in sent}) == 6'
}

@test "a translator that gives each connection another port hides half of it: still right" {
	ns_exec R nft -f - <<-'END' || skip "no masquerade here"
		table ip nat {
			chain last { type nat hook postrouting priority 100;
				oifname "rb" masquerade random;
			}
		}
	END
	ns_exec D sysctl -qw net.ipv4.tcp_syncookies=2
	probe_json C cookies -c 4 -i 100ms 10.66.2.2
	# Where it gives a port to each SYN, nothing is left to tell by.
	sees 'sum(k["verdict"] == "active" and ev(k, "isn")[0] == "linear-once" for k in looks) >= 3' \
		'all(k["verdict"] in ("active", "inconclusive") for k in looks)'
	ns_exec D sysctl -qw net.ipv4.tcp_syncookies=1
	probe_json C cookies -c 4 -i 100ms 10.66.2.2
	sees 'all(k["verdict"] == "not-active-now" and k["implementation"] == "unknown" for k in looks)'
	nothing_half_open D
}

@test "several listeners by SO_REUSEPORT, one of them full: each tuple gets its verdict, none a wrong one" {
	cookies 1
	spawn reuse B "$PYTHON" -c "
import socket, time
held = []
for _ in range(4):
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    s.bind(('10.66.0.2', 83)); s.listen(4); held.append(s)
time.sleep(1000)"
	ns_wait_listen B 83
	spawn filler A "$PYTHON" "$LIB/half_open.py" 10.66.0.2 83 10.66.0.50 11
	ns_wait_for 10 grep -qs full "$BATS_TEST_TMPDIR/filler.log"
	probe_json A cookies -c 10 -i 20ms 10.66.0.2:83
	exits 0
	sees 'all(k["verdict"] in ("active", "not-active-now", "intermittent") for k in looks)'
}

# tick: ticks of the kernel a second, as its coarse clock has them.
tick() {
	"$PYTHON" -c 'import time; print(round(1 / time.clock_getres(time.CLOCK_MONOTONIC_COARSE if hasattr(time, "CLOCK_MONOTONIC_COARSE") else 6)))'
}

@test "the minute of the cookies changes within a look: active all the same" {
	cookies 2
	ns_wait_listen B 80
	# jiffies began 300 s before they overflow 32 bits; a minute is every 60 s of them.
	"$PYTHON" - "$(tick)" <<-'END'
		import sys, time
		hz = int(sys.argv[1])
		jiffies = time.clock_gettime(time.CLOCK_MONOTONIC) + (2**32 - 300 * hz) / hz
		time.sleep((59.985 - jiffies) % 60)
	END
	# About 150 looks in the 3 s around the change: some have it between their SYNs.
	probe_json A cookies -c 150 -i 20ms -w 6s 10.66.0.2
	exits 0
	sees 'all(k["verdict"] == "active" and k["confidence"] >= 0.99999 for k in looks)' \
		'any("stepped" in ev(k, "isn")[0] for k in looks)'
}

# --- further tests ---

@test "--tests: each on request; what they show is the kernel's way" {
	cookies 2
	probe_json A cookies --tests=all --prove 10.66.0.2 '[fd66::2]:80'
	exits 0
	sees 'all(k["verdict"] == "active" for k in looks)' \
		'all(ev(k, "options-with-timestamps")[0] == "kept" for k in looks)' \
		'all(ev(k, "ts-bits")[0] == "match" and ev(k, "ts-bits")[1]["pairs"] == 3 for k in looks)' \
		'all(ev(k, "ack")[0] == "rst" and ev(k, "same-syn")[0] == "same-isn" for k in looks)' \
		'all(ev(k, "bsd")[0] == "mismatch" and ev(k, "trivial")[0] == "differs" for k in looks)' \
		'all(ev(k, "prove")[0] == "accepted" for k in looks)'
	nothing_half_open B
	ns_wait_for 2 none_in B 80 ESTAB
	cookies 1
	probe_json A cookies --tests=all --prove 10.66.0.2 '[fd66::2]:80'
	exits 0
	sees 'all(k["verdict"] == "not-active-now" for k in looks)' \
		'all(ev(k, "ts-bits")[0] == "mismatch" and ev(k, "ack")[0] == "ack" for k in looks)' \
		'all(ev(k, "same-syn")[0] == "new-isn" and ev(k, "prove")[0] == "refused" for k in looks)'
	nothing_half_open B
}

@test "--silence: a half-open connection repeats its SYN-ACK, a cookie does not" {
	for mode in 1 2; do
		cookies $mode
		probe_json A cookies --silence 10.66.0.2
		sees "ev(look, 'silence')[0] == {1: 'repeated', 2: 'never-repeated'}[$mode]" \
			'ev(look, "silence")[1]["tuples"] == 2'
	done
	nothing_half_open B
}

@test "ECN asked for without timestamps is lost in a cookie" {
	ns_exec B sysctl -qw net.ipv4.tcp_ecn=1
	for mode in 1 2; do
		cookies $mode
		probe_json A cookies --ecn 10.66.0.2
		sees "ev(look, 'options')[1]['ecn'] == {1: 1, 2: 0}[$mode]"
	done
}

@test "every profile and every MSS gives the same verdict" {
	for mode in 1 2; do
		cookies $mode
		for with in '--profile windows' '--profile freebsd' '--profile minimal' '--no-sack' '--wscale none' '--mss 1400' '--mss none' '--win 1024' '--no-timestamps'; do
			# shellcheck disable=SC2086 # words
			probe_json A cookies $with 10.66.0.2 '[fd66::2]:80'
			exits 0
			sees "all(k['verdict'] == {1: 'not-active-now', 2: 'active'}[$mode] for k in looks)"
		done
	done
}

# --- the hint of probe ---

@test "probe hints at cookies where its own SYN-ACK shows them, and judges nothing" {
	cookies 2
	probe_json A -c 1 -W 100ms --no-timestamps 10.66.0.2
	sees 'p["cookie_hint"] == "options-lost"'
	probe_json A -c 1 -W 100ms 10.66.0.2
	sees 'p["cookie_hint"] is None'
	cookies 1
	probe_json A -c 1 -W 100ms --no-timestamps 10.66.0.2
	sees 'p["cookie_hint"] is None'
	proxy B input
	probe A -c 1 --half-open 10.66.0.2
	sees '"cookie-hint=window-0" in out'
}
