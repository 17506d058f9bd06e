# SPDX-License-Identifier: MIT
"""Sealed events (docs/protocol.md section 8): what a device seals its Broadcasts with, and what
others open them with. **Loop-bound**."""

import collections
import secrets

from . import limits
from .clock import Clock
from .seal.boxes import Receiver, Sender
from .seal.errors import SealError
from .seal.event_keys import EventKey
from .seal.forms import ID_BYTES, Box, Kind
from .seal.keys import Level
from .seal.primitives import KEY_BYTES

#: Key ids of one sender that no welcome told of: they are asked for once.
_REFUSED_MAX = 8


class EventSenders:
    """A device's own event keys, one for each level."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._senders = {level: self._new_sender() for level in Level}

    def seal(self, level: Level, plaintext: bytes) -> bytes:
        """The blob of an event that may be seen from that level on."""
        if self._senders[level][1].is_used_up:
            self._senders[level] = self._new_sender()
        return self._senders[level][1].seal(plaintext)

    def keys_for(self, level: Level) -> list[EventKey]:
        """What a session of that level is told, as of now."""
        return [EventKey(of, key_id, sender.key, sender.generation, sender.next)
                for of, (key_id, sender) in self._senders.items() if of <= level]

    def _new_sender(self) -> tuple[bytes, Sender]:
        key_id = secrets.token_bytes(ID_BYTES)
        return key_id, Sender(Kind.EVENT, key_id, secrets.token_bytes(KEY_BYTES), self._clock.now)


class _Owner:
    def __init__(self) -> None:
        self.receivers: dict[bytes, Receiver] = {}
        self.refused: collections.deque[bytes] = collections.deque(maxlen=_REFUSED_MAX)
        self.asked = float("-inf")


class UnknownEventKey(Exception):
    """No key fits, and it is worth asking the sender for one."""


class EventReceivers:
    """The event keys of others, by who owns them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._owners: collections.OrderedDict[str, _Owner] = collections.OrderedDict()

    def learn(self, name: str, keys: list[EventKey]) -> None:
        """What a welcome told. A key that is known already is not taken back to an earlier counter:
        the hub may have held the welcome back, and would have what came since come again."""
        owner = self._owner(name)
        receivers = {}
        for key in keys:
            known = owner.receivers.get(key.key_id)
            is_ahead = known is not None and known.next >= key.next
            receivers[key.key_id] = known if known and is_ahead else Receiver(key.key, key.generation, key.next)
        owner.receivers = receivers

    def open(self, name: str, box: Box) -> tuple[bytes, int]:
        """The plaintext, and how many events of that key before it were lost. Raises SealError for
        what is to be dropped, UnknownEventKey where a session would tell more."""
        owner = self._owners.get(name) or _Owner()
        receiver = owner.receivers.get(box.id)
        try:
            if receiver:
                return receiver.open(box)
        except SealError as refused:
            if refused.error != "generation_too_far":
                raise
        if not self._is_worth_asking(owner, box.id):
            raise SealError("unknown_event_key")
        raise UnknownEventKey

    def asked(self, name: str, key_id: bytes) -> None:
        """A session was sought for that key. Where its welcome did not tell of it, as those of level
        view do not of the control key's, it is not sought again."""
        owner = self._owner(name)
        owner.asked = self._clock.now()
        if key_id not in owner.receivers:
            owner.refused.append(key_id)

    def came(self, name: str) -> None:
        """That member joined: it may be another process, and is worth asking anew."""
        if name in self._owners:
            self._owners[name].refused.clear()

    def _is_worth_asking(self, owner: _Owner, key_id: bytes) -> bool:
        is_soon = self._clock.now() - owner.asked < limits.SEAL_AGAIN_SECONDS
        return key_id not in owner.refused and not is_soon

    def _owner(self, name: str) -> _Owner:
        owner = self._owners.setdefault(name, _Owner())
        self._owners.move_to_end(name)
        if len(self._owners) > limits.SEAL_EVENT_OWNERS_MAX:
            self._owners.popitem(last=False)
        return owner
