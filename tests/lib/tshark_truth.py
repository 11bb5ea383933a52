#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""tshark_truth.py TCPSHAKE FOLDER [EXPLAINED] - compares `tcpshake read` with what tshark says of the same files.
tshark_truth.py --make FILE... - asks tshark of each FILE, and writes that to FILE.tshark.tsv; without its FTP dissector, which
announces data connections before they begin.

FOLDER holds captures, each with X.tshark.tsv beside it. Prints agreement of each field over all streams. A difference
is printed and makes the exit status 1, unless EXPLAINED has a line for it: FILE, field, streams (numbers with commas, or
*), and why, separated by tabs; a line that explains nothing is an error, too."""
import csv
import json
import pathlib
import subprocess
import sys

COUNTS = {"syn": "syn", "synack": "syn_ack", "fin": "fin", "rst": "rst"}


def read(tcpshake, path):
    run = subprocess.run([tcpshake, "read", "--json", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    records = json.loads(run.stdout)["records"]
    return {c["stream"]: c for c in records if c["type"] == "connection"}


def ends(t):
    return (t["a_addr"], int(t["a_port"])), (t["b_addr"], int(t["b_port"]))


def direction(t, c):
    """How the columns _ab and _ba are called in the record, or None where the ends differ."""
    client, server = ((c[k]["address"], c[k]["port"]) for k in ("client", "server"))
    if ends(t) == (client, server):
        return {"ab": "by_client", "ba": "by_server"}
    return {"ab": "by_server", "ba": "by_client"} if ends(t) == (server, client) else None


def differences(t, c):
    """(field, tshark's value, ours) of one stream."""
    where = direction(t, c) if c else None
    if where is None:
        yield "endpoints", ends(t), c and (c["client"], c["server"])
        return
    if int(t["completeness"]) != c["completeness"] or t["completeness_label"] != c["completeness_label"]:
        yield "completeness", t["completeness"], c["completeness"]
    rtt = float(t["initial_rtt"]) * 1e6 if t["initial_rtt"] else None
    if (rtt is None) != (c["initial_rtt_us"] is None) or rtt is not None and abs(rtt - c["initial_rtt_us"]) >= 1:
        yield "initial_rtt", rtt, c["initial_rtt_us"]
    for column, field in COUNTS.items():
        for way, by in where.items():
            if int(t[f"{column}_{way}"]) != c[by][field]:
                yield field, t[f"{column}_{way}"], c[by][field]
    if int(t["frames"]) != c["segments"]:
        yield "frames", t["frames"], c["segments"]


def explanations(path):
    rows = [line.rstrip("\n").split("\t") for line in open(path) if line.strip() and line[0] != "#"] if path else []
    return {(f, field, s): why for f, field, streams, why in rows for s in streams.split(",")}


# --- what tshark says ---

FIELDS = ["tcp.stream", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.srcport", "tcp.dstport", "tcp.flags", "tcp.completeness",
          "tcp.analysis.initial_rtt"]
LABELS = {1: "Incomplete, SYN_SENT", 3: "Incomplete, CLIENT_ESTABLISHED", 7: "Incomplete, ESTABLISHED", 15: "Incomplete, DATA",
          **dict.fromkeys((31, 47, 63), "Complete, WITH_DATA"), **dict.fromkeys((23, 39, 55), "Complete, NO_DATA")}
MARKS = {"syn": (0x02, 0x10), "synack": (0x12, 0), "fin": (0x01, 0), "rst": (0x04, 0)}


def innermost(row, name):
    """Of a tunnel, what is inside: of both families the one that TCP has stands last."""
    both = [row[f"{family}.{name}"].split(",")[-1] for family in ("ip", "ipv6")]
    return both[1] if both[1] and (not both[0] or both[0].startswith("192.0.2.")) else both[0]


def make(path):
    run = subprocess.run(["tshark", "-n", "-2", "--disable-protocol", "ftp", "-r", path, "-Y", "tcp && !icmp && !icmpv6", "-T", "fields"] +
                         [word for f in FIELDS for word in ("-e", f)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    streams = {}
    for line in run.stdout.decode().splitlines():
        row = dict(zip(FIELDS, line.split("\t")))
        a, b = (innermost(row, "src"), row["tcp.srcport"]), (innermost(row, "dst"), row["tcp.dstport"])
        s = streams.setdefault(row["tcp.stream"], {"ends": a, **dict(zip(("a_addr", "a_port"), a)), **dict(zip(("b_addr", "b_port"), b)),
                                                   "frames": 0, **{f"{m}_{w}": 0 for m in MARKS for w in ("ab", "ba")}})
        way, flags = "ab" if a == s["ends"] else "ba", int(row["tcp.flags"], 16)
        s["frames"] += 1
        for m, (has, lacks) in MARKS.items():
            s[f"{m}_{way}"] += flags & has == has and not flags & lacks
        s["completeness"] = int(row["tcp.completeness"] or 0)
        s["initial_rtt"] = row["tcp.analysis.initial_rtt"] or s.get("initial_rtt", "")
        s["completeness_label"] = LABELS.get(s["completeness"], "Incomplete")
    columns = ["stream", "a_addr", "a_port", "b_addr", "b_port", "frames", "initial_rtt", "completeness", "completeness_label"] + [
        f"{m}_{w}" for m in MARKS for w in ("ab", "ba")]
    with open(path + ".tshark.tsv", "w") as out:
        print(*columns, sep="\t", file=out)
        for number, s in streams.items():
            print(number, *(s[c] for c in columns[1:]), sep="\t", file=out)


def main():
    if sys.argv[1] == "--make":
        for path in sys.argv[2:]:
            make(path)
        return
    tcpshake, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    known, used, bad = explanations(sys.argv[3] if len(sys.argv) > 3 else None), set(), 0
    total, missed = 0, {}
    for truth in sorted(folder.glob("**/*.tshark.tsv")):
        path = truth.with_name(truth.name.removesuffix(".tshark.tsv"))
        name = str(path.relative_to(folder))
        rows = list(csv.DictReader(open(truth), delimiter="\t", quoting=csv.QUOTE_NONE))
        ours = read(tcpshake, path)
        total += len(rows)
        found = [("streams", "*", len(rows), len(ours))] if len(rows) != len(ours) else []
        for t in rows:
            for d in differences(t, ours.get(int(t["stream"]))):
                found.append((d[0], t["stream"], d[1], d[2]))
                missed.setdefault(d[0], set()).add((name, t["stream"]))
        for field, stream, theirs, mine in found:
            keys = [(name, field, stream), (name, field, "*"), ("*", field, "*")]
            hit = [k for k in keys if k in known]
            used.update(hit)
            if not hit:
                bad += 1
                print(f"{name}: stream {stream}: {field}: tshark {theirs}, tcpshake {mine}")
    for key in sorted(set(known) - used):
        bad += 1
        print("explained, and not seen:", *key)
    for field in ("endpoints", "completeness", "initial_rtt", "frames", "syn", "syn_ack", "fin", "rst"):
        print(f"{field}: {100 * (1 - len(missed.get(field, ())) / max(1, total)):.2f} % of {total} streams")
    sys.exit(bad > 0)


main()
