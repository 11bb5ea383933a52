#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""wrong.py --dev DEV --address A --port P [--fault NAME]: a TCP of its own that breaks one rule on purpose.

It answers at an IPv4 address that no kernel has. Without a fault it keeps RFC 9293, 5961, 6191 and 7323. A fault
replaces some methods of Server and is named by what is wrong; what is "allowed" is no fault (--list has all). Its
application sends 3000 bytes and closes its side at an X in the stream, aborts at an A, ignores other bytes, and
closes EOF_DELAY after the client has.
"""

import argparse
import os
import random
import select
import socket
import struct
import time

FIN, SYN, RST, PSH, ACK, URG, ECE, CWR = (1 << bit for bit in range(8))
MSS, WSCALE, SACK, SACK_BLOCKS, STAMPS, MPTCP, COOKIE = 2, 3, 4, 5, 8, 30, 34

LISTEN_WINDOW = 30000
EOF_DELAY = 2.0  # CLOSE_WAIT, then LAST_ACK: both can be looked at
TIME_WAIT_TIME = 60.0
TRIES = 10
NUMBERS = 1 << 32


def diff(a, b):
    """a - b of sequence numbers."""
    return (a - b + NUMBERS // 2) % NUMBERS - NUMBERS // 2


def checksum(data):
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def option(kind, body=b""):
    return bytes((kind, len(body) + 2)) + body


def parse_options(raw):
    found, at = {}, 0
    while at < len(raw) and raw[at] != 0:
        length = 1 if raw[at] == 1 else raw[at + 1] if at + 1 < len(raw) else 0
        if length == 0 or raw[at] != 1 and length < 2 or at + length > len(raw):
            break
        if length > 1:
            found.setdefault(raw[at], raw[at + 2:at + length])
        at += length
    return found


class Segment:
    """One that arrived, and so where an answer to it goes."""

    def __init__(self, mac, ip):
        header, whole = ip[0] % 16 * 4, struct.unpack_from("!H", ip, 2)[0]
        tcp = ip[header:whole]
        self.mac, self.source = mac, ip[12:16]
        self.sport, self.dport, self.seq, self.ack, bits, self.win = struct.unpack_from("!HHIIHH", tcp)
        self.flags, end = bits & 0xFF, (bits >> 12) * 4
        self.options, self.data = parse_options(tcp[20:end]), tcp[end:]
        self.intact = checksum(ip[12:20] + struct.pack("!HH", 6, len(tcp)) + tcp) == 0
        self.key = (self.source, self.sport, self.dport)

    @property
    def length(self):
        return len(self.data) + bool(self.flags & SYN) + bool(self.flags & FIN)

    def stamp(self):
        return struct.unpack("!I", self.options[STAMPS][:4])[0]


class Connection:
    """What its SYN says, and RFC 9293 3.3.1."""

    def __init__(self, syn, iss):
        self.syn, self.state = syn, "SYN_RCVD"
        self.iss, self.snd_una, self.snd_nxt = iss, iss, (iss + 1) % NUMBERS
        self.rcv_nxt = (syn.seq + 1) % NUMBERS
        self.snd_wnd = self.max_wnd = syn.win
        self.shift = min(syn.options[WSCALE][0], 14) if WSCALE in syn.options else None
        self.stamped = STAMPS in syn.options
        self.ts_recent = syn.stamp() if self.stamped else 0
        self.ts_offset = random.getrandbits(32)
        self.mss = (struct.unpack("!H", syn.options[MSS])[0] if MSS in syn.options else 0) or 536
        self.queue, self.closing, self.peer_closed = b"", False, False  # what is not yet acknowledged
        self.rto, self.tries, self.deadline = 1.0, 0, None
        self.close_at = self.ack_at = None
        self.idle_acks = 0


class Server:
    """Keeps the rules. A method that has a line of its own only for that is there to be replaced."""

    def __init__(self, dev, address, port):
        self.port, self.address = port, socket.inet_aton(address)
        self.wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.wire.bind((dev, 3))
        self.mac = self.wire.getsockname()[4]
        self.connections = {}

    # --- the wire ---

    def run(self):
        while True:
            times = [t for c in self.connections.values() for t in (c.deadline, c.close_at, c.ack_at) if t]
            wait = max(0, min(times) - time.monotonic()) if times else None
            if select.select([self.wire], [], [], wait)[0]:
                frame, (_, kind, direction, *_) = self.wire.recvfrom(65535)
                if direction != socket.PACKET_OUTGOING:
                    self.receive(frame, kind)
            for c in list(self.connections.values()):
                self.alarms(c, time.monotonic())

    def receive(self, frame, kind):
        if kind == 0x0806 and frame[20:22] == b"\0\1" and frame[38:42] == self.address:
            self.wire.send(frame[6:12] + self.mac + frame[12:20] + b"\0\2" + self.mac + self.address + frame[22:32])
        if kind == 0x0800 and frame[23] == 6 and frame[30:34] == self.address:
            s = Segment(frame[6:12], frame[14:])
            if self.is_whole(s):
                self.arrives(s)

    def send(self, to, flags, seq, ack, options=b"", data=b"", tos=0):
        """To where the segment `to` came from."""
        options += b"\1" * (-len(options) % 4)
        head = struct.pack("!HHIIHHHH", to.dport, to.sport, seq % NUMBERS, ack % NUMBERS,
                           5 + len(options) // 4 << 12 | flags, 0 if flags & RST else LISTEN_WINDOW, 0, 0)
        ends = self.address + to.source
        tcp = bytearray(head + options + data)
        struct.pack_into("!H", tcp, 16, checksum(ends + struct.pack("!HH", 6, len(tcp)) + bytes(tcp)))
        ip = bytearray(struct.pack("!BBHHHBBH", 0x45, tos, 20 + len(tcp), random.getrandbits(16), 0x4000, 64, 6, 0))
        ip += ends
        struct.pack_into("!H", ip, 10, checksum(bytes(ip)))
        self.wire.send(to.mac + self.mac + b"\x08\0" + bytes(ip + tcp))

    def emit(self, c, flags, seq=None, data=b""):
        """A segment of a connection."""
        c.ack_at = None
        self.send(c.syn, flags, c.snd_nxt if seq is None else seq, c.rcv_nxt, self.options(c), data)

    def acknowledge(self, c):
        self.emit(c, ACK)

    def stamps(self, c):
        now = (int(time.monotonic() * 1000) + c.ts_offset) % NUMBERS
        return option(STAMPS, struct.pack("!II", now, c.ts_recent)) if c.stamped else b""

    def syn_ack(self, c):
        flags = SYN | ACK | self.syn_flags(c)
        self.send(c.syn, flags, c.iss, self.syn_number(c), self.syn_options(c), tos=self.syn_tos)

    # --- where there is no connection (RFC 9293 3.10.7.1, 3.10.7.2) ---

    def arrives(self, s):
        if s.key in self.connections:
            self.inside(self.connections[s.key], s)
        elif s.dport == self.port:
            self.listen(s)
        else:
            self.refuse(s)

    def listen(self, s):
        if s.flags & (RST | ACK):
            self.refuse(s)
        elif s.flags & SYN:
            self.open(s, self.isn())
        else:
            self.stray(s)

    def open(self, s, iss):
        c = self.connections[s.key] = Connection(s, iss)
        c.deadline = time.monotonic() + c.rto
        self.syn_ack(c)

    def refuse(self, s):
        if s.flags & RST:
            self.stray_reset(s)
        elif s.flags & ACK:
            self.reset_ack(s)
        else:
            self.reset_other(s)

    # --- in a connection (RFC 9293 3.10.7.4) ---

    def inside(self, c, s):
        if s.flags & RST:
            self.on_reset(c, s)
        elif s.flags & SYN:
            self.on_syn(c, s)
        elif c.stamped and STAMPS not in s.options:
            self.without_stamps(c, s)
        elif c.stamped and self.is_stale(c, s) or not self.in_window(c, s):
            self.on_old(c, s)
        else:
            if c.stamped and diff(s.seq, c.rcv_nxt) <= 0 <= diff(s.stamp(), c.ts_recent):
                c.ts_recent = s.stamp()
            if not s.flags & ACK:
                self.without_ack(c, s)
            elif self.on_ack(c, s):
                self.on_text(c, s)
                self.output(c)

    def in_window(self, c, s):
        first, last = diff(s.seq, c.rcv_nxt), diff(s.seq + max(s.length, 1) - 1, c.rcv_nxt)
        return 0 <= first < LISTEN_WINDOW or 0 <= last < LISTEN_WINDOW

    def on_reset(self, c, s):
        if s.seq == c.rcv_nxt:
            self.killed(c)
        elif self.in_window(c, s):
            self.acknowledge(c)

    def on_syn(self, c, s):
        if c.state == "SYN_RCVD" and s.seq == c.syn.seq and not s.flags & ACK:
            self.syn_again(c, s)
        elif c.state == "SYN_RCVD" and self.in_window(c, s):
            self.syn_in_window(c, s)
        elif c.state == "TIME_WAIT" and not s.flags & ACK and self.may_reopen(c, s):
            self.open(s, self.next_isn(c))
        else:
            self.syn_inside(c, s)

    def may_reopen(self, c, s):
        """RFC 6191."""
        newer = diff(s.stamp(), c.ts_recent) if STAMPS in s.options and c.stamped else 0
        if STAMPS in s.options and (newer > 0 or not c.stamped):
            return True
        return newer == 0 and diff(s.seq, c.rcv_nxt) >= 0

    def on_ack(self, c, s):
        """Is the segment worth reading on?"""
        if c.state == "SYN_RCVD":
            if not 0 < diff(s.ack, c.snd_una) <= diff(c.snd_nxt, c.snd_una):
                return self.wrong_opening(c, s)
            c.state, c.snd_una, c.rto, c.tries, c.deadline = "ESTABLISHED", c.snd_nxt, 0.2, 0, None
            self.opened(c, s)
        elif not -c.max_wnd <= diff(s.ack, c.snd_una) <= diff(c.snd_nxt, c.snd_una):
            return self.wrong_ack(c, s)
        elif diff(s.ack, c.snd_una) > 0:
            self.progress(c, s.ack)
        elif s.length == 0:
            c.idle_acks += 1
            self.idle_ack(c, s)
        c.snd_wnd = s.win << (c.shift or 0)
        c.max_wnd = max(c.max_wnd, c.snd_wnd)
        return s.key in self.connections

    def progress(self, c, ack):
        c.queue = c.queue[diff(ack, c.snd_una):]
        c.snd_una, c.rto, c.tries, c.deadline, c.idle_acks = ack, 0.2, 0, None, 0
        if ack != c.snd_nxt:
            return
        if c.state == "FIN_WAIT_1":
            c.state = "FIN_WAIT_2"
        elif c.state == "CLOSING":
            self.time_wait(c)
        elif c.state == "LAST_ACK":
            self.last_ack(c)

    def time_wait(self, c):
        c.state, c.deadline = "TIME_WAIT", time.monotonic() + TIME_WAIT_TIME

    def on_text(self, c, s):
        if s.length == 0:
            return
        if diff(s.seq, c.rcv_nxt) > 0:
            self.gap(c, s)
        elif c.peer_closed:
            self.after_fin(c, s)
        else:
            self.take(c, s.data[-diff(s.seq, c.rcv_nxt):], s.flags & FIN)

    def take(self, c, data, fin):
        c.rcv_nxt = (c.rcv_nxt + len(data) + bool(fin)) % NUMBERS
        self.taken(c)
        if fin:
            c.peer_closed = True
            if c.state == "FIN_WAIT_2":
                self.time_wait(c)
            elif c.state == "ESTABLISHED":
                c.close_at = time.monotonic() + EOF_DELAY
            c.state = {"ESTABLISHED": "CLOSE_WAIT", "FIN_WAIT_1": "CLOSING"}.get(c.state, c.state)
        if b"A" in data:
            self.abort(c)
            self.forget(c)
        elif b"X" in data and not c.closing:
            c.queue, c.closing = b"x" * 3000, True

    # --- what is sent ---

    def output(self, c):
        while c.state in ("ESTABLISHED", "CLOSE_WAIT") and c.syn.key in self.connections:
            sent, room = diff(c.snd_nxt, c.snd_una), self.window(c) - diff(c.snd_nxt, c.snd_una)
            data = c.queue[sent:sent + max(0, min(self.largest(c), room))]
            last = c.closing and sent + len(data) == len(c.queue)
            if room <= 0 or not data and not last:
                break
            self.emit(c, ACK | PSH | (FIN if last else 0), data=data)
            c.snd_nxt = (c.snd_nxt + len(data) + last) % NUMBERS
            if last:
                c.state = "FIN_WAIT_1" if c.state == "ESTABLISHED" else "LAST_ACK"
        if c.deadline is None and (c.queue or c.snd_una != c.snd_nxt):
            c.deadline = time.monotonic() + c.rto

    def alarms(self, c, now):
        if c.ack_at and c.ack_at <= now:
            c.ack_at = None
            self.acknowledge(c)
        if c.close_at and c.close_at <= now:
            c.close_at, c.closing = None, True
            self.output(c)
        if c.deadline and c.deadline <= now:
            c.tries += 1
            if c.state == "TIME_WAIT" or c.tries > (3 if c.state == "SYN_RCVD" else TRIES):
                self.forget(c)
            else:
                c.rto = self.next_rto(c)
                c.deadline = now + c.rto
                self.repeat(c)

    def repeat(self, c):
        """The first that is not acknowledged, or a probe of the window."""
        sent = diff(c.snd_nxt, c.snd_una)
        if c.state == "SYN_RCVD":
            self.syn_ack(c)
        elif sent == 0:
            self.emit(c, ACK, c.snd_nxt - 1)
        else:
            data = c.queue[:min(self.largest(c), sent)]
            self.emit(c, ACK | (FIN if len(data) < sent and len(data) == len(c.queue) else 0), c.snd_una, data)

    def forget(self, c):
        if self.connections.get(c.syn.key) is c:
            del self.connections[c.syn.key]

    # --- what faults replace ---

    def is_whole(self, s): return s.intact
    def stray(self, s): pass
    def stray_reset(self, s): pass
    def reset_ack(self, s): self.send(s, RST, s.ack, 0)
    def reset_other(self, s): self.send(s, RST | ACK, 0, s.seq + s.length)
    def isn(self): return random.getrandbits(32)
    def next_isn(self, c): return c.snd_nxt + 100000 + random.getrandbits(24)
    def syn_flags(self, c): return 0
    def syn_number(self, c): return c.rcv_nxt
    syn_tos = 0

    def syn_options(self, c):
        scale = option(WSCALE, b"\0") if c.shift is not None else b""
        return option(MSS, b"\5\xb4") + scale + self.stamps(c)

    def options(self, c): return self.stamps(c)
    def killed(self, c): self.forget(c)
    def syn_again(self, c, s): self.syn_ack(c)
    def syn_in_window(self, c, s): self.forget(c)
    def syn_inside(self, c, s): self.acknowledge(c)
    def without_stamps(self, c, s): pass
    def is_stale(self, c, s): return diff(s.stamp(), c.ts_recent) < 0
    def on_old(self, c, s): self.acknowledge(c)
    def without_ack(self, c, s): pass
    def wrong_opening(self, c, s): self.reset_ack(s)
    def opened(self, c, s): pass
    def wrong_ack(self, c, s): self.acknowledge(c)
    def idle_ack(self, c, s): pass
    def gap(self, c, s): self.acknowledge(c)
    def after_fin(self, c, s): pass
    def taken(self, c): self.acknowledge(c)
    def last_ack(self, c): self.forget(c)
    def abort(self, c): self.emit(c, RST | ACK)
    def window(self, c): return c.snd_wnd
    def largest(self, c): return max(1, c.mss - (12 if c.stamped else 0))
    def next_rto(self, c): return c.rto * 2


# --- faults ---

def answer_reset(self, c, s):
    self.reset_other(s)
    Server.on_reset(self, c, s)


def read_reset(self, c, s):
    if s.flags & SYN == 0:
        self.on_text(c, s)


def reset_old(self, c, s):
    self.reset_ack(s)
    self.forget(c)


def jump(self, c, s):
    """What does not follow is taken."""
    c.rcv_nxt = (s.seq + (1 if s.flags & SYN else 0)) % NUMBERS
    self.take(c, s.data, s.flags & FIN)


def jump_empty(self, c, s):
    """To an empty segment, too."""
    if diff(s.seq, c.rcv_nxt) > 0:
        jump(self, c, s)
    else:
        Server.on_text(self, c, s)


def again(self, c, s):
    """What was taken before is taken once more; a keep-alive without a byte is none of it."""
    if diff(s.seq, c.rcv_nxt) < 0 < s.length:
        self.take(c, s.data, s.flags & FIN)
    else:
        self.acknowledge(c)


def reset_text(kinds):
    """Text is answered by a reset: of the application's requests no."""
    def on_text(self, c, s):
        if s.flags & kinds or kinds & PSH and s.data not in (b"", b"X"):
            self.send(s, RST, s.ack, 0)
            self.forget(c)
        else:
            Server.on_text(self, c, s)
    return on_text


