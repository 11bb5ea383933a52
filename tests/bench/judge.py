#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Reads what a bench left in a directory, prints a table and exits 1 if a demand is not met.

judge.py accuracy DIR | startup DIR | scale DIR | lossy DIR | cookies DIR | read DIR | exchange DIR

The wire's times come from tcpdump's files, by a reader that shares no line with tcpshake.
"""

import bisect
import datetime
import json
import math
import os
import re
import statistics
import sys

import cookies

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import pcap  # pylint: disable=wrong-import-position

FAILED = []

# Two taps may stamp one frame so far apart; the next attempt's first SYN is much farther.
STAMPS_DIFFER_NS = 200000


def demand(met, text):
    print(f"  {'PASS' if met else 'FAIL'}  {text}")
    if not met:
        FAILED.append(text)


def percentile(values, p):
    """By nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * p / 100) - 1)]


def lines(*path):
    with open(os.path.join(*path), encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


def nanoseconds(stamp):
    """Of an RFC 3339 time with a fraction."""
    whole, fraction = stamp.rstrip("Z").split(".")
    moment = datetime.datetime.fromisoformat(whole).replace(tzinfo=datetime.timezone.utc)
    return int(moment.timestamp()) * 10**9 + int(fraction.ljust(9, "0"))


def records(path):
    """The attempts in a JSON document of tcpshake, and its summaries."""
    with open(path, encoding="utf-8") as file:
        found = json.load(file)["records"]
    return [[r for r in found if r["type"] == kind] for kind in ("probe", "summary")]


# --- the wire ---

class Flow:
    """One handshake as a tcpdump saw it: its SYNs and its SYN-ACKs."""

    def __init__(self, port, isn):
        self.port, self.isn = port, isn
        self.syns = []     # (stamp, TSval)
        self.answers = []  # (stamp, TSecr, TSval)

    @property
    def first(self):
        return self.syns[0][0]

    @property
    def truth(self):
        """SYN out to SYN-ACK in, in microseconds; None if it cannot be said which SYN was answered."""
        if not self.answers:
            return None
        stamp, echo, _ = self.answers[0]
        before = [syn for syn in self.syns if syn[0] <= stamp]
        values = [value for _, value in before]
        if len(before) == 1 or (echo == values[-1] and values.count(echo) == 1 and echo is not None):
            return (stamp - before[-1][0]) / 1000
        return None


def flows(frames, server_port):
    """The handshakes with this port, by time. Another ISN, or a tuple's SYN after an answer, is another one."""
    current, found = {}, []
    for frame in frames:
        if frame.flags is None:
            continue
        stamps = frame.option("ts") or (None, None)
        if frame.dport == server_port and frame.flags & 0x12 == 0x02:
            flow = current.get((frame.sport, frame.seq))
            if flow is None or (flow.answers and frame.option("ts") is None):
                flow = current[frame.sport, frame.seq] = Flow(frame.sport, frame.seq)
                found.append(flow)
            flow.syns.append((frame.t, stamps[0]))
        elif frame.sport == server_port and frame.flags & 0x12 == 0x12:
            flow = current.get((frame.dport, frame.ack - 1 & 0xFFFFFFFF))
            if flow is not None:
                flow.answers.append((frame.t, stamps[1], stamps[0]))
    return found


def credited(attempts, found):
    """[(attempt, flow)]: each attempt's first SYN names its flow. None if two name the same."""
    times = [flow.first for flow in found]
    pairs, taken = [], set()
    for attempt in attempts:
        when = nanoseconds(attempt["time"])
        near = bisect.bisect(times, when)
        near = min(range(max(0, near - 1), min(len(times), near + 1)), key=lambda i: abs(times[i] - when))
        if near in taken or abs(times[near] - when) > STAMPS_DIFFER_NS:
            return None
        taken.add(near)
        pairs.append((attempt, found[near]))
    return pairs


# --- accuracy ---

def by_port(reported, found):
    """Pairs of reported and true microseconds, where the program tells its port. A port may come twice."""
    wire = {}
    for flow in found:
        wire.setdefault(flow.port, []).append(flow.truth)
    return [(us, wire[port].pop(0)) for port, us in reported if wire.get(port)]


def read_hping(path, found):
    pattern = re.compile(r"^len=.* seq=(\d+) .*rtt=([0-9.]+) ms")
    # Its port is the first one plus seq, that of -s.
    rows = [match.groups() for match in map(pattern.match, lines(path)) if match]
    return by_port([(20000 + int(seq), float(ms) * 1000) for seq, ms in rows], found)


def read_nping(path, found):
    """RCVD minus SENT: printed in tenths of milliseconds. All probes use one port: they go by their order."""
    sent, reported = [], {}
    for line in lines(path):
        match = re.match(r"^(SENT|RCVD) \(([0-9.]+)s\) TCP .* (SA|S) ", line)
        if match and match[1] == "SENT":
            sent.append(float(match[2]))
        elif match and match[3] == "SA" and sent and len(sent) - 1 not in reported:
            reported[len(sent) - 1] = (float(match[2]) - sent[-1]) * 1e6
    if len(sent) != len(found):
        return []
    return [(us, found[i].truth) for i, us in reported.items()]


def read_ports(path, found):
    """Lines of a port and microseconds."""
    rows = [line.split() for line in lines(path)]
    return by_port([(int(row[0]), float(row[1])) for row in rows if len(row) == 2], found)


def read_tcpshake(path, found):
    pairs = credited(records(path)[0], found)
    return [] if pairs is None else [(a["rtt_us"], flow.truth) for a, flow in pairs]


TOOLS = [("tcpshake", 7000, read_tcpshake), ("hping3 -S", 7001, read_hping),
         ("nping --tcp", 7002, read_nping), ("connect()", 7003, read_ports),
         ("curl time_connect", 7004, read_ports)]


def number(value):
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def accuracy_row(name, pairs, own):
    pairs = [(us, true) for us, true in pairs if us is not None and true is not None]
    if not pairs:
        print(f"  {name:18} no sample")
        return None
    errors = [abs(us - true) for us, true in pairs]
    row = [number(f(values)) for values in ([us for us, _ in pairs], [true for _, true in pairs], errors)
           for f in (statistics.median, lambda v: percentile(v, 99))]
    ratio = "-"
    if own is not None:
        theirs = statistics.median(errors)
        ratio = f"{statistics.median(own) / theirs:.4f}" if theirs else "-"
    print(f"  {name:18} {len(pairs):5}" + "".join(f"{value:>12}" for value in row) + f"{ratio:>12}")
    return errors


def nping_summary(path, found):
    """nping's own averages have microseconds, which its lines have not."""
    match = re.search(r"Max rtt: ([0-9.]+)ms \| Min rtt: ([0-9.]+)ms \| Avg rtt: ([0-9.]+)ms",
                      "\n".join(lines(path)))
    wire = [flow.truth for flow in found if flow.truth is not None]
    if match and wire:
        most, least, mean = (float(value) * 1000 for value in match.groups())
        print(f"  nping's summary min/avg/max {least:.0f}/{mean:.0f}/{most:.0f} us, the wire's "
              f"{min(wire):.1f}/{statistics.mean(wire):.1f}/{max(wire):.1f} us")


def spread(values):
    return f"median {statistics.median(values):+.3f}, p99 {percentile(values, 99):+.3f} us"


def two_taps(path, found):
    """Which of the two stamps differs? Each attempt tells its SYN's, hence its SYN-ACK's."""
    pairs = [(a, f) for a, f in credited(records(path)[0], found) or [] if a["rtt_us"] is not None and f.answers]
    if not pairs:
        return
    syn = [(f.first - nanoseconds(a["time"])) / 1000 for a, f in pairs]
    answer = [late + f.truth - a["rtt_us"] for late, (a, f) in zip(syn, pairs)]
    print(f"  tcpdump's stamp less tcpshake's: SYN {spread(syn)}; SYN-ACK {spread(answer)}"
          "\n  (a SYN-ACK that comes from a kernel over veth carries its sender's departure time, so that each tap reads"
          "\n  the clock itself, the one opened last first: tcpshake's, its wake-up, then tcpdump's)")


def accuracy(place):
    count = int(lines(place, "count")[0])
    for load in ("idle", "busy"):
        frames = pcap.read(os.path.join(place, load + ".pcap"))
        print(f"\naccuracy, {load}: SYN out to SYN-ACK in, microseconds; wire: tcpdump on the same interface")
        print(f"  {'':18} {'n':>5}{'reported':>16}{'wire':>24}{'|error|':>24}{'tcpshake/it':>20}")
        print(f"  {'':18} {'':5}" + f"{'median':>12}{'p99':>12}" * 3 + f"{'error':>12}")
        own = None
        for name, port, reader in TOOLS:
            path = os.path.join(place, f"{load}.{port}")
            if not os.path.exists(path):
                print(f"  {name:18} not installed")
                continue
            found = flows(frames, port)
            pairs = reader(path, found)
            errors = accuracy_row(name, pairs, own)
            if port == 7000:
                own = errors or [math.inf]
                sampled = len(errors or [])
                exact = sum(1 for error in own if error < 0.0006)
        two_taps(os.path.join(place, f"{load}.7000"), flows(frames, 7000))
        nping = os.path.join(place, f"{load}.7002")
        if os.path.exists(nping):
            nping_summary(nping, flows(frames, 7002))
        print(f"  tcpdump: {', '.join(line for line in lines(place, load + '.tcpdump') if 'packets' in line)}")
        demand(sampled == count, f"{load}: {sampled} of {count} attempts have an rtt and a flow of their own")
        middle, high = statistics.median(own), percentile(own, 99)
        demand(middle <= 1, f"{load}: median difference {middle:.3f} us (at most 1); "
               f"{exact} of {sampled} are the same to the nanosecond, largest {max(own):.3f} us")
        demand(high <= 5, f"{load}: p99 of the difference {high:.3f} us (at most 5)")


# --- startup ---

# The first call of a phase, as strace prints it. What comes before the next one is the phase's.
PHASES = {
    "tcpshake": [
        ("exec, link", r"execve\("), ("options", r"getrandom\(|capget\("),
        ("routes", r"socket\(AF_NETLINK, [^,]*, NETLINK_ROUTE"),
        ("guards", r"capset\(.*effective=1<<CAP_NET_RAW|socket\(AF_INET6?, SOCK_STREAM"),
        ("capture open", r"socket\(AF_NETLINK, [^,]*, NETLINK_GENERIC|socket\(AF_PACKET"),
        ("raw socket (libnet)", r"socket\(AF_INET6?, SOCK_RAW[^,]*, IPPROTO_RAW"),
        ("self-test of the guard", r"socket\(AF_INET6?, SOCK_RAW[^,]*, IPPROTO_TCP"),
        ("capabilities dropped", r"capset\(.*permitted=0"),
        ("handshake, report", r"sendto\(.*sin_addr=inet_addr\(.10\.66\.0\.2"),
        ("capture close, exit", r"munmap\(0x[0-9a-f]+, \d{7}"),
    ],
    "hping3": [
        ("exec, link", r"execve\("), ("options", r"getrandom\("),
        ("routes", r"socket\(AF_INET, SOCK_DGRAM"),
        ("raw socket", r"socket\(AF_INET, SOCK_RAW"),
        ("capture open", r"socket\(AF_NETLINK, [^,]*, NETLINK_GENERIC|socket\(AF_PACKET"),
        ("handshake, report", r"sendto\(.*sin_addr=inet_addr\(.10\.66\.0\.2"),
        ("capture close, exit", r"munmap\(0x[0-9a-f]+, \d{7}"),
    ],
}


def phases(path, table):
    """Milliseconds of each phase in one run. Phases come in the table's order, so no rule is tried twice."""
    spent, now, since, order = {}, None, None, [name for name, _ in table]
    for line in lines(path):
        _, stamp, call = line.split(None, 2)
        stamp = float(stamp)
        ahead = order[order.index(now) + 1:] if now else order
        entered = next((name for name, rule in table if name in ahead and re.match(rule, call)), None)
        if entered or call.startswith("+++"):
            if now:
                spent[now] = spent.get(now, 0) + (stamp - since) * 1000
            now, since = entered or now, stamp
    return spent


def startup(place):
    middle = {}
    print("\nstartup: one half-open probe, exec to exit, ms; runs of the two alternate")
    print(f"  {'':12}{'runs':>5}{'min':>9}{'median':>9}{'p90':>9}{'max':>9}{'processor':>11}")
    for tool in PHASES:
        runs = [[float(word) for word in line.split()] for line in lines(place, tool + ".times")]
        wall = [run[0] for run in runs]
        middle[tool] = statistics.median(wall)
        print(f"  {tool:12}{len(runs):5}{min(wall):9.2f}{middle[tool]:9.2f}{percentile(wall, 90):9.2f}"
              f"{max(wall):9.2f}{statistics.median(run[1] + run[2] for run in runs):11.2f}")
        demand(all(run[4] == 0 for run in runs), f"every run of {tool} exits 0")
    ratio = middle["tcpshake"] / middle["hping3"]
    demand(ratio <= 1.1, f"tcpshake takes {ratio:.3f} times what hping3 takes (at most 1.1)")

    print("  where it goes, ms (medians of runs under strace, which stops it only at the calls that begin a phase)")
    spent = {}
    for tool, table in PHASES.items():
        traces = [f for f in sorted(os.listdir(place)) if f.startswith(tool + ".strace")]
        each = [phases(os.path.join(place, name), table) for name in traces]
        spent[tool] = {name: statistics.median(run.get(name, 0) for run in each) for name, _ in table} if each else {}
    names = [name for name, _ in PHASES["tcpshake"]]
    names.insert(names.index("raw socket (libnet)"), "raw socket")
    print(f"    {'':24}" + "".join(f"{tool:>10}" for tool in spent))
    for name in names:
        print(f"    {name:24}" + "".join(
            f"{spent[tool][name]:10.2f}" if name in spent[tool] else f"{'-':>10}" for tool in spent))
    print(f"    {'sum':24}" + "".join(f"{sum(spent[tool].values()):10.2f}" for tool in spent))


# --- scale ---

def timed(place, name):
    wall, user, system, rss, status = map(float, lines(place, name + ".times")[0].split())
    return wall, user, system, int(rss), int(status)


def scale_line(place, name, what, attempts):
    wall, user, system, rss, status = timed(place, name)
    rate = attempts / wall * 1000
    print(f"  {what:32}{wall / 1000:9.3f}{rate:12.0f}{user / 1000:8.2f}{system / 1000:8.2f}{rss / 1024:9.1f}"
          f"{status:6}")


def hanging(place, name):
    """Sockets of the server that have not come to their end."""
    states = [line.split()[0] for line in lines(place, name + ".ss")]
    return {s: states.count(s) for s in states if s in ("SYN-RECV", "CLOSE-WAIT", "LAST-ACK", "ESTAB")}


def scale(place):
    print("\nscale: wall in seconds, attempts a second (start and end of the process included), processor"
          "\n  seconds (user, system), largest resident set in MiB")
    print(f"  {'':32}{'wall':>9}{'attempts/s':>12}{'user':>8}{'system':>8}{'RSS':>9}{'exit':>6}")
    scale_line(place, "hundred", "-c 100 -i 1ms", 100)
    scale_line(place, "many", "-c 10000 -i 100us -q", 10000)
    scale_line(place, "ports", "200 targets, -c 5 -i 100ms", 1000)

    probes, _ = records(os.path.join(place, "hundred.out"))
    done = [p for p in probes if p["state"] == "open" and p["close"]["kind"].startswith("fin")]
    demand(len(done) == len(probes) == 100, f"-c 100: {len(done)} of {len(probes)} complete and close")
    left = hanging(place, "hundred")
    demand(not left, f"-c 100: a second later the server's sockets in SYN-RECV, CLOSE-WAIT, LAST-ACK: {left or 'none'}")

    text = "\n".join(lines(place, "many.out"))
    match = re.search(r"(\d+) probes, (\d+) open.* (\d+) SYN retransmits", text)
    demand(bool(match) and match[2] == "10000", f"-c 10000: {match[0] if match else 'no summary'}")
    left = hanging(place, "many")
    demand(not left, f"-c 10000: a second later the server has: {left or 'none'}")

    probes, summaries = records(os.path.join(place, "ports.out"))
    opened = sum(1 for p in probes if p["state"] == "open")
    demand(opened == 1000 and len(summaries) == 200,
           f"200 targets: {opened} of {len(probes)} attempts open, {len(summaries)} summaries")
    for name in ("hundred", "many", "ports"):
        errors = lines(place, name + ".err")
        if errors:
            print(f"  {name} said: {errors[:3]}")


# --- lossy ---

DELAY_US = 40000  # of the link, both ways
LATE_US = 20000   # for a busy machine; the RTO is far above
ANSWERS_IN_NS = 5 * 10**6   # a kernel answers a SYN at once, else its timer did
SYN_ACK_RTO_NS = 9 * 10**8  # and that timer takes a second


def what_happened(flow, far):
    """The true time of a handshake, from both ends' files: the SYN-ACK that came, at the server, and the
    SYN that it answered there. None if the server's timer had sent it."""
    came, _, tsval = flow.answers[0]
    left = next(stamp for stamp, _, value in far.answers if value == tsval)
    cause = [value for stamp, value in far.syns if 0 <= left - stamp < ANSWERS_IN_NS]
    if not cause:
        return None
    return (came - next(stamp for stamp, value in flow.syns if value == cause[-1])) / 1000


def may_be_null(flow):
    """Does the client's side alone leave it open which transmission was answered by which?"""
    if not flow.answers:
        return True
    came = flow.answers[0][0]
    before = [stamp for stamp, _ in flow.syns if stamp <= came]
    return len(before) > 1 or came - before[0] > SYN_ACK_RTO_NS


def lossy_credit(pairs, far):
    wrong, unneeded, differences = [], [], []
    for attempt, flow in pairs:
        us = attempt["rtt_us"]
        if us is None:
            if not may_be_null(flow):
                unneeded.append(attempt["seq"])
            continue
        true = what_happened(flow, far[flow.port, flow.isn])
        differences.append(math.inf if true is None else abs(us - true))
        if differences[-1] > 5:
            wrong.append((attempt["seq"], us, true))
    demand(not wrong and differences,
           f"credited to another SYN than the server answered: {wrong[:5] or 'none'} "
           f"({len(differences)} samples, largest difference from the wire {max(differences, default=0):.3f} us)")
    nulls = [flow for attempt, flow in pairs if attempt["rtt_us"] is None]
    timer = sum(1 for flow in nulls if flow.answers and what_happened(flow, far[flow.port, flow.isn]) is None)
    demand(not unneeded, f"without an rtt though it is plain: {unneeded[:5] or 'none'} ({len(nulls)} have none: "
           f"{sum(1 for flow in nulls if not flow.answers)} unanswered, {timer} answered by a retransmitted SYN-ACK, "
           "else more than one SYN)")


def lossy(place):
    attempts, (summary,) = records(os.path.join(place, "lossy.out"))
    found = flows(pcap.read(os.path.join(place, "lossy.pcap")), 7000)
    far = {(f.port, f.isn): f for f in flows(pcap.read(os.path.join(place, "lossy.server.pcap")), 7000)}
    pairs = credited(attempts, found)

    def count(values):
        values = list(values)
        return ", ".join(f"{values.count(v)} {v}" for v in sorted(set(values)))

    print(f"\nlossy: {len(attempts)} handshakes, 20 % lost each way, 20 ms each way; "
          f"{timed(place, 'lossy')[0] / 1000:.1f} s"
          f"\n  states: {count(a['state'] for a in attempts)}; closes: {count(a['close']['kind'] for a in attempts)}")
    for line in lines(place, "lossy.link"):
        print(f"  link: {line}")
    rtts = [a["rtt_us"] for a in attempts if a["rtt_us"] is not None]
    if rtts:
        print(f"  rtt: {len(rtts)} samples, min/median/p99/max {min(rtts) / 1000:.3f}/"
              f"{statistics.median(rtts) / 1000:.3f}/{percentile(rtts, 99) / 1000:.3f}/{max(rtts) / 1000:.3f} ms")
    low, high = DELAY_US, DELAY_US + LATE_US
    outside = [us for us in rtts if not low <= us <= high]
    demand(rtts and not outside, f"samples outside {low / 1000:.0f} to {high / 1000:.0f} ms: {outside[:5] or 'none'}")
    demand(pairs is not None and len(found) == len(attempts) == 200,
           f"each attempt has one flow on the wire ({len(attempts)} attempts, {len(found)} flows)")
    if pairs is not None:
        lossy_wire(pairs, summary, far)
    left = hanging(place, "lossy")
    demand(not left, f"server's sockets not closed {lines(place, 'lossy.waited')[0]} s after the end: {left or 'none'}")


def lossy_wire(pairs, summary, far):
    resent = sum(len(flow.syns) - 1 for _, flow in pairs)
    wrong = [(a["seq"], a["syn_sent"], a["syn_retransmits"], len(f.syns)) for a, f in pairs
             if a["syn_sent"] != len(f.syns) or a["syn_retransmits"] != len(f.syns) - 1]
    demand(not wrong and summary["syn_retransmits"] == resent,
           f"SYN retransmits: {summary['syn_retransmits']} reported, {resent} on the wire; attempts that differ: "
           f"{wrong[:5] or 'none'}")
    wrong = [a["seq"] for a, f in pairs if (a["state"] == "open") != bool(f.answers)]
    demand(not wrong, f"open without a SYN-ACK on the wire, or the reverse: {wrong[:5] or 'none'}")
    lossy_credit(pairs, far)


def taken(place, name, column):
    """The median of all runs: column 0 is the wall time in ms, 3 the resident set in KiB."""
    return statistics.median(float(line.split()[column]) for line in lines(place, name + ".times"))


def read_connections(place):
    with open(os.path.join(place, "read.jsonl"), encoding="utf-8") as file:
        found = [json.loads(line) for line in file]
    return found[:-1], found[-1]


def reading(place):
    names = [n for n in ("csv", "jsonl", "quiet", "tcptrace", "tshark") if os.path.exists(os.path.join(place, n + ".times"))]
    wall = {n: taken(place, n, 0) for n in names}
    connections, summary = read_connections(place)
    segments = summary["capture"]["segments"]
    print(f"read: {segments} segments in {len(connections)} connections")
    print(f"  {'':10}{'median':>10}{'segments/s':>12}{'times tshark':>14}")
    for n in names:
        print(f"  {n:10}{wall[n]:8.0f}ms{segments / wall[n] * 1e3:12.0f}{wall['tshark'] / wall[n]:14.1f}")
    print(f"  where the time goes: reading and judging {wall['quiet']:.0f} ms, writing {wall['csv'] - wall['quiet']:.0f} ms as CSV, "
          f"{wall['jsonl'] - wall['quiet']:.0f} ms as JSON")
    demand(wall["tshark"] / wall["csv"] >= 50, "csv at least 50 times as fast as tshark -T fields")
    demand(wall["tshark"] / wall["jsonl"] >= 9, "jsonl at least 9 times")
    if "tcptrace" in wall:
        demand(wall["csv"] < wall["tcptrace"], f"csv faster than tcptrace, {wall['tcptrace'] / wall['csv']:.1f} times")
    used = taken(place, "csv", 3) - taken(place, "empty", 3)
    demand(used * 1024 / len(connections) <= 400, f"memory: {used * 1024 / len(connections):.0f} bytes a connection, all of them held")
    demand(all(c["close"]["kind"] == "fin-3" and c["close"]["verdict"] == "pass" and c["conn_state"] == "SF" for c in connections),
           "every connection was closed by the book")


def fetched(place, name):
    """Milliseconds from the first SYN to the last byte, by us and by curl; and whether both got the same."""
    mine = [json.loads(line) for line in lines(place, f"exchange.{name}.tcpshake")]
    mine = [r for r in mine if r["type"] == "probe"]
    curl = [line.split() for line in lines(place, f"exchange.{name}.curl")]
    same = len(mine) == len(curl) and all(
        r["reason"] == "syn-ack" and [str(r["http"]["status"]), str(r["http"]["body_bytes"])] == c[1:]
        for r, c in zip(mine, curl))
    ours = [sum(r["phases"][k] or 0 for k in ("tcp_us", "tls_us", "http_us")) / 1e3 for r in mine]
    return ours, [float(c[0]) * 1e3 for c in curl], same


def exchange(place):
    names = ["http-small", "http-megabyte", "tls12-small", "tls13-h2-small", "tls13-h2-megabyte"]
    print("exchange: time to the last byte on a link of 20 ms, medians")
    print(f"  {'':20}{'tcpshake':>12}{'curl':>12}{'ratio':>8}")
    for name in names:
        ours, curl, same = fetched(place, name)
        mine, theirs = statistics.median(ours), statistics.median(curl)
        print(f"  {name:20}{mine:10.1f}ms{theirs:10.1f}ms{mine / theirs:8.2f}")
        demand(same, f"{name}: the same status and length, {len(ours)} times")
        demand(mine <= theirs * 1.05, f"{name}: not longer than curl's and 5 %")


def main():
    part, place = sys.argv[1:]
    if part == "cookies":
        cookies.judge(place, demand)
    else:
        {"accuracy": accuracy, "startup": startup, "scale": scale, "lossy": lossy, "read": reading,
         "exchange": exchange}[part](place)
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())
