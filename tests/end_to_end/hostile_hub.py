# SPDX-License-Identifier: MIT
"""A hub that means no good: it speaks the bus protocol to real programs, and does with each message what a test says.

    hub = HostileHub()
    hub.script = lambda message: [] if message.kind == "data" else [message]   # Drops all that is sealed.
    hub.deliver(hub.wait_for(lambda message: message.kind == "hello"))         # Says it again.

It reads what any hub can read: names, sizes, and of what kind a sealed message is. Without a script it is honest.
"""

import asyncio
import contextlib
import dataclasses
import json
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

import websockets

import foreign

PATIENCE_SECONDS = 30.0
KINDS = {1: "hello", 2: "welcome", 3: "data", 4: "event", 5: "unknown"}


@dataclasses.dataclass(frozen=True)
class Passing:
    """A message on its way: `originator` and `recipient` are what the hub says they are."""

    channel: str
    originator: str
    recipient: str  # Empty: a Broadcast.
    envelope: dict[str, Any] = dataclasses.field(repr=False)
    blob: bytes | None = dataclasses.field(default=None, repr=False)

    @property
    def kind(self) -> str:
        """Of a sealed one, what is in its blob; else its type in lower case."""
        if self.envelope.get("sealed") and self.blob:
            return KINDS.get(self.blob[0], "strange")
        return self.envelope["messageType"].lower()

    @property
    def session(self) -> bytes:
        """The id of its session, or of its event key."""
        assert self.blob
        return self.blob[2:18] if self.kind == "hello" else self.blob[1:17]

    def is_from(self, originator: str, *kinds: str) -> bool:
        return self.originator == originator and (not kinds or self.kind in kinds)

    def changed(self, **changes: Any) -> "Passing":
        return dataclasses.replace(self, **changes)

    def encode(self) -> str | bytes:
        envelope = self.envelope | {"originator": self.originator}
        if self.recipient:
            envelope["recipients"] = [self.recipient]
        if self.blob is None:
            return json.dumps(envelope)
        return foreign.binary_message(envelope | {"blob": {"size": len(self.blob)}}, self.blob)


Script = Callable[[Passing], list[Passing]]


def honest(message: Passing) -> list[Passing]:
    return [message]


@dataclasses.dataclass
class _Member:
    socket: Any
    is_device: bool
    key: str


