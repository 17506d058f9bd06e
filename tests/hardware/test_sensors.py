# SPDX-License-Identifier: MIT
"""A BME280 as its driver in the kernel knows it: the registers of its chip, on a bus of memory, changed while it is read."""

import asyncio
import json
import re
import sys
from collections.abc import Callable

from board import CHANNEL, NAME, PASSWORD, BoardTest, wait_until
from harness import ROOT

sys.path.insert(0, str(ROOT / "clients/python"))

from malinka import Answer, Client  # noqa: E402

RETRIES, PAUSE_SECONDS = 3, 2  # As probes.h of the agent has them.

CHIP = 0x76
# As the data sheet's example has them: calibration, then what the converter gives.
CALIBRATION = {0xD0: 0x60, 0x88: 0x70, 0x89: 0x6B, 0x8A: 0x43, 0x8B: 0x67, 0x8C: 0x18, 0x8D: 0xFC,
               0xA1: 75, 0xE1: 0x6A, 0xE2: 0x01, 0xE3: 0, 0xE4: 0x13, 0xE5: 0x29, 0xE6: 0x03, 0xE7: 30}
# So the data sheet: 519888 is 25.08 degrees.
AT_25_DEGREES = {0xFA: 0x7E, 0xFB: 0xED, 0xFC: 0x00}
DAMP = {0xFD: 0x74, 0xFE: 0x00}
NOT_MEASURED = {0xFD: 0x80, 0xFE: 0x00}  # The driver's own EIO.


