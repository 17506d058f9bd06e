# SPDX-License-Identifier: MIT
"""The Python client and the C++ programs in one sealed channel: each end of sealing against the other's."""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import harness

sys.path.insert(0, str(harness.ROOT / "clients/python"))

from malinka import Answer, Client, Command, Event, Failure, Level  # noqa: E402
from malinka.seal.keys import channel_keys  # noqa: E402

PASSWORD = "a long enough secret"
CONFIG = "[telemetry]\ninterval_seconds = 1\n"


async def answer(command: Command) -> Answer:
    """A device of one command."""
    if command.name != "shell.run":
        raise Failure(404, f"this device has no command {command.name!r}")
    text = {"text": f"{command.value['command']} for {command.sender}\n", "bytes": 1, "cut": False}
    return Answer({"exitCode": 0, "signal": None, "timedOut": False, "durationSeconds": 0.1, "stdout": text,
                   "stderr": {"text": "", "bytes": 0, "cut": False}})


class PythonClientTest(harness.Test):
    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()

    def client(self, name: str, password: str = PASSWORD, **options: Any) -> Client:
        return Client(self.hub.url, "home", name, password, state_folder=self.folder / f"state of {name}", **options)

    def start_kitchen(self, **options: Any) -> harness.Agent:
        return self.start_agent(self.hub, "kitchen", password=PASSWORD, config=CONFIG, **options)

    def run_with(self, act: Callable[[Client], Awaitable[Any]], **options: Any) -> Any:
        async def run() -> Any:
            async with self.client("script", **options) as client:
                return await act(client)
        return asyncio.run(run())

    def test_it_commands_an_agent(self) -> None:
        self.start_kitchen()
        reply = self.run_with(lambda client: client.request("kitchen", "shell.run", {"command": "echo it works"}))
        self.assertEqual(reply.value["stdout"]["text"], "it works\n", reply)
        reply = self.run_with(lambda client: client.request("kitchen", "no.such"))
        self.assertEqual(reply.code, 404)

    def test_it_hears_an_agents_events(self) -> None:
        self.start_kitchen()

        async def hear(client: Client) -> Event:
            async for event in client.events():
                if event.name == "telemetry.reading":
                    return event
        event = self.run_with(lambda client: asyncio.wait_for(hear(client), harness.RUN_SECONDS))
        self.assertEqual(event.sender, "kitchen")

    def test_it_finds_an_agent_that_restarted(self) -> None:
        agent = self.start_kitchen()

        async def restart(client: Client) -> Any:
            await client.request("kitchen", "agent.ping")
            await asyncio.to_thread(agent.stop)
            again = await asyncio.to_thread(lambda: self.start_kitchen(folder=agent.folder))
            await client.wait_member("kitchen")
            return again, await client.request("kitchen", "agent.ping")
        self.assertTrue(self.run_with(restart)[1].success)

    def test_it_stops_where_an_identity_changed(self) -> None:
        agent = self.start_kitchen()

        async def change(client: Client) -> None:
            await client.request("kitchen", "agent.ping")
            await asyncio.to_thread(agent.stop)
            await asyncio.to_thread(self.start_kitchen)
            await client.wait_member("kitchen")
            self.assertEqual((await client.request("kitchen", "agent.ping")).code, 495)
            client.trust("kitchen")
            self.assertEqual((await client.request("kitchen", "agent.ping")).code, 200)
        self.run_with(change)

    def test_a_view_link_is_held_to_its_level(self) -> None:
        self.start_kitchen()

        async def ask(client: Client) -> list[int]:
            return [(await client.request("kitchen", name, {})).code for name in ("agent.describe", "shell.run")]
        link = channel_keys(PASSWORD, "home").view_link
        self.assertEqual(self.run_with(ask, password=link), [200, 403])

    def test_the_command_line_commands_a_python_device(self) -> None:
        async def serve() -> harness.Done:
            async with self.client("lamp", device=True, handler=answer):
                return await asyncio.to_thread(
                    lambda: self.malinka(self.hub, "run", "lamp", "--", "hello", password=PASSWORD))
        done = asyncio.run(serve())
        self.assertEqual(done.code, 0, done)
        self.assertTrue(done.out.startswith("hello for "), done)

    def test_the_command_line_hears_a_python_device(self) -> None:
        async def serve() -> None:
            async with self.client("lamp", device=True, handler=answer) as lamp:
                watch = self.start_malinka(self.hub, "--json", "watch", "lamp", password=PASSWORD)
                # What is told before there is a session is not heard: it is told until it is.
                while not any("lamp.changed" in line for line in watch.lines):
                    lamp.broadcast("lamp.changed", {"on": True}, level=Level.VIEW)
                    with contextlib.suppress(AssertionError):
                        await asyncio.to_thread(lambda: watch.wait_for("lamp.changed", 0.2))
        asyncio.run(asyncio.wait_for(serve(), harness.RUN_SECONDS))
