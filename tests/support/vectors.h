// SPDX-License-Identifier: MIT
// The golden vectors of spec/vectors/, for the unit tests: what goes in, and what must come out.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace malinka::test {

/// One file of spec/vectors/<kind>/.
struct Vector {
  std::string file;   ///< Its name in the folder, for CAPTURE.
  std::string name;   ///< The sentence that it proves.
  std::string input;  ///< Bytes: its text, hex or repeat form, or several of them in a row.
  Json given;         ///< Settings to read it under, where its kind has any; else null.
  Json expect;        ///< {"ok":true, …} or {"ok":false,"error":"the enumerator's name"}.
};

/// One file of spec/vectors/<kind>/ as it is written, for kinds with members of their own.
struct VectorFile {
  std::string file;
  Json json;
};

/// All files of that kind, sorted by name. Fails the running test case where there is none, or one
/// is not JSON.
[[nodiscard]] std::vector<VectorFile> load_vector_files(std::string_view kind);

/// All vectors of that kind, sorted by file name. Fails the running test case where the folder is
/// empty, or a file in it is not a vector.
[[nodiscard]] std::vector<Vector> load_vectors(std::string_view kind);

/// The bytes of an input form: {"text":…}, {"hex":…}, {"repeat":{FORM,"count":n}}, or an array of
/// forms, which stand in a row. Blanks in hex are passed over. Fails the running test case
/// otherwise.
[[nodiscard]] std::string expand_input(const Json& form);

}  // namespace malinka::test
