# SPDX-License-Identifier: MIT
"""A hub's address as people write it."""

import re
import urllib.parse

from .errors import Failure
from .limits import ResponseCode


def bus_url(text: str) -> str:
    """The WebSocket address of `ws[s]://HOST[:PORT]`, where `http[s]` means the same and the path is
    /bus unless given. Raises Failure with 400."""
    address = text.strip()
    if not re.match(r"[a-z][a-z0-9+.-]*://", address, re.IGNORECASE):
        address = f"ws://{address}"
    address = re.sub(r"^http(s?)://", r"ws\1://", address, flags=re.IGNORECASE)
    try:
        url = urllib.parse.urlsplit(address)
        is_whole = bool(url.hostname) and (url.port is None or url.port > 0)
    except ValueError:
        is_whole = False
    if not is_whole:
        raise Failure(ResponseCode.MALFORMED, "this is not an address: write ws://HOST:PORT")
    if url.scheme not in ("ws", "wss"):
        raise Failure(ResponseCode.MALFORMED, "a hub's address begins with ws:// or wss://")
    if url.username or url.password:
        raise Failure(ResponseCode.MALFORMED, "a password does not belong into the address")
    return urllib.parse.urlunsplit((url.scheme, url.netloc, url.path.rstrip("/") or "/bus", "", ""))
