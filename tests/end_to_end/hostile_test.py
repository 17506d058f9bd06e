# SPDX-License-Identifier: MIT
"""What the tests of sealed channels against a hub that means no good have in common."""

import os
import pathlib
from typing import Any

import harness
from asker import Asker
from hostile_hub import HostileHub, Passing

PASSWORD = "a long enough secret"
NOT_KNOWN = "not known whether it was carried out"


def is_command(message: Passing) -> bool:
    return message.kind == "data" and message.recipient != "" and message.originator != "kitchen"


def is_answer(message: Passing) -> bool:
    return message.is_from("kitchen", "data")


class HostileTest(harness.Test):
    """A hostile hub, and `kitchen`, a real device whose commands append to a file."""

    def setUp(self) -> None:
        super().setUp()
        self.hub = HostileHub()
        self.addCleanup(self.hub.stop)
        self.witness = self.folder / "carried-out"
        self.agent = self.start_kitchen()

    def start_kitchen(self, name: str = "kitchen", channel: str = "home", password: str = PASSWORD,
                      folder: pathlib.Path | None = None) -> harness.Agent:
        agent = self.start_agent(self.hub.url, name, channel=channel, password=password, flags=(), folder=folder,
                                 config="[telemetry]\ninterval_seconds = 1\n")
        self.hub.wait_member(channel, name)
        return agent

    def start_asker(self, name: str = "phone", channel: str = "home", password: str = PASSWORD, *,
                    is_listening: bool = False) -> Asker:
        asker = Asker(self.hub.url, name, channel, password, self._folder(f"{name}-home"), is_listening)
        self.addCleanup(asker.close)
        return asker

    def marking(self, word: str, witness: pathlib.Path | None = None) -> dict[str, str]:
        """A command that leaves a word behind each time that it is carried out."""
        return {"command": f"echo {word} >> {witness or self.witness}; echo did-{word}"}

    def mark(self, asker: Asker, word: str, **members: Any) -> dict[str, Any]:
        return asker.ask("shell.run", self.marking(word), **members)

    def run_cli(self, word: str, *, device: str = "kitchen", channel: str = "home", password: str = PASSWORD,
                timeout: str = "60") -> harness.Done:
        return self.malinka(self.hub.url, "--json", "run", "-t", timeout, device, "--", self.marking(word)["command"],
                            channel=channel, password=password)

    def carried_out(self, *agents: harness.Agent) -> list[str]:
        """The words so far, once all that was delivered has been."""
        for agent in agents or (self.agent,):
            self.settle(agent)
        return self.witness.read_text().split() if self.witness.exists() else []

    def settle(self, agent: harness.Agent) -> None:
        """An honest command is answered after all that was delivered before it; then nothing runs any more."""
        script, self.hub.script = self.hub.script, lambda message: [message]
        done = self.malinka(self.hub.url, "describe", agent.device, password=PASSWORD)
        self.assertEqual(done.code, 0, done)
        self.hub.script = script
        children = pathlib.Path(f"/proc/{agent.pid}/task/{agent.pid}/children")
        while children.read_text():
            os.sched_yield()

    def check_refused(self, answer: dict[str, Any], code: int, words: str) -> None:
        self.assertEqual((answer["code"], answer["success"]), (code, False), answer)
        self.assertRegex(answer["error"], words)

    def check_cli(self, done: harness.Done, code: int, words: str) -> None:
        self.assertEqual(done.code, 1, done)
        (line,) = done.objects
        self.assertEqual(line["code"], code, done)
        self.assertRegex(line["error"], words)
        self.assertNotIn("did-", done.out)
