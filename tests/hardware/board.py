# SPDX-License-Identifier: MIT
"""The device under test: an agent in a guest, joined to a hub out here, as a person has one behind a router."""

import pathlib
import shlex
import sys
import tempfile
import time
from collections.abc import Callable

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "end_to_end"))

import harness  # noqa: E402
import kernel  # noqa: E402
from guest import HOST_ADDRESS, Guest  # noqa: E402

NAME, CHANNEL, PASSWORD = "board", "home", "a long enough secret"
PATIENCE_SECONDS = 60  # A guest is slow, and shares this machine with others.
AGENT_FOLDER = "/tmp/agent"


def wait_until(holds: Callable[[], object], what: str | Callable[[], str]) -> object:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := holds()):
        if time.monotonic() > deadline:
            raise AssertionError(f"never came: {what if isinstance(what, str) else what()}")
        time.sleep(0.1)
    return found


class BoardTest(harness.Test):
    """One guest for all tests of a class; a hub and an agent for each test."""

    guest: Guest

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory(prefix="malinka-guest-")
        cls.addClassCleanup(folder.cleanup)
        cls.guest = Guest(kernel.fetch(), pathlib.Path(folder.name))
        cls.addClassCleanup(cls.guest.stop)
        cls.prepare_guest()

    @classmethod
    def prepare_guest(cls) -> None:
        """Loads drivers, and puts devices there."""

    config = ""

    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub(listen="127.0.0.1:0")
        self.start_board_agent()

    def start_board_agent(self) -> None:
        """In the guest; ends with the test."""
        (self.guest.work / "agent.toml").write_text(self.config)
        self.addCleanup(self.stop_board_agent)
        self.run_board_agent()

    def run_board_agent(self) -> None:
        (self.guest.work / "agent.log").unlink(missing_ok=True)
        agent = [str(harness.BIN.resolve() / "malinka-agent"), "--config", "/run/work/agent.toml", "--name", NAME, "--channel", CHANNEL,
                 "--hub", f"ws://{HOST_ADDRESS}:{self.hub.port}"]
        settings = f"HOME={AGENT_FOLDER} STATE_DIRECTORY={AGENT_FOLDER} MALINKA_PASSWORD={shlex.quote(PASSWORD)}"
        self.guest.must(f"mkdir -p {AGENT_FOLDER}; {settings} setsid {shlex.join(agent)} >/run/work/agent.log 2>&1 & "
                        f"echo $! >{AGENT_FOLDER}/pid")
        wait_until(lambda: "joined " in self.agent_log(), "the agent in the channel")

    def stop_board_agent(self) -> None:
        """Nobody there waits for it: it is over once it has no program."""
        self.guest.must(f"pid=$(cat {AGENT_FOLDER}/pid); kill $pid 2>/dev/null; "
                        "while readlink /proc/$pid/exe; do sleep 0.1; done")

    def pause_board_agent(self) -> None:
        """What it is told waits for it, as far as there is room."""
        self.guest.must(f"kill -STOP $(cat {AGENT_FOLDER}/pid)")

    def continue_board_agent(self) -> None:
        self.guest.must(f"kill -CONT $(cat {AGENT_FOLDER}/pid)")

    def agent_log(self) -> str:
        log = self.guest.work / "agent.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def malinka_here(self, *arguments: str, code: int | None = harness.DONE, **options) -> harness.Done:
        """`code` is what it is to end with; None: with any."""
        done = self.malinka(self.hub, *arguments, channel=CHANNEL, password=PASSWORD, seconds=PATIENCE_SECONDS, **options)
        if code is not None:
            self.assertEqual(done.code, code, f"{done}\n{self.agent_log()}")
        return done
