# SPDX-License-Identifier: MIT
"""A clock that stands still until a test turns it."""

import asyncio

from malinka.clock import Clock


class ManualClock(Clock):
    """Starts at 1,000 s. Turning it wakes those whose time has come."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []
        self._slept = asyncio.Event()

    def now(self) -> float:
        return self._now

    def wall(self) -> float:
        return 1_795_000_000.0 + self._now

    async def sleep(self, seconds: float) -> None:
        alarm = asyncio.get_running_loop().create_future()
        sleeper = (self._now + seconds, alarm)
        self._sleepers.append(sleeper)
        self._slept.set()
        try:
            await alarm
        finally:
            if sleeper in self._sleepers:
                self._sleepers.remove(sleeper)

    def turn(self, seconds: float) -> None:
        self._now += seconds
        for due, alarm in list(self._sleepers):
            if due <= self._now and not alarm.done():
                alarm.set_result(None)

    async def until_asleep(self, seconds: float) -> None:
        """Until somebody waits who is due that soon from now."""
        while not any(abs(due - self._now - seconds) < 1e-6 for due, _ in self._sleepers):
            self._slept.clear()
            await self._slept.wait()

    async def pass_over(self, seconds: float) -> None:
        """Until somebody waits for so long, and then their time has come."""
        await self.until_asleep(seconds)
        self.turn(seconds)