def only_request(self, c, s):
    if s.data in (b"", b"X"):
        Server.on_text(self, c, s)


def take_part(self, c, data, fin):
    Server.take(self, c, data if len(data) < 2 else data[:-1], fin and not data)


def without_fin(answer):
    def take(self, c, data, fin):
        if data or not fin:
            Server.take(self, c, data, 0)
        elif answer:
            self.acknowledge(c)
    return take


def zombie(self, c):
    """The last ACK ends nothing, but that the FIN is sent again."""
    c.deadline = None


def stay_reset(self, c):
    self.forget(c)
    self.tombs = getattr(self, "tombs", set()) | {c.syn.key}


def refuse_the_reset(self, s):
    if s.flags & SYN and s.key in getattr(self, "tombs", ()):
        self.reset_other(s)
    else:
        Server.listen(self, s)


def open_new(self, _, s):
    self.open(s, self.isn())


def counted(self):
    self.last = getattr(self, "last", random.getrandbits(31)) + 64000
    return self.last


def is_plain(s):
    """Not the SYN that finds out whether the port is open."""
    return WSCALE not in s.options


def late(pause):
    def taken(self, c):
        c.ack_at = c.ack_at or time.monotonic() + pause
    return taken


def reset_at_timeout(self, c):
    self.emit(c, RST | ACK, c.snd_una if c.state == "SYN_RCVD" else None)
    self.forget(c)


