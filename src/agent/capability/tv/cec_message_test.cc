// SPDX-License-Identifier: MIT
#include "agent/capability/tv/cec_message.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace malinka::agent::tv {
namespace {

using Bytes = std::vector<std::uint8_t>;

CecMessage parsed(const Bytes& bytes) { return CecMessage::parse(bytes).value(); }

Bytes bytes_of(const CecMessage& message) {
  return {message.bytes().begin(), message.bytes().end()};
}

}  // namespace

TEST_CASE("a message is its header, its opcode and its operands") {  // CEC 5.3
  CHECK(bytes_of(CecMessage(4, television)) == Bytes{0x40});
  CHECK(bytes_of(CecMessage(4, television, Opcode::image_view_on)) == Bytes{0x40, 0x04});
  CHECK(bytes_of(CecMessage(4, television, Opcode::standby)) == Bytes{0x40, 0x36});
  CHECK(bytes_of(press(4, audio_system, Key::volume_up)) == Bytes{0x45, 0x44, 0x41});
  CHECK(bytes_of(press(8, television, Key::volume_down)) == Bytes{0x80, 0x44, 0x42});
  CHECK(bytes_of(press(4, television, Key::mute)) == Bytes{0x40, 0x44, 0x43});
  CHECK(bytes_of(active_source(11, 0x1200)) == Bytes{0xbf, 0x82, 0x12, 0x00});
}

TEST_CASE("what was parsed is what was written") {
  const CecMessage message = parsed({0x0f, 0x82, 0x21, 0x00});
  CHECK(message.initiator() == television);
  CHECK(message.is_to_everyone());
  CHECK(message.opcode() == Opcode::active_source);
  CHECK(message.operands().size() == 2);
  CHECK(bytes_of(message) == Bytes{0x0f, 0x82, 0x21, 0x00});
}

TEST_CASE("nothing, and more than sixteen bytes, is no message") {
  CHECK_FALSE(CecMessage::parse(Bytes{}));
  CHECK(CecMessage::parse(Bytes(16)));
  CHECK_FALSE(CecMessage::parse(Bytes(17)));
}

TEST_CASE("a poll has neither opcode nor operands") {
  CHECK_FALSE(parsed({0x40}).opcode());
  CHECK(parsed({0x40}).operands().empty());
}

TEST_CASE("a power status is one of four") {  // CEC table 27
  CHECK(power_in(parsed({0x04, 0x90, 0x00})) == Power::on);
  CHECK(power_in(parsed({0x04, 0x90, 0x01})) == Power::standby);
  CHECK(power_in(parsed({0x04, 0x90, 0x02})) == Power::turning_on);
  CHECK(power_in(parsed({0x04, 0x90, 0x03})) == Power::turning_off);
  CHECK_FALSE(power_in(parsed({0x04, 0x90, 0x04})));
  CHECK_FALSE(power_in(parsed({0x04, 0x90, 0xff})));
  CHECK_FALSE(power_in(parsed({0x04, 0x90})));
  CHECK_FALSE(power_in(parsed({0x04, 0x8f, 0x00})));
}

TEST_CASE("an audio status is a percent and whether it is mute") {  // CEC 13.16
  CHECK(audio_status_in(parsed({0x04, 0x7a, 0x1e})) == AudioStatus{30, false});
  CHECK(audio_status_in(parsed({0x04, 0x7a, 0x80})) == AudioStatus{0, true});
  CHECK(audio_status_in(parsed({0x04, 0x7a, 0xe4})) == AudioStatus{100, true});
  CHECK(audio_status_in(parsed({0x04, 0x7a, 0x65})) == AudioStatus{std::nullopt, false});
  CHECK(audio_status_in(parsed({0x04, 0x7a, 0x7f})) == AudioStatus{std::nullopt, false});
  CHECK_FALSE(audio_status_in(parsed({0x04, 0x7a})));
}

TEST_CASE("the source that is shown is the one that a message says last") {
  CHECK(shown_source_in(parsed({0x4f, 0x82, 0x10, 0x00})) == 0x1000);
  CHECK(shown_source_in(parsed({0x0f, 0x86, 0x20, 0x00})) == 0x2000);
  CHECK(shown_source_in(parsed({0x0f, 0x80, 0x10, 0x00, 0x30, 0x00})) == 0x3000);
  CHECK_FALSE(shown_source_in(parsed({0x4f, 0x82, 0x10})));
  CHECK_FALSE(shown_source_in(parsed({0x0f, 0x80, 0x10, 0x00, 0x30})));
  CHECK_FALSE(shown_source_in(parsed({0x0f, 0x9d, 0x10, 0x00})));
}

TEST_CASE("a TV's name can do a terminal no harm") {
  CHECK(osd_name_in(parsed({0x04, 0x47, 'T', 'V', ' ', '7'})) == "TV 7");
  CHECK(osd_name_in(parsed({0x04, 0x47, 0x1b, '[', 'J', 0xc3})) == "?[J?");
  CHECK(osd_name_in(parsed({0x04, 0x47, 'T', 0, 'V'})) == "T");
  CHECK(osd_name_in(parsed({0x04, 0x47})) == "");
}

TEST_CASE("a vendor has a name, or the three bytes of its number") {
  CHECK(vendor_in(parsed({0x0f, 0x87, 0x00, 0x00, 0xf0})) == 0xf0U);
  CHECK_FALSE(vendor_in(parsed({0x0f, 0x87, 0x00, 0x00})));
  CHECK(vendor_text(0x0000f0) == "Samsung");
  CHECK(vendor_text(0x000c03) == "00:0C:03");
}

TEST_CASE("a refusal says of what and why") {
  const std::optional<Refusal> refusal = refusal_in(parsed({0x04, 0x00, 0x44, 0x04}));
  REQUIRE(refusal);
  CHECK(name_of(refusal->opcode) == "User Control Pressed");
  CHECK(reason_text(refusal->reason) == "it will not");
  CHECK_FALSE(refusal_in(parsed({0x04, 0x00, 0x44})));
  CHECK(bytes_of(abort_feature(parsed({0x04, 0x9f}))) == Bytes{0x40, 0x00, 0x9f, 0x00});
}

TEST_CASE("a place in the tree of cables is written with dots") {
  CHECK(to_text(PhysicalAddress{0x12a0}) == "1.2.a.0");
  CHECK(to_text(nowhere) == "f.f.f.f");
}

TEST_CASE("what a TV is to show is ASCII and short") {
  CHECK(osd_name_of("kitchen") == "kitchen");
  CHECK(osd_name_of("the kitchen's cupboard") == "the kitchen's ");
  CHECK(osd_name_of("küche") == "kche");
  CHECK(osd_name_of("кухня") == "Malinka");
}

}  // namespace malinka::agent::tv
