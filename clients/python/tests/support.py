# SPDX-License-Identifier: MIT
"""What the tests of clients have in common."""

import asyncio
import faulthandler
import functools
import logging
import pathlib
import shutil
import tempfile
import unittest
import unittest.mock
from collections.abc import Callable
from typing import Any

from malinka import Answer, Backoff, Client, Command, Failure
from malinka.seal import keys
from tests.fake_hub import FakeHub
from tests.manual_clock import ManualClock

#: A test that waits for what never comes says where.
_SECONDS_MAX = 120
logging.getLogger("asyncio").setLevel(logging.ERROR)
logging.getLogger("malinka").setLevel(logging.ERROR)
PASSWORD = "a long enough secret"
#: Each password is stretched once for all tests.
quick_keys = functools.lru_cache(keys.channel_keys)

BACKOFF_SECONDS = 7.0


class FixedBackoff(Backoff):
    """Without chance."""

    def delay(self, attempt: int, chance: Callable[[], float] = float) -> float:
        return BACKOFF_SECONDS * 2**attempt


async def echo(command: Command) -> Answer:
    """The handler of the devices here: answers with what it was told."""
    if command.name == "fail":
        raise Failure(404, "nothing there")
    return Answer({"name": command.name, "value": command.value, "sender": command.sender}, command.blob)


class ClientTest(unittest.IsolatedAsyncioTestCase):
    """With a hub, a clock that stands still, and folders for state."""

    async def asyncSetUp(self) -> None:
        faulthandler.dump_traceback_later(_SECONDS_MAX, exit=True)
        self.addCleanup(faulthandler.cancel_dump_traceback_later)
        self.enterContext(unittest.mock.patch("malinka.client.channel_keys", quick_keys))
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="malinka-python-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.clock = ManualClock()
        self.hub = await self.enterAsyncContext(FakeHub())

    def client(self, name: str = "phone", password: str = PASSWORD, **options: Any) -> Client:
        return Client(self.hub.url, "home", name, password, clock=self.clock, backoff=FixedBackoff(),
                      state_folder=options.pop("state_folder", self.folder / name), **options)

    async def join(self, name: str = "phone", password: str = PASSWORD, **options: Any) -> Client:
        count = self.hub.announced.count(("hub.joined", name))
        client = await self.enterAsyncContext(self.client(name, password, **options))
        await self.hub.until(lambda: self.hub.announced.count(("hub.joined", name)) > count)
        return client

    async def join_device(self, name: str = "kitchen", **options: Any) -> Client:
        return await self.join(name, device=True, **{"handler": echo, **options})

    async def join_both(self, **options: Any) -> tuple[Client, Client]:
        """A phone and the device kitchen, of which the phone knows."""
        device = await self.join_device(**options)
        return await self.join(), device

    async def leave(self, client: Client) -> None:
        """Until everybody was told."""
        count = self.hub.announced.count(("hub.left", client.name))
        await client.close()
        await self.hub.until(lambda: self.hub.announced.count(("hub.left", client.name)) > count)

    async def sync(self, client: Client) -> None:
        """Until the client has seen what the hub has sent to it so far."""
        await client.request("@hub", "hub.list")

    async def lose(self, name: str, client: Client) -> None:
        """Ends the connection as a failing network would, and waits until the client is back."""
        count = self.hub.announced.count(("hub.joined", name))
        await self.hub.drop(name)
        await self.clock.pass_over(BACKOFF_SECONDS)
        await client.wait_joined(None)
        await self.hub.until(lambda: self.hub.announced.count(("hub.joined", name)) > count)


def start(awaited: Any) -> asyncio.Task[Any]:
    return asyncio.ensure_future(awaited)
