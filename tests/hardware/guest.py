# SPDX-License-Identifier: MIT
"""A machine in software: Debian's kernel, and this machine's own files, read-only, so that what was just built runs there
unchanged. Its loopback is its own; 10.0.2.2 is this machine's."""

import base64
import pathlib
import shutil
import socket
import subprocess
import time

from kernel import Kernel

HOST_ADDRESS = "10.0.2.2"
BOOT_SECONDS = 120
RUN_SECONDS = 60
# What it needs before it has its files.
BOOT_MODULES = ("virtio_pci", "virtio_net", "9pnet_virtio", "9p")

INIT = r"""#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
while read -r module; do insmod "/modules/$module"; done < /modules/order
mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288,cache=loose,ro files /files
mkdir -p /dev/pts /dev/shm
mount -t devpts pts /dev/pts
for one in proc sys dev; do mount -o rbind "/$one" "/files/$one"; done
mount -t tmpfs -o mode=1777 tmp /files/tmp
mount -t tmpfs run /files/run
mkdir -p /files/run/work
mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288 work /files/run/work
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
hostname board
stty -F /dev/ttyS1 raw -echo
exec 3<>/dev/ttyS1
echo ready >&3
while read -r line <&3; do
  script=$(echo "$line" | base64 -d)
  output=$(chroot /files /bin/sh -c "$script" 2>&1 </dev/null)
  echo "$? $(printf %s "$output" | base64 -w 0)" >&3
done
poweroff -f
"""


class GuestError(Exception):
    """It did not boot, or is gone; has the end of what it said."""


class Guest:
    """Boots at once. Commands run as root there, by a serial line that no driver under test is part of."""

    def __init__(self, kernel: Kernel, folder: pathlib.Path) -> None:
        self.folder, self.kernel = folder, kernel
        self.work = folder / "work"  # Here; /run/work there.
        self.work.mkdir()
        self._console = folder / "console.log"
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(BOOT_SECONDS)
        with (folder / "qemu.log").open("wb") as complaints:
            self._process = subprocess.Popen(self._command(listener.getsockname()[1]), stdin=subprocess.DEVNULL,
                                             stdout=subprocess.DEVNULL, stderr=complaints)
        self._line: socket.socket | None = None
        self._unread = b""
        try:
            self._line, _ = listener.accept()
            self._line.settimeout(BOOT_SECONDS)
            while self._read_line() != "ready":
                pass
        except (OSError, GuestError) as problem:
            self.stop()
            raise GuestError(f"the guest did not come up: {problem}\n{self.said()}") from problem
        finally:
            listener.close()

    def run(self, script: str, seconds: float = RUN_SECONDS) -> tuple[int, str]:
        """A line of shell, to its end: its exit code and all that it said."""
        self._line.settimeout(seconds)
        self._line.sendall(base64.b64encode(script.encode()) + b"\n")
        code, _, output = self._read_line().partition(" ")
        return int(code), base64.b64decode(output).decode(errors="replace")

    def must(self, script: str, seconds: float = RUN_SECONDS) -> str:
        code, output = self.run(script, seconds)
        if code != 0:
            raise GuestError(f"in the guest: {script}: exit {code}: {output}\n{self.said()}")
        return output

    def load(self, module: str, options: str = "") -> None:
        self.must(f"modprobe -d {self.kernel.root} {module} {options}")

    def load_built(self, module: pathlib.Path, *needs: str) -> None:
        """A module that is not in the kernel's package, after those that it needs."""
        for name in needs:
            self.load(name)
        self.must(f"insmod {module}")

    def said(self) -> str:
        """The end of its console, and of what the emulator complains of."""
        text = "".join(path.read_text(errors="replace")[-3000:] for path in (self._console, self.folder / "qemu.log")
                       if path.exists())
        return text or "(nothing was said)"

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        if self._line:
            self._line.close()

    def _read_line(self) -> str:
        while b"\n" not in self._unread:
            more = self._line.recv(1 << 16)
            if not more:
                raise GuestError(f"the guest is gone\n{self.said()}")
            self._unread += more
        line, _, self._unread = self._unread.partition(b"\n")
        return line.decode(errors="replace").strip()

    def _command(self, port: int) -> list[str]:
        share = "local,security_model=none,multidevs=remap"
        # By software alone, also where there is /dev/kvm: of that, each machine has its own faults.
        return ["qemu-system-x86_64", "-M", "q35", "-accel", "tcg", "-cpu", "max", "-smp", "2", "-m", "1024", "-nodefaults", "-no-reboot",
                "-display", "none", "-kernel", str(self.kernel.image), "-initrd", str(make_initramfs(self.kernel, self.folder)),
                "-append", "console=ttyS0 panic=-1 quiet loglevel=4",
                "-serial", f"file:{self._console}", "-serial", f"tcp:127.0.0.1:{port},nodelay=on",
                "-fsdev", f"{share},id=files,path=/,readonly=on", "-device", "virtio-9p-pci,fsdev=files,mount_tag=files",
                "-fsdev", f"{share},id=work,path={self.work}", "-device", "virtio-9p-pci,fsdev=work,mount_tag=work",
                "-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net"]


def make_initramfs(kernel: Kernel, folder: pathlib.Path) -> pathlib.Path:
    """Busybox, the modules that find the files, and nothing else."""
    root = folder / "initramfs"
    for name in ("bin", "proc", "sys", "dev", "files", "modules"):
        (root / name).mkdir(parents=True)
    shutil.copy("/bin/busybox", root / "bin/busybox")
    (root / "init").write_text(INIT)
    (root / "init").chmod(0o755)
    order = kernel.load_order(*BOOT_MODULES)
    for module in order:
        shutil.copy(module, root / "modules")
    (root / "modules/order").write_text("".join(f"{module.name}\n" for module in order))
    goal = folder / "initramfs.cpio.gz"
    subprocess.run("find . | cpio --quiet -o -H newc | gzip -1 > ../initramfs.cpio.gz", shell=True, cwd=root, check=True)
    return goal
