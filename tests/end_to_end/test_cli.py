# SPDX-License-Identifier: MIT
"""The command line against a real hub and simulated devices: every verb, --json, and every exit code."""

import json
import os
import re
import shlex
import signal
import subprocess
import time

import harness
from harness import DONE, FAILED, NO_DEVICE, NO_HUB, USAGE
from terminal import Terminal

PASSWORD = "a long enough secret"


class CliTest(harness.Test):
    """A hub, and `kitchen` in a guarded channel. `root` is the folder that it offers."""

    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()
        self.kitchen = self.start_agent(self.hub, "kitchen", password=PASSWORD)
        self.root = self.root_of("kitchen")

    def run_malinka(self, *arguments: str, **options) -> harness.Done:
        return self.malinka(self.hub, *arguments, **({"password": PASSWORD} | options))

    def expect(self, code: int, *arguments: str, **options) -> harness.Done:
        done = self.run_malinka(*arguments, **options)
        self.assertEqual(done.code, code, done)
        self.assertNotIn(PASSWORD, done.out + done.err)
        return done

    def root_of(self, device: str) -> str:
        return self.expect(DONE, "--json", "ls", device).objects[0]["entries"][0]["path"]

    def at(self, path: str, device: str = "kitchen") -> str:
        return f"{device}:{self.root}/{path}"

    def write_here(self, name: str, content: bytes = b"hello\n"):
        path = self.person_folder / name
        path.write_bytes(content)
        return path


class DevicesTest(CliTest):
    def test_devices_are_listed_by_name(self) -> None:
        self.start_agent(self.hub, "hall", password=PASSWORD)
        self.assertEqual(self.expect(DONE, "devices").out, "hall\nkitchen\n")
        devices = [line["device"] for line in self.expect(DONE, "devices", "--json").objects]
        self.assertEqual(devices, ["hall", "kitchen"])

    def test_devices_say_what_they_are(self) -> None:
        done = self.expect(DONE, "devices", "--long")
        self.assertRegex(done.out, r"(?m)^DEVICE +IDENTITY +SYSTEM\nkitchen +[a-z2-7-]{32} .*malinka .*simulated$")
        self.assertTrue(self.expect(DONE, "--json", "devices", "-l").objects[0]["simulated"])

    def test_describe_shows_what_is_granted(self) -> None:
        done = self.expect(DONE, "describe", "kitchen")
        self.assertRegex(done.out, r"(?m)^files +control .*" + self.root)
        described = self.expect(DONE, "--json", "describe", "kitchen").objects[0]
        self.assertEqual(described["device"], "kitchen")
        files = next(one for one in described["capabilities"] if one["name"] == "files")
        self.assertEqual((files["level"], files["roots"]), ("control", [self.root]))

    def test_an_absent_device_is_4_and_suggests_the_one_that_was_meant(self) -> None:
        for arguments in (["describe", "kitchn"], ["ls", "kitchn:/"], ["run", "kitchn", "--", "true"],
                          ["watch", "kitchn"], ["rm", "kitchn:/x"]):
            done = self.expect(NO_DEVICE, *arguments)
            self.assertIn("no such device: kitchn (did you mean kitchen?)", done.err)
            self.assertEqual(done.out, "")
        done = self.expect(NO_DEVICE, "--json", "describe", "attic")
        self.assertEqual((done.objects[0]["device"], done.objects[0]["code"]), ("attic", 404))

    def test_status_says_where_we_are(self) -> None:
        status = self.expect(DONE, "--json", "status").objects[0]
        self.assertEqual((status["channel"], status["guarded"], status["devices"]),
                         ("home", True, ["kitchen"]))
        self.assertEqual((status["sealed"], status["view"]), (True, False))
        self.assertRegex(self.expect(DONE, "status").out, r"(?m)^channel +home, sealed")


