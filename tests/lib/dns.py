#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A DNS server for tests that fails in the ways real ones do. The first label of a name says how."""

import socket
import struct
import sys
import time

A, AAAA = 1, 28
RCODES = {"servfail": 2, "nxdomain": 3, "notimp": 4, "refused": 5}


def answer(query, address):
    """The reply to a query, or None for silence. `address` is what good names have (IPv4)."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode())
        at += 1 + query[at]
    question = query[12:at + 5]
    kind = struct.unpack_from("!H", query, at + 1)[0]
    how = labels[0].lower()
    if how == "silent":
        return None
    if how == "garbage":
        return query[:2] + b"\x81\x80 this is no DNS message"
    if how == "short":
        return query[:5]
    records = []
    if kind == A and how not in RCODES and how != "nodata":
        count = int(how[3:]) if how.startswith("has") else 1
        first, last = address.rsplit(".", 1)
        records = [socket.inet_aton(f"{first}.{int(last) + i}") for i in range(count)]
    if how == "slow":
        time.sleep(0.15)
    body = b"".join(struct.pack("!HHHIH", 0xC00C, A, 1, 1, 4) + r for r in records)
    return query[:2] + struct.pack("!HHHHH", 0x8180 | RCODES.get(how, 0), 1, len(records), 0, 0) + question + body


def main():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((sys.argv[1], 53))
    print("ready", flush=True)
    while True:
        query, peer = server.recvfrom(4096)
        reply = answer(query, sys.argv[2])
        if reply is not None:
            server.sendto(reply, peer)


if __name__ == "__main__":
    main()
