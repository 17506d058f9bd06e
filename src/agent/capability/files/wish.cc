// SPDX-License-Identifier: MIT
#include "agent/capability/files/wish.h"

#include "agent/capability/files/files_error.h"
#include "base/json.h"
#include "protocol/timestamp.h"

namespace malinka::agent::files {

const std::string& path_of(const Json& value, const char* member) {
  return value.at(member).get_ref<const std::string&>();
}

Replacing replacing_of(const Json& value) {
  return value.value("overwrite", false) ? Replacing::yes : Replacing::no;
}

Result<WriteWish> wish_of(const Json& value) {
  WriteWish wish{.replacing = replacing_of(value)};
  if (const std::string* const mode = find_string(value, "mode"))
    wish.mode = static_cast<mode_t>(std::stoul(*mode, nullptr, 8));  // Three or four octal digits.
  if (const std::string* const modified = find_string(value, "modified")) {
    wish.modified = protocol::parse_timestamp(*modified);
    if (!wish.modified) return fail(FilesError::bad_time, path_of(value));
  }
  return wish;
}

}  // namespace malinka::agent::files