class HostileHub:
    """On a free port of loopback, in a thread of its own."""

    def __init__(self) -> None:
        #: What becomes of each message; called in the hub's thread.
        self.script: Script = honest
        #: Whether those in a channel are told of each other's coming and going.
        self.tells_presence = True
        self._seen: list[Passing] = []
        self._members: dict[tuple[str, str], _Member] = {}
        self._news = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._wait(self._serve())
        self.url = f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    # What a test reads and does.

    def seen(self, is_wanted: Callable[[Passing], bool] = lambda _: True) -> list[Passing]:
        """What members have said so far."""
        with self._news:
            return [message for message in self._seen if is_wanted(message)]

    def wait_for(self, is_wanted: Callable[[Passing], bool], count: int = 1) -> Passing:
        """The `count`-th of those that are wanted, once it was said."""
        def found() -> Passing | None:
            wanted = [message for message in self._seen if is_wanted(message)]
            return wanted[count - 1] if len(wanted) >= count else None
        return self._wait_until(found)

    def wait_member(self, channel: str, name: str) -> None:
        self._wait_until(lambda: (channel, name) in self._members)

    def key_of(self, channel: str, name: str) -> str:
        """What that member has joined with."""
        return self._members[channel, name].key

    def deliver(self, *messages: Passing) -> None:
        """Says them now, as they are, whatever the script."""
        self._wait(self._deliver(messages))

    def say(self, channel: str, recipient: str, envelope: dict[str, Any], originator: str = "@hub") -> None:
        """Says something of its own."""
        self.deliver(Passing(channel, originator, recipient, envelope))

    def hang_up(self, channel: str, name: str) -> None:
        """Ends that member's connection, as a failing network does."""
        self._wait(self._hang_up(channel, name))

    def stop(self) -> None:
        self._wait(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # Its own thread.

    def _wait(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE_SECONDS)

    def _wait_until(self, found: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + PATIENCE_SECONDS
        with self._news:
            while not (result := found()):
                if not self._news.wait(deadline - time.monotonic()):
                    seen = "\n".join(f"  {one.kind} of {one.originator} to {one.recipient or '*'} in {one.channel}" for one in self._seen[-20:])
                    raise AssertionError(f"it has not come in {PATIENCE_SECONDS} s; this has:\n{seen}")
            return result

    async def _serve(self) -> Any:
        return await websockets.serve(self._take_connection, "127.0.0.1", 0, subprotocols=["malinka.v1"],
                                      max_size=None, compression=None, ping_interval=None)

    async def _stop(self) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _hang_up(self, channel: str, name: str) -> None:
        socket = self._members[channel, name].socket
        socket.transport.abort()
        await socket.wait_closed()

    async def _take_connection(self, socket: Any) -> None:
        join = json.loads(await socket.recv())
        place = join["channel"], join["subscriber"]
        member = _Member(socket, join.get("device", False), join.get("key", ""))
        if older := self._members.pop(place, None):
            await older.socket.close(4409)
        others = {name: other for (channel, name), other in self._members.items() if channel == place[0]}
        await socket.send(json.dumps(self._join_answer(*place, others)))
        with self._news:
            self._members[place] = member
            self._news.notify_all()
        await self._tell_presence(*place, "hub.joined", {"device": member.is_device})
        with contextlib.suppress(websockets.ConnectionClosed):
            async for content in socket:
                await self._take(*place, content)
        if self._members.get(place) is member:
            del self._members[place]
            await self._tell_presence(*place, "hub.left", {"reason": "lost"})

    @staticmethod
    def _join_answer(channel: str, name: str, others: dict[str, _Member]) -> dict[str, Any]:
        value = {"channel": channel, "subscriber": name, "guarded": True, "subscribers": list(others),
                 "devices": [other for other, member in others.items() if member.is_device],
                 "subscriberCount": len(others) + 1, "maxTextBytes": 16 << 20, "queueBytes": 8 << 20,
                 "heartbeatSeconds": 30, "time": "2026-11-22T21:48:07.123Z"}
        return {"messageType": "Response", "name": "Join", "originator": "@hub",
                "response": {"success": True, "responseCode": 200}, "value": value}

    async def _tell_presence(self, channel: str, name: str, event: str, more: dict[str, Any]) -> None:
        if not self.tells_presence:
            return
        told = {"messageType": "Broadcast", "name": event, "value": {"subscriber": name} | more}
        others = [other for (there, other) in self._members if there == channel and other != name]
        await self._deliver([Passing(channel, "@hub", other, told) for other in others])

    async def _take(self, channel: str, originator: str, content: str | bytes) -> None:
        envelope, blob = _take_apart(content)
        message = Passing(channel, originator, "", envelope, blob)
        if envelope["messageType"] != "Broadcast":
            message = message.changed(recipient=envelope["recipients"][0])
        with self._news:
            self._seen.append(message)
            self._news.notify_all()
        await self._deliver(self.script(message))

    async def _deliver(self, messages: Any) -> None:
        for message in messages:
            reached = [name for (channel, name) in list(self._members)
                       if channel == message.channel and name != message.originator
                       and message.recipient in ("", name)]
            if message.recipient and not reached:
                await self._report_unreached(message)
            for name in reached:
                with contextlib.suppress(websockets.ConnectionClosed):
                    await self._members[message.channel, name].socket.send(message.encode())

    async def _report_unreached(self, message: Passing) -> None:
        sender = self._members.get((message.channel, message.originator))
        if sender and "id" in message.envelope:
            report = hub_report(message, 404, "no such subscriber")
            await sender.socket.send(report.encode())


def hub_report(about: Passing, code: int, error: str, **value: Any) -> Passing:
    """What a hub says to the sender of a message."""
    envelope = {"messageType": "Response",
                "response": {"requestId": about.envelope["id"], "success": code < 300, "responseCode": code,
                             "error": error},
                "value": {"recipient": about.recipient} | value}
    return Passing(about.channel, "@hub", about.originator, envelope)


def _take_apart(content: str | bytes) -> tuple[dict[str, Any], bytes | None]:
    if isinstance(content, str):
        return json.loads(content), None
    (length,) = struct.unpack_from("<I", content)
    return json.loads(content[4:4 + length]), content[4 + length:]
