// SPDX-License-Identifier: MIT
#include "malinka/pairing.h"

#include <array>

#include "base/base32.h"
#include "base/files.h"
#include "base/json.h"
#include "base/private_files.h"
#include "base/random.h"
#include "base/try.h"
#include "client/sealing.h"
#include "protocol/names.h"
#include "seal/identity.h"

namespace malinka {
namespace {

constexpr std::size_t file_bytes_max = 64U << 10;
constexpr std::size_t group_letters = 4;

template <std::size_t bits>
std::string random_base32() {
  std::array<std::byte, bits / 8> bytes{};
  base::fill_random(bytes);
  return base::encode_base32(bytes);
}

std::optional<ChannelLink> parse_pairing(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return std::nullopt;
  const std::string* const hub = find_string(*json, "hub");
  const std::string* const channel = find_string(*json, "channel");
  const std::string* const password = find_string(*json, "password");
  if (hub == nullptr || channel == nullptr || password == nullptr) return std::nullopt;
  if (!protocol::is_name(*channel) || password->empty()) return std::nullopt;
  return ChannelLink{*hub, *channel, *password};
}

}  // namespace

ChannelLink make_pairing(std::string hub) {
  return {.hub = std::move(hub),
          .channel = "home-" + random_base32<40>(),
          .password = base::grouped(random_base32<128>(), group_letters)};
}

std::string pairing_path(const std::string& state_folder) { return state_folder + "/pairing"; }

Result<std::optional<ChannelLink>> read_pairing(const std::string& state_folder) {
  const std::string path = pairing_path(state_folder);
  const auto text = base::read_file(path, file_bytes_max);
  if (!text && text.error().code == std::errc::no_such_file_or_directory) return std::nullopt;
  if (!text) return std::unexpected(text.error());
  auto pairing = parse_pairing(*text);
  if (pairing) return pairing;
  return fail(std::errc::bad_message,
              path + " is no pairing; remove it, and the device makes another one with a new link");
}

Result<void> write_pairing(const std::string& state_folder, const ChannelLink& pairing) {
  const Json json = {
      {"hub", pairing.hub}, {"channel", pairing.channel}, {"password", pairing.password}};
  return base::write_private_file(pairing_path(state_folder), dump_json(json) + "\n");
}

Result<std::string> own_fingerprint(const std::string& state_folder) {
  const std::string path = client::identity_path(state_folder);
  // Looked for first: only the device itself makes its identity.
  if (const auto text = base::read_file(path, file_bytes_max);
      !text && text.error().code == std::errc::no_such_file_or_directory)
    return std::string();
  const seal::Secret identity = TRY(client::load_identity(path));
  return seal::fingerprint_of(seal::public_key_of(identity));
}

}  // namespace malinka
