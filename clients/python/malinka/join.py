# SPDX-License-Identifier: MIT
"""The first message of a connection, and the hub's answer to it (docs/protocol.md section 2)."""

import dataclasses
import datetime

from . import limits
from .decode import decode_envelope
from .envelope import Json, MessageType, dump_json
from .errors import DecodeError, Failure
from .limits import ResponseCode

#: How a refusal's code is told once more by the close of the connection.
CLOSE_CODE_BASE = 4000


@dataclasses.dataclass(frozen=True)
class Join:
    """What a client asks for."""

    channel: str
    subscriber: str
    #: Without one the channel is open.
    key: str | None
    instance: str
    device: bool = False


@dataclasses.dataclass(frozen=True)
class Joined:
    """What the hub answered."""

    subscriber: str
    #: None where they are too many to list.
    subscribers: tuple[str, ...] | None
    #: With this one.
    count: int
    #: Those that said they are devices; None from a hub that does not tell.
    devices: tuple[str, ...] | None
    text_bytes_max: int
    #: The hub's clock, in seconds since 1970; None where it told none.
    time: float | None


class Refusal(Failure):
    """The hub's own no."""


def encode_join(join: Join) -> str:
    members: dict[str, Json] = {
        "messageType": "Join", "channel": join.channel, "subscriber": join.subscriber,
        "key": join.key, "instance": join.instance, "maxMessageBytes": limits.TEXT_BYTES_MAX,
        "device": join.device or None}
    return dump_json({name: value for name, value in members.items() if value is not None})


def decode_join_answer(text: str) -> Joined:
    """Raises Refusal, and Failure with 400 for what is no answer to a join."""
    try:
        answer = decode_envelope(text)
    except DecodeError as wrong:
        raise Failure(ResponseCode.MALFORMED, f"the answer to the join: {wrong}") from wrong
    if answer.message_type != MessageType.RESPONSE or answer.response is None:
        raise Failure(ResponseCode.MALFORMED, "the first message does not answer the join")
    value = answer.value_object
    if not answer.response.success:
        code = answer.response.response_code or ResponseCode.MALFORMED
        raise Refusal(code, answer.response.error or f"the hub refused the join with {code}")
    subscriber = value.get("subscriber")
    if not isinstance(subscriber, str):
        raise Failure(ResponseCode.MALFORMED, "the answer to the join names no subscriber")
    return Joined(subscriber, names_of(value, "subscribers"), _whole(value, "subscriberCount", 1),
                  names_of(value, "devices"), _whole(value, "maxTextBytes", limits.TEXT_BYTES_MAX),
                  time_of(value.get("time")))


def names_of(value: dict[str, Json], name: str) -> tuple[str, ...] | None:
    """A list of names; None where there is none."""
    names = value.get(name)
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        return None
    return tuple(names)


def time_of(text: Json) -> float | None:
    """RFC 3339 with Z, in seconds since 1970."""
    try:
        return datetime.datetime.fromisoformat(text).timestamp()
    except (TypeError, ValueError):
        return None


def _whole(value: dict[str, Json], name: str, otherwise: int) -> int:
    number = value.get(name)
    return number if isinstance(number, int) and not isinstance(number, bool) else otherwise
