// SPDX-License-Identifier: MIT
#include "agent/dispatch/running.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "agent/capability/reply.h"
#include "base/json.h"
#include "base/limits.h"

namespace malinka::agent::dispatch {
namespace {

std::size_t bytes_of(const Message& message) {
  return message.value.size() + (message.blob ? message.blob->size() : 0);
}

}  // namespace

/// What a capability holds of a command: one answer, owed until it is given.
class Dispatcher::Running::Promise {
 public:
  Promise(std::weak_ptr<Running> running, std::uint64_t number)
      : running_(std::move(running)), number_(number) {}
  Promise(Promise&& other) noexcept = default;
  Promise& operator=(Promise&&) = delete;
  ~Promise() {
    keep(refuse(ResponseCode::failed, "the device dropped this command without an answer"));
  }

  void operator()(Reply reply) { keep(std::move(reply)); }

 private:
  void keep(Reply reply) {
    if (const std::shared_ptr<Running> running = std::exchange(running_, {}).lock())
      running->finish(number_, std::move(reply));
  }

  std::weak_ptr<Running> running_;  // Empty once it was kept or moved from.
  std::uint64_t number_;
};

bool Dispatcher::Running::has_room_for(const Message& message) const {
  return entries_.size() < limits::commands_max &&
         bytes_ + bytes_of(message) <= limits::commands_bytes_max;
}

Answerer Dispatcher::Running::begin(const std::shared_ptr<Running>& running, Message message,
                                    Steady deadline) {
  const std::size_t bytes = bytes_of(message);
  message.value = {};
  message.blob.reset();
  running->bytes_ += bytes;
  const std::uint64_t number = running->next_number_++;
  running->entries_.emplace(number, Entry{std::move(message), deadline, bytes});
  return Promise(running, number);
}

void Dispatcher::Running::end_overdue(Steady now) {
  std::vector<std::uint64_t> overdue;
  for (const auto& [number, entry] : entries_)
    if (entry.deadline <= now) overdue.push_back(number);
  for (const std::uint64_t number : overdue)
    finish(number, refuse(ResponseCode::timed_out,
                          "the device has not finished in the time that this command may take"));
}

void Dispatcher::Running::end_all(ResponseCode code, const std::string& why) {
  while (!entries_.empty()) finish(entries_.begin()->first, refuse(code, why));
}

void Dispatcher::Running::finish(std::uint64_t number, Reply reply) {
  const auto entry = entries_.extract(number);
  if (entry.empty()) return;
  bytes_ -= entry.mapped().bytes;
  bus_.respond(entry.mapped().message, to_response(std::move(reply)));
}

Response to_response(Reply reply) {
  Response response{
      reply.code, std::move(reply.error), {}, std::move(reply.blob), std::move(reply.stream)};
  if (reply.value) response.value = dump_json(*reply.value);
  // A recipient that takes text only gets the blob as base64.
  const std::size_t blob_bytes = response.blob ? response.blob->size() / 3 * 4 + 4 : 0;
  const std::size_t bytes = response.value.size() + blob_bytes;
  if (bytes <= limits::reply_bytes_max) return response;
  return {ResponseCode::too_large,
          fmt::format(
              "the answer has {} bytes, more than the {} that one message may carry: ask for less",
              bytes, limits::reply_bytes_max),
          {},
          {}};
}

}  // namespace malinka::agent::dispatch
