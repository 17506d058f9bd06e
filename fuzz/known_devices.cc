// SPDX-License-Identifier: MIT
// The file of known devices, whatever has become of it: it is read without harm, its last line of a
// device counts, and what is said of others changes nothing.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/base64.h"
#include "base/bytes.h"
#include "client/known_devices.h"
#include "seal/primitives.h"

namespace malinka::client {
namespace {

constexpr seal::PublicKey stranger{std::byte{1}};

void check(std::string_view text) {
  const auto known = find_known_device(text, "home", "kitchen");
  const std::string line = "home kitchen " + base::encode_base64url(stranger) + "\n";
  ASSERT(find_known_device(std::string(text) + "\n" + line, "home", "kitchen") == stranger);
  ASSERT(find_known_device(line + std::string(text), "home", "kitchen") ==
         known.value_or(stranger));
  const std::string other = "home hall " + base::encode_base64url(stranger) + "\n";
  ASSERT(find_known_device(other + std::string(text), "home", "kitchen") == known);
}

}  // namespace
}  // namespace malinka::client

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  malinka::client::check(malinka::as_text(std::as_bytes(std::span(data, size))));
  return 0;
}
