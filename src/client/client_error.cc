// SPDX-License-Identifier: MIT
#include "client/client_error.h"

namespace malinka::client {

std::string_view describe(ClientError error) {
  switch (error) {
    case ClientError::refused: return "the hub refused the join";
    case ClientError::replaced: return "another program joined under this name";
    case ClientError::closed: return "closed by this program";
    case ClientError::hub_closed: return "the hub closed the link";
    case ClientError::hub_silent: return "the hub fell silent";
    case ClientError::hub_misbehaved: return "the hub does not speak this protocol";
    case ClientError::no_answer: return "the hub did not answer the join in time";
  }
  return "unknown client error";
}

}  // namespace malinka::client
