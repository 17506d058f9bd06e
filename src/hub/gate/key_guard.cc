// SPDX-License-Identifier: MIT
#include "hub/gate/key_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstring>

#include "base/limits.h"

namespace malinka::hub {
namespace {

/// An address group may hold any byte but this one.
std::string make_key(std::string_view channel, const std::string& address) {
  return address_group(address).append(1, '\n').append(channel);
}

}  // namespace

std::string address_group(const std::string& address) {
  in6_addr parsed{};
  if (::inet_pton(AF_INET6, address.c_str(), &parsed) != 1) return address;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (IN6_IS_ADDR_V4MAPPED(&parsed)) {
    ::inet_ntop(AF_INET, &parsed.s6_addr[12], text.data(), text.size());
    return text.data();
  }
  std::memset(&parsed.s6_addr[8], 0, 8);
  ::inet_ntop(AF_INET6, &parsed, text.data(), text.size());
  return std::string(text.data()) + "/64";
}

KeyGuard::KeyGuard(const Clock& clock, std::size_t wrong_keys_max, std::size_t records_max)
    : clock_(clock),
      wrong_keys_max_(wrong_keys_max),
      wrong_(records_max, std::chrono::seconds(limits::wrong_keys_seconds)),
      trusted_(records_max, std::chrono::seconds(limits::trusted_address_seconds)) {}

std::optional<std::chrono::seconds> KeyGuard::blocked_for(std::string_view channel,
                                                          const std::string& address) {
  const std::string key = make_key(channel, address);
  const Steady now = clock_.now();
  const WrongKeys* const wrong = wrong_.find(key, now);
  if (wrong == nullptr) return std::nullopt;
  const bool is_trusted = trusted_.find(key, now) != nullptr;
  const std::size_t budget =
      is_trusted ? wrong_keys_max_ * limits::trusted_wrong_keys_factor : wrong_keys_max_;
  if (wrong->count < budget) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(wrong_.end_of(key) - now);
}

void KeyGuard::note_wrong(std::string_view channel, const std::string& address) {
  const std::string key = make_key(channel, address);
  WrongKeys* wrong = wrong_.find(key, clock_.now());
  if (wrong == nullptr) wrong = &wrong_.begin(key, clock_.now());
  ++wrong->count;
}

void KeyGuard::note_right(std::string_view channel, const std::string& address) {
  trusted_.begin(make_key(channel, address), clock_.now());
}

}  // namespace malinka::hub
