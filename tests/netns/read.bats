#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# A run and its own capture file, read back, agree in all that frames show: over whole links and lossy ones, whatever
# the server does.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"
# shellcheck source=tests/lib/checks.sh
. "$LIB/checks.sh"

setup_file() { file_setup checks_network; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

# agrees PROBE-WORD...: a run with --write, and that file.
agrees() {
	rm -f "$BATS_TEST_TMPDIR/run.pcapng"
	probe_json A --write "$BATS_TEST_TMPDIR/run.pcapng" "$@"
	"$TCPSHAKE" read --json "$BATS_TEST_TMPDIR/run.pcapng" >"$BATS_TEST_TMPDIR/read"
	"$PYTHON" "$LIB/agree.py" "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/read"
}

@test "open, closed, half-open and reset, both families" {
	agrees -c 5 -i 10ms 10.66.0.2:7000
	agrees -c 5 -i 10ms '[fd66::2]:7000'
	agrees -c 2 -i 10ms 10.66.0.2:9
	agrees -c 2 -i 10ms --half-open 10.66.0.2:7000
	agrees -c 2 -i 10ms --close rst 10.66.0.2:7000
	agrees -c 2 -i 10ms -W 200ms 10.66.0.2:7001
}

@test "whatever the server does: close, abort, half-close, data" {
	for does in A C W X D B; do
		agrees -c 3 -i 10ms --data $does 10.66.0.2:7000
	done
	agrees -c 3 -i 10ms -p 7000,7001,9 --data X 10.66.0.2
}

@test "no answer: three SYNs, and what was never answered" {
	ns_exec B ip route add blackhole 10.66.0.1 2>/dev/null || skip "no blackhole routes"
	agrees -c 1 --rto 50ms -W 50ms 10.66.0.2:7000
	ns_exec B ip route del blackhole 10.66.0.1
}

@test "a lossy link: what was repeated, and what is ambiguous" {
	ns_link C D -- --only-tcp --delay 10ms --loss 10 --duplicate 5 --reorder 10 --seed 5
	ns_settle C va 10.66.0.2 fd66::2
	ns_settle D vb 10.66.0.1 fd66::1
	ns_spawn D "$PYTHON" "$LIB/driver.py" --port 7000 >/dev/null
	ns_wait_listen D 7000
	rm -f "$BATS_TEST_TMPDIR/run.pcapng"
	PROBE_LIMIT=100 probe_json C --write "$BATS_TEST_TMPDIR/run.pcapng" -c "$(soak 40 300)" -i 20ms 10.66.0.2:7000
	"$TCPSHAKE" read --json "$BATS_TEST_TMPDIR/run.pcapng" >"$BATS_TEST_TMPDIR/read"
	"$PYTHON" "$LIB/agree.py" "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/read"
}
