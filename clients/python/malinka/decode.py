# SPDX-License-Identifier: MIT
"""Reads a message (docs/protocol.md section 3) and checks every field of it.

Behind decode_envelope nothing checks a field again. Whether a message may be sent at all is for the
hub to judge.
"""

import base64
import binascii
import re
from collections.abc import Iterable

from . import limits
from .envelope import Blob, Envelope, Json, MessageType, Outcome, RawId
from .errors import DecodeError
from .members import Member, members_of

#: Any of them twice is refused: two readers could disagree on it.
_ROUTING_MEMBERS = {"messageType", "id", "originator", "recipients", "expiresAt", "blob", "response"}
_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]*")


def decode_envelope(text: str, content: bytes | None = None) -> Envelope:
    """Reads one message. `content` is what followed a binary message's envelope; a text message has
    none. Raises DecodeError."""
    members = _unambiguous(members_of(text), _ROUTING_MEMBERS)
    message_type = _message_type(members)
    identity = _raw_id(members, "id", "bad_id")
    return Envelope(
        message_type=message_type,
        id=identity,
        name=_text(members, "name", "bad_name"),
        originator=_originator(members),
        # Those of a Broadcast mean nothing, whatever they are.
        recipients=() if message_type == MessageType.BROADCAST else _recipients(members),
        expires_at=_text(members, "expiresAt", "bad_expires_at"),
        value=_value(members, "value"),
        blob=_blob(members, content),
        response=_outcome(members),
        sealed=_value(members, "sealed") is not None,
        deadline=_deadline(_value(members, "deadline")),
        is_of_stream=_value(members, "stream") is not None,
        size=len(text) + len(content or b""),
    )


def _unambiguous(members: Iterable[Member], once: set[str]) -> dict[str, Member]:
    found: dict[str, Member] = {}
    for member in members:
        if "\\" in member.raw_name:
            raise DecodeError("escaped_name")
        if member.raw_name in found and member.raw_name in once:
            raise DecodeError("repeated_member")
        found[member.raw_name] = member
    return found


def _value(members: dict[str, Member], name: str) -> Json:
    return members[name].value if name in members else None


def _text(members: dict[str, Member], name: str, error: str) -> str | None:
    value = _value(members, name)
    if value is not None and not isinstance(value, str):
        raise DecodeError(error)
    return value


def _message_type(members: dict[str, Member]) -> MessageType:
    raw = members["messageType"].raw if "messageType" in members else ""
    for message_type in MessageType:
        if raw == f'"{message_type}"':
            return message_type
    raise DecodeError("unknown_message_type")


def _originator(members: dict[str, Member]) -> str | None:
    """Stamped by the hub; of an inner message it is not looked at, whatever it is."""
    value = _value(members, "originator")
    return value if isinstance(value, str) else None


def _recipients(members: dict[str, Member]) -> tuple[str, ...]:
    value = _value(members, "recipients")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise DecodeError("bad_recipients")
    if len(value) > limits.RECIPIENTS_MAX:
        raise DecodeError("too_many_recipients")
    return tuple(value)


def _raw_id(members: dict[str, Member], name: str, error: str) -> RawId | None:
    """A string of bounded length or a number; null and absence are the same."""
    value = _value(members, name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise DecodeError(error)
    raw = members[name].raw
    if len(raw.encode()) - (2 if isinstance(value, str) else 0) > limits.ID_BYTES_MAX:
        raise DecodeError(error)
    return raw


def _deadline(value: Json) -> int | None:
    """Milliseconds; what is no number of them has passed already, so that nothing runs late."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return 0
    return value


def _outcome(members: dict[str, Member]) -> Outcome | None:
    value = _value(members, "response")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise DecodeError("bad_response")
    inner = _unambiguous(members_of(members["response"].raw), {"requestId"})
    error, code = value.get("error"), value.get("responseCode")
    return Outcome(
        request_id=_raw_id(inner, "requestId", "bad_response"),
        success=value.get("success") is True,
        response_code=code if isinstance(code, int) and not isinstance(code, bool) else 0,
        error=error if isinstance(error, str) else "",
    )


def _blob(members: dict[str, Member], content: bytes | None) -> Blob | None:
    about = _value(members, "blob")
    if about is None:
        if content:
            raise DecodeError("bytes_without_blob")
        return None
    if not isinstance(about, dict):
        raise DecodeError("bad_blob")
    inner = _unambiguous(members_of(members["blob"].raw), {"size", "content"})
    encoded = _text(inner, "content", "bad_blob")
    if content is not None and encoded is not None:
        raise DecodeError("has_content")
    size = _size(inner)
    if content is not None:
        if (size or 0) != len(content):
            raise DecodeError("size_differs")
    else:
        content = _decode_base64(encoded or "")
        if size is not None and size != len(content):
            raise DecodeError("bad_blob")
    name, blob_type = about.get("name"), about.get("type")
    return Blob(content, name if isinstance(name, str) else None,
                blob_type if isinstance(blob_type, str) else None)


def _size(inner: dict[str, Member]) -> int | None:
    """A whole number in plain digits."""
    size = _value(inner, "size")
    if size is None:
        return None
    if not isinstance(size, int) or not _WHOLE_NUMBER.fullmatch(inner["size"].raw):
        raise DecodeError("bad_blob")
    return size


def _decode_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise DecodeError("bad_blob") from wrong
