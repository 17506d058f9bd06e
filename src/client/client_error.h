// SPDX-License-Identifier: MIT
// Why a client is not joined, where neither the system nor a lower layer has a word for it.

#pragma once

#include <string_view>

#include "base/error_category.h"

namespace malinka::client {

enum class ClientError {
  refused = 1,     ///< The hub refused the join; the context is what it said.
  replaced,        ///< Another program joined under the same name.
  closed,          ///< close() was called.
  hub_closed,      ///< The hub closed the link in order.
  hub_silent,      ///< Nothing came for two heartbeats.
  hub_misbehaved,  ///< What it sent is not the protocol.
  no_answer,       ///< It did not answer the join in time.
};
std::string_view describe(ClientError error);
inline std::error_code make_error_code(ClientError error) {
  return base::error_code_of(error, "client");
}

}  // namespace malinka::client

template <>
struct std::is_error_code_enum<malinka::client::ClientError> : std::true_type {};
