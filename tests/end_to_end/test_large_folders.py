# SPDX-License-Identifier: MIT
"""Folders of more entries than anybody looks at: listed whole or refused in words, and nothing grows meanwhile."""

import concurrent.futures
import os
import pathlib
import shutil
import tempfile
import time
import unittest

import harness
from foreign import Foreign
from harness import DONE, FAILED

PASSWORD = "a long enough secret"
MIB = 1 << 20
MANY = 200_000
# files_folder_bytes_max of spec/limits.json, and a page as an object, as text and as it waits to be sent.
LISTING_BYTES_MAX = 64 * MIB
IN_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def fill(folder: pathlib.Path, count: int, name: str = "{}") -> set[str]:
    """Makes the folder, with so many empty files; their names."""
    folder.mkdir()
    names = {name.format(number) for number in range(count)}
    descriptor = os.open(folder, os.O_DIRECTORY)
    try:
        for one in names:
            os.mknod(one, dir_fd=descriptor)
    finally:
        os.close(descriptor)
    return names


class LargeFolderTest(harness.Test):
    """A hub, a device that offers a folder, and a phone in their channel."""

    root: pathlib.Path
    names: set[str]

    @classmethod
    def setUpClass(cls) -> None:
        cls.root = pathlib.Path(tempfile.mkdtemp(prefix="malinka-large-", dir=IN_MEMORY)).resolve()
        cls.addClassCleanup(shutil.rmtree, cls.root)
        cls.names = fill(cls.root / "many", MANY)

    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()
        self.agent = self.start_agent(self.hub, "kitchen", password=PASSWORD, flags=(), is_sealed=False,
                                      config=f'[files]\nroots = ["{self.root}"]\n')

    def join(self, name: str) -> Foreign:
        phone = Foreign.join(self.hub, "home", name, key=PASSWORD)
        self.addCleanup(phone.close)
        return phone

    def ls(self, path: pathlib.Path, *flags: str, code: int = DONE) -> harness.Done:
        done = self.malinka(self.hub, *flags, "ls", f"kitchen:{path}", password=PASSWORD,
                            env={"MALINKA_SEALED": "false"})
        self.assertEqual(done.code, code, done.err)
        return done

    def assert_grew_less(self, before: int, most: int) -> None:
        if not harness.is_sanitized():
            self.assertLess(self.agent.resident_bytes() - before, most)

    def test_a_folder_of_200_000_entries_is_listed_whole_and_the_device_does_not_grow(self) -> None:
        before = self.agent.resident_bytes()
        [listing] = self.ls(self.root / "many", "--json").objects
        self.assertEqual(listing["total"], MANY)
        self.assertEqual(len(listing["entries"]), MANY)
        self.assertEqual({entry["name"] for entry in listing["entries"]}, self.names)
        self.assert_grew_less(before, LISTING_BYTES_MAX)
        after_one = self.agent.resident_bytes()
        self.ls(self.root / "many", "--json")
        self.assert_grew_less(after_one, 8 * MIB)

    def test_many_who_ask_for_it_at_once_are_answered_each_and_nobody_waits_for_them(self) -> None:
        before = self.agent.resident_bytes()
        value = {"path": f"{self.root}/many", "offset": MANY - 10_000, "limit": 10_000}
        phones = [self.join(f"phone{number}") for number in range(16)]
        pinging = self.join("pinging")
        with concurrent.futures.ThreadPoolExecutor(len(phones)) as pool:
            asked = [pool.submit(phone.request, "kitchen", "files.list", value) for phone in phones]
            longest = 0.0
            while not all(one.done() for one in asked):
                began = time.monotonic()
                pinging.request("kitchen", "agent.ping", {})
                longest = max(longest, time.monotonic() - began)
        for one in asked:
            self.assertEqual(one.result()["value"]["total"], MANY)
            self.assertEqual(len(one.result()["value"]["entries"]), 10_000)
        self.assert_grew_less(before, 2 * LISTING_BYTES_MAX)
        if not harness.is_sanitized():
            self.assertLess(longest, 5)

    def test_a_folder_of_more_names_than_can_be_sorted_says_so(self) -> None:
        fill(self.root / "long", MANY, "{:0>200}")
        before = self.agent.resident_bytes()
        done = self.ls(self.root / "long", code=FAILED)
        self.assertIn("has more names than this device can sort", done.err)
        self.assert_grew_less(before, LISTING_BYTES_MAX)
        self.ls(self.root)

    def test_a_folder_whose_page_is_larger_than_a_message_is_listed_in_smaller_ones(self) -> None:
        deep = self.root
        while len(f"{deep}/{'d' * 250}") < 3900:
            deep /= "d" * 250
        deep.mkdir(parents=True)
        fill(deep / "in", 5000)
        [listing] = self.ls(deep / "in", "--json").objects
        self.assertEqual(len({entry["name"] for entry in listing["entries"]}), 5000)


if __name__ == "__main__":
    unittest.main()
