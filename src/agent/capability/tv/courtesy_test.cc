// SPDX-License-Identifier: MIT
#include "agent/capability/tv/courtesy.h"

#include <doctest/doctest.h>

#include "agent/capability/tv/test_support.h"

namespace malinka::agent::tv {
namespace {

std::optional<CecMessage> answer_to(const CecMessage& message, bool is_focused = false) {
  TvState state;
  state.is_focused = is_focused;
  return courtesy(test::port_of("/dev/cec0"), state, message);
}

}  // namespace

TEST_CASE("who asks how this device is hears that it is on") {
  CHECK(answer_to(CecMessage(television, 4, Opcode::give_device_power_status)) ==
        CecMessage(4, television, Opcode::report_power_status, {0}));
}

TEST_CASE("this device says that it is shown where it is asked for, or is shown") {
  const CecMessage shown = active_source(4, 0x1000);
  CHECK(answer_to(CecMessage(television, everyone, Opcode::set_stream_path, {0x10, 0x00})) ==
        shown);
  CHECK_FALSE(answer_to(CecMessage(television, everyone, Opcode::set_stream_path, {0x20, 0x00})));
  const CecMessage question(television, everyone, Opcode::request_active_source);
  CHECK(answer_to(question, true) == shown);
  CHECK_FALSE(answer_to(question, false));
}

TEST_CASE("what this device does not know is refused to who asked for it, and to nobody else") {
  const auto strange = static_cast<Opcode>(0xa7);
  CHECK(answer_to(CecMessage(8, 4, strange)) == abort_feature(CecMessage(8, 4, strange)));
  CHECK_FALSE(answer_to(CecMessage(8, everyone, strange)));
  CHECK_FALSE(answer_to(CecMessage(unregistered, 4, strange)));
  CHECK_FALSE(answer_to(CecMessage(8, 4, Opcode::feature_abort, {0xa7, 0})));
}

TEST_CASE("what is between two others is none of this device's business") {
  CHECK_FALSE(answer_to(CecMessage(8, 6, Opcode::set_stream_path, {0x10, 0x00})));
  CHECK_FALSE(answer_to(CecMessage(8, 6, Opcode::request_active_source), true));
  CHECK_FALSE(answer_to(CecMessage(8, 6, static_cast<Opcode>(0xa7))));
}

}  // namespace malinka::agent::tv
