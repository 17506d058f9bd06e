# SPDX-License-Identifier: MIT
"""The five blobs of sealed messages, to bytes and back (docs/protocol.md section 8, "Form")."""

import dataclasses
import enum
import struct

from . import primitives
from .errors import SealError
from .keys import Level

ID_BYTES = 16
HELLO_NOISE_BYTES = 48
WELCOME_NOISE_BYTES_MIN = 96


class Kind(enum.IntEnum):
    """Byte 0."""

    HELLO = 1
    WELCOME = 2
    DATA = 3
    EVENT = 4
    UNKNOWN = 5


_NUMBERS = struct.Struct("<IQ")
#: Kind, id, generation and counter: what a box is bound to.
BOX_HEADER_BYTES = 1 + ID_BYTES + _NUMBERS.size
_HELLO_BYTES = 2 + ID_BYTES + HELLO_NOISE_BYTES
_UNKNOWN_BYTES = 1 + ID_BYTES
_BYTES_MIN = {
    Kind.HELLO: _HELLO_BYTES,
    Kind.WELCOME: 1 + ID_BYTES + WELCOME_NOISE_BYTES_MIN,
    Kind.DATA: BOX_HEADER_BYTES + primitives.TAG_BYTES,
    Kind.EVENT: BOX_HEADER_BYTES + primitives.TAG_BYTES,
    Kind.UNKNOWN: _UNKNOWN_BYTES,
}
_BYTES_FIXED = {Kind.HELLO, Kind.UNKNOWN}


@dataclasses.dataclass(frozen=True)
class Hello:
    """Asks for a session."""

    level: Level
    session_id: bytes
    noise: bytes

    def encode(self) -> bytes:
        return bytes([Kind.HELLO, self.level]) + self.session_id + self.noise


@dataclasses.dataclass(frozen=True)
class Welcome:
    """Answers a hello."""

    session_id: bytes
    noise: bytes

    def encode(self) -> bytes:
        return bytes([Kind.WELCOME]) + self.session_id + self.noise


@dataclasses.dataclass(frozen=True)
class Box:
    """Data of a session, or an event: `id` is the session's or the event key's."""

    kind: Kind
    id: bytes
    generation: int
    counter: int
    box: bytes

    @property
    def header(self) -> bytes:
        """What stands in front of the box, and is bound to it."""
        return bytes([self.kind]) + self.id + _NUMBERS.pack(self.generation, self.counter)

    def encode(self) -> bytes:
        return self.header + self.box


@dataclasses.dataclass(frozen=True)
class Unknown:
    """Says that there is no such session."""

    session_id: bytes

    def encode(self) -> bytes:
        return bytes([Kind.UNKNOWN]) + self.session_id


Form = Hello | Welcome | Box | Unknown


def parse_form(blob: bytes) -> Form:
    """Takes a blob apart. Raises SealError: empty, unknown_kind, too_short, too_long, unknown_level."""
    if not blob:
        raise SealError("empty")
    if blob[0] not in set(Kind):
        raise SealError("unknown_kind")
    kind = Kind(blob[0])
    if len(blob) < _BYTES_MIN[kind]:
        raise SealError("too_short")
    if kind in _BYTES_FIXED and len(blob) > _BYTES_MIN[kind]:
        raise SealError("too_long")
    if kind == Kind.HELLO:
        return _parse_hello(blob)
    some_id, rest = blob[1:1 + ID_BYTES], blob[1 + ID_BYTES:]
    if kind == Kind.WELCOME:
        return Welcome(some_id, rest)
    if kind == Kind.UNKNOWN:
        return Unknown(some_id)
    generation, counter = _NUMBERS.unpack_from(rest)
    return Box(kind, some_id, generation, counter, rest[_NUMBERS.size:])


def _parse_hello(blob: bytes) -> Hello:
    if blob[1] not in set(Level):
        raise SealError("unknown_level")
    return Hello(Level(blob[1]), blob[2:2 + ID_BYTES], blob[2 + ID_BYTES:])
