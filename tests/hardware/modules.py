# SPDX-License-Identifier: MIT
"""gpio-sim, the kernel's simulator of GPIO chips: Debian's kernels lack it, so it is built once, out of tree, of the very source and
for the very kernel that the guest boots."""

import pathlib
import shutil
import tempfile

from kernel import Kernel, filling_cache, run, unpack_packages

# What the module is made of, below the folder of the kernel's source.
SOURCES = ("drivers/gpio/gpio-sim.c", "drivers/gpio/gpiolib.h", "kernel/irq/irq_sim.c")
# irq_sim is no module of Debian's either: it becomes a part of this one.
KBUILD = "obj-m := gpio-sim.o\ngpio-sim-y := chip.o irq_sim.o\n"


def fetch_gpio_sim(kernel: Kernel) -> pathlib.Path:
    """The module's file, from the cache where it is there."""
    module = kernel.root / "built" / "gpio-sim.ko"
    with filling_cache():
        if not module.exists():
            with tempfile.TemporaryDirectory(prefix="malinka-module-", dir=kernel.root) as folder:
                built = _build(kernel, pathlib.Path(folder))
                module.parent.mkdir(exist_ok=True)
                built.rename(module)
    return module


def _build(kernel: Kernel, folder: pathlib.Path) -> pathlib.Path:
    series = ".".join(kernel.version.split(".")[:2])
    common = f"linux-headers-{kernel.release.removesuffix('-amd64')}-common"
    packages = (f"linux-headers-{kernel.release}", common, f"linux-kbuild-{series}", f"linux-source-{series}")
    unpack_packages(folder, *(f"{package}={kernel.version}" for package in packages))
    headers = folder / "usr/src" / f"linux-headers-{kernel.release}"
    makefile = headers / "Makefile"  # It names the place where the others would be installed.
    makefile.write_text(makefile.read_text().replace("/usr/src/", f"{folder}/usr/src/"))

    module = folder / "module"
    module.mkdir()
    name = f"linux-source-{series}"
    run("tar", "-xJf", folder / f"usr/src/{name}.tar.xz", "-C", folder, *(f"{name}/{source}" for source in SOURCES))
    for source in SOURCES:
        shutil.copy(folder / name / source, module)
    (module / "gpio-sim.c").rename(module / "chip.c")
    irq_sim = module / "irq_sim.c"
    # irq_to_desc() is for the kernel alone; what it is there for can be had otherwise.
    irq_sim.write_text(irq_sim.read_text().replace("handle_simple_irq(irq_to_desc(irqnum))", "generic_handle_irq(irqnum)"))
    (module / "Kbuild").write_text(KBUILD)
    run("make", "-s", "-C", headers, f"M={module}", "CC=gcc", "modules")
    return module / "gpio-sim.ko"

