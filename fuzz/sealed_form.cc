// SPDX-License-Identifier: MIT
// The blobs of sealed channels and the event keys of a welcome: what is taken apart is written as
// the very same bytes, and lies within what came.

#include <algorithm>
#include <cstdint>
#include <variant>

#include "base/assert.h"
#include "base/bytes.h"
#include "seal/event_keys.h"
#include "seal/form.h"

namespace malinka::seal {
namespace {

Bytes write(const Hello& hello) { return make_hello(hello.level, hello.session, hello.noise); }
Bytes write(const Welcome& welcome) { return make_welcome(welcome.session, welcome.noise); }
Bytes write(const Unknown& unknown) { return make_unknown(unknown.session); }
Bytes write(const SealedBox& sealed) {
  Bytes blob(box_header_bytes);
  write_box_header(sealed, blob);
  ASSERT(std::ranges::equal(blob, sealed.header));
  append(blob, sealed.box);
  return blob;
}

void check_form(ByteView blob) {
  const auto form = parse_form(blob);
  const auto refusal = refuse_hello(blob);
  ASSERT(refusal.has_value() == (form && std::holds_alternative<Hello>(*form)));
  if (refusal) ASSERT(std::holds_alternative<Unknown>(*parse_form(*refusal)));
  if (!form) return;
  const Bytes again = std::visit([](const auto& parsed) { return write(parsed); }, *form);
  ASSERT(std::ranges::equal(again, blob));
}

void check_event_keys(ByteView payload) {
  const auto keys = decode_event_keys(payload);
  if (keys) ASSERT(std::ranges::equal(encode_event_keys(*keys), payload));
}

}  // namespace
}  // namespace malinka::seal

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const malinka::ByteView bytes = std::as_bytes(std::span(data, size));
  malinka::seal::check_form(bytes);
  malinka::seal::check_event_keys(bytes);
  return 0;
}
