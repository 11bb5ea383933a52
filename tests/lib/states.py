#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""states.py FILE: until SIGTERM, asks the kernel again and again in which state each client's connection is, as
ss(8) does; then writes {port of the client: [its states]}."""
import json
import signal
import subprocess
import sys

NAMES = {
    "ESTAB": "ESTABLISHED", "SYN-RECV": "SYN_RCVD", "FIN-WAIT-1": "FIN_WAIT_1", "FIN-WAIT-2": "FIN_WAIT_2",
    "CLOSE-WAIT": "CLOSE_WAIT", "LAST-ACK": "LAST_ACK", "TIME-WAIT": "TIME_WAIT", "CLOSING": "CLOSING",
}
seen = {}
running = True


def stop(*_):
    global running
    running = False


signal.signal(signal.SIGTERM, stop)
while running:
    for line in subprocess.run(["ss", "-Htan"], capture_output=True, text=True).stdout.splitlines():
        state, _, _, _, peer = line.split()[:5]
        states = seen.setdefault(peer.rpartition(":")[2], [])
        if state in NAMES and NAMES[state] not in states:
            states.append(NAMES[state])
with open(sys.argv[1], "w") as out:
    json.dump(seen, out)
