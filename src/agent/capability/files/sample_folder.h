// SPDX-License-Identifier: MIT
// The files of a simulated device: a temporary folder with something to look at, gone with the
// device.

#pragma once

#include <string>

#include "malinka/result.h"

namespace malinka::agent::files {

/// **Value**, movable only: the folder and all that was put into it go with it.
class SampleFolder {
 public:
  /// Below $TMPDIR or /tmp. Errors: those of mkdtemp, and of writing into it.
  [[nodiscard]] static Result<SampleFolder> create();
  SampleFolder(SampleFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  SampleFolder& operator=(SampleFolder&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~SampleFolder();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit SampleFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;  // Empty once it was moved away.
};

}  // namespace malinka::agent::files
