# SPDX-License-Identifier: MIT
"""What fails around a hub: it goes on, says what happened once, and keeps nothing. docs/faults.md lists them all."""

import datetime
import os
import pathlib
import re
import signal
import sys
from collections.abc import Callable
from typing import Any

import harness
import raw_peer
from foreign import Foreign

HERE = pathlib.Path(__file__).resolve().parent
DAY = 24 * 3600
MEBIBYTE = 1 << 20
PIPE_BYTES = 1 << 16  # What one holds: pipe(7).


def is_hub_left(message: dict[str, Any]) -> bool:
    return message.get("name") == "hub.left"


def is_report(message: dict[str, Any]) -> bool:
    return message["originator"] == "@hub" and "requestId" in message.get("response", {})


class FaultTest(harness.Test):
    def join(self, hub: harness.Hub, name: str, **members: Any) -> Foreign:
        client = Foreign.join(hub, "home", name, **members)
        self.addCleanup(client.close)
        return client

    def check_goes_on(self, hub: harness.Hub) -> None:
        with Foreign.join(hub, "other", "a") as one, Foreign.join(hub, "other", "b") as other:
            one.send({"messageType": "Broadcast", "name": "x"})
            other.next(lambda message: message.get("name") == "x")


class LogTest(FaultTest):
    def start_hub_with_log(self, descriptor: int) -> harness.Hub:
        return self.start_hub(before=lambda _: os.dup2(descriptor, 2))

    def full_pipe(self) -> tuple[int, int]:
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        self.addCleanup(os.close, writing)
        os.write(writing, b"x" * PIPE_BYTES)
        return reading, writing

    def test_a_full_disk_for_the_log_costs_its_lines_and_nothing_else(self) -> None:
        descriptor = os.open("/dev/full", os.O_WRONLY)
        self.addCleanup(os.close, descriptor)
        hub = self.start_hub_with_log(descriptor)
        self.check_goes_on(hub)
        self.assertEqual(hub.stop(), 0)

    def test_a_log_that_nobody_reads_is_not_waited_for(self) -> None:
        _, writing = self.full_pipe()
        hub = self.start_hub_with_log(writing)
        self.check_goes_on(hub)
        self.assertEqual(hub.stop(), 0)

    def test_when_the_log_is_read_again_it_says_how_many_lines_were_lost(self) -> None:
        if harness.is_sanitized():
            self.skipTest("what makes it say something is a lack of descriptors, which a sanitizer does not bear")
        reading, writing = self.full_pipe()
        hub = self.start_hub_with_log(writing)  # With a line of how it sends, and one of its shards.
        os.read(reading, PIPE_BYTES)
        hub.limit_descriptors(0)
        for _ in range(20):  # Some take the numbers that are free below the limit.
            self.addCleanup(raw_peer.connect(hub).close)
        lines = b""
        while b"cannot accept" not in lines:
            lines += os.read(reading, 4096)
        self.assertRegex(lines, rb"^warning: log lines were lost lines=2\nwarning: cannot accept connections for now ")


class ClockTest(FaultTest):
    def setUp(self) -> None:
        super().setUp()
        if harness.is_sanitized():
            self.skipTest("a sanitizer wants to be the first library of a program")
        self.clock = harness.JumpingClock(self.folder)
        self.hub = self.start_hub(MALINKA_HEARTBEAT_SECONDS="1", **self.clock.env)

    def hub_time(self, client: Foreign) -> datetime.datetime:
        return datetime.datetime.fromisoformat(client.request("@hub", "hub.ping")["value"]["time"])

    def test_a_wall_clock_that_jumps_a_day_ahead_drops_nobody_and_lets_messages_expire(self) -> None:
        self.check_jump(DAY, is_expired=True)

    def test_a_wall_clock_that_jumps_a_day_back_drops_nobody_and_lets_no_message_expire(self) -> None:
        self.check_jump(-DAY, is_expired=False)

    def check_jump(self, seconds: int, is_expired: bool) -> None:
        sender, receiver = self.join(self.hub, "sender"), self.join(self.hub, "receiver")
        before = self.hub_time(sender)
        soon = before + datetime.timedelta(hours=1)
        self.clock.jump(seconds)
        self.assertAlmostEqual((self.hub_time(sender) - before).total_seconds(), seconds, delta=600)

        # Who answers nothing is pinged, and lost a heartbeat later: timers go by another clock.
        mute = raw_peer.joined(self.hub, "home", "mute")
        self.addCleanup(mute.close)
        self.assertIn(raw_peer.read_to_end(mute).count(b"\x89\0"), (1, 2))
        left = receiver.next(is_hub_left)["value"]
        self.assertEqual((left["subscriber"], left["reason"]), ("mute", "lost"))

        sender.send({"messageType": "Command", "id": 1, "name": "x", "recipients": ["receiver"],
                     "expiresAt": soon.strftime("%Y-%m-%dT%H:%M:%SZ")})
        reports = [report["response"]["responseCode"] for report in sender.sync() if is_report(report)]
        heard = [message for message in receiver.sync() if message.get("name") == "x"]
        self.assertEqual((reports, len(heard)), ([408], 0) if is_expired else ([], 1))
        self.assertEqual(raw_peer.gauges(self.hub)["sessions"], 2)


