// SPDX-License-Identifier: MIT
// Broadcasts: a sender seals each once, with a key of its own that its welcomes hand out; a
// receiver has the keys of those it has sessions with. docs/protocol.md section 8, Events.

#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "malinka/result.h"
#include "seal/chain.h"
#include "seal/form.h"

namespace malinka::seal {

/// A key as a welcome hands it out.
struct EventKey {
  Level level = Level::view;
  Id id{};
  Secret key;
  std::uint32_t generation = 0;
  std::uint64_t next = 0;  ///< Earlier events are not for who is told this.
};

[[nodiscard]] Bytes encode_event_keys(const std::vector<EventKey>& keys);
/// Errors: FormError.
[[nodiscard]] Result<std::vector<EventKey>> decode_event_keys(ByteView bytes);

/// A sender's keys, fresh for each process. **Loop-bound.**
class EventSender {
 public:
  explicit EventSender(Steady now);

  /// The blob of an event that needs `level`.
  [[nodiscard]] Bytes seal(Level level, std::span<const ByteView> plaintext, Steady now);
  /// What a session of `level` is told.
  [[nodiscard]] std::vector<EventKey> keys_for(Level level) const;

 private:
  SendingChain view_;
  SendingChain control_;
};

/// What others sealed. **Loop-bound.**
class EventReceiver {
 public:
  /// What `owner` handed out, in place of what it had before.
  void learn(std::string_view owner, const std::vector<EventKey>& keys);
  enum class Failure {
    needs_session,  ///< A new session with its originator would help.
    dropped,
  };
  /// Opens what `originator` sent. A key that a session did not explain (a viewer is not given
  /// those for control) is not asked for again until there is another session.
  [[nodiscard]] std::expected<Opened, Failure> open(std::string_view originator,
                                                    const SealedBox& sealed);

 private:
  struct Known {
    Id id{};
    ReceivingChain chain;
  };
  struct Owner {
    std::vector<Known> known;
    std::optional<Id> asked_for;    // What needs_session was said of last.
    std::optional<Id> unexplained;  // The same, after a session did not bring it.
    std::uint64_t heard_at = 0;     // By count_.
  };

  [[nodiscard]] Failure ask_for(std::string_view originator, const Id& id);
  void make_room();

  std::map<std::string, Owner, std::less<>> owners_;
  std::uint64_t count_ = 0;  // Of what was learned and heard.
};

}  // namespace malinka::seal
