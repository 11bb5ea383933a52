#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# The test link is itself an instrument: these tests calibrate it with real kernels on both sides.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/netns.sh
. "$BATS_TEST_DIRNAME/../lib/netns.sh"
export TESTLINK="${BUILD:-$BATS_TEST_DIRNAME/../../build}/tests/testlink"
PYTHON=/usr/bin/python3
SERVER=$BATS_TEST_DIRNAME/../lib/server.py

setup() {
	reason=$(ns_usable) || skip "$reason"
	write_peer
}

teardown() {
	[ -n "$BATS_TEST_COMPLETED" ] || cat "$NS_TMP"/*.log 2>/dev/null || true
	ns_cleanup
}

# The traffic of these tests. Numbered frames are TCP segments with RST, which no kernel answers,
# and which --only-tcp tells from ARP: frame i of the wire is number i.
write_peer() {
	cat >"$NS_TMP/peer.py" <<'PYTHON'
import hashlib, os, socket, statistics, struct, sys, threading, time

def send(host, count, size):
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
    for number in range(int(count)):
        header = struct.pack("!HHIIBBHHH", 9, 9, number, 0, 0x50, 0x04, 0, 0, 0)
        raw.sendto(header + bytes(int(size) - 54), (host, 0))

def receive():
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
    raw.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)  # SO_RCVBUFFORCE
    raw.settimeout(10)
    print("ready", flush=True)
    numbers, stamps = [], []
    try:
        while True:
            packet = raw.recv(65536)
            stamps.append(time.monotonic())
            numbers.append(struct.unpack_from("!I", packet, 24)[0])
            raw.settimeout(0.4)
    except TimeoutError:
        pass
    print("seconds", stamps[-1] - stamps[0])
    print("late", sum(n < max(numbers[:i], default=0) for i, n in enumerate(numbers)))
    print("distinct", len(set(numbers)))
    print("numbers", *numbers, flush=True)

def spread(samples):
    return max(samples) - min(samples)

def rtt(host, count, summary=statistics.median):
    def once():
        begin = time.perf_counter()
        with socket.create_connection((host, 7)):
            return (time.perf_counter() - begin) * 1e6
    once()  # finds the neighbour
    print(int(summary([once() for _ in range(int(count))])))

def rtt_spread(host, count):
    rtt(host, count, spread)

def echo(host, size):
    data = os.urandom(int(size))
    with socket.create_connection((host, 7)) as peer:
        def write():
            peer.sendall(data)
            peer.shutdown(socket.SHUT_WR)
        threading.Thread(target=write, daemon=True).start()
        back = b"".join(iter(lambda: peer.recv(1 << 16), b""))
    sys.exit(back != data)

globals()[sys.argv[1]](*sys.argv[2:])
PYTHON
}

peer() {
	local ns=$1
	shift
	ns_exec "$ns" timeout 20 "$PYTHON" "$NS_TMP/peer.py" "$@"
}

# link OPTION...: A and B know each other's address already.
link() {
	ns_link A B -- "$@"
	ns_settle A va 10.66.0.2 fd66::2
}

serve() {
	ns_spawn B "$PYTHON" "$SERVER" --port 7 --mode "$1" >/dev/null
	ns_wait_listen B 7
}

# number_frames COUNT [SIZE]: sends them from A to B; $received is the log of what came out.
number_frames() {
	received=$NS_TMP/$(ns_spawn B "$PYTHON" "$NS_TMP/peer.py" receive).log
	ns_wait_for 5 grep -q ready "$received"
	peer A send 10.66.0.2 "$1" "${2:-60}"
	ns_wait_for 15 grep -q numbers "$received"
}

arrived() { # WORD: what the receiver reports
	sed -n "s/^$1 //p" "$received"
}

# stop_link: ends the link; stat WAY NAME then prints one of its counters.
stop_link() {
	ns_link_stop A B >"$NS_TMP/counters"
}

stat() {
	sed -n "s/^$1 .*\b$2=\([0-9]*\).*/\1/p" "$NS_TMP/counters"
}

