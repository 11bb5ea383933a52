#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Reads pcap and pcapng files and decodes their frames, sharing no line with the program under test.

As a program: prints the frames of FILE, one a line.
"""

import ipaddress
import struct
import sys

LINK_NULL, LINK_ETHERNET, LINK_RAW, LINK_SLL, LINK_SLL2 = 0, 1, 101, 113, 276
TCP, UDP, ICMP, ICMP6 = 6, 17, 1, 58
FLAGS = "FSRPAUEWe"  # bits 0 to 8; e is AE, once NS
SYN_ACK_RTO = 10**9
OPTIONS = {2: "mss", 3: "wscale", 4: "sackok", 5: "sack", 8: "ts"}


class Frame:
    """One frame; what its headers do not have is None."""

    def __init__(self, stamp, link, data, length, comment=None):
        self.t, self.link, self.data, self.length, self.comment = stamp, link, data, length, comment
        self.v = self.src = self.dst = self.ttl = self.tos = self.df = self.id = self.proto = None
        self.sport = self.dport = self.seq = self.ack = self.flags = self.win = self.urg = None
        self.options, self.payload = [], b""
        self.type = self.code = self.quoted = None
        self.sums = None  # are all checksums right?
        self.partial = None  # or is TCP's left to a device, which a local sender need not have?
        network(self)

    @property
    def f(self):
        """Flags as letters: S, SA, FA, R ..."""
        if self.flags is None:
            return None
        return "".join(letter for bit, letter in enumerate(FLAGS) if self.flags >> bit & 1)

    @property
    def kinds(self):
        return [kind for kind, _ in self.options]

    def option(self, kind):
        return dict(self.options).get(kind)

    def __str__(self):
        where = f"{self.t // 10**9}.{self.t % 10**9:09} {self.src}"
        if self.flags is not None:
            text = (f"{where}:{self.sport} > {self.dst}:{self.dport} [{self.f}] seq {self.seq} "
                    f"ack {self.ack} win {self.win} {self.options} {self.payload!r}")
        else:
            text = f"{where} > {self.dst} proto {self.proto} type {self.type} code {self.code}"
        return text + (f"  # {self.comment}" if self.comment else "")


def ones_sum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def network(frame):
    data, link = frame.data, frame.link
    if link == LINK_ETHERNET:
        offset, kind = 14, struct.unpack_from("!H", data, 12)[0]
        while kind in (0x8100, 0x88A8):
            kind = struct.unpack_from("!H", data, offset + 2)[0]
            offset += 4
        if kind not in (0x0800, 0x86DD):
            return
    else:
        offset = {LINK_NULL: 4, LINK_RAW: 0, LINK_SLL: 16, LINK_SLL2: 20}[link]
    packet(frame, data[offset:])


def packet(frame, data):
    """An IP packet, whole or quoted."""
    if data[0] >> 4 == 4:
        header = (data[0] & 15) * 4
        total = struct.unpack_from("!H", data, 2)[0]
        frame.v, frame.tos, frame.ttl, frame.proto = 4, data[1], data[8], data[9]
        frame.id, fragment = struct.unpack_from("!HH", data, 4)
        frame.df = bool(fragment & 0x4000)
        source, destination = data[12:16], data[16:20]
        good = ones_sum(data[:header]) == 0xFFFF
    else:
        header, good = 40, True
        total = 40 + struct.unpack_from("!H", data, 4)[0]
        word = struct.unpack_from("!I", data)[0]
        frame.v, frame.tos, frame.proto, frame.ttl = 6, word >> 20 & 255, data[6], data[7]
        source, destination = data[8:24], data[24:40]
    frame.src, frame.dst = (str(ipaddress.ip_address(a)) for a in (source, destination))
    body = data[header:total]
    pseudo = source + destination + struct.pack("!II", len(body), frame.proto)
    whole = len(data) >= total
    if frame.proto == TCP:
        transport(frame, body)
        frame.sums = whole and good and ones_sum(pseudo + body) == 0xFFFF
        frame.partial = good and len(body) >= 20 and struct.unpack_from("!H", body, 16)[0] == ones_sum(pseudo)
    elif frame.proto in (ICMP, ICMP6):
        frame.type, frame.code = body[:2]
        frame.sums = whole and good and ones_sum((pseudo if frame.v == 6 else b"") + body) == 0xFFFF
        if (frame.type in (3, 11, 12)) if frame.v == 4 else (1 <= frame.type <= 4):
            frame.quoted = Frame.__new__(Frame)
            blank(frame.quoted, frame.t)
            packet(frame.quoted, body[8:])
    elif frame.proto == UDP:
        frame.sport, frame.dport = struct.unpack_from("!HH", body)
        frame.payload = body[8:]


def blank(frame, stamp):
    frame.t, frame.link, frame.data, frame.length, frame.comment = stamp, None, b"", 0, None
    frame.flags = frame.seq = frame.ack = frame.win = frame.urg = frame.type = frame.code = None
    frame.options, frame.payload, frame.quoted, frame.sums, frame.partial = [], b"", None, None, None
    frame.id = frame.df = frame.sport = frame.dport = None


def transport(frame, body):
    frame.sport, frame.dport, frame.seq = struct.unpack_from("!HHI", body)
    if len(body) < 20:
        return
    frame.ack, bits, frame.win, _, frame.urg = struct.unpack_from("!IHHHH", body, 8)
    header = (bits >> 12) * 4
    frame.flags = bits & 0x1FF
    frame.payload = body[header:]
    at = 20
    while at < min(header, len(body)):
        kind = body[at]
        if kind == 0:
            frame.options.append(("eol", None))
            return
        if kind == 1:
            frame.options.append(("nop", None))
            at += 1
            continue
        size = body[at + 1] if at + 1 < len(body) else 0
        if size < 2:  # damaged
            return
        frame.options.append((OPTIONS.get(kind, kind), option_value(kind, body[at + 2:at + size])))
        at += size


def option_value(kind, value):
    form = {2: "!H", 3: "!B", 8: "!II"}.get(kind)
    if form and len(value) == struct.calcsize(form):
        numbers = struct.unpack(form, value)
        return numbers if kind == 8 else numbers[0]
    return value or None


def read(path):
    """The frames of a file, as a list."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        return read_pcapng(data)[0]
    return read_pcap(data)


