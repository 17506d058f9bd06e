#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What takes minutes: five GiB in little memory, and one file whose way breaks off twenty times. `./dev test long`."""

import pathlib
import random
import resource
import signal
import time
import unittest

import harness
from harness import DONE
from slow_link import SlowLink
from test_transfers import MIB, PASSWORD, TransferTest, hash_of, make_file, part_in, wait_until

GIB = 1024 * MIB
PAUSE_SECONDS = 40


def size_of_part(folder: pathlib.Path) -> int:
    part = part_in(folder)
    try:
        return -1 if part is None else part.stat().st_size
    except FileNotFoundError:
        return -1  # It took its name in this moment.


class MemoryTest(TransferTest):
    def test_five_gib_go_up_and_down_where_no_program_has_room_for_them(self) -> None:
        make_file(self.here("big"), 5 * GIB)
        # What threads and libraries take up, without touching it, is most of this.
        limit = 1536 * MIB
        for program in (self.hub, self.kitchen):
            resource.prlimit(program.pid, resource.RLIMIT_AS, (limit, limit))
        for arguments in (("big", self.there("big")), (self.there("big"), "back")):
            copying = self.start_cp(*arguments)
            resource.prlimit(copying.pid, resource.RLIMIT_AS, (limit, limit))
            self.assertEqual(copying.wait(900), DONE)
            for program in (self.hub, self.kitchen):
                self.assertLess(program.resident_bytes(), 48 * MIB)
        self.assert_same(self.here("big"), self.root / "big")
        self.assert_same(self.here("big"), self.here("back"))


class CutTest(TransferTest):
    size = 2 * GIB
    cuts = 20

    def cut(self, link: SlowLink, chance: random.Random) -> str:
        """The hub, the connection, or for a while the one or the other program."""
        what = chance.choice(("hub", "hub", "connection", "connection", "connection", "device"))
        if what == "connection":
            link.cut()
        elif what == "device":
            self.kitchen.kill()
            self.kitchen = self.start_device("kitchen", self.root, folder=self.kitchen.folder)
        else:
            address = f"127.0.0.1:{self.hub.port}"
            self.hub.kill()
            self.hub = self.start_hub(listen=address)
        return what

    def pause(self, program: harness.Program) -> None:
        program.signal(signal.SIGSTOP)
        time.sleep(PAUSE_SECONDS)  # The length of the pause is the test.
        program.signal(signal.SIGCONT)

    def carry_through(self, source: str, goal: str, folder: pathlib.Path) -> None:
        seed = random.randrange(1 << 32)
        chance = random.Random(seed)
        step = self.size // (self.cuts + 2)
        with SlowLink(self.hub.port) as link, self.subTest(seed=seed):
            copying = self.start_malinka(link.url, "cp", source, goal, password=PASSWORD)
            for cut in range(self.cuts):
                least = int(step * (cut + chance.random()))
                wait_until(lambda: size_of_part(folder) > least or not copying.is_running(), f"{least} bytes")
                self.assertTrue(copying.is_running(), f"after {cut} cuts: {copying.log}")
                if cut in (5, 15):
                    self.pause(self.kitchen if cut == 5 else copying)
                else:
                    self.cut(link, chance)
            self.assertEqual(copying.wait(600), DONE, copying.log)

    def test_an_upload_that_breaks_off_twenty_times_is_the_same_file(self) -> None:
        make_file(self.here("big"), self.size)
        self.carry_through("big", self.there("big"), self.root)
        self.assertEqual(hash_of(self.here("big")), hash_of(self.root / "big"))
        self.assert_nothing_left(self.root)

    def test_a_download_that_breaks_off_twenty_times_is_the_same_file(self) -> None:
        make_file(self.root / "big", self.size)
        self.carry_through(self.there("big"), "back", self.person_folder)
        self.assertEqual(hash_of(self.root / "big"), hash_of(self.here("back")))
        self.assert_nothing_left(self.person_folder)


if __name__ == "__main__":
    unittest.main()
