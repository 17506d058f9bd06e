// SPDX-License-Identifier: MIT
#include "client/outbox.h"

#include <doctest/doctest.h>

namespace malinka::client {
namespace {

SharedBytes frame_of(std::size_t bytes) { return SharedBytes(Bytes(bytes)); }

TEST_CASE("frames leave an outbox in the order they came") {
  Outbox outbox(100);
  CHECK(outbox.push(frame_of(1)));
  CHECK(outbox.push(frame_of(2)));
  CHECK(outbox.pop()->size() == 1);
  CHECK(outbox.pop()->size() == 2);
  CHECK_FALSE(outbox.pop());
}

TEST_CASE("a full outbox refuses a frame, and takes it once there is room") {
  Outbox outbox(10);
  CHECK(outbox.push(frame_of(8)));
  const auto refused = outbox.push(frame_of(3));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == std::errc::no_buffer_space);
  (void)outbox.pop();
  CHECK(outbox.push(frame_of(3)));
}

TEST_CASE("a cleared outbox has all its room again") {
  Outbox outbox(10);
  CHECK(outbox.push(frame_of(10)));
  outbox.clear();
  CHECK(outbox.push(frame_of(10)));
}

}  // namespace
}  // namespace malinka::client
