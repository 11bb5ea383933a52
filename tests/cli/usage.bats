#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Words on the command line that are wrong: one line on standard error quotes the value and names the
# option, nothing is sent, and the exit code says what kind of wrong it is.

bats_require_minimum_version 1.5.0
# shellcheck source=tests/lib/probe.sh
. "$BATS_TEST_DIRNAME/../lib/probe.sh"

setup_file() { file_setup ns_add A; }
setup() { test_setup; }
teardown() { test_teardown; }
teardown_file() { ns_cleanup; }

# refuses CODE OPTION VALUE...: each of the values alone, before a target in nobody's reach.
refuses() {
	local code=$1 option=$2 value
	shift 2
	for value; do
		echo "# $option '$value'"
		probe A "$option" "$value" 10.66.0.2:7
		complains "$code" "$option" "'$value'"
	done
}

# The table's options as NAME LETTER ARGUMENT COMMANDS, NONE for what they do not have.
table() {
	awk -f "$ROOT/scripts/options.awk" -f - "$ROOT/src/cli/options.def" >"$BATS_TEST_TMPDIR/options" <<-'AWK'
		function or_none(s) { return s == "" ? "NONE" : s }
		kind == "OPTION" { print or_none(name), or_none(letter), or_none(argument), commands }
	AWK
	[ "$(grep -c '^OPTION' "$ROOT/src/cli/options.def")" -eq "$(wc -l <"$BATS_TEST_TMPDIR/options")" ]
}

@test "--help lists every option that a command has, with its letter and its argument, and no other" {
	table
	for command in probe cookies read; do
		probe A $command --help
		exits 0
		# "  -c, --count N", "  -4" or "      --load[=N]", then two spaces or more, or one before a long help.
		sees 'err == ""' "{(name or 'NONE', letter or 'NONE', may or must or 'NONE') for letter, name, may, must in
				__import__('re').findall(r'(?m)^  (?:-(\w)(?:, )?|    )(?:--([\w.-]+))?(?:\[=(\w+)\]| (\S+))?(?= )', out)}
			== {(n, l, a) for n, l, a, c in (line.split(' ', 3) for line in text('options').splitlines())
				if c in ('ALL', 'PROBING') and '$command' != 'read' or c == 'ALL' or '$command'.upper() in c}"
	done
}

@test "an option of another command is refused, and it is said which has it not" {
	probe A cookies --half-open 10.66.0.2:7
	complains 3 '--half-open' 'tcpshake cookies'
	probe A cookies --flags syn 10.66.0.2:7
	complains 3 '--flags' 'tcpshake cookies'
	probe A --load 10.66.0.2:7
	complains 3 '--load' 'tcpshake probe'
	probe A --tests=core 10.66.0.2:7
	complains 3 '--tests' 'tcpshake probe'
}

@test "-h is --help and -V is --version" {
	probe A -h
	exits 0
	sees 'out.startswith("usage: tcpshake")'
	probe A --version
	exits 0
	sees '__import__("re").fullmatch(r"tcpshake \d+\.\d+(\.\d+)?(-\w+)?\n", out)'
	mv "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/long"
	probe A -V
	sees 'out == text("long")'
}

@test "--help names neither a command nor a format that is not built" {
	probe A --help
	for word in scan trace serve ktap prom nagios html; do
		run ! grep -w "$word" "$BATS_TEST_TMPDIR/out"
	done
}

