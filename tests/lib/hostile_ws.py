#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Modes of hostile.py: WebSocket that is none."""

import base64
import hashlib
import re
import struct

from hostile_ways import drained, endless, mode, reply, request, until_gone


def upgrade(c, wrong=False, more=b""):
    key = re.search(rb"(?i)sec-websocket-key: *(\S+)", request(c)).group(1)
    guid = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B1" + (b"2" if wrong else b"1")
    accept = base64.b64encode(hashlib.sha1(key + guid).digest())
    c.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n" + more)


@mode
def ws_wrong_accept(c):
    """A Sec-WebSocket-Accept of another key."""
    upgrade(c, wrong=True)
    until_gone(c)


@mode
def ws_no_accept(c):
    """101 without Sec-WebSocket-Accept."""
    reply(c, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    until_gone(c)


@mode
def ws_masked(c):
    """A masked frame, which a server must not send."""
    upgrade(c, more=b"\x81\x85\x01\x02\x03\x04" + bytes(5))
    until_gone(c)


@mode
def ws_reserved(c):
    """A frame with reserved bits set."""
    upgrade(c, more=b"\xf1\x05hello")
    until_gone(c)


@mode
def ws_huge(c):
    """A frame of 2^63 bytes, which begins to come."""
    upgrade(c, more=b"\x82\x7f" + struct.pack("!Q", 1 << 63))
    endless(c, bytes(16384))


@mode
def ws_long(c):
    """A frame of 1 GiB, which begins to come."""
    upgrade(c, more=b"\x82\x7f" + struct.pack("!Q", 1 << 30))
    endless(c, bytes(16384))


@mode
def ws_fragments(c):
    """A message of fragments without end."""
    upgrade(c, more=b"\x01\x01a")
    endless(c, b"\x00\x01b" * 1000)


@mode
def ws_ping_flood(c):
    """Pings without end."""
    upgrade(c)
    drained(c)
    endless(c, b"\x89\x04ping" * 100)


@mode
def ws_wrong_pong(c):
    """Answers a ping with other data."""
    upgrade(c)
    c.recv(65536)
    c.sendall(b"\x8a\x05wrong")
    until_gone(c)


@mode
def ws_close_short(c):
    """A Close with half a code."""
    upgrade(c, more=b"\x88\x01\x03")
    until_gone(c)


@mode
def ws_close_1005(c):
    """A Close with a code that may not be sent."""
    upgrade(c, more=b"\x88\x02" + struct.pack("!H", 1005))
    until_gone(c)


@mode
def ws_close_empty(c):
    """A Close without a code."""
    upgrade(c, more=b"\x88\x00")
    until_gone(c)
