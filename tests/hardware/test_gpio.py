# SPDX-License-Identifier: MIT
"""The header's chip as the kernel's simulator has it: what is driven and pulled there is seen in its files."""

import json
from collections.abc import Callable

from board import CHANNEL, NAME, PASSWORD, BoardTest, wait_until

import harness  # Board knows where it is.
import kernel
import modules
from harness import FAILED

LINES = 54
SIMULATOR = "/sys/kernel/config/gpio-sim/board"
TRACE = "/sys/kernel/tracing"
LOAD = harness.BIN.resolve().parent / "hardware" / "gpio_load"
EDGES, EDGES_PER_SECOND = 10_000, 1000
RATIO_MIN = 0.8

CONFIG = """
[gpio.lines.relay]
line = 5
active_low = true
[gpio.lines.pump]
line = 6
safe = 1
[gpio.lines.door]
line = "GPIO22"
watch = "both"
"""


class GpioTest(BoardTest):
    config = CONFIG

    @classmethod
    def prepare_guest(cls) -> None:
        cls.guest.load_built(modules.fetch_gpio_sim(kernel.fetch()), "configfs")
        cls.guest.must("mount -t configfs none /sys/kernel/config; mount -t tracefs none /sys/kernel/tracing; "
                       "mount -t debugfs none /sys/kernel/debug; "
                       f"mkdir -p {SIMULATOR}/bank && cd {SIMULATOR}/bank && echo {LINES} > num_lines && "
                       "echo pinctrl-bcm2835 > label && "
                       f"for i in $(seq 0 {LINES - 1}); do mkdir line$i; echo GPIO$i > line$i/name; done")
        cls.set_live(True)

    @classmethod
    def set_live(cls, is_live: bool) -> None:
        cls.guest.must(f"echo {int(is_live)} > {SIMULATOR}/live")
        if is_live:
            cls.chip = cls.guest.must(f"cat {SIMULATOR}/bank/chip_name").strip()
            device = cls.guest.must(f"cat {SIMULATOR}/dev_name").strip()
            cls.files = f"/sys/devices/platform/{device}/{cls.chip}"

    def tearDown(self) -> None:
        self.guest.must(f"for i in $(seq 0 {LINES - 1}); do echo pull-down > {self.files}/sim_gpio$i/pull; done")
        super().tearDown()

    def value(self, line: int) -> str:
        """What the simulator says is on the wire."""
        return self.guest.must(f"cat {self.files}/sim_gpio{line}/value").strip()

    def pull(self, line: int, *ways: str) -> None:
        self.guest.must("; ".join(f"echo pull-{way} > {self.files}/sim_gpio{line}/pull" for way in ways))

    def gpio(self, *words: str, code: int = harness.DONE) -> harness.Done:
        return self.malinka_here("gpio", NAME, *words, code=code)

    def line(self, number: int) -> dict:
        lines = self.malinka_here("--json", "gpio", NAME, "list").objects[0]["lines"]
        return next(line for line in lines if line["line"] == number)

    def hold_elsewhere(self, line: int) -> None:
        """As another program that makes it an output, and is over with release_elsewhere()."""
        # What the last holder said must not be taken for this one's.
        self.guest.must(f"rm -f /tmp/held; {LOAD} hold {self.chip} {line} >/tmp/held 2>&1 & echo $! >/tmp/holder; "
                        "until grep -qs held /tmp/held; do sleep 0.1; done")

    def release_elsewhere(self) -> None:
        self.guest.must("pid=$(cat /tmp/holder); kill $pid; while readlink /proc/$pid/exe; do sleep 0.1; done")

    def watch(self, *words: str) -> harness.Program:
        watching = self.start_malinka(self.hub, "--json", "gpio", NAME, "watch", *words, channel=CHANNEL, password=PASSWORD)
        watching.wait_for("watching", seconds=60)
        return watching

    @staticmethod
    def edges_of(watching: harness.Program) -> list[dict]:
        return [json.loads(line) for line in list(watching.lines) if '"edge"' in line]

    def wait_for_edges(self, watching: harness.Program, *expected: str) -> list[dict]:
        def find() -> list[dict] | None:
            edges = self.edges_of(watching)
            return edges if len(edges) >= len(expected) else None

        edges = wait_until(find, f"{expected}; there were {self.edges_of(watching)}")
        self.assertEqual([edge["edge"] for edge in edges], list(expected))
        return edges

    def test_the_header_is_found_with_its_lines(self) -> None:
        listed = self.malinka_here("--json", "gpio", NAME, "list").objects[0]
        self.assertEqual([chip["label"] for chip in listed["chips"] if chip["header"]], ["pinctrl-bcm2835"])
        self.assertEqual([line.get("kernelName") for line in listed["lines"]], [f"GPIO{i}" for i in range(LINES)])
        self.assertEqual([line["line"] for line in listed["lines"] if line["access"] == "none"], [0, 1, *range(28, LINES)])

    def test_what_is_written_is_on_the_wire_and_stays_there_between_commands(self) -> None:
        self.assertEqual(self.gpio("write", "17=1", "GPIO4=0").out, "17=1\n4=0\n")
        self.assertEqual(self.value(17), "1")
        # A line that is let go has its pull on it, which is down.
        for _ in range(2):
            self.assertEqual(self.gpio("read", "17").out, "17=1\n")
        self.assertEqual((self.value(17), self.line(17)["consumer"]), ("1", "malinka-agent"))
        self.gpio("write", "17=0")
        self.assertEqual(self.value(17), "0")

    def test_active_low_turns_values_round_once(self) -> None:
        self.gpio("write", "relay=1")
        self.assertEqual(self.value(5), "0")
        self.assertEqual(self.gpio("read", "relay").out, "relay=1\n")
        self.gpio("write", "relay=0")
        self.assertEqual(self.value(5), "1")

    def test_what_pulls_an_input_is_read(self) -> None:
        for way, expected in [("up", "1"), ("down", "0"), ("up", "1")]:
            self.pull(23, way)
            self.assertEqual(self.gpio("read", "23").out, f"23={expected}\n")
        self.assertEqual((self.line(23)["direction"], self.line(23)["held"]), ("input", False))

    def test_to_read_an_output_that_was_left_there_changes_nothing(self) -> None:
        self.pull(20, "up")  # What the simulator leaves on a line that is let go.
        self.hold_elsewhere(20)
        self.release_elsewhere()
        self.assertEqual(self.line(20)["direction"], "output")
        for _ in range(2):
            self.assertEqual(self.gpio("read", "20").out, "20=1\n")
            self.assertEqual((self.line(20)["direction"], self.value(20)), ("output", "1"))
        # Let go, a Pi would make it an input.
        self.assertIs(self.line(20)["held"], True)
        self.assertIn("is an output", self.gpio("watch", "20", code=FAILED).err)
        self.assertEqual(self.line(20)["direction"], "output")

    def test_a_pulse_is_on_the_wire_for_its_time(self) -> None:
        edges = self.traced_values(16, lambda: self.gpio("pulse", "16", "300"))
        self.assertEqual(edges, ["1", "0"])
        self.assertEqual(self.value(16), "0")

    def test_both_edges_come_in_order_with_the_kernels_time(self) -> None:
        watching = self.watch("27")
        before = float(self.guest.must("cut -d' ' -f1 /proc/uptime"))
        edges, expected = [], []
        for way, edge in [("up", "rising"), ("down", "falling"), ("up", "rising")]:
            self.pull(27, way)
            expected.append(edge)
            edges = self.wait_for_edges(watching, *expected)
        after = float(self.guest.must("cut -d' ' -f1 /proc/uptime"))
        self.assertEqual([edge["value"] for edge in edges], [1, 0, 1])
        self.assertEqual([edge["sequence"] for edge in edges], [1, 2, 3])
        times = [edge["timeNanoseconds"] / 1e9 for edge in edges]
        self.assertEqual(times, sorted(times))
        self.assertTrue(before - 1 < times[0] and times[-1] < after + 1, (before, times, after))

    def test_one_kind_of_edge_is_told_where_only_that_is_wanted(self) -> None:
        rising, falling = self.watch("-e", "rising", "26"), self.watch("-e", "falling", "25")
        for line in (25, 26):
            self.pull(line, "up", "down")
        self.assertEqual(self.wait_for_edges(rising, "rising")[0]["line"], 26)
        self.assertEqual(self.wait_for_edges(falling, "falling")[0]["line"], 25)
        for line in (25, 26):  # Nothing more came before these.
            self.pull(line, "up", "down")
        self.wait_for_edges(rising, "rising", "rising")
        self.wait_for_edges(falling, "falling", "falling")

    def test_what_bounces_is_one_edge(self) -> None:
        watching = self.watch("-d", "500", "24")
        self.pull(24, *["up", "down"] * 10)
        self.pull(24, "up")
        edges = self.wait_for_edges(watching, "rising")
        self.pull(24, "down")
        self.wait_for_edges(watching, "rising", "falling")
        self.assertEqual(edges[0]["sequence"], 1)

    def test_a_line_that_agent_toml_has_watched_needs_nobody(self) -> None:
        watching = self.start_malinka(self.hub, "--json", "watch", NAME, channel=CHANNEL, password=PASSWORD)
        watching.wait_for("watching", seconds=60)
        self.pull(22, "up")
        found = watching.wait_for(r'"gpio\.edge"', seconds=60)
        self.assertIn('"name":"door"', found.string)

    def test_a_line_has_its_safe_value_at_the_start_and_at_the_end(self) -> None:
        self.assertEqual(self.value(6), "1")
        self.gpio("write", "pump=0")
        self.assertEqual(self.value(6), "0")
        self.assertEqual(self.traced_values(6, self.stop_board_agent), ["1"])

    def traced_values(self, line: int, act: Callable[[], object]) -> list[str]:
        """What the line is set to meanwhile, as the kernel traces it."""
        # As `gpiochip1: GPIOs 458-511, parent: …`.
        base = int(self.guest.must(f"sed -n 's/^{self.chip}: GPIOs \\([0-9]*\\)-.*/\\1/p' /sys/kernel/debug/gpio"))
        self.guest.must(f"echo > {TRACE}/trace; echo 1 > {TRACE}/events/gpio/gpio_value/enable")
        act()
        self.guest.must(f"echo 0 > {TRACE}/events/gpio/gpio_value/enable")
        found = self.guest.must(f"grep -o 'gpio_value: {base + line} set .*' {TRACE}/trace | cut -d' ' -f4 || true")
        return found.split()

    def test_a_line_that_another_program_has_is_refused_until_it_is_free(self) -> None:
        self.hold_elsewhere(18)
        for words in (["write", "18=1"], ["read", "18"], ["watch", "18"]):
            self.assertIn('GPIO18 is used by "bare"', self.gpio(*words, code=FAILED).err)
        self.release_elsewhere()
        self.gpio("write", "18=1")
        self.assertEqual(self.value(18), "1")

    def test_a_safe_line_that_is_taken_at_the_start_is_had_as_soon_as_it_is_free(self) -> None:
        self.stop_board_agent()
        self.hold_elsewhere(6)
        self.run_board_agent()
        described = self.malinka_here("describe", NAME).out
        self.assertIn('"bare"', described)
        self.release_elsewhere()
        wait_until(lambda: self.value(6) == "1", "the safe value")
        self.assertNotIn('"bare"', self.malinka_here("describe", NAME).out)

    def test_a_chip_that_goes_is_said_and_works_again_when_it_is_back(self) -> None:
        self.gpio("write", "17=1")
        self.set_live(False)
        self.assertIn("no GPIO chip", self.gpio("write", "17=0", code=FAILED).err)
        self.assertEqual(self.malinka_here("run", NAME, "--", "echo on").out, "on\n")
        self.set_live(True)
        wait_until(lambda: self.value(6) == "1", "the safe value on the new chip")
        self.gpio("write", "17=1")
        self.assertEqual(self.value(17), "1")

    def test_a_thousand_edges_a_second_come_all_and_in_order(self) -> None:
        watching = self.watch("13")
        self.pin_edges()
        said = self.guest.must(f"taskset 1 {LOAD} pull {self.files}/sim_gpio13/pull {EDGES} {1_000_000 // EDGES_PER_SECOND}", seconds=120)
        print(f"\n    driven: {said.strip()}", end=" ")
        wait_until(lambda: len(self.edges_of(watching)) >= EDGES, f"{EDGES} edges; {len(self.edges_of(watching))} came")
        edges = self.edges_of(watching)
        self.assertEqual([edge["sequence"] for edge in edges], list(range(1, EDGES + 1)))
        self.assertEqual([edge["edge"] for edge in edges], ["rising", "falling"] * (EDGES // 2))
        times = [edge["timeNanoseconds"] for edge in edges]
        self.assertEqual(times, sorted(set(times)))
        self.assertNotIn("too fast", "\n".join(watching.lines))

    def pin_edges(self) -> None:
        """The kernel's thread for a line's edges looks at the line when it runs: two edges before that would be one. On the same
        processor as what drives the line, it always runs first."""
        self.guest.must("for one in /proc/[0-9]*; do case $(cat $one/comm) in irq/*malinka*) taskset -p 1 ${one#/proc/};; esac; done")

    def test_the_driver_writes_nearly_as_often_as_a_bare_ioctl(self) -> None:
        said = self.guest.must(f"{LOAD} write {self.chip} 8", seconds=120)
        rates = dict(zip(said.split()[::2], map(float, said.split()[1::2]), strict=True))
        print(f"\n    writes per second: {said.strip()}", end=" ")
        self.assertGreaterEqual(rates["driver"] / rates["bare"], RATIO_MIN, said)

    def test_each_bad_input_has_its_clear_answer(self) -> None:
        for words, expected in [(["read", "99"], "lines 0 to 53"), (["write", "47=1"], "it is not on the header"),
                                (["write", "lmap=1"], "no line is called"), (["write", "door=1"], "as an input")]:
            with self.subTest(words):
                self.assertIn(expected, self.gpio(*words, code=FAILED).err)
