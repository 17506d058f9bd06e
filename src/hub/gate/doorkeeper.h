// SPDX-License-Identifier: MIT
// Who may join a channel, under which name: every row of the table in docs/protocol.md section 2.

#pragma once

#include <string>

#include "hub/channel/registry.h"
#include "hub/gate/key_guard.h"
#include "protocol/join.h"

namespace malinka::hub {

enum class Verdict {
  admit,
  replace,    ///< Admit in place of the rival, who leaves at once.
  ask_rival,  ///< The name is taken: judge again when the rival has answered or not.
  refuse,
};

struct Decision {
  Verdict verdict = Verdict::admit;
  Member* rival = nullptr;  ///< Who has the name, for replace and ask_rival.
  protocol::JoinRefusal refusal{};
};

/// **Loop-bound.** The references outlive it.
class Doorkeeper {
 public:
  Doorkeeper(const Clock& clock, const Registry& registry, std::size_t wrong_keys_max,
             std::size_t wrong_key_records_max)
      : registry_(registry), guard_(clock, wrong_keys_max, wrong_key_records_max) {}

  /// Judges a join from `address`. `silent_rival` is a member that was asked for a sign of life and
  /// gave none; hub_id for nobody. The key comes first: without it, nobody learns who is in.
  [[nodiscard]] Decision judge(const protocol::Join& join, const std::string& address,
                               MemberId silent_rival);

 private:
  [[nodiscard]] Decision judge_key(const Channel& channel, const protocol::Join& join,
                                   const std::string& address);

  const Registry& registry_;
  KeyGuard guard_;
};

/// What a newcomer is told whose rival answered.
[[nodiscard]] protocol::JoinRefusal name_is_taken();

}  // namespace malinka::hub
