# SPDX-License-Identifier: MIT
"""What lies between a client and the hub in a sealed channel (docs/protocol.md section 8): takes
sealed messages apart by form and direction, and learns event keys. **Loop-bound**."""

import asyncio
import contextlib
import dataclasses
import random
from collections.abc import Callable

from . import limits
from .binary import decode_inner
from .envelope import Envelope, MessageType
from .errors import DecodeError, Failure
from .event_boxes import EventReceivers, EventSenders, UnknownEventKey
from .initiator import Initiator
from .responder import Responder
from .seal.errors import SealError
from .seal.forms import Box, Form, Hello, Kind, Unknown, Welcome, parse_form
from .seal.keys import Level
from .sessions import SealedMember, Session
from .state import KnownDevices


@dataclasses.dataclass(frozen=True)
class Opened:
    """An inner message, with the sender as its originator. A Command has the session to answer in;
    `lost` counts the messages before it that never came."""

    envelope: Envelope
    session: Session | None = None
    lost: int = 0


class SealedChannel:
    """One member's sessions and event keys. They outlive connections."""

    def __init__(self, member: SealedMember, known: KnownDevices, identity: bytes | None, *,
                 lost: Callable[[str, Failure], None],
                 learning_seconds: Callable[[str], float | None]) -> None:
        """`identity` is a device's private key; without one no Commands are taken. `lost` is told
        whose answers no longer come; `learning_seconds` says how long at most to wait before a
        session is made to learn the event keys of a member, or None where it is not to be made."""
        self._member, self._learning_seconds = member, learning_seconds
        self._receivers = EventReceivers(member.clock)
        self._senders = EventSenders(member.clock)
        self._learning: dict[str, asyncio.Task[None]] = {}
        self.initiator = Initiator(member, known, lost=lost, learned=self._receivers.learn)
        self.responder = (Responder(member, identity, self._senders.keys_for)
                          if identity is not None else None)

    def broadcast(self, level: Level, event: Envelope) -> None:
        """Tells all who have that level. Raises Failure."""
        self._member.send(MessageType.BROADCAST, None, self._senders.seal(level, self._member.pack(event)))

    def take(self, outer: Envelope) -> Opened | None:
        """What a sealed message says, where it says anything to others than the sealing itself."""
        name = outer.originator
        if name is None or outer.blob is None:
            return None
        try:
            form = parse_form(outer.blob.content)
        except SealError:
            return None
        if outer.message_type == MessageType.COMMAND:
            return self._take_command(name, form)
        if outer.message_type == MessageType.RESPONSE:
            return self._take_response(name, form)
        return self._take_broadcast(name, form)

    def came(self, name: str) -> None:
        """The hub told that this member is there: it may be another process than before."""
        self._receivers.came(name)
        self.initiator.doubt(name)

    def listen(self, name: str) -> None:
        """Makes a session with that device where there is none, to have its event keys in time."""
        self._learn(name, None)

    def close(self) -> None:
        """Ends what goes on by itself."""
        self.initiator.close()
        for task in self._learning.values():
            task.cancel()

    def _take_command(self, name: str, form: Form) -> Opened | None:
        match form:
            case Hello() if self.responder:
                self.responder.take_hello(name, form)
            case Hello():
                with contextlib.suppress(Failure):
                    self._member.send(MessageType.RESPONSE, name, Unknown(form.session_id).encode())
            case Box(kind=Kind.DATA) if self.responder:
                if taken := self.responder.take_data(name, form):
                    session, command = taken
                    return Opened(_from(command, name), session)
        return None

    def _take_response(self, name: str, form: Form) -> Opened | None:
        match form:
            case Welcome():
                self.initiator.take_welcome(name, form)
            case Box(kind=Kind.DATA):
                response, lost = self.initiator.take_data(name, form)
                if response or lost:
                    said = response or Envelope(MessageType.RESPONSE)
                    return Opened(_from(said, name), lost=lost)
            case Unknown():
                self.initiator.take_unknown(name, form.session_id)
        return None

    def _take_broadcast(self, name: str, form: Form) -> Opened | None:
        if not isinstance(form, Box) or form.kind != Kind.EVENT:
            return None
        try:
            plaintext, lost = self._receivers.open(name, form)
            event = decode_inner(plaintext)
        except UnknownEventKey:
            self._learn(name, form.id)
            return None
        except (SealError, DecodeError):
            return None
        return Opened(_from(event, name), lost=lost) if event.message_type == MessageType.BROADCAST else None

    def _learn(self, name: str, key_id: bytes | None) -> None:
        if name in self._learning or len(self._learning) >= limits.SEAL_SESSIONS_MAX:
            return
        seconds = self._learning_seconds(name)
        if seconds is None:
            return
        task = asyncio.ensure_future(self._learn_key(name, key_id, seconds))
        self._learning[name] = task
        task.add_done_callback(lambda _: self._learning.pop(name, None))

    async def _learn_key(self, name: str, key_id: bytes | None, seconds: float) -> None:
        """Not at once, and not all in the same moment: a device that came back is heard by many. An
        event's key that was not told of asks for a new session, as its welcome tells anew."""
        await self._member.clock.sleep(random.uniform(0, seconds))
        is_anew = key_id is not None and self._learning_seconds(name) is not None
        with contextlib.suppress(Failure, TimeoutError):
            await self.initiator.greet(name, is_anew)
        if key_id is not None and is_anew:
            self._receivers.asked(name, key_id)


def _from(inner: Envelope, name: str) -> Envelope:
    """The recipient believes the outer originator alone, as the session's peer."""
    return dataclasses.replace(inner, originator=name)
