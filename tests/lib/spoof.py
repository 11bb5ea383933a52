#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""spoof.py INTERFACE PORT KIND: answers every SYN to PORT with a forged segment, made by scapy.

It hears the SYN on INTERFACE and sends there, as if it were the server, but does as if it had not read
the sequence number. Each forgery is told on a line. KIND is a name of FORGERIES.
"""

import sys

from scapy.all import ICMP, IP, TCP, Ether, IPv6, conf  # pylint: disable=no-name-in-module
from scapy.layers.inet6 import ICMPv6DestUnreach

WRONG = 1_000_000


def segment(syn, **fields):
    ip, tcp = syn.getlayer(1), syn[TCP]
    back = type(ip)(src=ip.dst, dst=ip.src)
    return back / TCP(sport=tcp.dport, dport=tcp.sport, window=1000, **fields)


def unreachable(syn, **changed):
    """An ICMP error that quotes the SYN with these fields changed."""
    ip, tcp = syn.getlayer(1), syn[TCP]
    quoted = type(ip)(src=ip.src, dst=ip.dst) / TCP(**{"sport": tcp.sport, "dport": tcp.dport,
                                                      "seq": tcp.seq, "flags": "S", **changed})
    if isinstance(ip, IPv6):
        return IPv6(src=ip.dst, dst=ip.src) / ICMPv6DestUnreach(code=4) / quoted
    return IP(src=ip.dst, dst=ip.src) / ICMP(type=3, code=3) / quoted


FORGERIES = {
    "syn-ack": lambda syn: segment(syn, flags="SA", seq=77, ack=syn[TCP].seq + 1 + WRONG & 0xFFFFFFFF),
    "syn-ack-off-by-one": lambda syn: segment(syn, flags="SA", seq=77, ack=syn[TCP].seq),
    "rst-ack": lambda syn: segment(syn, flags="RA", ack=syn[TCP].seq + 1 + WRONG & 0xFFFFFFFF),
    "rst-ack-off-by-one": lambda syn: segment(syn, flags="RA", ack=syn[TCP].seq),
    "rst": lambda syn: segment(syn, flags="R", seq=0),
    "rst-guess": lambda syn: segment(syn, flags="R", seq=syn[TCP].seq),
    "ack": lambda syn: segment(syn, flags="A", seq=77, ack=syn[TCP].seq + WRONG & 0xFFFFFFFF),
    "fin": lambda syn: segment(syn, flags="FA", seq=77, ack=syn[TCP].seq + WRONG & 0xFFFFFFFF),
    "icmp": lambda syn: unreachable(syn, seq=syn[TCP].seq + WRONG & 0xFFFFFFFF),
    "icmp-before": lambda syn: unreachable(syn, seq=syn[TCP].seq - 1 & 0xFFFFFFFF),
    # Not about any of ours at all:
    "icmp-port": lambda syn: unreachable(syn, sport=1),
    # Anybody can send it, nobody must be believed for it:
    "syn": lambda syn: segment(syn, flags="S", seq=77),
}


def main():
    interface, port, kind = sys.argv[1:]
    wire = conf.L2socket(iface=interface, filter=f"tcp dst port {port}")
    print("ready", flush=True)
    while True:
        frame = wire.recv()
        if frame is None or TCP not in frame or frame[TCP].flags & 0x12 != 0x02:
            continue
        forged = Ether(src=frame[Ether].dst, dst=frame[Ether].src) / FORGERIES[kind](frame)
        wire.send(forged)
        print("forged", flush=True)


if __name__ == "__main__":
    main()
