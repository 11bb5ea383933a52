#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""agree.py LIVE READ - does the JSON of `tcpshake read` say of a run's own capture what the run's JSON says?

Compared are the fields that both have from frames alone: rtt_us, syn_retransmits, close (with states and findings), and
the state of each attempt that was captured. Prints what differs, and how many attempts agree."""
import json
import sys


def records(path, kind):
    return [r for r in json.load(open(path))["records"] if r["type"] == kind]


def fields(r):
    close = dict(r["close"], findings=[{k: v for k, v in f.items() if k != "frame"} for f in r["close"]["findings"]])
    return {"rtt_us": r["rtt_us"], "syn_retransmits": r["syn_retransmits"], "state": r["state"], "close": close}


def main():
    found = {(c["client"]["port"], c["server"]["port"]): c for c in records(sys.argv[2], "connection")}
    live, bad = records(sys.argv[1], "probe"), 0
    for p in live:
        a, b = fields(p), fields(found[p["source_port"], p["port"]])
        for key in a:
            if a[key] != b[key]:
                bad += 1
                print(f"seq {p['seq']}: {key}: live {a[key]}, read {b[key]}")
    print(len(live) - bad, "agree")
    sys.exit(bad > 0 or not live)


main()
