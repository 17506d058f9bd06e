# SPDX-License-Identifier: MIT
"""A hub and devices as people have them: agents with files and a terminal, each in a channel of its own."""

import contextlib
import os
import pathlib
import shutil
import subprocess

from .servers import KEY, BenchError, new_folder

DEVICE = "device"


class Devices:
    """A hub and what runs around it, in a folder of ours, until the stack ends."""

    def __init__(self, programs, stack: contextlib.ExitStack):
        self.folder = new_folder()
        stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.stack, self.programs = stack, programs
        line = self.start([programs.hub, "--listen", "127.0.0.1:0"]).stdout.readline()
        if "listening on" not in line:
            raise BenchError(f"the hub did not start: {line}")
        self.hub = line.split()[-1]

    @property
    def hub_port(self) -> int:
        return int(self.hub.rsplit(":", 1)[1])

    def start(self, command: list, **environment: str) -> subprocess.Popen:
        process = subprocess.Popen([str(word) for word in command], cwd=self.folder, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                   env=os.environ | environment)
        self.stack.callback(self._stop, process)
        return process

    @staticmethod
    def _stop(process: subprocess.Popen) -> None:
        process.terminate()
        process.wait()
        process.stdout.close()

    def environment(self, channel: str, state: str, is_sealed: bool = True, hub: str = "") -> dict[str, str]:
        return {"MALINKA_SEALED": "true" if is_sealed else "false", "MALINKA_CONFIG": "/dev/null", "MALINKA_CHANNEL": channel,
                "MALINKA_HUB": hub or self.hub, "MALINKA_PASSWORD": KEY, "STATE_DIRECTORY": str(self.folder / state),
                "HOME": str(self.folder)}

    def start_agent(self, channel: str, root: pathlib.Path, is_sealed: bool = True, hub: str = "") -> subprocess.Popen:
        """A device that offers a folder in the channel, by the hub's address or by another that leads there."""
        state = f"state-{channel}"
        (self.folder / state).mkdir()
        settings = self.folder / f"{channel}.toml"
        settings.write_text(f'[files]\nroots = ["{root}"]\n')
        agent = self.start([self.programs.agent, "--config", settings, "--name", DEVICE],
                           **self.environment(channel, state, is_sealed, hub))
        line = agent.stdout.readline()
        if not line.startswith("joined"):
            raise BenchError(f"the agent did not join: {line}")
        return agent
