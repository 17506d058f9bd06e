# SPDX-License-Identifier: MIT
"""What is kept in files."""

import os
import pathlib
import tempfile
import unittest
import unittest.mock

from malinka.errors import Failure
from malinka.state import KnownDevices, default_state_folder, load_identity, read_password

ONE, TWO = bytes(range(32)), bytes(range(1, 33))


class StateTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory())) / "state"
        self.path = self.folder / "known_devices"
        self.known = KnownDevices(self.folder)

    def test_a_line_has_channel_name_and_key(self) -> None:
        self.known.remember("my home", "küche %", ONE)
        self.assertEqual(self.path.read_text(),
                         "my%20home k%C3%BCche%20%25 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n")
        self.assertEqual(self.known.find("my home", "küche %"), ONE)
        self.assertIsNone(self.known.find("my home", "küche"))
        self.assertIsNone(self.known.find("my", "küche %"))

    def test_the_last_line_counts(self) -> None:
        for key in (ONE, TWO):
            self.known.remember("home", "kitchen", key)
        self.known.remember("home", "hall", ONE)
        self.assertEqual(self.known.find("home", "kitchen"), TWO)
        self.assertEqual(len(self.path.read_text().splitlines()), 3)

    def test_files_and_folders_are_for_this_user_alone(self) -> None:
        self.enterContext(unittest.mock.patch("os.umask", lambda mask: mask))
        before = os.umask(0)
        self.known.remember("home", "kitchen", ONE)
        load_identity(self.folder)
        os.umask(before)
        self.assertEqual(self.folder.stat().st_mode & 0o777, 0o700)
        for name in ("known_devices", "identity"):
            self.assertEqual((self.folder / name).stat().st_mode & 0o777, 0o600)

    def test_what_is_no_line_is_passed_over(self) -> None:
        self.folder.mkdir()
        self.path.write_bytes(b"\xff\xfe\n\nhome\nhome kitchen\nhome kitchen abc\nhome kitchen " + b"A" * 44 + b"\nhome ki")
        self.assertIsNone(self.known.find("home", "kitchen"))
        self.known.remember("home", "kitchen", ONE)
        self.assertEqual(self.known.find("home", "kitchen"), ONE)

    def test_a_file_that_cannot_be_read_is_a_failure_and_not_a_first_meeting(self) -> None:
        self.path.mkdir(parents=True)
        with self.assertRaises(Failure):
            self.known.find("home", "kitchen")
        with self.assertRaises(Failure):
            self.known.remember("home", "kitchen", ONE)

    def test_an_identity_is_made_once(self) -> None:
        identity = load_identity(self.folder)
        self.assertEqual(load_identity(self.folder), identity)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["identity"])

    def test_an_identity_that_others_may_read_is_closed(self) -> None:
        load_identity(self.folder)
        (self.folder / "identity").chmod(0o644)
        load_identity(self.folder)
        self.assertEqual((self.folder / "identity").stat().st_mode & 0o777, 0o600)

    def test_a_damaged_identity_is_not_replaced_in_silence(self) -> None:
        self.folder.mkdir()
        (self.folder / "identity").write_bytes(b"short")
        with self.assertRaises(Failure):
            load_identity(self.folder)
        self.assertEqual((self.folder / "identity").read_bytes(), b"short")

    def test_a_password_of_a_file_is_without_its_last_newline(self) -> None:
        self.folder.mkdir()
        for content, password in ((b"secret\n", "secret"), (b"secret", "secret"), (b" s\n\n", " s\n"), (b"\n", "")):
            self.path.write_bytes(content)
            self.assertEqual(read_password(self.path), password)
        self.path.write_bytes(b"\xff")
        for path in (self.path, self.folder, self.folder / "none"):
            with self.assertRaises(Failure):
                read_password(path)

    def test_the_folder_is_systemds_or_the_users(self) -> None:
        with unittest.mock.patch.dict(os.environ, {"STATE_DIRECTORY": "/var/lib/a:/var/lib/b"}):
            self.assertEqual(default_state_folder(), pathlib.Path("/var/lib/a"))
        with unittest.mock.patch.dict(os.environ, {"STATE_DIRECTORY": "", "HOME": "/home/pi"}):
            self.assertEqual(default_state_folder(), pathlib.Path("/home/pi/.local/state/malinka"))
