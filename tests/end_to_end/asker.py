# SPDX-License-Identifier: MIT
"""`asker` (asker.cc), a program that stays in its channel and asks what a test wants.

    with contextlib.closing(Asker(hub.url, "phone", "home", PASSWORD, folder)) as phone:
        answer = phone.ask("agent.ping")
"""

import json
import pathlib
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

import harness

TOOLS = harness.BIN.parent / "end_to_end"


class Asker:
    """`asker`: a program that stays in its channel, and asks what it is told to."""

    def __init__(self, url: str, name: str, channel: str, password: str, folder: pathlib.Path,
                 is_listening: bool = False, is_sealed: bool = True) -> None:
        choices = {"ASKER_LISTENS": "1"} if is_listening else {}
        choices |= {} if is_sealed else {"ASKER_PLAIN": "1"}
        env = harness.environment(folder, MALINKA_PASSWORD=password, **choices)
        self.name = name
        self._process = subprocess.Popen([str(TOOLS / "asker"), url, channel, name], env=env, cwd=folder, text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._lines: list[dict[str, Any]] = []
        self._answers: dict[int, dict[str, Any]] = {}
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._marks = 0
        self.wait_line(lambda line: "ready" in line)

    def send(self, name: str, value: Any = None, *, to: str = "kitchen", seconds: float = 30,
             **members: Any) -> int:
        """Asks, and gives the mark of the answer to wait for."""
        self._marks += 1
        line = {"mark": self._marks, "to": [to], "name": name, "value": value, "seconds": seconds, **members}
        self.write({key: member for key, member in line.items() if member is not None})
        return self._marks

    def write(self, line: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()

    def answer(self, mark: int) -> dict[str, Any]:
        with self._news:
            if not self._news.wait_for(lambda: mark in self._answers, harness.RUN_SECONDS):
                raise AssertionError(f"{self.name} has no answer {mark}, and has said only {self._lines}")
            return self._answers[mark]

    def ask(self, name: str, value: Any = None, **members: Any) -> dict[str, Any]:
        return self.answer(self.send(name, value, **members))

    def lines(self, is_wanted: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        with self._news:
            return [line for line in self._lines if is_wanted(line)]

    def wait_line(self, is_wanted: Callable[[dict[str, Any]], bool], count: int = 1) -> dict[str, Any]:
        deadline = time.monotonic() + harness.RUN_SECONDS
        with self._news:
            while len(found := [line for line in self._lines if is_wanted(line)]) < count:
                if not self._news.wait(deadline - time.monotonic()):
                    raise AssertionError(f"{self.name} has said only {self._lines}")
            return found[count - 1]

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(harness.STOP_SECONDS)
        self._reader.join()
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout
        for text in self._process.stdout:
            line = json.loads(text)
            with self._news:
                if "mark" in line:
                    self._answers[line["mark"]] = line
                else:
                    self._lines.append(line)
                self._news.notify_all()
