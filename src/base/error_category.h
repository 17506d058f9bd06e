// SPDX-License-Identifier: MIT
// One std::error_category for each `enum class …Error`, without writing it out each time.
//
//   enum class FrameError { reserved_bits_set = 1, … };
//   std::string_view describe(FrameError error);
//   inline std::error_code make_error_code(FrameError e) { return base::error_code_of(e, "frame");
//   } template <> struct std::is_error_code_enum<FrameError> : std::true_type {};

#pragma once

#include <string>
#include <system_error>

namespace malinka::base {

template <typename Enum>
class EnumCategory final : public std::error_category {
 public:
  explicit EnumCategory(const char* name) : name_(name) {}
  [[nodiscard]] const char* name() const noexcept override { return name_; }
  [[nodiscard]] std::string message(int value) const override {
    return std::string(describe(static_cast<Enum>(value)));
  }

 private:
  const char* name_;
};

template <typename Enum>
[[nodiscard]] std::error_code error_code_of(Enum value, const char* category_name) {
  static const EnumCategory<Enum> category(category_name);
  return {static_cast<int>(value), category};
}

}  // namespace malinka::base
