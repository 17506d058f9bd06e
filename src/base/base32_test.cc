// SPDX-License-Identifier: MIT
#include "base/base32.h"

#include <doctest/doctest.h>

namespace malinka::base {
namespace {

TEST_CASE("base32 is that of RFC 4648 section 10, in lower case and without padding") {
  CHECK(encode_base32({}).empty());
  CHECK(encode_base32(as_bytes("f")) == "my");
  CHECK(encode_base32(as_bytes("fo")) == "mzxq");
  CHECK(encode_base32(as_bytes("foo")) == "mzxw6");
  CHECK(encode_base32(as_bytes("foob")) == "mzxw6yq");
  CHECK(encode_base32(as_bytes("fooba")) == "mzxw6ytb");
  CHECK(encode_base32(as_bytes("foobar")) == "mzxw6ytboi");
}

TEST_CASE("a hyphen stands between groups, and nowhere else") {
  CHECK(grouped("", 4).empty());
  CHECK(grouped("abcd", 4) == "abcd");
  CHECK(grouped("abcdefghi", 4) == "abcd-efgh-i");
}

}  // namespace
}  // namespace malinka::base
