#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""driver.py - an application that does as its clients say, so that the kernel's TCP is in any state.

At --port it closes at the end of file, at the next port it never does; the third port has Fast Open, the fourth
MPTCP, where the kernel has them. A client's bytes say what to do:
C close, W shutdown (then read on), A abort (a reset), D send 100 bytes, B send 200 kB, P read no more,
X send 100 bytes and close. Other bytes are read and forgotten."""
import argparse
import selectors
import socket
import struct


class Client:
    def __init__(self, sock, keeps):
        self.sock, self.keeps, self.out, self.then_close = sock, keeps, b"", False
        self.reads = selectors.EVENT_READ

    def command(self, c):
        """Returns False when the socket is gone."""
        if c == "C":
            return self.close()
        if c == "A":
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return self.close()
        if c == "W":
            self.sock.shutdown(socket.SHUT_WR)
        elif c == "X":
            self.out += b"x" * 100
            self.then_close = True
        elif c in "DB":
            self.out += b"d" * (100 if c == "D" else 200000)
        elif c == "P":
            self.reads = 0
        return True

    def watch(self):
        """For what it waits; what waits for nothing is kept aside."""
        events = self.reads | (selectors.EVENT_WRITE if self.out else 0)
        if events:
            poll.modify(self.sock, events, self)
        else:
            poll.unregister(self.sock)
            kept.append(self)

    def close(self):
        poll.unregister(self.sock)
        self.sock.close()
        return False

    def read(self):
        try:
            data = self.sock.recv(4096)
        except OSError:
            return self.close()
        if not data:
            if not self.keeps:
                return self.close()
            poll.modify(self.sock, selectors.EVENT_WRITE, self) if self.out else poll.unregister(self.sock)
            kept.append(self)
            return False
        for c in data.decode("latin1"):
            if not self.command(c):
                return False
        self.watch()
        return True

    def write(self):
        try:
            self.out = self.out[self.sock.send(self.out):] if self.out else b""
        except BlockingIOError:
            return
        except OSError:
            self.close()
            return
        if not self.out and self.then_close:
            self.close()
        elif not self.out:
            self.watch()


kept = []
poll = selectors.DefaultSelector()


TCP_FASTOPEN, MPTCP = 23, 262


def listen(port, keeps, protocol=socket.IPPROTO_TCP, fast_open=0):
    try:
        s = socket.socket(socket.AF_INET6, socket.SOCK_STREAM, protocol)
    except OSError:
        return
    if fast_open:
        s.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN, fast_open)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    s.bind(("::", port))
    s.listen(512)
    s.setblocking(False)
    poll.register(s, selectors.EVENT_READ, keeps)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--port", type=int, required=True)
    a = p.parse_args()
    listen(a.port, False)
    listen(a.port + 1, True)
    listen(a.port + 2, True, fast_open=16)
    listen(a.port + 3, True, protocol=MPTCP)
    while True:
        for key, events in poll.select():
            if not isinstance(key.data, Client):
                sock, _ = key.fileobj.accept()
                sock.setblocking(False)
                poll.register(sock, selectors.EVENT_READ, Client(sock, key.data))
                continue
            alive = True
            if events & selectors.EVENT_READ:
                alive = key.data.read()
            if alive and events & selectors.EVENT_WRITE:
                key.data.write()


main()
