# SPDX-License-Identifier: MIT
"""The TV of a simulated device by the command line: what it is told, what it says then, and what is refused."""

import json

import harness
from harness import DONE, FAILED, USAGE

PASSWORD = "a long enough secret"


class TvTest(harness.Test):
    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()

    def start_kitchen(self, config: str = "", **options) -> None:
        self.start_agent(self.hub, "kitchen", password=PASSWORD, config=config, **options)

    def expect(self, code: int, *arguments: str) -> harness.Done:
        done = self.malinka(self.hub, *arguments, password=PASSWORD)
        self.assertEqual(done.code, code, done)
        return done

    def tv(self, *words: str) -> dict:
        return json.loads(self.expect(DONE, "--json", "tv", "kitchen", *words).out)

    def test_a_tv_is_told_and_says_how_it_is_then(self) -> None:
        self.start_kitchen()
        self.assertEqual(self.tv()["power"], "standby")
        self.assertEqual(self.tv("on")["power"], "on")
        self.assertEqual(self.tv("volume", "30")["volumePercent"], 30)
        self.assertEqual(self.tv("volume", "up", "5")["volumePercent"], 35)
        self.assertEqual(self.tv("volume", "down")["volumePercent"], 34)
        self.assertTrue(self.tv("mute")["muted"])
        self.assertFalse(self.tv("unmute")["muted"])
        self.assertTrue(self.tv("focus")["focused"])
        self.assertEqual(self.tv("off")["power"], "standby")

    def test_a_person_reads_it_in_words(self) -> None:
        self.start_kitchen()
        out = self.expect(DONE, "tv", "kitchen", "focus").out
        self.assertRegex(out, r"(?m)^power +on$")
        self.assertRegex(out, r"(?m)^shows +this device$")
        self.assertRegex(out, r"(?m)^port +simulated 1\.0\.0\.0 with the TV$")
        self.assertRegex(self.expect(DONE, "describe", "kitchen").out, r"(?m)^tv +control +simulated$")

    def test_its_power_is_told_to_all(self) -> None:
        self.start_kitchen()
        self.tv()
        watching = self.start_malinka(self.hub, "watch", "kitchen", password=PASSWORD)
        watching.wait_for("memory")  # It has the key to what the device tells.
        self.tv("focus")
        watching.wait_for("TV turning on$")
        watching.wait_for("TV on, showing this device$")
        self.tv("off")
        watching.wait_for("TV turning off$")
        watching.wait_for("TV standby$")

    def test_what_cannot_be_is_refused_and_says_why(self) -> None:
        self.start_kitchen()
        self.tv("on")
        before = self.tv()
        for words, code, why in (
                (("volume", "900"), FAILED, "at most 100"),
                (("volume", "101"), FAILED, "at most 100"),
                (("volume", "up", "0"), FAILED, "at least 1"),
                (("volume", "up", "1000"), FAILED, "at most 20"),
                (("volume", "99999999999999999999"), USAGE, "no whole number"),
                (("volume", "3.5"), USAGE, "no whole number"),
                (("volume", "-1"), USAGE, "-1"),
                (("volume", "loud"), USAGE, "no whole number"),
                (("volume",), USAGE, "percent, up or down"),
                (("volume", "30", "31"), USAGE, "too many words"),
                (("on", "now"), USAGE, "too many words"),
                (("dance",), USAGE, "does not know \"dance\""),
        ):
            with self.subTest(words=words):
                self.assertIn(why, self.expect(code, "tv", "kitchen", *words).err)
        self.assertEqual(self.tv(), before)

    def test_a_tv_in_standby_is_to_be_turned_on_first(self) -> None:
        self.start_kitchen()
        self.assertIn("turn it on first", self.expect(FAILED, "tv", "kitchen", "volume", "30").err)

    def test_a_device_that_lets_watch_does_not_obey(self) -> None:
        self.start_kitchen('[policy.tv]\nlevel = "view"\n')
        self.assertEqual(self.tv()["power"], "standby")
        self.assertIn("[policy.tv]", self.expect(FAILED, "tv", "kitchen", "on").err)

    def test_a_machine_without_cec_says_so_and_does_all_else(self) -> None:
        self.start_kitchen(flags=())
        status = self.tv()
        self.assertEqual(status["power"], "unknown")
        if not status["ports"]:  # As on every machine that runs tests so far.
            self.assertIn("no /dev/cec*", status["problem"])
            self.assertIn("no /dev/cec*", self.expect(FAILED, "tv", "kitchen", "on").err)
            self.assertIn("no /dev/cec*", self.expect(DONE, "describe", "kitchen").out)

    def test_settings_that_cannot_be_are_refused_by_name(self) -> None:
        for config, why in (('[tv]\ndevice = "hdmi0"\n', "must be a CEC device"),
                            ('[tv]\nname = "a name of over 14 letters"\n', "1 to 14 letters"),
                            ('[tv]\nport = 1\n', "known are: device, name")):
            with self.subTest(config=config):
                agent = self.start_agent(self.hub, "hall", password=PASSWORD, config=config, is_awaited=False)
                agent.wait_for(why)
