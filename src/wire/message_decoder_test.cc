// SPDX-License-Identifier: MIT
#include "wire/message_decoder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "vectors.h"

namespace malinka::wire {
namespace {

using test::expand_input;
using test::load_vectors;
using test::Vector;

/// What a decoder made of an input.
struct Transcript {
  std::vector<std::string> messages;  ///< A line each.
  std::string error;                  ///< Empty where nothing was refused.
  std::size_t fed_bytes = 0;          ///< How much it was given until then.
  bool operator==(const Transcript&) const = default;
};

std::string_view name_of(Opcode opcode) {
  switch (opcode) {
    case Opcode::continuation: return "continuation";
    case Opcode::text: return "text";
    case Opcode::binary: return "binary";
    case Opcode::close: return "close";
    case Opcode::ping: return "ping";
    case Opcode::pong: return "pong";
  }
  return "unknown";
}

std::string line_of(std::string_view opcode, std::string_view payload) {
  return std::string(opcode) + " " + std::string(payload);
}

std::string oversized_line_of(std::string_view opcode, std::uint64_t bytes) {
  return std::string(opcode) + " oversized " + std::to_string(bytes);
}

std::string line_of(const DecodedMessage& message) {
  const std::string_view opcode = name_of(message.opcode);
  if (message.passed_over) return oversized_line_of(opcode, message.payload_bytes);
  CHECK(message.payload_bytes == message.payload.size());
  return line_of(opcode, as_text(message.payload));
}

/// Gives `input` in pieces, each in memory of its own, so that a sanitizer sees a step past its end
/// and a view that outlives it.
Transcript decode(MessageDecoder& decoder, std::string_view input, std::size_t piece_bytes) {
  Transcript transcript;
  while (!input.empty()) {
    Bytes piece = to_bytes(input.substr(0, piece_bytes));
    input.remove_prefix(piece.size());
    transcript.fed_bytes += piece.size();
    std::span<std::byte> rest(piece);
    while (true) {
      const auto message = decoder.next(rest);
      if (!message) {
        transcript.error = message.error().code.message();
        return transcript;
      }
      if (!*message) break;
      transcript.messages.push_back(line_of(**message));
    }
  }
  return transcript;
}

std::string frame_text(Opcode opcode, std::string_view payload, Role sender = Role::server) {
  return to_text(make_frame(opcode, as_bytes(payload), sender));
}

std::string fragment_text(Opcode opcode, std::string_view payload) {
  std::string frame = frame_text(opcode, payload);
  frame[0] = static_cast<char>(frame[0] & 0x7F);
  return frame;
}

FrameError error_named(const std::string& name) {
  const std::pair<std::string_view, FrameError> names[] = {
      {"reserved_bits_set", FrameError::reserved_bits_set},
      {"unknown_opcode", FrameError::unknown_opcode},
      {"wrong_masking", FrameError::wrong_masking},
      {"control_too_long", FrameError::control_too_long},
      {"control_fragmented", FrameError::control_fragmented},
      {"length_not_minimal", FrameError::length_not_minimal},
      {"length_too_large", FrameError::length_too_large},
      {"unexpected_continuation", FrameError::unexpected_continuation},
      {"expected_continuation", FrameError::expected_continuation},
      {"bad_utf8", FrameError::bad_utf8}};
  const auto* const found =
      std::ranges::find(names, name, [](const auto& pair) { return pair.first; });
  REQUIRE(found != std::end(names));
  return found->second;
}

std::vector<std::string> expected_lines(const Vector& vector) {
  std::vector<std::string> lines;
  for (const Json& message : vector.expect.at("messages")) {
    const auto opcode = message.at("opcode").get<std::string>();
    lines.push_back(message.contains("oversized")
                        ? oversized_line_of(opcode, message.at("bytes").get<std::uint64_t>())
                        : line_of(opcode, expand_input(message.at("payload"))));
  }
  return lines;
}

MessageDecoder decoder_for(const Vector& vector) {
  const Role sender = vector.given.at("sender") == "client" ? Role::client : Role::server;
  return {sender, vector.given.at("message_bytes_max").get<std::size_t>()};
}

void check_vector(const Vector& vector, std::size_t piece_bytes) {
  CAPTURE(vector.file);
  CAPTURE(vector.name);
  CAPTURE(piece_bytes);
  MessageDecoder decoder = decoder_for(vector);
  const Transcript transcript = decode(decoder, vector.input, piece_bytes);
  CHECK(transcript.messages == expected_lines(vector));
  if (vector.expect.at("ok").get<bool>()) {
    CHECK(transcript.error == "");
    return;
  }
  CHECK(transcript.error == describe(error_named(vector.expect.at("error").get<std::string>())));
  if (piece_bytes == 1)  // Refused by the first byte that shows it.
    CHECK(transcript.fed_bytes == vector.expect.at("after_bytes").get<std::size_t>());
}

}  // namespace

TEST_CASE("the vectors of frames are decoded, in one piece and in pieces of any size") {
  for (const Vector& vector : load_vectors("frames"))
    for (const std::size_t piece_bytes : {vector.input.size(), std::size_t{1}, std::size_t{2},
                                          std::size_t{3}, std::size_t{7}, std::size_t{1000}})
      check_vector(vector, piece_bytes);
}

TEST_CASE("a message that lies whole in the input is a view into it") {
  Bytes input = make_frame(Opcode::text, as_bytes("Hello"), Role::client);
  MessageDecoder decoder(Role::client, 1024);
  std::span<std::byte> rest(input);
  const auto message = decoder.next(rest);
  REQUIRE(message);
  REQUIRE(*message);
  CHECK(rest.empty());
  CHECK(as_text((*message)->payload) == "Hello");
  CHECK((*message)->payload.data() == input.data() + 6);
  CHECK(decoder.kept_bytes() == 0);
}

TEST_CASE("only what is incomplete is kept, and only until it is complete") {
  const std::string frame = frame_text(Opcode::text, std::string(100, 'x'));
  MessageDecoder decoder(Role::server, 1024);
  decode(decoder, frame.substr(0, 1), 1);
  CHECK(decoder.kept_bytes() == 1);
  decode(decoder, frame.substr(1, 60), 100);
  CHECK(decoder.kept_bytes() == 59);
  decode(decoder, frame.substr(61), 100);
  CHECK(decoder.kept_bytes() == 0);
}

TEST_CASE("a header that announces much makes the decoder keep nothing yet") {
  MessageDecoder decoder(Role::server, std::size_t{1} << 31);
  const std::string header("\x82\x7F\x00\x00\x00\x00\x7F\x00\x00\x00", 10);
  CHECK(decode(decoder, header + "abc", 100).error == "");
  CHECK(decoder.kept_bytes() == 3);
}

TEST_CASE("never more than the limit is kept, whatever comes") {
  constexpr std::size_t limit = 100;
  MessageDecoder decoder(Role::server, limit);
  std::size_t kept_bytes_max = 0;
  std::string input = fragment_text(Opcode::text, std::string(60, 'x'));
  for (int i = 0; i < 50; ++i) input += fragment_text(Opcode::continuation, std::string(30, 'y'));
  for (const char byte : input) {
    decode(decoder, {&byte, 1}, 1);
    kept_bytes_max = std::max(kept_bytes_max, decoder.kept_bytes());
  }
  CHECK(kept_bytes_max <= limit + frame_header_bytes_max);
  CHECK(decoder.kept_bytes() == 0);  // The message is being passed over.
}

TEST_CASE("decoders that share a budget keep no more than it, and each no more than it leaves") {
  SharedBudget budget(4096);
  std::vector<std::unique_ptr<MessageDecoder>> decoders;
  std::size_t kept_bytes = 0;
  for (int i = 0; i < 16; ++i) {
    decoders.push_back(std::make_unique<MessageDecoder>(Role::server, 1024 * 1024, &budget));
    decode(*decoders.back(), fragment_text(Opcode::text, std::string(1500, 'x')), 50);
    kept_bytes += decoders.back()->kept_bytes();
  }
  CHECK(kept_bytes > 0);
  CHECK(kept_bytes <= budget.used_bytes());
  CHECK(budget.used_bytes() <= 4096);
  CHECK(decode(*decoders.back(), frame_text(Opcode::text, "Hello"), 1000).error ==
        describe(FrameError::expected_continuation));
  decoders.clear();
  CHECK(budget.used_bytes() == 0);
}

TEST_CASE("a message that the budget has no room for is passed over, and the next one is not") {
  SharedBudget budget(100);
  MessageDecoder decoder(Role::server, 1024, &budget);
  const std::string large = frame_text(Opcode::text, std::string(200, 'x'));
  Bytes piece(as_bytes(large).begin(), as_bytes(large).begin() + 90);
  std::span<std::byte> left(piece);
  const auto report = decoder.next(left);
  REQUIRE(report);
  REQUIRE(*report);
  CHECK((*report)->passed_over == PassedOver::short_of_memory);
  CHECK((*report)->payload_bytes == 200);
  CHECK(decoder.next(left)->has_value() == false);
  CHECK(budget.used_bytes() == 0);
  const std::string rest = large.substr(90) + frame_text(Opcode::text, "Hello");
  CHECK(decode(decoder, rest, 1000).messages == std::vector<std::string>{"text Hello"});
}

TEST_CASE("what a decoder was stopped before is left as it came, to be given again") {
  const std::string frame = frame_text(Opcode::text, "Hello");
  MessageDecoder decoder(Role::server, 1024);
  const std::string both = frame + frame;
  Bytes input(as_bytes(both).begin(), as_bytes(both).end());
  std::span<std::byte> rest(input);
  REQUIRE(decoder.next(rest)->has_value());
  CHECK(as_text(rest) == frame);
  CHECK(decoder.next(rest)->has_value());
  CHECK(rest.empty());
}

TEST_CASE("a ping that is not whole does not disturb the message around it") {
  const std::string input = fragment_text(Opcode::text, "Hel") +
                            frame_text(Opcode::ping, "a ping") +
                            frame_text(Opcode::continuation, "lo");
  for (std::size_t cut = 0; cut <= input.size(); ++cut) {
    CAPTURE(cut);
    MessageDecoder decoder(Role::server, 1024);
    std::vector<std::string> messages = decode(decoder, input.substr(0, cut), 1000).messages;
    for (std::string& line : decode(decoder, input.substr(cut), 1000).messages)
      messages.push_back(std::move(line));
    CHECK(messages == std::vector<std::string>{"ping a ping", "text Hello"});
  }
}

TEST_CASE("after an error the decoder gives that error again, whatever it is given") {
  MessageDecoder decoder(Role::server, 1024);
  const Transcript first = decode(decoder, "\xFF", 1);
  CHECK(first.error == describe(FrameError::reserved_bits_set));
  const Transcript second = decode(decoder, frame_text(Opcode::text, "Hello"), 1000);
  CHECK(second.messages.empty());
  CHECK(second.error == first.error);
}

TEST_CASE("messages before an error in the same input are given first") {
  MessageDecoder decoder(Role::server, 1024);
  const Transcript transcript = decode(decoder, frame_text(Opcode::text, "Hello") + "\x83", 1000);
  CHECK(transcript.messages == std::vector<std::string>{"text Hello"});
  CHECK(transcript.error == describe(FrameError::unknown_opcode));
}

TEST_CASE("a limit that is raised counts from the next frame") {
  MessageDecoder decoder(Role::server, 4);
  const std::string frame = frame_text(Opcode::text, "Hello");
  CHECK(decode(decoder, frame, 1000).messages == std::vector<std::string>{"text oversized 5"});
  decoder.set_message_bytes_max(5);
  CHECK(decode(decoder, frame, 1000).messages == std::vector<std::string>{"text Hello"});
}

TEST_CASE("a limit that is lowered lets the frame under way end") {
  MessageDecoder decoder(Role::server, 1024);
  const std::string frame = frame_text(Opcode::text, "Hello");
  CHECK(decode(decoder, frame.substr(0, 4), 1000).messages.empty());
  decoder.set_message_bytes_max(0);
  CHECK(decode(decoder, frame.substr(4), 1000).messages == std::vector<std::string>{"text Hello"});
}

TEST_CASE("of nothing comes nothing") {
  MessageDecoder decoder(Role::server, 1024);
  std::span<std::byte> nothing;
  const auto message = decoder.next(nothing);
  REQUIRE(message);
  CHECK_FALSE(*message);
}

}  // namespace malinka::wire
