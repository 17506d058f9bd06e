# SPDX-License-Identifier: MIT
"""From a hello and its welcome to the keys of a session (docs/protocol.md section 8)."""

import dataclasses
import secrets

from . import noise, primitives
from .event_keys import EventKey, encode_event_keys, parse_event_keys
from .forms import ID_BYTES, Hello, Welcome
from .keys import Level

_CONTEXT = b"malinka.v1\0"


@dataclasses.dataclass(frozen=True)
class Parties:
    """Whom a session is between: bound into it, so that it fits nowhere else."""

    channel: str
    initiator: str
    responder: str


@dataclasses.dataclass(frozen=True)
class SessionKeys:
    """What both ends have: the key of each direction, and the responder's public key."""

    initiator_key: bytes = dataclasses.field(repr=False)
    responder_key: bytes = dataclasses.field(repr=False)
    identity: bytes


class Opening:
    """The initiator's side: says `hello`, then takes the welcome. A wrong one changes nothing."""

    def __init__(self, parties: Parties, level: Level, psk: bytes,
                 session_id: bytes | None = None, ephemeral: bytes | None = None) -> None:
        """`session_id` and `ephemeral`, a private key, are random except in vectors."""
        self.session_id = session_id or secrets.token_bytes(ID_BYTES)
        prologue = make_prologue(parties, level, self.session_id)
        self._noise = noise.Initiator(prologue, psk, ephemeral)
        self.hello = Hello(level, self.session_id, self._noise.write_message_1())

    def finish(self, welcome: Welcome) -> tuple[SessionKeys, list[EventKey]]:
        """Raises SealError where the welcome is not from one who has the PSK and means this hello."""
        payload, identity, made = self._noise.read_message_2(welcome.noise)
        event_keys = parse_event_keys(payload)
        return SessionKeys(made.initiator_key, made.responder_key, identity), event_keys


def answer_hello(hello: Hello, parties: Parties, psk: bytes, static: bytes,
                 event_keys: list[EventKey],
                 ephemeral: bytes | None = None) -> tuple[Welcome, SessionKeys]:
    """The responder's side. `static` is the private key of its identity, `psk` that of the hello's
    level. Raises SealError where the hello is for others. Who has no PSK can say hello as well."""
    prologue = make_prologue(parties, hello.level, hello.session_id)
    responder = noise.Responder(prologue, psk, static, ephemeral)
    responder.read_message_1(hello.noise)
    message, made = responder.write_message_2(encode_event_keys(event_keys))
    identity = primitives.public_key(static)
    return (Welcome(hello.session_id, message),
            SessionKeys(made.initiator_key, made.responder_key, identity))


def make_prologue(parties: Parties, level: Level, session_id: bytes) -> bytes:
    """What both ends must agree on before either says a word."""
    names = (parties.channel, parties.initiator, parties.responder)
    return _CONTEXT + bytes([level]) + session_id + b"".join(_text(name) for name in names)


def _text(text: str) -> bytes:
    content = text.encode()
    return len(content).to_bytes(2, "little") + content
