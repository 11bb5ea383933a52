# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
#
# Networks of namespaces for tests; source it (POSIX sh). Namespaces have short names here and
# $NS_PREFIX before it outside, so runs side by side never meet. What sits in such a namespace when
# ns_cleanup comes is ended. $NS_TMP is for anything else that a test leaves behind.
#
# Functions with a body in parentheses keep their variables to themselves.

: "${NS_TMP:=$(mktemp -d "${BATS_RUN_TMPDIR:-${TMPDIR:-/tmp}}/tcs.XXXXXX")}"
: "${NS_PREFIX:=tcs$$-${NS_TMP##*.}-}"

# ns_usable: fails, and says why, if namespaces cannot be made here.
ns_usable() (
	[ "$(id -u)" -eq 0 ] || { echo "not root"; return 1; }
	command -v ip >/dev/null || { echo "no ip(8)"; return 1; }
	reason=$(ip netns add "${NS_PREFIX}try" 2>&1) &&
		reason=$(ip -n "${NS_PREFIX}try" link add name va type veth peer name vb 2>&1)
	status=$?
	ip netns del "${NS_PREFIX}try" 2>/dev/null
	[ $status -eq 0 ] || { echo "no namespaces: $reason"; return 1; }
)

# ns_exec NS COMMAND...: runs a command in a namespace.
ns_exec() {
	_ns_in=$NS_PREFIX$1
	shift
	ip netns exec "$_ns_in" "$@"
}

# ns_spawn NS COMMAND...: the same in the background; prints the process id.
# Its output goes to $NS_TMP/PID.log.
ns_spawn() (
	ns=$NS_PREFIX$1
	shift
	# shellcheck disable=SC2016 # $$ is for the inner shell, which becomes the command
	sh -c 'exec >>"$0/$$.log" 2>&1; exec "$@"' "$NS_TMP" ip netns exec "$ns" "$@" \
		</dev/null >/dev/null 2>&1 3>&- &
	: >>"$NS_TMP/$!.log"
	echo "$! $(ns_started $!)" >>"$NS_TMP/pids"
	echo $!
)

# ns_started PID: when it started, which tells it from a later process of the same number.
# Nothing for a process that is no more, or only waits for its parent to notice.
ns_started() {
	sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }'
}

ns_centiseconds() {
	read -r _ns_up _ </proc/uptime
	echo "${_ns_up%.*}${_ns_up#*.}"
}

# ns_wait_for SECONDS COMMAND...: until the command succeeds; fails after so many (whole) seconds.
ns_wait_for() (
	limit=$(($(ns_centiseconds) + $1 * 100))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(ns_centiseconds)" -lt "$limit" ] || {
			echo "waited in vain for: $*" >&2
			return 1
		}
		sleep 0.02
	done
)

ns_listens() {
	[ -n "$(ns_exec "$1" ss -Hltn "sport = :$2")" ]
}

# ns_wait_listen NS PORT: until something listens there, on either family.
ns_wait_listen() {
	ns_wait_for 5 ns_listens "$1" "$2"
}

# ns_add NAME...: empty namespaces; addresses are usable at once and the kernel keeps quiet.
ns_add() (
	mkdir -p "$NS_TMP" # a script may go on after ns_cleanup
	for ns; do
		ip netns add "$NS_PREFIX$ns" || return 1
		ns_exec "$ns" sysctl -qw \
			net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 \
			net.ipv6.conf.default.accept_ra=0 \
			net.ipv6.conf.default.router_solicitations=0 || return 1
		ip -n "$NS_PREFIX$ns" link set dev lo up || return 1
	done
)

# ns_veth NS_A DEV_A NS_B DEV_B [MTU]
# If both ends have the same index the kernel takes them for ordinary devices, of whose carrier it
# tells IPv6 only once a second; hence the two (the middle of a link, or a router, has one of each).
ns_veth() (
	ip link add name "$2" index 10 mtu "${5:-1500}" netns "$NS_PREFIX$1" type veth \
		peer name "$4" index 11 mtu "${5:-1500}" netns "$NS_PREFIX$3"
)

# ns_address NS DEV IPV4 IPV6: brings the interface up with these.
ns_address() (
	ip -n "$NS_PREFIX$1" addr add "$3" dev "$2" &&
		ip -n "$NS_PREFIX$1" addr add "$4" dev "$2" nodad &&
		ip -n "$NS_PREFIX$1" link set dev "$2" up
)

ns_carries() (
	ip -n "$NS_PREFIX$1" link show dev "$2" | grep -q 'state UP' &&
		ip -n "$NS_PREFIX$1" -6 addr show dev "$2" scope link | grep -q fe80 &&
		! ip -n "$NS_PREFIX$1" -6 addr show dev "$2" tentative | grep -q inet6
)

ns_neighbour() (
	# "use" makes the kernel look for the neighbour now.
	ip -n "$NS_PREFIX$1" neigh show "$3" dev "$2" | grep -q lladdr || {
		ip -n "$NS_PREFIX$1" neigh replace "$3" dev "$2" use
		return 1
	}
)

# ns_settle NS DEV [NEIGHBOUR...]: waits until both families work and the neighbours are known.
ns_settle() (
	ns=$1 dev=$2
	shift 2
	ns_wait_for 5 ns_carries "$ns" "$dev" || return 1
	for neighbour; do
		ns_wait_for 5 ns_neighbour "$ns" "$dev" "$neighbour" || return 1
	done
)