class JoinTest(CliTest):
    def test_a_wrong_password_is_3(self) -> None:
        done = self.expect(NO_HUB, "devices", password="not the secret")
        self.assertIn("cannot join channel home", done.err)
        done = self.expect(NO_HUB, "--json", "devices", password="not the secret")
        self.assertEqual(done.objects[0]["code"], 401)

    def test_no_password_is_3_where_nobody_can_be_asked(self) -> None:
        self.expect(NO_HUB, "devices", password="")

    def test_no_hub_is_3_at_once(self) -> None:
        begin = time.monotonic()
        done = self.malinka("ws://127.0.0.1:9", "devices")
        self.assertEqual(done.code, NO_HUB, done)
        self.assertIn("cannot reach the hub at ws://127.0.0.1:9", done.err)
        self.assertLess(time.monotonic() - begin, 10)

    def test_something_else_than_a_hub_is_3(self) -> None:
        done = self.malinka(self.hub.web_url + "/healthz", "devices")
        self.assertEqual(done.code, NO_HUB, done)

    def test_a_flag_beats_the_environment_which_beats_the_file(self) -> None:
        secret = harness.write_secret(self.person_folder / "password", PASSWORD)
        folder = self.person_folder / ".config/malinka"
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text(
            f'hub = "{self.hub.url}"\nchannel = "home"\npassword_file = "{secret}"\n')
        done = self.malinka(None, "devices", channel="")
        self.assertEqual((done.code, done.out), (DONE, "kitchen\n"), done)
        done = self.malinka(None, "devices", channel="", env={"MALINKA_CHANNEL": "other"})
        self.assertEqual((done.code, done.out), (DONE, ""), done)
        done = self.malinka(None, "devices", channel="home", env={"MALINKA_CHANNEL": "other"})
        self.assertEqual((done.code, done.out), (DONE, "kitchen\n"), done)

    def test_a_person_at_a_terminal_is_asked_for_the_password(self) -> None:
        terminal = self.start_at_terminal("devices")
        shown = terminal.read_until(b"Password of channel home: ")
        terminal.write(PASSWORD.encode() + b"\n")
        shown += terminal.read_until(None)
        self.assertEqual(terminal.wait(), DONE, shown)
        self.assertIn(b"kitchen\r\n", shown)
        self.assertNotIn(PASSWORD.encode(), shown)

    def start_at_terminal(self, *arguments: str) -> Terminal:
        command, env = self.command(self.hub, *arguments)
        terminal = Terminal(command, env)
        self.addCleanup(terminal.close)
        return terminal


