// SPDX-License-Identifier: MIT
#include "client/known_devices.h"

#include <algorithm>

#include "base/base64.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/percent.h"
#include "base/private_files.h"
#include "base/take_until.h"
#include "base/try.h"
#include "seal/identity.h"

namespace malinka::client {
namespace {

/// A line has two names, of which each byte may take three, and a key.
constexpr std::size_t line_bytes_max = std::size_t{2} * 3 * limits::name_bytes_max + 64;
constexpr std::size_t file_bytes_max = limits::known_devices_max * line_bytes_max;

std::optional<seal::PublicKey> read_key(std::string_view word) {
  const auto bytes = base::decode_base64url(word);
  seal::PublicKey key{};
  if (!bytes || bytes->size() != key.size()) return std::nullopt;
  std::ranges::copy(*bytes, key.begin());
  return key;
}

std::string line_of(std::string_view channel, std::string_view name, const seal::PublicKey& key) {
  return base::percent_encode(channel) + ' ' + base::percent_encode(name) + ' ' +
         base::encode_base64url(key);
}

/// A file that is not there yet says nothing.
Result<std::string> read_known(const std::string& path) {
  auto text = base::read_file(path, file_bytes_max);
  if (!text && text.error().code == std::errc::no_such_file_or_directory) return std::string();
  return text;
}

}  // namespace

std::optional<seal::PublicKey> find_known_device(std::string_view text, std::string_view channel,
                                                 std::string_view name) {
  std::optional<seal::PublicKey> found;
  while (!text.empty()) {
    std::string_view line = base::take_until(text, '\n');
    if (base::percent_decode(base::take_until(line, ' ')) != channel) continue;
    if (base::percent_decode(base::take_until(line, ' ')) != name) continue;
    if (const auto key = read_key(base::take_until(line, ' '))) found = key;
  }
  return found;
}

Result<KnownDevices> KnownDevices::open(std::string path) {
  TRY_VOID(read_known(path));
  KnownDevices known;
  known.path_ = std::move(path);
  return known;
}

KnownDevices::Verdict KnownDevices::meet(std::string_view channel, std::string_view name,
                                         const seal::PublicKey& identity) {
  auto known = find_known_device(own_lines_, channel, name);
  const auto file = path_.empty() ? fail(std::errc::not_supported) : base::LockedFile::open(path_);
  const auto text = file ? file->read(file_bytes_max) : std::unexpected(file.error());
  if (text)
    if (const auto in_file = find_known_device(*text, channel, name)) known = in_file;
  if (known) return *known == identity ? Verdict::known : Verdict::changed;

  const std::string line = line_of(channel, name, identity);
  const bool has_room = text && text->size() + line.size() < file_bytes_max;
  const auto written = has_room ? file->append_line(line) : fail(std::errc::file_too_large);
  if (!written && !path_.empty())
    LOG_WARNING("who a device is cannot be remembered for longer than this program runs",
                {"file", path_});
  if (!written && own_lines_.size() < file_bytes_max) own_lines_ += line + '\n';
  return Verdict::first_met;
}

Result<void> KnownDevices::accept(std::string_view channel, std::string_view name,
                                  const seal::PublicKey& identity) {
  const std::string line = line_of(channel, name, identity);
  if (path_.empty()) {
    own_lines_ += line + '\n';
    return {};
  }
  const base::LockedFile file = TRY(base::LockedFile::open(path_));
  return file.append_line(line);
}

std::string KnownDevices::fingerprint_of(std::string_view channel, std::string_view name) const {
  auto known = find_known_device(own_lines_, channel, name);
  const auto text = path_.empty() ? std::string() : read_known(path_).value_or("");
  if (const auto in_file = find_known_device(text, channel, name)) known = in_file;
  return known ? seal::fingerprint_of(*known) : std::string();
}

}  // namespace malinka::client
