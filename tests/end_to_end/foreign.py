# SPDX-License-Identifier: MIT
"""A client that knows nothing of Malinka: Debian's python3-websockets, JSON text, no subprotocol unless asked for.

    with Foreign.join(hub, "home", "phone", key="…") as phone:
        phone.send({"messageType": "Command", "id": 1, "name": "agent.ping", "recipients": ["kitchen"]})
        answer = phone.next(lambda message: message["messageType"] == "Response")
"""

import asyncio
import collections
import contextlib
import json
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

import websockets

PATIENCE_SECONDS = 30.0

_loop = asyncio.new_event_loop()
threading.Thread(target=_loop.run_forever, daemon=True).start()


def _wait(coroutine: Any) -> Any:
    return asyncio.run_coroutine_threadsafe(coroutine, _loop).result(2 * PATIENCE_SECONDS)


async def _connect(url: str, **options: Any) -> Any:
    # One message at most waits here unread: who does not read lets the hub's queue fill.
    return await websockets.connect(url, max_size=None, max_queue=1, ping_interval=None, **options)


def binary_message(envelope: dict[str, Any] | bytes, blob: bytes, length: int | None = None) -> bytes:
    """docs/protocol.md section 5; `length` tells a lie about the envelope's."""
    text = envelope if isinstance(envelope, bytes) else json.dumps(envelope).encode()
    return struct.pack("<I", len(text) if length is None else length) + text + blob


class Closed(Exception):
    """The hub closed the connection while a message was awaited."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"closed with {code}: {reason}")
        self.code, self.reason = code, reason


class Foreign:
    """One WebSocket connection. What arrives is kept as it came, in order."""

    def __init__(self, url: str, *, protocols: list[str] | None = None, **options: Any) -> None:
        self.kept: collections.deque[str | bytes] = collections.deque()
        self._socket = _wait(_connect(url.rstrip("/") + "/bus", subprotocols=protocols, **options))

    @classmethod
    def join(cls, hub: Any, channel: str, subscriber: str, *, protocols: list[str] | None = None,
             **members: Any) -> "Foreign":
        """A connection that has joined; `answer` is what the hub said. Fails where it refused."""
        client, answer = cls.try_join(hub, channel, subscriber, protocols=protocols, **members)
        assert answer["response"]["success"], answer
        return client

    @classmethod
    def try_join(cls, hub: Any, channel: str, subscriber: str, *, protocols: list[str] | None = None,
                 local: str | None = None, **members: Any) -> tuple["Foreign", dict[str, Any]]:
        """The same, refused or not. `local` is the address that it comes from."""
        client = cls(hub.url, protocols=protocols, **({"local_addr": (local, 0)} if local else {}))
        client.send({"messageType": "Join", "channel": channel, "subscriber": subscriber, **members})
        client.answer = client.receive()
        return client, client.answer

    def send(self, message: dict[str, Any] | list[Any] | str | bytes | None) -> None:
        """A dict or list as JSON, a str as it is in a text message, bytes in a binary one."""
        _wait(self._socket.send(message if isinstance(message, (str, bytes)) else json.dumps(message)))

    def receive_raw(self, seconds: float = PATIENCE_SECONDS) -> str | bytes:
        """The next message as it came. Raises Closed, or TimeoutError."""
        if self.kept:
            return self.kept.popleft()
        try:
            return _wait(asyncio.wait_for(self._socket.recv(), seconds))
        except websockets.ConnectionClosed as closed:
            raise Closed(self._socket.close_code, self._socket.close_reason) from closed

    def receive(self, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        return json.loads(self.receive_raw(seconds))

    def next(self, is_wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next message that is wanted; those before it are dropped. Raises TimeoutError, also while others still come."""
        end = time.monotonic() + 2 * PATIENCE_SECONDS
        while not is_wanted(message := self.receive()):
            if time.monotonic() > end:
                raise TimeoutError("the message that was awaited did not come among others")
        return message

    def request(self, recipient: str, name: str, value: Any = None, **members: Any) -> dict[str, Any]:
        """Sends one Command and gives the Response to it."""
        command_id = f"request-{id(self)}-{name}-{len(str(value))}"
        command = {"messageType": "Command", "id": command_id, "name": name, "recipients": [recipient], **members}
        self.send(command | ({} if value is None else {"value": value}))
        return self.next(lambda message: message.get("response", {}).get("requestId") == command_id)

    def sync(self) -> list[dict[str, Any]]:
        """Everything that the hub sent before it answered a ping: what is not among it was not sent."""
        self.send({"messageType": "Command", "id": "sync", "name": "hub.ping", "recipients": ["@hub"]})
        before = []
        while (message := self.receive()).get("response", {}).get("requestId") != "sync":
            before.append(message)
        return before

    def wait_closed(self, seconds: float = PATIENCE_SECONDS) -> int:
        """The close code; messages that still came are kept."""
        try:
            while True:
                self.kept.append(_wait(asyncio.wait_for(self._socket.recv(), seconds)))
        except websockets.ConnectionClosed:
            return self._socket.close_code

    def vanish(self) -> None:
        """Ends as a machine that lost its power would: no close frame."""
        _loop.call_soon_threadsafe(self._socket.transport.abort)
        self.wait_closed()

    def close(self) -> None:
        _wait(self._close())

    async def _close(self) -> None:
        # The hub's close stands behind whatever is still unread.
        closing = asyncio.ensure_future(self._socket.close())
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                await self._socket.recv()
        await closing

    def __enter__(self) -> "Foreign":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()