# kernel_counter NS GROUP NAME, as `kernel_counter B Tcp InCsumErrors`
kernel_counter() {
	# shellcheck disable=SC2016 # columns of awk
	ns_exec "$1" awk -v group="$2:" -v name="$3" '$1 == group {
		if (seen++) print $column
		else for (i = 2; i <= NF; i++) if ($i == name) column = i
	}' /proc/net/snmp
}

ended() { # PID
	[ -z "$(ns_started "$1")" ]
}

between() { # LOW VALUE HIGH
	echo "$2 in $1..$3?"
	awk -v low="$1" -v value="$2" -v high="$3" 'BEGIN { exit !(low <= value && value <= high) }'
}

@test "a delay of 20 ms each way makes a round trip of 40 ms, in both families" {
	link --delay 20ms
	serve close
	between 40000 "$(peer A rtt 10.66.0.2 30)" 43000
	between 40000 "$(peer A rtt fd66::2 30)" 43000
}

@test "options after --ab and --ba affect one direction" {
	link --ab --delay 8ms --ba --delay 2ms
	serve close
	between 10000 "$(peer A rtt 10.66.0.2 30)" 13000
}

@test "jitter varies the delay and keeps the order" {
	link --delay 10ms --jitter 10ms
	number_frames 1000
	[ "$(arrived distinct)" -eq 1000 ]
	[ "$(arrived late)" -eq 0 ]
	serve close
	between 8000 "$(peer A rtt_spread 10.66.0.2 40)" 43000
}

@test "a clean link carries 1 MiB each way in both families, offload and all" {
	link
	serve echo
	peer A echo 10.66.0.2 1048576
	peer A echo fd66::2 1048576
	[ "$(kernel_counter A Tcp InCsumErrors)" -eq 0 ]
	[ "$(kernel_counter B Tcp InCsumErrors)" -eq 0 ]
	stop_link
	[ "$(stat ab queue_dropped)" -eq 0 ]
	[ "$(stat ba queue_dropped)" -eq 0 ]
	# The data alone is 1450 segments of a full frame: they crossed the link uncut.
	between 1 "$(stat ab forwarded)" 1400
}

@test "under 2 % loss 1 MiB arrives byte-exact in both families" {
	link --only-tcp --delay 1ms --loss 2 --seed 2
	serve echo
	peer A echo 10.66.0.2 1048576
	peer A echo fd66::2 1048576
	stop_link
	between 5 "$(stat ab lost)" 80
	between 5 "$(stat ba lost)" 100
	[ "$(kernel_counter B Tcp InCsumErrors)" -eq 0 ]
}

@test "a loss of 20 % loses 20 % of the frames" {
	link --ab --only-tcp --loss 20
	number_frames 2000
	stop_link
	# Five standard deviations of a binomial distribution are 89.
	between 311 "$(stat ab lost)" 489
	[ "$(arrived distinct)" -eq $((2000 - $(stat ab lost))) ]
}

@test "a loss of 100 % with --only-tcp lets neighbours be found and no segment through" {
	link --only-tcp --loss 100
	peer A send 10.66.0.2 100 60
	stop_link
	[ "$(stat ab lost)" -eq 100 ]
	[ "$(kernel_counter B Tcp InSegs)" -eq 0 ]
}

@test "duplicated frames arrive twice" {
	link --ab --only-tcp --duplicate 20
	number_frames 1000
	stop_link
	between 137 "$(stat ab duplicated)" 263
	[ "$(arrived distinct)" -eq 1000 ]
	[ "$(arrived numbers | wc -w)" -eq $((1000 + $(stat ab duplicated))) ]
}

@test "reordered frames arrive after later ones" {
	link --ab --only-tcp --delay 2ms --reorder 10 --reorder-delay 30ms
	number_frames 1000
	stop_link
	between 53 "$(stat ab reordered)" 147
	[ "$(arrived distinct)" -eq 1000 ]
	[ "$(arrived numbers | wc -w)" -eq 1000 ]
	# The very last frames have no later ones to fall behind.
	between $(($(stat ab reordered) - 10)) "$(arrived late)" "$(stat ab reordered)"
}

