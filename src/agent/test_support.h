// SPDX-License-Identifier: MIT
// A state folder for tests of the agent. Not part of any program.

#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace malinka::agent {

/// The agent's, gone with the test.
struct StateFolder {
  StateFolder() {
    REQUIRE(::mkdtemp(path.data()) != nullptr);
    ::setenv("STATE_DIRECTORY", path.c_str(), 1);
  }
  ~StateFolder() {
    ::unsetenv("STATE_DIRECTORY");
    std::filesystem::remove_all(path);
  }
  StateFolder(const StateFolder&) = delete;
  StateFolder& operator=(const StateFolder&) = delete;

  std::string path = "/tmp/malinka-state-XXXXXX";
};

}  // namespace malinka::agent
