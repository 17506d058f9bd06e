# SPDX-License-Identifier: MIT
"""A program at a terminal of its own: what it shows, and what is typed."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios

import harness


class Terminal:
    """A program with a terminal of its own. Whoever waits for what it shows waits `seconds` at most for each part of it."""

    def __init__(self, command: list[str], env: dict[str, str], seconds: float = harness.START_SECONDS) -> None:
        self._seconds = seconds
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.execve(command[0], command, env)
        self._code: int | None = None
        self._unread = b""

    @property
    def pid(self) -> int:
        return self._pid

    def write(self, text: bytes) -> None:
        os.write(self._terminal, text)

    def read_until(self, end: bytes | None) -> bytes:
        """What is shown until `end` is, or until the program has ended."""
        shown = b""
        while end is None or end not in shown:
            if not select.select([self._terminal], [], [], self._seconds)[0]:
                raise AssertionError(f"nothing more is shown after {shown!r}")
            try:
                more = os.read(self._terminal, 4096)
            except OSError:  # EIO: nobody has the other end open any more.
                break
            if not more:
                break
            shown += more
        return shown

    def expect(self, text: bytes) -> bytes:
        """Waits until `text` is shown, and gives what is up to its end; what comes behind is for the next call."""
        while text not in self._unread:
            if not (more := self._read_some()):
                raise AssertionError(f"it ended without {text!r}, and showed {self._unread[-2000:]!r}")
            self._unread += more
        end = self._unread.index(text) + len(text)
        shown, self._unread = self._unread[:end], self._unread[end:]
        return shown

    def _read_some(self) -> bytes:
        if not select.select([self._terminal], [], [], self._seconds)[0]:
            raise AssertionError(f"nothing more is shown after {self._unread[-2000:]!r}")
        try:
            return os.read(self._terminal, 65536)
        except OSError:  # EIO: nobody has the other end open any more.
            return b""

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def is_raw(self) -> bool:
        return not termios.tcgetattr(self._terminal)[3] & (termios.ICANON | termios.ECHO)

    def signal(self, number: signal.Signals) -> None:
        os.kill(self._pid, number)

    def wait(self) -> int:
        if self._code is None:
            self._code = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        return self._code

    def close(self) -> None:
        if self._terminal >= 0:
            os.close(self._terminal)  # Which hangs up.
        self._terminal = -1
        self.wait()
