#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""ws_server.py PORT [CERTIFICATE KEY]: a WebSocket server by python3-websockets; the path says how it behaves.

/echo          sends back what comes
/greet         sends a text at once, then is /echo
/subprotocol   agrees to "chat", else to none; then is /echo
/CODE          an HTTP answer with this status in place of the upgrade: /404 /426 /503 /200
/close/CODE    closes with this code at once: /close/1001 /close/4000
/slow/MS       answers a ping that many milliseconds late
/no-pong       answers no ping
/no-close      reads no further after the upgrade, so that nobody answers a Close
/gone          ends the connection after the upgrade, without a Close
"""

import asyncio
import http
import ssl
import sys

import websockets.server


class Peer(websockets.server.WebSocketServerProtocol):
    """A connection whose pongs are late where the path says so."""

    async def process_request(self, path, request_headers):
        word = path.strip("/")
        if word.isdigit():
            return http.HTTPStatus(int(word)), [("Upgrade", "websocket")], b"no WebSocket here\n"
        return None

    async def pong(self, data=b""):
        if self.path == "/no-pong":
            return
        if self.path.startswith("/slow/"):
            await asyncio.sleep(int(self.path.rpartition("/")[2]) / 1000)
        await super().pong(data)


async def behave(peer, path):
    if path.startswith("/close/"):
        await peer.close(int(path.rpartition("/")[2]), "as the path says")
    elif path == "/no-close":
        peer.transport.pause_reading()
        await asyncio.sleep(60)
    elif path == "/gone":
        peer.transport.close()
    else:
        if path == "/greet":
            await peer.send("hello")
        async for message in peer:
            await peer.send(message)


async def handler(peer, path):
    try:
        await behave(peer, path)
    except websockets.exceptions.ConnectionClosed:
        pass


async def main():
    context = None
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*sys.argv[2:])
    async with websockets.server.serve(handler, None, int(sys.argv[1]), create_protocol=Peer, ssl=context,
                                       subprotocols=["chat"], ping_interval=None, close_timeout=1):
        print("ready", flush=True)
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main())
