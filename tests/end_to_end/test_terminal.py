# SPDX-License-Identifier: MIT
"""A shell on a device at a terminal here: as if one sat there, and still there when a link was lost."""

import signal
import time

import harness
from harness import DONE, FAILED, USAGE
from terminal import Terminal

PASSWORD = "a long enough secret"


class TerminalTest(harness.Test):
    """A hub, and `kitchen` in a sealed channel."""

    config = ""

    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()
        self.kitchen = self.start_device()

    def start_device(self, **options) -> harness.Agent:
        return self.start_agent(self.hub, "kitchen", password=PASSWORD, flags=(), config=self.config, **options)

    def start(self, *arguments: str, verb: str = "terminal") -> Terminal:
        command, env = self.command(self.hub, verb, "kitchen", *arguments, password=PASSWORD)
        terminal = Terminal(command, env | {"TERM": "xterm-256color"})
        self.addCleanup(terminal.close)
        return terminal

    def open(self, *arguments: str, verb: str = "terminal") -> Terminal:
        """One whose shell has answered. What a shell echoes of a line is never what the line shows."""
        terminal = self.start(*arguments, verb=verb)
        terminal.write(b"PS1='$ '; echo rea''dy\r")
        terminal.expect(b"ready\r\n")
        return terminal

    def malinka_here(self, *arguments: str, code: int = DONE) -> harness.Done:
        done = self.malinka(self.hub, *arguments, password=PASSWORD)
        self.assertEqual(done.code, code, done)
        return done

    def sessions(self) -> list[dict]:
        return self.malinka_here("--json", "terminal", "kitchen", "--list").objects[0]["sessions"]


class HereTest(TerminalTest):
    def test_what_is_typed_is_echoed_and_colours_come_as_they_are(self) -> None:
        terminal = self.open()
        self.assertTrue(terminal.is_raw())
        terminal.write(b"printf '\\033[31m%s\\033[0m\\n' re''d\r")
        self.assertIn(b"printf", terminal.expect(b"\x1b[31mred\x1b[0m\r\n"))
        terminal.write(b"echo $TERM\r")
        terminal.expect(b"xterm-256color\r\n")

    def test_the_exit_status_is_the_shells_and_the_terminal_is_as_before(self) -> None:
        terminal = self.open(verb="shell")
        terminal.write(b"exit 7\r")
        self.assertEqual(terminal.wait(), 7)
        self.assertFalse(terminal.is_raw())
        self.assertEqual(self.sessions(), [])

    def test_a_signal_that_ends_the_shell_shows_in_the_exit_status(self) -> None:
        terminal = self.open()
        terminal.write(b"kill -KILL $$\r")
        self.assertEqual(terminal.wait(), 128 + signal.SIGKILL)

    def test_the_size_is_that_of_the_window_and_follows_it(self) -> None:
        terminal = self.start()
        terminal.resize(100, 30)
        terminal.write(b"trap 'stty size' WINCH; stty size\r")
        terminal.expect(b"30 100\r\n")
        terminal.resize(90, 20)
        terminal.write(b"\r")
        while b"20 90\r\n" not in terminal.expect(b"\r\n"):
            terminal.write(b"stty size\r")
            time.sleep(0.05)

    def test_a_character_that_comes_in_two_parts_is_whole(self) -> None:
        terminal = self.open()
        terminal.write(b"stty -echo; printf 'h\\303'; sleep 0.3; printf '\\251t\\n'\r")
        terminal.expect("hét\r\n".encode())
        terminal.write("echo ü''ber\r".encode())
        terminal.expect("über\r\n".encode())

    def test_long_output_is_whole_and_ctrl_c_ends_what_does_not_end(self) -> None:
        terminal = self.open()
        terminal.write(b"seq 200000\r")
        shown = terminal.expect(b"\r\n200000\r\n")
        self.assertIn(b"".join(b"%d\r\n" % number for number in range(1, 200001)), shown)
        terminal.write(b"yes\r")
        terminal.expect(b"y\r\ny\r\n")
        terminal.write(b"\x03")
        terminal.write(b"echo do''ne\r")
        terminal.expect(b"done\r\n")

    def test_a_long_paste_is_whole(self) -> None:
        terminal = self.open()
        terminal.write(b"stty raw -echo; echo rea''dy; head -c 400000 | md5sum; stty sane\r")
        terminal.expect(b"ready")
        for _ in range(400):
            terminal.write(b"0123456789" * 100)
        terminal.expect(b"f6a15852dd4770b9c164caabd0fe4242")

    def test_without_a_terminal_it_says_what_to_do_instead(self) -> None:
        done = self.malinka_here("terminal", "kitchen", code=USAGE)
        self.assertIn("malinka run kitchen -- COMMAND", done.err)
        self.assertIn("--session", self.malinka_here("terminal", "--view", "kitchen", code=USAGE).err)

    def test_a_signal_to_end_leaves_the_terminal_as_it_was(self) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            terminal = self.open()
            terminal.signal(number)
            terminal.expect(b"\x1b[0m")
            self.assertEqual(terminal.wait(), 128 + number)
            self.assertFalse(terminal.is_raw())

    def test_who_stops_reading_costs_the_device_nothing(self) -> None:
        terminal = self.open()
        terminal.write(b"yes\r")
        terminal.expect(b"y\r\ny\r\n")
        terminal.signal(signal.SIGSTOP)
        time.sleep(1)  # What is on its way has come to rest.
        before = self.kitchen.processor_seconds()
        time.sleep(1)
        self.assertLess(self.kitchen.processor_seconds() - before, 0.2)
        if not harness.is_sanitized():
            self.assertLess(self.kitchen.resident_bytes(), 32 << 20)
        terminal.signal(signal.SIGCONT)
        terminal.write(b"\x03")
        terminal.write(b"echo do''ne\r")
        terminal.expect(b"done\r\n")


