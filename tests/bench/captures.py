#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""captures.py FILE COUNT - a pcap file of so many connections of ten segments each, interleaved, with right checksums.

Each is a handshake, a request, an answer and a close in three segments, 20 ms away; one begins every 100 us."""
import random
import struct
import sys

START = 1_700_000_000_000_000  # microseconds
RTT = 20_000
SYN_OPTIONS = bytes.fromhex("020405b40101040201030307")
REQUEST, ANSWER = b"GET / HTTP/1.0\r\n\r\n", b"x" * 200
FIN, SYN, PSH, ACK = 1, 2, 8, 16


def total(data):
    return sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))


def folded(n):
    while n >> 16:
        n = (n & 0xFFFF) + (n >> 16)
    return ~n & 0xFFFF


def frame(when, src, dst, ports, numbers, flags, options=b"", data=b""):
    head = struct.pack("!HHIIHHHH", *ports, *(n & 0xFFFFFFFF for n in numbers), (5 + len(options) // 4) << 12 | flags, 500, 0, 0)
    tcp = bytearray(head + options + data)
    struct.pack_into("!H", tcp, 16, folded(total(src + dst) + 6 + len(tcp) + total(bytes(tcp))))
    ip = bytearray(struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0, src, dst))
    struct.pack_into("!H", ip, 10, folded(total(bytes(ip))))
    whole = b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + bytes(ip) + bytes(tcp)
    return when, struct.pack("<IIII", when // 10**6, when % 10**6, len(whole), len(whole)) + whole


def connection(n):
    t, client, server = START + n * 100, struct.pack("!I", 0x0A000001 + n // 50000), struct.pack("!I", 0x0B000001 + n % 200)
    there, back = (client, server, (10000 + n % 50000, 80)), (server, client, (80, 10000 + n % 50000))
    c, s = random.getrandbits(32), random.getrandbits(32)
    q, a = c + 1 + len(REQUEST), s + 1 + len(ANSWER)
    yield frame(t, *there, (c, 0), SYN, SYN_OPTIONS)
    yield frame(t + RTT, *back, (s, c + 1), SYN | ACK, SYN_OPTIONS)
    yield frame(t + RTT + 50, *there, (c + 1, s + 1), ACK)
    yield frame(t + RTT + 100, *there, (c + 1, s + 1), PSH | ACK, b"", REQUEST)
    yield frame(t + 2 * RTT, *back, (s + 1, q), ACK)
    yield frame(t + 2 * RTT + 500, *back, (s + 1, q), PSH | ACK, b"", ANSWER)
    yield frame(t + 2 * RTT + 600, *there, (q, a), ACK)
    yield frame(t + 2 * RTT + 700, *back, (a, q), FIN | ACK)
    yield frame(t + 2 * RTT + 800, *there, (q, a + 1), FIN | ACK)
    yield frame(t + 3 * RTT + 900, *back, (a + 1, q + 1), ACK)


def main():
    random.seed(1)
    frames = [f for n in range(int(sys.argv[2])) for f in connection(n)]
    frames.sort(key=lambda f: f[0])
    with open(sys.argv[1], "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        out.writelines(data for _, data in frames)


main()
