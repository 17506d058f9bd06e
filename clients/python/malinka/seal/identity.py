# SPDX-License-Identifier: MIT
"""A device's identity, and the fingerprint by which people compare it (section 8)."""

import base64

from . import primitives

_FINGERPRINT_BYTES = 16
_GROUP = 4


def fingerprint(public_key: bytes) -> str:
    """As `abcd-efgh-…`: base32 of the first half of a hash, in groups of four."""
    digest = primitives.blake2b(public_key, primitives.KEY_BYTES)[:_FINGERPRINT_BYTES]
    text = base64.b32encode(digest).decode().rstrip("=").lower()
    return "-".join(text[at:at + _GROUP] for at in range(0, len(text), _GROUP))
