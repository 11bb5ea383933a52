# SPDX-License-Identifier: BSD-2-Clause
"""cookies.py - verdicts of `tcpshake cookies` beside the truth: a confusion matrix of each path."""

import collections
import glob
import json
import os
import statistics

PATHS = {"clean": "clean path", "2%-lost": "2 % lost each way, 40 ms",
         "bad": "5 % lost each way, 100 ms, jitter of 15 ms, 3 % doubled, 3 % reordered"}
RIGHT = {"state": "not-active-now", "cookies": "active", "proxy": "proxy"}
VERDICTS = ["not-active-now", "active", "proxy", "capable", "intermittent", "inconclusive"]


def read(place):
    """{path: {truth: looks}}."""
    found = collections.defaultdict(lambda: collections.defaultdict(list))
    for name in glob.glob(os.path.join(glob.escape(place), "cookies.*")):
        if name.endswith(".err"):
            continue
        path, truth = os.path.basename(name).split(".")[1:3]
        with open(name, encoding="utf-8") as file:
            found[path][truth] += [r for r in map(json.loads, file) if r["type"] == "cookies"]
    return found


def table(truths):
    print(f"  {'truth':10}" + "".join(f"{v:>16}" for v in VERDICTS))
    for truth, looks in truths.items():
        counts = collections.Counter(look["verdict"] for look in looks)
        print(f"  {truth:10}" + "".join(f"{counts[v]:16}" for v in VERDICTS))


def costs(looks):
    over = [look["duration_us"] - 3 * look["rtt_us"] for look in looks if look["rtt_us"] is not None]
    segments = statistics.mean(look["segments_sent"] for look in looks)
    print(f"  {segments:.2f} segments a look; beyond three round trips: median {statistics.median(over) / 1000:.1f} ms, "
          f"largest {max(over) / 1000:.1f} ms")
    return segments, max(over)


def judge(place, demand):
    found = read(place)
    for path, title in PATHS.items():
        truths = {truth: found[path][truth] for truth in RIGHT if found[path][truth]}
        looks = [look for of_truth in truths.values() for look in of_truth]
        if not looks:
            demand(False, f"no looks over the {title}")
            continue
        print(f"\ncookies: {title}, {len(looks)} looks")
        table(truths)
        segments, over = costs(looks)
        wrong = [(truth, look["verdict"], look["address"]) for truth, of_truth in truths.items() for look in of_truth
                 if look["verdict"] not in (RIGHT[truth], "intermittent", "inconclusive")]
        demand(not wrong, f"wrong verdicts: {wrong[:5] or 'none'}")
        right = sum(look["verdict"] == RIGHT[truth] for truth, of_truth in truths.items() for look in of_truth)
        share = right / len(looks)
        demand(share >= {"clean": 0.99, "2%-lost": 0.95, "bad": 0.9}[path], f"right: {right} of {len(looks)} ({share:.2%})")
        if path == "clean":
            demand(len(looks) >= 1000 or "LOOKS" in os.environ, f"{len(looks)} looks")
            demand(segments <= 6.5, f"segments a look: {segments:.2f}, at most 6.5")
            demand(over <= 100_000, f"verdict within 3 round trips and {over / 1000:.1f} ms, at most 100")
