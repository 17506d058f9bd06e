# SPDX-License-Identifier: MIT
"""What an initiator and a responder have in common (docs/protocol.md section 8)."""

import dataclasses
from collections.abc import Callable

from . import limits
from .binary import encode_inner
from .clock import Clock
from .envelope import Envelope, MessageType, RawId
from .seal.boxes import Receiver, Sender
from .seal.event_keys import EventKey
from .seal.forms import BOX_HEADER_BYTES, Kind
from .seal.keys import ChannelKeys, Level
from .seal.primitives import TAG_BYTES

#: The inner Command by which an initiator asks whether a session is still there.
PING_NAME = "seal.ping"

#: Sends a blob as an outer message of that type, and gives its id. Raises Failure.
SendSealed = Callable[[MessageType, str | None, bytes], RawId]


@dataclasses.dataclass(frozen=True)
class SealedMember:
    """Who we are in a sealed channel, and by what we speak."""

    channel: str
    name: str
    keys: ChannelKeys
    clock: Clock
    send: SendSealed
    #: How many bytes of a blob the hub takes.
    blob_bytes_max: Callable[[], int]

    def pack(self, inner: Envelope) -> bytes:
        """The plaintext of a box. Looked at before it is sealed, since what was sealed and not sent
        would be missed. Raises Failure with 413."""
        box_bytes = BOX_HEADER_BYTES + TAG_BYTES
        return encode_inner(inner, min(limits.SEAL_MESSAGE_BYTES_MAX, self.blob_bytes_max()) - box_bytes)


@dataclasses.dataclass(eq=False)
class Session:
    """One that is made, at either end. `began` and `used` are by our own clock."""

    peer: str
    id: bytes
    level: Level
    sender: Sender
    receiver: Receiver
    began: float
    used: float
    #: At the initiator: the peer, or we, were away, and it may be gone.
    is_in_doubt: bool = False
    #: Data has come in it.
    is_confirmed: bool = False
    #: At the initiator: what the welcome told.
    event_keys: list[EventKey] = dataclasses.field(default_factory=list)

    def milliseconds(self, now: float) -> int:
        """How old it is: what a deadline is measured against."""
        return int((now - self.began) * 1000)


def session_between(peer: str, session_id: bytes, level: Level, sent_with: bytes, heard_with: bytes,
                    clock: Clock) -> Session:
    """With the key of each direction."""
    now = clock.now()
    return Session(peer, session_id, level, Sender(Kind.DATA, session_id, sent_with, clock.now),
                   Receiver(heard_with), began=now, used=now)
