# SPDX-License-Identifier: MIT
"""TVs at two HDMI ports of the guest: the kernel's virtual video driver has the cables, cec-follower is the TV at the other end."""

import re

from board import wait_until
from guest import Guest

# Port n: the TV's end of its cable, which the agent is to leave alone, and this machine's.
TV_ENDS = ("/dev/cec0", "/dev/cec2")
PORTS = ("/dev/cec1", "/dev/cec3")
OPTIONS = "n_devs=2 node_types=0x101,0x101 num_inputs=1,1 input_types=0x03,0x03 num_outputs=1,1 output_types=0x01,0x01"
DRIVER = "/sys/bus/platform/drivers/vivid"


class Television:
    """At one port. It is there from start() on, and is put away by put_away()."""

    def __init__(self, guest: Guest, port: int = 0) -> None:
        self.guest, self.port, self._end = guest, port, TV_ENDS[port]
        self._log = guest.work / f"tv{port}.log"

    def start(self, *options: str) -> None:
        """As cec-follower takes them, as --standby. Its log begins anew."""
        wait_until(self._become_tv, "the address of a TV")
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
