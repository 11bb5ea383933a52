# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# What tests of the commands close and conform share; to be sourced after probe.sh.

# Two hosts, and an application at B: 7000 closes at the end of file, 7001 never does; both do what their clients
# say (driver.py).
checks_network() {
	ns_pair A B
	ns_spawn B "$PYTHON" "$LIB/driver.py" --port 7000 >/dev/null
	ns_wait_listen B 7000
}

# Nothing but listeners: no connection, no TIME_WAIT.
nothing_left() {
	[ -z "$(ns_exec B ss -Htan state all exclude listening)" ]
}

left_nothing() {
	ns_wait_for 10 nothing_left
}