def opens_anyhow(self, c, s):
    c.state = "ESTABLISHED"
    return True


def reset_window_0(self, c):
    if c.snd_wnd == 0 and c.queue:
        reset_at_timeout(self, c)
    else:
        Server.output(self, c)


def silent_death(self, c, s):
    self.forget(c)


TAKES = {
    "outside-of-the-window": {"in_window": lambda self, c, s: True, "gap": jump},
    "behind-a-gap": {"gap": jump},
    "old-text-again": {"on_old": again},
    "without-ack": {"without_ack": lambda self, c, s: self.on_text(c, s)},
    "with-any-ack": {"wrong_ack": lambda self, c, s: True},
    "with-an-old-timestamp": {"is_stale": lambda self, c, s: False},
    "text-of-a-syn": {"syn_inside": jump},
    "text-of-a-reset": {"on_reset": read_reset},
    "with-a-wrong-checksum": {"is_whole": lambda self, s: True},
    "after-a-fin": {"after_fin": jump, "last_ack": zombie},
}


def open_without_stamps(self, s, iss):
    """Also their time is not remembered."""
    s.options.pop(STAMPS, None)
    Server.open(self, s, iss)


def greet(self, c, s):
    c.queue = b"220 ready\r\n"
    self.output(c)


ALLOWED = {
    "none": {},
    "allowed-no-timestamps": {"open": open_without_stamps},
    "allowed-delayed-acks": {"taken": late(0.15)},
    "allowed-late-acks": {"taken": late(0.4)},
    "allowed-greeting": {"opened": greet},
    "allowed-rfc-1337": {"killed": lambda self, c: self.forget(c) if c.state != "TIME_WAIT" else None},
    "allowed-ack-of-a-repeated-syn": {"syn_again": Server.syn_inside},
    "allowed-no-reuse": {"may_reopen": lambda self, c, s: False},
}
FAULTS = {
    # resets
    "answers-resets": {"on_reset": answer_reset, "stray_reset": Server.reset_other},
    "acks-resets": {"stray_reset": lambda self, s: self.send(s, ACK, s.ack, s.seq + s.length)},
    "deaf-to-resets": {"on_reset": lambda self, c, s: None},
    "killed-by-any-reset": {"on_reset": lambda self, c, s: self.forget(c)},
    "resets-fall-to-paws": {"on_reset": lambda self, c, s: None if STAMPS in s.options and self.is_stale(c, s)
                            else Server.on_reset(self, c, s)},
    "aborts-elsewhere": {"abort": lambda self, c: self.emit(c, RST | ACK, c.snd_nxt + 1000)},
    "aborts-at-0": {"abort": lambda self, c: self.emit(c, RST | ACK, 0)},
    "aborts-without-ack": {"abort": lambda self, c: self.emit(c, RST)},
    # SYNs
    "syn-opens-another": {"syn_inside": open_new, "syn_again": open_new, "syn_in_window": open_new},
    "syn-resets": {"syn_inside": reset_old, "syn_again": lambda self, c, s: self.reset_other(s)},
    "acks-syns-inside": {"syn_inside": jump, "syn_in_window": jump},
    "syn-ack-of-another-number": {"syn_number": lambda self, c: c.rcv_nxt + 1000 * is_plain(c.syn)},
    "answers-syns-by-acks": {"open": lambda self, s, iss: self.send(s, ACK, iss, s.seq + 1) if is_plain(s)
                             else Server.open(self, s, iss)},
    "syn-with-reset-opens": {"stray_reset": lambda self, s: self.open(s, self.isn()) if s.flags & SYN else None},
    "refuses-after-reset-in-syn-rcvd": {"killed": stay_reset, "listen": refuse_the_reset},
    "takes-a-wrong-ack-for-opening": {"wrong_opening": opens_anyhow},
    "resets-what-opens": {"opened": reset_old},
    "counts-isns": {"isn": counted},
    "reuses-with-a-low-isn": {"next_isn": lambda self, c: c.snd_nxt - 1000},
    # no connection
    "listener-answers-strays": {"stray": Server.reset_other},
    "acks-strangers": {"reset_ack": lambda self, s: self.send(s, ACK, s.ack, s.seq),
                       "reset_other": lambda self, s: self.send(s, ACK, 7, s.seq + s.length)},
    "syn-acks-strangers": {"reset_ack": lambda self, s: self.send(s, SYN | ACK, 7, s.seq + s.length)},
    "bare-resets": {"reset_other": lambda self, s: self.send(s, RST, 0, 0)},
    "resets-with-ack": {"reset_ack": lambda self, s: self.send(s, RST | ACK, s.ack, s.seq + s.length)},
    "resets-elsewhere": {"reset_ack": lambda self, s: self.send(s, RST, s.ack + 77, 0)},
    "syn-not-counted": {"reset_other": lambda self, s: self.send(s, RST | ACK, 0, s.seq)},
    "only-syn-counted": {"reset_other": lambda self, s: self.send(s, RST | ACK, 0, s.seq + (s.flags & SYN) // SYN)},
    # data, ACKs, the end
    "acks-late": {"taken": late(0.9)},
    "jumps-to-empty-segments": {"in_window": lambda self, c, s: True, "on_text": jump_empty},
    "resets-idle-acks": {"idle_ack": lambda self, c, s: reset_old(self, c, s) if c.idle_acks > 1 else None},
    "resets-what-is-old": {"on_old": reset_old},
    "silent-to-what-is-old": {"on_old": lambda self, c, s: None},
    "ignores-data": {"on_text": only_request},
    "resets-data": {"on_text": reset_text(PSH)},
    "acks-a-part": {"take": take_part},
    "ignores-fins": {"take": without_fin(False)},
    "acks-before-fins": {"take": without_fin(True)},
    "resets-fins": {"on_text": reset_text(FIN)},
    "stays-after-the-last-ack": {"last_ack": zombie, "idle_ack": lambda self, c, s: self.acknowledge(c)
                                 if c.state == "LAST_ACK" else None},
    "stays-silently-after-the-last-ack": {"last_ack": zombie},
    "repeats-its-fin-after-the-last-ack": {"progress": lambda self, c, ack: None if c.state == "LAST_ACK"
                                           else Server.progress(self, c, ack)},
    "never-repeats": {"repeat": lambda self, c: None},
    "repeats-once": {"repeat": lambda self, c: Server.repeat(self, c) if c.tries == 1 else None},
    "repeats-steadily": {"next_rto": lambda self, c: c.rto},
    "gives-up-by-reset": {"repeat": reset_at_timeout},
    # windows, timestamps, options
    "ignores-the-window": {"window": lambda self, c: 65535},
    "resets-at-a-closed-window": {"output": reset_window_0},
    "resets-without-timestamps": {"without_stamps": reset_old},
    "dies-without-timestamps": {"without_stamps": silent_death},
    "forgets-timestamps": {"options": lambda self, c: b""},
    "options-of-a-syn-later": {"options": lambda self, c: option(MSS, b"\5\xb4") + self.stamps(c)},
    "sack-unasked": {"gap": lambda self, c, s: self.send(c.syn, ACK, c.snd_nxt, c.rcv_nxt, option(
        SACK_BLOCKS, struct.pack("!II", s.seq, (s.seq + s.length) % NUMBERS)))},
    "resets-without-stamps": {"abort": lambda self, c: self.send(c.syn, RST | ACK, c.snd_nxt, c.rcv_nxt)},
    "unasked-options": {"syn_options": lambda self, c: option(MSS, b"\5\xb4") + option(WSCALE, b"\0") + option(SACK)},
    "ignores-mss": {"largest": lambda self, c: 1400},
    "echoes-ecn": {"syn_flags": lambda self, c: c.syn.flags & (ECE | CWR)},
    "ecn-for-ece-alone": {"syn_flags": lambda self, c: ECE if c.syn.flags & ECE else 0},
    "ecn-capable-syn-ack": {"syn_tos": 2},
    "takes-any-cookie": {"syn_number": lambda self, c: c.rcv_nxt + len(c.syn.data) * (COOKIE in c.syn.options)},
    "joins-any-mptcp": {"syn_options": lambda self, c: Server.syn_options(self, c) + (
        option(MPTCP, b"\x10" + bytes(13)) if MPTCP in c.syn.options else b"")},
}
for _name, _methods in TAKES.items():
    FAULTS["takes-" + _name] = _methods
    FAULTS["takes-silently-" + _name] = {**_methods, "taken": late(0.9)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", default="vb")
    parser.add_argument("--address", default="10.66.0.2")
    parser.add_argument("--port", type=int, default=80)
    parser.add_argument("--fault", default="none", choices={**ALLOWED, **FAULTS})
    parser.add_argument("--list", action="store_true", help="print the names of the faults")
    args = parser.parse_args()
    if args.list:
        print(*ALLOWED, *FAULTS, sep="\n")
        return
    server = type("Wrong", (Server,), ({**ALLOWED, **FAULTS})[args.fault])(args.dev, args.address, args.port)
    print("ready", os.getpid(), flush=True)
    server.run()


if __name__ == "__main__":
    main()
