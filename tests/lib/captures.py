#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""captures.py FOLDER - writes small capture files for tests of `read`, and nothing random.

cases.pcap      every way a connection can begin and end, IPv4 and IPv6, whole and in part
links.pcapng    one handshake per link type and tunnel, each interface with its own
flood.pcap      one connection open from beginning to end, and 2000 SYNs without an answer meanwhile"""
import pathlib
import struct
import sys

from scapy.all import (GRE, IP, PPP, TCP, UDP, VXLAN, Dot1AD, Dot1Q, Ether, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrHopByHop,
                       PPPoE, Raw, fragment, raw)
from scapy.contrib.mpls import MPLS

SYN_OPTIONS = [("MSS", 1460), ("SAckOK", b""), ("NOP", None), ("NOP", None), ("NOP", None), ("WScale", 7)]
START = 1_700_000_000_000_000_000  # nanoseconds
MACS = {"src": "02:00:00:00:00:01", "dst": "02:00:00:00:00:02"}


class Case:
    """One connection; each call of c() or s() is a segment of that end, a millisecond after the one before."""

    frames = []
    port = 20000
    now = START

    def __init__(self, v6=False, dport=80, wrap=None, net=1, port=None):
        Case.port += 1
        self.ports = (port or Case.port, dport)
        host = "2001:db8::{}" if v6 else f"10.0.{net}.{{}}"
        self.ends, self.ip, self.wrap = (host.format(1), host.format(2)), IPv6 if v6 else IP, wrap or (lambda p: p)
        self.base = [1000 * Case.port, 5_000_000 * Case.port % 2**32]

    def send(self, who, flags, seq, ack, data=b"", options=(), gap=0.001, win=8192):
        Case.now += round(gap * 1e9)
        sport, dport = self.ports if who == 0 else self.ports[::-1]
        src, dst = self.ends if who == 0 else self.ends[::-1]
        seq = (self.base[who] + seq) % 2**32
        ack = (self.base[1 - who] + ack) % 2**32 if "A" in flags else 0
        tcp = TCP(sport=sport, dport=dport, flags=flags, seq=seq, ack=ack, options=list(options), window=win)
        packet = Ether(**MACS) / self.wrap(self.ip(src=src, dst=dst) / tcp / Raw(data))
        Case.frames.append((Case.now, packet))
        return self

    def c(self, flags, seq, ack=0, data=b"", **more):
        return self.send(0, flags, seq, ack, data, **more)

    def s(self, flags, seq, ack=0, data=b"", **more):
        return self.send(1, flags, seq, ack, data, **more)

    def open(self):
        return self.c("S", 0, options=SYN_OPTIONS).s("SA", 0, 1, options=SYN_OPTIONS).c("A", 1, 1)

    def refuse(self, ack):
        return self.s("RA", -self.base[1], ack)

    def talk(self):
        return self.c("PA", 1, 1, b"ping").s("A", 1, 5).s("PA", 1, 5, b"pong!").c("A", 5, 6)


def cases():
    Case().open().talk().c("FA", 5, 6).s("A", 6, 6).s("FA", 6, 6).c("A", 6, 7)          # 0: four segments
    Case().open().talk().c("FA", 5, 6).s("FA", 6, 6).c("A", 6, 7)                       # 1: three
    Case().open().c("FA", 1, 1).s("FA", 1, 1).c("A", 2, 2).s("A", 2, 2)                 # 2: simultaneous
    Case().c("S", 0).refuse(1)                                                          # 3: refused
    Case().c("S", 0).c("S", 0, gap=1).c("S", 0, gap=2)                                  # 4: no answer
    Case().c("S", 0).c("S", 0, gap=1).s("SA", 0, 1).c("A", 1, 1)                        # 5: a SYN lost
    Case().c("S", 0).s("SA", 0, 1).s("SA", 0, 1, gap=1).s("SA", 0, 1, gap=2)            # 6: half-open
    Case().open().talk().s("RA", 6, 5)                                                  # 7: the server aborts
    Case().open().talk().c("R", 5)                                                      # 8: the client does
    Case().open().c("FA", 1, 1).s("A", 1, 2)                                            # 9: half-closed
    Case().open().c("FA", 1, 1).s("A", 1, 2).s("PA", 1, 2, b"more").c("A", 2, 5).s("FA", 5, 2).c("A", 2, 6)
    Case().open().s("FA", 1, 1).c("A", 1, 2).c("PA", 1, 2, b"late").s("R", 2)           # 11: data after close()
    Case().open().talk().c("PA", 1, 1, b"ping").s("A", 6, 5)                            # 12: data again
    Case().c("A", 100, 200, b"middle").s("A", 200, 106).s("FA", 200, 106).c("A", 106, 201)  # 13: midstream
    Case().s("SA", 0, 1).c("A", 1, 1).c("FA", 1, 1).s("FA", 1, 2).c("A", 2, 2)          # 14: without the SYN
    Case().c("S", 0).c("A", 1, 1).c("PA", 1, 1, b"x").c("FA", 2, 7).c("A", 3, 8)        # 15: the client alone
    Case().s("SA", 0, 1).s("A", 1, 5).s("PA", 1, 5, b"y").s("FA", 2, 5).s("A", 3, 6)    # 16: the server alone
    Case().c("S", 0).s("S", 0).c("SA", 0, 1).s("SA", 0, 1).c("A", 1, 1).s("A", 1, 1)    # 17: simultaneous open
    Case().c("S", 0).s("A", 0, 1).s("S", 0).c("SA", 0, 1).s("A", 1, 1)                  # 18: split handshake
    Case().c("S", 0, data=b"early").s("SA", 0, 6).c("A", 6, 1)                          # 19: Fast Open
    Case(v6=True).open().talk().c("FA", 5, 6).s("FA", 6, 6).c("A", 6, 7)                # 20
    wrapped = Case()
    wrapped.base = [2**32 - 3, 2**32 - 2]
    wrapped.open().talk().c("FA", 5, 6).s("FA", 6, 6).c("A", 6, 7)                      # 21
    again = Case().open().talk().c("FA", 5, 6).s("FA", 6, 6).c("A", 6, 7)               # 22
    again.base = [again.base[0] + 70000, again.base[1] + 90000]
    again.open().c("R", 1)                                                              # 23: the same ports
    stray = Case().open()                                                               # 24: a stray SYN ...
    stray.c("S", 40_000_000)                                                            # 25
    stray.s("A", 1, 1).c("PA", 1, 1, b"on").s("A", 1, 3).c("FA", 3, 1).s("FA", 1, 4).c("A", 4, 2)
    Case().open().s("PA", 5, 1, b"later").c("A", 1, 10)                                 # 26: frames missing
    Case().c("F", 1).refuse(2)                                                          # 27
    Case().c("SF", 0).refuse(2)                                                         # 28
    Case().c("", 0)                                                                     # no flags
    Case().open().s("A", 1, 1, win=0).c("A", 1, 1)                                      # no window
    Case().open().c("PA", 1, 1, b"once").c("PA", 1, 1, b"once", gap=0.2).s("A", 1, 5).c("RA", 5, 1)


def handshake(v6, wrap, net):
    Case(v6=v6, wrap=wrap, net=net).open().c("FA", 1, 1).s("FA", 1, 2).c("A", 2, 2)


def write(path, frames):
    out = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1)
    for when, packet in frames:
        data = raw(packet)
        out += struct.pack("<IIII", when // 10**9, when % 10**9, len(data), len(data)) + data
    path.write_bytes(out)


# --- pcapng, as scapy writes no more than one interface ---

def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def interface(link_type):
    return block(1, struct.pack("<HHI", link_type, 0, 0) + struct.pack("<HHB3xHH", 9, 1, 9, 0, 0))


def enhanced(number, when, data):
    return block(6, struct.pack("<IIIII", number, when >> 32, when & 0xFFFFFFFF, len(data), len(data)) + data)


def gre(p):
    return IP(src="192.0.2.1", dst="192.0.2.2") / GRE(proto=0x0800 if p.version == 4 else 0x86DD) / p


def vxlan(p):
    return IP(src="192.0.2.1", dst="192.0.2.2") / UDP(sport=4000, dport=4789) / VXLAN(vni=7) / Ether(**MACS) / p


WRAPS = [
    lambda p: p,
    lambda p: Dot1Q(vlan=7) / p,
    lambda p: Dot1AD(vlan=8) / Dot1Q(vlan=7) / p,
    lambda p: MPLS(label=17, s=0) / MPLS(label=18, s=1) / p,
    lambda p: PPPoE(sessionid=9) / PPP(proto=0x21 if p.version == 4 else 0x57) / p,
    lambda p: IP(src="192.0.2.1", dst="192.0.2.2", proto=4 if p.version == 4 else 41) / p,
    gre,
    vxlan,
]


def extended(p):
    """An IPv6 packet with extension headers."""
    rest = p.payload
    p.remove_payload()
    return p / IPv6ExtHdrHopByHop() / IPv6ExtHdrDestOpt() / rest


def links(path):
    """Interface 0 is Ethernet; raw IP, SLL, SLL2, PPP, NULL and LOOP carry what stands in those frames."""
    out = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    heads = [
        (1, None),
        (101, b""),
        (113, b"\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x08\0"),
        (276, b"\x08\0\0\0\0\0\0\2\0\1\0\6\2\0\0\0\0\1\0\0"),
        (9, b"\xff\3\0\x21"),
        (0, struct.pack("<I", 2)),
        (108, struct.pack(">I", 2)),
        (104, b"\x0f\0\x08\0"),
    ]
    for link_type, _ in heads:
        out += interface(link_type)
    for n, wrap in enumerate(WRAPS):
        for v6 in (False, True):
            handshake(v6, wrap, 10 + n)
    handshake(True, extended, 0)
    for n, (_, head) in enumerate(heads[1:], 1):
        Case.frames.append(n)
        handshake(False, None, 30 + n)
    number = 0
    for f in Case.frames:
        if isinstance(f, int):
            number = f
            continue
        when, packet = f
        out += enhanced(number, when, raw(packet) if number == 0 else heads[number][1] + raw(packet.payload))
    # A segment in fragments, the last one first.
    Case.frames.clear()
    Case(net=50).open().c("PA", 1, 1, b"z" * 3000).s("A", 1, 3001)
    for when, packet in Case.frames:
        parts = fragment(packet[IP], fragsize=1000)
        for part in reversed(parts):
            out += enhanced(1, when, raw(part))
    path.write_bytes(out)


def flood():
    held = Case(net=60).open()
    for _ in range(2000):
        Case(net=61).c("S", 0, gap=0.00001)
    held.talk().c("FA", 5, 6).s("FA", 6, 6).c("A", 6, 7)


def main():
    folder = pathlib.Path(sys.argv[1])
    cases()
    write(folder / "cases.pcap", Case.frames)
    Case.frames.clear()
    links(folder / "links.pcapng")
    Case.frames.clear()
    flood()
    write(folder / "flood.pcap", Case.frames)


main()