@test "the receiving kernel drops every corrupted segment for its checksum" {
	link --ab --only-tcp --delay 1ms --corrupt 3 --seed 3
	serve echo
	peer A echo 10.66.0.2 400000
	peer A echo fd66::2 400000
	stop_link
	between 4 "$(stat ab corrupted)" 60
	[ "$(kernel_counter B Tcp InCsumErrors)" -eq "$(stat ab corrupted)" ]
	[ "$(kernel_counter B Tcp InErrs)" -eq "$(stat ab corrupted)" ]
}

@test "a rate of 2 mbit takes its time over 100 frames" {
	link --ab --only-tcp --rate 2mbit
	number_frames 100 1000
	[ "$(arrived distinct)" -eq 100 ]
	# 99 frames of 8000 bits follow the first.
	between 0.390 "$(arrived seconds)" 0.480
}

@test "a full queue drops the tail" {
	link --ab --only-tcp --rate 2mbit --queue 50
	number_frames 200 1000
	stop_link
	between 50 "$(arrived distinct)" 80
	[ "$(stat ab queue_dropped)" -eq $((200 - $(arrived distinct))) ]
	[ "$(arrived late)" -eq 0 ]
}

@test "drop-nth drops those frames and no other" {
	link --ab --only-tcp --drop-nth 1 --drop-nth 5 --drop-nth 10
	number_frames 10
	[ "$(arrived numbers)" = "1 2 3 5 6 7 8" ]
	stop_link
	[ "$(stat ab lost)" -eq 3 ]
}

@test "a dropped SYN is sent again after a second" {
	link --ab --drop-nth 1
	serve close
	begin=$(ns_centiseconds)
	peer A echo 10.66.0.2 0
	between 100 $(($(ns_centiseconds) - begin)) 180
	[ "$(kernel_counter A Tcp RetransSegs)" -eq 1 ]
}

@test "the same seed gives the same fate to every frame, and another seed another" {
	for seed in 7 7 8; do
		link --ab --only-tcp --delay 5ms --loss 20 --duplicate 10 --reorder 10 \
			--reorder-delay 50ms --seed $seed
		number_frames 300
		arrived numbers | tr ' ' '\n' | sort -n >>"$NS_TMP/seed"
		stop_link
		stat ab reordered >>"$NS_TMP/seed"
		mv "$NS_TMP/seed" "$NS_TMP/run$((++run))"
		for ns in A B A-B; do ip netns del "$NS_PREFIX$ns"; done
		rm "$NS_TMP"/A-B.*
	done
	cmp "$NS_TMP/run1" "$NS_TMP/run2"
	run ! cmp -s "$NS_TMP/run1" "$NS_TMP/run3"
}

@test "it ends by itself when an interface disappears" {
	link
	pid=$(cat "$NS_TMP/A-B.ready")
	ip netns del "${NS_PREFIX}B"
	ns_wait_for 5 test -s "$NS_TMP/A-B.stats"
	ns_wait_for 5 ended "$pid"
}

@test "it outlives an interface that goes down and comes up again" {
	link
	serve echo
	ip -n "${NS_PREFIX}A-B" link set dev mb down
	ip -n "${NS_PREFIX}A-B" link set dev mb up
	ns_settle B vb
	peer A echo 10.66.0.2 100000
}

@test "bad arguments are quoted on one line, with exit status 3" {
	while read -r quoted arguments; do
		# shellcheck disable=SC2086 # several arguments
		run -3 "$TESTLINK" $arguments
		[ "${#lines[@]}" -eq 1 ]
		[[ $output == *"'$quoted'"* ]]
	done <<-END
		20parsecs --delay 20parsecs a b
		-5ms --jitter -5ms a b
		101 --loss 101 a b
		nan --corrupt nan a b
		0 --rate 0 a b
		1.5x --drop-nth 1.5x a b
		--frobnicate --frobnicate a b
		--delay --delay
		a a
		a a a
		c a b c
	END
}
