#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Modes of hostile.py: servers that say nothing, and HTTP/1.1 that is none."""

import os
import random
import socket
import time

from hostile_ways import HEAD, abort, endless, mode, reply, request, slowly, until_gone

# --- silence ---


@mode
def silent(c):
    """Accepts, and says nothing."""
    until_gone(c)


@mode
def silent_after_request(c):
    """Reads the request, and says nothing."""
    request(c)
    until_gone(c)


@mode
def closes_at_once(c):
    """Closes at accept, properly."""
    c.shutdown(socket.SHUT_WR)
    until_gone(c)


@mode
def closes_at_request(c):
    """Closes once it has read the request."""
    request(c)


@mode
def resets_at_once(c):
    """Resets at accept."""
    abort(c)


@mode
def resets_at_request(c):
    """Resets once it has read the request."""
    request(c)
    abort(c)


@mode
def second_503(c):
    """Answers three requests on a connection, the second with 503."""
    for status in ("200 OK", "503 Service Unavailable", "200 OK"):
        request(c)
        c.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nok".encode())


@mode
def late_notify(c):
    """A body that lasts until the end of the connection, which comes half a second after its last byte."""
    reply(c, HEAD + b"\r\nhello")
    time.sleep(0.5)
    if hasattr(c, "unwrap"):
        c.settimeout(0)
        try:
            c.unwrap()
        except OSError:
            pass
        c.settimeout(None)


@mode
def window_shut(c):
    """Has a small buffer and never reads: its window closes, and stays so."""
    established = 1
    while c.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == established:
        time.sleep(0.05)


# --- HTTP/1.1 ---


@mode
def byte_segments(c):
    """A proper response of 100 bytes, each in a segment of its own."""
    request(c)
    slowly(c, HEAD + b"Content-Length: 100\r\n\r\n" + b"x" * 100, 0.0005)
    until_gone(c)


@mode
def tiny_chunks(c):
    """A proper megabyte in ten thousand chunks: whoever misplaces a byte finds no chunk."""
    left, pieces, sizes = 1 << 20, [], random.Random(1)
    while left:
        size = min(left, sizes.randint(1, 200))
        pieces.append(b"%x\r\n%b\r\n" % (size, os.urandom(size)))
        left -= size
    reply(c, HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(pieces) + b"0\r\n\r\n")
    until_gone(c)


@mode
def drip(c):
    """A proper response, a byte a second."""
    request(c)
    slowly(c, HEAD + b"Content-Length: 100\r\n\r\n" + b"x" * 100, 1)


@mode
def endless_headers(c):
    """Header fields without end."""
    reply(c, HEAD)
    endless(c, b"X-More: and more and more and more\r\n" * 100)


@mode
def endless_header(c):
    """One header field without end."""
    reply(c, HEAD + b"X-Long: ")
    endless(c, b"a" * 8192)


@mode
def endless_reason(c):
    """A status line without end."""
    reply(c, b"HTTP/1.1 200 ")
    endless(c, b"O" * 8192)


@mode
def endless_body(c):
    """A body without end, and no length."""
    reply(c, HEAD + b"Connection: close\r\n\r\n")
    endless(c, bytes(65536))


@mode
def endless_chunks(c):
    """Chunks without end."""
    reply(c, HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    endless(c, b"1000\r\n" + bytes(4096) + b"\r\n")


@mode
def endless_extension(c):
    """A chunk extension without end."""
    reply(c, HEAD + b"Transfer-Encoding: chunked\r\n\r\n5;x=")
    endless(c, b"y" * 8192)


@mode
def endless_trailers(c):
    """Trailer fields without end."""
    reply(c, HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n")
    endless(c, b"X-More: and more\r\n" * 100)


@mode
def endless_1xx(c):
    """Interim responses without end."""
    request(c)
    endless(c, b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")


@mode
def hundred_1xx(c):
    """A hundred interim responses, then a proper one."""
    reply(c, b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 100 + HEAD + b"Content-Length: 5\r\n\r\nhello")
    until_gone(c)


@mode
def chunk_no_number(c):
    """A chunk whose size is no number."""
    reply(c, HEAD + b"Transfer-Encoding: chunked\r\n\r\nzebra\r\nhello\r\n0\r\n\r\n")
    until_gone(c)


@mode
def chunk_huge(c):
    """A chunk whose size fits no integer."""
    reply(c, HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\nhello")
    until_gone(c)


@mode
def chunk_cut(c):
    """A chunk that ends before its size."""
    reply(c, HEAD + b"Transfer-Encoding: chunked\r\n\r\n100\r\nhello")


@mode
def chunk_without_end(c):
    """A chunk that does not end with a new line."""
    reply(c, HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhelloxxxx\r\n0\r\n\r\n")
    until_gone(c)


@mode
def length_short(c):
    """Says 5 bytes, sends 10."""
    reply(c, HEAD + b"Content-Length: 5\r\n\r\nhelloworld")
    until_gone(c)


@mode
def length_long(c):
    """Says 100 bytes, sends 5 and closes."""
    reply(c, HEAD + b"Content-Length: 100\r\n\r\nhello")


@mode
def length_waits(c):
    """Says 100 bytes, sends 5 and waits."""
    reply(c, HEAD + b"Content-Length: 100\r\n\r\nhello")
    until_gone(c)


@mode
def length_negative(c):
    """Says -5 bytes."""
    reply(c, HEAD + b"Content-Length: -5\r\n\r\nhello")
    until_gone(c)


@mode
def length_twice(c):
    """Says 5 bytes and 7 bytes."""
    reply(c, HEAD + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nhello")
    until_gone(c)


@mode
def length_huge(c):
    """Says more bytes than any integer holds."""
    reply(c, HEAD + b"Content-Length: 99999999999999999999999\r\n\r\nhello")
    until_gone(c)


@mode
def resets_in_body(c):
    """Resets in the middle of the body."""
    reply(c, HEAD + b"Content-Length: 100\r\n\r\nhello")
    time.sleep(0.1)
    abort(c)


@mode
def http_09(c):
    """A body without a head, as HTTP/0.9 has it."""
    reply(c, b"<html>hello</html>\n")


@mode
def version_9(c):
    """A version that does not exist."""
    reply(c, b"HTTP/9.9 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    until_gone(c)


@mode
def status_no_number(c):
    """A status that is no number."""
    reply(c, b"HTTP/1.1 two OK\r\nContent-Length: 5\r\n\r\nhello")
    until_gone(c)


@mode
def nul_in_header(c):
    """A header with NUL, and control characters that a terminal would obey."""
    reply(c, b"HTTP/1.1 404 \x1b[2J\x1b]0;owned\x07\r\nX-A: a\0b\r\nContent-Length: 5\r\n\r\nhello")
    until_gone(c)


@mode
def ssh_banner(c):
    """Speaks first, and another protocol."""
    c.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
    until_gone(c)


@mode
def garbage(c):
    """Random bytes at once."""
    c.sendall(os.urandom(4096))
    until_gone(c)


@mode
def response_first(c):
    """A response before any request."""
    c.sendall(HEAD + b"Content-Length: 5\r\n\r\nhello")
    until_gone(c)


@mode
def switches(c):
    """101 where nobody asked for it."""
    reply(c, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: chat\r\nConnection: Upgrade\r\n\r\n")
    until_gone(c)
