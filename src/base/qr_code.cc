// SPDX-License-Identifier: MIT
#include "base/qr_code.h"

#include <qrencode.h>

#include <cerrno>
#include <memory>

namespace malinka::base {
namespace {

constexpr int quiet_zone = 4;
constexpr std::string_view black_on_white = "\x1b[38;5;16;48;5;231m";
constexpr std::string_view own_colours = "\x1b[0m";

struct FreeCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};
using Code = std::unique_ptr<QRcode, FreeCode>;

/// Beyond its edges a code is light.
bool is_dark(const QRcode& code, int row, int column) {
  if (row < 0 || column < 0 || row >= code.width || column >= code.width) return false;
  return (code.data[row * code.width + column] & 1) != 0;
}

/// A character shows two modules, one above the other.
std::string_view draw_two(bool is_upper_dark, bool is_lower_dark) {
  if (is_upper_dark && is_lower_dark) return "█";
  if (is_upper_dark) return "▀";
  return is_lower_dark ? "▄" : " ";
}

}  // namespace

Result<std::string> draw_qr_code(std::string_view text) {
  // The least correction of errors: a screen has no stains, and a smaller code is read sooner.
  const Code code(QRcode_encodeData(static_cast<int>(text.size()),
                                    reinterpret_cast<const unsigned char*>(text.data()), 0,
                                    QR_ECLEVEL_L));
  if (!code && errno == ERANGE) return fail(std::errc::message_size, "a QR code");
  if (!code) return fail_errno(errno, "a QR code");
  std::string drawn;
  for (int row = -quiet_zone; row < code->width + quiet_zone; row += 2) {
    drawn += black_on_white;
    for (int column = -quiet_zone; column < code->width + quiet_zone; ++column)
      drawn += draw_two(is_dark(*code, row, column), is_dark(*code, row + 1, column));
    drawn += own_colours;
    drawn += '\n';
  }
  return drawn;
}

}  // namespace malinka::base
