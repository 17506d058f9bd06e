// SPDX-License-Identifier: MIT
#include "cli/format.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>

namespace malinka::cli {
namespace {

TEST_CASE("sizes have three digits at most and a binary unit") {
  CHECK(format_size(0) == "0 B");
  CHECK(format_size(1023) == "1023 B");
  CHECK(format_size(1024) == "1.0 KiB");
  CHECK(format_size(4300) == "4.2 KiB");
  CHECK(format_size(17U << 20) == "17.0 MiB");
  CHECK(format_size(150U << 20) == "150 MiB");
  CHECK(format_size((1U << 20) - 1) == "1.0 MiB");
  CHECK(format_size(UINT64_MAX) == "16384 PiB");
}

TEST_CASE("durations name their two largest units") {
  CHECK(format_duration(5.9) == "5 s");
  CHECK(format_duration(720) == "12 min");
  CHECK(format_duration(7260) == "2 h 1 min");
  CHECK(format_duration(3 * 86400 + 4 * 3600 + 5) == "3 d 4 h");
  CHECK(format_duration(-1) == "0 s");
}

TEST_CASE("a timestamp is shown in the local time zone, and what is none as it is") {
  setenv("TZ", "UTC", 1);
  CHECK(format_time("2026-11-22T21:48:07.123Z") == "2026-11-22 21:48");
  CHECK(format_time("yesterday") == "yesterday");
}

TEST_CASE("a mode is shown as ls shows it") {
  CHECK(format_mode("file", "0644") == "-rw-r--r--");
  CHECK(format_mode("folder", "0750") == "drwxr-x---");
  CHECK(format_mode("link", "0777") == "lrwxrwxrwx");
  CHECK(format_mode("other", "nonsense") == "?---------");
}

TEST_CASE("a single word is a shell line as it stands") {
  const std::array<std::string, 1> line = {"cd /tmp && ls | wc -l"};
  CHECK(shell_line(line) == "cd /tmp && ls | wc -l");
}

TEST_CASE("several words reach the program as they were typed") {
  const std::array<std::string, 5> words = {"grep", "-r", "it's $HOME", "", "a/b.txt"};
  CHECK(shell_line(words) == R"(grep -r 'it'\''s $HOME' '' a/b.txt)");
}

}  // namespace
}  // namespace malinka::cli
