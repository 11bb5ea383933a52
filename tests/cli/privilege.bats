#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Without the right capabilities: one sentence that says what to do, and exit 5.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup make_network; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

make_network() {
	ns_pair A B
	ns_spawn B "$PYTHON" "$LIB/server.py" --port 7 --mode close >/dev/null
	ns_wait_listen B 7
	# A copy that everybody can reach and run.
	mkdir "$NS_TMP/bin"
	cp "$TCPSHAKE" "$NS_TMP/bin/tcpshake"
	chmod 755 "$NS_TMP" "$NS_TMP/bin" "$NS_TMP/bin/tcpshake"
	chmod o+x "$(dirname "$NS_TMP")"
	ns_exec A setpriv --reuid 65534 --regid 65534 --clear-groups test -x "$NS_TMP/bin/tcpshake"
}

nobody() {
	run_in A setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

@test "without CAP_NET_RAW the message names the program and setcap, on one line, with exit 5" {
	nobody "$NS_TMP/bin/tcpshake" -c 1 10.66.0.2:7
	complains 5 CAP_NET_RAW "sudo setcap cap_net_raw+ep $NS_TMP/bin/tcpshake" 'run as root'
	sees 'err == f"tcpshake: raw sockets need CAP_NET_RAW: run as root, or once: sudo setcap cap_net_raw+ep '"$NS_TMP"'/bin/tcpshake\n"'
}

@test "root without CAP_NET_RAW in its bounding set is told the same" {
	run_in A capsh --drop=cap_net_raw -- -c 'exec "$0" "$@"' "$TCPSHAKE" -c 1 10.66.0.2:7
	complains 5 CAP_NET_RAW setcap
}

@test "the remedy works: with CAP_NET_RAW on the file nobody may probe" {
	cp "$TCPSHAKE" "$NS_TMP/bin/able"
	chmod 755 "$NS_TMP/bin/able"
	setcap cap_net_raw+ep "$NS_TMP/bin/able"
	nobody "$NS_TMP/bin/able" -c 1 --json 10.66.0.2:7 '[fd66::2]:7'
	exits 0
	sees 'err == ""' 's["open"] == 1'
}

@test "--help, --version and wrong usage need no privilege" {
	nobody "$NS_TMP/bin/tcpshake" --help
	exits 0
	nobody "$NS_TMP/bin/tcpshake" --version
	exits 0
	nobody "$NS_TMP/bin/tcpshake" --ttl 0 10.66.0.2
	complains 3 --ttl
	nobody "$NS_TMP/bin/tcpshake" h:0
	complains 2 h:0
}

@test "--netns without CAP_SYS_ADMIN says so, with exit 5" {
	cp "$TCPSHAKE" "$NS_TMP/bin/able"
	setcap cap_net_raw+ep "$NS_TMP/bin/able"
	nobody "$NS_TMP/bin/able" --netns "${NS_PREFIX}A" -c 1 10.66.0.2:7
	complains 5 CAP_SYS_ADMIN --netns "'${NS_PREFIX}A'"
	run_in A capsh --drop=cap_sys_admin -- -c 'exec "$0" "$@"' "$TCPSHAKE" --netns "${NS_PREFIX}B" -c 1 10.66.0.2:7
	complains 5 CAP_SYS_ADMIN --netns
}

@test "without privilege JSON is a valid document still" {
	nobody "$NS_TMP/bin/tcpshake" -c 1 --json 10.66.0.2:7
	exits 5
	sees 'json.loads(out)["records"] == []' 'err.count("\n") == 1'
}
