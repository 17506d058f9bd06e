# SPDX-License-Identifier: MIT
"""Time, as something that tests can turn."""

import asyncio
import time
from collections.abc import Awaitable
from typing import TypeVar

_Value = TypeVar("_Value")


class Clock:
    """The machine's own, in seconds."""

    def now(self) -> float:
        """Monotonic: for how long things take."""
        return time.monotonic()

    def wall(self) -> float:
        """Seconds since 1970: for what is told to others."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def wait(self, awaited: Awaitable[_Value], seconds: float) -> _Value:
        """What is awaited, which is cancelled after so long. Raises TimeoutError."""
        action = asyncio.ensure_future(awaited)
        alarm = asyncio.ensure_future(self.sleep(seconds))
        try:
            await asyncio.wait((action, alarm), return_when=asyncio.FIRST_COMPLETED)
            if not action.done():
                raise TimeoutError
            return action.result()
        finally:
            alarm.cancel()
            action.cancel()
