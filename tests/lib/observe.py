#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""observe.py DIR EXPRESSION...: fails at the first expression that is not true, and shows why.

An expression sees what a test left in DIR:

    out err             standard output and standard error of the run, text (files out, err)
    records             its JSON objects, of a document (json) or of lines (jsonl)
    probes p            those of type probe, and the first
    summaries s         those of type summary, and the first
    looks look          those of type cookies, and the first
    checks              those of type check; check(ID): the first of this id
    one_after_another(LOOKS)    each begins when the one before has ended
    ev(LOOK, TEST)      its evidence of this test: (result, detail); (None, {}) where there is none
    wire                frames of wire.pcap (see pcap.py) but for the one that ends a capture
    tcp icmp            its TCP segments; its ICMP errors
    sent got            TCP segments from, and to, the address that sent the first of them
    syns                of those sent, the SYNs without ACK
    written             frames of run.pcapng
    frames(NAME)        frames of another capture; load(NAME): records of another file
    text(NAME)          another file
    attempts rtt        see pcap.py
    matched(FRAMES)     (probe, its segments) for each of probes, found by the time of the first SYN
    near percentile     near(a, b, tolerance); percentile(list, p)
    where(record)       its address:port
    pcapng(NAME)        frames, names of interfaces, comments of the statistics
"""

import ast
import datetime
import json
import math
import os
import struct
import sys

import pcap

MARK = b"tcpshake-test-end"


class Place:
    """The things of a directory, read when they are first asked for."""

    def __init__(self, path):
        self.path = path
        self.known = {}

    def file(self, name):
        return os.path.join(self.path, name)

    def text(self, name):
        with open(self.file(name), encoding="utf-8", newline="") as file:
            return file.read()

    def frames(self, name):
        """But for the mark, and errors that quote it (which have no TCP)."""
        suffix = "" if "." in name else ".pcap"
        return [f for f in pcap.read(self.file(name + suffix)) if MARK not in f.data]

    def load(self, name):
        text = self.text(name)
        try:
            document = json.loads(text, parse_constant=refuse)
        except json.JSONDecodeError:
            return [json.loads(line, parse_constant=refuse) for line in text.splitlines()]
        if document.get("type") != "run":
            return [document]
        return document["records"]

    def get(self, name):
        if name not in self.known:
            self.known[name] = getattr(self, "get_" + name)()
        return self.known[name]

    def get_out(self):
        return self.text("out")

    def get_err(self):
        return self.text("err")

    def get_records(self):
        return self.load("out")

    def get_probes(self):
        return [r for r in self.get("records") if r["type"] == "probe"]

    def get_summaries(self):
        return [r for r in self.get("records") if r["type"] == "summary"]

    def get_looks(self):
        return [r for r in self.get("records") if r["type"] == "cookies"]

    def get_look(self):
        return self.get("looks")[0]

    def get_checks(self):
        return [r for r in self.get("records") if r["type"] == "check"]

    def check(self, name):
        return next(c for c in self.get("checks") if c["id"] == name)

    def get_p(self):
        return self.get("probes")[0]

    def get_s(self):
        return self.get("summaries")[0]

    def get_wire(self):
        return self.frames("wire")

    def get_tcp(self):
        return [f for f in self.get("wire") if f.flags is not None]

    def get_icmp(self):
        return [f for f in self.get("wire") if f.quoted is not None]

    def get_sent(self):
        tcp = self.get("tcp")
        return [f for f in tcp if f.src == tcp[0].src]

    def get_got(self):
        tcp = self.get("tcp")
        return [f for f in tcp if f.src != tcp[0].src]

    def get_syns(self):
        return [f for f in self.get("sent") if f.flags & 0x12 == 0x02]

    def get_written(self):
        return self.frames("run.pcapng")

    NAMES = ("out err records probes summaries looks checks p s look wire tcp icmp sent got syns written").split()


def refuse(word):
    raise ValueError(f"{word} is no JSON number")


def near(value, wanted, tolerance):
    return value is not None and abs(value - wanted) <= tolerance


def nanoseconds(time):
    """Of a time as records have it: 2026-01-31T12:34:56.123456789Z."""
    whole = datetime.datetime.fromisoformat(time[:19] + "+00:00")
    return int(whole.timestamp()) * 10**9 + int(time[20:29])


def match(probes, frames):
    """Probes and attempts on the wire, paired. Both captures stamp within some microseconds."""
    wire = {segments[0].t: segments for segments in pcap.attempts(frames)}
    pairs = []
    for probe in probes:
        time = nanoseconds(probe["time"])
        stamp = min(wire, key=lambda t: abs(t - time))
        assert abs(stamp - time) < 100_000, f"no SYN at the time of {probe['seq']}"
        pairs.append((probe, wire.pop(stamp)))
    return pairs


def evidence(look, test):
    """Result and numbers of a test of a look for cookies."""
    for entry in look["evidence"]:
        if entry["test"] == test:
            return entry["result"], entry["detail"]
    return None, {}


def one_after_another(looks):
    """No look begins before the one before has had its last segment."""
    spans = sorted((nanoseconds(k["time"]), k["duration_us"] * 1000) for k in looks)
    return all(begin + length <= later for (begin, length), (later, _) in zip(spans, spans[1:]))


def where(record):
    """address:port of a record, as people write it."""
    form = "[{address}]:{port}" if record["family"] == 6 else "{address}:{port}"
    return form.format(**record)


def percentile(values, p):
    """By nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * p / 100) - 1)]


def show(place, names):
    for name in names & {"p", "s", "look", "probes", "summaries", "looks", "checks", "records"}:
        print(f"{name} = {json.dumps(place.get(name))[:6000]}")
    for name in names & {"err", "out"}:
        print(f"{name}: {place.get(name)[:3000]!r}")
    for name in names & {"wire", "tcp", "icmp", "sent", "got", "syns", "written"}:
        found = place.get(name)
        print(f"{name}: {len(found)} frames", *found[:60], sep="\n  ")


def main():
    place = Place(sys.argv[1])
    tools = {"matched": lambda frames: match(place.get("probes"), frames), "nanoseconds": nanoseconds,
             "frames": place.frames, "load": place.load, "text": place.text, "attempts": pcap.attempts, "rtt": pcap.rtt,
             "near": near, "where": where, "ev": evidence, "check": place.check,
             "one_after_another": one_after_another,
             "percentile": percentile, "json": json,
             "struct": struct, "math": math, "pcapng": lambda name: pcap.read_pcapng(
                 open(place.file(name), "rb").read())}
    for expression in sys.argv[2:]:
        tree = ast.parse(f"({expression}\n)", mode="eval")
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        scope = dict(tools)
        try:
            scope.update({name: place.get(name) for name in names & set(Place.NAMES)})
            value = eval(compile(tree, "test", "eval"), scope)  # pylint: disable=eval-used
        except Exception as error:  # pylint: disable=broad-except
            value = f"{type(error).__name__}: {error}"
            print(f"not true: {expression}\n{value}")
            try:
                show(place, names | {"err"})
            except Exception as again:  # pylint: disable=broad-except
                print(f"and: {again}")
            return 1
        if not value:
            print(f"not true: {expression}\n(it is {value!r})")
            show(place, names)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