class LeaveTest(TerminalTest):
    def test_a_tilde_and_a_point_leave_and_the_shell_is_taken_up_again(self) -> None:
        terminal = self.open()
        terminal.write(b"x=kept\r")
        terminal.write(b"~?")
        terminal.expect(b"~~  types a tilde")
        terminal.write(b"~~\r")
        terminal.expect(b"~\r\n")
        terminal.write(b"~.")
        terminal.expect(b"left; the shell stays for 5 minutes: malinka terminal kitchen --session ")
        self.assertEqual(terminal.wait(), DONE)
        self.assertFalse(terminal.is_raw())
        [session] = self.sessions()
        self.assertEqual(session["viewers"], 0)
        self.assertRegex(self.malinka_here("terminal", "kitchen", "-l").out,
                         rf"(?m)^{session['session']}  20\d\d-.*  80 x 24 +0$")
        again = self.start("--session", session["session"])
        again.expect(b"ready\r\n")  # Of the scrollback.
        again.write(b"echo $x$x\r")
        again.expect(b"keptkept")

    def test_a_closed_window_leaves_too(self) -> None:
        terminal = self.open()
        terminal.close()
        self.assertEqual(len(self.sessions()), 1)


class LostLinkTest(TerminalTest):
    def test_the_hub_dies_and_comes_back_and_the_same_shell_goes_on(self) -> None:
        terminal = self.open()
        terminal.write(b"x=kept; echo se''t\r")
        terminal.expect(b"set\r\n")
        address = f"127.0.0.1:{self.hub.port}"
        self.hub.kill()
        terminal.expect(b"taking the terminal up again")
        self.hub = self.start_hub(listen=address)
        terminal.expect(b"\x1b[2J")
        terminal.expect(b"set\r\n")  # What was shown before.
        terminal.write(b"echo $x$x\r")
        terminal.expect(b"keptkept\r\n")
        self.assertEqual([session["viewers"] for session in self.sessions()], [1])
        terminal.write(b"exit 3\r")
        self.assertEqual(terminal.wait(), 3)

    def test_who_does_not_want_to_wait_leaves(self) -> None:
        terminal = self.open()
        self.hub.kill()
        terminal.expect(b"taking the terminal up again")
        terminal.write(b"\r~.")
        terminal.expect(b"left;")
        self.assertEqual(terminal.wait(), DONE)
        self.assertFalse(terminal.is_raw())

    def test_a_device_that_was_restarted_has_no_such_shell_any_more(self) -> None:
        terminal = self.open()
        self.kitchen.kill()
        terminal.expect(b"taking the terminal up again")
        self.kitchen = self.start_device(folder=self.kitchen.folder)
        terminal.expect(b"there is no terminal")
        self.assertEqual(terminal.wait(), FAILED)
        self.assertFalse(terminal.is_raw())


class SeveralTest(TerminalTest):
    def test_a_second_one_watches_and_its_keys_are_passed_over(self) -> None:
        first = self.open()
        [session] = self.sessions()
        watcher = self.start("--session", session["session"], "--view")
        watcher.expect(b"watching")
        second = self.start("--session", session["session"])
        second.expect(b"somebody else writes there")
        for other in (watcher, second):
            other.write(b"echo in''truder\r")
        first.write(b"echo se''en\r")
        for one in (first, watcher, second):
            shown = one.expect(b"seen\r\n")
            self.assertNotIn(b"truder", shown)
        first.write(b"exit 5\r")
        self.assertEqual([one.wait() for one in (first, watcher, second)], [5, 5, 5])

    def test_a_seventeenth_is_refused(self) -> None:
        for _ in range(16):
            self.open()
        terminal = self.start()
        terminal.expect(b"16 terminals are open already")
        self.assertEqual(terminal.wait(), FAILED)


class ViewPolicyTest(TerminalTest):
    config = '[policy.terminal]\nlevel = "view"\n'

    def test_a_session_of_somebody_needs_control_as_a_new_one_does(self) -> None:
        for arguments in ((), ("--session", "abcdefgh"), ("--session", "abcdefgh", "--view")):
            terminal = self.start(*arguments)
            terminal.expect(b"terminal.open needs the level control")
            self.assertEqual(terminal.wait(), FAILED)


class UnsealedTest(harness.Test):
    def test_a_channel_that_the_hub_can_read_is_not_enough(self) -> None:
        hub = self.start_hub()
        self.start_agent(hub, "kitchen", password=PASSWORD, flags=(), is_sealed=False)
        command, env = self.command(hub, "terminal", "kitchen", password=PASSWORD)
        terminal = Terminal(command, env | {"MALINKA_SEALED": "false"})
        self.addCleanup(terminal.close)
        terminal.expect(b"terminal wants a sealed channel")
        self.assertEqual(terminal.wait(), FAILED)


if __name__ == "__main__":
    harness.unittest.main()
