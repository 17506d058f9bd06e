// SPDX-License-Identifier: MIT
#include "agent/capability/telemetry/proc.h"

#include <doctest/doctest.h>

#include "machine_tree.h"

namespace malinka::agent::telemetry {

using Tree = test::MachineTree;

TEST_CASE("the load is the busy share since the last reading, of all cores and of each") {
  const Tree tree;
  ProcessorMeter meter;
  tree.write("/proc/stat",
             "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 100 0 100 300 0\ncpu1 0 0 0 500 0\nctxt 5");
  Cpu first;
  meter.measure(tree.root(), first);
  CHECK(first.load_percent == doctest::Approx(20));

  tree.write("/proc/stat",
             "cpu  150 0 150 900 0 0 0 0 0 0\ncpu0 200 0 100 300 0\ncpu1 0 0 0 600 0\nctxt 5");
  Cpu second;
  meter.measure(tree.root(), second);
  CHECK(second.load_percent == doctest::Approx(50));
  REQUIRE(second.core_percents.size() == 2);
  CHECK(second.core_percents[0] == doctest::Approx(100));
  CHECK(second.core_percents[1] == doctest::Approx(0));
}

TEST_CASE("waiting for a disk is not work") {
  const Tree tree;
  tree.write("/proc/stat", "cpu  0 0 0 50 50 0 0 0 0 0");
  Cpu cpu;
  ProcessorMeter().measure(tree.root(), cpu);
  CHECK(cpu.load_percent == doctest::Approx(0));
}

TEST_CASE("a load between two readings of the same moment is none") {
  const Tree tree;
  tree.write("/proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0");
  ProcessorMeter meter;
  Cpu cpu;
  meter.measure(tree.root(), cpu);
  meter.measure(tree.root(), cpu);
  CHECK(cpu.load_percent == doctest::Approx(0));
}

TEST_CASE("memory, load average and uptime are what the kernel says") {
  const Tree tree;
  tree.write("/proc/meminfo",
             "MemTotal:        8000 kB\nMemFree: 100 kB\nMemAvailable:    2000 kB");
  tree.write("/proc/loadavg", "0.52 0.58 0.59 1/467 12345");
  tree.write("/proc/uptime", "12345.67 23456.78");
  CHECK(read_memory(tree.root())->total_bytes == 8000 * 1024);
  CHECK(read_memory(tree.root())->available_bytes == 2000 * 1024);
  CHECK(read_load_average(tree.root()) == doctest::Approx(0.52));
  CHECK(read_uptime_seconds(tree.root()) == doctest::Approx(12345.67));
}

TEST_CASE("every interface but the loopback is counted") {
  const Tree tree;
  tree.write("/proc/net/dev",
             "Inter-|   Receive                                                |  Transmit\n"
             " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets\n"
             "    lo: 500 5 0 0 0 0 0 0 500 5 0 0 0 0 0 0\n"
             "  eth0:123456789012 5 0 0 0 0 0 0 42 5 0 0 0 0 0 0");
  const std::vector<NetworkInterface> interfaces = read_network(tree.root());
  REQUIRE(interfaces.size() == 1);
  CHECK(interfaces[0].name == "eth0");
  CHECK(interfaces[0].received_bytes == 123456789012);
  CHECK(interfaces[0].sent_bytes == 42);
}

TEST_CASE("each real disk is told once, and blanks in its path are blanks") {
  const Tree tree;
  tree.write("/mnt/my disk/file", "");
  tree.write("/mnt/again/file", "");
  tree.write("/proc/self/mounts",
             "proc /proc proc rw 0 0\n/dev/sda1 /mnt/my\\040disk ext4 rw 0 0\n"
             "/dev/sda1 /mnt/again ext4 rw 0 0\nserver:/share /mnt/again nfs rw 0 0\n"
             "/dev/loop1 /mnt/again squashfs ro 0 0\n/dev/sdb1 /mnt/unplugged ext4 rw 0 0");
  const std::vector<Disk> disks = read_disks(tree.root());
  REQUIRE(disks.size() == 1);
  CHECK(disks[0].path == "/mnt/my disk");
  CHECK(disks[0].total_bytes > 0);
}

TEST_CASE("what a machine does not have is left out, and nonsense harms nobody") {
  const Tree tree;
  tree.write("/proc/stat", "cpu\ncpu0 x y z");
  tree.write("/proc/meminfo", "MemTotal:\nnothing");
  tree.write("/proc/net/dev", ":::\n eth0: 1 2");
  tree.write("/proc/self/mounts", "\\\n/dev/x \\1 ext4");
  Cpu cpu;
  ProcessorMeter().measure(tree.root(), cpu);
  CHECK_FALSE(read_memory(tree.root()));
  CHECK_FALSE(read_load_average(tree.root()));
  CHECK(read_uptime_seconds(tree.root()) == 0);
  CHECK(read_network(tree.root()).empty());
  CHECK(read_disks(tree.root()).empty());
}

}  // namespace malinka::agent::telemetry
