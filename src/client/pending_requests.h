// SPDX-License-Identifier: MIT
// Requests that wait: who has yet to answer each, and who answers for those who cannot. Pure
// bookkeeping, without time or link of its own. docs/protocol.md sections 3 and 4.

#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/response_code.h"
#include "client/subscriber.h"
#include "malinka/message.h"

namespace malinka::client {

/// More requests are refused with 503.
inline constexpr std::size_t pending_requests_max = 10'000;

/// A request on its way.
struct PendingRequest {
  /// Who has not answered yet, in the order asked; for a request to all, known once the hub's 202
  /// came.
  std::vector<std::string> waiting_for;
  bool is_to_all = false;          ///< Sent to `*`.
  bool is_accepted = true;         ///< Its 202 came, where there must be one.
  std::set<std::string> heard_of;  ///< Of a request to all: who answered, or was reported.
  Steady deadline;
  AnswerHandler on_answer;
  DoneHandler on_done;
};

/// Calls handlers, which may add requests. **Loop-bound.**
class PendingRequests {
 public:
  [[nodiscard]] bool has_room() const { return by_id_.size() < pending_requests_max; }
  /// `id` is the command's, as the JSON token that was sent.
  void add(std::string id, PendingRequest request);

  /// Hands a Response to the request that it answers, if its originator was asked and has not
  /// answered yet. Whether it was waited for.
  bool take_response(const Message& response);
  /// Fails what the request `id` expects of `answer.from`.
  void fail(std::string_view id, const Answer& answer) { deliver(id, answer); }
  /// Fails whatever waits for `recipient`.
  void fail_recipient(std::string_view recipient, std::string_view error);
  void fail_all(ResponseCode code, std::string_view error);
  /// Fails what is over its deadline.
  void expire(Steady now);

  /// When expire() has something to do next.
  [[nodiscard]] std::optional<Steady> next_deadline() const;

 private:
  using Iterator = std::map<std::string, PendingRequest, std::less<>>::iterator;

  void take_hub_response(Iterator pending, const Message& response);
  void take_accepted(Iterator pending, const Message& response);
  /// Gives `answer` to its request if `answer.from` is waited for.
  bool deliver(std::string_view id, const Answer& answer);
  /// The same for whom a command to all did not reach: the 202 need not have named it.
  void deliver_report(Iterator pending, const Answer& answer);
  void finish(Iterator pending);
  void fail_whole(Iterator pending, ResponseCode code, std::string_view error);

  std::map<std::string, PendingRequest, std::less<>> by_id_;
  std::set<std::pair<Steady, std::string>> deadlines_;  // One for each of by_id_.
};

}  // namespace malinka::client
