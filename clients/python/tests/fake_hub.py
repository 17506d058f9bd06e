# SPDX-License-Identifier: MIT
"""A hub in this process, as far as clients can see it; and one that lies, where a test says so."""

import asyncio
import base64
import contextlib
import dataclasses
import datetime
import json
from collections.abc import Callable, Iterable
from typing import Any

import websockets

from malinka.seal.errors import SealError
from malinka.seal.forms import Form, parse_form

Json = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Relayed:
    """One copy of a message on its way."""

    sender: str
    recipient: str
    head: Json
    content: bytes | None = None

    @property
    def form(self) -> Form | None:
        """What is in its blob, where it is sealed."""
        if "sealed" not in self.head or self.content is None:
            return None
        try:
            return parse_form(self.content)
        except SealError:
            return None


Interference = Callable[[Relayed], Iterable[Relayed]]


class FakeHub:
    """Relays between who has joined. `relayed` has all that it was given to pass on."""

    def __init__(self, offers_binary: bool = True) -> None:
        self.relayed: list[Relayed] = []
        self.joins: list[Json] = []
        #: Who came and went, once everybody was told.
        self.announced: list[tuple[str, str]] = []
        #: What becomes of each copy: passed on unless a test says otherwise.
        self.interfere: Interference = lambda copy: [copy]
        #: Answers the next joins in place of a welcome: a code each.
        self.refusals: list[int] = []
        #: Says of no one that it is a device.
        self.hides_devices = False
        self._protocols = ["malinka.v1"] if offers_binary else None
        self._sockets: dict[str, Any] = {}
        self._devices: set[str] = set()
        self._key: str | None = None
        self._news = asyncio.Condition()
        self._server: Any = None

    async def __aenter__(self) -> "FakeHub":
        self._server = await websockets.serve(self._serve, "127.0.0.1", 0, subprotocols=self._protocols,
                                              max_size=None, compression=None, close_timeout=1)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits until something that the hub sees makes it true."""
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(condition), 30)

    def forms(self, of: type) -> list[Relayed]:
        """Those messages whose blob is of that form."""
        return [copy for copy in self.relayed if isinstance(copy.form, of)]

    async def drop(self, name: str) -> None:
        """Ends a member's connection, as a failing network would."""
        self._sockets[name].transport.abort()
        await self.until(lambda: name not in self._sockets)

    async def say(self, recipient: str, head: Json) -> None:
        """Something of the hub's own."""
        await self._sockets[recipient].send(json.dumps({"originator": "@hub", **head}))

    async def deliver(self, copy: Relayed) -> None:
        """Puts a message into a member's hands, whoever it is said to be from."""
        head = {**copy.head, "originator": copy.sender}
        socket = self._sockets[copy.recipient]
        if copy.content is None or socket.subprotocol is None:
            await socket.send(json.dumps(head))
        else:
            text = json.dumps(head).encode()
            await socket.send(len(text).to_bytes(4, "little") + text + copy.content)

    async def _serve(self, socket: Any, *_: object) -> None:
        join = json.loads(await socket.recv())
        name = join["subscriber"]
        if not await self._admit(socket, join):
            return
        try:
            async for message in socket:
                await self._relay(name, message)
        except websockets.ConnectionClosed:
            pass
        finally:
            if self._sockets.get(name) is socket:
                await self._leave(name, "lost")

    async def _admit(self, socket: Any, join: Json) -> bool:
        self.joins.append(join)
        name = join["subscriber"]
        if self.refusals or (self._sockets and join.get("key") != self._key):
            code = self.refusals.pop(0) if self.refusals else 401
            await self._answer_join(socket, {"success": False, "responseCode": code, "error": "no"}, {})
            await socket.close(4000 + code)
            await self._tell_news()
            return False
        if name in self._sockets:
            await self._leave(name, "replaced")
        self._key = join.get("key")
        others = list(self._sockets)
        self._sockets[name] = socket
        is_device = join.get("device") is True and not self.hides_devices
        (self._devices.add if is_device else self._devices.discard)(name)
        await self._answer_join(socket, {"success": True, "responseCode": 200}, {
            "channel": join["channel"], "subscriber": name, "subscribers": others, "subscriberCount": len(others) + 1,
            "devices": [one for one in others if one in self._devices], "maxTextBytes": 16777216,
            "time": datetime.datetime.now(datetime.UTC).isoformat()})
        await self._broadcast("hub.joined", name, device=name in self._devices)
        return True

    async def _answer_join(self, socket: Any, response: Json, value: Json) -> None:
        await socket.send(json.dumps({"messageType": "Response", "name": "Join", "originator": "@hub",
                                      "response": response, "value": value}))

    async def _leave(self, name: str, reason: str) -> None:
        socket = self._sockets.pop(name)
        if reason == "replaced":
            await socket.close(4409)
        await self._broadcast("hub.left", name, reason=reason)

    async def _broadcast(self, event: str, about: str, **value: Any) -> None:
        for name in list(self._sockets):
            if name != about:
                with contextlib.suppress(websockets.ConnectionClosed):
                    await self.say(name, {"messageType": "Broadcast", "name": event,
                                          "value": {"subscriber": about, **value}})
        self.announced.append((event, about))
        await self._tell_news()

    async def _relay(self, sender: str, message: str | bytes) -> None:
        head, content = _take_apart(message)
        recipients = head.get("recipients", [])
        if head["messageType"] == "Broadcast" or recipients == ["*"]:
            recipients = [name for name in self._sockets if name != sender]
            if head["messageType"] == "Command":
                await self._report(sender, head, 202, {"recipients": recipients})
        for recipient in recipients:
            await self._relay_copy(Relayed(sender, recipient, head, content))
        await self._tell_news()

    async def _relay_copy(self, copy: Relayed) -> None:
        if copy.recipient == "@hub":
            await self._report(copy.sender, copy.head, 200, {"subscribers": list(self._sockets),
                                                             "devices": list(self._devices)})
            return
        self.relayed.append(copy)
        for passed in self.interfere(copy):
            if passed.recipient in self._sockets:
                await self.deliver(passed)
            else:
                await self._report(copy.sender, copy.head, 404, {"recipient": copy.recipient})

    async def _report(self, sender: str, head: Json, code: int, value: Json) -> None:
        await self.say(sender, {"messageType": "Response", "recipients": [sender], "value": value, "response": {
            "requestId": head.get("id"), "success": code < 400, "responseCode": code,
            **({"error": "no such subscriber"} if code >= 400 else {})}})

    async def _tell_news(self) -> None:
        async with self._news:
            self._news.notify_all()


def _take_apart(message: str | bytes) -> tuple[Json, bytes | None]:
    if isinstance(message, str):
        head = json.loads(message)
        return head, base64.b64decode(head["blob"]["content"]) if "blob" in head else None
    end = 4 + int.from_bytes(message[:4], "little")
    return json.loads(message[4:end]), message[end:]
