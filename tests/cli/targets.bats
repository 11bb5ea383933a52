#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Which address and port a word means, and from where it is reached.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup make_network; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

# A has no name server: what is resolved comes from its hosts file (see /etc/netns in ip-netns(8)).
make_network() {
	ns_pair A B
	ip -n "${NS_PREFIX}A" addr add 10.66.0.11/24 dev va
	ip -n "${NS_PREFIX}B" addr add 10.66.0.3/24 dev vb
	for port in 7 80; do
		ns_spawn B "$PYTHON" "$LIB/server.py" --port $port --mode close >/dev/null
	done
	ns_wait_listen B 7 && ns_wait_listen B 80
	cat >"$NS_TMP/hosts" <<-END
		10.66.0.2 four both
		fd66::2 six both
	END
}

# quick ARGUMENT...: one fast attempt at each target, as JSON, with our hosts file over /etc/hosts.
quick() {
	run_in A unshare -m sh -c 'mount --bind "$0" /etc/hosts && exec "$@"' "$NS_TMP/hosts" \
		"$TCPSHAKE" -c 1 --json "$@"
}

# tried WHAT...: these targets were tried, in this order.
tried() {
	printf '%s\n' "$@" >"$BATS_TEST_TMPDIR/wanted"
	sees '[where(x) for x in summaries] == text("wanted").split()'
}

@test "an address is tried on port 80 unless another is named" {
	quick 10.66.0.2
	exits 0
	tried 10.66.0.2:80
	quick fd66::2
	tried '[fd66::2]:80'
}

@test "-p names the port of targets that have none, and targets may name their own" {
	quick -p 7 10.66.0.2 10.66.0.2:80 fd66::2
	exits 0
	tried 10.66.0.2:7 10.66.0.2:80 '[fd66::2]:7'
}

@test "-p takes lists and ranges, and each port is a target of its own" {
	quick -p 7,9,20-22 10.66.0.2
	exits 1
	tried 10.66.0.2:7 10.66.0.2:9 10.66.0.2:20 10.66.0.2:21 10.66.0.2:22
	sees '[x["state"] for x in probes].count("open") == 1'
}

@test "a port that -p names twice is tried once" {
	quick -p 7,7,6-8 10.66.0.2
	tried 10.66.0.2:7 10.66.0.2:6 10.66.0.2:8
}

@test "a word of digits after a host is its port" {
	quick 10.66.0.2 7 fd66::2 7 10.66.0.2
	exits 0
	tried 10.66.0.2:7 '[fd66::2]:7' 10.66.0.2:80
}

@test "brackets hold an IPv6 address, with or without a port" {
	quick '[fd66::2]:7' '[fd66::2]' 7 '[fd66::2]'
	exits 0
	tried '[fd66::2]:7' '[fd66::2]:7' '[fd66::2]:80'
}

@test "a tcp:// URL is host and port" {
	quick tcp://10.66.0.2:7 tcp://10.66.0.2:7/ 'tcp://[fd66::2]:7' tcp://10.66.0.3
	exits 0
	tried 10.66.0.2:7 10.66.0.2:7 '[fd66::2]:7' 10.66.0.3:80
}

@test "one target given twice is measured twice, and neither disturbs the other" {
	quick -c 3 -i 20ms 10.66.0.2:7 10.66.0.2:7
	exits 0
	sees '[x["open"] for x in summaries] == [3, 3]' 'all(x["duplicates"] == x["spoofed"] == x["late"] == 0 for x in summaries)' \
		'len(probes) == 6 and all(x["rtt_us"] is not None and x["syn_retransmits"] == 0 for x in probes)'
}

@test "several targets run side by side, not one after the other" {
	watch A va
	quick -c 3 -i 100ms 10.66.0.2:7 10.66.0.3:7 10.66.0.2:80
	watched A va
	exits 0
	sees 'syns[-1].t - syns[0].t < 400e6' 'len({(f.dst, f.dport) for f in syns[:3]}) == 3' 'len(syns) == 9'
}

@test "the hosts file is honoured, and -4 and -6 choose the family" {
	quick four:7
	exits 0
	tried 10.66.0.2:7
	quick -4 both:7
	exits 0
	tried 10.66.0.2:7
	quick -6 both:7
	exits 0
	tried '[fd66::2]:7'
	sees 'p["target"] == "both"'
}

@test "a name that neither file nor server gives is a failure of the name, without an address" {
	quick -6 four:7
	exits 2
	sees '"four" in err and err.count("\n") == 1' 'p["state"] == "error" and p["reason"] == "dns-timeout"' \
		'p["target"] == "four" and p["port"] == 7 and p["address"] is None and p["rtt_us"] is None'
}

@test "one address of a name is tried, not all" {
	quick both:7
	exits 0
	sees 'len(summaries) == 1 and len(probes) == 1'
}

@test "--all-addresses tries every address of a name" {
	quick --all-addresses both:7
	exits 0
	sees '{x["address"] for x in summaries} == {"10.66.0.2", "fd66::2"}' 'all(x["target"] == "both" for x in summaries)'
	quick --all-addresses -4 both:7
	tried 10.66.0.2:7
}

