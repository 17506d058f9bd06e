// SPDX-License-Identifier: MIT
#include "agent/capability/shell/output_log.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "vectors.h"

namespace malinka::agent::shell {
namespace {

using os::Output;

/// All records from `place` on.
std::string records_of(const OutputLog& log, std::uint64_t place = 0) {
  std::string all;
  while (place < log.end()) {
    Bytes records;
    place = log.read(place, records);
    all += as_text(records);
  }
  return all;
}

void append(OutputLog& log, const Json& record) {
  const bool is_error = record.at("output") == "stderr";
  log.append(is_error ? Output::error : Output::standard,
             as_bytes(record.at("text").get_ref<const std::string&>()));
}

}  // namespace

TEST_CASE("what is said becomes the records of the vectors") {
  for (const auto& vector : test::load_vectors("streams/outputs")) {
    CAPTURE(vector.file);
    if (vector.file.starts_with("empty") || vector.file.starts_with("gap") ||
        vector.expect.at("ok") != true)
      continue;
    OutputLog log(1 << 20);
    for (const Json& record : vector.expect.at("records")) append(log, record);
    CHECK(records_of(log) == vector.input);
  }
}

TEST_CASE("it is read from any place, in the middle of a piece too") {
  OutputLog log(1 << 20);
  log.append(Output::standard, as_bytes("abc"));
  log.append(Output::error, as_bytes("de"));
  const std::string all = records_of(log);
  CHECK(records_of(log, 0) == all);
  CHECK(records_of(log, 2) == std::string("\1\1\0\0\0c\2\2\0\0\0de", 13));
  CHECK(records_of(log, 3) == std::string("\2\2\0\0\0de", 7));
  CHECK(records_of(log, 5).empty());
  CHECK(records_of(log, 500).empty());
}

TEST_CASE("of more than it may keep, the latest is kept, and the rest is a gap") {
  OutputLog log(100'000);
  const std::string line(1000, 'x');
  for (int i = 0; i < 500; ++i) log.append(Output::standard, as_bytes(line));
  log.append(Output::error, as_bytes("last"));
  CHECK(log.end() == 500'004);
  CHECK(log.end() - log.begin() > 70'000);
  CHECK(log.end() - log.begin() < 100'000);
  const std::string records = records_of(log);
  CHECK(records.size() < 101'000);
  CHECK(records[0] == '\0');
  CHECK(records.ends_with(std::string("\2\4\0\0\0last", 9)));
}

TEST_CASE("a gap of more bytes than a record can say is several") {
  OutputLog log(1000);
  const Bytes chunk(1 << 20);
  for (int i = 0; i < 5000; ++i) log.append(Output::standard, chunk);
  CHECK(records_of(log).starts_with(std::string("\0\xff\xff\xff\xff\0", 6)));
}

TEST_CASE("many tiny outputs take no more memory than large ones") {
  OutputLog log(10'000);
  for (int i = 0; i < 100'000; ++i)
    log.append(i % 2 == 0 ? Output::standard : Output::error, as_bytes("x"));
  CHECK(log.end() - log.begin() < 200);
}

TEST_CASE("each output is read alone, and counted") {
  OutputLog log(1 << 20);
  log.append(Output::standard, as_bytes("one"));
  log.append(Output::error, as_bytes("oops"));
  log.append(Output::standard, as_bytes("two"));
  CHECK(log.read_one(Output::standard, 0).bytes == "onetwo");
  CHECK(log.read_one(Output::standard, 2).bytes == "etwo");
  CHECK(log.read_one(Output::error, 4).bytes == "ops");
  CHECK(log.total(Output::standard) == 6);
  CHECK(log.total(Output::error) == 4);
}

}  // namespace malinka::agent::shell
