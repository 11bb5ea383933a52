#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""hostile.py MODE PORT [CERTIFICATE KEY]: a server that is wrong on purpose, over TLS with a certificate.

Each mode is a function of hostile_*.py that has a connection for itself, in a thread; its comment says what it
does. `list` in place of MODE prints them. What a client leaves is closed at once, so sockets that remain are the
client's fault.
"""

import contextlib
import importlib
import inspect
import socket
import ssl
import sys
import threading

from hostile_ways import MODES, until_gone

for part in ("http", "tls", "h2", "ws"):
    importlib.import_module(f"hostile_{part}")  # its modes put themselves into the table


def serve(function, sock, context):
    with contextlib.suppress(OSError, AttributeError), sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            sock = context.wrap_socket(sock, server_side=True)
        with sock:
            function(sock)
            # A close with unread data would be a reset: the end of what we sent shall arrive.
            with contextlib.suppress(OSError):
                sock.settimeout(5)
                socket.socket.shutdown(sock, socket.SHUT_WR)
                until_gone(sock)


def tls_context(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if sys.argv[1].startswith("h2-"):
        context.set_alpn_protocols(["h2"])
    return context


def main():
    if sys.argv[1] == "list":
        for name, function in MODES.items():
            print(f"{name:26} {inspect.getdoc(function)}")
        return
    function, port = MODES[sys.argv[1]], int(sys.argv[2])
    context = tls_context(*sys.argv[3:]) if len(sys.argv) > 3 else None
    listener = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    if sys.argv[1] == "window-shut":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    listener.bind(("::", port))
    listener.listen(64)
    print("ready", flush=True)
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=serve, args=(function, sock, context), daemon=True).start()


if __name__ == "__main__":
    main()
