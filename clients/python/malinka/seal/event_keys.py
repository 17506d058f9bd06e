# SPDX-License-Identifier: MIT
"""What a welcome carries: the keys of the responder's events (docs/protocol.md section 8)."""

import dataclasses
import struct

from .errors import SealError
from .forms import ID_BYTES
from .keys import Level
from .primitives import KEY_BYTES

_ENTRY = struct.Struct(f"<B{ID_BYTES}s{KEY_BYTES}sIQ")


@dataclasses.dataclass(frozen=True)
class EventKey:
    """One sender's key for events of one level, as it stands when it is told."""

    level: Level
    key_id: bytes
    key: bytes = dataclasses.field(repr=False)
    generation: int
    #: The counter of its next event: what is below it was sent before.
    next: int


def encode_event_keys(keys: list[EventKey]) -> bytes:
    """Their number, and each."""
    return bytes([len(keys)]) + b"".join(
        _ENTRY.pack(key.level, key.key_id, key.key, key.generation, key.next) for key in keys)


def parse_event_keys(payload: bytes) -> list[EventKey]:
    """Raises SealError: a length that differs, a level that is unknown or stands twice."""
    if not payload or len(payload) != 1 + payload[0] * _ENTRY.size:
        raise SealError("bad_event_keys")
    entries = list(_ENTRY.iter_unpack(payload[1:]))
    levels = [entry[0] for entry in entries]
    if any(level not in set(Level) for level in levels) or len(set(levels)) != len(levels):
        raise SealError("bad_event_keys")
    return [EventKey(Level(level), *rest) for level, *rest in entries]
