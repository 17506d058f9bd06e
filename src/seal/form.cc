// SPDX-License-Identifier: MIT
#include "seal/form.h"

#include <algorithm>

#include "base/random.h"
#include "base/try.h"
#include "seal/numbers.h"
#include "seal/primitives.h"

namespace malinka::seal {
namespace {

constexpr std::byte hello_kind{1};
constexpr std::byte welcome_kind{2};
constexpr std::byte data_kind{3};
constexpr std::byte event_kind{4};
constexpr std::byte unknown_kind{5};

constexpr std::size_t id_bytes = sizeof(Id);

Id read_id(ByteView bytes) {
  Id id{};
  std::ranges::copy(bytes.first(id_bytes), id.begin());
  return id;
}

/// `blob` is at least `least` long, and no longer than `most`.
Result<void> check_length(ByteView blob, std::size_t least, std::size_t most) {
  if (blob.size() < least) return fail(FormError::too_short);
  if (blob.size() > most) return fail(FormError::too_long);
  return {};
}

Result<Form> parse_hello(ByteView blob) {
  constexpr std::size_t length = 2 + id_bytes + hello_noise_bytes;
  TRY_VOID(check_length(blob, length, length));
  const auto level = read_level(blob[1]);
  if (!level) return fail(FormError::unknown_level);
  return Hello{*level, read_id(blob.subspan(2)), blob.subspan(2 + id_bytes)};
}

Result<Form> parse_welcome(ByteView blob) {
  TRY_VOID(check_length(blob, 1 + id_bytes + welcome_noise_bytes_min, blob.size()));
  return Welcome{read_id(blob.subspan(1)), blob.subspan(1 + id_bytes)};
}

Result<Form> parse_box(ByteView blob) {
  TRY_VOID(check_length(blob, box_header_bytes + tag_bytes, blob.size()));
  constexpr std::size_t generation_at = 1 + id_bytes;
  return SealedBox{
      .kind = static_cast<BoxKind>(blob[0]),
      .id = read_id(blob.subspan(1)),
      .generation = read_number<std::uint32_t>(blob.subspan(generation_at, 4)),
      .counter = read_number<std::uint64_t>(blob.subspan(generation_at + 4, 8)),
      .header = blob.first(box_header_bytes),
      .box = blob.subspan(box_header_bytes),
  };
}

Result<Form> parse_unknown(ByteView blob) {
  TRY_VOID(check_length(blob, 1 + id_bytes, 1 + id_bytes));
  return Unknown{read_id(blob.subspan(1))};
}

}  // namespace

std::string_view describe(FormError error) {
  switch (error) {
    case FormError::empty: return "it is empty";
    case FormError::unknown_kind: return "its kind is not known";
    case FormError::unknown_level: return "its level is not known";
    case FormError::too_short: return "it ends too early";
    case FormError::too_long: return "it goes on behind its end";
  }
  return "unknown";
}

Result<Form> parse_form(ByteView blob) {
  if (blob.empty()) return fail(FormError::empty);
  switch (blob[0]) {
    case hello_kind: return parse_hello(blob);
    case welcome_kind: return parse_welcome(blob);
    case data_kind:
    case event_kind: return parse_box(blob);
    case unknown_kind: return parse_unknown(blob);
    default: return fail(FormError::unknown_kind);  // A byte has more values than kinds.
  }
}

std::optional<Level> read_level(std::byte byte) {
  const auto level = static_cast<Level>(byte);
  if (level != Level::view && level != Level::control) return std::nullopt;
  return level;
}

Bytes make_hello(Level level, const Id& session, ByteView noise) {
  Bytes blob = {hello_kind, static_cast<std::byte>(level)};
  append(blob, session);
  append(blob, noise);
  return blob;
}

Bytes make_welcome(const Id& session, ByteView noise) {
  Bytes blob = {welcome_kind};
  append(blob, session);
  append(blob, noise);
  return blob;
}

Bytes make_unknown(const Id& session) {
  Bytes blob = {unknown_kind};
  append(blob, session);
  return blob;
}

std::optional<Bytes> refuse_hello(ByteView blob) {
  const auto form = parse_form(blob);
  const auto* const hello = form ? std::get_if<Hello>(&*form) : nullptr;
  if (hello == nullptr) return std::nullopt;
  return make_unknown(hello->session);
}

void write_box_header(const SealedBox& box, std::span<std::byte> out) {
  out[0] = static_cast<std::byte>(box.kind);
  std::ranges::copy(box.id, out.begin() + 1);
  write_number(out.subspan(1 + id_bytes), box.generation);
  write_number(out.subspan(1 + id_bytes + sizeof box.generation), box.counter);
}

Id make_random_id() {
  Id id{};
  base::fill_random(id);
  return id;
}

}  // namespace malinka::seal
