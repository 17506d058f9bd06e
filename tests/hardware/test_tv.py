# SPDX-License-Identifier: MIT
"""A TV at one of two HDMI ports, by the kernel's CEC: told what to do, and believed only in what it says itself."""

from television import PORTS, TelevisionTest


class TvTest(TelevisionTest):
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
        self.tv.wait_for("Playback Device 1 to TV .4 to 0.: IMAGE_VIEW_ON")
        self.assertEqual(self.tv.count(": STANDBY"), 0)
        watching.wait_for("TV on", seconds=60)

    def test_off_is_answered_when_the_tv_is_in_standby(self) -> None:
        watching = self.watch()
        self.assertEqual(self.tell_tv("off")["power"], "standby")
        self.assertEqual(self.tv.power(), "standby")
        self.tv.wait_for("Changing state to standby")
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
