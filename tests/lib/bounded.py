#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""bounded.py FILE COMMAND...: runs it, and writes how long it took and the most memory it had: {"seconds", "rss_kb"}.

Ends as the command did."""
import json
import os
import sys
import time


def main():
    begin = time.monotonic()
    child = os.spawnvp(os.P_NOWAIT, sys.argv[2], sys.argv[2:])
    _, status, usage = os.wait4(child, 0)
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        json.dump({"seconds": time.monotonic() - begin, "rss_kb": usage.ru_maxrss}, out)
    sys.exit(os.waitstatus_to_exitcode(status) % 256)


if __name__ == "__main__":
    main()