class FilesTest(CliTest):
    def test_a_listing_is_like_that_of_ls(self) -> None:
        file = self.write_here("a.txt", b"x" * 2048)
        file.chmod(0o640)
        self.expect(DONE, "cp", str(file), self.at("a.txt"))
        self.assertRegex(self.expect(DONE, "ls", self.at("")).out,
                         r"(?m)^-rw-r-----  +2048  \d{4}-\d\d-\d\d \d\d:\d\d  a\.txt$")
        self.assertIn("2.0 KiB", self.expect(DONE, "ls", "-h", self.at("a.txt")).out)
        self.assertIn("a.txt", self.expect(DONE, "ls", "-1", self.at("")).out.splitlines())
        self.assertRegex(self.expect(DONE, "ls", "kitchen").out, f"(?m)  {self.root}/$")

    def test_a_long_folder_is_listed_whole(self) -> None:
        self.expect(DONE, "run", "kitchen", "--",
                    f"mkdir {self.root}/many && cd {self.root}/many && seq 5200 | xargs touch")
        listing = self.expect(DONE, "--json", "ls", self.at("many")).objects[0]
        self.assertEqual((len(listing["entries"]), listing["total"]), (5200, 5200))
        self.assertEqual(len({entry["name"] for entry in listing["entries"]}), 5200)

    def test_a_file_goes_there_and_back(self) -> None:
        content = os.urandom(3 << 20)
        self.write_here("up.bin", content)
        self.expect(DONE, "cp", "up.bin", self.at(""))
        self.expect(DONE, "cp", self.at("up.bin"), "down.bin")
        self.assertEqual((self.person_folder / "down.bin").read_bytes(), content)

    def test_nothing_is_written_over_unless_forced(self) -> None:
        self.write_here("a", b"one")
        self.expect(DONE, "cp", "a", self.at("a"))
        self.write_here("a", b"two")
        self.assertIn("say -f to replace it", self.expect(FAILED, "cp", "a", self.at("a")).err)
        self.assertIn("-f", self.expect(FAILED, "cp", self.at("a"), "a").err)
        self.assertEqual((self.person_folder / "a").read_bytes(), b"two")
        self.expect(DONE, "cp", "--force", "a", self.at("a"))
        self.assertEqual(self.expect(DONE, "cp", self.at("a"), "-").out, "two")

    def test_standard_input_and_output_are_files_too(self) -> None:
        self.expect(DONE, "cp", "-", self.at("piped"), stdin=b"through a pipe")
        self.assertEqual(self.expect(DONE, "cp", self.at("piped"), "-").out, "through a pipe")
        self.expect(USAGE, "cp", "-", self.at(""), stdin=b"without a name")

    def test_several_files_go_into_a_folder(self) -> None:
        for name in ("a", "b"):
            self.write_here(name, name.encode())
        self.expect(DONE, "mkdir", self.at("both"))
        self.expect(DONE, "cp", "a", "b", self.at("both"))
        (self.person_folder / "back").mkdir()
        self.expect(DONE, "cp", self.at("both/a"), self.at("both/b"), "back")
        self.assertEqual((self.person_folder / "back/b").read_bytes(), b"b")
        self.expect(FAILED, "cp", "a", "b", self.at("nowhere"))

    def test_one_that_fails_does_not_keep_the_others(self) -> None:
        self.write_here("b", b"b")
        self.expect(DONE, "mkdir", self.at("both"))
        self.assertIn("absent", self.expect(FAILED, "cp", "absent", "b", self.at("both")).err)
        self.assertEqual(self.expect(DONE, "cp", self.at("both/b"), "-").out, "b")

    def test_a_file_goes_from_one_device_to_another(self) -> None:
        self.start_agent(self.hub, "hall", password=PASSWORD)
        self.write_here("a", b"traveller")
        self.expect(DONE, "cp", "a", self.at("a"))
        hall = self.root_of("hall")
        copied = self.expect(DONE, "--json", "cp", self.at("a"), f"hall:{hall}/").objects[0]
        self.assertEqual((copied["device"], copied["to"]), ("hall", f"hall:{hall}/a"))
        self.assertEqual(self.expect(DONE, "cp", f"hall:{hall}/a", "-").out, "traveller")

    def test_files_are_moved_and_removed(self) -> None:
        self.write_here("a", b"1")
        self.expect(DONE, "mkdir", "-p", self.at("x/y"))
        self.expect(DONE, "mkdir", "-p", self.at("x/y"))
        self.expect(FAILED, "mkdir", self.at("x/y"))
        self.expect(DONE, "cp", "a", self.at("a"))
        self.expect(DONE, "mv", self.at("a"), self.at("x"))
        self.expect(DONE, "mv", self.at("x/a"), self.at("x/b"))
        self.assertIn("-r", self.expect(FAILED, "rm", self.at("x")).err)
        self.expect(DONE, "rm", self.at("x/b"))
        removed = self.expect(DONE, "--json", "rm", "-r", self.at("x")).objects[0]
        self.assertEqual((removed["device"], removed["removed"]), ("kitchen", 2))
        self.expect(FAILED, "rm", self.at("x"))
        self.expect(FAILED, "ls", self.at("x"))

    def test_a_move_over_a_file_must_be_forced(self) -> None:
        for name in ("a", "b"):
            self.expect(DONE, "cp", "-", self.at(name), stdin=name.encode())
        self.assertIn("-f", self.expect(FAILED, "mv", self.at("a"), self.at("b")).err)
        self.expect(DONE, "mv", "-f", self.at("a"), self.at("b"))
        self.assertEqual(self.expect(DONE, "cp", self.at("b"), "-").out, "a")

    def test_paths_outside_the_roots_are_refused_in_words(self) -> None:
        done = self.expect(FAILED, "ls", "kitchen:/etc")
        self.assertIn("kitchen: ", done.err)
        refused = self.expect(FAILED, "--json", "cp", "kitchen:/etc/passwd", "-")
        self.assertEqual((refused.objects[0]["device"], set(refused.objects[0])),
                         ("kitchen", {"device", "code", "error"}))

    def test_a_hostile_file_name_is_shown_and_not_obeyed(self) -> None:
        self.expect(DONE, "run", "kitchen", "--", f"touch \"{self.root}/$(printf 'a\\033[2Jb')\"")
        done = self.expect(DONE, "ls", self.at(""))
        self.assertIn(r"a\x1b[2Jb", done.out)
        self.assertNotIn("\x1b", done.out)


