# SPDX-License-Identifier: MIT
"""Many hellos, many sessions, ends that vanish and clocks that are wrong: commands go on, or fail as section 8 says,
and nothing grows past its limits."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator

import harness
from asker import TOOLS, Asker
from hostile_hub import Passing
from hostile_test import NOT_KNOWN, PASSWORD, HostileTest, is_command

MEBIBYTE = 1 << 20
SESSIONS_MAX = 1024
UNCONFIRMED_EACH_MAX = 4
GENERATION_MESSAGES = 1 << 14
YEAR = 365 * 24 * 3600


class Initiators:
    """`initiators`: a crowd of members who know the password, and say what a test delivers."""

    def __init__(self, test: HostileTest, names: int, each: int = 1) -> None:
        self._test = test
        env = harness.environment(test.folder, MALINKA_PASSWORD=PASSWORD)
        self._process = subprocess.Popen([TOOLS / "initiators", "home", "kitchen", str(names), str(each)], env=env,
                                         text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.read()  # The keys.
        self.hellos = [self.read_message() for _ in range(names * each)]

    def read(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()

    def read_message(self) -> Passing:
        name, blob = self.read().split()
        envelope = {"messageType": "Command", "id": os.urandom(8).hex(), "sealed": 1}
        return Passing("home", name, "kitchen", envelope, bytes.fromhex(blob))

    def tell(self, message: Passing) -> None:
        assert self._process.stdin and message.blob
        self._process.stdin.write(f"{message.recipient} {message.blob.hex()}\n")
        self._process.stdin.flush()

    def answered(self, hello: Passing, kind: str) -> Passing:
        return self._test.hub.wait_for(lambda one: one.is_from("kitchen", kind) and one.session == hello.session)

    def make_session(self, hello: Passing) -> Passing:
        """The whole of one, and what the initiator has said in it."""
        self._test.hub.deliver(hello)
        self.tell(self.answered(hello, "welcome"))
        ping = self.read_message()
        self._test.hub.deliver(ping)
        self.answered(hello, "data")
        return ping

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(harness.STOP_SECONDS)
        self._process.stdout.close()


class CrowdTest(HostileTest):
    def start_initiators(self, names: int, each: int = 1) -> Initiators:
        initiators = Initiators(self, names, each)
        self.addCleanup(initiators.close)
        return initiators

    @contextlib.contextmanager
    def growing_at_most(self, count: int) -> Iterator[None]:
        before = self.agent.resident_bytes()
        yield
        if not harness.is_sanitized():
            self.assertLess(self.agent.resident_bytes() - before, count)

    def deliver_all(self, hellos: list[Passing]) -> None:
        """Returns when the device has taken the last of them, as what comes behind it shows."""
        self.hub.deliver(*hellos)
        stranger = hellos[0].changed(blob=b"\x03" + os.urandom(60))
        self.hub.deliver(stranger)
        self.hub.wait_for(lambda one: one.is_from("kitchen", "unknown") and one.session == stranger.session)

    def test_thousands_of_hellos_of_many_names_cost_little_and_commands_go_on(self) -> None:
        first, second = self.start_initiators(2000), self.start_initiators(2000)
        phone = self.start_asker()
        self.assertTrue(self.mark(phone, "before")["success"])
        with self.growing_at_most(8 * MEBIBYTE):
            self.deliver_all(first.hellos)
        spent = self.agent.processor_seconds()
        with self.growing_at_most(MEBIBYTE):
            self.deliver_all(second.hellos)
        self.assertLess(self.agent.processor_seconds() - spent, 20 if harness.is_sanitized() else 4)
        self.assertTrue(self.mark(phone, "after")["success"])  # In its session, which was confirmed.
        self.assertEqual(self.run_cli("stranger").code, 0)     # And in a new one.
        self.assertEqual(self.carried_out(), ["before", "after", "stranger"])

    def test_of_hellos_of_one_name_four_are_answered_and_the_others_cost_nothing(self) -> None:
        crowd = self.start_initiators(1, each=1000)
        began = time.monotonic()
        self.deliver_all(crowd.hellos)
        welcomes = len(self.hub.seen(lambda one: one.is_from("kitchen", "welcome")))
        rounds = 1 + int((time.monotonic() - began) // 10)  # Unanswered, a session ends after 10 s.
        self.assertGreaterEqual(welcomes, UNCONFIRMED_EACH_MAX)
        self.assertLessEqual(welcomes, UNCONFIRMED_EACH_MAX * rounds)
        self.assertEqual(self.run_cli("stranger").code, 0)
        self.assertEqual(self.carried_out(), ["stranger"])

    def test_of_more_than_1024_sessions_the_longest_idle_end_and_memory_stays(self) -> None:
        more = 76
        crowd = self.start_initiators(SESSIONS_MAX + more)
        with self.growing_at_most(8 * MEBIBYTE):
            pings = [crowd.make_session(hello) for hello in crowd.hellos[:SESSIONS_MAX]]
        with self.growing_at_most(2 * MEBIBYTE):
            pings += [crowd.make_session(hello) for hello in crowd.hellos[SESSIONS_MAX:]]
        self.deliver_all(pings)  # Again: in a session that is there, a replay, and dropped.
        ended = {one.session for one in self.hub.seen(lambda one: one.is_from("kitchen", "unknown"))}
        self.assertEqual([ping.session in ended for ping in pings], [True] * more + [False] * SESSIONS_MAX)
        self.assertEqual(self.run_cli("after").code, 0)


class EndsTest(HostileTest):
    def test_where_nothing_comes_through_for_a_while_commands_fail_in_time_and_then_go_on(self) -> None:
        phone = self.start_asker()
        self.assertTrue(self.mark(phone, "before")["success"])
        self.hub.script = lambda message: []
        lost = phone.send("shell.run", self.marking("lost"), seconds=1)
        self.check_refused(phone.answer(lost), 408, "no answer in time")
        self.hub.script = lambda message: [message]
        self.assertTrue(self.mark(phone, "after")["success"])
        self.assertEqual(self.carried_out(), ["before", "after"])

    def test_a_device_that_is_killed_at_work_fails_its_command_as_not_known_and_goes_on_anew(self) -> None:
        phone = self.start_asker()
        self.assertTrue(self.mark(phone, "before")["success"])
        gate = self.folder / "gate"
        os.mkfifo(gate)
        mark = phone.send("shell.run", {"command": f"cat {gate}"}, seconds=100)
        with gate.open("wb"):
            self.agent.signal(signal.SIGKILL)
            self.check_refused(phone.answer(mark), 503, NOT_KNOWN)
        self.agent.wait()
        self.agent = self.start_kitchen(folder=self.agent.folder)
        self.assertTrue(self.mark(phone, "after")["success"])  # Its identity is the same.
        self.assertEqual(self.carried_out(), ["before", "after"])

    def test_both_ends_begin_anew_at_once_and_know_each_other(self) -> None:
        phone = self.start_asker()
        self.assertTrue(self.mark(phone, "before")["success"])
        said = self.hub.seen(lambda one: one.is_from("phone"))
        phone.close()
        self.agent.stop()
        self.agent = self.start_kitchen(folder=self.agent.folder)
        again = Asker(self.hub.url, "phone", "home", PASSWORD, self.folder / "phone-home")
        self.addCleanup(again.close)
        self.hub.deliver(*said)
        self.assertTrue(self.mark(again, "after")["success"])
        self.assertEqual(self.carried_out(), ["before", "after"])

    def test_who_takes_over_a_name_gets_sessions_of_its_own_and_nothing_of_the_others(self) -> None:
        phone = self.start_asker()
        self.assertTrue(self.mark(phone, "first")["success"])
        said = self.hub.seen(is_command)
        again = Asker(self.hub.url, "phone", "home", PASSWORD, self._folder("other-phone"))
        self.addCleanup(again.close)
        self.assertTrue(self.mark(again, "second")["success"])
        self.hub.deliver(*said)
        self.check_refused(self.mark(phone, "third"), 503, "not joined to the hub")
        self.assertEqual(self.carried_out(), ["first", "second"])

    def test_clocks_that_are_years_apart_and_jump_change_nothing(self) -> None:
        if harness.is_sanitized():
            self.skipTest("a sanitizer wants to be the first library of a program")
        self.agent.stop()
        clock = harness.JumpingClock(self.folder)
        clock.jump(-30 * YEAR)
        self.agent = self.start_agent(self.hub.url, "kitchen", password=PASSWORD, flags=(), folder=self.agent.folder,
                                      **clock.env)
        phone = self.start_asker()
        for years in (-30, 0, 100):
            clock.jump(years * YEAR)
            self.assertTrue(self.mark(phone, str(years), seconds=20)["success"])
        self.assertEqual(self.carried_out(), ["-30", "0", "100"])


class GenerationTest(harness.Test):
    def test_a_session_goes_on_through_more_messages_than_one_key_may_seal(self) -> None:
        hub = self.start_hub()
        self.start_agent(hub, "kitchen", password=PASSWORD)
        phone = Asker(hub.url, "phone", "home", PASSWORD, self._folder("phone"))
        self.addCleanup(phone.close)
        at_once = 500
        for _ in range(GENERATION_MESSAGES // at_once + 2):
            answers = [phone.answer(mark) for mark in [phone.send("agent.ping") for _ in range(at_once)]]
            self.assertTrue(all(answer["success"] for answer in answers), answers)


if __name__ == "__main__":
    harness.unittest.main()
