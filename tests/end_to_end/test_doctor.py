# SPDX-License-Identifier: MIT
"""`malinka doctor` on machines that are trees of files."""

import json
import pathlib

import harness
from harness import DONE, FAILED, USAGE


class DoctorTest(harness.Test):
    def setUp(self) -> None:
        super().setUp()
        self.root = self._folder("pi")
        self.write("proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0\0")
        self.write("boot/firmware/config.txt", "dtparam=i2c_arm=on\n")

    def write(self, path: str, text: str) -> pathlib.Path:
        whole = self.root / path
        whole.parent.mkdir(parents=True, exist_ok=True)
        whole.write_text(text)
        return whole

    def doctor(self, *arguments: str, code: int) -> harness.Done:
        done = self.malinka(None, *arguments, "--root", str(self.root), channel="")
        self.assertEqual(done.code, code, done)
        return done

    def test_a_missing_line_is_named_with_its_file_and_ends_in_1(self) -> None:
        done = self.doctor("doctor", "sensors", code=FAILED)
        self.assertIn("add the line `dtoverlay=dht11,gpiopin=4` to /boot/firmware/config.txt", done.out)

    def test_what_was_set_right_ends_in_0(self) -> None:
        self.write("boot/firmware/config.txt", "dtoverlay=dht11,gpiopin=4\n")
        self.write("sys/bus/iio/devices/iio:device0/name", "dht11@4\n")
        self.assertIn("dht11@4", self.doctor("doctor", "sensors", code=DONE).out)

    def test_a_program_gets_a_line_for_each_finding(self) -> None:
        done = self.doctor("--json", "doctor", code=FAILED)
        findings = [json.loads(line) for line in done.out.splitlines()]
        self.assertEqual({one["health"] for one in findings}, {"good", "absent", "bad"})
        [tv] = [one for one in findings if one["check"] == "tv"]
        self.assertIn("dtoverlay=vc4-kms-v3d", tv["fix"])

    def test_a_check_that_there_is_not_is_a_slip(self) -> None:
        self.assertIn("there are: board, gpio", self.doctor("doctor", "heart", code=USAGE).err)

    def test_a_flag_that_names_what_is_not_there_is_a_slip(self) -> None:
        self.write("etc/passwd", "pi:x:1000:1000::/home/pi:/bin/sh\n")
        self.write("etc/malinka/agent.toml", 'name = "kitchen"\n')
        for flag, value, expected in (("--user", "pj", "there is no user pj"),
                                      ("--user", "", "there is no user"),
                                      ("--agent-config", "/etc/malinka/agnt.toml", "there is no file"),
                                      ("--agent-config", "", "there is no file")):
            with self.subTest(flag=flag, value=value):
                self.assertIn(expected, self.doctor("doctor", "agent", flag, value, code=USAGE).err)
        self.doctor("doctor", "agent", "--user", "pi", "--agent-config", "etc/malinka/agent.toml", code=DONE)
        for root in ("/nowhere", str(self.root / "etc/passwd")):
            with self.subTest(root=root):
                done = self.malinka(None, "doctor", "--root", root, channel="")
                self.assertEqual(done.code, USAGE, done)
                self.assertIn(f"--root: {root} is no folder", done.err)

    def test_this_machine_can_be_looked_at_without_a_hub(self) -> None:
        done = self.malinka(None, "doctor", channel="")
        self.assertIn(done.code, (DONE, FAILED), done)
        self.assertIn("board", done.out)