class RunTest(CliTest):
    def test_output_of_one_device_comes_out_as_it_is(self) -> None:
        done = self.expect(DONE, "run", "kitchen", "--", "echo out; echo err >&2")
        self.assertEqual((done.out, done.err), ("out\n", "err\n"))

    def test_output_that_is_no_text_comes_out_byte_for_byte(self) -> None:
        command, env = self.command(self.hub, "run", "kitchen", "--", r"printf '\377\000\033[2J'",
                                    password=PASSWORD)
        out = subprocess.run(command, env=env, capture_output=True, timeout=60, check=True).stdout
        self.assertEqual(out, b"\xff\x00\x1b[2J")

    def test_words_reach_the_program_as_they_were_typed(self) -> None:
        done = self.expect(DONE, "run", "kitchen", "printf", "[%s]", "a b", "$HOME", "it's", "-l")
        self.assertEqual(done.out, "[a b][$HOME][it's][-l]")

    def test_a_command_that_fails_is_1(self) -> None:
        self.assertIn("exit code 3", self.expect(FAILED, "run", "kitchen", "--", "exit 3").err)
        done = self.expect(FAILED, "--json", "run", "kitchen", "--", "exit 3")
        self.assertEqual((done.objects[0]["device"], done.objects[0]["exitCode"]), ("kitchen", 3))

    def test_several_devices_make_a_table(self) -> None:
        self.start_agent(self.hub, "hall", password=PASSWORD)
        done = self.expect(DONE, "run", "kitchen,hall", "--", "printf 'one\\ntwo\\n'")
        self.assertEqual(done.out, "DEVICE   EXIT  OUTPUT\n"
                                   "kitchen     0  one\n               two\n"
                                   "hall        0  one\n               two\n")

    def test_all_devices_are_asked_with_a_star(self) -> None:
        self.start_agent(self.hub, "hall", password=PASSWORD)
        done = self.expect(DONE, "--json", "run", "*", "--", "echo hi")
        self.assertEqual([(one["device"], one["stdout"]["text"]) for one in done.objects],
                         [("hall", "hi\n"), ("kitchen", "hi\n")])

    def test_an_absent_device_among_others_is_reported_and_the_others_run(self) -> None:
        done = self.expect(NO_DEVICE, "run", "kitchen,attic", "--", "echo hi")
        self.assertRegex(done.out, r"(?m)^kitchen +0  hi$")
        self.assertRegex(done.out, r"(?m)^attic +-  no such device: attic$")
        self.expect(FAILED, "run", "kitchen,attic", "--", "false")

    def test_a_command_that_takes_too_long_is_ended(self) -> None:
        done = self.expect(FAILED, "run", "-t", "1", "kitchen", "--", "echo begun; sleep 60")
        self.assertIn("begun", done.out)
        done = self.expect(FAILED, "--json", "run", "-t", "1", "kitchen", "--", "sleep 60")
        self.assertEqual((done.objects[0]["timedOut"], done.objects[0]["code"]), (True, 408))

    def test_what_the_policy_denies_is_1_and_says_so(self) -> None:
        self.start_agent(self.hub, "vault", password=PASSWORD, config='[policy.shell]\nlevel = "deny"\n')
        done = self.expect(FAILED, "--json", "run", "vault", "--", "true")
        self.assertEqual((done.objects[0]["device"], done.objects[0]["code"]), ("vault", 403))
        self.assertRegex(self.expect(DONE, "describe", "vault").out, r"(?m)^shell +deny")
        done = self.expect(FAILED, "run", "vault,kitchen", "--", "echo hi")
        self.assertRegex(done.out, r"(?m)^kitchen +0  hi$")

    def test_no_device_at_all_is_4(self) -> None:
        done = self.expect(NO_DEVICE, "run", "*", "--", "true", channel="empty", password="")
        self.assertIn("no device in channel empty", done.err)


