# SPDX-License-Identifier: MIT
"""One direction of a session, or one sender's events: boxes under a counter and a key that is
raised (docs/protocol.md section 8, "Data")."""

import time
from collections.abc import Callable

from .. import limits
from . import primitives
from .errors import SealError
from .forms import Box, Kind

_GENERATION_MAX = 2**32 - 1


class Sender:
    """Seals, and raises its key when that is due."""

    def __init__(self, kind: Kind, sender_id: bytes, key: bytes,
                 now: Callable[[], float] = time.monotonic) -> None:
        self._kind, self._id, self._key, self._now = kind, sender_id, key, now
        self.generation = 0
        self.next = 0
        self._begin_generation()

    @property
    def key(self) -> bytes:
        """The key of the present generation: what an event key is told with."""
        return self._key

    @property
    def is_used_up(self) -> bool:
        """Its numbers have come to an end, and nothing more can be sealed."""
        return self.next >= primitives.REKEY_COUNTER or self.generation >= _GENERATION_MAX

    def seal(self, plaintext: bytes) -> bytes:
        """The blob. Raises SealError when the numbers have come to an end."""
        if self.is_used_up:
            raise SealError("used_up")
        if self._is_raise_due():
            self.raise_generation()
        header = Box(self._kind, self._id, self.generation, self.next, b"").header
        box = primitives.encrypt(self._key, self.next, header, plaintext)
        self.next += 1
        self._messages += 1
        self._bytes += len(box)
        return header + box

    def raise_generation(self) -> None:
        """Follows the key by one that cannot be turned back into it."""
        self._key = primitives.raise_key(self._key)
        self.generation += 1
        self._begin_generation()

    def _begin_generation(self) -> None:
        self._messages = 0
        self._bytes = 0
        self._since = self._now()

    def _is_raise_due(self) -> bool:
        return (self._messages >= limits.SEAL_GENERATION_MESSAGES
                or self._bytes >= limits.SEAL_GENERATION_BYTES
                or self._now() - self._since >= limits.SEAL_GENERATION_SECONDS)


class Receiver:
    """Opens, in order. Its state changes only where a tag verified."""

    def __init__(self, key: bytes, generation: int = 0, next_counter: int = 0) -> None:
        self._key = key
        self.generation = generation
        self.next = next_counter

    def open(self, box: Box) -> tuple[bytes, int]:
        """The plaintext, and how many messages before it were lost. Raises SealError: old,
        generation_too_far, not_authentic. The id is the caller's to check."""
        if box.counter < self.next or box.counter == primitives.REKEY_COUNTER:
            raise SealError("old")
        ahead = box.generation - self.generation
        if ahead < 0:
            raise SealError("old")
        if ahead > limits.SEAL_GENERATIONS_AHEAD:
            raise SealError("generation_too_far")
        key = self._key
        for _ in range(ahead):
            key = primitives.raise_key(key)
        plaintext = primitives.decrypt(key, box.counter, box.header, box.box)
        lost = box.counter - self.next
        self._key, self.generation, self.next = key, box.generation, box.counter + 1
        return plaintext, lost
