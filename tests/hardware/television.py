# SPDX-License-Identifier: MIT
"""TVs at two HDMI ports of the guest: the kernel's virtual video driver has the cables, cec-follower is the TV at the other end."""

import json
import re

import harness
from board import CHANNEL, NAME, PASSWORD, BoardTest, wait_until
from guest import Guest

# Port n: the TV's end of its cable, which the agent is to leave alone, and this machine's.
TV_ENDS = ("/dev/cec0", "/dev/cec2")
PORTS = ("/dev/cec1", "/dev/cec3")
OPTIONS = "n_devs=2 node_types=0x101,0x101 num_inputs=1,1 input_types=0x03,0x03 num_outputs=1,1 output_types=0x01,0x01"
TALK = ("image-view-on", "text-view-on", "give-osd-name", "get-cec-version", "give-physical-addr", "give-deck-status status-req=once",
        "give-audio-status", "give-system-audio-mode-status", "give-device-power-status", "give-device-vendor-id",
        "menu-request menu-req=query", "user-control-released", "tuner-step-increment", "tuner-step-decrement",
        "deck-control deck-control-mode=stop", "play play-mode=pause-still", "record-off", "get-menu-language",
        "give-tuner-device-status status-req=once", "request-arc-initiation")
DRIVER = "/sys/bus/platform/drivers/vivid"


class Television:
    """At one port. It is there from start() on, and is put away by put_away()."""

    def __init__(self, guest: Guest, port: int = 0) -> None:
        self.guest, self.port, self._end = guest, port, TV_ENDS[port]
        self._log = guest.work / f"tv{port}.log"

    def start(self, *options: str) -> None:
        """As cec-follower takes them, as --standby. Its log begins anew."""
        wait_until(self._become_tv, "the address of a TV")
        self._log.unlink(missing_ok=True)  # What was said before must not be taken for this one's.
        self.guest.must(f"setsid cec-follower -d {self._end} -v -w -m -s {' '.join(options)} >/run/work/{self._log.name} 2>&1 & "
                        f"echo $! >/tmp/tv{self.port}.pid")
        wait_until(lambda: "Event: State Change" in self.log(), "a TV that listens")

    def _become_tv(self) -> bool:
        """Where something else is on the cable in that moment, the kernel may give it another one."""
        return "Logical Address          : 0 (TV)" in self.guest.must(f"cec-ctl -d {self._end} --tv")

    def fall_silent(self) -> None:
        """It is still there, and knows nothing any more: what the kernel answers for it is that."""
        self.guest.run(f"pid=$(cat /tmp/tv{self.port}.pid) && kill $pid && while readlink /proc/$pid/exe; do sleep 0.1; done; "
                       f"rm -f /tmp/tv{self.port}.pid")

    def put_away(self) -> None:
        self.fall_silent()
        self.guest.run(f"cec-ctl -s -d {self._end} --clear")

    def log(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def count(self, what: str) -> int:
        return len(re.findall(what, self.log()))

    def wait_for(self, what: str) -> None:
        wait_until(lambda: self.count(what), f"{what} in what the TV saw:\n{self.log()}")

    def say_much(self, rounds: int) -> None:
        """Twenty messages a round to this machine, as fast as the cable carries them."""
        words = " ".join(f"--{message}" for message in TALK)
        self.guest.must(f"for round in $(seq {rounds}); do cec-ctl -s -d {self._end} --to 4 --no-reply {words} >/dev/null; done")

    def power(self) -> str:
        """As it says to whoever asks, past the agent; empty where it does not."""
        said = self.guest.run(f"cec-ctl -s -d {PORTS[self.port]} --to 0 --give-device-power-status")[1]
        found = re.search(r"pwr-state: (\S+)", said)
        return found[1] if found else ""


def unplug_display(guest: Guest, port: int) -> None:
    """So that the port sees none: its display has no EDID any more."""
    guest.must(f"v4l2-ctl -d {_capture_of(guest, port)} --clear-edid")


def plug_display(guest: Guest, port: int) -> None:
    guest.must(f"v4l2-ctl -d {_capture_of(guest, port)} --set-edid type=hdmi")


def _capture_of(guest: Guest, port: int) -> str:
    found = guest.must(f"grep -l vivid-00{port}-vid-cap /sys/class/video4linux/*/name")
    return "/dev/" + found.strip().split("/")[-2]


def remove_ports(guest: Guest) -> None:
    """With programs still using them, as when a dongle is pulled out."""
    guest.must(f"echo vivid.0 > {DRIVER}/unbind")


def bring_ports_back(guest: Guest) -> None:
    guest.must(f"test -e {DRIVER}/vivid.0 || echo vivid.0 > {DRIVER}/bind")


class TelevisionTest(BoardTest):
    """A TV is on at the first port."""

    @classmethod
    def prepare_guest(cls) -> None:
        cls.guest.load("vivid", OPTIONS)

    config = "[telemetry]\ninterval_seconds = 1\n"

    def setUp(self) -> None:
        self.tv = Television(self.guest)
        self.addCleanup(self.tv.put_away)
        self.tv.start()
        super().setUp()

    def tell_tv(self, *words: str) -> dict:
        return json.loads(self.malinka_here("--json", "tv", NAME, *words).out)

    def fail_to_tell_tv(self, *words: str) -> str:
        done = self.malinka_here("tv", NAME, *words, code=None)
        self.assertEqual(done.code, harness.FAILED, f"{done}\nwhat the TV saw:\n{self.tv.log()[-3000:]}\n{self.agent_log()}")
        return done.err

    def watch(self) -> harness.Program:
        """One who hears already: of a sealed channel the first event only tells that there is a key to ask for."""
        watching = self.start_malinka(self.hub, "watch", NAME, channel=CHANNEL, password=PASSWORD)
        watching.wait_for("memory", seconds=60)
        return watching

    def sleep_tv(self) -> None:
        self.tv.fall_silent()
        self.tv.start("--standby")
        wait_until(lambda: self.tv.power() == "standby", lambda: f"a TV in standby:\n{self.tv.log()}")