def read_pcap(data):
    order = "<" if data[:1] in (b"\xd4", b"\x4d") else ">"
    magic, *_, link = struct.unpack_from(order + "IHHiIII", data)
    unit = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}[magic]
    frames, at = [], 24
    while at + 16 <= len(data):
        seconds, part, caught, length = struct.unpack_from(order + "IIII", data, at)
        if at + 16 + caught > len(data):
            break
        frames.append(Frame(seconds * 10**9 + part * unit, link & 0xFFFF,
                            data[at + 16:at + 16 + caught], length))
        at += 16 + caught
    return frames


def pcapng_options(data):
    at, found = 0, []
    while at + 4 <= len(data):
        code, size = struct.unpack_from("<HH", data, at)
        if code == 0:
            break
        found.append((code, data[at + 4:at + 4 + size]))
        at += 4 + (size + 3 & ~3)
    return found


def read_pcapng(data):
    """Frames; names of interfaces; comments of interface statistics. Little-endian files only."""
    frames, names, units, links, comments, at = [], [], [], [], [], 0
    while at + 12 <= len(data):
        kind, size = struct.unpack_from("<II", data, at)
        body = data[at + 8:at + size - 4]
        assert struct.unpack_from("<I", data, at + size - 4)[0] == size, "block lengths differ"
        if kind == 1:
            options = dict(pcapng_options(body[8:]))
            links.append(struct.unpack_from("<H", body)[0])
            names.append(options.get(2, b"").decode())
            units.append(10 ** (9 - options.get(9, b"\x06")[0]))
        elif kind == 6:
            number, high, low, caught, length = struct.unpack_from("<IIIII", body)
            options = dict(pcapng_options(body[20 + (caught + 3 & ~3):]))
            frame = Frame((high << 32 | low) * units[number], links[number], body[20:20 + caught],
                          length, options.get(1, b"").decode() or None)
            frame.interface = names[number]
            frame.outbound = struct.unpack("<I", options[2])[0] & 3 == 2 if 2 in options else None
            frames.append(frame)
        elif kind == 5:
            comments += [value.decode() for code, value in pcapng_options(body[12:]) if code == 1]
        at += size
    return frames, names, comments


def attempts(frames):
    """One list of segments for each connection attempt: the tuple and the first SYN's number say which."""
    found, current = [], {}
    for frame in frames:
        if frame.f is None:
            continue
        if frame.flags & 0x12 == 0x02:
            key = (frame.src, frame.sport, frame.dst, frame.dport)
            if key not in current or current[key][0].seq != frame.seq:
                current[key] = []
                found.append(current[key])
        else:
            key = (frame.src, frame.sport, frame.dst, frame.dport)
            if key not in current:
                key = (frame.dst, frame.dport, frame.src, frame.sport)
        if key in current:
            current[key].append(frame)
    return found


def rtt(segments, checked=False):
    """Nanoseconds from the SYN to its answer (of an attempt), or None if several may have caused it.

    None too where the answer may be the server's own repetition of one that was lost (RFC 6298 2.1).

    Only an answer that acknowledges the SYN counts. After a retransmission it is clear when the answer
    echoes the timestamp of the last SYN (each has its own). With `checked` a damaged one does not.
    """
    first = segments[0]
    sent = []
    for frame in segments:
        if frame.src == first.src and frame.flags & 0x12 == 0x02 and frame.sport == first.sport:
            sent.append(frame)
        elif frame.flags & 0x10 and frame.ack == (first.seq + 1) & 0xFFFFFFFF and frame.flags & 0x06 \
                and frame.sport == first.dport and (frame.sums or frame.partial or not checked):
            echo = (frame.option("ts") or (0, 0))[1]
            if len(sent) == 1 or (echo and echo == sent[-1].option("ts")[0]):
                taken = frame.t - sent[-1].t
                return taken if taken < SYN_ACK_RTO else None
            return None
    return None


if __name__ == "__main__":
    for each in read(sys.argv[1]):
        print(each)
