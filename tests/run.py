#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs the test suites of one or more build presets and adds their counts up.

    tests/run.py --presets release,asan [unit] [conformance] [load] [end_to_end] [web] [python] [browser]

The last line is `N passed, N failed, N skipped`; the exit status is 1 where anything failed.
"""

import argparse
import dataclasses
import os
import pathlib
import pwd
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}
TIMEOUT_SECONDS = 1200


@dataclasses.dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


# What a login shell under test would read of whoever runs the tests: it takes its time, and a shell that is killed over it may
# leave a lock behind, for which all others wait.
LOGIN_FILES = (".bash_profile", ".bash_login", ".profile", ".bashrc")
ARE_HIDDEN = "MALINKA_LOGIN_FILES_HIDDEN"
HIDE = """while [ "$1" != -- ]; do mount --bind /dev/null "$1" || :; shift; done; shift; exec "$@\""""


def hide_login_files() -> None:
    """Begins anew where root has none, in mounts of its own. Others, and a root who may not mount, go on as they are."""
    alone = ["unshare", "--mount", "--propagation", "private"]
    if ARE_HIDDEN in os.environ or os.geteuid() != 0 or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        return
    os.environ[ARE_HIDDEN] = "yes"
    home = pathlib.Path(pwd.getpwuid(0).pw_dir)
    files = [str(home / name) for name in LOGIN_FILES if (home / name).exists()]
    os.execvp(alone[0], [*alone, "sh", "-c", HIDE, "sh", *files, "--", sys.executable, *sys.argv])


def run(label: str, command: list, read_count, **environment: str) -> Count:
    """Runs one program. Its output is shown where it failed; a count that says so is not believed over its exit status."""
    print(f"-- {label}", flush=True)
    begin = time.monotonic()
    try:
        done = subprocess.run(command, cwd=ROOT, env=os.environ | SANITIZERS | environment, text=True, errors="replace",
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=TIMEOUT_SECONDS)
        output, status = done.stdout, done.returncode
    except subprocess.TimeoutExpired as expired:
        output, status = (expired.stdout or b"").decode(errors="replace") + "\n(timed out)", 1
    count = read_count(output)
    if status != 0 and count.failed == 0:
        count.failed = 1
    if status == 0 and count.passed + count.skipped == 0:
        output += "\n(no test was run)"
        count.failed = 1
    if count.failed:
        print(output)
    print(f"   {count} in {time.monotonic() - begin:.0f} s", flush=True)
    return count


def numbers(pattern: str, output: str) -> Count:
    """The last match of a pattern with the groups passed, failed, skipped, any of which may be missing."""
    found = list(re.finditer(pattern, output))
    groups = found[-1].groupdict() if found else {}
    return Count(*(int(groups.get(name) or 0) for name in ("passed", "failed", "skipped")))


def doctest_count(output: str) -> Count:
    return numbers(r"test cases:\s*\d+ \|\s*(?P<passed>\d+) passed \|\s*(?P<failed>\d+) failed \|\s*(?P<skipped>\d+) skipped",
                   output)


def plain_count(output: str) -> Count:
    return numbers(r"(?m)^(?P<passed>\d+) passed, (?P<failed>\d+) failed, (?P<skipped>\d+) skipped$", output)


def one(_: str) -> Count:
    return Count(passed=1)


def tap_count(output: str) -> Count:
    def last(word: str) -> int:
        found = re.findall(rf"(?m)^(?:#|ℹ) {word} (\d+)$", output)
        return int(found[-1]) if found else 0
    return Count(last("pass"), last("fail") + last("cancelled"), last("skipped") + last("todo"))


def vitest_count(output: str) -> Count:
    output = re.sub(r"\x1b\[[0-9;]*m", "", output)
    line = next((line for line in reversed(output.splitlines()) if re.match(r"\s*Tests\s", line)), "")
    def number(word: str) -> int:
        found = re.search(rf"(\d+) {word}", line)
        return int(found[1]) if found else 0
    return Count(number("passed"), number("failed"), number("skipped"))


def unittest_count(output: str) -> Count:
    """Of the words behind the number of tests that were run, each is there only where it is not zero."""
    def number(word: str) -> int:
        found = re.findall(rf"(?m)^(?:OK|FAILED) \(.*?\b{word}=(\d+)", output)
        return int(found[-1]) if found else 0
    ran = re.findall(r"(?m)^Ran (\d+) tests? in", output)
    failed = number("failures") + number("errors") + number("unexpected successes")
    skipped = number("skipped") + number("expected failures")
    return Count(max(int(ran[-1]) - failed - skipped, 0) if ran else 0, failed, skipped)


def programs(folder: pathlib.Path) -> list[pathlib.Path]:
    return sorted(path for path in folder.glob("*") if path.is_file() and os.access(path, os.X_OK))


def unit(preset: str) -> Count:
    total = Count()
    for program in programs(ROOT / "build" / preset / "test"):
        total += run(f"{preset} {program.name}", [program], doctest_count)
    hub = ROOT / "build" / preset / "test" / "hub_test"
    total += run(f"{preset} {hub.name} on four shards", [hub], doctest_count, MALINKA_TEST_SHARDS="4")
    total += run(f"{preset} {hub.name} in wide channels", [hub], doctest_count, MALINKA_TEST_SHARDS="4",
                 MALINKA_TEST_WIDE="1")
    for program in programs(ROOT / "build" / preset / "fuzz"):
        corpus = ROOT / "fuzz" / "corpus" / program.name.removeprefix("fuzz_")
        total += run(f"{preset} {program.name}, its corpus", [program, corpus], one)
    return total


def doctest_programs(folder: str):
    """A suite of all programs in that folder of a build."""
    def suite(preset: str) -> Count:
        total = Count()
        for program in programs(ROOT / "build" / preset / folder):
            total += run(f"{preset} {folder} {program.name}", [program], doctest_count)
        return total
    return suite


def end_to_end(preset: str) -> Count:
    return run(f"{preset} end_to_end", ["/usr/bin/python3", "tests/end_to_end/run.py"], plain_count,
               MALINKA_BIN=str(ROOT / "build" / preset / "bin"))


def web(_: str) -> Count:
    return run("web", ["npm", "--prefix", "web", "test", "--silent"], vitest_count)


def python(_: str) -> Count:
    return run("python", ["/usr/bin/python3", "-m", "unittest", "discover", "-s", "clients/python/tests", "-t", "clients/python"],
               unittest_count)


def browser(preset: str) -> Count:
    tests = sorted(str(path) for path in (ROOT / "tests" / "browser").glob("*.test.mjs"))
    return run(f"{preset} browser", ["node", "--test", "--test-reporter=tap", *tests], tap_count,
               MALINKA_BIN=str(ROOT / "build" / preset / "bin"))


# Which suites run on which kind of build: the pages and what is not compiled need it only once.
SUITES = {"unit": unit, "conformance": doctest_programs("conformance"), "load": doctest_programs("load"),
          "end_to_end": end_to_end, "web": web, "python": python, "browser": browser}
ONCE = {"web", "python", "browser"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presets", default="release")
    parser.add_argument("suites", nargs="*", help=" ".join(SUITES))
    arguments = parser.parse_args()
    hide_login_files()
    total = Count()
    for index, preset in enumerate(arguments.presets.split(",")):
        for name, suite in SUITES.items():
            is_wanted = not arguments.suites or name in arguments.suites
            if is_wanted and (index == 0 or name not in ONCE):
                total += suite(preset)
    print(f"\n{total}")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
