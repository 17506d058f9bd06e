// SPDX-License-Identifier: MIT
// What another parser, nlohmann's, thinks of a text: the measure of the scanner in its unit tests
// and in its fuzz target.

#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"

namespace malinka::protocol {

/// Follows a parse and remembers why it failed.
class JsonReference final : public nlohmann::json_sax<Json> {
 public:
  /// Whether `text`, which is UTF-8, is JSON; nothing where nlohmann is no measure: it refuses
  /// numbers beyond the range of a double, which RFC 8259 allows.
  [[nodiscard]] static std::optional<bool> accepts(std::string_view text) {
    // It takes a NUL for the end of the text, and passes over a byte order mark; JSON knows
    // neither.
    if (text.contains('\0') || text.starts_with("\xEF\xBB\xBF")) return false;
    JsonReference reference;
    if (Json::sax_parse(text, &reference)) return true;
    if (reference.is_number_too_large_) return std::nullopt;
    return false;
  }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const Json::exception& error) override {
    constexpr int number_overflow = 406;
    is_number_too_large_ = error.id == number_overflow;
    return false;
  }

 private:
  bool is_number_too_large_ = false;
};

}  // namespace malinka::protocol