@test "every option of the table is given to a run somewhere in these tests" {
	# By its name or letter, in a line that runs the program; what this file does are errors but for two.
	local runs='^[[:space:]]*([A-Z_]+=[^ ]* )*(took [0-9]+ )?(probe|probe_json|probe_start|reads|run_in|on_wire|on_terminal|one|quick|ns_exec|ask|fetch|times|bounded) '
	{
		printf '%s\n' 'probe A --help' 'probe A --version'
		cat "$ROOT"/tests/cli/[!u]*.bats "$ROOT"/tests/netns/*.bats
	} | grep -E "$runs" >"$BATS_TEST_TMPDIR/runs"
	table
	while IFS=' ' read -r name letter _; do
		grep -qE -- " (--$name|-$letter)([ =]|$)" "$BATS_TEST_TMPDIR/runs" ||
			{ echo "no test of --$name, -$letter" && false; }
	done <"$BATS_TEST_TMPDIR/options"
}

@test "no target is a usage error" {
	probe A
	complains 3 'no target' tcpshake
	probe A probe -c 1
	complains 3 'no target'
}

@test "an unknown option is quoted" {
	probe A --frobnicate 10.66.0.2
	complains 3 "'--frobnicate'"
	probe A -Z 10.66.0.2
	complains 3 "'-Z'"
	probe A --comparison 10.66.0.2
	complains 3 "'--comparison'"
	probe A --quiet=very 10.66.0.2
	complains 3 "--quiet"
}

@test "an option without its value is named" {
	for option in -c --ttl --expect -o --write --netns; do
		probe A 10.66.0.2 "$option"
		complains 3 "$option" 'needs a value'
	done
}

@test "a command that is not built is unknown" {
	for word in scan run trace serve; do
		probe A "$word" 10.66.0.2
		complains 3 "'$word'" 'unknown command'
	done
}

@test "a slip of a command's name is no host; a host of that name still can be tried" {
	for word in cookie Cookies COOKIES cookiess prob Probe clos Conform help; do
		probe A "$word" 10.66.0.2
		complains 3 "'$word'" 'unknown command' "tcpshake probe $word"
	done
	probe A probe cookie
	exits 2
	probe A cookie.example:7
	exits 2
}

@test "probe is the command when none is named" {
	probe A probe --ttl 0 10.66.0.2
	complains 3 --ttl "'0'"
}

@test "a format that is not built is unknown" {
	refuses 3 -o ktap prom nagios html xml JSON ''
	probe A -o :file 10.66.0.2
	complains 3 -o 'no such format'
	probe A -o json: 10.66.0.2
	complains 3 -o "'json:'"
}

@test "a scheme that is not built is a usage error" {
	for url in gopher://10.66.0.2 httpx://10.66.0.2 ://10.66.0.2; do
		probe A "$url"
		complains 3 "'$url'"
	done
}

@test "counts that are no numbers, or out of range, are refused" {
	refuses 3 -c x '' -1 1.5 0x10 ' 5' 5x 4294967296 99999999999999999999
	refuses 3 --ttl 0 256 x
	refuses 3 --tos 256 -1 x
	refuses 3 --mss 65536 -1 x None
	refuses 3 --wscale 15 -1 x
	refuses 3 --win 65536 -1 x
	refuses 3 --syn-retries 21 -1 x
}

@test "durations that are none are refused" {
	for option in -i -W -w --rto; do
		refuses 3 "$option" 0 0ms -1 -1s 10parsecs '' s 1,5 inf nan 1e3 '1 s' 99999999999999999999h
	done
}

@test "a duration that is too short is told the least that is allowed" {
	probe A -i 9us 10.66.0.2
	complains 3 -i "'9us'" 10us
	# "need more than 0" would be no help for one that is.
	probe A --rto 999us 10.66.0.2
	complains 3 --rto "'999us'" 1ms
}

@test "port lists that are none are refused" {
	refuses 3 -p 0 65536 x '' 10-5 1,,2 80, ,80 80- -80 1-65536 1-2-3 '80 81'
}

@test "words that an option does not know are refused" {
	refuses 3 --profile beos LINUX ''
	refuses 3 --close politely ''
	refuses 3 --color sometimes ''
	refuses 3 --flags bogus syn,,ack syn, '' SYN+ACK
}

@test "source ports that are none are refused" {
	refuses 3 --source-port 0 65536 x 5-1 1,2 ''
}

@test "a source that is no address is refused" {
	refuses 3 --source 10.66.0 host.example '' 300.1.1.1
}

@test "a --resolve that is no HOST:PORT:ADDR is refused" {
	for spec in x '' a:b a:80 a:80: a:x:10.66.0.2 a:0:10.66.0.2 a:80:name a:99999:10.66.0.2 :80:10.66.0.2; do
		echo "# $spec"
		probe A --resolve "$spec" a:80
		complains 3 --resolve "'$spec'"
	done
}

@test "a --resolve that is wrong is refused even where no target needs it" {
	probe A --resolve garbage 127.0.0.1:1 -c 1
	complains 3 --resolve "'garbage'"
}

@test "--data of more than one segment, or a connection without a URL, holds is refused" {
	probe A --flags psh,ack --data "$(printf 'x%.0s' {1..537})" 10.66.0.2
	complains 3 --data 536
	probe A --data "$(printf '%060001d' 7)" 127.0.0.1
	complains 3 --data 60000
}

@test "expectations that are none are refused" {
	while read -r term word; do
		echo "# $term"
		probe A --expect "$term" 10.66.0.2
		complains 3 --expect "'${term##*,}'" "$word"
	done <<-'END'
		nonsense OP
		rtt OP
		rtt=x duration
		rtt<20parsecs duration
		rtt.p95<x duration
		rtt.p42<1ms 'rtt.p42'
		loss<=x% percentage
		loss=1%% percentage
		state<open word
		state=open| state
		mss>=many number
		sack=maybe true
		tls.version=1.1 '1.1'
		http.statuses=200 'http.statuses'
		=open field
		rtt~5ms OP
		open=1,closed OP
	END
	probe A --expect '' 10.66.0.2
	complains 3 --expect
	probe A --expect 'rtt<1s,' 10.66.0.2
	complains 3 --expect
}

@test "options that exclude each other say so" {
	probe A -4 -6 10.66.0.2
	complains 3 -4 -6
	probe A -6 -4 10.66.0.2
	complains 3 -4 -6
	probe A --flags syn --half-open 10.66.0.2
	complains 3 --flags --half-open
	probe A --flags syn --ecn 10.66.0.2
	complains 3 --flags --ecn
}

@test "a target with a bad port, host or bracket is invalid" {
	for target in h:0 h:65536 h:x h: :80 '[10.66.0.2]:80' '[::1' '[::1]x' '[::1]:' '[::1]:0' '[]:80' \
		'[name]:80' '' ' ' 'a b' 'a/b' "a'b" 'a"b' 'a@b' tcp:// tcp://:80 tcp://h:0 tcp://h/path; do
		echo "# '$target'"
		probe A "$target"
		complains 2 "invalid target '$target'"
	done
}

@test "a message stays one line without control characters, whatever the value" {
	for target in $'a\nb' $'a\033[31mb' $'a\rb' $'\177'; do
		probe A "$target"
		complains 2 'invalid target'
		sees 'err.rstrip("\n").isprintable()'
		probe A --profile "$target" 10.66.0.2
		complains 3 --profile
		sees 'err.rstrip("\n").isprintable()'
	done
}

@test "a name longer than any name is invalid" {
	probe A "$(printf 'a%.0s' {1..300})"
	complains 2 255
	probe A "tcp://$(printf 'a%.0s' {1..300})"
	complains 2 255
}

@test "a second word that is a bad port is invalid" {
	probe A h 0
	complains 2 "'0'" port
	probe A h 65536
	complains 2 "'65536'" port
}

@test "addresses of no host are invalid targets" {
	for address in 0.0.0.0 224.0.0.1 255.255.255.255 :: ff02::1%lo ff0e::1; do
		echo "# $address"
		probe A "$address"
		complains 2 "${address%%\%*}" 'invalid target'
	done
}

@test "a link-local address without an interface is an invalid target" {
	probe A fe80::1
	complains 2 fe80::1 -I
	probe A '[fe80::1]:80'
	complains 2 fe80::1 -I
}

@test "an address of the other family than asked for is an invalid target" {
	probe A -6 10.66.0.2
	complains 2 10.66.0.2 IPv6
	probe A -4 fd66::2
	complains 2 fd66::2 IPv4
}

@test "a bad target among good ones stops the run before anything is sent" {
	ip -n "${NS_PREFIX}A" link set dev lo up
	watch A lo
	probe A 127.0.0.1:7 h:0
	complains 2 "'h:0'"
	watched A lo
	sees 'tcp == []'
}

@test "no route is local trouble" {
	probe A -c 1 10.66.0.2
	exits 5
	sees 'err.count("\n") == 1' '"no route to 10.66.0.2" in err'
	probe A -c 1 fd66::2
	exits 5
	sees 'err.count("\n") == 1' '"no route to fd66::2" in err'
}

@test "an interface or a namespace that does not exist is local trouble, and named" {
	probe A -I nosuch0 10.66.0.2
	complains 5 "'nosuch0'" interface
	probe A -c 1 fe80::1%nosuch0
	complains 5 "'nosuch0'" interface
	probe A --netns nosuch 10.66.0.2
	complains 5 "'nosuch'" namespace
	probe A --netns /nonexistent/ns 10.66.0.2
	complains 5 "'/nonexistent/ns'"
	probe A --netns /etc/passwd 10.66.0.2
	complains 5 "'/etc/passwd'"
}

@test "a source address of another host is local trouble" {
	probe A --source 10.66.0.77 127.0.0.1
	complains 5 --source "'10.66.0.77'"
}

@test "a --source that is of the other family than asked for is a usage error" {
	probe A --source 127.0.0.1 -6 ::1
	complains 3 --source "'127.0.0.1'" -6
}

@test "files that cannot be opened are local trouble, and named" {
	probe A --targets "$BATS_TEST_TMPDIR/none"
	complains 5 "'$BATS_TEST_TMPDIR/none'"
	probe A -o "json:/nonexistent/x" 127.0.0.1
	complains 5 "'/nonexistent/x'"
	probe A --write /nonexistent/x.pcapng 127.0.0.1
	complains 5 "'/nonexistent/x.pcapng'"
	probe A --targets /tmp
	complains 5 "'/tmp'"
}

@test "an error in a targets file names file and line" {
	printf 'localhost 80\n# nothing\nh:0\n' >"$BATS_TEST_TMPDIR/list"
	probe A --targets "$BATS_TEST_TMPDIR/list"
	complains 2 "$BATS_TEST_TMPDIR/list line 3" "'h:0'"
	printf 'a 80 surplus\n' >"$BATS_TEST_TMPDIR/list"
	probe A --targets "$BATS_TEST_TMPDIR/list"
	complains 2 "$BATS_TEST_TMPDIR/list line 1" "'surplus'"
	printf 'gopher://10.66.0.2\n' >"$BATS_TEST_TMPDIR/list"
	probe A --targets "$BATS_TEST_TMPDIR/list"
	complains 3 "$BATS_TEST_TMPDIR/list line 1"
}

@test "a targets file with nothing in it is a usage error" {
	printf '\n# only a comment\n' >"$BATS_TEST_TMPDIR/list"
	probe A --targets "$BATS_TEST_TMPDIR/list"
	complains 3 'no target'
}

@test "a line of a targets file is read whole, however long" {
	printf '127.0.0.1%2000s 7\n' '' >"$BATS_TEST_TMPDIR/list"
	probe A -c 1 --json --targets "$BATS_TEST_TMPDIR/list"
	sees '[(x["address"], x["port"]) for x in summaries] == [("127.0.0.1", 7)]'
}

@test "one usage error is told, the first, and output files are left alone" {
	echo precious >"$BATS_TEST_TMPDIR/keep"
	probe A -o "json:$BATS_TEST_TMPDIR/keep" --write "$BATS_TEST_TMPDIR/keep" --ttl x --tos y 10.66.0.2
	complains 3 --ttl "'x'"
	sees 'text("keep") == "precious\n"'
	probe A -o "json:$BATS_TEST_TMPDIR/keep" h:0
	complains 2
	sees 'text("keep") == "precious\n"'
}
