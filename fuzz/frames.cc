// SPDX-License-Identifier: MIT
// Frames: the same bytes must give the same messages and the same error however they are cut,
// within the decoder's limits; and so must text that is validated in pieces. The first byte of the
// input chooses the sender and the limit.

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/assert.h"
#include "base/utf8.h"
#include "wire/close_code.h"
#include "wire/frame.h"
#include "wire/message_decoder.h"

namespace malinka::wire {
namespace {

struct Settings {
  Role sender = Role::client;
  std::size_t message_bytes_max = 0;
};

/// What was decoded, owned.
struct Message {
  Opcode opcode = Opcode::text;
  std::string payload;
  bool is_passed_over = false;
  std::uint64_t payload_bytes = 0;
  bool operator==(const Message&) const = default;
};

struct Transcript {
  std::vector<Message> messages;
  std::error_code error;
  bool operator==(const Transcript&) const = default;
};

void check_close(ByteView payload) {
  const Result<CloseStatus> status = parse_close(payload);
  if (status) ASSERT(std::ranges::equal(make_close_payload(*status), payload));
}

void check_message(const DecodedMessage& message, std::size_t message_bytes_max) {
  if (message.passed_over) {
    ASSERT(message.payload.empty());
    ASSERT(message.payload_bytes > message_bytes_max);
    return;
  }
  ASSERT(message.payload_bytes == message.payload.size());
  ASSERT(message.payload.size() <=
         (is_control(message.opcode) ? control_payload_bytes_max : message_bytes_max));
  if (message.opcode == Opcode::text) ASSERT(base::is_utf8(as_text(message.payload)));
  if (message.opcode == Opcode::close) check_close(message.payload);
}

Transcript decode(const Settings& settings, ByteView input, std::size_t piece_bytes) {
  constexpr std::size_t bookkeeping_bytes_max = frame_header_bytes_max + control_payload_bytes_max;
  MessageDecoder decoder(settings.sender, settings.message_bytes_max);
  Transcript transcript;
  while (!input.empty()) {
    const ByteView cut = input.first(std::min(piece_bytes, input.size()));
    input = input.subspan(cut.size());
    Bytes piece(cut.begin(), cut.end());
    std::span<std::byte> rest(piece);
    while (true) {
      const auto message = decoder.next(rest);
      if (!message) {
        transcript.error = message.error().code;
        return transcript;
      }
      if (!*message) break;
      check_message(**message, settings.message_bytes_max);
      transcript.messages.push_back({(*message)->opcode, to_text((*message)->payload),
                                     (*message)->passed_over.has_value(),
                                     (*message)->payload_bytes});
    }
    ASSERT(decoder.kept_bytes() <= settings.message_bytes_max + bookkeeping_bytes_max);
  }
  return transcript;
}

/// A header that is read has no other form: written again, it is the same bytes.
void check_header(ByteView input, Role sender) {
  const auto header = parse_frame_header(input, sender);
  if (!header || !*header) return;
  std::array<std::byte, frame_header_bytes_max> written;
  const std::size_t size = write_frame_header(**header, written);
  ASSERT(size == (*header)->header_bytes);
  ASSERT(std::ranges::equal(std::span(written).first(size), input.first(size)));
}

bool is_utf8_in_pieces(std::string_view text, std::size_t piece_bytes) {
  base::Utf8Validator validator;
  for (; !text.empty(); text.remove_prefix(std::min(piece_bytes, text.size())))
    if (!validator.accept(text.substr(0, piece_bytes))) return false;
  return validator.is_complete();
}

/// The validator of pieces and that of the whole are two programs: they must agree.
void check_text(std::string_view text) {
  const bool is_text = base::is_utf8(text);
  ASSERT(is_utf8_in_pieces(text, 1) == is_text);
  ASSERT(is_utf8_in_pieces(text, 5) == is_text);
}

void check(ByteView input) {
  if (input.empty()) return;
  const auto choice = std::to_integer<std::size_t>(input[0]);
  input = input.subspan(1);
  const Settings settings{.sender = choice % 2 == 0 ? Role::client : Role::server,
                          .message_bytes_max = choice / 2 * 4};
  check_header(input, settings.sender);
  check_text(as_text(input));
  const Transcript whole = decode(settings, input, input.size());
  ASSERT(decode(settings, input, 1) == whole);
  ASSERT(decode(settings, input, 5) == whole);
}

}  // namespace
}  // namespace malinka::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  malinka::wire::check(std::as_bytes(std::span(data, size)));
  return 0;
}
