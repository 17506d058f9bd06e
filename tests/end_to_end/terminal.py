# SPDX-License-Identifier: MIT
"""A program at a terminal of its own: what it shows, and what is typed."""

import os
import pty
import select

import harness


class Terminal:
    """A program with a terminal of its own."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.execve(command[0], command, env)
        self._code: int | None = None

    def write(self, text: bytes) -> None:
        os.write(self._terminal, text)

    def read_until(self, end: bytes | None) -> bytes:
        """What is shown until `end` is, or until the program has ended."""
        shown = b""
        while end is None or end not in shown:
            if not select.select([self._terminal], [], [], harness.START_SECONDS)[0]:
                raise AssertionError(f"nothing more is shown after {shown!r}")
            try:
                more = os.read(self._terminal, 4096)
            except OSError:  # EIO: nobody has the other end open any more.
                break
            if not more:
                break
            shown += more
        return shown

    def wait(self) -> int:
        if self._code is None:
            self._code = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        return self._code

    def close(self) -> None:
        os.close(self._terminal)  # Which hangs up.
        self.wait()
