// SPDX-License-Identifier: MIT
#include "client/pending_requests.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/limits.h"
#include "client/messages.h"
#include "protocol/names.h"
#include "protocol/stream_part.h"

namespace malinka::client {
namespace {

/// value.recipient: whom a report is about; empty when it is about the whole message.
std::string reported_recipient(const Message& report) {
  if (const auto value = parse_json(report.value))
    if (const std::string* const name = find_string(*value, "recipient")) return *name;
  return {};
}

/// value.recipients of a 202: to whom a command to all went.
std::vector<std::string> accepted_recipients(const Message& accepted) {
  std::vector<std::string> names;
  const auto value = parse_json(accepted.value);
  const Json* const list = value ? find_member(*value, "recipients") : nullptr;
  if (list == nullptr || !list->is_array()) return names;
  for (const Json& name : *list)
    if (const auto* const text = name.get_ptr<const std::string*>()) names.push_back(*text);
  return names;
}

Answer answer_of(const Message& response) {
  return {.from = response.originator,
          .code = response.response->code,
          .is_success = response.response->success,
          .error = response.response->error,
          .value = response.value,
          .blob = response.blob,
          .stream_window = protocol::opening_window(response.stream)};
}

}  // namespace

void PendingRequests::add(std::string id, PendingRequest request) {
  deadlines_.emplace(request.deadline, id);
  by_id_.emplace(std::move(id), std::move(request));
}

bool PendingRequests::take_response(const Message& response) {
  if (!response.response) return false;
  const auto pending = by_id_.find(response.response->request_id);
  if (pending == by_id_.end()) return false;
  if (response.originator != protocol::hub_name)
    return deliver(pending->first, answer_of(response));
  take_hub_response(pending, response);
  return true;
}

void PendingRequests::take_hub_response(Iterator pending, const Message& response) {
  const ResponseStatus& status = *response.response;
  if (!pending->second.is_accepted && status.code == static_cast<int>(ResponseCode::accepted))
    return take_accepted(pending, response);
  if (!is_report(status)) {
    deliver(pending->first, answer_of(response));
    return;
  }

  const std::string about = reported_recipient(response);
  const auto code = static_cast<ResponseCode>(status.code);
  if (about.empty()) return fail_whole(pending, code, status.error);
  deliver_report(pending, make_failure(about, code, status.error));
}

void PendingRequests::take_accepted(Iterator pending, const Message& response) {
  std::vector<std::string> names = accepted_recipients(response);
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  PendingRequest& request = pending->second;
  std::erase_if(names, [&](const std::string& name) { return request.heard_of.contains(name); });
  request.is_accepted = true;
  request.waiting_for = std::move(names);
  if (request.waiting_for.empty()) finish(pending);
}

void PendingRequests::fail_recipient(std::string_view recipient, std::string_view error) {
  std::vector<std::string> ids;
  for (const auto& [id, request] : by_id_)
    if (std::ranges::find(request.waiting_for, recipient) != request.waiting_for.end())
      ids.push_back(id);
  for (const std::string& id : ids)
    deliver(id,
            make_failure(std::string(recipient), ResponseCode::unavailable, std::string(error)));
}

void PendingRequests::fail_all(ResponseCode code, std::string_view error) {
  std::vector<std::string> ids;  // Handlers may add requests, which are not meant.
  ids.reserve(by_id_.size());
  for (const auto& [id, request] : by_id_) ids.push_back(id);
  for (const std::string& id : ids)
    if (const auto pending = by_id_.find(id); pending != by_id_.end())
      fail_whole(pending, code, error);
}

void PendingRequests::expire(Steady now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const auto pending = by_id_.find(deadlines_.begin()->second);
    fail_whole(pending, ResponseCode::timed_out, "no answer in time");
  }
}

std::optional<Steady> PendingRequests::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

bool PendingRequests::deliver(std::string_view id, const Answer& answer) {
  const auto pending = by_id_.find(id);
  if (pending == by_id_.end()) return false;
  std::vector<std::string>& waiting_for = pending->second.waiting_for;
  const auto asked = std::ranges::find(waiting_for, answer.from);
  if (asked == waiting_for.end()) return false;  // Not asked, or it has answered already.
  waiting_for.erase(asked);
  if (pending->second.is_to_all) pending->second.heard_of.insert(answer.from);
  pending->second.on_answer(answer);  // May add requests: a map keeps `pending` valid.
  if (waiting_for.empty()) finish(pending);
  return true;
}

void PendingRequests::deliver_report(Iterator pending, const Answer& answer) {
  PendingRequest& request = pending->second;
  const bool is_waited_for =
      std::ranges::find(request.waiting_for, answer.from) != request.waiting_for.end();
  if (is_waited_for || !request.is_to_all) {
    deliver(pending->first, answer);
    return;
  }
  if (request.heard_of.size() >= limits::recipients_max) return;
  if (request.heard_of.insert(answer.from).second) request.on_answer(answer);
}

void PendingRequests::finish(Iterator pending) {
  DoneHandler on_done = std::move(pending->second.on_done);
  deadlines_.erase({pending->second.deadline, pending->first});
  by_id_.erase(pending);
  on_done();
}

void PendingRequests::fail_whole(Iterator pending, ResponseCode code, std::string_view error) {
  std::vector<std::string> names = std::exchange(pending->second.waiting_for, {});
  if (!pending->second.is_accepted) names = {std::string(protocol::all_others)};
  for (std::string& name : names)
    pending->second.on_answer(make_failure(std::move(name), code, std::string(error)));
  finish(pending);
}

}  // namespace malinka::client
