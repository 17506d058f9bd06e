# SPDX-License-Identifier: MIT
"""Runs a program at a terminal that pyte draws, until it shows a text, and prints its cells as JSON.

    reference_terminal.py COLUMNS ROWS UNTIL PROGRAM [ARGUMENT...]
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios

import pyte

SECONDS = 20
QUIET_SECONDS = 0.5


class Screen(pyte.Screen):
    """Passes over what pyte takes for colours: private sequences that end as those do."""

    def select_graphic_rendition(self, *attributes: int, private: bool = False) -> None:
        if not private:
            super().select_graphic_rendition(*attributes)


def main() -> int:
    columns, rows, until, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm-256color"
        # Not before the window has its size.
        os.read(0, 1)
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.write(terminal, b"\n")
    screen = Screen(columns, rows)
    stream = pyte.ByteStream(screen)
    while not (any(until in line for line in screen.display) and is_quiet(terminal)):
        if not select.select([terminal], [], [], SECONDS)[0]:
            sys.exit(f"{until!r} was never shown: {screen.display}")
        stream.feed(os.read(terminal, 65536))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    lines = [line.rstrip() for line in screen.display]
    print(json.dumps({"lines": lines, "cursor": [screen.cursor.x, screen.cursor.y]}))
    return 0


def is_quiet(terminal: int) -> bool:
    """What it draws in several writes is drawn."""
    return not select.select([terminal], [], [], QUIET_SECONDS)[0]


if __name__ == "__main__":
    sys.exit(main())
