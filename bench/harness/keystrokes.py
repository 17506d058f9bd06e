# SPDX-License-Identifier: MIT
"""How long a key takes to a terminal and back, alone and beside a file that fills the same connection over a slow link."""

import contextlib
import pathlib
import sys

from .devices import Devices
from .generator import Talker
from .results import Case
from .rounds import say

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "end_to_end"))

from slow_link import SlowLink  # noqa: E402  The tests' relay.

LINK_BITS_PER_SECOND = 20_000_000
ROUND_TRIP_SECONDS = 0.04
ROUNDS_MAX = 3
KEYS, KEYS_QUICK = 200, 50
LARGE_BYTES = 8 << 30  # A hole, longer than any burst.
SIDES = ("person", "device")  # Who is behind the slow link.
ALONE, BESIDES = "none", ("down", "up")
P50, P99, RATE = "p50_ms", "p99_ms", "megabits_per_second"


def case_of(is_quick: bool) -> Case:
    return Case("keystrokes", 1, 1, KEYS_QUICK if is_quick else KEYS)


def subject_of(side: str, beside: str) -> str:
    return f"{side} behind it, " + ("alone" if beside == ALONE else f"beside a file {beside}")


def measure(bench) -> None:
    """Each round has a burst alone and one beside a file each way; all keys of all rounds count together."""
    case = case_of(bench.is_quick)
    rounds = min(bench.effort.rounds, ROUNDS_MAX)
    for side in SIDES:
        say(f"keystrokes: a link of 20 Mbit/s and 40 ms, {side} behind it")
        keys = {beside: [] for beside in (ALONE, *BESIDES)}
        rates = {beside: [] for beside in BESIDES}
        with contextlib.ExitStack() as stack:
            typist = _start(bench, side, stack)
            for turn in range(rounds):
                for beside in sorted(keys, reverse=turn % 2 == 1):
                    seen = typist.ask(case.bytes, beside)
                    keys[beside] += seen["milliseconds"]
                    if beside in rates:
                        rates[beside].append(seen["moved_bytes"] * 8 / 1e6 / seen["seconds"])
        for beside, took in keys.items():
            for metric, share in ((P50, 0.5), (P99, 0.99)):
                bench.results.add(case, subject_of(side, beside), metric, [sorted(took)[int(share * len(took))]])
        for beside, runs in rates.items():
            bench.results.add(case, subject_of(side, beside), RATE, runs)


def _start(bench, side: str, stack: contextlib.ExitStack) -> Talker:
    devices = Devices(bench.programs, stack)
    link = stack.enter_context(SlowLink(devices.hub_port, LINK_BITS_PER_SECOND / 8, ROUND_TRIP_SECONDS / 2))
    root = devices.folder / "root"
    root.mkdir()
    with (root / "large").open("wb") as file:
        file.truncate(LARGE_BYTES)
    slow = {member: link.url if member == side else devices.hub for member in SIDES}
    devices.start_agent("keys", root, hub=slow["device"])
    typist = Talker(bench.programs.keystrokes, slow["person"], "keys", devices.folder / "person", root)
    stack.callback(typist.stop)
    return typist
