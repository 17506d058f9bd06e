// SPDX-License-Identifier: MIT
#include "agent/capability/reply.h"

#include "base/json.h"

namespace malinka::agent {

Reply done(Json value) {
  return {ResponseCode::done, {}, std::make_shared<const Json>(std::move(value)), {}};
}

Reply refuse(ResponseCode code, std::string error) { return {code, std::move(error), nullptr, {}}; }

}  // namespace malinka::agent
