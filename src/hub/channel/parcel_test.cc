// SPDX-License-Identifier: MIT
#include "hub/channel/parcel.h"

#include <doctest/doctest.h>

namespace malinka::hub {

TEST_CASE("a parcel is counted once, however many queues share it, until the last lets go") {
  QueueMemory memory(1000);
  ParcelRef first = make_parcel(memory, {}, SharedBytes(Bytes(600)));
  const std::size_t used = memory.used_bytes();
  CHECK(used >= 600);
  ParcelRef second = first;
  CHECK(memory.used_bytes() == used);
  first.reset();
  CHECK(memory.used_bytes() == used);
  second.reset();
  CHECK(memory.used_bytes() == 0);
}

TEST_CASE("a parcel's frame is counted until it has gone out") {
  QueueMemory memory(1000);
  ParcelRef parcel = make_parcel(memory, {}, SharedBytes(Bytes(600)));
  SharedBytes frame = frame_of(parcel);
  parcel.reset();
  CHECK(frame.size() == 600);
  CHECK(memory.used_bytes() >= 600);
  frame = {};
  CHECK(memory.used_bytes() == 0);
}

TEST_CASE("memory of which more is used than there is has nothing left") {
  QueueMemory memory(1000);
  const ParcelRef small = make_parcel(memory, {}, SharedBytes(Bytes(100)));
  CHECK(memory.free_bytes() > 0);
  const ParcelRef large = make_parcel(memory, {}, SharedBytes(Bytes(1000)));
  CHECK(memory.free_bytes() == 0);
}

}  // namespace malinka::hub
