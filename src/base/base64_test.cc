// SPDX-License-Identifier: MIT
#include "base/base64.h"

#include <doctest/doctest.h>

using namespace std::string_view_literals;
using malinka::as_bytes;
using malinka::as_text;
using malinka::base::decode_base64;
using malinka::base::decode_base64url;
using malinka::base::decoded_base64_size;
using malinka::base::encode_base64;
using malinka::base::encode_base64url;

TEST_CASE("the test vectors of RFC 4648 section 10 go both ways") {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    CHECK(encode_base64(as_bytes(plain)) == encoded);
    const auto decoded = decode_base64(encoded);
    REQUIRE(decoded);
    CHECK(as_text(*decoded) == plain);
    CHECK(decoded_base64_size(encoded) == plain.size());
  }
}

TEST_CASE("base64url uses - and _ and no padding") {
  CHECK(encode_base64url(as_bytes("\xfb\xff\xbf\xff"sv)) == "-_-__w");
}

TEST_CASE("base64url is decoded without padding, and nothing else is") {
  CHECK(as_text(*decode_base64url("-_-__w")) == "\xfb\xff\xbf\xff"sv);
  CHECK(decode_base64url("")->empty());
  for (const std::string_view text :
       {"-_-__w==", "+/+//w", "-_-__", "-_-__x", "-_ -__w", "-_\n-__w"}) {
    CAPTURE(text);
    CHECK_FALSE(decode_base64url(text));
  }
}

TEST_CASE("line breaks inside base64 are passed over") {
  const auto decoded = decode_base64("Zm9v\r\nYmFy\n");
  REQUIRE(decoded);
  CHECK(as_text(*decoded) == "foobar");
}

TEST_CASE("what is not base64 is refused") {
  for (const std::string_view text :
       {"Zg=", "Zg", "Z", "Zm9v!", "Zg==Zg==", "Zh==", "====", "Zm 9"}) {
    CAPTURE(text);
    CHECK_FALSE(decode_base64(text));
    CHECK_FALSE(decoded_base64_size(text));
  }
}
