# SPDX-License-Identifier: MIT
"""The message that travels in a channel (docs/protocol.md section 3), and its encoding."""

import base64
import dataclasses
import enum
import json
from typing import Any

#: Whatever JSON can say.
Json = Any
#: An id exactly as it stood in the JSON, quotes included, so that it is echoed byte for byte.
RawId = str

HUB_NAME = "@hub"
EVERYONE = "*"


class MessageType(enum.StrEnum):
    """Command asks, Response answers, Broadcast tells all others."""

    COMMAND = "Command"
    RESPONSE = "Response"
    BROADCAST = "Broadcast"


@dataclasses.dataclass(frozen=True)
class Blob:
    """Bytes beside the JSON of a message."""

    content: bytes
    name: str | None = None
    type: str | None = None


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a Response says about the Command that it answers."""

    request_id: RawId | None
    success: bool
    response_code: int
    error: str = ""


@dataclasses.dataclass(frozen=True)
class Envelope:
    """A message. What is None was absent, or null."""

    message_type: MessageType
    id: RawId | None = None
    name: str | None = None
    originator: str | None = None
    recipients: tuple[str, ...] = ()
    expires_at: str | None = None
    value: Json = None
    blob: Blob | None = None
    response: Outcome | None = None
    #: Whether the blob is a sealed message.
    sealed: bool = False
    #: Of an inner message: milliseconds since its session began.
    deadline: int | None = None
    #: Whether it belongs to a stream, which this library does not have.
    is_of_stream: bool = False
    #: How many bytes it was read from.
    size: int = 0

    @property
    def value_object(self) -> dict[str, Json]:
        """The value, for those that must be an object."""
        return self.value if isinstance(self.value, dict) else {}


def encode_envelope(envelope: Envelope, is_binary: bool = False) -> str:
    """The JSON text. In a binary message the blob's content is left out: it stands behind."""
    members: dict[str, Json] = {
        "messageType": str(envelope.message_type),
        "name": envelope.name,
        "recipients": list(envelope.recipients) or None,
        "expiresAt": envelope.expires_at,
        "deadline": envelope.deadline,
        "sealed": 1 if envelope.sealed else None,
        "value": envelope.value,
    }
    parts = [f'"{name}":{dump_json(value)}' for name, value in members.items() if value is not None]
    if envelope.id is not None:
        parts.append(f'"id":{envelope.id}')
    if envelope.response is not None:
        parts.append(f'"response":{_encode_outcome(envelope.response)}')
    if envelope.blob is not None:
        parts.append(f'"blob":{_encode_blob(envelope.blob, is_binary)}')
    return "{" + ",".join(parts) + "}"


def dump_json(value: Json) -> str:
    """Without blanks. Raises ValueError for NaN, infinities and what is no JSON."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _encode_outcome(outcome: Outcome) -> str:
    said: dict[str, Json] = {"success": outcome.success, "responseCode": int(outcome.response_code)}
    if outcome.error:
        said["error"] = outcome.error
    return f'{{"requestId":{outcome.request_id or "null"},' + dump_json(said)[1:]


def _encode_blob(blob: Blob, is_binary: bool) -> str:
    content = None if is_binary else base64.b64encode(blob.content).decode()
    about = {"name": blob.name, "type": blob.type, "size": len(blob.content), "content": content}
    return dump_json({name: said for name, said in about.items() if said is not None})
