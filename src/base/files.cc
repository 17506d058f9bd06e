// SPDX-License-Identifier: MIT
#include "base/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>
#define TOML_HEADER_ONLY 0
#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include "base/json.h"
#include "base/try.h"
#include "base/unique_fd.h"

namespace malinka::base {
namespace {

constexpr std::size_t config_bytes_max = 1 << 20;
constexpr std::size_t password_bytes_max = 64 << 10;

template <typename Node>
Json text_of(const Node& node) {
  std::ostringstream text;
  text << node;
  return text.str();
}

Json to_json(const toml::node& node);

Json to_json(const toml::table& table) {
  Json object = Json::object();
  for (const auto& [key, value] : table) object[std::string(key.str())] = to_json(value);
  return object;
}

Json to_json(const toml::array& array) {
  Json list = Json::array();
  for (const toml::node& element : array) list.push_back(to_json(element));
  return list;
}

Json to_json(const toml::node& node) {
  if (const auto* const table = node.as_table()) return to_json(*table);
  if (const auto* const array = node.as_array()) return to_json(*array);
  if (const auto* const text = node.as_string()) return text->get();
  if (const auto* const integer = node.as_integer()) return integer->get();
  if (const auto* const real = node.as_floating_point()) return real->get();
  if (const auto* const boolean = node.as_boolean()) return boolean->get();
  if (const auto* const date = node.as_date()) return text_of(date->get());
  if (const auto* const time = node.as_time()) return text_of(time->get());
  if (const auto* const date_time = node.as_date_time()) return text_of(date_time->get());
  return nullptr;
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return fail_errno(errno, path);
  std::string text;
  char buffer[16 << 10];
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail_errno(errno, path);
    if (count == 0) return text;
    text.append(buffer, static_cast<std::size_t>(count));
    if (text.size() > bytes_max) return fail(std::errc::file_too_large, path);
  }
}

Result<std::string> read_password_file(const std::string& path) {
  std::string password = TRY(read_file(path, password_bytes_max));
  if (!password.ends_with('\n')) return password;
  password.pop_back();
  if (password.ends_with('\r')) password.pop_back();
  return password;
}

Result<Json> parse_toml(std::string_view text, std::string_view name) {
  try {
    return to_json(toml::parse(text));
  } catch (const toml::parse_error& error) {
    return fail(std::errc::invalid_argument, std::string(name) + ":" +
                                                 std::to_string(error.source().begin.line) + ": " +
                                                 std::string(error.description()));
  }
}

Result<Json> read_toml(const std::string& path) {
  return parse_toml(TRY(read_file(path, config_bytes_max)), path);
}

}  // namespace malinka::base
