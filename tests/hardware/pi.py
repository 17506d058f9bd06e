# SPDX-License-Identifier: MIT
"""A Raspberry Pi 3 in software: Debian's arm64 kernel on the real pin controller, with a DHT11's node in its device tree and no
sensor behind it. It has no files of this machine: what runs there comes with it."""

import pathlib
import re
import shutil
import socket
import subprocess
import sys

from guest import Guest, GuestError
from kernel import Kernel, run

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import arm64  # noqa: E402

AGENT = ROOT / "build/arm64/bin/malinka-agent"
DHT11_PIN = 4
# Without the watchdog's driver it cannot be turned off; by usb it is reached.
MODULES = ("bcm2835-wdt", "dht11", "phy-generic", "dwc2", "cdc_ether")

INIT = r"""#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts
mount -t devpts pts /dev/pts
while read -r module; do insmod "/modules/$module"; done < /modules/order
until ip link set usb0 up 2>/dev/null; do sleep 0.1; done
ip link set lo up
ip addr add 10.0.2.15/24 dev usb0
hostname board
stty -F /dev/ttyS1 raw -echo clocal
exec 3<>/dev/ttyS1
echo >&3  # Its first byte is not what was written.
echo ready >&3
while read -r line <&3; do
  script=$(echo "$line" | base64 -d)
  output=$(/bin/sh -c "$script" 2>&1 </dev/null)
  echo "$? $(printf %s "$output" | base64 -w 0)" >&3
done
poweroff -f
"""


def fetch() -> Kernel:
    package = arm64.kernel_package()
    release = package.removeprefix("linux-image-")
    root = arm64.fetch(release, package)
    if not (root / "lib/modules" / release / "modules.dep").exists():
        run("depmod", "-b", root, release)
    return Kernel(release=release, version="", root=root)


class Pi(Guest):
    """Its first serial port belongs to its Bluetooth chip, and can be no more than the kernel's console. Boots in a quarter of a minute, on one core of this machine for its four: several hinder each other."""

    def monitor(self, command: str) -> str:
        """What the emulator itself says of the machine."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(60)
            line.connect(str(self._monitor))
            said = b""
            for asked in (b"", command.encode() + b"\n"):
                line.sendall(asked)
                said = b""
                while not said.endswith(b"(qemu) "):
                    if not (more := line.recv(1 << 16)):
                        raise GuestError("the emulator is gone")
                    said += more
        return said.decode(errors="replace")

    def register(self, address: int) -> int:
        """What stands there in the board's memory."""
        found = re.search(rf"{address:016x}: 0x([0-9a-f]+)", said := self.monitor(f"xp /1wx {address:#x}"))
        if not found:
            raise GuestError(f"no register at {address:#x}: {said}")
        return int(found[1], 16)

    @property
    def _monitor(self) -> pathlib.Path:
        return self.folder / "monitor"

    def _command(self, port: int) -> list[str]:
        return ["qemu-system-aarch64", "-M", "raspi3b", "-accel", "tcg,thread=single", "-no-reboot", "-display", "none",
                "-kernel", str(self.kernel.image), "-dtb", str(make_device_tree(self.kernel, self.folder)),
                "-initrd", str(make_initramfs(self.kernel, self.folder)),
                "-append", "console=ttyAMA0 panic=-1 loglevel=4",
                "-serial", f"file:{self._console}", "-serial", f"tcp:127.0.0.1:{port},nodelay=on",
                "-monitor", f"unix:{self._monitor},server=on,wait=off",
                "-netdev", "user,id=net", "-device", "usb-net,netdev=net"]


def make_device_tree(kernel: Kernel, folder: pathlib.Path) -> pathlib.Path:
    """The board's own, and what `dtoverlay=dht11,gpiopin=4` adds to it."""
    tree = folder / "board.dtb"
    shutil.copy(kernel.root / "usr/lib" / f"linux-image-{kernel.release}" / "broadcom/bcm2837-rpi-3-b.dtb", tree)
    pins = run("fdtget", "-t", "x", tree, "/soc/gpio@7e200000", "phandle").strip()
    node = f"/dht11@{DHT11_PIN}"
    run("fdtput", "-c", tree, node)
    run("fdtput", "-t", "s", tree, node, "compatible", "dht11")
    run("fdtput", "-t", "x", tree, node, "gpios", pins, f"{DHT11_PIN:x}", "0")
    return tree


def make_initramfs(kernel: Kernel, folder: pathlib.Path) -> pathlib.Path:
    """Busybox, modules, the agent, and the libraries that it wants."""
    root = folder / "initramfs"
    for name in ("bin", "proc", "sys", "dev", "modules", "lib", "tmp", "run/work", "etc"):
        (root / name).mkdir(parents=True)
    shutil.copy(arm64.fetch("busybox", "busybox-static") / "bin/busybox", root / "bin")
    (root / "init").write_text(INIT)
    (root / "init").chmod(0o755)
    (root / "etc/passwd").write_text("root:x:0:0:root:/tmp:/bin/sh\n")
    order = kernel.load_order(*MODULES)
    for module in order:
        shutil.copy(module, root / "modules")
    (root / "modules/order").write_text("".join(f"{module.name}\n" for module in order))
    run("aarch64-linux-gnu-strip", "-o", root / "bin/malinka-agent", AGENT)
    for library in libraries_of(AGENT, arm64.sysroot()):
        shutil.copy(library, root / "lib" / library.name)
    subprocess.run("find . | cpio --quiet -o -H newc | gzip -1 > ../initramfs.cpio.gz", shell=True, cwd=root, check=True)
    return folder / "initramfs.cpio.gz"


def libraries_of(program: pathlib.Path, sysroot: pathlib.Path) -> set[pathlib.Path]:
    """All that it wants at its start, and what each of those wants."""
    found: set[pathlib.Path] = set()
    waiting = [program, sysroot / "lib/ld-linux-aarch64.so.1"]
    while waiting:
        one = waiting.pop()
        if one != program:
            found.add(one)
        for name in re.findall(r"\(NEEDED\).*\[(.+)\]", run("aarch64-linux-gnu-readelf", "-d", one)):
            library = next((folder / name for folder in (sysroot / "lib/aarch64-linux-gnu", sysroot / "usr/lib/aarch64-linux-gnu")
                            if (folder / name).exists()), None)
            if library and library not in found and library not in waiting:
                waiting.append(library)
    return found
