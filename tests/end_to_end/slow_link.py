# SPDX-License-Identifier: MIT
"""A link with a rate and a delay, which can be cut: a relay of TCP between two of our programs.

    with SlowLink(hub.port, bytes_per_second=6_250_000, delay_seconds=0.1) as link:
        self.malinka(f"ws://127.0.0.1:{link.port}", …)
"""

import collections
import contextlib
import socket
import threading
import time

PIECE_BYTES = 16 << 10
SOCKET_BYTES = 64 << 10
# As much as a router in front of the link holds.
BUFFER_BYTES = 64 << 10


class _Direction:
    """What one side says, to the other: each byte leaves when the link is free, and arrives a delay later."""

    def __init__(self, link: "SlowLink", come: socket.socket, out: socket.socket) -> None:
        self._link, self._come, self._out = link, come, out
        self._pieces: collections.deque[tuple[float, bytes]] = collections.deque()
        self._news = threading.Condition()
        self._is_over = False
        for work in (self._read, self._write):
            threading.Thread(target=work, daemon=True).start()

    def _read(self) -> None:
        free_at = 0.0
        with contextlib.suppress(OSError):
            while piece := self._come.recv(PIECE_BYTES):
                if not self._link.bytes_per_second:
                    self._put(0.0, piece)
                    continue
                now = time.monotonic()
                free_at = max(free_at, now) + len(piece) / self._link.bytes_per_second
                self._put(free_at + self._link.delay_seconds, piece)
                backlog = free_at - time.monotonic() - BUFFER_BYTES / self._link.bytes_per_second
                if backlog > 0:
                    time.sleep(backlog)
        self._put(0.0, b"")

    def _put(self, due: float, piece: bytes) -> None:
        with self._news:
            self._pieces.append((due, piece))
            self._news.notify()

    def _write(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                with self._news:
                    self._news.wait_for(lambda: self._pieces)
                    due, piece = self._pieces.popleft()
                if not piece:
                    break
                if (wait := due - time.monotonic()) > 0:
                    time.sleep(wait)
                self._out.sendall(piece)
                self._link.carried_bytes += len(piece)
        for side in (self._come, self._out):
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)


class SlowLink:
    """Without a rate it only relays, and can be cut."""

    def __init__(self, target_port: int, bytes_per_second: float = 0, delay_seconds: float = 0) -> None:
        self.target_port = target_port
        self.bytes_per_second, self.delay_seconds = bytes_per_second, delay_seconds
        self.carried_bytes = 0  # Both ways together.
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Every connection over it is lost at once, as by a router that forgot them."""
        while self._open:
            one = self._open.pop()
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def close(self) -> None:
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self.target_port))
                except OSError:
                    near.close()
                    continue
                for side in (near, far):
                    side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    if self.bytes_per_second:
                        side.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BYTES)
                self._open += [near, far]
                _Direction(self, near, far)
                _Direction(self, far, near)

    def __enter__(self) -> "SlowLink":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
