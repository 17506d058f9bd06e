# SPDX-License-Identifier: MIT
"""Commands as streams and as jobs: live output, input, cancel, and what goes on without anybody."""

import base64
import hashlib
import json
import os
import pathlib
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any

import harness
from foreign import Foreign
from harness import DONE, FAILED, USAGE
from test_transfers import wait_until

PASSWORD = "a long enough secret"
MIB = 1 << 20


def is_running(pid: int) -> bool:
    """Not gone, and not waiting to be reaped either."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_gone(pid: int) -> None:
    wait_until(lambda: not is_running(pid), f"the end of process {pid}")


class JobTest(harness.Test):
    """A hub, `kitchen`, and people at the command line."""

    is_sealed = True

    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()
        self.kitchen = self.start_kitchen()

    def start_kitchen(self, **options: Any) -> harness.Agent:
        config = "" if self.is_sealed else '[policy.shell]\nchannel = "guarded"\n'
        return self.start_agent(self.hub, "kitchen", password=PASSWORD, flags=(), config=config,
                                is_sealed=self.is_sealed, **options)

    def command(self, *arguments: Any, **options: Any) -> tuple[list[str], dict[str, str]]:
        command, env = super().command(*arguments, **options)
        return command, env | ({} if self.is_sealed else {"MALINKA_SEALED": "false"})

    def expect(self, code: int, *arguments: str, **options: Any) -> harness.Done:
        done = self.malinka(self.hub, *arguments, password=PASSWORD, **options)
        self.assertEqual(done.code, code, done)
        return done

    def open(self, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
        """`malinka`, with pipes to its streams."""
        command, env = self.command(self.hub, *arguments, password=PASSWORD)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen(command, env=env, cwd=self.person_folder, preexec_fn=harness._die_with_parent,
                                   **(pipes | options))
        self.addCleanup(self.close, process)
        return process

    @staticmethod
    def close(process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                pipe.close()

    def jobs(self) -> list[dict[str, Any]]:
        return self.expect(DONE, "--json", "jobs", "kitchen").objects[0]["jobs"]

    def wait_jobs(self, is_right: Callable[[list[dict[str, Any]]], bool]) -> None:
        wait_until(lambda: is_right(self.jobs()), "the jobs that were expected")


class LiveTest(JobTest):
    def test_output_comes_before_the_command_has_ended_and_input_reaches_it(self) -> None:
        run = self.open("run", "kitchen", "--", "echo out; echo err >&2; read line; echo got $line; exit 3")
        self.assertEqual(run.stdout.readline(), b"out\n")
        self.assertEqual(run.stderr.readline(), b"err\n")
        self.assertIsNone(run.poll())
        run.stdin.write(b"it\n")
        run.stdin.flush()
        self.assertEqual(run.stdout.readline(), b"got it\n")
        self.assertEqual(run.wait(), FAILED)
        self.assertIn(b"exit code 3", run.stderr.read())

    def test_the_end_of_input_is_an_end_of_file_there(self) -> None:
        content = os.urandom(3 * MIB)
        run = self.open("run", "kitchen", "--", "sha256sum")
        out, _ = run.communicate(content)
        self.assertEqual(out.split()[0].decode(), hashlib.sha256(content).hexdigest())
        self.assertEqual(run.returncode, DONE)

    def test_binary_output_comes_whole_and_each_output_in_its_order(self) -> None:
        script = "head -c 67108864 /dev/urandom | tee /dev/fd/2 | sha256sum >&3"
        sums = self.folder / "sums"
        out, err = self.folder / "out", self.folder / "err"
        with out.open("wb") as out_file, err.open("wb") as err_file:
            run = self.open("run", "-t", "600", "kitchen", "--", f"exec 3>{sums}; {script}",
                            stdin=subprocess.DEVNULL, stdout=out_file, stderr=err_file)
            self.assertEqual(run.wait(harness.RUN_SECONDS), DONE)
        self.assertEqual(out.read_bytes(), b"")
        self.assertEqual(err.stat().st_size, 64 * MIB)
        self.assertEqual(hashlib.sha256(err.read_bytes()).hexdigest(), sums.read_text().split()[0])

    def test_two_outputs_stay_apart(self) -> None:
        run = self.open("run", "kitchen", "--", "i=0; while [ $i -lt 3000 ]; do echo o$i; echo e$i >&2; i=$((i+1)); done",
                        stdin=subprocess.DEVNULL)
        out, err = run.communicate()
        self.assertEqual(out, b"".join(b"o%d\n" % i for i in range(3000)))
        self.assertEqual(err, b"".join(b"e%d\n" % i for i in range(3000)))

    def test_a_reader_that_stops_holds_the_command_back(self) -> None:
        count = self.folder / "count"
        run = self.open("run", "-t", "600", "kitchen", "--",
                        f"i=0; while [ $i -lt 1024 ]; do head -c 65536 /dev/zero; i=$((i+1)); echo $i >{count}; done",
                        stdin=subprocess.DEVNULL)
        self.assertEqual(run.stdout.read(1), b"\0")
        wait_until(count.exists, "the command's first round")
        held = -1
        while held != (held := int(count.read_text() or 0)):
            time.sleep(1)  # Until it goes no further.
        self.assertLess(held, 256, "it should wait for its reader")
        if not harness.is_sanitized():
            self.assertLess(self.kitchen.resident_bytes(), 32 << 20)
        self.assertEqual(len(run.stdout.read()), 64 * MIB - 1)
        self.assertEqual(run.wait(), DONE)

    def test_ctrl_c_cancels_the_whole_group_and_what_it_still_says_comes(self) -> None:
        run = self.open("run", "kitchen", "--", "trap 'echo bye; exit 5' TERM; sleep 1000 & echo $!; wait")
        child = int(run.stdout.readline())
        run.send_signal(signal.SIGINT)
        self.assertEqual(run.wait(harness.RUN_SECONDS), FAILED)
        self.assertEqual(run.stdout.read(), b"bye\n")
        self.assertIn(b"cancelled", run.stderr.read())
        wait_gone(child)

    def test_a_second_ctrl_c_leaves_at_once_and_the_device_ends_the_command(self) -> None:
        run = self.open("run", "kitchen", "--", "trap 'echo heard' TERM; echo $$; while :; do sleep 0.1; done")
        shell = int(run.stdout.readline())
        run.send_signal(signal.SIGINT)
        self.assertEqual(run.stdout.readline(), b"heard\n")
        run.send_signal(signal.SIGINT)
        self.assertEqual(run.wait(harness.RUN_SECONDS), 128 + signal.SIGINT)
        wait_gone(shell)

    def test_input_that_the_command_does_not_read_does_not_keep_ctrl_c_from_it(self) -> None:
        run = self.open("run", "kitchen", "--", "echo ready; sleep 1000", stdin=open("/dev/zero", "rb"))
        self.assertEqual(run.stdout.readline(), b"ready\n")
        run.send_signal(signal.SIGINT)
        self.assertEqual(run.wait(harness.RUN_SECONDS), FAILED)

    def test_without_input_it_is_empty(self) -> None:
        run = self.open("run", "-n", "kitchen", "--", "wc -c")
        self.assertEqual(run.wait(harness.RUN_SECONDS), DONE)
        self.assertEqual(run.stdout.read(), b"0\n")
        self.assertIn("exclude", self.expect(USAGE, "run", "-n", "-i", "kitchen", "--", "x").err)

    def test_a_time_limit_is_said(self) -> None:
        done = self.expect(FAILED, "run", "-t", "0.5", "kitchen", "--", "echo begun; sleep 60")
        self.assertEqual(done.out, "begun\n")
        self.assertIn("time was over", done.err)

    def test_a_lost_link_ends_the_command(self) -> None:
        run = self.open("run", "kitchen", "--", "sleep 1000 & echo $!; wait")
        child = int(run.stdout.readline())
        self.hub.kill()
        self.assertEqual(run.wait(harness.RUN_SECONDS), FAILED)
        wait_gone(child)

    def test_who_is_killed_ends_the_command(self) -> None:
        run = self.open("run", "kitchen", "--", "sleep 1000 & echo $!; wait")
        child = int(run.stdout.readline())
        run.kill()
        wait_gone(child)


class SeveralTest(JobTest):
    def test_lines_of_several_devices_come_as_they_are_written_each_behind_its_name(self) -> None:
        self.start_agent(self.hub, "hall", password=PASSWORD, flags=())
        flag = self.folder / "flag"
        run = self.open("run", "--live", "kitchen,hall,attic", "--",
                        f"echo one; echo err >&2; until [ -e {flag} ]; do sleep 0.05; done; printf two; exit 3",
                        stdin=subprocess.DEVNULL)
        self.assertEqual(sorted(run.stdout.readline() for _ in range(2)), [b"hall: one\n", b"kitchen: one\n"])
        self.assertIsNone(run.poll())
        flag.touch()
        out, err = run.communicate(timeout=harness.RUN_SECONDS)
        self.assertEqual(sorted(out.splitlines()), [b"hall: two", b"kitchen: two"])
        for line in (b"hall: err", b"kitchen: err", b"malinka: hall: ended with exit code 3", b"malinka: no such device: attic"):
            self.assertIn(line, err.splitlines())
        self.assertEqual(run.returncode, FAILED)
        self.assertIn("one device", self.expect(USAGE, "run", "-i", "kitchen,hall", "--", "true").err)


class PlainLiveTest(LiveTest):
    """The same where the hub could read it, and the policy lets it."""

    is_sealed = False


class DetachedTest(JobTest):
    def detach(self, script: str, *flags: str) -> str:
        return self.expect(DONE, "run", "--detach", *flags, "kitchen", "--", script).out.strip()

    def test_a_detached_command_goes_on_without_anybody_and_over_another_connection_its_output_is_had(self) -> None:
        flag = self.folder / "flag"
        job = self.detach(f"echo one; echo err >&2; until [ -e {flag} ]; do sleep 0.05; done; echo two; exit 3")
        wait_until(lambda: self.expect(DONE, "output", "kitchen", job).out == "one\n", "its first line")
        address = f"127.0.0.1:{self.hub.port}"
        self.hub.kill()
        joins = self.kitchen.line_count()
        self.hub = self.start_hub(listen=address)
        self.kitchen.wait_joined(after=joins)
        follower = self.open("output", "-f", "kitchen", job)
        self.assertEqual(follower.stdout.readline(), b"one\n")
        flag.touch()
        self.assertEqual(follower.stdout.readline(), b"two\n")
        self.assertEqual(follower.wait(harness.RUN_SECONDS), FAILED)
        self.assertIn(b"exit code 3", follower.stderr.read())
        done = self.expect(DONE, "output", "kitchen", job)
        self.assertEqual((done.out, done.err), ("one\ntwo\n", "err\n"))
        [listed] = self.jobs()
        self.assertEqual((listed["job"], listed["state"], listed["exitCode"]), (job, "ended", 3))
        self.assertRegex(self.expect(DONE, "jobs", "kitchen").out, rf"(?m)^{job}  3  +20\d\d-.*  12 B  echo one;")

    def test_who_stops_following_ends_nothing(self) -> None:
        job = self.detach("echo $$; sleep 1000")
        follower = self.open("output", "--follow", "kitchen", job)
        shell = int(follower.stdout.readline())
        follower.kill()
        follower.wait()
        self.assertEqual([one["state"] for one in self.jobs()], ["running"])
        self.assertTrue(is_running(shell))

    def test_it_is_cancelled_with_all_that_it_started(self) -> None:
        job = self.detach("sleep 1000 & echo $!; wait")
        wait_until(lambda: self.expect(DONE, "output", "kitchen", job).out != "", "its output")
        child = int(self.expect(DONE, "output", "kitchen", job).out)
        self.expect(DONE, "cancel", "kitchen", job)
        wait_gone(child)
        self.wait_jobs(lambda jobs: jobs[0]["state"] == "ended" and jobs[0]["cancelled"])
        self.assertRegex(self.expect(DONE, "jobs", "kitchen").out, "signal 15")

    def test_of_much_output_the_latest_is_kept_and_the_rest_counted(self) -> None:
        job = self.detach("head -c 3000000 /dev/zero; echo end")
        self.wait_jobs(lambda jobs: jobs[0]["state"] == "ended")
        done = self.expect(DONE, "output", "kitchen", job)
        self.assertTrue(done.out.endswith("\0end\n"))
        self.assertLessEqual(len(done.out), MIB)
        self.assertRegex(done.err, r"malinka: .* MiB before this are not kept any more")
        done = self.expect(DONE, "output", "-f", "kitchen", job)
        self.assertRegex(done.err, r"malinka: .* MiB of output are not kept any more")

    def test_json_has_the_answers_as_they_are(self) -> None:
        [reply] = self.expect(DONE, "--json", "run", "-d", "kitchen", "--", "echo hi").objects
        self.assertEqual(set(reply), {"device", "job"})
        self.wait_jobs(lambda jobs: jobs[0]["state"] == "ended")
        [output] = self.expect(DONE, "--json", "output", "kitchen", reply["job"]).objects
        self.assertEqual((output["stdout"]["text"], output["offset"], output["device"]), ("hi\n", 0, "kitchen"))
        self.assertIn("--json", self.expect(USAGE, "--json", "output", "-f", "kitchen", reply["job"]).err)

    def test_several_devices_have_a_job_each(self) -> None:
        self.start_agent(self.hub, "hall", password=PASSWORD, flags=())
        done = self.expect(DONE, "run", "-d", "kitchen,hall", "--", "true")
        self.assertRegex(done.out, r"^DEVICE   JOB\nkitchen  [a-z2-7]{26}\nhall     [a-z2-7]{26}\n$")

    def test_a_job_that_is_not_there_is_told(self) -> None:
        for verb in ("output", "cancel"):
            self.assertIn("no such job", self.expect(FAILED, verb, "kitchen", "abcdef").err)

    def test_a_device_that_stops_takes_its_jobs_with_it(self) -> None:
        job = self.detach("echo $$; sleep 1000")
        wait_until(lambda: self.expect(DONE, "output", "kitchen", job).out != "", "its output")
        shell = int(self.expect(DONE, "output", "kitchen", job).out)
        self.kitchen.stop()
        wait_gone(shell)


class ByHandTest(harness.Test):
    """What any program sees of it, without a library."""

    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()
        self.start_agent(self.hub, "kitchen", password=PASSWORD, flags=(), is_sealed=False,
                         config='[policy.shell]\nchannel = "guarded"\n')
        self.phone = Foreign.join(self.hub, "home", "phone", key=PASSWORD)
        self.addCleanup(self.phone.close)

    def send(self, stream: dict[str, Any], content: bytes | None = None, **members: Any) -> None:
        message = {"messageType": "Command", "name": "shell.run", "recipients": ["kitchen"], "stream": stream, **members}
        if content is not None:
            message["blob"] = {"size": len(content), "content": base64.b64encode(content).decode()}
        self.phone.send(message)

    def part(self) -> dict[str, Any]:
        return self.phone.next(lambda message: message.get("stream", {}).get("id") == "r1")

    def records(self, size: int) -> bytes:
        got = b""
        while len(got) < size:
            got += base64.b64decode(self.part()["blob"]["content"])
        return got

    def test_the_records_are_as_the_protocol_says_them(self) -> None:
        self.send({"window": MIB}, id="r1", value={"command": "echo out; read line; echo $line >&2"})
        accepted = self.phone.next(lambda message: message.get("response", {}).get("requestId") == "r1")
        self.assertEqual(set(accepted["value"]), {"job"})
        self.assertEqual(self.records(9), b"\1\4\0\0\0out\n")
        self.send({"id": "r1", "seq": 0}, b"in\n")
        self.assertEqual(self.records(8), b"\2\3\0\0\0in\n")
        while "end" not in (end := self.part())["stream"]:
            self.assertIn("credit", end["stream"])
        value = end["value"]
        value.pop("durationSeconds")
        self.assertEqual(value, {"exitCode": 0, "signal": None, "timedOut": False, "cancelled": False,
                                 "stdout": {"bytes": 4}, "stderr": {"bytes": 3}})

    def test_an_abort_ends_the_command(self) -> None:
        self.send({"window": MIB}, id="r1", value={"command": "echo $$; sleep 1000"})
        shell = int(self.records(7)[5:])
        self.send({"id": "r1", "abort": {"code": 503}})
        wait_gone(shell)

    def test_a_stream_that_may_receive_nothing_holds_its_command(self) -> None:
        self.send({"window": 0}, id="r1", value={"command": "yes"})
        self.phone.next(lambda message: message.get("response", {}).get("requestId") == "r1")
        listed = [self.phone.request("kitchen", "shell.jobs", {})["value"]["jobs"][0]["outputBytes"] for _ in range(20)]
        self.assertLess(listed[-1], MIB)


class PolicyTest(JobTest):
    def start_kitchen(self, **options: Any) -> harness.Agent:
        return self.start_agent(self.hub, "kitchen", password=PASSWORD, flags=(),
                                config='[policy.shell]\nlevel = "view"\n')

    def test_who_may_only_view_sees_no_job_and_starts_none(self) -> None:
        for arguments in (["jobs", "kitchen"], ["output", "kitchen", "abc"], ["cancel", "kitchen", "abc"],
                          ["run", "kitchen", "--", "true"], ["run", "-d", "kitchen", "--", "true"]):
            self.assertIn("needs the level control", self.expect(FAILED, *arguments).err)


if __name__ == "__main__":
    harness.unittest.main()
