# SPDX-License-Identifier: MIT
"""What members tell the whole channel, for those who listen."""

import asyncio
import collections
import dataclasses

from . import limits
from .envelope import Blob, Json

#: What an event costs beside its bytes, so that many small ones are bounded as well.
_OVERHEAD_BYTES = 512


@dataclasses.dataclass(frozen=True)
class Event:
    """In a sealed channel, act on answers to Commands rather than on events: a member who conspires
    with the hub can forge them."""

    sender: str
    name: str
    value: Json = None
    blob: Blob | None = None
    #: How many events before this one are known to be lost.
    lost: int = 0


class EventStream:
    """An asynchronous iterator over the events from now on; ends with its client. What is not taken
    in time is bounded: the oldest make room, and are counted in the `lost` of the next.
    **Loop-bound**."""

    def __init__(self) -> None:
        self._waiting: collections.deque[tuple[Event, int]] = collections.deque()
        self._waiting_bytes = 0
        self._lost = 0
        self._news = asyncio.Event()
        self._is_closed = False

    def put(self, event: Event, size: int) -> None:
        cost = size + _OVERHEAD_BYTES
        while self._waiting and self._waiting_bytes + cost > limits.QUEUE_BYTES:
            dropped, dropped_cost = self._waiting.popleft()
            self._waiting_bytes -= dropped_cost
            self._lost += 1 + dropped.lost
        self._waiting.append((event, cost))
        self._waiting_bytes += cost
        self._news.set()

    def close(self) -> None:
        self._is_closed = True
        self._news.set()

    def __aiter__(self) -> "EventStream":
        return self

    async def __anext__(self) -> Event:
        while not self._waiting:
            if self._is_closed:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        event, cost = self._waiting.popleft()
        self._waiting_bytes -= cost
        lost, self._lost = self._lost, 0
        return dataclasses.replace(event, lost=event.lost + lost)