class SensorTest(BoardTest):
    @classmethod
    def prepare_guest(cls) -> None:
        cls.guest.load("i2c-dev")
        cls.guest.load("i2c-stub", f"chip_addr={CHIP:#x}")
        cls.guest.load("bmp280-i2c")
        cls.set_registers(CALIBRATION | AT_25_DEGREES | DAMP)
        cls.guest.must(f"echo bme280 {CHIP:#x} > /sys/bus/i2c/devices/i2c-0/new_device")

    @classmethod
    def set_registers(cls, values: dict[int, int]) -> None:
        cls.guest.must("; ".join(f"i2cset -f -y 0 {CHIP:#x} {register:#x} {value:#x}" for register, value in values.items()))

    config = "[telemetry]\ninterval_seconds = 1\n"

    def setUp(self) -> None:
        super().setUp()
        self.watching = self.start_malinka(self.hub, "--json", "watch", NAME, channel=CHANNEL, password=PASSWORD)

    def wait_for_sensor(self, is_it: Callable[[dict], object]) -> dict:
        """The first reading from now on in which the chip is as that says."""
        seen = self.watching.line_count()

        def find() -> dict | None:
            for line in filter(lambda line: line.startswith("{"), self.watching.lines[seen:]):
                sensors = json.loads(line).get("value", {}).get("sensors", [])
                if found := [one for one in sensors if one["name"] == "bme280" and is_it(one)]:
                    return found[0]
            return None

        return wait_until(find, f"a reading in which it is so; the last was {self.watching.lines[-1:]}")

    def value_of(self, sensor: dict, quantity: str) -> dict:
        [value] = [one for one in sensor["values"] if one["quantity"] == quantity]
        return value

    def test_its_registers_are_what_a_person_reads_and_what_they_are_now(self) -> None:
        sensor = self.wait_for_sensor(lambda one: "humidityPercent" in one)
        self.assertAlmostEqual(sensor["temperatureCelsius"], 25.1, places=1)
        self.assertTrue(0 < sensor["humidityPercent"] < 100, sensor)
        self.assertEqual(self.value_of(sensor, "temperature")["unit"], "°C")
        pressure = self.value_of(sensor, "pressure")  # Its registers say nothing of interest; its unit is the kernel's.
        self.assertEqual(pressure["unit"], "kPa")
        self.set_registers({0xFA: 0x85})
        self.addCleanup(self.set_registers, AT_25_DEGREES)
        warmer = self.wait_for_sensor(lambda one: one.get("temperatureCelsius", 0) > 30)
        self.assertLess(warmer["temperatureCelsius"], 40)

    def test_what_its_driver_cannot_read_keeps_its_value_which_grows_old_until_there_is_a_new_one(self) -> None:
        before = self.wait_for_sensor(lambda one: "humidityPercent" in one and not one.get("error"))
        self.set_registers(NOT_MEASURED)
        self.addCleanup(self.set_registers, DAMP | AT_25_DEGREES)
        failing = self.wait_for_sensor(lambda one: one.get("error"))
        self.assertEqual(failing["error"], "humidity: Input/output error")
        self.assertEqual(failing["humidityPercent"], before["humidityPercent"])
        older = self.wait_for_sensor(lambda one: one.get("ageSeconds", 0) > failing["ageSeconds"] + 1)
        self.assertEqual(older["humidityPercent"], before["humidityPercent"])
        self.assertIn("ageSeconds", self.value_of(older, "humidity"))
        # The rest of it is read meanwhile.
        self.set_registers({0xFA: 0x85})
        warmer = self.wait_for_sensor(lambda one: one.get("temperatureCelsius", 0) > 30)
        self.assertIn("error", warmer)
        self.set_registers(DAMP)
        again = self.wait_for_sensor(lambda one: not one.get("error"))
        self.assertNotIn("ageSeconds", self.value_of(again, "humidity"))

    def test_what_fails_is_tried_again_by_itself_with_pauses_and_not_for_ever(self) -> None:
        self.wait_for_sensor(lambda one: "humidityPercent" in one)
        self.ask("telemetry.interval", {"seconds": 86400})  # From here on nobody reads but who is asked to.
        self.addCleanup(self.ask, "telemetry.interval", {"seconds": 1})
        self.set_registers(NOT_MEASURED)
        self.addCleanup(self.set_registers, DAMP)
        self.guest.must("mkdir -p /tmp/tracing; mount -t tracefs trace /tmp/tracing; echo 1 > /tmp/tracing/events/smbus/smbus_read/enable")
        self.addCleanup(self.guest.must, "echo 0 > /tmp/tracing/events/smbus/smbus_read/enable; umount /tmp/tracing")
        sensor = next(one for one in self.ask("telemetry.read")["sensors"] if one["name"] == "bme280")
        self.assertEqual(sensor["error"], "humidity: Input/output error")
        wait_until(lambda: len(self.tries()) == 1 + RETRIES, "so many tries")
        self.guest.must(f"sleep {2 * PAUSE_SECONDS}")
        tries = self.tries()
        self.assertEqual(len(tries), 1 + RETRIES)
        for before, after in zip(tries, tries[1:]):
            self.assertGreaterEqual(after - before, PAUSE_SECONDS - 0.1)

    def tries(self) -> list[float]:
        """When the registers of its humidity were read, by the kernel's clock."""
        lines = self.guest.must("cat /tmp/tracing/trace").splitlines()
        return [float(re.search(r"([\d.]+): smbus_read", line)[1]) for line in lines if "c=fd" in line]

    def ask(self, name: str, value: dict | None = None) -> dict:
        """What no verb of the command line asks, as a script does."""
        async def ask() -> Answer:
            async with Client(self.hub.url, CHANNEL, "script", PASSWORD, state_folder=self.person_folder / "script") as client:
                return await client.request(NAME, name, value or {})
        answer = asyncio.run(ask())
        self.assertTrue(answer.success, answer)
        return answer.value

    def test_a_sensor_that_is_taken_out_is_gone_and_the_rest_is_read(self) -> None:
        self.wait_for_sensor(lambda one: True)
        self.guest.must(f"echo {CHIP:#x} > /sys/bus/i2c/devices/i2c-0/delete_device")
        seen = self.watching.line_count()
        self.watching.wait_for(r'"memory', after=seen + 1, seconds=60)
        self.assertNotIn("bme280", self.watching.lines[-1])
        self.guest.must(f"echo bme280 {CHIP:#x} > /sys/bus/i2c/devices/i2c-0/new_device")
        self.wait_for_sensor(lambda one: "humidityPercent" in one)
