# SPDX-License-Identifier: MIT
"""Stays joined: makes the next connection where one was lost. **Loop-bound**."""

import asyncio
import dataclasses
import enum
import logging
import ssl as tls
from collections.abc import Callable

from . import limits
from .backoff import Backoff
from .clock import Clock
from .connection import Connection
from .envelope import Envelope
from .errors import Failure
from .join import Join, Joined, Refusal
from .limits import ResponseCode

log = logging.getLogger("malinka")

#: How long a device waits before it asks again, where the hub said no (section 2).
_REFUSED_SECONDS = 60.0
_REPLACED_SECONDS = 300.0
#: Refusals that pass by themselves: too late, or a hub that is full or stopping.
_PASSING_CODES = (ResponseCode.TIMED_OUT, ResponseCode.UNAVAILABLE)


class State(enum.StrEnum):
    """How it stands with the hub."""

    CONNECTING = "connecting"
    JOINED = "joined"
    #: The link is down; there is another attempt soon.
    WAITING = "waiting"
    #: The hub said no, or another took our name: for good, as a person has to look at it.
    REFUSED = "refused"
    CLOSED = "closed"


@dataclasses.dataclass(frozen=True)
class LinkHandlers:
    """Whom the link tells."""

    joined: Callable[[Joined], None]
    received: Callable[[Envelope], None]
    lost: Callable[[], None]


class Link:
    """The way to one hub, for one member of one channel."""

    def __init__(self, url: str, join: Join, clock: Clock, handlers: LinkHandlers, *,
                 backoff: Backoff, ssl: tls.SSLContext | None) -> None:
        self._url, self._join, self._clock, self._handlers = url, join, clock, handlers
        self._backoff, self._ssl = backoff, ssl
        self._connection: Connection | None = None
        self._changed = asyncio.Event()
        self._discarded = 0
        self.state = State.CONNECTING
        #: Why it is down.
        self.failure = Failure(ResponseCode.UNAVAILABLE, "not connected to the hub")
        self._staying = asyncio.ensure_future(self._stay())

    @property
    def discarded(self) -> int:
        """Messages that were none."""
        return self._discarded + (self._connection.discarded if self._connection else 0)

    def send(self, envelope: Envelope) -> None:
        """Raises Failure: 413 when it is too large, 503 where there is no connection."""
        if self._connection is None:
            raise Failure(ResponseCode.UNAVAILABLE, "not connected to the hub")
        self._connection.send(envelope)

    @property
    def blob_bytes_max(self) -> int:
        """What may be in the blob of a message, whose envelope is a short one."""
        return self._connection.blob_bytes_max if self._connection else limits.TEXT_BYTES_MAX

    @property
    def has_room(self) -> bool:
        """Whether something sent now would wait in a queue of bounded length."""
        return self._connection is None or self._connection.has_room

    async def wait_room(self) -> None:
        """Until there is room."""
        if self._connection:
            await self._connection.wait_room()

    async def wait_joined(self, seconds: float | None) -> None:
        """Raises Failure: the hub's refusal, or what the last attempt failed with."""
        if seconds is None:
            await self._wait_settled()
        else:
            try:
                await self._clock.wait(self._wait_settled(), seconds)
            except TimeoutError as late:
                raise self.failure from late
        if self.state != State.JOINED:
            raise self.failure

    async def close(self) -> None:
        """Leaves for good."""
        self._staying.cancel()
        await asyncio.wait((self._staying,))
        self.state = State.CLOSED
        self.failure = Failure(ResponseCode.UNAVAILABLE, "the client was closed")
        self._changed.set()

    async def _wait_settled(self) -> None:
        while self.state in (State.CONNECTING, State.WAITING):
            self._changed.clear()
            await self._changed.wait()

    async def _stay(self) -> None:
        attempt = 0
        while True:
            self._set_state(State.CONNECTING)
            try:
                connection = await Connection.open(self._url, self._join, self._clock, self._ssl)
                attempt = 0
                await self._serve(connection)
            except Failure as failure:
                self.failure = failure
            delay = self._delay(attempt)
            if delay is None:
                log.warning("refused: %s", self.failure)
                return self._set_state(State.REFUSED)
            log.info("%s; trying again in %.1f s", self.failure, delay)
            self._set_state(State.WAITING)
            attempt += 1
            await self._clock.sleep(delay)

    async def _serve(self, connection: Connection) -> None:
        self._connection = connection
        try:
            self._handlers.joined(connection.joined)
            self._set_state(State.JOINED)
            async for envelope in connection.messages():
                try:
                    self._handlers.received(envelope)
                except Exception:  # A bug of ours: one message is lost by it, not the link.
                    self._discarded += 1
                    log.exception("a message was not understood")
        finally:
            self._discarded += connection.discarded
            self._connection = None
            self._handlers.lost()
            await connection.close()

    def _delay(self, attempt: int) -> float | None:
        """Before the next attempt; None where only a person can help. A device has none at hand."""
        failure = self.failure
        if not isinstance(failure, Refusal) or failure.code in _PASSING_CODES:
            return self._backoff.delay(attempt)
        if not self._join.device:
            return None
        return _REPLACED_SECONDS if failure.code == ResponseCode.CONFLICT else _REFUSED_SECONDS

    def _set_state(self, state: State) -> None:
        self.state = state
        self._changed.set()
