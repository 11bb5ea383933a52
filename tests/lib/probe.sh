# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# What tests of the whole program share; bats files source it. A test runs the program with `probe`
# or `probe_start`, records an interface with `watch` and `watched`, and says what must be true with
# `exits` and `sees` (see observe.py). Files of a test are in $BATS_TEST_TMPDIR: out, err, wire.pcap.

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
case ${BUILD:=build} in
/*) ;;
*) BUILD=$ROOT/$BUILD ;;
esac
export TCPSHAKE=${TCPSHAKE:-$BUILD/tcpshake}
export TESTLINK=$BUILD/tests/testlink
LIB=$ROOT/tests/lib
PYTHON=/usr/bin/python3
# shellcheck source=tests/lib/netns.sh
. "$LIB/netns.sh"

# --- a file's life: setup_file, setup, teardown, teardown_file ---

# file_setup COMMAND...: namespaces that all tests of a file share are made by the command.
file_setup() {
	export NS_PREFIX NS_TMP NO_NAMESPACES
	NO_NAMESPACES=$(ns_usable) && NO_NAMESPACES=''
	[ -n "$NO_NAMESPACES" ] || "$@" || {
		cat "$NS_TMP"/*.log
		ns_cleanup
		return 1
	}
}

test_setup() {
	[ -z "$NO_NAMESPACES" ] || skip "$NO_NAMESPACES"
}

# test_teardown: ends what the test started; what it left is shown if it failed.
test_teardown() {
	if [ -z "$BATS_TEST_COMPLETED" ] && [ -z "$NO_NAMESPACES" ]; then
		test_show
	fi
	test_end
}

test_show() {
	local file
	for file in command out err; do
		[ -s "$BATS_TEST_TMPDIR/$file" ] || continue
		echo "--- $file (exit ${status-?})"
		head -c 4000 "$BATS_TEST_TMPDIR/$file"
	done
	for file in "$BATS_TEST_TMPDIR"/*.log; do
		[ ! -s "$file" ] || { echo "--- $file" && tail -n 20 "$file"; }
	done
}

# Ends what `spawn` started, and nothing else.
test_end() {
	local pid started
	[ -f "$BATS_TEST_TMPDIR/pids" ] || return 0
	while read -r pid started; do
		[ "$(ns_started "$pid")" != "$started" ] || kill -KILL "$pid" 2>/dev/null
		# A process that still holds a port would meet the next test.
		ns_wait_for 5 test_ended "$pid"
	done <"$BATS_TEST_TMPDIR/pids"
	rm "$BATS_TEST_TMPDIR/pids"
}

test_ended() {
	[ -z "$(ns_started "$1")" ]
}

# soak FEW MANY: how many: few, or as many as the issue asks for with SOAK=1.
soak() {
	[ "${SOAK:-0}" = 0 ] && echo "$1" || echo "$2"
}

# --- processes ---

# spawn LOG NS COMMAND...: in the background until the test ends; its id is in $spawned.
spawn() {
	local log=$BATS_TEST_TMPDIR/$1.log
	# Not by ns_exec: a function would run in a shell of its own, and that would be $!.
	ip netns exec "$NS_PREFIX$2" "${@:3}" </dev/null >"$log" 2>&1 3>&- &
	spawned=$!
	echo "$spawned $(ns_started $spawned)" >>"$BATS_TEST_TMPDIR/pids"
}

# serve NS PORT MODE [ARGUMENT] [-- OPTION...]: server.py; its id is in $spawned.
serve() {
	local ns=$1 port=$2 mode=() more=()
	shift 2
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		mode+=("$1")
		shift
	done
	more=("${@:2}")
	spawn "server-$port" "$ns" "$PYTHON" "$LIB/server.py" --port "$port" "${more[@]}" --mode "${mode[@]}"
	ns_wait_listen "$ns" "$port"
}

# --- the program ---

# probe NS ARGUMENT...: runs it to its end; what it printed is in out and err, its exit in $status.
probe() {
	local ns=$1
	shift
	run_in "$ns" "$TCPSHAKE" "$@"
}

# run_in NS COMMAND...: the same for a command that wraps the program.
run_in() {
	local ns=$1
	shift
	echo "$*" >"$BATS_TEST_TMPDIR/command"
	status=0
	ns_exec "$ns" timeout -k 2 "${PROBE_LIMIT:-60}" "$@" <"${PROBE_INPUT:-/dev/null}" \
		>"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- || status=$?
}

# probe_json NS ARGUMENT...
probe_json() {
	probe "$@" --json
}

# probe_start NS ARGUMENT...: begins it; its process is $running. Signals act as on a terminal's job.
probe_start() {
	local ns=$1
	shift
	start_in "$ns" "$TCPSHAKE" "$@"
}

start_in() {
	local ns=$1
	shift
	echo "$*" >"$BATS_TEST_TMPDIR/command"
	ip netns exec "$NS_PREFIX$ns" env --default-signal=INT,QUIT,TERM,HUP "$@" </dev/null \
		>"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	running=$!
	echo "$running $(ns_started $running)" >>"$BATS_TEST_TMPDIR/pids"
}

# probe_end [SECONDS]: waits for it.
probe_end() {
	ns_wait_for "${1:-20}" test_ended "$running"
	status=0
	wait "$running" || status=$?
}

exits() { # CODE
	[ "$status" -eq "$1" ] || {
		echo "exit $status, not $1"
		return 1
	}
}

# sees EXPRESSION...: all are true of what was printed and captured.
sees() {
	"$PYTHON" "$LIB/observe.py" "$BATS_TEST_TMPDIR" "$@"
}

# complains CODE WORD...: that exit code, nothing on standard output, and one line on standard
# error that has all the words.
complains() {
	local word
	exits "$1"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/err")" -eq 1 ] || {
		echo "not one line on standard error"
		return 1
	}
	for word in 'tcpshake: ' "${@:2}"; do
		grep -qF -- "$word" "$BATS_TEST_TMPDIR/err" || {
			echo "'$word' is not in the message"
			return 1
		}
	done
}

# --- the wire ---

# watch NS DEV [NAME]: records what passes there into NAME.pcap (wire.pcap) until `watched NS DEV [NAME]`.
# tcpdump changes its groups, which user namespaces may deny.
can_watch() {
	! grep -qs deny /proc/self/setgroups || skip "tcpdump does not run in this user namespace"
}

watch() {
	local name=${3:-wire}
	can_watch
	rm -f "$BATS_TEST_TMPDIR/$name.pcap" "$BATS_TEST_TMPDIR/$name.log" # of a capture before
	spawn "$name" "$1" tcpdump -i "$2" -n -U --immediate-mode -B 32768 -s 0 -Z root \
		--time-stamp-precision=nano -w "$BATS_TEST_TMPDIR/$name.pcap" \
		'tcp or icmp or icmp6 or udp port 9'
	eval "watching_$name=$spawned"
	ns_wait_for 5 grep -qs 'listening on' "$BATS_TEST_TMPDIR/$name.log"
}

# The capture has all frames up to a mark that is sent after them.
watched() {
	local name=${3:-wire} pid mark=ff02::1%$2
	eval "pid=\$watching_$name"
	[ "$2" != lo ] || mark=127.0.0.1
	ns_exec "$1" bash -c "echo tcpshake-test-end >/dev/udp/$mark/9"
	ns_wait_for 5 grep -qsa tcpshake-test-end "$BATS_TEST_TMPDIR/$name.pcap"
	kill "$pid" # a background job ignores SIGINT
	ns_wait_for 5 test_ended "$pid"
	! grep -q '[1-9][0-9]* packets dropped by kernel' "$BATS_TEST_TMPDIR/$name.log"
}

# on_wire ARGUMENT...: a run in A with its frames on va.
on_wire() {
	watch A va
	probe A "$@"
	watched A va
}

# --- the peer ---

# tcp_states NS PORT: states of the sockets of that port, listening ones aside, one a line.
tcp_states() {
	ns_exec "$1" ss -Htan "( sport = :$2 or dport = :$2 )" | awk '$1 != "LISTEN" { print $1 }'
}

# No connection of that port in any of these states is left: none_in NS PORT STATE...
none_in() {
	local ns=$1 port=$2
	shift 2
	! tcp_states "$ns" "$port" | grep -qxF "$(printf '%s\n' "$@")"
}

# all_closed NS PORT: nothing is left there, but what the peer's own TIME-WAIT keeps.
all_closed() {
	! tcp_states "$1" "$2" | grep -vqx TIME-WAIT
}

# ends_closed NS PORT SECONDS: all are closed after so long, or it is told which are not.
ends_closed() {
	ns_wait_for "$3" all_closed "$1" "$2" || {
		ns_exec "$1" ss -Htano "( sport = :$2 or dport = :$2 )" | grep -vE '^(LISTEN|TIME-WAIT)'
		return 1
	}
}

rules() { # NS RULE...: a table of nft rules that the next flush_rules removes
	local ns=$1
	shift
	{
		echo 'table inet test {'
		echo 'chain in { type filter hook input priority 0;'
		printf '%s\n' "$@"
		echo '}'
		echo '}'
	} | ns_exec "$ns" nft -f -
}

flush_rules() { # NS...
	local ns
	for ns; do
		ns_exec "$ns" nft flush ruleset
	done
}
