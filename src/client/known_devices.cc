// SPDX-License-Identifier: MIT
#include "client/known_devices.h"

#include <algorithm>
#include <optional>

#include "base/base64.h"
#include "base/files.h"
#include "base/log.h"
#include "base/percent.h"
#include "base/private_files.h"
#include "base/try.h"
#include "seal/identity.h"

namespace malinka::client {
namespace {

constexpr std::size_t file_bytes_max = 16U << 20;

/// Cuts the first word off; words are separated by one blank.
std::string_view take_word(std::string_view& line) {
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(line.size(), word.size() + 1));
  return word;
}

std::optional<seal::PublicKey> read_key(std::string_view word) {
  const auto bytes = base::decode_base64url(word);
  seal::PublicKey key{};
  if (!bytes || bytes->size() != key.size()) return std::nullopt;
  std::ranges::copy(*bytes, key.begin());
  return key;
}

std::string line_of(std::string_view channel, std::string_view name, const seal::PublicKey& key) {
  return base::percent_encode(channel) + ' ' + base::percent_encode(name) + ' ' +
         base::encode_base64url(key) + '\n';
}

}  // namespace

Result<KnownDevices> KnownDevices::open(std::string path) {
  KnownDevices known;
  known.path_ = std::move(path);
  const auto text = base::read_file(known.path_, file_bytes_max);
  if (!text && text.error().code == std::errc::no_such_file_or_directory) return known;
  if (!text) return std::unexpected(text.error());
  for (std::string_view rest = *text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    known.read_line(line);
  }
  return known;
}

void KnownDevices::read_line(std::string_view line) {
  const auto channel = base::percent_decode(take_word(line));
  const auto name = base::percent_decode(take_word(line));
  const auto key = read_key(take_word(line));
  if (channel && name && key) identities_.insert_or_assign({*channel, *name}, *key);
}

KnownDevices::Verdict KnownDevices::meet(std::string_view channel, std::string_view name,
                                         const seal::PublicKey& identity) {
  const auto known = identities_.find({std::string(channel), std::string(name)});
  if (known != identities_.end())
    return known->second == identity ? Verdict::known : Verdict::changed;
  if (const auto accepted = accept(channel, name, identity); !accepted)
    LOG_WARNING("the identity of a device cannot be remembered", {"file", path_},
                {"why", accepted.error().message()});
  return Verdict::first_met;
}

Result<void> KnownDevices::accept(std::string_view channel, std::string_view name,
                                  const seal::PublicKey& identity) {
  identities_.insert_or_assign({std::string(channel), std::string(name)}, identity);
  if (path_.empty()) return {};
  return base::append_private_file(path_, line_of(channel, name, identity));
}

std::string KnownDevices::fingerprint_of(std::string_view channel, std::string_view name) const {
  const auto known = identities_.find({std::string(channel), std::string(name)});
  return known == identities_.end() ? std::string() : seal::fingerprint_of(known->second);
}

}  // namespace malinka::client
