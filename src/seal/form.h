// SPDX-License-Identifier: MIT
// The five blobs of a sealed channel: what they begin with, and where their boxes are.
// docs/protocol.md section 8, Form.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "base/bytes.h"
#include "base/error_category.h"
#include "malinka/result.h"
#include "seal/channel_keys.h"

namespace malinka::seal {

/// What a session, or an event key, is called: random bytes.
using Id = std::array<std::byte, 16>;

/// Noise's first message, which carries nothing.
inline constexpr std::size_t hello_noise_bytes = 48;
/// Noise's second message where it carries nothing.
inline constexpr std::size_t welcome_noise_bytes_min = 96;
/// Kind, id, generation and counter.
inline constexpr std::size_t box_header_bytes = 1 + 16 + 4 + 8;

enum class FormError { empty = 1, unknown_kind, unknown_level, too_short, too_long };
std::string_view describe(FormError error);
inline std::error_code make_error_code(FormError error) {
  return base::error_code_of(error, "sealed form");
}

struct Hello {
  Level level = Level::view;
  Id session{};
  ByteView noise;
};

struct Welcome {
  Id session{};
  ByteView noise;
};

enum class BoxKind : std::uint8_t { data = 3, event = 4 };

/// Data of a session, or an event.
struct SealedBox {
  BoxKind kind = BoxKind::data;
  Id id{};
  std::uint32_t generation = 0;
  std::uint64_t counter = 0;
  ByteView header;  ///< What the box is bound to.
  ByteView box;
};

struct Unknown {
  Id session{};
};

/// Views into what was parsed.
using Form = std::variant<Hello, Welcome, SealedBox, Unknown>;

/// Errors: FormError.
[[nodiscard]] Result<Form> parse_form(ByteView blob);

[[nodiscard]] Bytes make_hello(Level level, const Id& session, ByteView noise);
[[nodiscard]] Bytes make_welcome(const Id& session, ByteView noise);
[[nodiscard]] Bytes make_unknown(const Id& session);
/// What who has no sessions answers to a hello; nothing where `blob` is none.
[[nodiscard]] std::optional<Bytes> refuse_hello(ByteView blob);
/// Nothing for a byte that stands for no level.
[[nodiscard]] std::optional<Level> read_level(std::byte byte);
/// The first bytes of data or an event; `out` has box_header_bytes.
void write_box_header(const SealedBox& box, std::span<std::byte> out);

/// An id fresh from the kernel.
[[nodiscard]] Id make_random_id();

}  // namespace malinka::seal

template <>
struct std::is_error_code_enum<malinka::seal::FormError> : std::true_type {};
