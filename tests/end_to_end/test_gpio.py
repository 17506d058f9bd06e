# SPDX-License-Identifier: MIT
"""GPIO of a simulated device, as a person has it: `malinka gpio`, and `malinka watch`."""

import json
import signal

import harness
from foreign import Foreign
from harness import DONE, FAILED, USAGE

PASSWORD = "a long enough secret"
CONFIG = """
[gpio.lines.lamp]
line = 17
[gpio.lines.relay]
line = 5
active_low = true
safe = 0
[gpio.lines.meter]
line = 6
access = "read"
"""


class GpioTest(harness.Test):
    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()
        self.kitchen = self.start_agent(self.hub, "kitchen", password=PASSWORD, config=CONFIG)

    def gpio(self, *arguments: str, code: int = DONE) -> harness.Done:
        done = self.malinka(self.hub, "gpio", "kitchen", *arguments, password=PASSWORD)
        self.assertEqual(done.code, code, done)
        return done

    def gpio_json(self, *arguments: str) -> dict:
        done = self.malinka(self.hub, "--json", "gpio", "kitchen", *arguments, password=PASSWORD)
        self.assertEqual(done.code, DONE, done)
        return done.objects[0]

    def line(self, number: int) -> dict:
        return next(line for line in self.gpio_json("list")["lines"] if line["line"] == number)

    def watch(self, *arguments: str) -> harness.Program:
        watching = self.start_malinka(self.hub, *arguments, password=PASSWORD)
        watching.wait_for("watching")
        return watching

    def test_what_is_written_is_read_by_another_and_held_between(self) -> None:
        self.assertEqual(self.gpio("write", "lamp=1", "relay=on").out, "lamp=1\nrelay=1\n")
        self.assertEqual(self.gpio("read", "17", "GPIO27", "relay").out, "lamp=1\n27=1\nrelay=1\n")
        self.assertEqual(self.gpio_json("read", "lamp"), {"device": "kitchen", "lines": [
            {"line": 17, "name": "lamp", "value": 1, "direction": "output"}]})

    def test_lines_are_listed_with_what_may_be_done(self) -> None:
        out = self.gpio().out
        self.assertRegex(out, r"(?m)^LINE +NAME +KERNEL +DIRECTION +VALUE +ACCESS +USED BY +NOTES$")
        self.assertRegex(out, r"(?m)^ +17 +lamp +GPIO17 +input +write$")
        self.assertRegex(out, r"(?m)^ +5 +relay +GPIO5 +output +0 +write +malinka-agent +active low$")
        self.assertRegex(out, r"(?m)^ +0 .* none +it is for the EEPROM of a HAT$")
        self.assertRegex(out, r'(?m)^ +6 .* read +the device.s agent.toml has access = "read" in \[gpio.lines.meter\]$')
        self.assertLess(max(map(len, out.splitlines())), 140)
        self.assertEqual(self.line(4)["consumer"], "onewire@0")
        self.assertIn("line = 0", self.line(0)["reason"])
        described = self.malinka(self.hub, "--json", "describe", "kitchen", password=PASSWORD).objects[0]
        gpio = next(one for one in described["capabilities"] if one["name"] == "gpio")
        self.assertIs(gpio["simulated"], True)
        self.assertEqual(gpio["events"], ["gpio.edge"])

    def test_a_pulse_is_over_when_its_command_is(self) -> None:
        edges = self.watch("--json", "gpio", "kitchen", "watch", "27")
        self.gpio("pulse", "lamp", "300")
        self.assertEqual(self.gpio("read", "lamp").out, "lamp=0\n")
        edges.wait_for("falling")
        times = [json.loads(line)["timeNanoseconds"] for line in edges.lines if "timeNanoseconds" in line]
        self.assertGreater(times[1] - times[0], 299_000_000)

    def test_edges_are_printed_until_ctrl_c_and_the_watch_ends_with_it(self) -> None:
        edges = self.watch("gpio", "kitchen", "watch", "GPIO27")
        all_events = self.watch("watch", "kitchen")
        self.assertIs(self.line(27)["watched"], True)
        self.gpio("write", "17=1")
        self.gpio("write", "17=0")
        edges.wait_for(r"^\d+\.\d{6}  rising   27$")
        edges.wait_for(r"^\d+\.\d{6}  falling  27$")
        all_events.wait_for("kitchen  27 rising$")
        edges.signal(signal.SIGINT)
        self.assertEqual(edges.wait(), 0)
        self.assertNotIn("watched", self.line(27))
        self.assertFalse(self.line(27)["held"])

    def test_edges_that_others_asked_for_are_not_printed(self) -> None:
        rising = self.watch("gpio", "kitchen", "watch", "-e", "rising", "27")
        both = self.watch("gpio", "kitchen", "watch", "27")
        self.gpio("write", "17=1")
        rising.wait_for("rising")
        seen = len(rising.lines)
        self.gpio("write", "17=0")
        both.wait_for("falling")
        self.gpio("write", "17=1")
        rising.wait_for("rising", after=seen)
        self.assertNotIn("falling", "".join(rising.lines))

    def test_a_line_that_changes_by_itself_shows_both_edges(self) -> None:
        edges = self.watch("gpio", "kitchen", "watch", "22")
        edges.wait_for("rising")
        edges.wait_for("falling")

    def test_each_bad_input_has_its_clear_answer(self) -> None:
        for words, code, expected in [
            (["read", "99"], FAILED, "there is no line 99"),
            (["write", "0=1"], FAILED, "EEPROM"),
            (["write", "meter=1"], FAILED, 'access = "read" in [gpio.lines.meter]'),
            (["write", "lmap=1"], FAILED, 'no line is called "lmap"'),
            (["write", "lamp=1", "17=0"], FAILED, "named twice"),
            (["write", "lamp=2"], USAGE, "0 or 1"),
            (["write", "lamp"], USAGE, "lamp=1 or lamp=0"),
            (["write", "4=1"], FAILED, 'GPIO4 is used by "onewire@0"'),
            (["pulse", "lamp", "--", "-200"], USAGE, "1 to 60000 milliseconds"),
            (["pulse", "lamp", "86400000"], USAGE, "1 to 60000 milliseconds"),
            (["watch", "relay"], FAILED, "is an output"),
            (["watch", "-e", "sideways", "27"], USAGE, "both, rising, falling"),
            (["watch", "-e", "none", "27"], USAGE, "both, rising, falling"),
            (["watch", "-d", "1001", "27"], USAGE, "0 to 1000 milliseconds"),
            (["watch", "-d", "-1", "27"], USAGE, "0 to 1000 milliseconds"),
            (["toggle", "lamp"], USAGE, "list, read, write, pulse and watch"),
            (["read", *(["27"] * 65)], FAILED, "kitchen: lines must have at most 64 elements"),
        ]:
            with self.subTest(words):
                self.assertIn(expected, self.gpio(*words, code=code).err)
        self.assertEqual(self.gpio("read", "lamp").out, "lamp=0\n")
        self.assertTrue(self.kitchen.is_running())

    def test_a_device_refuses_what_its_client_let_through(self) -> None:
        with Foreign.join(self.hub, "plain", "fool") as client:
            self.start_agent(self.hub, "open", channel="plain", config='[policy.gpio]\nchannel = "open"\n')
            for name, value, code in [
                ("gpio.pulse", {"line": 17, "milliseconds": -1}, 400),
                ("gpio.pulse", {"line": 17, "milliseconds": 86_400_000}, 400),
                ("gpio.watch", {"lines": list(range(10_000))}, 400),
                ("gpio.watch", {"lines": [27], "seconds": 3601}, 400),
                ("gpio.write", {"lines": [{"line": 17, "value": 2}]}, 400),
                ("gpio.write", {"lines": [{"line": -1, "value": 1}]}, 404),
                ("gpio.write", {"lines": [{"line": 1.5, "value": 1}]}, 400),
                ("gpio.read", {"lines": [None]}, 400),
                ("gpio.read", {"lines": []}, 400),
                ("gpio.read", {"lines": [9007199254740991]}, 404),
            ]:
                with self.subTest(name, value=str(value)[:60]):
                    answer = client.request("open", name, value)
                    self.assertEqual(answer["response"]["responseCode"], code, answer)


