# SPDX-License-Identifier: MIT
"""What the kernel says about this machine and its processes: cores, CPU time, memory."""

import ctypes
import os
import pathlib
import platform
import resource
import signal

PROC = pathlib.Path("/proc")
# What one TCP socket is made of in the kernel, as slabinfo calls it; merged caches are left out.
LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1
URGENT = -20  # The highest of ordinary priorities: a real-time one lets Go's spinning threads starve one another.
SOCKET_CACHES = {"TCP", "sock_inode_cache", "filp", "eventpoll_epi", "eventpoll_pwq", "dentry"}


def cores() -> tuple[int, int]:
    """The server's core and the generator's: different ones where there are two."""
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[0], allowed[-1]


class Placement:
    """Where what we start runs: each kind on its core; before other programs where that is asked for."""
    is_urgent = False

    @classmethod
    def of(cls, core: int):
        """To be called in the child before it becomes the program. It ends when we do, whatever ends us."""
        def place() -> None:
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            os.sched_setaffinity(0, {core})
            if cls.is_urgent:
                _hurry()
        return place


def _hurry() -> None:
    """A session of its own, since the kernel shares a core between sessions first."""
    os.setpriority(os.PRIO_PROCESS, 0, URGENT)
    autogroup = PROC / "self" / "autogroup"
    if autogroup.exists():
        os.setsid()
        autogroup.write_text(f"{URGENT}\n")


def may_be_urgent() -> bool:
    return os.geteuid() == 0


def raise_descriptor_limit() -> int:
    """As many descriptors as the system allows one process; what we start inherits it."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def describe() -> dict:
    first, last = cores()
    model = next((line.split(":", 1)[1].strip() for line in (PROC / "cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), "unknown")
    return {"kernel": platform.release(), "cpu": model, "cores": os.cpu_count(), "server_core": first,
            "generator_core": last, "load": os.getloadavg()[0],
            "descriptors": resource.getrlimit(resource.RLIMIT_NOFILE)[1]}


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    found = [pid]
    for task in (PROC / str(pid) / "task").glob("*"):
        for child in (task / "children").read_text().split():
            found += family(int(child))
    return found


def cpu_ns(pid: int) -> int:
    """CPU time of a server by the scheduler's own account: all threads of all its processes."""
    total = 0
    for member in family(pid):
        for account in (PROC / str(member) / "task").glob("*/schedstat"):
            try:
                total += int(account.read_text().split()[0])
            except OSError:
                continue  # A thread that has just ended.
    return total


def user_bytes(pid: int) -> int:
    """Memory of a server in user space; what its processes share counts once."""
    total = 0
    for member in family(pid):
        for line in (PROC / str(member) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


def forget_peak(pid: int) -> None:
    """What peak_bytes gives is from now on."""
    (PROC / str(pid) / "clear_refs").write_text("5")


def peak_bytes(pid: int) -> int:
    """The most memory that a process had in use at a time, with what it shares."""
    line = next(line for line in (PROC / str(pid) / "status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def kernel_socket_bytes() -> int | None:
    """Kernel memory of all sockets of this machine; None where only root may read it."""
    try:
        lines = (PROC / "slabinfo").read_text().splitlines()[2:]
    except OSError:
        return None
    total = 0
    for line in lines:
        name, active, _, size = line.split()[:4]
        if name in SOCKET_CACHES:
            total += int(active) * int(size)
    for line in (PROC / "net" / "sockstat").read_text().splitlines():
        if line.startswith("TCP:"):
            total += int(line.split()[-1]) * os.sysconf("SC_PAGE_SIZE")
    return total
