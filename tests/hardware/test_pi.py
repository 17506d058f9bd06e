# SPDX-License-Identifier: MIT
"""A Raspberry Pi's own devices: its pin controller, and the kernel's driver of a DHT11 on a pin where there is no sensor."""

import asyncio
import base64
import pathlib
import shlex
import sys
import tempfile
from typing import Any

from board import AGENT_FOLDER, CHANNEL, NAME, PASSWORD, wait_until
from guest import HOST_ADDRESS
from harness import ROOT, Test
from pi import DHT11_PIN, Pi, fetch

sys.path.insert(0, str(ROOT / "clients/python"))

from malinka import Answer, Client  # noqa: E402

LINE, LEVELS = 17, 0x3F200034  # GPLEV0 of the BCM2835's GPIO: bit n is the level of line n.
NO_ANSWER = "Only 0 signal edges detected"  # What the kernel's driver says of each try that nobody answers.


class PiTest(Test):
    guest: Pi

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory(prefix="malinka-pi-")
        cls.addClassCleanup(folder.cleanup)
        cls.guest = Pi(fetch(), pathlib.Path(folder.name))
        cls.addClassCleanup(cls.guest.stop)

    def setUp(self) -> None:
        super().setUp()
        hub = self.start_hub(listen="127.0.0.1:0")
        self.hub_url = hub.url
        config = base64.b64encode(b"[telemetry]\ninterval_seconds = 86400\n").decode()
        self.guest.must(f"echo {config} | base64 -d > /run/work/agent.toml; mkdir -p {AGENT_FOLDER}; rm -f /run/work/agent.log")
        settings = f"HOME={AGENT_FOLDER} STATE_DIRECTORY={AGENT_FOLDER} MALINKA_PASSWORD={shlex.quote(PASSWORD)}"
        agent = f"malinka-agent --config /run/work/agent.toml --name {NAME} --channel {CHANNEL} --hub ws://{HOST_ADDRESS}:{hub.port}"
        self.guest.must(f"{settings} setsid {agent} >/run/work/agent.log 2>&1 & echo $! >{AGENT_FOLDER}/pid")
        # Nobody there waits for it: it is over once it has no program.
        self.addCleanup(self.guest.must, f"pid=$(cat {AGENT_FOLDER}/pid); kill $pid; while readlink /proc/$pid/exe; do sleep 0.1; done")
        wait_until(lambda: "joined " in self.guest.run("cat /run/work/agent.log")[1], "the agent in the channel")

    def ask(self, name: str, value: dict[str, Any] | None = None) -> dict[str, Any]:
        async def ask() -> Answer:
            async with Client(self.hub_url, CHANNEL, "script", PASSWORD, state_folder=self.person_folder / "script") as client:
                return await client.request(NAME, name, value or {})
        answer = asyncio.run(ask())
        self.assertTrue(answer.success, answer)
        return answer.value

    def tries(self) -> int:
        """How often the driver has asked the sensor, in vain."""
        return self.guest.must("dmesg").count(NO_ANSWER)

    def test_a_sensor_that_does_not_answer_holds_up_no_reading_and_is_not_asked_more_often_than_it_bears(self) -> None:
        before = self.tries()
        self.ask("telemetry.read")
        reading = self.ask("telemetry.read")
        self.assertGreater(reading["memory"]["totalBytes"], 0)
        wait_until(lambda: self.tries() == before + 1, "the first try")
        # The sensor's own failure, as its driver says it; one try each, and not one for each of its two channels.
        wait_until(lambda: self.tries() == before + 4, "three more by itself")
        [dht11] = [one for one in self.ask("telemetry.read")["sensors"] if "dht11" in one["name"]]
        self.assertEqual(dht11["name"], f"dht11@{DHT11_PIN}")
        self.assertIn("Connection timed out", dht11["error"])
        self.assertNotIn("temperatureCelsius", dht11)
        times = [float(line[1:line.index("]")]) for line in self.guest.must("dmesg").splitlines() if NO_ANSWER in line]
        for first, second in zip(times[before:], times[before + 1:]):
            self.assertGreaterEqual(second - first, 2)

    def test_the_board_is_known_and_its_watchdog_is_there(self) -> None:
        self.assertIn("Raspberry Pi 3", self.ask("agent.describe")["system"]["model"])
        self.guest.must("ls /dev/watchdog")

    def test_a_line_that_the_kernel_sets_is_set_in_the_pin_controllers_register(self) -> None:
        """Shows that the register is the right one, and that nobody holds the line."""
        find = "cd /sys/class/gpio; for chip in gpiochip*; do grep -q pinctrl-bcm2835 $chip/label && base=$(cat $chip/base); done"
        line = f"{find}; line=$((base + {LINE}))"
        self.guest.must(f"{line}; echo $line > export; echo low > gpio$line/direction")
        self.assertEqual(self.level(), 0)
        self.guest.must(f"{line}; echo 1 > gpio$line/value")
        self.assertEqual(self.level(), 1)
        self.guest.must(f"{line}; echo 0 > gpio$line/value; echo $line > unexport")
        self.assertEqual(self.level(), 0)

    def test_a_line_that_a_person_sets_is_set_in_the_pin_controllers_register(self) -> None:
        for value in (1, 0, 1):
            self.ask("gpio.write", {"lines": [{"line": LINE, "value": value}]})
            self.assertEqual(self.level(), value)

    def level(self) -> int:
        return self.guest.register(LEVELS) >> LINE & 1
