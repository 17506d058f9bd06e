# SPDX-License-Identifier: MIT
"""What may be the name of a channel or a subscriber (docs/protocol.md section 2), and ids."""

import secrets
import unicodedata

from . import limits
from .envelope import RawId

_ID_BYTES = 12
_INSTANCE_BYTES = 16


def problem_of_name(name: str) -> str | None:
    """Why this name cannot join, or None when it can."""
    if not name:
        return "is empty"
    if any(unicodedata.category(character) == "Cs" for character in name):
        return "is not Unicode"
    if len(name.encode()) > limits.NAME_BYTES_MAX:
        return f"is longer than {limits.NAME_BYTES_MAX} bytes"
    if any(unicodedata.category(character) == "Cc" for character in name):
        return "has a control character"
    if name == "*":
        return "stands for everyone"
    if name.startswith("@"):
        return "begins with @, which is the hub's"
    return None


def random_id() -> RawId:
    """A fresh message id: 96 random bits, as the JSON token."""
    return f'"{secrets.token_hex(_ID_BYTES)}"'


def random_instance() -> str:
    """Who this process is."""
    return secrets.token_hex(_INSTANCE_BYTES)
