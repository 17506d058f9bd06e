// SPDX-License-Identifier: MIT
// TRY(expression): the value of a Result, or return its error from the enclosing function.

#pragma once

#include <utility>

#include "malinka/result.h"

#define TRY(...)                                                            \
  (__extension__({                                                          \
    auto try_result = (__VA_ARGS__);                                        \
    if (!try_result) return std::unexpected(std::move(try_result.error())); \
    std::move(try_result).operator*();                                      \
  }))

/// The same for a Result<void>.
#define TRY_VOID(...)                                        \
  do {                                                       \
    if (auto try_result = (__VA_ARGS__); !try_result)        \
      return std::unexpected(std::move(try_result.error())); \
  } while (false)
