// SPDX-License-Identifier: MIT
// A random program on one hub: members join, speak, stall, leave and are killed, channels end and
// begin anew with another key; and a ledger of every message.

#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "crowd_member.h"
#include "message_ledger.h"
#include "net/loop.h"

namespace malinka::test {

struct RandomLoadSettings {
  std::uint16_t hub_port = 0;
  std::uint64_t seed = 0;
  std::chrono::seconds heartbeat{0};  ///< The hub's.
};

/// **Loop-bound**: has a loop of its own.
class RandomLoad final : public Crowd {
 public:
  explicit RandomLoad(const RandomLoadSettings& settings);

  /// Acts at random.
  void run(std::chrono::seconds time);
  /// Acts no more, until nobody stalls, comes or goes, and the ledger is settled. False where that
  /// takes too long.
  [[nodiscard]] bool come_to_rest();
  /// False where somebody cannot.
  [[nodiscard]] bool leave_all();

  [[nodiscard]] const MessageLedger& ledger() const { return ledger_; }
  /// What a hub must never do, in words; the first of it.
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }
  /// Who keeps it from coming to rest, in words.
  [[nodiscard]] std::vector<std::string> find_restless() const;
  /// How often each thing was done, in words.
  [[nodiscard]] std::string summary() const;

 private:
  enum class State { absent, joining, in, leaving };

  /// Who has a name at the moment.
  struct Seat {
    std::unique_ptr<CrowdMember> member{};
    State state = State::absent;
    bool is_known_out = true;  ///< To the hub: it has noticed that the last one is gone.
    bool is_early = false;     ///< It asked before anyone was known to be in by the new key.
    bool is_half_open = false;
    bool is_doomed = false;
    bool awaits_ping = false;  ///< Speaks no more until it is answered.
    std::size_t pins = 0;      ///< Somebody counts on its staying.
    std::optional<Steady> deaf_until{};
    std::size_t joined_at = 0;  ///< Ids: messages before it were sent before.
    std::size_t ping_sent_at = 0;
    std::size_t confirmed_to = 0;  ///< The hub has had all that it sent before.
    std::array<std::size_t, members_per_channel> last_heard{};
  };
  struct Channel {
    std::array<Seat, members_per_channel> seats{};
    std::size_t key_number = 1;
    bool is_closing = false;    ///< Everyone leaves, for the next key.
    bool is_reopening = false;  ///< The hub may not have noticed yet that all are gone.
  };
  struct Intruder {
    std::unique_ptr<CrowdMember> member;
    std::size_t witness = 0;  ///< Its seat keeps the channel open.
  };

  // What is done at random.

  void act();
  void join(Place place);
  void speak(Place place, std::size_t messages, std::size_t bytes_max);
  void send_one(Place place, SentType type, std::size_t bytes_max);
  void send_to(Place place, const SentMessage& message);
  void leave(Place place);
  void kill(Place place);
  void kill_in_mid_frame(Place place);
  void stall(Place place, bool is_half_open);
  void begin_key_change(std::size_t channel);
  void intrude(Place witness);
  void take_care();
  void take_care_of(Place place);

  // Crowd.

  void on_join(CrowdMember& member, int code) noexcept override;
  void on_relayed(CrowdMember& member, std::size_t id, std::string_view originator,
                  std::string_view filler) noexcept override;
  void on_hub_message(CrowdMember& member, const Json& message) noexcept override;
  void on_nonsense(CrowdMember& member, std::string_view why) noexcept override;
  void on_end(CrowdMember& member, link::EndReason reason) noexcept override;

  void on_dropped(Place place, const Json& from);
  void on_response(Place place, const Json& message);
  /// Who reads nothing is half-open but for its kernel, which may still take a little, seconds
  /// later, when the hub's asks for room. Then the hub has heard of it, and does not give it up.
  void keep(Seat& half_open) {
    half_open.is_half_open = false;
    ++half_open_kept_;
  }
  void end_intruder(const CrowdMember& member);
  void vacate(Seat& seat);

  [[nodiscard]] Seat& seat(Place place) { return channels_[place.channel].seats.at(place.member); }
  [[nodiscard]] Copy copy_to(Place recipient, SentType type);
  [[nodiscard]] Place random_place();
  [[nodiscard]] std::size_t random_below(std::size_t limit);
  [[nodiscard]] std::size_t random_bytes(std::size_t bytes_max);
  [[nodiscard]] std::string key_of(const Channel& channel) const;
  [[nodiscard]] bool is_free_to_go(Place place);
  [[nodiscard]] static bool is_at_rest(const Seat& seat);
  [[nodiscard]] bool is_at_rest() const;
  [[nodiscard]] bool run_until(const std::function<bool()>& is_done);
  void note_fault(std::string fault);

  const RandomLoadSettings settings_;
  std::mt19937_64 random_;
  std::unique_ptr<net::Loop> loop_;
  net::SendBatcher batcher_;
  Bytes read_buffer_;
  link::Engine engine_;
  link::HubUrl url_;
  MessageLedger ledger_;
  std::vector<Channel> channels_;
  std::vector<Intruder> intruders_;
  std::vector<std::string> faults_;
  std::size_t sent_bytes_ = 0;
  std::size_t joins_ = 0;
  std::size_t kills_ = 0;
  std::size_t half_open_ends_ = 0;
  std::size_t half_open_kept_ = 0;
  std::size_t key_changes_ = 0;
  std::size_t intrusions_ = 0;
  bool is_acting_ = false;
};

}  // namespace malinka::test
