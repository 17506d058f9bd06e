# SPDX-License-Identifier: MIT
"""One connection to a hub, from its opening to its close, and the only place that knows
websockets. It joins, and notices when the link has died; client.py makes the next one."""

import asyncio
import collections
import ssl as tls
from collections.abc import AsyncIterator
from typing import Any

import websockets
from websockets.exceptions import ConnectionClosed, WebSocketException

from . import limits
from .binary import decode_binary, encode_binary
from .clock import Clock
from .decode import decode_envelope
from .envelope import Envelope, encode_envelope
from .errors import DecodeError, Failure
from .join import CLOSE_CODE_BASE, Join, Joined, Refusal, decode_join_answer, encode_join
from .limits import ResponseCode

#: What a message may have beside what section 2 counts: its length, and an envelope.
_FRAME_BYTES_MAX = limits.TEXT_BYTES_MAX + limits.BINARY_ENVELOPE_BYTES_MAX + 4
#: Opening, and a hub that first pings an older connection with our name.
_JOIN_SECONDS = limits.JOIN_SECONDS + limits.REPLACE_PING_SECONDS
_UNREAD_MAX = 4
#: Room for the envelope of a sealed message: an id, and one recipient, however it is escaped.
_ENVELOPE_BYTES = 1024


class Connection:
    """A joined one. **Loop-bound**."""

    def __init__(self, socket: Any, joined: Joined) -> None:
        self.joined = joined
        #: Messages that were none, and were dropped.
        self.discarded = 0
        self._socket = socket
        self._waiting: collections.deque[str | bytes] = collections.deque()
        self._waiting_bytes = 0
        self._news = asyncio.Event()
        self._sent_all = asyncio.Event()
        self._sent_all.set()
        self._room = asyncio.Event()
        self._room.set()
        self._writer = asyncio.ensure_future(self._write())

    @classmethod
    async def open(cls, url: str, join: Join, clock: Clock,
                   ssl: tls.SSLContext | None = None) -> "Connection":
        """Raises Refusal where the hub said no, and Failure where there was no answer."""
        try:
            return await clock.wait(cls._open(url, join, ssl), _JOIN_SECONDS)
        except TimeoutError as late:
            raise Failure(ResponseCode.TIMED_OUT, "the hub did not answer in time") from late
        except ConnectionClosed as closed:
            raise _failure_of_close(closed) from closed
        except (OSError, WebSocketException) as failed:
            raise Failure(ResponseCode.UNAVAILABLE, f"cannot connect to the hub: {failed}") from failed

    @classmethod
    async def _open(cls, url: str, join: Join, ssl: tls.SSLContext | None) -> "Connection":
        secure = {"ssl": ssl} if ssl is not None else {}
        socket = await websockets.connect(  # type: ignore[attr-defined]
            url, subprotocols=[limits.PROTOCOL_VERSION], max_size=_FRAME_BYTES_MAX,
            max_queue=_UNREAD_MAX, compression=None, open_timeout=None,
            ping_interval=limits.HEARTBEAT_SECONDS, ping_timeout=limits.HEARTBEAT_SECONDS,
            close_timeout=limits.CLOSE_SECONDS, **secure)
        try:
            await socket.send(encode_join(join))
            answer = await socket.recv()
            joined = decode_join_answer(answer if isinstance(answer, str) else "")
        except BaseException:
            await socket.close()
            raise
        return cls(socket, joined)

    def send(self, envelope: Envelope) -> None:
        """Puts it behind what waits to be sent. Raises Failure: 413 when it is too large, 503 where
        there is no room."""
        if not self.has_room:
            raise Failure(ResponseCode.UNAVAILABLE, "the hub does not keep up: too much waits to be sent")
        message = self._encode(envelope)
        size = len(message if isinstance(message, bytes) else message.encode())
        if size > self.joined.text_bytes_max:
            raise Failure(ResponseCode.TOO_LARGE, f"the hub takes {self.joined.text_bytes_max} "
                          "bytes in one message, and no more")
        self._waiting.append(message)
        self._waiting_bytes += size
        self._sent_all.clear()
        self._news.set()
        if self._waiting_bytes >= limits.QUEUE_BYTES:
            self._room.clear()

    @property
    def blob_bytes_max(self) -> int:
        """What may be in the blob of a message, whose envelope is a short one."""
        is_binary = self._socket.subprotocol == limits.PROTOCOL_VERSION
        left = self.joined.text_bytes_max - _ENVELOPE_BYTES
        return left if is_binary else left // 4 * 3

    @property
    def has_room(self) -> bool:
        """Less than a queue's length waits to be sent."""
        return self._room.is_set()

    async def wait_room(self) -> None:
        """Until there is room, or the connection has ended."""
        while not self.has_room:  # Another may have taken it meanwhile.
            await self._room.wait()

    async def messages(self) -> AsyncIterator[Envelope]:
        """What comes, until the connection ends: then raises Failure, or Refusal where the hub says
        why."""
        try:
            while True:
                message = await self._socket.recv()
                try:
                    yield decode_envelope(message) if isinstance(message, str) else decode_binary(message)
                except DecodeError:
                    self.discarded += 1
        except ConnectionClosed as closed:
            raise _failure_of_close(closed) from closed

    async def close(self) -> None:
        """Sends what waits, as far as the hub takes it in time, and leaves."""
        await asyncio.wait((self._writer, asyncio.ensure_future(self._sent_all.wait())),
                           timeout=limits.CLOSE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        self._writer.cancel()
        await self._socket.close()

    def _encode(self, envelope: Envelope) -> str | bytes:
        if envelope.blob is not None and self._socket.subprotocol == limits.PROTOCOL_VERSION:
            return encode_binary(envelope)
        return encode_envelope(envelope)

    async def _write(self) -> None:
        try:
            while True:
                await self._news.wait()
                while self._waiting:
                    message = self._waiting.popleft()
                    await self._socket.send(message)
                    self._sent(message)
                self._news.clear()
                self._sent_all.set()
        except ConnectionClosed:
            self._room.set()  # Nothing more goes out: whoever waits learns so by sending.

    def _sent(self, message: str | bytes) -> None:
        self._waiting_bytes -= len(message if isinstance(message, bytes) else message.encode())
        if self._waiting_bytes < limits.QUEUE_BYTES:
            self._room.set()


def _failure_of_close(closed: ConnectionClosed) -> Failure:
    code = closed.rcvd.code if closed.rcvd else 0
    reason = closed.rcvd.reason if closed.rcvd else ""
    if CLOSE_CODE_BASE + 400 <= code < CLOSE_CODE_BASE + 600:
        refused = code - CLOSE_CODE_BASE
        return Refusal(refused, reason or f"the hub closed the connection with {refused}")
    return Failure(ResponseCode.UNAVAILABLE, reason or "the connection to the hub was lost")
