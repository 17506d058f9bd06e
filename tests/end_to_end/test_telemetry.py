# SPDX-License-Identifier: MIT
"""How often a device measures: what is refused, and what holds after a restart."""

from typing import Any

import harness
from foreign import Foreign
from harness import DONE, USAGE

PASSWORD = "a password"


class IntervalTest(harness.Test):
    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()
        self.folder = self._folder("kitchen")
        self.phone = Foreign.join(self.hub, "home", "phone", key=PASSWORD)
        self.addCleanup(self.phone.close)

    def start_device(self, config: str = "[telemetry]\ninterval_seconds = 600\n", **more: Any) -> harness.Agent:
        return self.start_agent(self.hub, "kitchen", password=PASSWORD, is_sealed=False, flags=(), config=config,
                                folder=self.folder, **more)

    def interval(self, **value: Any) -> dict[str, Any]:
        return self.phone.request("kitchen", "telemetry.interval", value)

    def test_what_is_no_interval_is_refused_and_changes_nothing(self) -> None:
        self.start_device()
        for seconds in (0, -1, 10 ** 9, 86401, 1.5, "5", None, True, [5], 10 ** 30):
            with self.subTest(seconds=seconds):
                response = self.interval(seconds=seconds)["response"]
                self.assertEqual(response["responseCode"], 400, response)
                self.assertIn("value.seconds", response["error"])
        self.assertEqual(self.interval(second=5)["response"]["responseCode"], 400)
        self.assertEqual(self.interval()["value"], {"seconds": 600})

    def test_the_ends_of_what_can_be_are_taken(self) -> None:
        self.start_device()
        for seconds in (1, 86400):
            self.assertEqual(self.interval(seconds=seconds)["value"], {"seconds": seconds})

    def test_it_holds_after_a_restart_and_a_kill(self) -> None:
        device = self.start_device()
        self.interval(seconds=3600)
        self.assertEqual(device.stop(), 0)
        device = self.start_device()
        self.assertEqual(self.interval()["value"], {"seconds": 3600})
        self.interval(seconds=1800)
        device.kill()
        self.start_device()
        self.assertEqual(self.interval()["value"], {"seconds": 1800})

    def test_an_edited_setting_wins_over_what_was_kept(self) -> None:
        device = self.start_device()
        self.interval(seconds=3600)
        device.stop()
        self.start_device("[telemetry]\ninterval_seconds = 30\n")
        self.assertEqual(self.interval()["value"], {"seconds": 30})

    def test_a_state_folder_that_cannot_be_written_is_said(self) -> None:
        self.start_device(STATE_DIRECTORY="/proc/nowhere")
        value = self.interval(seconds=60)["value"]
        self.assertEqual(value["seconds"], 60)
        self.assertIn("cannot be kept", value["problem"])


class CommandLineTest(harness.Test):
    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()
        self.start_agent(self.hub, "kitchen", password=PASSWORD)

    def telemetry(self, *arguments: str, code: int = DONE) -> harness.Done:
        done = self.malinka(self.hub, "telemetry", "kitchen", *arguments, password=PASSWORD)
        self.assertEqual(done.code, code, done)
        return done

    def test_a_reading_is_one_line(self) -> None:
        self.assertRegex(self.telemetry().out, r"^cpu .*; memory .*°C.*\n$")

    def test_an_interval_holds_from_now_on(self) -> None:
        self.assertEqual(self.telemetry("--every", "86400").out, "every 86400 s\n")
        described = self.malinka(self.hub, "--json", "describe", "kitchen", password=PASSWORD).objects[0]
        [told] = [one["intervalSeconds"] for one in described["capabilities"] if one["name"] == "telemetry"]
        self.assertEqual(told, 86400)

    def test_what_is_no_interval_is_a_slip(self) -> None:
        for seconds in ("0", "-1", "1e9", "86401", "1.5", "x", "", "9" * 30):
            with self.subTest(seconds=seconds):
                self.assertIn("--every takes 1 to 86400", self.telemetry("--every", seconds, code=USAGE).err)


class ReadingTest(harness.Test):
    def test_a_simulated_sensor_has_units_and_ranges_and_its_board_enough_power(self) -> None:
        hub = self.start_hub()
        self.start_agent(hub, "kitchen", password=PASSWORD, is_sealed=False)
        with Foreign.join(hub, "home", "phone", key=PASSWORD) as phone:
            reading = phone.request("kitchen", "telemetry.read")["value"]
        [sensor] = [one for one in reading["sensors"] if one.get("simulated")]
        [temperature, humidity] = sensor["values"]
        self.assertEqual((temperature["quantity"], temperature["unit"], temperature["min"], temperature["max"]),
                         ("temperature", "°C", 0, 50))
        self.assertEqual((humidity["quantity"], humidity["unit"]), ("humidity", "%"))
        self.assertEqual(temperature["value"], sensor["temperatureCelsius"])
        self.assertIn(reading["throttled"]["underVoltage"], (True, False))
