# SPDX-License-Identifier: MIT
"""From a channel's password, or its view link, to its keys (docs/protocol.md section 8)."""

import base64
import binascii
import dataclasses
import enum

from . import primitives
from .errors import SealError

#: What a view link's key begins with, in the password's place.
VIEW_LINK_PREFIX = "view1."
_SALT_CONTEXT = b"malinka.v1\0"


class Level(enum.IntEnum):
    """What a session may do."""

    VIEW = 1
    CONTROL = 2


@dataclasses.dataclass(frozen=True)
class ChannelKeys:
    """All that a channel's password says. Who has the view link alone has no `control`."""

    view: bytes = dataclasses.field(repr=False)
    control: bytes | None = dataclasses.field(repr=False, default=None)

    @property
    def level(self) -> Level:
        """The highest level of these keys."""
        return Level.VIEW if self.control is None else Level.CONTROL

    @property
    def join_key(self) -> str:
        """What the hub is told: a one-way hash of what seals."""
        return encode_base64url(primitives.derive(self.view, "join"))

    @property
    def view_link(self) -> str:
        """What to give in the password's place to those who may watch."""
        return VIEW_LINK_PREFIX + encode_base64url(self.view)

    def session_psk(self, level: Level) -> bytes:
        """The PSK of sessions at that level. Raises SealError where the keys do not reach it."""
        key = self.view if level == Level.VIEW else self.control
        if key is None:
            raise SealError("no_such_level")
        return primitives.derive(key, "session")


def channel_keys(password: str, channel: str) -> ChannelKeys:
    """The keys of a channel by its password, as typed, or by a view link's key: slow, by design.

    Raises SealError for what begins like a view link's key and is none.
    """
    if password.startswith(VIEW_LINK_PREFIX):
        return parse_view_link(password)
    salt = primitives.blake2b(_SALT_CONTEXT + channel.encode(), primitives.SALT_BYTES)
    control = primitives.stretch(password.encode(), salt)
    return ChannelKeys(view=primitives.derive(control, "view"), control=control)


def parse_view_link(text: str) -> ChannelKeys:
    """The keys of a view link's `view1.…`. Raises SealError."""
    if not text.startswith(VIEW_LINK_PREFIX):
        raise SealError("not_a_view_link")
    view = decode_base64url(text.removeprefix(VIEW_LINK_PREFIX))
    if len(view) != primitives.KEY_BYTES:
        raise SealError("not_a_view_link")
    return ChannelKeys(view=view)


def encode_base64url(content: bytes) -> str:
    """RFC 4648 section 5, without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode_base64url(text: str) -> bytes:
    """The one way to read it: no padding, no other characters, no stray bits. Raises SealError."""
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise SealError("not_base64url") from wrong
    if encode_base64url(content) != text:
        raise SealError("not_base64url")
    return content
