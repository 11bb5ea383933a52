#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the modes of hostile.py have in common: a table of them, and things that a connection can be used for."""

import contextlib
import socket
import struct
import threading
import time

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
MODES = {}


def mode(function):
    MODES[function.__name__.replace("_", "-")] = function
    return function


def request(c):
    """The head of a request, read to its end."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = c.recv(65536)
        if not more:
            raise ConnectionError("left before it asked")
        data += more
    return data


def until_gone(c):
    """Wait for the client to leave; what it sends is forgotten."""
    while c.recv(65536):
        pass


def reply(c, data):
    request(c)
    c.sendall(data)


def endless(c, piece):
    while True:
        c.sendall(piece)


def abort(c):
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    c.close()


def slowly(c, data, pause):
    """A segment for each byte."""
    for byte in data:
        c.sendall(bytes([byte]))
        time.sleep(pause)


def drained(c):
    """Read what the client answers, so that its replies never fill its own buffer."""
    def read():
        with contextlib.suppress(OSError):
            until_gone(c)
    threading.Thread(target=read, daemon=True).start()
