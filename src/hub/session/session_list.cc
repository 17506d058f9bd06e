// SPDX-License-Identifier: MIT
#include "hub/session/session_list.h"

#include <utility>

namespace malinka::hub {

Session& SessionList::add(std::unique_ptr<Session> session) {
  session->place().index_ = static_cast<std::uint32_t>(sessions_.size());
  return *sessions_.emplace_back(std::move(session));
}

/// The last takes its place.
std::unique_ptr<Session> SessionList::take_out(Session& session) {
  const std::uint32_t index = session.place().index_;
  std::swap(sessions_[index], sessions_.back());
  sessions_[index]->place().index_ = index;
  std::unique_ptr<Session> taken = std::move(sessions_.back());
  sessions_.pop_back();
  return taken;
}

}  // namespace malinka::hub
