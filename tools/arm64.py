#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Debian's packages for a Raspberry Pi (arm64), fetched once and unpacked beside this machine's own, never installed. As a
program it prints the folder of those that the agent is built with: a sysroot."""

import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "malinka" / "hardware"
LIBRARIES = ("libc6", "libgcc-s1", "libstdc++6", "libssl3", "liburing2", "libsodium23", "libqrencode4", "libtomlplusplus3", "libspdlog1.10",
             "libfmt9", "libsimdjson14")
HEADERS = ("libc6-dev", "linux-libc-dev", "libcrypt-dev", "libssl-dev", "libboost1.81-dev", "liburing-dev", "libsodium-dev", "libqrencode-dev",
           "nlohmann-json3-dev", "libtomlplusplus-dev", "libcli11-dev", "libspdlog-dev", "libfmt-dev", "libsimdjson-dev", "doctest-dev")


class FetchError(Exception):
    """They cannot be had; says why."""


def fetch(name: str, *packages: str) -> pathlib.Path:
    """The folder with what is in these packages, from the cache where it is there."""
    goal = CACHE / f"arm64-{name}-{hashlib.sha256(' '.join(packages).encode()).hexdigest()[:8]}"
    if not (goal / ".whole").exists():
        shutil.rmtree(goal, ignore_errors=True)
        goal.mkdir(parents=True)
        _unpack(goal, packages)
        (goal / ".whole").touch()
    return goal


def kernel_package() -> str:
    """Of the kernel that was the newest when it was first asked for."""
    known = _state() / "kernel"
    if not known.exists():
        _update()
        found = re.search(r"Depends: (linux-image-\S+)", _apt("apt-cache", "depends", "linux-image-arm64"))
        if not found:
            raise FetchError("no linux-image-arm64 is known here")
        known.write_text(found[1])
    return known.read_text()


def sysroot() -> pathlib.Path:
    return fetch("sysroot", *LIBRARIES, *HEADERS)


def _unpack(goal: pathlib.Path, packages: tuple[str, ...]) -> None:
    download = goal / "download"
    download.mkdir()
    _update()
    try:
        _apt("apt-get", "-q", "download", *packages, cwd=download)
    except FetchError:  # What was newest has been replaced since.
        _update(is_forced=True)
        _apt("apt-get", "-q", "download", *packages, cwd=download)
    for archive in sorted(download.glob("*.deb")):
        _run("dpkg", "-x", archive, goal)
    shutil.rmtree(download)


def _state() -> pathlib.Path:
    return CACHE / "arm64-apt"


def _update(is_forced: bool = False) -> None:
    """Lists of arm64's packages, apart from this machine's own, which know nothing of another architecture."""
    lists = _state() / "lists"
    if not is_forced and any(lists.glob("*_Packages*")):
        return
    for folder in (lists / "partial", _state() / "archives" / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    (_state() / "status").touch()
    (_state() / "apt.conf").write_text(f"""
APT::Architecture "arm64";
APT::Architectures {{ "arm64"; }};
APT::Sandbox::User "root";
Dir::State::Lists "{lists}";
Dir::State::status "{_state() / "status"}";
Dir::Cache "{_state()}";
""")
    _apt("apt-get", "-q", "update")


def _apt(*command: str, cwd: pathlib.Path | None = None) -> str:
    return _run(*command, cwd=cwd, env=os.environ | {"APT_CONFIG": str(_state() / "apt.conf")})


def _run(*command: str | os.PathLike[str], cwd: pathlib.Path | None = None, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise FetchError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    try:
        print(sysroot())
    except FetchError as problem:
        sys.exit(f"arm64: {problem}")
