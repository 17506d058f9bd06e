// SPDX-License-Identifier: MIT
#include "hub/gate/doorkeeper.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace malinka::hub {
namespace {

Decision refuse(ResponseCode code, std::string error) {
  return {.verdict = Verdict::refuse,
          .refusal = {.code = code, .error = std::move(error), .retry_after_seconds = {}}};
}

std::string_view explain_wrong_key(const Channel& channel, const protocol::Join& join) {
  if (!channel.key().is_guarded()) return "this channel is open: join it without a key";
  return join.key.empty() ? "this channel is guarded: a key is needed" : "wrong key";
}

/// The same process again, or two that cannot be told apart.
bool is_same_instance(const Member& rival, const protocol::Join& join) {
  return rival.profile().instance == InstanceMark(join.instance);
}

}  // namespace

Decision Doorkeeper::judge(const protocol::Join& join, const std::string& address,
                           MemberId silent_rival) {
  const Channel* const channel = registry_.find(join.channel);
  if (channel != nullptr) {
    Decision decision = judge_key(*channel, join, address);
    if (decision.verdict == Verdict::refuse) return decision;
  }
  guard_.note_right(join.channel, address);

  Member* const rival = channel != nullptr ? channel->find(join.subscriber) : nullptr;
  if (rival == nullptr) return {.verdict = Verdict::admit};
  const bool gives_way = is_same_instance(*rival, join) || rival->id() == silent_rival;
  return {.verdict = gives_way ? Verdict::replace : Verdict::ask_rival, .rival = rival};
}

Decision Doorkeeper::judge_key(const Channel& channel, const protocol::Join& join,
                               const std::string& address) {
  if (const auto wait = guard_.blocked_for(join.channel, address)) {
    const auto seconds = static_cast<unsigned>(wait->count());
    Decision decision =
        refuse(ResponseCode::busy, fmt::format("too many wrong keys: try again in {} s", seconds));
    decision.refusal.retry_after_seconds = seconds;
    return decision;
  }
  if (registry_.is_opened_by(channel, join.key)) return {};
  guard_.note_wrong(join.channel, address);
  return refuse(ResponseCode::wrong_key, std::string(explain_wrong_key(channel, join)));
}

protocol::JoinRefusal name_is_taken() {
  return {.code = ResponseCode::conflict,
          .error = "this name is taken in this channel: choose another, or try again once it left",
          .retry_after_seconds = {}};
}

}  // namespace malinka::hub