# ns_pair A B [MTU]: A (va, 10.66.0.1/24, fd66::1/64) --- B (vb, 10.66.0.2/24, fd66::2/64)
ns_pair() (
	ns_add "$1" "$2" && ns_veth "$1" va "$2" vb "${3:-1500}" &&
		ns_address "$1" va 10.66.0.1/24 fd66::1/64 &&
		ns_address "$2" vb 10.66.0.2/24 fd66::2/64 &&
		ns_settle "$1" va 10.66.0.2 fd66::2 && ns_settle "$2" vb 10.66.0.1 fd66::1
)

# ns_one_cpu NS DEV: all frames that come in there are handled by the first processor. A veth pair
# has a queue on each, so that frames sent from two processors may overtake each other.
ns_one_cpu() {
	# Not permitted in a user namespace: then frames may overtake each other now and then.
	ns_exec "$1" sh -c "echo 1 >/sys/class/net/$2/queues/rx-0/rps_cpus" 2>/dev/null || :
}

# ns_link A B -- OPTION...: as ns_pair, with $TESTLINK in between (A is its side A). Neighbours are
# left to be found, as the link may lose what it takes; give --only-tcp to spare that.
ns_link() (
	a=$1 b=$2
	[ "$3" = -- ] || { echo "ns_link: no -- after $a $b" >&2; return 1; }
	shift 3
	middle=$a-$b
	ns_add "$a" "$b" "$middle" || return 1
	ns_exec "$middle" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 || return 1
	ns_veth "$a" va "$middle" ma && ns_veth "$middle" mb "$b" vb || return 1
	ns_one_cpu "$middle" ma && ns_one_cpu "$middle" mb && ns_one_cpu "$a" va &&
		ns_one_cpu "$b" vb || return 1
	ip -n "$NS_PREFIX$middle" link set dev ma up && ip -n "$NS_PREFIX$middle" link set dev mb up &&
		ns_address "$a" va 10.66.0.1/24 fd66::1/64 &&
		ns_address "$b" vb 10.66.0.2/24 fd66::2/64 || return 1
	pid=$(ns_spawn "$middle" "$TESTLINK" --ready "$NS_TMP/$middle.ready" \
		--stats "$NS_TMP/$middle.stats" "$@" ma mb)
	ns_wait_for 5 test -s "$NS_TMP/$middle.ready" || {
		cat "$NS_TMP/$pid.log" >&2
		return 1
	}
	ns_settle "$a" va && ns_settle "$b" vb
)

# ns_link_stop A B: ends the test link between them and prints its statistics.
ns_link_stop() (
	read -r pid <"$NS_TMP/$1-$2.ready" && kill "$pid" &&
		ns_wait_for 5 test -s "$NS_TMP/$1-$2.stats" && cat "$NS_TMP/$1-$2.stats"
)

# ns_router A R B: A (va, 10.66.1.1, fd66:1::1) --- (ra, .254, ::fe) R (rb, .254, ::fe) ---
# (vb, 10.66.2.2, fd66:2::2) B, and default routes.
ns_router() (
	ns_add "$1" "$2" "$3" || return 1
	ns_exec "$2" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 || return 1
	ns_veth "$1" va "$2" ra && ns_veth "$2" rb "$3" vb &&
		ns_address "$1" va 10.66.1.1/24 fd66:1::1/64 &&
		ns_address "$2" ra 10.66.1.254/24 fd66:1::fe/64 &&
		ns_address "$2" rb 10.66.2.254/24 fd66:2::fe/64 &&
		ns_address "$3" vb 10.66.2.2/24 fd66:2::2/64 || return 1
	ns_settle "$1" va 10.66.1.254 fd66:1::fe && ns_settle "$3" vb 10.66.2.254 fd66:2::fe &&
		ns_settle "$2" ra 10.66.1.1 fd66:1::1 && ns_settle "$2" rb 10.66.2.2 fd66:2::2 &&
		ip -n "$NS_PREFIX$1" route add default via 10.66.1.254 &&
		ip -n "$NS_PREFIX$1" route add default via fd66:1::fe &&
		ip -n "$NS_PREFIX$3" route add default via 10.66.2.254 &&
		ip -n "$NS_PREFIX$3" route add default via fd66:2::fe
)

ns_names() {
	ip netns list | awk -v prefix="$NS_PREFIX" 'index($1, prefix) == 1 { print $1 }'
}

# Our processes that still run: those that ns_spawn started, and any in our namespaces.
ns_running() (
	if [ -f "$NS_TMP/pids" ]; then
		while read -r pid started; do
			[ -z "$started" ] || [ "$(ns_started "$pid")" != "$started" ] || echo "$pid"
		done <"$NS_TMP/pids"
	fi
	for name in $(ns_names); do
		for pid in $(ip netns pids "$name"); do
			[ -z "$(ns_started "$pid")" ] || echo "$pid"
		done
	done
)

ns_signal() (
	for pid in $(ns_running); do
		kill "-$1" "$pid" 2>/dev/null
	done
	return 0
)

ns_all_ended() {
	[ -z "$(ns_running)" ]
}

# ns_cleanup: ends the processes, removes the namespaces and $NS_TMP.
ns_cleanup() (
	ns_signal TERM
	ns_wait_for 2 ns_all_ended 2>/dev/null || ns_signal KILL
	for name in $(ns_names); do
		ip netns del "$name"
	done
	rm -rf "$NS_TMP"
)
