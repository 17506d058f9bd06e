# SPDX-License-Identifier: MIT
"""What outlives a process: a device's own identity, and the identities of devices that were met."""

import os
import pathlib
import re
import secrets
import tempfile
import urllib.parse

from .errors import Failure
from .limits import ResponseCode
from .seal.errors import SealError
from .seal.keys import decode_base64url, encode_base64url
from .seal.primitives import KEY_BYTES

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_FILE_BYTES_MAX = 16 * 2**20
_STRAY_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def default_state_folder() -> pathlib.Path:
    """The one that systemd gives, else the user's own."""
    given = os.environ.get("STATE_DIRECTORY", "").split(":")[0]
    return pathlib.Path(given) if given else pathlib.Path.home() / ".local" / "state" / "malinka"


class KnownDevices:
    """The file `known_devices`: a line `CHANNEL NAME KEY` for each identity that was accepted. The
    last line of a device counts. Read anew each time, as another program may have written to it."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._path = folder / "known_devices"

    def find(self, channel: str, name: str) -> bytes | None:
        """The public key that is remembered. Raises Failure where the file cannot be read."""
        return find_known(self._read(), channel, name)

    def remember(self, channel: str, name: str, public_key: bytes) -> None:
        """From now on it is theirs. Raises Failure where that cannot be written."""
        content = self._read()
        # A line that was cut short by a full disk must not swallow this one.
        begin = "\n" if content and not content.endswith(b"\n") else ""
        words = (urllib.parse.quote(channel, safe=""), urllib.parse.quote(name, safe=""), encode_base64url(public_key))
        line = f"{begin}{' '.join(words)}\n".encode()
        try:
            make_folder(self._path.parent)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _FILE_MODE)
            try:
                if os.write(descriptor, line) != len(line):
                    raise OSError("the disk is full")
            finally:
                os.close(descriptor)
        except OSError as failed:
            raise _cannot("remember a device's identity in", self._path, failed) from failed

    def _read(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                content = file.read(_FILE_BYTES_MAX + 1)
            if len(content) > _FILE_BYTES_MAX:
                raise OSError("it is too long")
            return content
        except FileNotFoundError:
            return b""
        except OSError as failed:
            raise _cannot("read", self._path, failed) from failed


def find_known(content: bytes, channel: str, name: str) -> bytes | None:
    """What a file of known devices says of one. What is no line of it is passed over."""
    found = None
    for line in content.split(b"\n"):
        words = line.split(b" ")
        if len(words) < 3 or (_decode_percent(words[0]), _decode_percent(words[1])) != (channel, name):
            continue
        found = _parse_key(words[2]) or found
    return found


def read_password(path: pathlib.Path) -> str:
    """A password that stands in a file: the newline that editors put behind it is no part of it.
    Raises Failure."""
    try:
        return path.read_bytes().decode().removesuffix("\n")
    except UnicodeDecodeError as wrong:
        raise Failure(ResponseCode.MALFORMED, f"{path} is not UTF-8") from wrong
    except OSError as failed:
        raise _cannot("read", path, failed) from failed


def load_identity(folder: pathlib.Path) -> bytes:
    """The private key in the file `identity`, made on first use. Raises Failure."""
    path = folder / "identity"
    try:
        make_folder(folder)
        if not path.exists():
            _create_whole(path, secrets.token_bytes(KEY_BYTES))
        private = path.read_bytes()
        if path.stat().st_mode & 0o077:
            path.chmod(_FILE_MODE)
    except OSError as failed:
        raise _cannot("keep this device's identity in", path, failed) from failed
    if len(private) != KEY_BYTES:
        raise Failure(ResponseCode.FAILED, f"{path} is not the {KEY_BYTES} bytes of an identity: "
                      "restore it, or remove it to have a new one, which people must then accept")
    return private


def make_folder(folder: pathlib.Path) -> None:
    """For this user alone, where it was not there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)


def _create_whole(path: pathlib.Path, content: bytes) -> None:
    """All of it or nothing, and what is there already stays: two may start at once."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
    finally:
        os.unlink(temporary)


def _decode_percent(word: bytes) -> str | None:
    if _STRAY_PERCENT.search(word):
        return None
    try:
        return urllib.parse.unquote_to_bytes(word).decode()
    except UnicodeDecodeError:
        return None


def _parse_key(word: bytes) -> bytes | None:
    try:
        key = decode_base64url(word.decode("ascii", "replace"))
    except SealError:
        return None
    return key if len(key) == KEY_BYTES else None


def _cannot(what: str, path: pathlib.Path, failed: OSError) -> Failure:
    return Failure(ResponseCode.FAILED, f"cannot {what} {path}: {failed.strerror or failed}")
