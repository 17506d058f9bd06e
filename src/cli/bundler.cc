// SPDX-License-Identifier: MIT
#include "cli/bundler.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace malinka::cli {
namespace {

using std::chrono::steady_clock;

/// On their way to one device: while it writes one and its disk takes another, the next one comes.
constexpr std::size_t messages_max = 3;
/// As many as files.unpack takes.
constexpr std::size_t files_max = 64;
/// All of a message, where messages are answered soon. Elsewhere they are kept small, or whoever
/// types on the same link waited for them.
constexpr std::size_t message_bytes_max = 4 * Bundler::file_bytes_max;
constexpr std::chrono::milliseconds soon(50);

Failure nonsense(const std::string& device) {
  return {ExitCode::failed, device, static_cast<int>(ResponseCode::malformed),
          "the device's answer makes no sense"};
}

/// What the answer to files.unpack says of one of its files.
Bundler::Outcome outcome_of(const Reply& reply, std::size_t index, const std::string& device) {
  const Json* const files = find_member(*reply.value, "files");
  if (files == nullptr || !files->is_array() || index >= files->size())
    return std::unexpected(nonsense(device));
  const Json& file = (*files)[index];
  if (!file.is_object()) return std::unexpected(nonsense(device));
  if (const auto code = find_whole_number(file, "code"))
    return std::unexpected(
        Failure{ExitCode::failed, device, static_cast<int>(*code), text_of(file, "error")});
  return std::shared_ptr<const Json>(reply.value, &file);
}

/// Of a device that is there, but older than files.unpack.
bool is_unknown_command(const Failure& failure) {
  return failure.exit_code == ExitCode::failed &&
         failure.code == static_cast<int>(ResponseCode::not_found);
}

}  // namespace

Bundler::Outcome Bundler::write(const std::string& device, const Json& wish, const Bytes& content) {
  File file{.wish = wish, .content = content};
  std::unique_lock lock(mutex_);
  Lane& lane = lanes_.try_emplace(device, Lane{.device = device}).first->second;
  lane.waiting.push_back(&file);
  while (!file.outcome) {
    if (may_send(lane))
      send_some(lane, lock);
    else
      file.has_changed.wait(lock);
  }
  return *std::move(file.outcome);
}

bool Bundler::may_send(const Lane& lane) const {
  return !lane.waiting.empty() && (!lane.takes_bundles || lane.messages < messages_max);
}

/// Whoever is there sends for all that wait.
void Bundler::send_some(Lane& lane, std::unique_lock<std::mutex>& lock) {
  Bundle bundle;
  const std::size_t most = lane.takes_bundles ? files_max : 1;
  for (std::size_t bytes = 0; !lane.waiting.empty() && bundle.size() < most;) {
    bytes += lane.waiting.front()->content.size();
    if (!bundle.empty() && bytes > lane.message_bytes) break;
    bundle.push_back(lane.waiting.front());
    lane.waiting.pop_front();
  }
  ++lane.messages;
  lock.unlock();
  const auto begin = steady_clock::now();
  std::optional<std::vector<Outcome>> outcomes = send(lane, bundle);
  const bool was_soon = steady_clock::now() - begin < soon;
  lock.lock();
  --lane.messages;
  lane.message_bytes =
      was_soon ? std::min(lane.message_bytes * 2, message_bytes_max) : file_bytes_max;
  if (!outcomes) {
    lane.takes_bundles = false;
    lane.waiting.insert(lane.waiting.begin(), bundle.begin(), bundle.end());
    for (File* const file : lane.waiting) file->has_changed.notify_one();
    return;
  }
  for (std::size_t i = 0; i < bundle.size(); ++i) {
    bundle[i]->outcome = std::move((*outcomes)[i]);
    bundle[i]->has_changed.notify_one();
  }
  if (!lane.waiting.empty()) lane.waiting.front()->has_changed.notify_one();
}

std::optional<std::vector<Bundler::Outcome>> Bundler::send(const Lane& lane, const Bundle& bundle) {
  std::vector<Outcome> outcomes;
  if (bundle.size() == 1) {
    outcomes.push_back(send_one(lane, *bundle[0]));
    return outcomes;
  }
  Json wishes = Json::array();
  Bytes contents;
  for (const File* const file : bundle) {
    Json wish = file->wish;
    wish["size"] = file->content.size();
    wishes.push_back(std::move(wish));
    append(contents, file->content);
  }
  const Json value = {{"files", std::move(wishes)}};
  const Attempt<Reply> reply = ask(lane, "files.unpack", value, std::move(contents));
  if (!reply && is_unknown_command(reply.error())) return std::nullopt;
  for (std::size_t i = 0; i < bundle.size(); ++i)
    outcomes.push_back(reply ? outcome_of(*reply, i, lane.device)
                             : Outcome(std::unexpected(reply.error())));
  return outcomes;
}

Bundler::Outcome Bundler::send_one(const Lane& lane, const File& file) {
  Attempt<Reply> reply = ask(lane, "files.write", file.wish, file.content);
  if (!reply) return std::unexpected(std::move(reply.error()));
  return std::move(reply->value);
}

Attempt<Reply> Bundler::ask(const Lane& lane, std::string command, const Json& value,
                            Bytes content) {
  return session_.ask({.device = lane.device,
                       .command = std::move(command),
                       .value = value,
                       .blob = Blob{.name = {},
                                    .type = {},
                                    .content = std::make_shared<const Bytes>(std::move(content))},
                       .timeout = transfer_timeout});
}

}  // namespace malinka::cli
