# SPDX-License-Identifier: MIT
"""The end of a session that sends Commands (docs/protocol.md section 8): says hello, keeps the
session that comes of it, and finds out when it is lost. **Loop-bound**."""

import asyncio
import dataclasses
from collections.abc import Callable

from . import limits
from .binary import decode_inner
from .envelope import Envelope, MessageType, RawId
from .errors import DecodeError, Failure
from .limits import ResponseCode
from .names import random_id
from .requests import NOT_KNOWN
from .seal.errors import SealError
from .seal.event_keys import EventKey
from .seal.forms import Box, Welcome
from .seal.handshake import Opening, Parties
from .seal.identity import fingerprint
from .sessions import PING_NAME, SealedMember, Session, session_between
from .state import KnownDevices


@dataclasses.dataclass
class _Awaited:
    """A hello or a ping that waits for its answer."""

    outer_id: RawId
    answer: asyncio.Future[Session | None]
    opening: Opening | None = None
    #: A welcome came that was not from one who has the password.
    was_forged: bool = False


class _Peer:
    """All that an initiator knows of one device."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.session: Session | None = None
        self.making: asyncio.Task[None] | None = None
        self.awaited: _Awaited | None = None
        self.greeted = float("-inf")
        #: Its session was lost: the next one is made no sooner than a while after the last hello.
        self.is_again = False
        #: An identity that is not the one remembered, until a person accepts it.
        self.offered: bytes | None = None
        self.used = float("-inf")


class Initiator:
    """Sessions with devices, by name."""

    def __init__(self, member: SealedMember, known: KnownDevices, *,
                 lost: Callable[[str, Failure], None],
                 learned: Callable[[str, list[EventKey]], None]) -> None:
        """`lost` is told whose answers no longer come, `learned` what a welcome carried."""
        self._member, self._known = member, known
        self._lost, self._learned = lost, learned
        self._peers: dict[str, _Peer] = {}
        #: Whom a report of the hub about a Command is told to, by the outer id.
        self._commands: dict[RawId, Callable[[Failure], None]] = {}

    async def ready(self, name: str) -> Session:
        """The session with that device, made where there is none. Raises Failure."""
        while True:
            peer = self._peer(name)
            if peer.making is None and self._is_usable(peer.session):
                assert peer.session is not None
                return peer.session
            making = peer.making
            if making is None:
                making = peer.making = asyncio.ensure_future(self._make(peer))
                # Those who waited may have given up: then nobody asks what became of it.
                making.add_done_callback(lambda made: made.cancelled() or made.exception())
            await asyncio.wait((making,))  # Several may wait, and none ends it by giving up.
            if making.cancelled():
                raise Failure(ResponseCode.UNAVAILABLE, "the client was closed")
            making.result()

    async def greet(self, name: str, is_anew: bool) -> None:
        """A session of which the device knows for certain, with no Command to send. `is_anew`: its
        present event keys are wanted; not where something waits in the old one, which is the
        caller's to know. Raises Failure, and TimeoutError."""
        peer = self._peer(name)
        if is_anew and peer.making is None:
            peer.session = None
        session = await self.ready(name)
        if not session.is_confirmed and not await self._ping(peer, session):
            await self.ready(name)

    def send(self, session: Session, command: Envelope, undelivered: Callable[[Failure], None]) -> RawId:
        """Seals and sends it; gives the outer id, to be forgotten when the answer has come. Raises
        Failure."""
        peer = self._peers.get(session.peer)
        outer_id = self._seal(session, command)
        session.used = self._member.clock.now()
        if peer:
            peer.used = session.used
        self._commands[outer_id] = undelivered
        return outer_id

    def holds(self, session: Session) -> bool:
        """Whether it is still the one to send in."""
        peer = self._peers.get(session.peer)
        return peer is not None and peer.session is session

    def forget(self, outer_id: RawId) -> None:
        """Nobody waits for that Command any more."""
        self._commands.pop(outer_id, None)

    def end(self, session: Session) -> None:
        """The next Command makes a new one."""
        peer = self._peers.get(session.peer)
        if peer and peer.session is session:
            peer.session = None

    def doubt(self, name: str) -> None:
        """That device was away."""
        peer = self._peers.get(name)
        if peer and peer.session:
            peer.session.is_in_doubt = True

    def left(self, name: str, failure: Failure) -> None:
        """That device, or we, are not with the hub any more: no hello is answered."""
        self.doubt(name)
        if awaited := self._awaited(name):
            awaited.answer.set_exception(failure)

    def away(self) -> None:
        """We have left the hub."""
        for name in self._peers:
            self.left(name, Failure(ResponseCode.UNAVAILABLE, "the connection to the hub was lost"))

    def trust(self, name: str) -> None:
        """Accepts the identity that a device has shown instead of the one remembered for it. Raises
        Failure with 404 where it has shown none."""
        peer = self._peers.get(name)
        if peer is None or peer.offered is None:
            raise Failure(ResponseCode.NOT_FOUND, f"{name} has shown no identity but the one remembered for it")
        self._known.remember(self._member.channel, name, peer.offered)
        peer.offered = None

    def take_welcome(self, name: str, welcome: Welcome) -> bool:
        """Whether it answers our hello, and nobody else's."""
        awaited = self._awaited(name)
        if awaited is None or awaited.opening is None or awaited.opening.session_id != welcome.session_id:
            return False
        try:
            keys, event_keys = awaited.opening.finish(welcome)
        except SealError:
            awaited.was_forged = True  # The true one may still come.
            return False
        try:
            self._check_identity(self._peers[name], keys.identity)
        except Failure as changed:
            awaited.answer.set_exception(changed)
            return True
        session = session_between(name, welcome.session_id, self._member.keys.level, keys.initiator_key,
                                  keys.responder_key, self._member.clock)
        # All at once: an event, or a doubt, may come right behind it.
        self._peers[name].session = session
        self._learned(name, event_keys)
        awaited.answer.set_result(session)
        return True

    def take_data(self, name: str, box: Box) -> tuple[Envelope | None, int]:
        """The Response in it, where it is one for others to look at, and how many messages before
        it were lost. What it answers does not wait any more: only then are the others failed."""
        peer = self._peers.get(name)
        session = peer.session if peer else None
        if session is None or session.id != box.id:
            return None, 0
        try:
            plaintext, lost = session.receiver.open(box)
        except SealError:
            return None, 0
        # Whatever opens shows that the device has the session, and is an answer to a ping as well.
        session.is_in_doubt, session.is_confirmed = False, True
        awaited = self._awaited(name)
        if awaited and awaited.opening is None:
            awaited.answer.set_result(session)
        response = _response_in(plaintext)
        is_pong = response is not None and response.name == PING_NAME
        return None if is_pong else response, lost

    def take_unknown(self, name: str, session_id: bytes) -> bool:
        """Whether it is about a session of ours: one that is lost, or a hello that was refused."""
        peer, awaited = self._peers.get(name), self._awaited(name)
        if awaited and awaited.opening and awaited.opening.session_id == session_id:
            awaited.answer.set_exception(Failure(ResponseCode.NOT_SUPPORTED, f"{name} takes no commands"))
            return True
        if peer is None or peer.session is None or peer.session.id != session_id:
            return False
        was_in_doubt = peer.session.is_in_doubt
        peer.session, peer.is_again = None, True
        if awaited:
            awaited.answer.set_result(None)
        if not was_in_doubt:  # What was sent in it before the doubt has failed already.
            self._lost(name, Failure(ResponseCode.UNAVAILABLE, f"{name} has begun anew; {NOT_KNOWN}"))
        return True

    def take_report(self, outer_id: RawId, failure: Failure) -> bool:
        """Whether the hub speaks of a message of ours that it could not deliver."""
        if undelivered := self._commands.pop(outer_id, None):
            undelivered(failure)
            return True
        for peer in self._peers.values():
            awaited = self._awaited(peer.name)
            if awaited and awaited.outer_id == outer_id:
                if failure.code == ResponseCode.NOT_FOUND:  # Otherwise it is tried again.
                    awaited.answer.set_exception(failure)
                return True
        return False

    def close(self) -> None:
        """Ends what is being made."""
        for peer in self._peers.values():
            if peer.making:
                peer.making.cancel()

    def _is_usable(self, session: Session | None) -> bool:
        if session is None or self._is_used_up(session):
            return False
        # Whoever it was made for gave up: the device may have ended it as nothing came.
        is_unconfirmed = session.sender.next == 0
        if is_unconfirmed and self._member.clock.now() - session.began >= limits.SEAL_UNCONFIRMED_SECONDS / 2:
            session.is_in_doubt = True
        return not session.is_in_doubt

    def _is_used_up(self, session: Session) -> bool:
        idle = self._member.clock.now() - session.used
        return session.sender.is_used_up or idle >= limits.SEAL_SESSION_FRESH_SECONDS

    async def _make(self, peer: _Peer) -> None:
        try:
            if peer.session and peer.session.is_in_doubt and await self._is_still_there(peer):
                return
            peer.session = None
            await self._wait_turn(peer)
            await self._open(peer)
        finally:
            peer.making = None

    async def _is_still_there(self, peer: _Peer) -> bool:
        """What was sent in it before has failed when the peer, or we, went away."""
        session = peer.session
        assert session is not None
        if self._is_used_up(session):
            return False
        try:
            return await self._ping(peer, session)
        except TimeoutError:
            return False

    async def _wait_turn(self, peer: _Peer) -> None:
        """In a lost session's place no hello follows the last one soon, whoever says it is lost."""
        left = peer.greeted + limits.SEAL_AGAIN_SECONDS - self._member.clock.now()
        if peer.is_again and left > 0:
            await self._member.clock.sleep(left)
        peer.is_again = False

    async def _open(self, peer: _Peer) -> None:
        parties = Parties(self._member.channel, self._member.name, peer.name)
        level, was_forged = self._member.keys.level, False
        for _ in range(limits.SEAL_HELLO_TRIES):
            opening = Opening(parties, level, self._member.keys.session_psk(level))
            outer_id = self._member.send(MessageType.COMMAND, peer.name, opening.hello.encode())
            peer.greeted = peer.used = self._member.clock.now()
            awaited = _Awaited(outer_id, _future(), opening)
            try:
                await self._wait_answer(peer, awaited)
                return
            except TimeoutError:
                was_forged |= awaited.was_forged
        if was_forged:
            raise Failure(ResponseCode.WRONG_KEY, "no sealed session could be made: the device has another "
                          "password, or the hub interferes")
        raise Failure(ResponseCode.TIMED_OUT, f"{peer.name} did not answer when a sealed session was asked for")

    async def _ping(self, peer: _Peer, session: Session) -> bool:
        """Whether the device still has the session. Raises TimeoutError, and Failure as the hub says."""
        ping = Envelope(MessageType.COMMAND, id=random_id(), name=PING_NAME, recipients=(peer.name,))
        outer_id = self._seal(session, ping)
        session.used = self._member.clock.now()
        return await self._wait_answer(peer, _Awaited(outer_id, _future())) is not None

    async def _wait_answer(self, peer: _Peer, awaited: _Awaited) -> Session | None:
        peer.awaited = awaited
        try:
            return await self._member.clock.wait(awaited.answer, limits.SEAL_HELLO_SECONDS)
        finally:
            if peer.awaited is awaited:
                peer.awaited = None

    def _seal(self, session: Session, command: Envelope) -> RawId:
        return self._member.send(MessageType.COMMAND, session.peer, session.sender.seal(self._member.pack(command)))

    def _awaited(self, name: str) -> _Awaited | None:
        peer = self._peers.get(name)
        return peer.awaited if peer and peer.awaited and not peer.awaited.answer.done() else None

    def _check_identity(self, peer: _Peer, identity: bytes) -> None:
        known = self._known.find(self._member.channel, peer.name)
        if known is None:
            self._known.remember(self._member.channel, peer.name, identity)
        elif known != identity:
            peer.offered = identity
            raise Failure(ResponseCode.IDENTITY_CHANGED,
                          f"the identity of {peer.name} has changed from {fingerprint(known)} to "
                          f"{fingerprint(identity)}. If {peer.name} was set up anew, accept that with "
                          f"`malinka trust {peer.name}` (or Client.trust); if not, somebody may be posing as it")

    def _peer(self, name: str) -> _Peer:
        if name not in self._peers:
            if len(self._peers) >= limits.SEAL_SESSIONS_MAX:
                self._forget_one()
            self._peers[name] = _Peer(name)
        return self._peers[name]

    def _forget_one(self) -> None:
        """The one that was used the longest ago, of those that nothing is being done for."""
        idle = [peer for peer in self._peers.values() if peer.making is None]
        if not idle:
            raise Failure(ResponseCode.BUSY, "too many sessions are being made at once")
        del self._peers[min(idle, key=lambda peer: peer.used).name]


def _future() -> asyncio.Future[Session | None]:
    return asyncio.get_running_loop().create_future()


def _response_in(plaintext: bytes) -> Envelope | None:
    try:
        inner = decode_inner(plaintext)
    except DecodeError:
        return None
    return inner if inner.message_type == MessageType.RESPONSE else None