class OtherChipTest(harness.Test):
    """`kitchen` is played by the test, and has a chip beside that with the header."""

    def test_a_line_of_another_chip_with_the_same_number_is_another_line(self) -> None:
        hub = self.start_hub()
        with Foreign.join(hub, "home", "kitchen", device=True) as device:
            watching = self.start_malinka(hub, "gpio", "kitchen", "watch", "bell")
            command = device.next(lambda message: message.get("name") == "gpio.watch")
            bell = {"line": 5, "name": "bell", "chip": "gpiochip1", "value": 0, "edges": "both", "seconds": 60}
            response = {"requestId": command["id"], "success": True, "responseCode": 200}
            device.send({"messageType": "Response", "recipients": [command["originator"]], "response": response,
                         "value": {"lines": [bell]}})
            edges = [{"line": 5, **more, "edge": edge, "value": 1, "timeNanoseconds": 7, "sequence": 1} for edge, more in
                     (("rising", {}), ("falling", {"chip": "gpiochip1", "name": "bell"}))]
            device.send({"messageType": "Broadcast", "name": "gpio.edge", "value": {"edges": edges}})
            watching.wait_for("falling  bell")
            self.assertNotIn("rising", "".join(watching.lines))


class NoChipTest(harness.Test):
    """`kitchen` is played by the test, and has no chip."""

    def test_a_device_without_lines_says_why(self) -> None:
        hub = self.start_hub()
        with Foreign.join(hub, "home", "kitchen", device=True) as device:
            listing = self.start_malinka(hub, "gpio", "kitchen")
            command = device.next(lambda message: message.get("name") == "gpio.list")
            device.send({"messageType": "Response", "recipients": [command["originator"]],
                         "response": {"requestId": command["id"], "success": True, "responseCode": 200},
                         "value": {"chips": [], "lines": [], "problems": ["there is no GPIO chip"]}})
            self.assertEqual(listing.wait(20), DONE)
            self.assertEqual(listing.lines, ["no lines", "problem: there is no GPIO chip"])


class HostileAnswerTest(harness.Test):
    """`kitchen` is played by the test, and answers a watch with what is none."""

    def test_a_watch_that_is_answered_with_nonsense_is_a_failure(self) -> None:
        hub = self.start_hub()
        for value in ([], 5, {"lines": 7}, {"lines": [1, {"line": "x"}]}):
            with self.subTest(value=value), Foreign.join(hub, "home", "kitchen", device=True) as device:
                watching = self.start_malinka(hub, "gpio", "kitchen", "watch", "17")
                command = device.next(lambda message: message.get("name") == "gpio.watch")
                response = {"requestId": command["id"], "success": True, "responseCode": 200}
                device.send({"messageType": "Response", "recipients": [command["originator"]], "response": response, "value": value})
                if isinstance(value, dict):
                    watching.wait_for("Ctrl-C ends")
                    watching.signal(signal.SIGINT)
                    command = device.next(lambda message: message.get("name") == "gpio.watch")
                    self.assertEqual(command["value"]["edges"], "none")
                self.assertEqual(watching.wait(20), DONE if isinstance(value, dict) else FAILED)
