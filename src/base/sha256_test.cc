// SPDX-License-Identifier: MIT
#include "base/sha256.h"

#include <doctest/doctest.h>

using malinka::as_bytes;
using malinka::base::Sha256;

TEST_CASE("the hashes of FIPS 180-4's examples, in any pieces") {
  Sha256 nothing;
  CHECK(nothing.finish_hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Sha256 abc;
  abc.add(as_bytes("a"));
  abc.add(as_bytes(""));
  abc.add(as_bytes("bc"));
  CHECK(abc.finish_hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 million;
  for (int i = 0; i < 1000; ++i) million.add(as_bytes(std::string(1000, 'a')));
  CHECK(million.finish_hex() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
