# SPDX-License-Identifier: MIT
"""What sealing costs: two clients that speak through one hub, sealed and plain in turns; and a page that opens what came."""

import contextlib
import json
import pathlib
import shutil
import subprocess

from . import machine
from .generator import Talker
from .results import Case
from .rounds import say
from .servers import BenchError, new_folder

MESSAGE_BYTES = 64 << 10
WINDOW = 8
WARMING_MESSAGES = 200
ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE_PROGRAM = ROOT / "bench" / "seal" / "run.mjs"
PAGE_SECONDS = 600
PAGE_CASE = Case("seal", 1, 1, MESSAGE_BYTES)
# A burst is longer than others: a message takes a tenth of a millisecond.
BURSTS = 3
SEALED, PLAIN = "clients-sealed", "clients-plain"


def clients(bench) -> None:
    """64 KiB from one client to the other, eight in flight; each round has a burst of both."""
    say("seal: two clients")
    runs = {SEALED: [], PLAIN: []}
    with contextlib.ExitStack() as stack:
        hub = bench.subjects["malinka-io_uring"].start(MESSAGE_BYTES, True)
        stack.callback(hub.stop)
        pairs = {name: _start(bench, hub, name, stack) for name in runs}
        counts = {name: _fit(bench, pairs[name]) for name in runs}
        for turn in range(bench.effort.rounds):
            for name in sorted(runs, reverse=turn % 2 == 1):
                runs[name].append(_burst(hub, pairs[name], counts[name]))
    case = Case("seal", 1, WINDOW, MESSAGE_BYTES)
    for name, bursts in runs.items():
        for metric in bursts[0]:
            bench.results.add(case, name, metric, [burst[metric] for burst in bursts])


def _start(bench, hub, name: str, stack: contextlib.ExitStack) -> Talker:
    folder = new_folder()
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    kind = "sealed" if name == SEALED else "plain"
    pair = Talker(bench.programs.seal_exchange, f"ws://127.0.0.1:{hub.port}", kind, folder)
    stack.callback(pair.stop)
    return pair


def _fit(bench, pair: Talker) -> int:
    """How many messages make a burst, by what they took once all is warm."""
    pair.ask(WARMING_MESSAGES, WINDOW)
    seconds = pair.ask(WARMING_MESSAGES, WINDOW)["seconds"]
    return max(WARMING_MESSAGES, int(BURSTS * bench.effort.burst_seconds * WARMING_MESSAGES / seconds))


def _burst(hub, pair: Talker, messages: int) -> dict:
    before = machine.cpu_ns(hub.pid), machine.cpu_ns(pair.pid)
    seen = pair.ask(messages, WINDOW)
    if seen["failures"]:
        raise BenchError(f"{seen['failures']} of {messages} messages were not answered rightly")
    return {"megabytes_per_second": messages * MESSAGE_BYTES / 1e6 / seen["seconds"],
            "hub_cpu_us_per_message": (machine.cpu_ns(hub.pid) - before[0]) / 1000 / messages,
            "clients_cpu_us_per_message": (machine.cpu_ns(pair.pid) - before[1]) / 1000 / messages,
            "buffers_per_message": seen["buffers"] / messages}


def page(bench) -> None:
    """The TypeScript client beside libsodium alone: bench/seal/ has its rounds, and says what it measured in our rows."""
    if not PAGE_PROGRAM.exists() or not (ROOT / "web" / "node_modules").exists():
        return say("seal: a page: left out: it needs web/node_modules (npm ci in web/)")
    say("seal: a page")
    with contextlib.ExitStack() as stack:
        folder = new_folder()
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        command = ["node", PAGE_PROGRAM, "--json", folder / "rows.json", *(["--quick"] if bench.is_quick else [])]
        # It ends with 1 where its target is missed, which is for ours to say.
        subprocess.run(command, stdout=subprocess.DEVNULL, check=False, timeout=PAGE_SECONDS)
        for row in json.loads((folder / "rows.json").read_text()):
            bench.results.add(PAGE_CASE, row["subject"], row["metric"], row["runs"])
