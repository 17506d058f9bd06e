# SPDX-License-Identifier: MIT
"""A running malinka-load, or another that is told what to do by lines and answers by lines of JSON."""

import json
import select
import subprocess

from . import machine
from .servers import KEY, BenchError, Server

ANSWER_SECONDS = 400


class Talker:
    """A program on the generator's core."""

    def __init__(self, *command):
        self.process = subprocess.Popen([str(word) for word in command], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        preexec_fn=machine.Placement.of(machine.cores()[1]))

    @property
    def pid(self) -> int:
        return self.process.pid

    def ask(self, *words) -> dict:
        try:
            print(*words, file=self.process.stdin, flush=True)
        except BrokenPipeError:
            pass  # The reason is on its standard error.
        if not select.select([self.process.stdout], [], [], ANSWER_SECONDS)[0]:
            raise BenchError("the generator does not answer")
        line = self.process.stdout.readline()
        if not line:
            raise BenchError(self.process.stderr.read().strip() or "the generator ended")
        return json.loads(line)

    def stop(self) -> None:
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


class Generator(Talker):
    def __init__(self, program, dialect: str, server: Server, kind: str, plan: dict, has_key: bool):
        words = [f"{name}={value}" for name, value in plan.items()]
        if has_key:
            words.append(f"key={KEY}")
        self.message_seconds = 0.0  # What one message took when that was last looked at.
        super().__init__(program, dialect, server.port, kind, *words)
