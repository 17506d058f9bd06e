// SPDX-License-Identifier: MIT
#include "cli/copy.h"

#include <chrono>
#include <thread>
#include <utility>

#include "base/sha256.h"
#include "base/try.h"

namespace malinka::cli {
namespace {

using std::chrono::seconds;

/// How long a lost link, or a device that left, may take to come back.
constexpr seconds absence_max{600};
/// Attempts that bring nothing, one after the other.
constexpr int vain_attempts_max = 60;
constexpr seconds attempt_pause{1};
constexpr std::chrono::milliseconds busy_pause{100};
constexpr std::size_t transfer_digits = 32;

/// The same for the same file, so long as it does not change: another attempt goes on with its
/// part.
std::string transfer_name(const std::string& what, const FileFacts& facts) {
  base::Sha256 hash;
  hash.add(as_bytes(what));
  hash.add(as_bytes("\n" + std::to_string(facts.bytes.value_or(0)) + "\n" + facts.modified));
  return hash.finish_hex().substr(0, transfer_digits);
}

bool is_busy(const Failure& failure) {
  return failure.code == static_cast<int>(ResponseCode::busy);
}

bool is_conflict(const Failure& failure) {
  return failure.code == static_cast<int>(ResponseCode::conflict);
}

bool may_pass(const Failure& failure) {
  return failure.exit_code == ExitCode::no_device ||
         failure.code == static_cast<int>(ResponseCode::unavailable) ||
         failure.code == static_cast<int>(ResponseCode::timed_out) ||
         failure.code == static_cast<int>(ResponseCode::not_found) || is_conflict(failure);
}

class Copying {
 public:
  Copying(CopySource& source, CopySink& sink, const std::string& what, CopyState& state)
      : source_(source), sink_(sink), what_(what), state_(state) {}

  Attempt<Copied> attempt() {
    has_sent_all_ = false;
    const FileFacts facts = TRY(source_.look());
    state_.bytes_total = facts.bytes.value_or(0);
    const std::uint64_t offset = TRY(sink_.begin(facts, transfer_name(what_, facts)));
    TRY_VOID(source_.begin(offset));
    has_begun_ = true;
    state_.bytes = offset;
    while (true) {
      const StreamBytes bytes = TRY(source_.read());
      if (bytes->empty()) break;
      TRY_VOID(sink_.write(bytes));
      state_.bytes += bytes->size();
    }
    const std::string hash = TRY(source_.hash());
    has_sent_all_ = true;
    auto entry = TRY(sink_.finish(hash));
    return Copied{facts, state_.bytes, std::move(entry)};
  }

  /// Only what has worked once is worth another attempt. In conflict is a beginning with an earlier
  /// attempt that the device has not given up yet; an end, with a file that has come there
  /// meanwhile.
  [[nodiscard]] bool is_worth_another(const Failure& failure) const {
    return has_begun_ && source_.can_begin_again() && sink_.can_begin_again() &&
           may_pass(failure) && !(has_sent_all_ && is_conflict(failure));
  }

 private:
  CopySource& source_;
  CopySink& sink_;
  const std::string& what_;
  CopyState& state_;
  bool has_begun_ = false;
  bool has_sent_all_ = false;
};

/// How long it has gone on without bringing anything.
class Patience {
 public:
  /// Whether another attempt is worth it, where so many bytes have come by now.
  bool lasts(std::uint64_t bytes) {
    const auto now = std::chrono::steady_clock::now();
    if (bytes > bytes_) *this = Patience(bytes, now);
    return ++vain_attempts_ <= vain_attempts_max && now - since_ < absence_max;
  }
  [[nodiscard]] std::chrono::milliseconds left() const {
    const auto left = absence_max - (std::chrono::steady_clock::now() - since_);
    return std::chrono::ceil<std::chrono::milliseconds>(left);
  }
  Patience() = default;

 private:
  Patience(std::uint64_t bytes, std::chrono::steady_clock::time_point since)
      : bytes_(bytes), since_(since) {}

  std::uint64_t bytes_ = 0;
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
  int vain_attempts_ = 0;
};

}  // namespace

Attempt<Copied> copy_file(Session& session, CopySource& source, CopySink& sink,
                          const std::string& what, CopyState& state) {
  Copying copying(source, sink, what, state);
  Patience patience;
  while (true) {
    auto copied = copying.attempt();
    state.waits_for_link = false;
    if (copied) return copied;
    const Failure& failure = copied.error();
    const bool can_go_on = copying.is_worth_another(failure) || is_busy(failure);
    if (!can_go_on || !patience.lasts(state.bytes)) return copied;
    if (is_busy(failure)) {
      std::this_thread::sleep_for(busy_pause);
      continue;
    }
    state.waits_for_link = true;
    std::this_thread::sleep_for(attempt_pause);
    if (session.client().wait_joined(patience.left()).state != ClientState::joined) return copied;
  }
}

}  // namespace malinka::cli
