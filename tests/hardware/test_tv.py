# SPDX-License-Identifier: MIT
"""A TV at one of two HDMI ports, by the kernel's CEC: told what to do, and believed only in what it says itself."""

import json

import harness
from board import CHANNEL, NAME, PASSWORD, BoardTest, wait_until
from harness import FAILED
from television import OPTIONS, PORTS, Television, bring_ports_back, plug_display, remove_ports, unplug_display


class TvTest(BoardTest):
    @classmethod
    def prepare_guest(cls) -> None:
        cls.guest.load("vivid", OPTIONS)

    config = "[telemetry]\ninterval_seconds = 1\n"

    def setUp(self) -> None:
        self.tv = Television(self.guest)
        self.addCleanup(self.tv.put_away)
        self.tv.start()
        super().setUp()

    def tell_tv(self, *words: str) -> dict:
        return json.loads(self.malinka_here("--json", "tv", NAME, *words).out)

    def fail_to_tell_tv(self, *words: str) -> str:
        return self.malinka_here("tv", NAME, *words, code=FAILED).err

    def watch(self) -> harness.Program:
        """One who hears already: of a sealed channel the first event only tells that there is a key to ask for."""
        watching = self.start_malinka(self.hub, "watch", NAME, channel=CHANNEL, password=PASSWORD)
        watching.wait_for("memory", seconds=60)
        return watching

    def sleep_tv(self) -> None:
        self.tv.fall_silent()
        self.tv.start("--standby")
        wait_until(lambda: self.tv.power() == "standby", lambda: f"a TV in standby:\n{self.tv.log()}")

    def test_the_port_with_the_tv_is_found_and_what_it_says_is_shown(self) -> None:
        status = self.tell_tv()
        self.assertEqual((status["power"], status["port"], status["physicalAddress"]), ("on", PORTS[0], "1.0.0.0"))
        self.assertEqual(status["name"], "TV")
        ports = {port["device"]: port for port in status["ports"]}
        self.assertTrue(ports[PORTS[0]]["hasTv"])
        self.assertFalse(ports[PORTS[1]]["hasTv"])
        self.assertIn("display's own side", ports["/dev/cec0"]["problem"])

    def test_on_is_answered_when_the_tv_is_on_and_told_to_all(self) -> None:
        self.sleep_tv()
        watching = self.watch()
        self.assertEqual(self.tell_tv("on")["power"], "on")
        self.assertEqual(self.tv.power(), "on")
        self.assertEqual(self.tv.count("Playback Device 1 to TV .4 to 0.: IMAGE_VIEW_ON"), 1)
        self.assertEqual(self.tv.count(": STANDBY"), 0)
        watching.wait_for("TV on", seconds=60)

    def test_off_is_answered_when_the_tv_is_in_standby(self) -> None:
        watching = self.watch()
        self.assertEqual(self.tell_tv("off")["power"], "standby")
        self.assertEqual(self.tv.power(), "standby")
        self.assertEqual(self.tv.count("Changing state to standby"), 1)
        watching.wait_for("TV standby", seconds=60)
        self.assertIn("turn it on first", self.fail_to_tell_tv("volume", "30"))

    def test_focus_makes_this_device_the_active_source(self) -> None:
        self.assertTrue(self.tell_tv("focus")["focused"])
        self.tv.wait_for("New active source: 1.0.0.0")

    def test_what_the_tv_shows_instead_is_heard(self) -> None:
        self.tell_tv("focus")
        watching = self.watch()
        self.guest.must("cec-ctl -s -d /dev/cec0 --active-source phys-addr=0.0.0.0")
        watching.wait_for("TV on$", seconds=60)
        self.assertFalse(self.tell_tv()["focused"])

    def test_a_percent_is_reached_by_keys_that_are_let_go(self) -> None:
        self.assertEqual(self.tell_tv("volume", "43")["volumePercent"], 43)
        self.tv.wait_for("Volume: 43")
        self.assertEqual(self.tell_tv("volume", "up", "3")["volumePercent"], 46)
        self.assertEqual(self.tell_tv("volume", "down")["volumePercent"], 45)
        presses = self.tv.count("USER_CONTROL_PRESSED")
        self.assertGreaterEqual(presses, 50 - 43 + 3 + 1)
        self.assertEqual(self.tv.count("to TV .4 to 0.: USER_CONTROL_RELEASED"), presses)

    def test_mute_is_what_the_tv_says_it_is(self) -> None:
        self.tell_tv("volume", "down")  # It tells of itself when a key was pressed, and else does not.
        self.assertTrue(self.tell_tv("mute")["muted"])
        self.assertTrue(self.tell_tv("mute")["muted"])
        self.assertFalse(self.tell_tv("unmute")["muted"])

    def test_a_tv_that_knows_no_message_refuses_and_says_so(self) -> None:
        self.assertEqual(self.tell_tv()["power"], "on")
        self.tv.fall_silent()
        self.assertIn("the TV refuses <Image View On>: it does not know that message", self.fail_to_tell_tv("on"))
        self.assertEqual(self.tell_tv()["power"], "unknown")

    def test_a_tv_that_is_away_is_explained_and_found_when_it_is_back(self) -> None:
        self.tell_tv()
        self.tv.put_away()
        self.assertIn("no TV answers here", self.fail_to_tell_tv("off"))
        status = self.tell_tv()
        self.assertEqual(status["power"], "unknown")
        self.assertIn("HDMI-CEC", status["problem"])
        self.tv.start()
        self.assertEqual(self.tell_tv()["power"], "on")

    def test_the_tv_at_the_other_port_is_found_without_being_told(self) -> None:
        self.assertEqual(self.tell_tv()["port"], PORTS[0])
        self.tv.put_away()
        other = Television(self.guest, 1)
        self.addCleanup(other.put_away)
        other.start()
        self.assertEqual(self.tell_tv()["port"], PORTS[1])
        self.assertTrue(self.tell_tv("focus")["focused"])
        other.wait_for("New active source: 1.0.0.0")

    def test_a_port_that_sees_no_display_says_what_to_do(self) -> None:
        self.addCleanup(plug_display, self.guest, 0)
        self.assertEqual(self.tell_tv()["power"], "on")
        watching = self.watch()
        unplug_display(self.guest, 0)
        watching.wait_for("TV unknown", seconds=60)
        port = next(port for port in self.tell_tv()["ports"] if port["device"] == PORTS[0])
        self.assertEqual(port["physicalAddress"], "f.f.f.f")
        self.assertIn("hdmi_force_hotplug", port["problem"])
        plug_display(self.guest, 0)
        watching.wait_for("TV on", seconds=60)

    def test_ports_that_vanish_in_the_middle_of_work_are_an_error_and_work_again_when_they_are_back(self) -> None:
        self.addCleanup(bring_ports_back, self.guest)
        self.sleep_tv()
        turning_on = self.start_malinka(self.hub, "tv", NAME, "on", channel=CHANNEL, password=PASSWORD)
        self.tv.wait_for("IMAGE_VIEW_ON")
        remove_ports(self.guest)
        turning_on.wait_for("gone|no /dev/cec", seconds=60)
        self.assertIn("this machine has no /dev/cec*", self.fail_to_tell_tv("on"))
        self.assertIn("no /dev/cec*", self.malinka_here("describe", NAME).out)
        self.assertIn("yes", self.malinka_here("run", NAME, "--", "echo yes").out)  # It goes on.
        bring_ports_back(self.guest)
        self.tv.fall_silent()
        self.tv.start()
        self.assertEqual(self.tell_tv("on")["power"], "on")
