#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""phases.py FILE [--keylog KEYS]: phases and messages of each TCP connection in a capture, by tshark's dissectors.

Prints a JSON object a line and connection, in the order of their SYNs:

    client server       [address, port]
    first last          stamps of the first SYN and the last segment, nanoseconds
    phases              as interface.md has them: tcp_us tls_us http_us ws_us close_us, null where there was none
    ttfb_us             from the last byte of the first request to the first byte of its response
    messages            [{time_us, direction, protocol, text}], times since the first SYN
    segments bytes      frames of the connection; bytes of TCP payload in them

With --against OUT, JSON of the run that wrote FILE: instead prints what differs by more than --tolerance (20)
microseconds, and exits 1 then, or if no probe was compared.
"""

import argparse
import json
import subprocess
import sys
import xml.etree.ElementTree

import pcap

HANDSHAKE = {
    0: "HelloRequest", 1: "ClientHello", 2: "ServerHello", 4: "NewSessionTicket", 5: "EndOfEarlyData",
    8: "EncryptedExtensions", 11: "Certificate", 12: "ServerKeyExchange", 13: "CertificateRequest",
    14: "ServerHelloDone", 15: "CertificateVerify", 16: "ClientKeyExchange", 20: "Finished",
    22: "CertificateStatus", 24: "KeyUpdate",
}
H2 = ["DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY", "WINDOW_UPDATE",
      "CONTINUATION"]
WEBSOCKET = {0: "Continuation", 1: "Text", 2: "Binary", 8: "Close", 9: "Ping", 10: "Pong"}
END_STREAM = ACK = 1
# Only these are compared: which frames of data a program tells is its own choice.
COMPARED = {
    "TLS": set(HANDSHAKE.values()) | {"ChangeCipherSpec", "Alert"},
    "HTTP/1.1": None,
    "HTTP/2": {"HEADERS", "RST_STREAM", "SETTINGS", "PING", "GOAWAY"},
    "WebSocket": {"Close", "Ping", "Pong"},
}


class Message:
    """One message, and what it means: marks are finished, request, final (the end of a response), upgrade."""

    def __init__(self, protocol, text, mark=None):
        self.protocol, self.text, self.mark = protocol, text, mark
        self.frame = self.out = None


# --- what tshark sees ---


def value(proto, name, default=None):
    found = proto.find(f".//field[@name='{name}']")
    return default if found is None else found.get("show")


def tls_messages(proto):
    for field in proto.iter("field"):
        name, show = field.get("name"), field.get("show")
        if name == "tls.handshake.type":
            text = HANDSHAKE.get(int(show), f"handshake {show}")
            yield Message("TLS", text, "finished" if text == "Finished" else None)
        elif name == "tls.record.content_type" and show == "20":
            yield Message("TLS", "ChangeCipherSpec")
        elif name == "tls.record.content_type" and show == "23":
            yield Message("TLS", None, "data")
        elif name == "tls.alert_message.desc":
            yield Message("TLS", "Alert " + field.get("showname", "").partition(": ")[2])


def http_messages(proto):
    if value(proto, "http.request.method"):
        words = [value(proto, f"http.request.{part}") for part in ("method", "uri", "version")]
        yield Message("HTTP/1.1", " ".join(words), "request")
    elif value(proto, "http.response.code"):
        words = [value(proto, f"http.response.{part}", "") for part in ("version", "code", "phrase")]
        marks = {"101": "upgrade"}
        code = words[1]
        yield Message("HTTP/1.1", " ".join(words).strip(), marks.get(code, None if code[0] == "1" else "final"))


def http2_message(stream, out):
    kind = value(stream, "http2.type")
    if kind is None:
        return Message("HTTP/2", "preface")
    name = H2[int(kind)] if int(kind) < len(H2) else f"frame {kind}"
    flags, number = int(value(stream, "http2.flags", "0"), 16), value(stream, "http2.streamid")
    text, mark = name, None
    if name in ("SETTINGS", "PING") and flags & ACK:
        text += " ACK"
    if number != "0":
        text += f" stream {number}"
    if name == "HEADERS":
        text += ": " + (value(stream, "http2.headers.status") or value(stream, "http2.headers.method", "trailers"))
    if name == "GOAWAY":
        text += " " + error_name(stream, "http2.goaway.error")
    if name == "RST_STREAM":
        text += " " + error_name(stream, "http2.rst_stream.error")
    if name in ("HEADERS", "DATA") and flags & END_STREAM:
        mark = "request" if out else "final"
    elif name == "HEADERS":
        mark = "head"
    return Message("HTTP/2", text, mark)


def error_name(stream, field):
    found = stream.find(f".//field[@name='{field}']")
    return found.get("showname").split(": ")[1].split()[0] if found is not None else ""


def websocket_message(proto):
    text = WEBSOCKET.get(int(value(proto, "websocket.opcode", "0")), "?")
    code = value(proto, "websocket.payload.close.status_code")
    return Message("WebSocket", f"{text} {code}" if code else text)


def packet_messages(packet, out):
    for proto in packet.findall("proto"):
        name = proto.get("name")
        if name == "tls":
            yield from tls_messages(proto)
        elif name == "http":
            yield from http_messages(proto)
        elif name == "http2":
            for stream in proto.findall("field[@name='http2.stream']"):
                yield http2_message(stream, out)
        elif name == "websocket":
            yield websocket_message(proto)


def dissect(path, keylog, decode, whole, outgoing):
    """Messages in order, by frame number. `whole`: a response is at its last byte, else at the end of its head."""
    command = ["tshark", "-n", "-r", path, "-T", "pdml", "-J", "frame tls http http2 websocket",
               "-o", "tcp.desegment_tcp_streams:TRUE", "-o", "tcp.reassemble_out_of_order:TRUE",
               "-o", "tls.desegment_ssl_records:TRUE", "-o", "tls.desegment_ssl_application_data:TRUE",
               "-o", f"http.desegment_body:{str(whole).upper()}", "-o", "http.decompress_body:FALSE"]
    if keylog:
        command += ["-o", f"tls.keylog_file:{keylog}"]
    for port, protocol in decode.items():
        command += ["-d", f"tcp.port=={port},{protocol}"]
    found = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as tshark:
        for _, packet in xml.etree.ElementTree.iterparse(tshark.stdout):
            if packet.tag != "packet":
                continue
            number = int(value(packet, "frame.number"))
            if number in outgoing:
                found[number] = list(packet_messages(packet, outgoing[number]))
            packet.clear()
    if tshark.returncode:
        sys.exit(f"tshark: exit {tshark.returncode}")
    return found


# --- connections ---


class Connection:
    """The frames of a connection, whose messages come later."""

    def __init__(self, frames):
        self.frames, self.messages, self.ends = frames, [], []
        self.first, self.last = frames[0].t, frames[-1].t

    def out(self, frame):
        return (frame.src, frame.sport) == (self.frames[0].src, self.frames[0].sport)

    def sent(self, out, after=None):
        """Frames with data in this direction, from the frame after `after` on."""
        return [f for f in self.frames if f.payload and self.out(f) == out
                and (after is None or f.number > after.number)]

    def protocol(self):
        """By the first bytes that the client sends."""
        for frame in self.sent(True):
            if frame.payload[0] == 0x16:
                return "tls"
            return "http2" if frame.payload[:3] == b"PRI" else "http"
        return None

    def collect(self, found):
        for frame in self.frames:
            for message in found.get(frame.number, []):
                message.frame, message.out = frame, self.out(frame)
                yield message

    def marked(self, *marks, out=None, messages=None):
        return [m for m in (self.messages if messages is None else messages)
                if m.mark in marks and out in (None, m.out)]

    # Stamps where a phase ends; None: there was none.

    def tcp_end(self):
        """Our third ACK."""
        answered = False
        for frame in self.frames:
            if not self.out(frame):
                answered = answered or frame.f == "SA" or frame.flags & 0x12 == 0x12
            elif answered and frame.flags & 0x17 == 0x10:
                return frame.t
        return None

    def tls_end(self):
        """The later Finished."""
        finished = self.marked("finished")
        return finished[-1].frame.t if {m.out for m in finished} == {True, False} else None

    def http_end(self):
        """The last byte of the last response. Where the end of the connection ends it, that is the last with data."""
        finals = self.marked("final", out=False, messages=self.ends)
        if not finals or self.ws_end():
            return None
        frame = finals[-1].frame
        if finals[-1].protocol == "HTTP/1.1" and not carries(frame, self.messages):
            return [f for f in self.data_frames() if f.number <= frame.number][-1].t
        return frame.t

    def ws_end(self):
        upgrades = self.marked("upgrade", out=False)
        return upgrades[0].frame.t if upgrades else None

    def data_frames(self):
        """The server's frames that carry a protocol's bytes: over TLS, those that end a record of them."""
        records = [m.frame for m in self.marked("data", out=False)]
        return records if self.protocol() == "tls" else self.sent(False)

    def phases(self):
        stamps = {"tcp_us": self.tcp_end(), "tls_us": self.tls_end(), "http_us": self.http_end(),
                  "ws_us": self.ws_end(), "close_us": self.last}
        before, found = self.first, {}
        for name, stamp in stamps.items():
            # Early data may be answered before our Finished: then that phase takes no time.
            stamp = None if stamp is None else max(stamp, before)
            found[name] = None if stamp is None else (stamp - before) / 1e3
            before = before if stamp is None else stamp
        return found

    def ttfb(self):
        requests = self.marked("request", out=True)
        if not requests:
            return None
        asked = requests[0].frame
        if requests[0].protocol == "HTTP/2":
            heads = [m.frame for m in self.marked("head", "final", out=False)]
        else:
            heads = [f for f in self.data_frames() if f.number > asked.number]
        return (heads[0].t - asked.t) / 1e3 if heads else None

    def report(self):
        first = self.frames[0]
        return {
            "client": [first.src, first.sport], "server": [first.dst, first.dport],
            "first": self.first, "last": self.last, "phases": self.phases(), "ttfb_us": self.ttfb(),
            "messages": [{"time_us": (m.frame.t - self.first) / 1e3, "direction": "out" if m.out else "in",
                          "protocol": m.protocol, "text": m.text} for m in self.messages if m.text],
            "segments": len(self.frames), "bytes": sum(len(f.payload) for f in self.frames),
        }


def carries(frame, messages):
    """Does this frame bring bytes of HTTP? A FIN alone does not, nor a close_notify."""
    records = [m for m in messages if m.frame is frame and m.protocol == "TLS"]
    return bool(frame.payload) and (not records or any(m.mark == "data" for m in records))


def connections(path, keylog):
    frames = pcap.read(path)
    for number, frame in enumerate(frames, 1):
        frame.number = number
    found = [Connection(segments) for segments in pcap.attempts(frames)]
    decode = {c.frames[0].dport: c.protocol() for c in found if c.protocol()}
    outgoing = {f.number: c.out(f) for c in found for f in c.frames}
    ends = dissect(path, keylog, decode, True, outgoing)
    whole = not any(m.protocol == "HTTP/1.1" for messages in ends.values() for m in messages)
    heads = ends if whole else dissect(path, keylog, decode, False, outgoing)
    for connection in found:
        connection.ends = list(connection.collect(ends))
        connection.messages = list(connection.collect(heads))
        # A request is at its last byte, too.
        for head, end in zip(connection.marked("request"), connection.marked("request", messages=connection.ends)):
            head.frame = end.frame
    return [c.report() for c in found]


# --- beside the program ---


def words(messages):
    """(protocol, direction, word) of each that is compared, and its time."""
    found = []
    for message in messages:
        word, *rest = message["text"].split()
        if word == "end" or rest[2:3] == ["end,"]:  # of a response: tshark has no message for that
            continue
        if word == "HelloRetryRequest":  # that is a ServerHello by its type
            word = "ServerHello"
        known = COMPARED.get(message["protocol"], set())
        if known is None:
            word = message["text"]
        elif word not in known:
            continue
        elif word in ("SETTINGS", "PING") and rest[:1] == ["ACK"]:
            word += " ACK"
        found.append(((message["protocol"], message["direction"], word), message["time_us"]))
    return found


def differences(probe, truth, tolerance):
    # Where the server ends a body by closing after us, tshark sees no end of it.
    endless = truth["phases"]["http_us"] is None and any(" 200" in m["text"] for m in truth["messages"])
    for name, wanted in truth["phases"].items():
        got = probe["phases"][name]
        if endless and name in ("http_us", "close_us"):
            continue
        if (got is None) != (wanted is None) or (got is not None and abs(got - wanted) > tolerance):
            yield f"{name}: {got}, tshark {wanted}"
    whole = (truth["last"] - truth["first"]) / 1e3
    total = sum(v for k, v in probe["phases"].items() if v is not None and k != "dns_us")
    if abs(total - whole) > tolerance:
        yield f"sum of the phases: {total}, first SYN to last segment {whole}"
    if probe.get("http"):
        got, wanted = probe["http"]["ttfb_us"], truth["ttfb_us"]
        if (got is None) != (wanted is None) or (got is not None and abs(got - wanted) > tolerance):
            yield f"ttfb_us: {got}, tshark {wanted}"
    for protocol in COMPARED if probe.get("messages") is not None else ():
        got = [m for m in words(probe["messages"]) if m[0][0] == protocol]
        wanted = [m for m in words(truth["messages"]) if m[0][0] == protocol]
        if [m[0] for m in got] != [m[0] for m in wanted]:
            yield f"{protocol}: {[m[0][1:] for m in got]}\n    tshark {[m[0][1:] for m in wanted]}"
        else:
            yield from (f"time of {a[0]}: {a[1]}, tshark {b[1]}" for a, b in zip(got, wanted)
                        if abs(a[1] - b[1]) > tolerance)


def compare(path, truths, tolerance):
    with open(path, encoding="utf-8") as file:
        records = json.load(file)["records"]
    probes = [r for r in records if r["type"] == "probe" and r["state"] == "open"]
    bad = 0
    for probe in probes:
        mine = [t for t in truths if t["client"][1] == probe["source_port"] and t["server"][1] == probe["port"]]
        for line in differences(probe, mine[0], tolerance) if mine else ["is not in the capture"]:
            print(f"seq {probe['seq']} port {probe['port']}: {line}")
            bad += 1
    print(len(probes), "compared,", bad, "differences")
    return bad == 0 and bool(probes)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--keylog")
    parser.add_argument("--against")
    parser.add_argument("--tolerance", type=float, default=20)
    options = parser.parse_args()
    truths = connections(options.file, options.keylog)
    if options.against:
        sys.exit(not compare(options.against, truths, options.tolerance))
    for truth in truths:
        print(json.dumps(truth))


if __name__ == "__main__":
    main()