class WatchTest(CliTest):
    def end(self, watch: harness.Program) -> None:
        watch.signal(signal.SIGINT)
        self.assertEqual(watch.wait(), DONE, watch.log)

    def test_readings_and_presence_are_shown_until_ctrl_c(self) -> None:
        watch = self.start_malinka(self.hub, "watch", password=PASSWORD)
        watch.wait_for(r"^\d\d:\d\d:\d\d  kitchen  cpu \d+ %.*; memory \d+ %")
        hall = self.start_agent(self.hub, "hall", password=PASSWORD)
        watch.wait_for("hall  joined$")
        hall.stop()
        watch.wait_for("hall  left")
        self.end(watch)

    def test_one_device_can_be_watched(self) -> None:
        self.start_agent(self.hub, "hall", password=PASSWORD)
        watch = self.start_malinka(self.hub, "--json", "watch", "hall", password=PASSWORD)
        watch.wait_for('"device":"hall".*telemetry.reading')
        self.end(watch)
        devices = {json.loads(line)["device"] for line in watch.lines if line.startswith("{")}
        self.assertEqual(devices, {"hall"})

    def test_a_hub_that_comes_back_is_joined_again(self) -> None:
        watch = self.start_malinka(self.hub, "watch", password=PASSWORD)
        watch.wait_for("watching channel home")
        port = self.hub.port
        self.hub.stop()
        watch.wait_for("trying again")
        self.start_hub(listen=f"127.0.0.1:{port}")
        watch.wait_for("joined again", seconds=60)
        watch.wait_for("kitchen  cpu", seconds=60, after=watch.line_count())
        self.end(watch)


