#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Checks of TCP against servers that break one rule each (wrong.py): the checks of that rule find it. The same server
# without a fault, or with what the rules allow, passes all checks.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup make_network; }
setup() {
	test_setup
	faults=()
}
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

# B's kernel has no IPv4 address: wrong.py answers, each server at its own.
make_network() {
	ns_pair A B && ns_exec B ip -4 addr flush dev vb
}

# begin FAULT: a server with it; $n is its number.
begin() {
	n=$((${#faults[@]} + 1))
	faults+=("$1")
	spawn "$1" B "$PYTHON" "$LIB/wrong.py" --dev vb --address "10.66.0.$((n + 9))" --port 80 --fault "$1"
}

# wrong FAULT FAILS [WARNS [GOOD [SEND]]]: lists of ID or ID:STATE that must fail, warn, or do neither against it.
# The first case of a run is waited for alone, and may have a try less: sometimes S1 is put there.
wrong() {
	local n
	begin "$1"
	fails[n]=$2 warns[n]=${3-} good[n]=${4-} sends[n]=${5-X}
}

# right FAULT [WARNS [SKIPPED]]: all checks are made against what is no fault; no others warn or are skipped.
right() {
	local n
	begin "$1"
	fails[n]='' warns[n]=${2-} good[n]=all sends[n]=X skips[n]=T11,R9,Z4,R12a,R12b,S-A,F2,M5,${3-} # those ask for an abort, and for a reader that stops
}

# The run against the fault of that number.
run_against() {
	local dir=$BATS_TEST_TMPDIR/${faults[$1 - 1]} cases which=(--noisy --intrusive)
	ns_wait_for 10 grep -qs ready "$dir.log"
	mkdir "$dir"
	cases=$(printf '%s,' "${good[$1]}" "${fails[$1]}" "${warns[$1]}" | tr -s ,)
	cases=${cases#,}
	[ "${good[$1]}" = all ] || which=(--case "${cases%,}")
	ns_exec A timeout -k 2 100 "$TCPSHAKE" conform --json --send "${sends[$1]}" "${which[@]}" \
		"10.66.0.$(($1 + 9)):80" </dev/null >"$dir/out" 2>"$dir/err" 3>&-
}

# again N: the run once more, by itself; with the others beside it this machine may have been too slow.
again() {
	rm -r "${BATS_TEST_TMPDIR:?}/${faults[$1 - 1]:?}"
	status=0
	run_against "$1" || status=$?
	is_judged "$1"
}

# judged: every server begun is judged as it should be, all of them at the same time.
judged() {
	local n missed=0 running=()
	for n in $(seq ${#faults[@]}); do
		run_against "$n" &
		running[n]=$!
	done
	for n in $(seq ${#faults[@]}); do
		status=0
		wait "${running[n]}" || status=$?
		is_judged "$n" || again "$n" || missed=1
	done
	return $missed
}

# The verdicts of its run are those that are wanted; any others are shown.
is_judged() {
	local dir=$BATS_TEST_TMPDIR/${faults[$1 - 1]} wanted=0
	[ -z "${fails[$1]}" ] || wanted=4
	echo "${faults[$1 - 1]}: $(tail -n +2 "$dir.log")"
	exits $wanted || return 1
	"$PYTHON" - "$dir/out" "${fails[$1]}" "${warns[$1]}" "${skips[$1]-}" <<-'END'
		import json, sys
		lists = {v: names.split(",") for v, names in zip(("fail", "warn", "skipped"), sys.argv[2:])}
		bad = 0
		for c in json.load(open(sys.argv[1]))["records"]:
		    names = {c["id"], c["id"] + ":" + c["precondition"]} if c["type"] == "check" else set()
		    wanted = [v for v, those in lists.items() if names & set(those)] or ["pass", "info"]
		    if names and c["verdict"] not in wanted:
		        bad = 1
		        print(c["id"], c["precondition"], c["verdict"], "not", wanted, c["got"], c["note"], sep="; ")
		sys.exit(bad)
	END
}

@test "a server that keeps the rules, and what they leave open: nothing fails, and little warns" {
	right none
	right allowed-no-timestamps '' R11,P1,P2,P3,P4,TW5,TW6,TW7,TW8,TW9
	right allowed-delayed-acks
	right allowed-greeting
	right allowed-rfc-1337
	right allowed-ack-of-a-repeated-syn
	right allowed-no-reuse TW1,TW5,TW6,TW9
	judged
	probe_json A conform --send A --case T11,R12a,I2 10.66.0.10
	exits 0
	sees 'check("T11")["verdict"] == "pass"' 'check("R12a")["verdict"] == "pass"' \
		'"no clock" in check("I2")["note"]'
}

@test "acknowledgments so late that our FIN is sent again: still right" {
	right allowed-late-acks TW7 # an old FIN's timestamp is not kept (RFC 7323 5.3 R3): "the same" of the SYN is newer
	judged
}

@test "resets: answered, not believed, believed too easily, sent with wrong numbers" {
	wrong answers-resets R1,R1a,R1b,R1c,R3,R3a,R4,R6,R7,R8,R10,R10a,R10e,R11,S8,H12,H12a,H12b,H16,H20,H20a,H20b,H20c R2,R2a,R5
	wrong acks-resets H12,H12a,H12b,H16,H20,H20a,H20b,H20c
	wrong deaf-to-resets R1,R1a,R1b,R1c,R4,R7,R11,S5,H21 R2,R2a,R5
	wrong killed-by-any-reset R3,R3a R2,R2a,R5
	wrong resets-fall-to-paws R11
	wrong takes-text-of-a-reset R7,R1b
	wrong takes-silently-text-of-a-reset R7,R1b
	wrong aborts-elsewhere T11 '' '' A
	wrong aborts-at-0 T11 '' '' A
	wrong aborts-without-ack '' T11 '' A
	judged
}

@test "SYNs: inside of a connection, repeated, answered by the wrong thing" {
	wrong syn-opens-another S1,S2,S3,S3a,S4,S6,S7,S7a,H4
	wrong syn-resets H4 S1,S2,S3,S3a,S4,S6,S7,S7a
	wrong acks-syns-inside H5,S7,S7a S1
	wrong takes-text-of-a-syn S7,S7a
	wrong takes-silently-text-of-a-syn S7,S7a
	wrong syn-ack-of-another-number H1,H17,H21,O4,F1,F4
	wrong answers-syns-by-acks H1,H17,H21,O4,F4
	wrong syn-with-reset-opens H16
	wrong refuses-after-reset-in-syn-rcvd H21
	wrong resets-what-opens H2,H8,H9
	wrong counts-isns I1 '' S1
	wrong reuses-with-a-low-isn TW1,TW2,TW4,TW5,TW6,TW9
	judged
}

@test "no connection: answered by other things than the right reset" {
	wrong listener-answers-strays H14,H14a,H14b,H14c
	wrong acks-strangers H11,H11a,H11b,H13,H18,H18a,H18b,H19,H19a,H19b,T21,T21a,H23a,R12,T3
	wrong syn-acks-strangers H11,H11a,H11b,H13,H19,H19a,H19b,T21
	wrong bare-resets H18,H18a,H18b T21a,H23a
	wrong resets-with-ack '' H7,H11,H11a,H11b,H13,H19,H19a,H19b,T21,R12,T3
	wrong resets-elsewhere T3 H7,H11,H11a,H11b,H13,H19,H19a,H19b,T21,R12
	wrong syn-not-counted H18,H18a,H18b T21a
	wrong only-syn-counted H18a,H18b T21a
	judged
}

@test "what has to be dropped is taken, and acknowledged at once or only when asked" {
	for when in takes takes-silently; do
		wrong $when-outside-of-the-window A7,T15
		wrong $when-behind-a-gap A5,T16
		wrong $when-without-ack A9,T18,T18a
		wrong $when-with-any-ack A2,T17
		wrong $when-with-an-old-timestamp P1,P2
		wrong $when-with-a-wrong-checksum K1
		wrong $when-after-a-fin T19,T19a
	done
	wrong takes-old-text-again A7a,T14,T14a
	wrong takes-silently-old-text-again A7a # a FIN, too, is sent again until there is an answer
	wrong jumps-to-empty-segments A8
	judged
}

@test "data, FINs and ACKs: ignored, refused, acknowledged in part or late" {
	wrong acks-late '' D2,H8,H9,T1,T5,T5a,T6,T8,T8b,A11,O4a,O9 # and T12: acknowledged with the FIN that is sent again
	wrong resets-idle-acks A1
	wrong resets-what-is-old A6,A6a,T13,T14 T14a,A6b,A7,A7a
	wrong silent-to-what-is-old A6,A6a,T14 A7,A7a,A8,T13,T14a,T15
	wrong ignores-data D2,A11,H8,O4a,O9,T6
	wrong resets-data D2,H8,O4a,O9,T8
	wrong acks-a-part D2,H8,O4a,O9,T6,T8,T8b
	wrong ignores-fins T1,T2,T5,T5a,T8,T8b,T12,H9
	wrong acks-before-fins T1,T2,T5,T5a,T8,T8b,T12,H9
	wrong resets-fins T1,T5,T5a,T8,T12,H9
	wrong stays-after-the-last-ack T3
	judged
}

@test "what is not acknowledged: sent again never, or without patience; a closed window not respected" {
	wrong never-repeats T4,T4a,H3 '' S1
	wrong repeats-once '' '' S1,T4,T4a
	wrong repeats-steadily '' T4,T4a,H3,Z1 S1
	wrong gives-up-by-reset T4,T4a,H3 '' S1
	wrong ignores-the-window Z1,Z2,Z3 '' S1
	wrong resets-at-a-closed-window Z2
	judged
}

@test "options, timestamps, ECN, Fast Open, MPTCP" {
	wrong resets-without-timestamps P3
	wrong dies-without-timestamps P3
	wrong forgets-timestamps P4
	wrong options-of-a-syn-later P4,O8
	wrong unasked-options P5
	wrong sack-unasked S-Aa
	wrong resets-without-stamps '' R12a '' A
	wrong ignores-mss O1,O2
	wrong echoes-ecn E1,E3,E4
	wrong ecn-for-ece-alone E3
	wrong ecn-capable-syn-ack E1,E4
	wrong takes-any-cookie F3
	wrong joins-any-mptcp M3
	judged
}

@test "what shows only where it is asked for: silent survivors, repeats after the end, data with a wrong ACK" {
	wrong stays-silently-after-the-last-ack T3
	wrong repeats-its-fin-after-the-last-ack T3
	wrong deaf-to-resets R12
	wrong takes-a-wrong-ack-for-opening H7c '' S1
	wrong repeats-once '' '' H3
	wrong counts-isns I1 # the first case, which has the gate's connection, too
	judged
}

@test "every fault is in this file" {
	local fault
	for fault in $("$PYTHON" "$LIB/wrong.py" --list); do
		grep -qE "^\s(wrong|right) $fault( |\$)" "$BATS_TEST_FILENAME" ||
			grep -qF "when-${fault#takes-}" "$BATS_TEST_FILENAME" ||
			grep -qF "when-${fault#takes-silently-}" "$BATS_TEST_FILENAME"
	done
}
