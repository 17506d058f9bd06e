#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What CI checks beside the tests: format, layers, lengths, headers, generated files; and lint, which takes
minutes and runs only when it is named.

    tools/check.py [NAME...]     the quick checks, or those named
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINES_MAX = {".h": 250, ".cc": 500}
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)


def tracked(*suffixes: str) -> list[pathlib.Path]:
    names = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                           check=True, capture_output=True, text=True).stdout.splitlines()
    return [path for name in names if (path := ROOT / name).suffix in suffixes and path.exists()]


def is_ours(path: pathlib.Path) -> bool:
    return path.relative_to(ROOT).parts[0] in ("src", "include", "tests", "fuzz", "examples", "bench")


def sources(*suffixes: str) -> list[pathlib.Path]:
    return [path for path in tracked(*suffixes) if is_ours(path)]


def relative(path: pathlib.Path) -> str:
    return str(path.relative_to(ROOT))


def check_format() -> list[str]:
    files = [relative(path) for path in sources(".cc", ".h")]
    done = subprocess.run(["clang-format-19", "--dry-run", "--Werror", *files], cwd=ROOT, capture_output=True, text=True)
    return sorted({line.split(":")[0] + ": not as clang-format wants it (./dev format)"
                   for line in done.stderr.splitlines() if "clang-format-violations" in line})


def check_generated() -> list[str]:
    done = subprocess.run([ROOT / "spec" / "generate.py", "--check"], capture_output=True, text=True)
    return done.stdout.splitlines()


def check_headings() -> list[str]:
    """Every source file opens with its licence."""
    scripts = [path for path in tracked(".py", ".ts", ".mjs") if "node_modules" not in path.parts]
    return [f"{relative(path)}: does not open with its SPDX line"
            for path in sources(".cc", ".h") + scripts
            if "SPDX-License-Identifier: MIT" not in "\n".join(path.read_text().splitlines()[:3])]


def check_lengths() -> list[str]:
    found = []
    for path in sources(".cc", ".h"):
        lines = path.read_text().count("\n")
        is_generated = "do not edit" in path.read_text()[:300]
        if not path.name.endswith("_test.cc") and not is_generated and lines > LINES_MAX[path.suffix]:
            found.append(f"{relative(path)}: {lines} lines, never above {LINES_MAX[path.suffix]}: two ideas, two files")
    return found


def allowed_includes() -> dict[str, set[str]]:
    """The table of ARCHITECTURE.md: layer -> layers that it may include."""
    text = (ROOT / "ARCHITECTURE.md").read_text()
    table: dict[str, set[str]] = {}
    for left, right in re.findall(r"^\| ((?:`[^`]+` ?)+)[^|]*\| ([^|]*)\|$", text, re.M):
        for layer in re.findall(r"`([^`]+)`", left):
            table[layer] = set(re.findall(r"`([^`]+)`", right))
    return table


def layer_of(name: str, table: dict[str, set[str]]) -> str | None:
    """The layer that owns an include path or a file below src/: the longest folder with a row of its own."""
    if name.startswith("malinka/"):
        return "include/malinka"
    folder = str(pathlib.PurePath(name).parent)
    while folder not in (".", ""):
        if folder in table:
            return folder
        if folder.startswith("agent/capability/"):
            return "agent/capability/<x>"
        folder = str(pathlib.PurePath(folder).parent)
    return None


def may_include(includer: str, included: str, name: str, path: str, table: dict[str, set[str]]) -> bool:
    if includer == included:
        # Slices never include one another.
        return includer != "agent/capability/<x>" or pathlib.PurePath(name).parent == pathlib.PurePath(path).parent
    allowed = table[includer]
    return any(included == layer or (layer.endswith("/*") and included.startswith(layer[:-1])) for layer in allowed)


def check_layers() -> list[str]:
    table = allowed_includes()
    if len(table) < 10:
        return ["ARCHITECTURE.md: the table of layers was not found"]
    found = []
    for path in sources(".cc", ".h"):
        place = relative(path)
        if place.startswith("src/"):
            place = place[len("src/"):]
        elif place.startswith("include/"):
            place = place[len("include/"):]
        else:
            continue
        includer = layer_of(place, table)
        if includer is None:
            found.append(f"{relative(path)}: stands in no layer of ARCHITECTURE.md")
            continue
        for name in INCLUDE.findall(path.read_text()):
            included = layer_of(name, table)
            is_test_support = path.name.endswith("_test.cc") and "/" not in name
            if included is None and not is_test_support:
                found.append(f"{relative(path)}: includes \"{name}\", which is in no layer")
            elif included and not may_include(includer, included, name, place, table):
                found.append(f"{relative(path)}: {includer} may not include {included} (\"{name}\")")
    return found


def closure(path: pathlib.Path, seen: set[pathlib.Path]) -> set[pathlib.Path]:
    """A file and what of ours it includes, directly or not."""
    if path in seen or not path.exists():
        return seen
    seen.add(path)
    for name in INCLUDE.findall(path.read_text()):
        for folder in (ROOT, ROOT / "src", ROOT / "include", ROOT / "tests" / "support"):
            closure(folder / name, seen)
    return seen


def lint(path: pathlib.Path, cache: pathlib.Path) -> list[str]:
    digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    for file in sorted(closure(path, set())):
        digest.update(file.read_bytes())
    stamp = cache / digest.hexdigest()
    if stamp.exists():
        return []
    done = subprocess.run(["clang-tidy-19", "--quiet", "-p", "build/release", relative(path)], cwd=ROOT,
                          capture_output=True, text=True)
    found = [line.replace(f"{ROOT}/", "") for line in done.stdout.splitlines() if ": error:" in line or ": warning:" in line]
    if done.returncode == 0 and not found:
        stamp.touch()
        return []
    return found or [f"{relative(path)}: clang-tidy failed: {done.stderr[-500:]}"]


def check_lint() -> list[str]:
    """clang-tidy on everything but tests; a file is looked at again only when it or what it includes changed."""
    if not (ROOT / "build/release/compile_commands.json").exists():
        subprocess.run(["cmake", "--preset", "release"], cwd=ROOT, check=True, capture_output=True)
    compiled = {entry["file"] for entry in json.loads((ROOT / "build/release/compile_commands.json").read_text())}
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "malinka-lint"
    cache.mkdir(parents=True, exist_ok=True)
    files = [path for path in sources(".cc") if not path.name.endswith("_test.cc") and str(path) in compiled]
    found: set[str] = set()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for lines in pool.map(lambda path: lint(path, cache), files):
            for line in set(lines) - found:
                print(f"  {line}", flush=True)  # At once: the whole takes minutes.
            found.update(lines)
    return sorted(found)


CHECKS = {"generated": check_generated, "headings": check_headings, "lengths": check_lengths,
          "layers": check_layers, "format": check_format, "lint": check_lint}
QUICK = [name for name in CHECKS if name != "lint"]


def main() -> int:
    wanted = sys.argv[1:] or QUICK
    problems = 0
    for name in wanted:
        found = CHECKS[name]()
        print(f"{name}: {'ok' if not found else f'{len(found)} to mend'}", flush=True)
        for line in found:
            print(f"  {line}")
        problems += len(found)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
