// SPDX-License-Identifier: MIT
#include "wire/close_code.h"

#include <doctest/doctest.h>

#include "wire/frame.h"

namespace malinka::wire {
namespace {

Bytes payload_of(unsigned code, std::string_view reason = {}) {
  Bytes payload{static_cast<std::byte>(code >> 8), static_cast<std::byte>(code)};
  append(payload, reason);
  return payload;
}

}  // namespace

TEST_CASE("an empty close payload is a close without a status") {  // RFC 6455 section 7.1.5
  const auto status = parse_close({});
  REQUIRE(status);
  CHECK(status->code == close_no_status);
  CHECK(status->reason.empty());
}

TEST_CASE("a close payload is a code and a reason") {
  const auto status = parse_close(payload_of(4409, "replaced: κ"));
  REQUIRE(status);
  CHECK(status->code == 4409);
  CHECK(status->reason == "replaced: κ");
}

TEST_CASE("codes that may be sent are taken") {  // RFC 6455 section 7.4
  for (const unsigned code :
       {1000U, 1001U, 1002U, 1003U, 1007U, 1011U, 1014U, 3000U, 3999U, 4000U, 4999U}) {
    CAPTURE(code);
    CHECK(parse_close(payload_of(code)));
  }
}

TEST_CASE("codes that may not be sent are refused") {  // RFC 6455 section 7.4.2
  for (const unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 2999U, 5000U, 65535U}) {
    CAPTURE(code);
    const auto status = parse_close(payload_of(code));
    REQUIRE_FALSE(status);
    CHECK(status.error().code == FrameError::bad_close_payload);
  }
}

TEST_CASE("a close payload of one byte is refused") {  // RFC 6455 section 5.5.1
  const auto status = parse_close(to_bytes("\x03"));
  REQUIRE_FALSE(status);
  CHECK(status.error().code == FrameError::bad_close_payload);
}

TEST_CASE("a reason that is not UTF-8 is refused") {  // RFC 6455 section 5.5.1
  const auto status = parse_close(payload_of(1000, "\xCE"));
  REQUIRE_FALSE(status);
  CHECK(status.error().code == FrameError::bad_utf8);
}

TEST_CASE("a close payload that was made reads back the same") {
  const auto status = parse_close(make_close_payload({4401, "wrong key"}));
  REQUIRE(status);
  CHECK(status->code == 4401);
  CHECK(status->reason == "wrong key");
}

TEST_CASE("a close payload is empty where the code may not be sent") {
  CHECK(make_close_payload({close_no_status, "unsaid"}).empty());
  CHECK(make_close_payload({close_abnormal, "unsaid"}).empty());
}

TEST_CASE("a reason of 123 bytes stays whole") {
  CHECK(make_close_payload({close_normal, std::string(123, 'x')}).size() == 125);
}

TEST_CASE("a longer reason is cut at a character's end") {
  for (const std::string_view character : {"x", "κ", "€", "𝄞"}) {
    CAPTURE(character);
    std::string reason;
    while (reason.size() < 200) reason += character;
    const Bytes payload = make_close_payload({close_normal, reason});
    CHECK(payload.size() <= control_payload_bytes_max);
    CHECK(payload.size() > control_payload_bytes_max - character.size());
    CHECK(parse_close(payload));
  }
}

TEST_CASE("bad UTF-8 is answered by 1007 and all else by 1002") {
  const auto code_for = [](FrameError error) {
    return close_code_for(Error{make_error_code(error), {}});
  };
  CHECK(code_for(FrameError::bad_utf8) == close_bad_data);
  CHECK(code_for(FrameError::wrong_masking) == close_protocol_error);
  CHECK(code_for(FrameError::bad_close_payload) == close_protocol_error);
}

}  // namespace malinka::wire
