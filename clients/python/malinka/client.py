# SPDX-License-Identifier: MIT
"""A member of a channel: asks others and waits for their answers, hears what they tell everyone,
and, as a device, answers Commands. **Loop-bound**."""

import asyncio
import logging
import pathlib
import ssl as tls
from collections.abc import Collection, Iterable

from . import limits
from .address import bus_url
from .asking import Asking
from .backoff import Backoff
from .clock import Clock
from .device import Device, Handler
from .envelope import EVERYONE, HUB_NAME, Blob, Envelope, Json, MessageType, RawId
from .errors import Failure
from .events import EventStream
from .inbox import Inbox
from .join import Join, Joined, names_of
from .limits import ResponseCode
from .link import Link, LinkHandlers, State
from .names import problem_of_name, random_id, random_instance
from .presence import Member, Members, members_of
from .requests import NOT_KNOWN, Reply, Requests
from .seal.errors import SealError
from .seal.identity import fingerprint
from .seal.keys import VIEW_LINK_PREFIX, ChannelKeys, Level, channel_keys
from .seal.primitives import public_key
from .sealed_channel import SealedChannel
from .sessions import SealedMember
from .state import KnownDevices, default_state_folder, load_identity

log = logging.getLogger("malinka")

REQUEST_SECONDS = 15.0
JOIN_SECONDS = 20.0
_LISTED_MAX = 100_000


