#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs every test_*.py beside it, and closes with a line `N passed, N failed, N skipped`.

    tests/end_to_end/run.py [--jobs N] [NAME …]     NAME picks files: `cli` is test_cli.py
    tests/end_to_end/run.py --folder tests/hardware     those of another folder

MALINKA_BIN names the folder of the programs. Each test starts its own, on free ports and in
temporary folders, so that files can run side by side.
"""

import argparse
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
FILE_SECONDS_MAX = 900


@dataclasses.dataclass
class Outcome:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    output: str = ""


def run_here(folder: pathlib.Path, name: str, report: str) -> None:
    """In a process of its own: runs one file, and writes the counts where the parent reads them."""
    sys.path[:0] = [str(folder), str(HERE)]
    tests = unittest.defaultTestLoader.loadTestsFromName(name)
    result = unittest.TextTestRunner(verbosity=2).run(tests)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped) + len(result.expectedFailures)
    passed = max(result.testsRun - failed - skipped, 0)
    counts = {"passed": passed, "failed": failed, "skipped": skipped}
    pathlib.Path(report).write_text(json.dumps(counts))


def run_file(path: pathlib.Path) -> Outcome:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="malinka-report-") as folder:
        report = pathlib.Path(folder) / "report.json"
        command = [sys.executable, __file__, "--folder", str(path.parent), "--run-here", path.stem, "--report", str(report)]
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=FILE_SECONDS_MAX, check=False)
            output = done.stdout.decode(errors="replace")
        except subprocess.TimeoutExpired as expired:
            output = (expired.stdout or b"").decode(errors="replace")
            output += f"\nnot done in {FILE_SECONDS_MAX} s\n"
        counts = json.loads(report.read_text()) if report.exists() else {"failed": 1}
    return Outcome(**counts, seconds=time.monotonic() - started, output=output)


def main() -> int:
    parser = argparse.ArgumentParser(description="Runs the end-to-end tests.")
    parser.add_argument("names", nargs="*", help="cli is test_cli.py; all unless given")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="files at a time")
    parser.add_argument("--folder", type=pathlib.Path, default=HERE, help="where the files are")
    parser.add_argument("--verbose", action="store_true", help="show what passing files print, too")
    parser.add_argument("--run-here", help=argparse.SUPPRESS)
    parser.add_argument("--report", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run_here:
        run_here(arguments.folder, arguments.run_here, arguments.report)
        return 0

    # Long ones first, so that the last to end does not run alone.
    files = sorted(arguments.folder.resolve().glob("test_*.py"), key=lambda path: path.stat().st_size, reverse=True)
    if arguments.names:
        known = {path.stem.removeprefix("test_"): path for path in files}
        wanted = [name.removeprefix("test_").removesuffix(".py") for name in arguments.names]
        if missing := [name for name in wanted if name not in known]:
            parser.error(f"no such test: {', '.join(missing)} (there are: {', '.join(known)})")
        files = [known[name] for name in wanted]

    total = Outcome()
    with concurrent.futures.ThreadPoolExecutor(max(arguments.jobs, 1)) as pool:
        for path, outcome in zip(files, pool.map(run_file, files)):
            if outcome.failed or arguments.verbose:
                print(outcome.output)
            print(f"{path.name}: {outcome.passed} passed, {outcome.failed} failed, "
                  f"{outcome.skipped} skipped in {outcome.seconds:.1f} s", flush=True)
            total.passed += outcome.passed
            total.failed += outcome.failed
            total.skipped += outcome.skipped
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
