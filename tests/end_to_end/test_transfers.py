# SPDX-License-Identifier: MIT
"""Files of any size through a real hub: whole, hashed, gone on with after whatever broke off, and never half there."""

import datetime
import hashlib
import os
import pathlib
import shutil
import signal
import threading
import time
import unittest
from collections.abc import Callable

import harness
from foreign import Foreign
from harness import DONE, FAILED
from slow_link import SlowLink
from terminal import Terminal

PASSWORD = "a long enough secret"
MIB = 1 << 20
PATIENCE_SECONDS = 60


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"never came: {what}")
        time.sleep(0.002)


def make_file(path: pathlib.Path, size: int) -> pathlib.Path:
    with path.open("wb") as file:
        for start in range(0, size, MIB):
            file.write(os.urandom(min(MIB, size - start)))
    return path


def hash_of(path: pathlib.Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def part_in(folder: pathlib.Path) -> pathlib.Path | None:
    return next(folder.glob(".malinka-*.part"), None)


class TransferTest(harness.Test):
    """A hub, and `kitchen` in a sealed channel with a folder of its own."""

    is_sealed = True

    def setUp(self) -> None:
        super().setUp()
        self.root = self._folder("root").resolve()
        self.hub = self.start_hub()
        self.kitchen = self.start_device("kitchen", self.root)

    def start_device(self, name: str, root: pathlib.Path, folder: pathlib.Path | None = None) -> harness.Agent:
        return self.start_agent(self.hub, name, password=PASSWORD, flags=(), is_sealed=self.is_sealed,
                                config=f'[files]\nroots = ["{root}"]\n', folder=folder)

    def cp(self, *arguments: str, code: int = DONE) -> harness.Done:
        done = self.malinka(self.hub, "cp", *arguments, password=PASSWORD,
                            env={"MALINKA_SEALED": "true" if self.is_sealed else "false"}, seconds=120)
        self.assertEqual(done.code, code, done)
        return done

    def start_cp(self, *arguments: str) -> harness.Program:
        return self.start_malinka(self.hub, "cp", *arguments, password=PASSWORD)

    def here(self, name: str) -> pathlib.Path:
        return self.person_folder / name

    def there(self, name: str) -> str:
        return f"kitchen:{self.root}/{name}"

    def assert_same(self, one: pathlib.Path, other: pathlib.Path) -> None:
        self.assertEqual(hash_of(one), hash_of(other))

    def assert_nothing_left(self, folder: pathlib.Path) -> None:
        self.assertEqual(list(folder.glob(".malinka-*")), [])


class WholeTest(TransferTest):
    def test_a_file_beyond_one_message_goes_up_and_down_with_its_time_and_mode(self) -> None:
        big = make_file(self.here("big"), 20 * MIB + 12345)
        big.chmod(0o640)
        os.utime(big, (1_000_000_000, 1_000_000_000))
        self.cp("big", self.there("big"))
        self.cp(self.there("big"), "back")
        for copy in (self.root / "big", self.here("back")):
            self.assert_same(big, copy)
            self.assertEqual((copy.stat().st_mode & 0o777, copy.stat().st_mtime), (0o640, 1_000_000_000))
        self.assert_nothing_left(self.root)
        self.assert_nothing_left(self.person_folder)

    def test_an_empty_file_is_a_file(self) -> None:
        self.here("empty").touch()
        self.cp("empty", self.there("empty"))
        self.cp(self.there("empty"), "back")
        self.assertEqual((self.root / "empty").stat().st_size, 0)
        self.assertEqual(self.here("back").stat().st_size, 0)

    def test_holes_stay_holes(self) -> None:
        with self.here("sparse").open("wb") as file:
            file.write(b"begin")
            file.seek(64 * MIB)
            file.write(b"end")
            file.truncate(65 * MIB)
        self.cp("sparse", self.there("sparse"))
        self.cp(self.there("sparse"), "back")
        for copy in (self.root / "sparse", self.here("back")):
            self.assert_same(self.here("sparse"), copy)
            self.assertLess(copy.stat().st_blocks * 512, MIB)

    def test_a_device_that_offers_less_than_was_asked_for_says_so(self) -> None:
        done = self.cp("kitchen:/etc/passwd", "-", code=FAILED)
        self.assertIn("outside the folders", done.err)

    def test_several_devices_get_the_same_file_at_once_and_each_failure_is_told(self) -> None:
        # Two devices with the same path would write the same file here: one of them finds it there.
        self.start_device("hall", self.root)
        make_file(self.here("image"), 9 * MIB)
        done = self.malinka(self.hub, "--json", "cp", "image", f"kitchen,hall:{self.root}/image", password=PASSWORD)
        self.assert_same(self.here("image"), self.root / "image")
        self.assertEqual({line["device"] for line in done.objects}, {"kitchen", "hall"}, done)
        self.assertEqual([line["code"] for line in done.objects if "code" in line], [409], done)
        self.assertEqual(done.code, FAILED)

    def test_at_a_terminal_each_device_has_a_line_that_tells_how_far_it_is(self) -> None:
        self.start_device("hall", self.root)
        make_file(self.here("image"), 9 * MIB)
        command, env = self.command(self.hub, "cp", str(self.here("image")), f"kitchen,hall:{self.root}/image",
                                    password=PASSWORD)
        terminal = Terminal(command, env | {"TERM": "xterm"})
        shown = terminal.read_until(None).decode()
        self.assertEqual(terminal.wait(), FAILED)  # Both write the same file: one of them finds it there.
        for line in (r"hall     (image  \d+ %|done|failed)", r"kitchen  (image  \d+ %|done|failed)",
                     "(hall|kitchen) +done", "(hall|kitchen) +failed: 1 of 1 files"):
            self.assertRegex(shown, line)

    def test_from_one_device_to_another(self) -> None:
        other = self._folder("hall-root").resolve()
        self.start_device("hall", other)
        make_file(self.root / "big", 12 * MIB)
        self.cp(self.there("big"), f"hall:{other}/")
        self.assert_same(self.root / "big", other / "big")


class UnsealedTest(TransferTest):
    is_sealed = False

    def test_an_unsealed_channel_carries_them_too(self) -> None:
        big = make_file(self.here("big"), 20 * MIB)
        self.cp("big", self.there("big"))
        self.cp(self.there("big"), "back")
        self.assert_same(big, self.here("back"))


class FolderTest(TransferTest):
    def make_tree(self, top: pathlib.Path) -> None:
        for name in ("a", "a/b", "a/b/c", "empty"):
            (top / name).mkdir(parents=True)
        for index in range(200):
            (top / f"a/b/{index} ü").write_bytes(os.urandom(index * 100))
        (top / "a/link").symlink_to("b")

    def assert_same_tree(self, one: pathlib.Path, other: pathlib.Path) -> None:
        def content(top: pathlib.Path) -> dict[str, bytes | None]:
            return {str(path.relative_to(top)): path.read_bytes() if path.is_file() else None
                    for path in top.rglob("*") if not path.is_symlink()}
        self.assertEqual(content(one), content(other))

    def test_a_folder_goes_with_all_that_is_in_it_and_says_what_it_passes_over(self) -> None:
        self.make_tree(self.here("tree"))
        done = self.cp("-r", "tree", self.there(""))
        self.assertIn("passed over, as it is no file: tree/a/link", done.err)
        self.assert_same_tree(self.here("tree"), self.root / "tree")
        self.cp("-r", self.there("tree"), "copy")
        self.assert_same_tree(self.here("tree"), self.here("copy"))

    def test_a_folder_needs_minus_r(self) -> None:
        self.here("tree").mkdir()
        self.assertIn("-r", self.cp("tree", self.there("tree"), code=FAILED).err)
        (self.root / "tree").mkdir()
        self.assertIn("-r", self.cp(self.there("tree"), "back", code=FAILED).err)

    def test_several_files_go_into_a_folder_that_is_there(self) -> None:
        for name in ("one", "two"):
            self.here(name).write_text(name)
        self.assertIn("folder", self.cp("one", "two", self.there("shelf"), code=FAILED).err)
        (self.root / "shelf").mkdir()
        self.cp("one", "two", self.there("shelf"))
        self.assertEqual([(self.root / "shelf" / name).read_text() for name in ("one", "two")], ["one", "two"])
        self.assertIn("no such folder", self.cp(self.there("shelf/one"), self.there("shelf/two"), "no", code=FAILED).err)

    def test_a_folder_does_not_fit_into_standard_output(self) -> None:
        (self.root / "tree").mkdir()
        self.assertIn("is a folder", self.cp("-r", self.there("tree"), "-", code=FAILED).err)
        self.assertFalse(self.here("-").exists())

    def test_a_second_copy_goes_into_the_first_as_cp_does_it(self) -> None:
        self.make_tree(self.here("tree"))
        self.cp("-r", "tree", self.there("copy"))
        self.cp("-r", "tree", self.there("copy"))
        self.assert_same_tree(self.here("tree"), self.root / "copy/tree")


class ScriptedTest(harness.Test):
    """`kitchen` is played by the test, in a channel without a password."""

    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()

    @staticmethod
    def next_command(device: Foreign) -> dict:
        return device.next(lambda message: message.get("messageType") == "Command")

    @staticmethod
    def answer(device: Foreign, command: dict, code: int, value: dict | None = None, error: str = "") -> None:
        response = {"requestId": command["id"], "success": code == 200, "responseCode": code, "error": error}
        device.send({"messageType": "Response", "recipients": [command["originator"]], "response": response, "value": value})


class BundleTest(ScriptedTest):
    """Small files that are ready at the same time go together, by files.unpack."""

    count = 40

    def copy(self, answer_unpack: Callable[[dict], tuple[int, dict | None]]) -> tuple[harness.Done, list[dict]]:
        """To a device that writes whatever comes alone; the copy's end, and the commands that came."""
        (self.person_folder / "tree").mkdir()
        for index in range(self.count):
            (self.person_folder / f"tree/{index}").write_bytes(str(index).encode())
        commands: list[dict] = []
        done: list[harness.Done] = []
        copying = threading.Thread(target=lambda: done.append(
            self.malinka(self.hub, "cp", "-r", "tree", "kitchen:/srv/tree", seconds=PATIENCE_SECONDS)))
        with Foreign.join(self.hub, "home", "kitchen", device=True) as device:
            copying.start()
            while (command := device.next(self.is_command_or_farewell))["messageType"] == "Command":
                commands.append(command)
                if command["name"] == "files.unpack":
                    self.answer(device, command, *answer_unpack(command["value"]), error="so it is")
                elif command["name"] == "files.stat":
                    self.answer(device, command, 404, error="not there")
                else:
                    self.answer(device, command, 200, {"path": command["value"]["path"], "type": "file", "size": 1})
        copying.join()
        return done[0], commands

    @staticmethod
    def is_command_or_farewell(message: dict) -> bool:
        return message.get("messageType") == "Command" or message.get("name") == "hub.left"

    @staticmethod
    def paths_of(commands: list[dict]) -> list[str]:
        paths = [[file["path"] for file in command["value"]["files"]] if command["name"] == "files.unpack"
                 else [command["value"]["path"]] for command in commands if command["name"] in ("files.write", "files.unpack")]
        return [path for some in paths for path in some]

    def test_all_of_them_come_once_and_in_few_messages(self) -> None:
        done, commands = self.copy(lambda value: (200, {"files": [{"path": file["path"], "type": "file", "size": file["size"]}
                                                                  for file in value["files"]]}))
        self.assertEqual(done.code, DONE, done)
        self.assertEqual(sorted(self.paths_of(commands)), sorted(f"/srv/tree/{index}" for index in range(self.count)))
        self.assertLess(len([one for one in commands if one["name"] in ("files.write", "files.unpack")]), self.count)

    def test_an_older_device_gets_each_alone(self) -> None:
        done, commands = self.copy(lambda value: (404, None))
        self.assertEqual(done.code, DONE, done)
        alone = [one["value"]["path"] for one in commands if one["name"] == "files.write"]
        self.assertEqual(sorted(alone), sorted(f"/srv/tree/{index}" for index in range(self.count)))

    def test_a_file_that_could_not_be_written_is_named_and_the_others_are_not(self) -> None:
        refused: list[str] = []

        def refuse_first(value: dict) -> tuple[int, dict]:
            first, *rest = [file["path"] for file in value["files"]]
            refused.append(first)
            return 200, {"files": [{"path": first, "code": 403, "error": f"no room for {first}!"},
                                   *({"path": path, "type": "file"} for path in rest)]}

        done, _ = self.copy(refuse_first)
        self.assertEqual(done.code, FAILED, done)
        self.assertEqual(sorted(done.err.splitlines()), sorted(f"malinka: kitchen: no room for {path}!" for path in refused))

    def test_a_folder_that_is_not_there_is_not_asked_for_again_and_again(self) -> None:
        (self.person_folder / "small").write_bytes(b"small")
        done: list[harness.Done] = []
        copying = threading.Thread(target=lambda: done.append(
            self.malinka(self.hub, "cp", "small", "kitchen:/srv/no/small", seconds=PATIENCE_SECONDS)))
        writes = 0
        with Foreign.join(self.hub, "home", "kitchen", device=True) as device:
            copying.start()
            while (command := device.next(self.is_command_or_farewell))["messageType"] == "Command":
                writes += command["name"] == "files.write"
                self.answer(device, command, 404, error="no such folder here")
        copying.join()
        self.assertEqual(done[0].code, FAILED, done[0])
        self.assertIn("no such folder here", done[0].err)
        self.assertEqual(writes, 3)

    def test_a_folder_that_one_file_lacks_makes_no_older_device_of_it(self) -> None:
        """Its files are not sent again: those that were written would be there already."""
        done, commands = self.copy(lambda value: (200, {"files": [
            {"path": value["files"][0]["path"], "code": 404, "error": "no such folder"},
            *({"path": file["path"], "type": "file"} for file in value["files"][1:])]}))
        self.assertNotIn("already", done.err)
        sent = self.paths_of(commands)
        lacking = [one["value"]["files"][0]["path"] for one in commands if one["name"] == "files.unpack"]
        self.assertEqual(sorted(path for path in sent if path not in lacking),
                         sorted({path for path in sent if path not in lacking}))
        self.assertEqual(done.code, DONE, done)  # The one was asked for again, and written.

    def test_an_answer_that_makes_no_sense_is_a_failure(self) -> None:
        for value in ({}, {"files": []}, {"files": "all"}, {"files": [1, None, "x"]}):
            with self.subTest(value=value):
                done, _ = self.copy(lambda _, value=value: (200, value))
                self.assertEqual(done.code, FAILED, done)
                self.assertIn("makes no sense", done.err)
                shutil.rmtree(self.person_folder / "tree")


class LostAnswerTest(ScriptedTest):
    """A small file goes in one message. Where its answer was lost, it may be there all the same."""

    modified = "2019-05-04T03:02:01.000Z"

    def setUp(self) -> None:
        super().setUp()
        source = self.person_folder / "small"
        source.write_bytes(b"small")
        moment = datetime.datetime.fromisoformat(self.modified).timestamp()
        os.utime(source, (moment, moment))

    def copy(self, there: dict) -> harness.Done:
        """To a device that leaves when it has the file, and says then that there is one, as `there`."""
        copying = threading.Thread(target=lambda: done.append(self.malinka(self.hub, "cp", "small", "kitchen:/srv/small")))
        done: list[harness.Done] = []
        with Foreign.join(self.hub, "home", "kitchen", device=True) as device:
            copying.start()
            while (command := self.next_command(device))["name"] != "files.write":
                self.answer(device, command, 404, error="not there")
        with Foreign.join(self.hub, "home", "kitchen", device=True) as device:
            while (command := self.next_command(device))["name"] != "files.write":
                self.answer(device, command, 404, error="not there")
            self.answer(device, command, 409, error="exists already")
            command = self.next_command(device)
            self.assertEqual(command["name"], "files.stat")
            self.answer(device, command, 200, {"path": "/srv/small", "type": "file", **there})
            copying.join()
        return done[0]

    def test_what_is_there_with_its_size_and_time_is_what_was_sent(self) -> None:
        done = self.copy({"size": 5, "modified": self.modified})
        self.assertEqual(done.code, DONE, done)

    def test_what_has_another_time_is_somebody_elses(self) -> None:
        done = self.copy({"size": 5, "modified": "2019-05-04T03:02:02.000Z"})
        self.assertEqual(done.code, FAILED, done)
        self.assertIn("exists already", done.err)


class SlowLinkTest(TransferTest):
    """A person behind 50 Mbit/s and a round trip of 200 ms, as by a satellite or a phone far away."""

    bytes_per_second = 50e6 / 8

    def fill(self, *arguments: str) -> float:
        """The part of the link's rate that the middle of a copy comes to: what comes before is joining, and growing."""
        with SlowLink(self.hub.port, self.bytes_per_second, delay_seconds=0.1) as link:
            copying = self.start_malinka(link.url, "cp", "-f", *arguments, password=PASSWORD)
            wait_until(lambda: link.carried_bytes > 10 * MIB, "the first 10 MiB")
            bytes_before, began = link.carried_bytes, time.monotonic()
            wait_until(lambda: link.carried_bytes > 30 * MIB, "30 MiB")
            rate = (link.carried_bytes - bytes_before) / (time.monotonic() - began)
            self.assertEqual(copying.wait(120), DONE)
            return rate / self.bytes_per_second

    def assert_fills(self, *arguments: str) -> None:
        """In one of three attempts: on a busy machine the relay itself comes too late at times."""
        rates = []
        while not any(rate > 0.8 for rate in rates):
            self.assertLess(len(rates), 3, f"it reached {rates} of the link's rate")
            rates.append(self.fill(*arguments))

    def test_a_download_fills_it(self) -> None:
        make_file(self.root / "big", 40 * MIB)
        self.assert_fills(self.there("big"), "back")
        self.assert_same(self.root / "big", self.here("back"))

    def test_an_upload_fills_it(self) -> None:
        make_file(self.here("big"), 40 * MIB)
        self.assert_fills("big", self.there("big"))
        self.assert_same(self.root / "big", self.here("big"))

    def test_a_link_that_is_cut_costs_what_was_on_its_way(self) -> None:
        make_file(self.here("big"), 40 * MIB)
        with SlowLink(self.hub.port) as link:
            copying = self.start_malinka(link.url, "cp", "big", self.there("big"), password=PASSWORD)
            for cut in range(1, 4):
                wait_until(lambda: link.carried_bytes > cut * 9 * MIB, f"{cut * 9} MiB")
                link.cut()
            self.assertEqual(copying.wait(120), DONE)
            self.assertLess(link.carried_bytes, 60 * MIB)
        self.assert_same(self.root / "big", self.here("big"))


class BreakTest(TransferTest):
    """Whatever breaks off in the middle, the file is the same in the end, and never half there."""

    size = 45 * MIB
    # So that there is a middle on any machine: it takes three seconds.
    bytes_per_second = 15e6

    def setUp(self) -> None:
        super().setUp()
        self.big = make_file(self.here("big"), self.size)
        self.link = SlowLink(self.hub.port, self.bytes_per_second)
        self.addCleanup(self.link.close)

    def start_cp(self, *arguments: str) -> harness.Program:
        return self.start_malinka(self.link.url, "cp", *arguments, password=PASSWORD)

    def wait_part(self, folder: pathlib.Path, size: int) -> pathlib.Path:
        def has_come() -> bool:
            part = part_in(folder)
            return part is not None and part.stat().st_size > size
        wait_until(has_come, f"{size} bytes of a part in {folder}")
        part = part_in(folder)
        assert part is not None
        return part

    def restart_hub(self) -> None:
        address = f"127.0.0.1:{self.hub.port}"
        self.hub.kill()
        self.hub = self.start_hub(listen=address)

    def test_an_upload_goes_on_when_the_hub_was_killed_and_came_back(self) -> None:
        copying = self.start_cp("big", self.there("big"))
        part = self.wait_part(self.root, self.size // 15)
        self.assertFalse((self.root / "big").exists())
        inode = part.stat().st_ino
        self.restart_hub()
        self.assertEqual(copying.wait(120), DONE)
        self.assert_same(self.big, self.root / "big")
        self.assertEqual((self.root / "big").stat().st_ino, inode, "it was begun anew")
        self.assert_nothing_left(self.root)

    def test_a_download_goes_on_when_the_hub_was_killed_twice(self) -> None:
        self.cp("big", self.there("big"))
        copying = self.start_cp(self.there("big"), "back")
        self.wait_part(self.person_folder, self.size // 15)
        self.assertFalse(self.here("back").exists())
        self.restart_hub()
        self.wait_part(self.person_folder, self.size * 2 // 5)
        self.restart_hub()
        self.assertEqual(copying.wait(120), DONE)
        self.assert_same(self.big, self.here("back"))
        self.assert_nothing_left(self.person_folder)

    def test_an_upload_goes_on_when_the_device_was_killed_and_started_again(self) -> None:
        copying = self.start_cp("big", self.there("big"))
        self.wait_part(self.root, self.size // 15)
        self.kitchen.kill()
        self.kitchen = self.start_device("kitchen", self.root, folder=self.kitchen.folder)
        self.assertEqual(copying.wait(120), DONE)
        self.assert_same(self.big, self.root / "big")

    def test_ctrl_c_keeps_what_came_and_the_same_command_goes_on(self) -> None:
        copying = self.start_cp("big", self.there("big"))
        part = self.wait_part(self.root, self.size // 8)
        copying.signal(signal.SIGINT)
        copying.wait(30)
        wait_until(lambda: not self.is_open_in_device(part), "the device's end of the stream")
        kept, inode = part.stat().st_size, part.stat().st_ino
        self.assertFalse((self.root / "big").exists())
        self.assertGreater(kept, self.size // 8)
        self.cp("big", self.there("big"))
        self.assert_same(self.big, self.root / "big")
        self.assertEqual((self.root / "big").stat().st_ino, inode, "it was begun anew")

    def is_open_in_device(self, path: pathlib.Path) -> bool:
        folder = pathlib.Path(f"/proc/{self.kitchen.pid}/fd")
        return any(os.path.realpath(fd) == str(path) for fd in folder.iterdir() if fd.exists())

    def test_a_file_that_changed_since_is_begun_anew(self) -> None:
        copying = self.start_cp("big", self.there("big"))
        part = self.wait_part(self.root, self.size // 30)
        copying.signal(signal.SIGINT)
        copying.wait(30)
        make_file(self.big, self.size // 15)
        self.cp("big", self.there("big"))
        self.assert_same(self.big, self.root / "big")
        self.assertNotEqual((self.root / "big").stat().st_ino, part.stat().st_ino)

    def test_a_reader_that_stops_reading_holds_up_nobody_and_costs_the_device_little(self) -> None:
        self.cp("big", self.there("big"))
        copying = self.start_cp(self.there("big"), "back")
        self.wait_part(self.person_folder, MIB)
        copying.signal(signal.SIGSTOP)
        try:
            for _ in range(3):
                self.assertEqual(self.malinka(self.hub, "ls", self.there(""), password=PASSWORD).code, DONE)
            if not harness.is_sanitized():
                self.assertLess(self.kitchen.resident_bytes(), 32 * MIB)
        finally:
            copying.signal(signal.SIGCONT)
        self.assertEqual(copying.wait(120), DONE)
        self.assert_same(self.big, self.here("back"))



if __name__ == "__main__":
    unittest.main()