class UsageTest(harness.Test):
    """What needs no hub."""

    def expect(self, code: int, *arguments: str) -> harness.Done:
        done = self.malinka(None, *arguments, channel="")
        self.assertEqual(done.code, code, done)
        return done

    def test_wrong_usage_is_2_and_says_what_is_right(self) -> None:
        for arguments, words in ((["lss"], "did you mean ls?"), ([], "Usage: malinka"),
                                 (["ls"], "malinka ls"), (["cp", "a", "b"], "DEV:PATH"),
                                 (["ls", "--nonsense", "a:/"], "--nonsense"),
                                 (["mv", "a:/x", "b:/x"], "cp"), (["rm", "/etc"], "which device"),
                                 (["cp", "a:relative", "b"], "absolute"), (["devices"], "--channel"),
                                 (["--hub", "ftp://x", "--channel", "c", "devices"], "ftp://x"),
                                 (["run", "-t", "0", "a", "--", "x"], "--timeout"),
                                 (["--channel", "@hub", "devices"], "@hub"),
                                 (["completion", "tcsh"], "bash")):
            with self.subTest(arguments):
                done = self.expect(USAGE, *arguments)
                self.assertIn(words, done.err)
                self.assertEqual(done.out, "")

    def test_every_verb_explains_itself_with_examples(self) -> None:
        overview = self.expect(DONE, "help").out
        commands = overview.split("Commands\n")[1].split("\n\n")[0]
        verbs = re.findall(r"(?m)^  (\w+)", commands)
        self.assertGreaterEqual(len(verbs), 12)
        for verb in verbs:
            with self.subTest(verb):
                done = self.expect(DONE, verb, "--help")
                self.assertIn(f"Usage: malinka {verb}", done.out)
                self.assertIn("Examples", done.out)
                self.assertEqual(self.expect(DONE, "help", verb).out, done.out)
        self.assertEqual(self.expect(DONE, "--help").out, overview)

    def test_the_commands_are_listed_no_wider_than_a_terminal(self) -> None:
        overview = self.expect(DONE, "help").out
        self.assertLessEqual(max(map(len, overview.splitlines())), 96)
        self.assertIn("\n  gpio DEV [list|", overview)

    def test_a_device_is_one_device(self) -> None:
        hub = self.start_hub()
        for words in (["describe", "*"], ["gpio", "*", "watch", "17"], ["gpio", "*", "write", "17=1"]):
            with self.subTest(words):
                done = self.malinka(hub, *words)
                self.assertEqual(done.code, USAGE, done)
                self.assertIn("which device?", done.err)

    def test_the_version_is_one_line(self) -> None:
        self.assertRegex(self.expect(DONE, "--version").out, r"^malinka \d+\.\d+\.\d+\n$")

    def test_what_completion_says_of_a_word_is_one_word(self) -> None:
        for line in self.expect(DONE, "completion", "fish").out.splitlines():
            words = shlex.split(line, comments=True)
            self.assertEqual("-d" in words, words[-2:-1] == ["-d"], line)
        described = [line for line in self.expect(DONE, "completion", "zsh").out.splitlines() if line.startswith("    '")]
        self.assertGreater(len(described), 10)
        for line in described:
            self.assertEqual(len(shlex.split(line)), 1, line)

    def test_completion_is_valid_shell(self) -> None:
        script = self.expect(DONE, "completion", "bash").out
        checked = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))
        for shell in ("zsh", "fish"):
            self.assertIn("malinka", self.expect(DONE, "completion", shell).out)

    def test_bash_completes_verbs_and_flags_and_evaluates_no_device(self) -> None:
        script = self.expect(DONE, "completion", "bash").out
        mark = self.person_folder / "evaluated"
        probe = script + f"""
            malinka() {{ printf '%s\\n' kitchen 'ki$(touch {mark})'; }}
            COMP_WORDS=(malinka de) COMP_CWORD=1; _malinka; echo "${{COMPREPLY[*]}}"
            COMP_WORDS=(malinka cp --f) COMP_CWORD=2; _malinka; echo "${{COMPREPLY[*]}}"
            COMP_WORDS=(malinka ls ki) COMP_CWORD=2; _malinka; echo "${{COMPREPLY[0]}}"
            """
        done = subprocess.run(["bash"], input=probe, text=True, capture_output=True, timeout=60, check=False)
        self.assertEqual(done.stdout.splitlines(), ["devices describe", "--force", "kitchen:"], done.stderr)
        self.assertFalse(mark.exists())

    def complete(self, *words: str) -> list[str]:
        """What bash offers for the last of `words`; the one device is kitchen."""
        probe = self.expect(DONE, "completion", "bash").out + f"""
            malinka() {{ echo kitchen; }}
            COMP_WORDS=(malinka {shlex.join(words)}) COMP_CWORD={len(words)}; _malinka; printf '%s\n' "${{COMPREPLY[@]}}"
            """
        done = subprocess.run(["bash"], input=probe, text=True, capture_output=True, timeout=60, check=True)
        return done.stdout.split()

    def test_bash_completes_the_words_of_a_verb_where_they_stand(self) -> None:
        actions = ["list", "read", "write", "pulse", "watch"]
        for words, expected in ((["gpio", ""], ["kitchen"]), (["gpio", "kitchen", ""], actions),
                                (["--hub", "ws", ":", "//h", "gpio", "-e", "rising", "kitchen", "w"], ["write", "watch"]),
                                (["--json", "gpio", "kitchen", "--low", "p"], ["pulse"]),
                                (["gpio", "kitchen", "read", ""], []), (["gpio", "--edges", ""], []),
                                (["tv", "kitchen", "o"], ["on", "off"]), (["doctor", "gpio", "t"], ["tv"]),
                                (["doctor", "--root", ""], []), (["doctor", "--r"], ["--root"]),
                                (["completion", "f"], ["fish"]), (["shell", "k"], ["kitchen"])):
            with self.subTest(words):
                self.assertEqual(self.complete(*words), expected)

    def test_zsh_and_fish_are_told_the_words_of_a_verb(self) -> None:
        zsh = self.expect(DONE, "completion", "zsh").out
        self.assertRegex(zsh, r"gpio\).* 1\) compadd -- list read write pulse watch ;;")
        self.assertRegex(zsh, r"doctor\).*compadd -- board gpio i2c")
        fish = self.expect(DONE, "completion", "fish").out
        self.assertRegex(fish, r"-n '__malinka_operand gpio 1 .*' -f -a 'list read write pulse watch'")
        self.assertRegex(fish, r"from doctor' -f -a 'board gpio i2c")

    def test_the_manual_page_is_well_formed(self) -> None:
        page = self.expect(DONE, "--man-page").out
        self.assertTrue(page.startswith(".TH MALINKA 1"))
        self.assertIn("malinka completion", page.replace("\\-", "-"))


if __name__ == "__main__":
    harness.unittest.main()
