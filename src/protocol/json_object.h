// SPDX-License-Identifier: MIT
// Writes a JSON object, member by member, as text: for messages that are made once and sent.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace malinka::protocol {

/// An object in the making. **Value.**
class JsonObject {
 public:
  /// A member whose value is JSON text already.
  JsonObject& json(std::string_view name, std::string_view value);
  /// A string.
  JsonObject& text(std::string_view name, std::string_view value);
  JsonObject& number(std::string_view name, std::uint64_t value);
  JsonObject& flag(std::string_view name, bool value);
  /// An array of strings: anything that yields them one by one.
  template <typename Texts>
  JsonObject& texts(std::string_view name, const Texts& values);

  /// The whole object, as it is now.
  [[nodiscard]] std::string str() const { return text_ + '}'; }

 private:
  void begin(std::string_view name);
  void append_quoted(std::string_view text);

  std::string text_ = "{";
};

template <typename Texts>
JsonObject& JsonObject::texts(std::string_view name, const Texts& values) {
  begin(name);
  char separator = '[';
  for (const auto& value : values) {
    text_ += separator;
    append_quoted(value);
    separator = ',';
  }
  text_ += separator == '[' ? "[]" : "]";
  return *this;
}

}  // namespace malinka::protocol