VICTIM = """
import signal, sys, types, raw_peer
hub = types.SimpleNamespace(address=sys.argv[1], port=int(sys.argv[2]))
connection = raw_peer.joined(hub, "home", "victim")
connection.sendall(eval(sys.argv[3]))
print("sent", flush=True)
signal.pause()
"""


class KilledClientTest(FaultTest):
    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()
        self.witness = self.join(self.hub, "witness")

    def check_killed(self, sent: str, has_sent: Callable[[dict[str, int]], bool]) -> None:
        """`sent` is what the victim evaluates, and sends."""
        env = harness.environment(self.person_folder, PYTHONPATH=str(HERE))
        victim = self.keep(harness.Program([sys.executable, "-c", VICTIM, self.hub.address, str(self.hub.port), sent],
                                           env, self.person_folder))
        victim.wait_for("^sent$")
        raw_peer.wait_for_gauges(self.hub, has_sent)
        victim.signal(signal.SIGKILL)
        left = self.witness.next(is_hub_left)["value"]
        self.assertEqual((left["subscriber"], left["reason"]), ("victim", "lost"))
        raw_peer.wait_for_gauges(self.hub, lambda has: has["connections"] == 2 and has["sessions"] == 1 and
                                 has["incoming_bytes"] == 0 and has["queued_bytes"] == 0)
        self.assertEqual([message for message in self.witness.sync() if message.get("name") != "hub.joined"], [])

    def test_a_client_killed_in_the_middle_of_a_header_is_lost_and_leaves_nothing(self) -> None:
        self.check_killed("raw_peer.frame(bytes(1 << 20))[:5]", lambda has: has["sessions"] == 2)

    def test_a_client_killed_in_the_middle_of_a_payload_is_lost_and_leaves_nothing(self) -> None:
        self.check_killed("raw_peer.frame(bytes(1 << 20))[:1 << 19]", lambda has: has["incoming_bytes"] > 0)

    def test_a_client_killed_between_two_fragments_is_lost_and_leaves_nothing(self) -> None:
        self.check_killed("raw_peer.frame(bytes(1 << 16), is_final=False)", lambda has: has["incoming_bytes"] > 0)


class DeafPeerTest(FaultTest):
    QUEUE_BYTES = 1 * MEBIBYTE

    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub(MALINKA_HEARTBEAT_SECONDS="1", MALINKA_QUEUE_BYTES=str(self.QUEUE_BYTES))

    def send_commands(self, sender: Foreign, count: int) -> None:
        for number in range(count):
            sender.send({"messageType": "Command", "id": number, "name": "x", "recipients": ["deaf"],
                         "value": "y" * 65536})

    def test_a_peer_that_reads_nothing_is_lost_and_what_it_did_not_get_is_reported(self) -> None:
        sender = self.join(self.hub, "sender")
        deaf = raw_peer.joined(self.hub, "home", "deaf", receive_bytes=65536)
        self.addCleanup(deaf.close)
        self.send_commands(sender, 200)
        reported = set()
        while not is_hub_left(message := sender.receive()):
            if is_report(message):
                reported.add(message["response"]["requestId"])
        self.assertEqual((message["value"]["subscriber"], message["value"]["reason"]), ("deaf", "lost"))
        for report in filter(is_report, sender.sync()):  # What waited, by 404.
            reported.add(report["response"]["requestId"])
        got = {int(number) for number in re.findall(rb'"id":\s*(\d+)', raw_peer.read_to_end(deaf))}
        self.assertEqual(got & reported, set())
        # Of what was on its way the kernel tells nobody how far it came.
        self.assertEqual(sorted(got), list(range(len(got))))
        self.assertGreater(len(reported), 100)
        raw_peer.wait_for_gauges(self.hub, lambda has: has["queued_bytes"] == 0 and has["sessions"] == 1)

    def test_a_peer_that_speaks_and_reads_nothing_stays_and_holds_no_more_than_its_queue(self) -> None:
        sender, other = self.join(self.hub, "sender"), self.join(self.hub, "other")
        deaf = raw_peer.joined(self.hub, "home", "deaf", receive_bytes=65536)
        for number in range(200):
            sender.send({"messageType": "Broadcast", "name": "x", "value": "y" * 65536})
            deaf.sendall(raw_peer.frame(b'{"messageType":"Broadcast","name":"here"}'))
            other.next(lambda message: message.get("name") == "x")
        self.assertLess(raw_peer.gauges(self.hub)["queued_bytes"], self.QUEUE_BYTES + 2 * 65536 + 4096)
        self.assertEqual(raw_peer.gauges(self.hub)["sessions"], 3)
        deaf.close()
        sender.next(is_hub_left)
        raw_peer.wait_for_gauges(self.hub, lambda has: has["queued_bytes"] == 0 and has["sessions"] == 2)


if __name__ == "__main__":
    harness.unittest.main()
