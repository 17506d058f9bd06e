# SPDX-License-Identifier: MIT
"""Debian's kernel, for guests: fetched once, unpacked beside this machine's own, never installed."""

import contextlib
import dataclasses
import fcntl
import os
import pathlib
import re
import shutil
import subprocess
from collections.abc import Iterator

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "malinka" / "hardware"


class KernelError(Exception):
    """It cannot be had; says why."""


@dataclasses.dataclass(frozen=True)
class Kernel:
    """What a guest boots: the kernel, and its modules as they lie in the package."""
    release: str          # As `uname -r` says it there.
    version: str          # Of its packages.
    root: pathlib.Path    # With boot/ and lib/modules/.

    @property
    def image(self) -> pathlib.Path:
        return self.root / "boot" / f"vmlinuz-{self.release}"

    @property
    def modules(self) -> pathlib.Path:
        return self.root / "lib" / "modules" / self.release

    def load_order(self, *names: str) -> list[pathlib.Path]:
        """The files of these modules and of all that they need, in the order in which they can be loaded."""
        needs = {}
        for line in (self.modules / "modules.dep").read_text().splitlines():
            module, _, rest = line.partition(":")
            needs[_name_of(module)] = (module, [_name_of(one) for one in rest.split()])
        order: list[str] = []

        def add(name: str) -> None:
            module, wanted = needs[name]
            for one in reversed(wanted):
                add(one)
            if module not in order:
                order.append(module)

        for name in names:
            if name.replace("-", "_") in needs:  # Else it is built in.
                add(name.replace("-", "_"))
        return [self.modules / module for module in order]


def _name_of(module: str) -> str:
    return pathlib.Path(module).name.removesuffix(".ko").replace("-", "_")


@contextlib.contextmanager
def filling_cache() -> Iterator[None]:
    """One at a time: what another is just fetching is waited for, and not fetched again over it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fetch() -> Kernel:
    """The newest that Debian 12 has for amd64, from the cache where it is there."""
    package = _package_of("linux-image-amd64")
    version = run("apt-cache", "show", "--no-all-versions", package)
    version = re.search(r"^Version: (.+)$", version, re.MULTILINE)[1]
    release = package.removeprefix("linux-image-")
    root = CACHE / f"{release}-{version}"
    with filling_cache():
        if not (root / ".whole").exists():
            _unpack(package, root)
            run("depmod", "-b", root, release)
            (root / ".whole").touch()
    return Kernel(release, version, root)


def _package_of(meta: str) -> str:
    found = re.search(r"Depends: (linux-image-\S+)", run("apt-cache", "depends", meta))
    if not found:
        raise KernelError(f"no {meta} is known here: apt-get update")
    return found[1]


def _unpack(package: str, root: pathlib.Path) -> None:
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    unpack_packages(root, package)


def unpack_packages(root: pathlib.Path, *packages: str) -> None:
    """Fetches packages of Debian, as NAME or NAME=VERSION, and puts their files below `root`."""
    download = root / "download"
    download.mkdir()
    run("apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", *packages, cwd=download)
    for archive in download.glob("*.deb"):
        run("dpkg", "-x", archive, root)
    shutil.rmtree(download)


def run(*command: str | os.PathLike[str], cwd: pathlib.Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise KernelError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout
