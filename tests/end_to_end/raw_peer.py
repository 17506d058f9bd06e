# SPDX-License-Identifier: MIT
"""A peer that writes WebSocket frames byte by byte, so that it can stop anywhere; and that reads only when asked to."""

import json
import re
import select
import socket
import ssl
import struct
import time
import urllib.request
from collections.abc import Callable

import harness

UPGRADE = (b"GET /bus HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")

CONTINUATION, TEXT, PING = 0, 1, 9


def frame(payload: bytes, opcode: int = TEXT, is_final: bool = True) -> bytes:
    """As a client must send it, masked with zeros."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else \
        b"\xfe" + struct.pack("!H", size) if size < 65536 else b"\xff" + struct.pack("!Q", size)
    return bytes([(0x80 if is_final else 0) | opcode]) + length + bytes(4) + payload


def join(channel: str, subscriber: str) -> bytes:
    return frame(json.dumps({"messageType": "Join", "channel": channel, "subscriber": subscriber}).encode())


def connect(hub: harness.Hub, receive_bytes: int = 0) -> socket.socket:
    """`receive_bytes` is what the kernel may keep unread; as it likes, unless given."""
    connection = socket.socket()
    if receive_bytes:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    connection.settimeout(harness.START_SECONDS)
    connection.connect((hub.address, hub.port))
    return connection


def read_until(connection: socket.socket, expected: bytes) -> bytes:
    received = b""
    while expected not in received:
        chunk = connection.recv(65536)
        assert chunk, f"ended without {expected!r}: {received!r}"
        received += chunk
    return received


def joined(hub: harness.Hub, channel: str, subscriber: str, receive_bytes: int = 0) -> socket.socket:
    """One that is in, has read that it is, and from now on answers nothing."""
    connection = connect(hub, receive_bytes)
    connection.sendall(UPGRADE + join(channel, subscriber))
    read_until(connection, b'"heartbeatSeconds"')
    return connection


def read_to_end(connection: socket.socket) -> bytes:
    received = b""
    try:
        while chunk := connection.recv(65536):
            received += chunk
    except ConnectionResetError:
        pass
    return received


def has_ended(connection: socket.socket) -> bool:
    """Looks, and does not wait; what came before the end stays unread."""
    poll = select.poll()
    poll.register(connection, select.POLLRDHUP)
    return bool(poll.poll(0))


def gauges(hub: harness.Hub) -> dict[str, int]:
    """What the hub has at this moment, the asker's own connection included."""
    context = ssl._create_unverified_context() if hub.scheme == "https" else None
    with urllib.request.urlopen(f"{hub.web_url}/metrics", timeout=harness.START_SECONDS, context=context) as page:
        found = re.findall(r"(?m)^malinka_(\S+) (\d+)$", page.read().decode())
    return {name: int(value) for name, value in found}


def wait_for_gauges(hub: harness.Hub, is_wanted: Callable[[dict[str, int]], bool]) -> None:
    deadline = time.monotonic() + harness.STOP_SECONDS
    while not is_wanted(has := gauges(hub)):
        if time.monotonic() > deadline:
            raise AssertionError(f"the gauges stay at {has}")


def nothing_is_left(has: dict[str, int]) -> bool:
    """The one connection is that of the asker."""
    return has["connections"] == 1 and \
        not any(has[name] for name in ("sessions", "channels", "queued_bytes", "incoming_bytes"))
