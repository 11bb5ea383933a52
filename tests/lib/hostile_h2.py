#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Modes of hostile.py: HTTP/2 that is none."""

import re
import struct

from hostile_ways import drained, endless, mode, until_gone

SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 4, 6, 7, 8, 9
DATA, HEADERS, RST_STREAM = 0, 1, 3
ACK, END_STREAM, END_HEADERS = 1, 1, 4
STATUS_200 = b"\x88"  # :status 200, of HPACK's static table


def frame(kind, flags, stream, body=b""):
    return struct.pack("!I", len(body))[1:] + bytes([kind, flags]) + struct.pack("!I", stream) + body


def preface(c):
    """The client's preface and its request; ours and the acknowledgment of its SETTINGS."""
    data = b""
    while not re.search(rb"[\x04\x05\x24\x25\x2c\x2d]\x00\x00\x00\x01", data[24:]):
        more = c.recv(65536)
        if not more:
            raise ConnectionError("left before it asked")
        data += more
    c.sendall(frame(SETTINGS, 0, 0) + frame(SETTINGS, ACK, 0))


@mode
def h2_silent(c):
    """SETTINGS, and then nothing."""
    c.sendall(frame(SETTINGS, 0, 0))
    until_gone(c)


@mode
def h2_http1(c):
    """Answers HTTP/2 with HTTP/1.1."""
    c.recv(65536)
    c.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    until_gone(c)


@mode
def h2_goaway(c):
    """GOAWAY with ENHANCE_YOUR_CALM, and no stream served."""
    preface(c)
    c.sendall(frame(GOAWAY, 0, 0, struct.pack("!II", 0, 11) + b"too much"))
    until_gone(c)


@mode
def h2_goaway_after(c):
    """A response, and GOAWAY with NO_ERROR."""
    preface(c)
    c.sendall(frame(HEADERS, END_HEADERS | END_STREAM, 1, STATUS_200) + frame(GOAWAY, 0, 0, struct.pack("!II", 1, 0)))
    until_gone(c)


@mode
def h2_reset(c):
    """RST_STREAM with REFUSED_STREAM."""
    preface(c)
    c.sendall(frame(RST_STREAM, 0, 1, struct.pack("!I", 7)))
    until_gone(c)


@mode
def h2_settings_flood(c):
    """SETTINGS without end, each to be acknowledged."""
    preface(c)
    drained(c)
    endless(c, frame(SETTINGS, 0, 0, struct.pack("!HI", 3, 100)) * 100)


@mode
def h2_settings_flood_unread(c):
    """SETTINGS without end, and the acknowledgments are not read."""
    preface(c)
    endless(c, frame(SETTINGS, 0, 0, struct.pack("!HI", 3, 100)) * 100)


@mode
def h2_ping_flood(c):
    """PING without end."""
    preface(c)
    drained(c)
    endless(c, frame(PING, 0, 0, bytes(8)) * 100)


@mode
def h2_empty_data(c):
    """Empty DATA frames without end."""
    preface(c)
    c.sendall(frame(HEADERS, END_HEADERS, 1, STATUS_200))
    endless(c, frame(DATA, 0, 1) * 100)


@mode
def h2_endless_body(c):
    """DATA without end, whatever our windows are."""
    preface(c)
    c.sendall(frame(HEADERS, END_HEADERS, 1, STATUS_200))
    endless(c, frame(DATA, 0, 1, bytes(16384)))


@mode
def h2_continuation_flood(c):
    """A header block without end."""
    preface(c)
    c.sendall(frame(HEADERS, 0, 1, STATUS_200))
    field = b"\x00\x06x-more\x7f\x81\x01" + b"a" * 256  # a literal of 256 bytes, not indexed
    endless(c, frame(CONTINUATION, 0, 1, field * 60))


@mode
def h2_frame_huge(c):
    """A frame longer than we allow."""
    preface(c)
    c.sendall(b"\xff\xff\xff" + frame(DATA, 0, 1)[3:] + bytes(4096))
    until_gone(c)


@mode
def h2_stream_unknown(c):
    """A response on a stream that nobody opened."""
    preface(c)
    c.sendall(frame(HEADERS, END_HEADERS | END_STREAM, 9, STATUS_200))
    until_gone(c)


@mode
def h2_hpack_garbage(c):
    """A header block that is none."""
    preface(c)
    c.sendall(frame(HEADERS, END_HEADERS | END_STREAM, 1, b"\xff" * 64))
    until_gone(c)
