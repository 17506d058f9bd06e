// SPDX-License-Identifier: MIT
#include "cli/table.h"

#include <doctest/doctest.h>

namespace malinka::cli {
namespace {

TEST_CASE("columns are as wide as their widest cell, and nothing trails the last") {
  Table table({{"DEVICE"}, {"EXIT", Align::right}, {"OUTPUT"}});
  table.add({"kitchen", "0", "ok"});
  table.add({"кухня", "127", ""});
  CHECK(table.text() ==
        "DEVICE   EXIT  OUTPUT\n"
        "kitchen     0  ok\n"
        "кухня     127\n");
}

TEST_CASE("further lines of a cell stand below its first") {
  Table table({{"DEVICE"}, {"OUTPUT"}});
  table.add({"hall", "one\ntwo"});
  table.add({"attic", "three"});
  CHECK(table.text() ==
        "DEVICE  OUTPUT\n"
        "hall    one\n"
        "        two\n"
        "attic   three\n");
}

TEST_CASE("a table without titles has no heading") {
  Table table({{""}, {""}});
  table.add({"a", "b"});
  CHECK(table.text() == "a  b\n");
}

}  // namespace
}  // namespace malinka::cli
