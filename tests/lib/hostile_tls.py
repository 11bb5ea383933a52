#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Modes of hostile.py: TLS that is none, record by record."""

import os
import struct

from hostile_ways import endless, mode, slowly, until_gone


def record(kind, body, version=0x0303):
    return struct.pack("!BHH", kind, version, len(body)) + body


def client_hello(c):
    return c.recv(65536)


@mode
def tls_garbage(c):
    """A record that is no handshake message at all."""
    client_hello(c)
    c.sendall(record(22, os.urandom(512)))
    until_gone(c)


@mode
def tls_not_a_record(c):
    """Bytes that are no record."""
    client_hello(c)
    c.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    until_gone(c)


@mode
def tls_half_record(c):
    """A record of 16 KiB of which only the head comes."""
    client_hello(c)
    c.sendall(struct.pack("!BHH", 22, 0x0303, 16384) + b"\x02")
    until_gone(c)


@mode
def tls_endless_records(c):
    """Empty records without end."""
    client_hello(c)
    endless(c, record(22, b"") * 1000)


@mode
def tls_endless_warnings(c):
    """Warning alerts without end."""
    client_hello(c)
    endless(c, record(21, b"\x01\x5a") * 1000)


@mode
def tls_endless_message(c):
    """A handshake message of 16 MiB, in records."""
    client_hello(c)
    c.sendall(record(22, b"\x02\xff\xff\xff" + bytes(8192)))
    endless(c, record(22, bytes(16384)))


@mode
def tls_alert(c):
    """handshake_failure in place of a ServerHello."""
    client_hello(c)
    c.sendall(record(21, b"\x02\x28"))
    until_gone(c)


@mode
def tls_version_alert(c):
    """protocol_version in place of a ServerHello: only older ones."""
    client_hello(c)
    c.sendall(record(21, b"\x02\x46"))
    until_gone(c)


@mode
def tls_drip(c):
    """The start of a ServerHello, a byte a second."""
    client_hello(c)
    slowly(c, record(22, b"\x02\x00\x00\x46\x03\x03" + bytes(68)), 1)