class Client:
    """An asynchronous context manager: joined inside, gone behind.

        async with Client("ws://127.0.0.1:31415", "home", "script", "a long enough secret") as home:
            reply = await home.request("kitchen", "shell.run", {"command": "uptime"})
    """

    def __init__(self, hub: str, channel: str, name: str, password: str = "", *, sealed: bool = True,
                 handler: Handler | None = None, device: bool = False,
                 view_commands: Collection[str] = (), state_folder: pathlib.Path | None = None,
                 join_seconds: float | None = JOIN_SECONDS, backoff: Backoff = Backoff(),
                 ssl: tls.SSLContext | None = None, clock: Clock | None = None) -> None:
        """`password` may be a view link's key. Without one the channel is open, and nothing is sealed.
        A `device` answers Commands by its `handler`; those of `view_commands` it carries out for who
        has the view link, too. `join_seconds` bounds the first join; None waits for ever. Raises
        Failure with 400 for what cannot be: an address, a name."""
        _check(channel, name, device, handler)
        self.channel, self.name = channel, name
        #: The others in the channel, as far as the hub tells.
        self.members = Members()
        #: Of a sealed device: what people compare its identity by.
        self.fingerprint = ""
        self._url, self._backoff, self._ssl = bus_url(hub), backoff, ssl
        self._password, self._is_sealed = password, sealed and bool(password)
        self._join_seconds = join_seconds
        self._state_folder = state_folder or default_state_folder()
        self._clock = clock or Clock()
        self._requests = Requests()
        self._device = Device(handler, frozenset(view_commands), self._clock) if device and handler else None
        self._presence_changed = asyncio.Event()
        self._sealed: SealedChannel | None = None
        self._link: Link | None = None
        self._asking: Asking | None = None
        self._inbox = Inbox(self._requests, self.members, None, self._device, self._send)

    async def __aenter__(self) -> "Client":
        key = await self._seal() if self._is_sealed else self._password or None
        join = Join(self.channel, self.name, key, random_instance(), self._device is not None)
        handlers = LinkHandlers(self._joined, self._received, self._lost)
        self._link = Link(self._url, join, self._clock, handlers, backoff=self._backoff, ssl=self._ssl)
        self._asking = Asking(self._requests, self._clock, self._link, self._sealed)
        try:
            await self._link.wait_joined(self._join_seconds)
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def state(self) -> State:
        """How it stands with the hub."""
        return self._link.state if self._link else State.CLOSED

    @property
    def discarded_messages(self) -> int:
        """Messages that were malformed, or answers that nobody had asked for."""
        return self._inbox.discarded + (self._link.discarded if self._link else 0)

    async def close(self) -> None:
        """Leaves the channel for good."""
        if self._device:
            self._device.close()
        if self._sealed:
            self._sealed.close()
        if self._link:
            await self._link.close()
        self._requests.fail_all(Failure(ResponseCode.UNAVAILABLE, "the client was closed"))
        for stream in list(self._inbox.streams):
            stream.close()

    async def wait_joined(self, seconds: float | None = JOIN_SECONDS) -> None:
        """After a lost link: until it is there again. Raises Failure."""
        if self._link is None:
            raise Failure(ResponseCode.UNAVAILABLE, "the client was never opened")
        await self._link.wait_joined(seconds)

    async def wait_member(self, name: str, seconds: float = REQUEST_SECONDS) -> Member:
        """Until that member is there. Raises Failure with 404."""
        async def there() -> Member:
            while name not in self.members:
                self._presence_changed.clear()
                await self._presence_changed.wait()
            return self.members[name]
        try:
            return await self._clock.wait(there(), seconds)
        except TimeoutError as late:
            raise Failure(ResponseCode.NOT_FOUND, f"{name} did not come within {seconds:g} s") from late

    async def request(self, recipient: str, name: str, value: Json = None, *, blob: Blob | None = None,
                      timeout: float = REQUEST_SECONDS) -> Reply:
        """Asks one. A failure is a reply with its code and error, whoever it is that failed."""
        replies = await self.request_many([recipient], name, value, blob=blob, timeout=timeout)
        return replies[recipient]

    async def request_many(self, recipients: Iterable[str], name: str, value: Json = None, *,
                           blob: Blob | None = None, timeout: float = REQUEST_SECONDS) -> dict[str, Reply]:
        """Asks several, or with `["*"]` all others: in a sealed channel, all devices. Each has its own
        reply, by name."""
        asked = list(dict.fromkeys(recipients))
        asking, value = self._opened(), {} if value is None else value
        if self._sealed is None:
            return await asking.plain(asked, name, value, blob, timeout)
        if EVERYONE in asked:
            everyone = [*self.members] or await self.list()
            asked = [member.name for member in everyone if member.is_device]
        replies = await asyncio.gather(*(
            asking.hub(name, value, timeout) if one == HUB_NAME
            else asking.sealed(one, name, value, blob, timeout) for one in asked))
        return dict(zip(asked, replies))

    def broadcast(self, name: str, value: Json = None, *, blob: Blob | None = None,
                  level: Level = Level.CONTROL) -> None:
        """Tells all others: in a sealed channel, those of that level. Raises Failure: 501 where nobody
        could know what it was sealed with, since only devices tell of their event keys."""
        event = Envelope(MessageType.BROADCAST, id=random_id(), name=name, value=value, blob=blob)
        if self._sealed is None:
            self._send(event)
        elif self._sealed.responder is None:
            raise Failure(ResponseCode.NOT_SUPPORTED, "in a sealed channel only devices tell events")
        else:
            self._sealed.broadcast(level, event)

    def events(self) -> EventStream:
        """What members tell from now on: `async for event in client.events()`. In a sealed channel it
        begins with each device once there is a session, which is sought; open_session waits for it."""
        stream = EventStream()
        self._inbox.streams.add(stream)
        self._listen()
        return stream

    async def open_session(self, device: str, timeout: float = REQUEST_SECONDS) -> None:
        """Makes the sealed session that the first request would make. Raises Failure."""
        if self._sealed:
            try:
                await self._clock.wait(self._sealed.initiator.greet(device, is_anew=False), timeout)
            except TimeoutError as late:
                raise Failure(ResponseCode.TIMED_OUT, f"{device} did not answer in time") from late

    def trust(self, device: str) -> None:
        """Accepts the identity that a device has shown in place of the one remembered for it. Raises
        Failure with 404 where it has shown none."""
        if self._sealed:
            self._sealed.initiator.trust(device)

    async def list(self, most: int = _LISTED_MAX) -> list[Member]:
        """Of a crowd, where presence tells no names: the others, page by page, as far as they come."""
        listed: dict[str, Member] = {}
        for offset in range(0, most, limits.LIST_PAGE_MAX):
            page = {"offset": offset, "limit": limits.LIST_PAGE_MAX}
            told = (await self._opened().hub("hub.list", page, REQUEST_SECONDS)).value_object
            names = names_of(told, "subscribers") or ()
            listed |= {member.name: member for member in members_of(names, names_of(told, "devices") or ())}
            if len(names) < limits.LIST_PAGE_MAX:
                break
        listed.pop(self.name, None)
        return [*listed.values()]

    async def _seal(self) -> str:
        """Makes keys of the password, which takes a moment, and all that stands on them; gives the
        join key."""
        try:
            keys = await asyncio.to_thread(channel_keys, self._password, self.channel)
        except SealError as wrong:
            raise Failure(ResponseCode.MALFORMED, f"a password that begins with {VIEW_LINK_PREFIX} is a view "
                          "link's key, and this one is not whole") from wrong
        if keys.level == Level.CONTROL and len(self._password.encode()) < limits.PASSWORD_BYTES_WARNED:
            log.warning("the password is short: the hub's operator could guess it")
        member = SealedMember(self.channel, self.name, keys, self._clock, self._send_sealed,
                              lambda: self._link.blob_bytes_max if self._link else 0)
        self._sealed = SealedChannel(member, KnownDevices(self._state_folder), self._own_identity(keys),
                                     lost=self._requests.fail_from, learning_seconds=self._learning_seconds)
        streams, self._inbox = self._inbox.streams, Inbox(
            self._requests, self.members, self._sealed, self._device, self._send)
        self._inbox.streams = streams
        return keys.join_key

    def _own_identity(self, keys: ChannelKeys) -> bytes | None:
        if self._device is None:
            return None
        if keys.control is None:
            raise Failure(ResponseCode.DENIED, "a device needs the password: a view link's key is not enough")
        identity = load_identity(self._state_folder)
        self.fingerprint = fingerprint(public_key(identity))
        return identity

    def _learning_seconds(self, name: str) -> float | None:
        if not self._inbox.streams or self._requests.is_waiting_for(name):
            return None
        longest = min(limits.SEAL_EVENT_DELAY_MILLISECONDS * self.members.count,
                      limits.SEAL_EVENT_DELAY_MILLISECONDS_MAX)
        return longest / 1000

    def _opened(self) -> Asking:
        if self._asking is None:
            raise Failure(ResponseCode.UNAVAILABLE, "the client was never opened")
        return self._asking

    def _send(self, envelope: Envelope) -> None:
        if self._link is None:
            raise Failure(ResponseCode.UNAVAILABLE, "the client was never opened")
        self._link.send(envelope)

    def _send_sealed(self, message_type: MessageType, recipient: str | None, content: bytes) -> RawId:
        """Each has a fresh id, so that a report of the hub tells which it is about."""
        outer_id = random_id()
        recipients = () if recipient is None else (recipient,)
        self._send(Envelope(message_type, id=outer_id, recipients=recipients, sealed=True, blob=Blob(content)))
        return outer_id

    def _joined(self, joined: Joined) -> None:
        self._opened().clock_offset = 0.0 if joined.time is None else joined.time - self._clock.wall()
        self.members.reset(joined)
        self._presence_changed.set()
        # Behind the call that told: only then is there a connection to say hello on.
        asyncio.get_running_loop().call_soon(self._listen)

    def _listen(self) -> None:
        if self._sealed and self._inbox.streams:
            for member in self.members:
                if member.is_device:
                    self._sealed.listen(member.name)

    def _received(self, envelope: Envelope) -> None:
        self._inbox.take(envelope)
        self._presence_changed.set()

    def _lost(self) -> None:
        self.members.clear()
        if self._sealed:
            self._sealed.initiator.away()
        self._requests.fail_all(Failure(ResponseCode.UNAVAILABLE, f"the connection to the hub was lost; {NOT_KNOWN}"))


def _check(channel: str, name: str, device: bool, handler: Handler | None) -> None:
    for what, text in (("channel", channel), ("name", name)):
        if problem := problem_of_name(text):
            raise Failure(ResponseCode.MALFORMED, f"the {what} {problem}")
    if device and handler is None:
        raise Failure(ResponseCode.MALFORMED, "a device needs a handler")
