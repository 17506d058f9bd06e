# SPDX-License-Identifier: MIT
"""The end of a session that takes Commands (docs/protocol.md section 8): answers hellos, opens what
comes, and seals the answers. **Loop-bound**."""

import collections
import contextlib
from collections.abc import Callable, Iterable

from . import limits
from .binary import decode_inner
from .envelope import Envelope, MessageType, Outcome
from .errors import DecodeError, Failure
from .limits import ResponseCode
from .seal.errors import SealError
from .seal.event_keys import EventKey
from .seal.forms import Box, Hello, Unknown, Welcome
from .seal.handshake import Parties, answer_hello
from .seal.keys import Level
from .sessions import PING_NAME, SealedMember, Session, session_between


class Responder:
    """Sessions with initiators, by id."""

    def __init__(self, member: SealedMember, identity: bytes,
                 event_keys: Callable[[Level], list[EventKey]]) -> None:
        """`identity` is a private key; `event_keys` gives those that a session of a level is told."""
        self._member, self._identity, self._event_keys = member, identity, event_keys
        self._sessions: dict[bytes, Session] = {}

    def take_hello(self, name: str, hello: Hello) -> bool:
        """Whether it made a session, and was answered by a welcome."""
        self._end_old()
        if hello.session_id in self._sessions or not self._is_worked_for(name):
            return False
        made = self._answer(name, hello)
        if made is None:
            return False
        welcome, session = made
        with contextlib.suppress(Failure):
            self._member.send(MessageType.RESPONSE, name, welcome.encode())
            self._make_room(is_confirmed=False)
            self._sessions[session.id] = session
        return True

    def take_data(self, name: str, box: Box) -> tuple[Session, Envelope] | None:
        """The Command in it, where it is one for others to carry out, and the session to answer in."""
        self._end_old()
        session = self._sessions.get(box.id)
        if session is None:
            with contextlib.suppress(Failure):
                self._member.send(MessageType.RESPONSE, name, Unknown(box.id).encode())
            return None
        if session.peer != name:
            return None
        try:
            plaintext, _ = session.receiver.open(box)
        except SealError:
            return None
        session.used = self._member.clock.now()
        self._confirm(session)
        return self._look_into(session, plaintext)

    def answer(self, session: Session, response: Envelope) -> None:
        """Seals and sends it, unless its session has ended meanwhile. Raises Failure."""
        if self._sessions.get(session.id) is not session:
            return
        if session.sender.is_used_up:
            del self._sessions[session.id]
            return
        blob = session.sender.seal(self._member.pack(response))
        self._member.send(MessageType.RESPONSE, session.peer, blob)

    def _answer(self, name: str, hello: Hello) -> tuple[Welcome, Session] | None:
        parties = Parties(self._member.channel, name, self._member.name)
        try:
            psk = self._member.keys.session_psk(hello.level)
            welcome, keys = answer_hello(hello, parties, psk, self._identity, self._event_keys(hello.level))
        except SealError:
            return None
        return welcome, session_between(name, hello.session_id, hello.level, keys.responder_key,
                                        keys.initiator_key, self._member.clock)

    def _look_into(self, session: Session, plaintext: bytes) -> tuple[Session, Envelope] | None:
        try:
            command = decode_inner(plaintext)
        except DecodeError:
            return None
        if command.message_type != MessageType.COMMAND:
            return None
        age = session.milliseconds(self._member.clock.now())
        if command.deadline is not None and age > command.deadline:
            self._say(session, command, Outcome(command.id, False, ResponseCode.TIMED_OUT,
                                                "expired before it came"), {"expired": True})
            return None
        if command.name == PING_NAME:
            self._say(session, command, Outcome(command.id, True, ResponseCode.DONE))
            return None
        return session, command

    def _say(self, session: Session, command: Envelope, outcome: Outcome, value: object = None) -> None:
        response = Envelope(MessageType.RESPONSE, name=command.name, recipients=(session.peer,),
                            value=value, response=outcome)
        with contextlib.suppress(Failure):
            self.answer(session, response)

    def _confirm(self, session: Session) -> None:
        if not session.is_confirmed:
            self._make_room(is_confirmed=True)
            session.is_confirmed = True

    def _is_worked_for(self, name: str) -> bool:
        """Whoever has as many sessions without data as one may have waits until one has ended."""
        waiting = sum(one.peer == name and not one.is_confirmed for one in self._sessions.values())
        return waiting < limits.SEAL_UNCONFIRMED_EACH_MAX

    def _make_room(self, is_confirmed: bool) -> None:
        """For one more of that sort, which never displaces the other sort."""
        count_max = limits.SEAL_SESSIONS_MAX if is_confirmed else limits.SEAL_UNCONFIRMED_MAX
        sort = [one for one in self._sessions.values() if one.is_confirmed == is_confirmed]
        if len(sort) >= count_max:
            del self._sessions[_greediest(sort).id]

    def _end_old(self) -> None:
        now = self._member.clock.now()
        for session in list(self._sessions.values()):
            seconds = (limits.SEAL_SESSION_IDLE_SECONDS if session.is_confirmed
                       else limits.SEAL_UNCONFIRMED_SECONDS)
            if now - session.used >= seconds:
                del self._sessions[session.id]


def _greediest(sessions: Iterable[Session]) -> Session:
    """Of the initiator who has most, the one that was used the longest ago."""
    counts = collections.Counter(session.peer for session in sessions)
    return min(sessions, key=lambda session: (-counts[session.peer], session.used))
