#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A TCP server for tests that behaves in one of several ways when a connection opens and closes.

One selectors loop serves all connections. A mode is a class; what it does at accept, with data, at
the peer's end of file, and when the socket is writable are its methods.
"""

import argparse
import errno
import heapq
import itertools
import resource
import selectors
import signal
import socket
import struct
import sys
import time

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: on, 0 seconds
CHUNK = 65536


class Connection:
    """Mode `close`, and the base of the others: read until end of file, then close."""

    wants = selectors.EVENT_READ

    def __init__(self, server, sock):
        self.server = server
        self.sock = sock

    def opened(self):
        """The connection was accepted."""

    def data(self, data):
        """The peer sent something."""

    def eof(self):
        """The peer has closed its direction."""
        self.close()

    def writable(self):
        """There is room to send (only if EVENT_WRITE is wanted)."""

    def readable(self):
        data = self.sock.recv(CHUNK)
        if data:
            self.data(data)
        else:
            self.eof()

    def want(self, events):
        """Watch for these events; 0 for none."""
        self.server.watch(self, events)

    def close(self):
        self.server.forget(self)
        self.sock.close()

    def abort(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.close()


class CloseNow(Connection):
    """Close first, with close(2): data that comes later is answered by a reset."""

    def opened(self):
        self.close()


class Hold(Connection):
    """Never close: the socket stays in CLOSE_WAIT."""

    def eof(self):
        self.want(0)


class Banner(Connection):
    def opened(self):
        self.sock.send(self.server.argument.encode() + b"\r\n")


class Reset(Connection):
    def opened(self):
        self.abort()


class ResetOnFin(Connection):
    def eof(self):
        self.abort()


class Stream(Connection):
    """Send until the peer is gone, also after its end of file."""

    wants = selectors.EVENT_READ | selectors.EVENT_WRITE

    def eof(self):
        self.want(selectors.EVENT_WRITE)

    def writable(self):
        self.sock.send(b"tcpshake" * 2048)


class Slow(Connection):
    """Wait between the peer's end of file and the close."""

    def eof(self):
        self.want(0)
        self.server.later(duration(self.server.argument), self.close)


class Echo(Connection):
    """Send back what comes; read no further while the peer does not take it."""

    def __init__(self, server, sock):
        super().__init__(server, sock)
        self.pending = b""
        self.ended = False

    def data(self, data):
        self.pending += data
        self.writable()

    def eof(self):
        self.ended = True
        self.writable()

    def writable(self):
        if self.pending:
            try:
                self.pending = self.pending[self.sock.send(self.pending):]
            except BlockingIOError:
                pass
        if self.pending:
            self.want(selectors.EVENT_WRITE)
        elif self.ended:
            self.close()
        else:
            self.want(selectors.EVENT_READ)


# What each mode does with a connection, and what its argument is called.
MODES = {
    "close": (Connection, None),
    "close-now": (CloseNow, None),
    "hold": (Hold, None),
    "banner": (Banner, "TEXT"),
    "rst": (Reset, None),
    "rst-on-fin": (ResetOnFin, None),
    "stream": (Stream, None),
    "slow": (Slow, "DUR"),
    "no-accept": (None, None),
    "echo": (Echo, None),
}


class Server:
    def __init__(self, kind, argument):
        self.kind = kind
        self.argument = argument
        self.selector = selectors.DefaultSelector()
        self.timers = []
        self.order = itertools.count()
        self.idle = set()  # connections that wait for nothing must not be collected

    def listen(self, family, address, port, backlog):
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.setblocking(False)
        sock.bind((address, port))
        sock.listen(backlog)
        if self.kind:
            self.selector.register(sock, selectors.EVENT_READ)
        else:
            self.idle.add(sock)

    def accept(self, listener):
        for _ in range(256):
            try:
                sock, _ = listener.accept()
            except OSError as error:
                # The connection may be gone again; out of descriptors, others must close first.
                if error.errno in (errno.EMFILE, errno.ENFILE):
                    time.sleep(0.001)
                return
            sock.setblocking(False)
            connection = self.kind(self, sock)
            self.selector.register(sock, connection.wants, connection)
            self.guard(connection, connection.opened)

    @staticmethod
    def guard(connection, action):
        """A connection that the peer has reset is closed; one that must wait is left alone."""
        try:
            action()
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            connection.close()

    def watch(self, connection, events):
        known = connection.sock in self.selector.get_map()
        if known and events:
            self.selector.modify(connection.sock, events, connection)
        elif known:
            self.selector.unregister(connection.sock)
            self.idle.add(connection)
        elif events:
            self.selector.register(connection.sock, events, connection)
            self.idle.discard(connection)

    def forget(self, connection):
        self.idle.discard(connection)
        if connection.sock.fileno() >= 0 and connection.sock in self.selector.get_map():
            self.selector.unregister(connection.sock)

    def later(self, seconds, action):
        heapq.heappush(self.timers, (time.monotonic() + seconds, next(self.order), action))

    def run_timers(self):
        """Run what is due; return the seconds until the next, or None."""
        while self.timers:
            left = self.timers[0][0] - time.monotonic()
            if left > 0:
                return left
            heapq.heappop(self.timers)[2]()
        return None

    def dispatch(self, key, events):
        connection = key.data
        if connection is None:
            self.accept(key.fileobj)
            return
        if events & selectors.EVENT_READ:
            self.guard(connection, connection.readable)
        if events & selectors.EVENT_WRITE and connection.sock.fileno() >= 0:
            self.guard(connection, connection.writable)

    def run(self):
        while True:
            for key, events in self.selector.select(self.run_timers()):
                if key.fileobj.fileno() >= 0:
                    self.dispatch(key, events)


def duration(text):
    """Seconds of 20ms, 500us, 1.5 or 2s."""
    for suffix, factor in (("us", 1e-6), ("ms", 1e-3), ("s", 1.0)):
        if text.endswith(suffix):
            return float(text[: -len(suffix)]) * factor
    return float(text)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--family", choices=["4", "6", "both"], default="both")
    parser.add_argument("--backlog", type=int, default=4096)
    parser.add_argument("--mode", nargs="+", required=True, metavar=("MODE", "ARGUMENT"),
                        help=", ".join(f"{mode} {name or ''}".strip()
                                       for mode, (_, name) in MODES.items()))
    options = parser.parse_args()
    mode, *rest = options.mode
    if mode not in MODES:
        parser.error(f"unknown mode '{mode}'")
    wanted = MODES[mode][1]
    if len(rest) != (wanted is not None):
        parser.error(f"mode '{mode}' takes {wanted or 'no argument'}")
    options.kind = MODES[mode][0]
    options.argument = rest[0] if rest else None
    if options.kind is Slow:
        try:
            duration(options.argument)
        except ValueError:
            parser.error(f"bad duration '{options.argument}'")
    return options


def main():
    options = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = Server(options.kind, options.argument)
    if options.family != "6":
        server.listen(socket.AF_INET, "0.0.0.0", options.port, options.backlog)
    if options.family != "4":
        server.listen(socket.AF_INET6, "::", options.port, options.backlog)
    print("ready", flush=True)
    server.run()


if __name__ == "__main__":
    main()
