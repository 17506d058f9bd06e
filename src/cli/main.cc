// SPDX-License-Identifier: MIT
// malinka: the command line for people and scripts.
#include <cstdio>
#include <exception>

#include "cli/program.h"

int main(int argc, char** argv) {
  try {
    return static_cast<int>(malinka::cli::run_program(argc, argv));
  } catch (const std::exception& error) {
    (void)std::fprintf(stderr, "malinka: %s\n", error.what());
    return 1;
  }
}
