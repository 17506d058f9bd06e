# SPDX-License-Identifier: MIT
"""What a hub could have read: a relay that keeps every byte which passes it, the hub's memory, and a search in both
for a text in whatever form it may stand there."""

import base64
import json
import pathlib
import re
import socket
import struct
import threading
import urllib.parse


class Recorder:
    """A TCP relay to `target` on loopback."""

    def __init__(self, address: str, port: int) -> None:
        self._target = address, port
        self._streams: list[bytearray] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def streams(self) -> list[bytes]:
        """All that went either way, one of each connection and direction, in the order of their beginning."""
        return [bytes(stream) for stream in self._streams]

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._target)
            for source, sink in ((near, far), (far, near)):
                stream = bytearray()
                self._streams.append(stream)
                threading.Thread(target=self._relay, args=(source, sink, stream), daemon=True).start()

    @staticmethod
    def _relay(source: socket.socket, sink: socket.socket, stream: bytearray) -> None:
        try:
            while chunk := source.recv(65536):
                stream += chunk
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            source.close()
            sink.close()


def payloads_of(stream: bytes) -> bytes:
    """What the frames behind a handshake say, without their masks, all in a row. RFC 6455 section 5.2."""
    at = stream.index(b"\r\n\r\n") + 4
    said = bytearray()
    while at + 2 <= len(stream):
        is_masked, size = stream[at + 1] >> 7, stream[at + 1] & 127
        at += 2
        if size >= 126:
            width, form = (2, "!H") if size == 126 else (8, "!Q")
            (size,) = struct.unpack_from(form, stream, at)
            at += width
        mask = stream[at:at + 4] if is_masked else bytes(4)
        at += 4 * is_masked
        said += _unmasked(stream[at:at + size], mask)
        at += size
    return bytes(said)


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    repeated = (mask * (len(payload) // 4 + 1))[:len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(len(payload), "big")


def memory_of(pid: int) -> list[bytes]:
    """Every readable mapping of a process."""
    regions = []
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            found = re.match(r"([0-9a-f]+)-([0-9a-f]+) r.{3} .*?(\[v\w+\])?$", line)
            if not found or found[3]:  # The kernel's own pages cannot be read this way.
                continue
            start, end = int(found[1], 16), int(found[2], 16)
            try:
                memory.seek(start)
                regions.append(memory.read(end - start))
            except (OSError, ValueError):  # Gone since, or a device's.
                continue
    return regions


def forms_of(text: str) -> set[bytes]:
    """How a text may be written: itself, in JSON, in hex, by percent, and in base64 wherever it begins there."""
    raw = text.encode()
    escaped = json.dumps(text)[1:-1]
    forms = {raw, escaped.encode(), escaped.replace("/", "\\/").encode(), raw.hex().encode(),
             raw.hex().upper().encode(), urllib.parse.quote(text, safe="").encode(),
             urllib.parse.quote(text, safe="").lower().encode(), urllib.parse.quote(text).encode()}
    for content in (raw, escaped.encode()):
        for before in range(3):
            after = -(len(content) + before) % 3
            encoded = base64.b64encode(bytes(before) + content + bytes(after))
            # Characters that its neighbours have a part in are left out.
            kept = encoded[(before * 8 + 5) // 6:len(encoded) - (after * 8 + 5) // 6]
            forms |= {kept, kept.replace(b"+", b"-").replace(b"/", b"_")}
    return forms


def markers_in(places: list[bytes], markers: dict[str, str]) -> set[str]:
    """The names of those markers that stand, in any form, in any of the places."""
    return {name for name, text in markers.items()
            if any(form in place for form in forms_of(text) for place in places)}
