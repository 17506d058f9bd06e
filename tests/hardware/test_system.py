# SPDX-License-Identifier: MIT
"""Files, commands and a terminal of a machine that is not this one."""

import os

from board import NAME, BoardTest
from harness import FAILED
from terminal import Terminal

MIB = 1 << 20
LOGIN_SECONDS = 120  # A login shell there reads what this machine has for it.


class SystemTest(BoardTest):
    config = '[files]\nroots = ["/tmp"]\n'

    def test_a_file_goes_there_and_comes_back_the_same(self) -> None:
        source = self.person_folder / "source"
        source.write_bytes(os.urandom(9 * MIB))
        source.chmod(0o640)
        self.malinka_here("cp", "source", f"{NAME}:/tmp/copy")
        self.assertIn(f"{9 * MIB} 640", self.guest.must("stat -c '%s %a' /tmp/copy"))
        self.malinka_here("cp", f"{NAME}:/tmp/copy", "back")
        self.assertEqual((self.person_folder / "back").read_bytes(), source.read_bytes())
        self.malinka_here("rm", f"{NAME}:/tmp/copy")
        self.assertNotEqual(self.guest.run("stat /tmp/copy")[0], 0)

    def test_a_full_disk_is_said_and_leaves_nothing(self) -> None:
        self.guest.must("mkdir -p /tmp/small && mount -t tmpfs -o size=4m small /tmp/small")
        self.addCleanup(self.guest.must, "umount /tmp/small")
        (self.person_folder / "source").write_bytes(os.urandom(9 * MIB))
        done = self.malinka_here("cp", "source", f"{NAME}:/tmp/small/copy", code=FAILED)
        self.assertIn("no space", done.err.lower())
        self.assertEqual(self.guest.must("ls -A /tmp/small"), "")

    def test_a_command_runs_on_its_kernel(self) -> None:
        done = self.malinka_here("run", NAME, "--", "uname -r; hostname")
        self.assertIn(self.guest.kernel.release, done.out)
        self.assertIn("board", done.out)

    def test_a_terminal_is_one_of_its_own(self) -> None:
        command, env = self.command(self.hub, "terminal", NAME, password="a long enough secret")
        terminal = Terminal(command, env | {"TERM": "xterm"}, LOGIN_SECONDS)
        self.addCleanup(terminal.close)
        terminal.write(b"PS1='$ '; uname -n; tty\r")
        terminal.expect(b"board\r\n")
        terminal.expect(b"/dev/pts/")
        terminal.write(b"exit 3\r")
        self.assertEqual(terminal.wait(), 3)
