# SPDX-License-Identifier: MIT
"""Binary messages (docs/protocol.md section 5): the length of an envelope, the envelope, a blob.

The inner messages of sealed ones have the same form, but for the limit on the envelope.
"""

from . import limits
from .decode import decode_envelope
from .envelope import Envelope, encode_envelope
from .errors import DecodeError, Failure
from .limits import ResponseCode

_LENGTH_BYTES = 4


def encode_binary(envelope: Envelope, envelope_bytes_max: int = limits.BINARY_ENVELOPE_BYTES_MAX) -> bytes:
    """Raises Failure with 413 when the envelope, without its blob, is longer than that."""
    head = encode_envelope(envelope, is_binary=True).encode()
    if len(head) > envelope_bytes_max:
        raise Failure(ResponseCode.TOO_LARGE,
                      f"the message without its blob is larger than {envelope_bytes_max} bytes")
    content = envelope.blob.content if envelope.blob else b""
    return len(head).to_bytes(_LENGTH_BYTES, "little") + head + content


def decode_binary(message: bytes, envelope_bytes_max: int = limits.BINARY_ENVELOPE_BYTES_MAX) -> Envelope:
    """Raises DecodeError."""
    if len(message) < _LENGTH_BYTES:
        raise DecodeError("too_short")
    size = int.from_bytes(message[:_LENGTH_BYTES], "little")
    end = _LENGTH_BYTES + size
    if size > envelope_bytes_max:
        raise DecodeError("envelope_too_long")
    if end > len(message):
        raise DecodeError("envelope_incomplete")
    return decode_envelope(decode_text(message[_LENGTH_BYTES:end]), message[end:])


def decode_text(text: bytes) -> str:
    """Raises DecodeError for what is not UTF-8."""
    try:
        return text.decode()
    except UnicodeDecodeError as wrong:
        raise DecodeError("not_utf8") from wrong


def encode_inner(envelope: Envelope, bytes_max: int = limits.SEAL_MESSAGE_BYTES_MAX) -> bytes:
    """An inner message: its envelope may be as long as the message. Raises Failure with 413."""
    message = encode_binary(envelope, bytes_max)
    if len(message) > bytes_max:
        raise Failure(ResponseCode.TOO_LARGE, f"a sealed message has at most {bytes_max} bytes here")
    return message


def decode_inner(message: bytes) -> Envelope:
    """Raises DecodeError."""
    return decode_binary(message, limits.SEAL_MESSAGE_BYTES_MAX)
