# SPDX-License-Identifier: MIT
"""TVs and cables that come and go while the agent is at work, by the kernel's CEC."""

from board import CHANNEL, NAME, PASSWORD
from television import PORTS, Television, TelevisionTest, bring_ports_back, plug_display, remove_ports, unplug_display


class TvPortsTest(TelevisionTest):
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

    def test_more_than_can_be_heard_fails_what_waits_and_nothing_after_it(self) -> None:
        self.sleep_tv()
        turning_on = self.start_malinka(self.hub, "tv", NAME, "on", channel=CHANNEL, password=PASSWORD)
        self.tv.wait_for("IMAGE_VIEW_ON")
        self.pause_board_agent()
        self.tv.say_much(4)
        self.continue_board_agent()
        turning_on.wait_for("more was said on the line than could be heard", seconds=60)
        self.assertEqual(self.tell_tv("on")["power"], "on")

    def test_a_device_that_cannot_be_used_is_named_and_keeps_no_tv_from_being_found(self) -> None:
        self.addCleanup(self.guest.must, "rm -f /dev/cec9")
        self.guest.must("touch /dev/cec9")
        status = self.tell_tv("on")
        self.assertEqual((status["power"], status["port"]), ("on", PORTS[0]))
        unusable = next(port for port in status["ports"] if port["device"] == "/dev/cec9")
        self.assertIn("/dev/cec9: Inappropriate ioctl for device", unusable["problem"])
