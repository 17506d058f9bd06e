# SPDX-License-Identifier: MIT
"""A hub that means no good cannot get into a session, nor have one made with another or at another level than those meant
who make it: docs/protocol.md section 8, docs/adr/0013."""

import os
import subprocess

import harness
from asker import TOOLS
from hostile_hub import Passing
from hostile_test import PASSWORD, HostileTest, is_command


class HandshakeTest(HostileTest):
    """Who gets a session: the two whom it is for, each time anew."""

    def test_a_welcome_of_an_earlier_handshake_is_not_taken(self) -> None:
        self.assertEqual(self.run_cli("first").code, 0)
        old = self.hub.wait_for(lambda message: message.is_from("kitchen", "welcome"))
        assert old.blob

        def roll_back(message: Passing) -> list[Passing]:
            if not message.is_from("kitchen", "welcome"):
                return [message]
            assert old.blob and message.blob
            return [old.changed(recipient=message.recipient),
                    old.changed(recipient=message.recipient, blob=message.blob[:17] + old.blob[17:])]

        self.hub.script = roll_back
        self.check_cli(self.run_cli("second"), 401, "another password, or the hub interferes")
        self.assertEqual(self.carried_out(), ["first"])

    def test_a_hello_of_an_earlier_handshake_makes_no_session_for_a_later(self) -> None:
        self.assertEqual(self.run_cli("first").code, 0)
        old = self.hub.wait_for(lambda message: message.kind == "hello")

        def roll_back(message: Passing) -> list[Passing]:
            if message.kind != "hello":
                return [message]
            assert old.blob and message.blob
            return [message.changed(blob=message.blob[:18] + old.blob[18:])]

        self.hub.script = roll_back
        self.check_cli(self.run_cli("second"), 408, "did not answer when a sealed session was asked for")
        self.assertEqual(self.carried_out(), ["first"])

    def test_a_static_key_of_the_hubs_own_is_not_taken_without_the_password(self) -> None:
        impostor = self.start_kitchen("impostor", password="another password")

        def pose(message: Passing) -> list[Passing]:
            if message.recipient == "kitchen":
                return [message.changed(recipient="impostor")]
            return [message.changed(originator="kitchen")] if message.is_from("impostor") else [message]

        self.hub.script = pose
        self.check_cli(self.run_cli("posed"), 408, "did not answer when a sealed session was asked for")
        self.assertTrue(impostor.is_running())
        self.assertFalse(self.witness.exists())

    def test_a_device_with_another_password_is_not_believed(self) -> None:
        self.agent.stop()
        self.start_kitchen(password="another password")
        self.check_cli(self.run_cli("posed"), 401, "the device has another password, or the hub interferes")
        self.assertFalse(self.witness.exists())

    def test_a_conspiring_member_who_poses_as_a_known_device_is_stopped_with_495(self) -> None:
        self.assertEqual(self.run_cli("real").code, 0)
        self.agent.stop()
        impostor = self.start_kitchen()  # In a folder of its own: it knows the password, and is somebody else.
        done = self.run_cli("posed")
        self.check_cli(done, 495, "the identity of kitchen has changed: it was .* and is .* now.*malinka trust kitchen")
        self.assertFalse(self.hub.seen(is_command)[1:], "nothing is sealed for it")
        self.assertTrue(impostor.is_running())
        self.assertEqual(self.witness.read_text().split(), ["real"])

    def test_nobody_has_a_session_when_half_of_each_message_is_anothers(self) -> None:
        def garble(message: Passing) -> list[Passing]:
            if message.kind not in ("hello", "welcome"):
                return [message]
            assert message.blob
            return [message.changed(blob=message.blob[:-20] + bytes(20))]

        self.hub.script = garble
        self.check_cli(self.run_cli("never"), 408, "did not answer when a sealed session was asked for")
        self.assertEqual(self.carried_out(), [])

    def test_a_handshake_takes_two_round_trips_with_its_command_and_a_reconnect_a_ping_and_no_hello(self) -> None:
        phone = self.start_asker()
        self.assertTrue(self.mark(phone, "first")["success"])
        said = [(one.originator, one.kind) for one in self.hub.seen(lambda one: one.kind != "event")]
        self.assertEqual(said, [("phone", "hello"), ("kitchen", "welcome"), ("phone", "data"), ("kitchen", "data")])
        self.hub.hang_up("home", "phone")
        phone.wait_line(lambda line: line.get("status") == "joined", 2)
        self.assertTrue(self.mark(phone, "second")["success"])
        said = [(one.originator, one.kind) for one in self.hub.seen(lambda one: one.kind != "event")[4:]]
        self.assertEqual(said, [("phone", "data"), ("kitchen", "data")] * 2)


class LevelTest(HostileTest):
    """Whoever has the view link watches; with the hub's help he still does not command, nor hear what others are told."""

    def view_link(self) -> str:
        done = subprocess.run([TOOLS / "initiators", "home", "kitchen", "0", "1"], stdin=subprocess.DEVNULL, text=True,
                              env=harness.environment(self.folder, MALINKA_PASSWORD=PASSWORD), capture_output=True, check=True)
        return done.stdout.split()[1]

    def test_a_viewer_is_refused_what_needs_control(self) -> None:
        viewer = self.start_asker("viewer", password=self.view_link())
        self.check_refused(self.mark(viewer, "never"), 403, "needs the level control")
        self.assertTrue(viewer.ask("agent.describe")["success"])
        self.assertEqual(self.carried_out(), [])

    def test_hellos_and_boxes_of_a_view_session_are_nothing_at_level_control_nor_the_other_way_round(self) -> None:
        phone = self.start_asker("phone")
        viewer = self.start_asker("viewer", password=self.view_link())
        self.assertTrue(self.mark(phone, "phone")["success"])
        self.assertTrue(viewer.ask("agent.describe")["success"])
        sent = self.hub.seen(lambda one: one.recipient == "kitchen")
        welcomes = len(self.hub.seen(lambda one: one.is_from("kitchen", "welcome")))
        sessions = {one.session for one in sent}
        for message in sent:
            assert message.blob
            other = "viewer" if message.originator == "phone" else "phone"
            self.hub.deliver(message.changed(originator=other))
            if message.kind == "hello":
                level = 3 - message.blob[1]
                self.hub.deliver(message.changed(blob=bytes([1, level]) + os.urandom(16) + message.blob[18:]))
                self.hub.deliver(message.changed(blob=bytes([1, level]) + message.blob[2:]))
                continue
            for session in sessions:
                self.hub.deliver(message.changed(blob=message.blob[:1] + session + message.blob[17:]))
        self.assertEqual(self.carried_out(), ["phone"])
        self.assertEqual(len(self.hub.seen(lambda one: one.is_from("kitchen", "welcome"))), welcomes + 1)

    def test_a_viewer_whose_level_the_hub_raises_gets_no_session(self) -> None:
        def raise_level(message: Passing) -> list[Passing]:
            if message.kind != "hello" or message.originator != "viewer":
                return [message]
            assert message.blob
            return [message.changed(blob=b"\x01\x02" + message.blob[2:])]

        self.hub.script = raise_level
        viewer = self.start_asker("viewer", password=self.view_link())
        self.check_refused(self.mark(viewer, "never"), 408, "did not answer when a sealed session was asked for")
        self.assertEqual(self.carried_out(), [])


if __name__ == "__main__":
    harness.unittest.main()