@test "the text names the target and the address that was tried; -n the address alone" {
	quick -4 -o text both:7
	run_in A unshare -m sh -c 'mount --bind "$0" /etc/hosts && exec "$@"' "$NS_TMP/hosts" \
		"$TCPSHAKE" -c 1 -4 both:7
	sees 'out.startswith("TCPSHAKE both (10.66.0.2):7 from 10.66.0.1, ")'
	run_in A unshare -m sh -c 'mount --bind "$0" /etc/hosts && exec "$@"' "$NS_TMP/hosts" \
		"$TCPSHAKE" -c 1 -4 -n both:7
	sees 'out.startswith("TCPSHAKE 10.66.0.2:7 from 10.66.0.1, ")' '"both" not in out'
}

@test "--resolve gives a name an address for one port, and is told as the name" {
	quick --resolve made.up:7:10.66.0.2 made.up:7
	exits 0
	tried 10.66.0.2:7
	sees 'p["target"] == "made.up"' 'p["phases"]["dns_us"] is None'
	quick --resolve 'made.up:7:[fd66::2]' made.up 7
	tried '[fd66::2]:7'
	quick --resolve 'made.up:7:fd66::2' MADE.UP:7
	tried '[fd66::2]:7'
}

@test "--resolve with * is for every port, and the first that fits wins" {
	quick --resolve 'made.up:7:10.66.0.3' --resolve 'made.up:*:10.66.0.2' -p 7,80 made.up
	exits 0
	tried 10.66.0.3:7 10.66.0.2:80
}

@test "--resolve more than once is a name with several addresses" {
	quick --all-addresses --resolve 'made.up:7:10.66.0.2' --resolve 'made.up:7:fd66::2' made.up:7
	sees '{k["address"] for k in probes} == {"10.66.0.2", "fd66::2"}'
	quick -6 --resolve 'made.up:7:10.66.0.2' --resolve 'made.up:7:fd66::2' made.up:7
	sees '{k["address"] for k in probes} == {"fd66::2"}'
	quick --resolve 'made.up:7:10.66.0.2' --resolve 'made.up:7:fd66::2' made.up:7
	sees '{k["address"] for k in probes} == {"10.66.0.2"}'
}

@test "a port that --resolve does not give is looked up" {
	quick --resolve four:7:10.66.0.3 -p 7,80 four
	exits 0
	sees '{(x["address"], x["port"]) for x in summaries} == {("10.66.0.3", 7), ("10.66.0.2", 80)}'
}

@test "--resolve of the other family than asked for is an invalid target" {
	quick -6 --resolve made.up:7:10.66.0.2 made.up:7
	exits 2
}

@test "--targets reads words, ports and comments from a file, beside those of the command line" {
	cat >"$BATS_TEST_TMPDIR/list" <<-'END'
		# the list
		10.66.0.2:7
		   10.66.0.3	7   # two words and a comment

		[fd66::2]:7
		tcp://10.66.0.3:80
	END
	printf '10.66.0.2 80' >>"$BATS_TEST_TMPDIR/list" # no newline at the end
	quick --targets "$BATS_TEST_TMPDIR/list" 10.66.0.2
	exits 0
	tried 10.66.0.2:80 10.66.0.2:7 10.66.0.3:7 '[fd66::2]:7' 10.66.0.3:80 10.66.0.2:80
}

@test "--targets - reads standard input, also with CRLF" {
	printf '10.66.0.2:7\r\n10.66.0.3 7\r\n' >"$BATS_TEST_TMPDIR/list"
	PROBE_INPUT=$BATS_TEST_TMPDIR/list probe_json A -c 1 --targets -
	exits 0
	tried 10.66.0.2:7 10.66.0.3:7
}

@test "a port line of a targets file belongs to no host of another line" {
	printf '10.66.0.2\n7\n' >"$BATS_TEST_TMPDIR/list"
	probe A -c 1 --targets "$BATS_TEST_TMPDIR/list"
	complains 2 'list line 2' "'7'" 'a port needs a host before it'
}

@test "--source is the source address" {
	watch A va
	quick --source 10.66.0.11 10.66.0.2:7
	watched A va
	exits 0
	sees '{f.src for f in sent} == {"10.66.0.11"}' 'len(got) > 1'
	probe A -c 1 --source 10.66.0.11 10.66.0.2:7
	sees '" from 10.66.0.11, " in out'
}

@test "--source of one family makes targets of the other invalid" {
	quick --source 10.66.0.11 fd66::2
	exits 2
	quick --source 10.66.0.11 both:7
	exits 0
	tried 10.66.0.2:7
}

@test "-I is the interface, and one that does not lead there is no way" {
	watch A va
	quick -I va 10.66.0.2:7
	watched A va
	exits 0
	sees 'len(syns) == 1 and p["state"] == "open"'
	quick -I lo 10.66.0.2:7
	[ "$status" -eq 5 ] || { exits 1 && sees 'p["state"] != "open"'; }
}
