// SPDX-License-Identifier: MIT
#include "message_ledger.h"

#include <algorithm>

namespace malinka::test {
namespace {

std::string describe(std::size_t id, const SentMessage& message, std::size_t recipient) {
  constexpr std::array types = {"Broadcast", "Command", "Command to all", "Response"};
  return std::string(types.at(static_cast<std::size_t>(message.type))) + " " + std::to_string(id) +
         " of " + std::to_string(message.bytes) + " bytes in channel " +
         std::to_string(message.sender.channel) + " from " + std::to_string(message.sender.member) +
         " to " + std::to_string(recipient);
}

bool is_open(Copy copy) { return copy == Copy::possible || copy == Copy::due; }

}  // namespace

std::size_t MessageLedger::open(const SentMessage& message) {
  const std::size_t id = sent_.size();
  sent_.push_back(message);
  for (std::size_t member = 0; member <= nobody; ++member)
    count(id, member, message.copies.at(member), true);
  return id;
}

const SentMessage* MessageLedger::find(std::size_t id) const {
  return id < sent_.size() ? &sent_[id] : nullptr;
}

void MessageLedger::change(std::size_t id, std::size_t recipient, Copy to) {
  Copy& copy = sent_[id].copies.at(recipient);
  count(id, recipient, copy, false);
  copy = to;
  count(id, recipient, copy, true);
}

void MessageLedger::count(std::size_t id, std::size_t recipient, Copy copy, bool is_there) {
  const std::size_t change = is_there ? 1 : std::size_t{0} - 1;
  copies_.at(static_cast<std::size_t>(copy)) += change;
  if (copy == Copy::due && is_there) due_.emplace(id, recipient);
  if (copy == Copy::due && !is_there) due_.erase({id, recipient});
  const SentMessage& message = sent_[id];
  if (message.type != SentType::broadcast || recipient == nobody) return;
  Broadcasts& broadcasts =
      channels_[message.sender.channel].broadcasts.at(recipient).at(message.sender.member);
  if (copy == Copy::due) broadcasts.due += change;
  if (copy == Copy::possible) broadcasts.possible += change;
}

// What came.

std::string MessageLedger::deliver(std::size_t id, Place recipient) {
  if (id >= sent_.size()) return "what nobody sent was delivered: " + std::to_string(id);
  const SentMessage& message = sent_[id];
  if (message.sender.channel != recipient.channel)
    return "delivered in another channel: " + describe(id, message, recipient.member);
  if (!is_open(message.copies.at(recipient.member)))
    return "delivered to one whose it is not, or again: " + describe(id, message, recipient.member);
  change(id, recipient.member, Copy::delivered);
  return {};
}

std::string MessageLedger::report(std::size_t id, Place sender, std::size_t recipient) {
  if (id >= sent_.size()) return "what nobody sent was reported: " + std::to_string(id);
  const SentMessage& message = sent_[id];
  if (!(message.sender == sender) || message.type == SentType::broadcast)
    return "reported though it is not to be: " + describe(id, message, recipient);
  if (!is_open(message.copies.at(recipient)))
    return "reported though it was delivered, or again: " + describe(id, message, recipient);
  change(id, recipient, Copy::reported);
  return {};
}

std::string MessageLedger::accept(std::size_t id, const std::vector<std::size_t>& recipients,
                                  const std::vector<std::size_t>& present) {
  if (id >= sent_.size() || sent_[id].type != SentType::command_to_all)
    return "accepted though it is no Command to all: " + std::to_string(id);
  const SentMessage& message = sent_[id];
  const Channel& channel = channels_[message.sender.channel];
  const bool is_excused = id < channel.excused_to.at(message.sender.member);
  for (const std::size_t member : present) {
    const bool is_listed = std::ranges::find(recipients, member) != recipients.end();
    const Copy copy = message.copies.at(member);
    if (!is_listed && copy != Copy::reported)
      return "not sent to one who is there: " + describe(id, message, member);
    if (is_listed && copy == Copy::possible && !is_excused) change(id, member, Copy::due);
  }
  return {};
}

void MessageLedger::tell_dropped(Place recipient, std::size_t sender, std::size_t broadcasts) {
  channels_[recipient.channel].broadcasts.at(recipient.member).at(sender).told_dropped +=
      broadcasts;
  dropped_ += broadcasts;
}

// Excuses.

void MessageLedger::excuse_to(Place recipient) {
  Channel& channel = channels_[recipient.channel];
  for (Broadcasts& from : channel.broadcasts.at(recipient.member)) from.told_dropped = 0;
  for (const auto& [id, member] : std::set(due_))
    if (Place{sent_[id].sender.channel, member} == recipient) change(id, member, Copy::possible);
}

void MessageLedger::excuse_from(Place sender, std::size_t first_lost) {
  channels_[sender.channel].excused_to.at(sender.member) = next_id();
  for (const auto& [id, member] : std::set(due_)) {
    const bool is_lost = sent_[id].type != SentType::broadcast || id >= first_lost;
    if (sent_[id].sender == sender && is_lost) change(id, member, Copy::possible);
  }
}

// The balance.

/// Which of those between the two were dropped is not told: either all that are due can be, or some
/// are missing.
bool MessageLedger::is_told_dropped(const SentMessage& message, std::size_t recipient) const {
  if (message.type != SentType::broadcast) return false;
  const Broadcasts& broadcasts =
      channels_[message.sender.channel].broadcasts.at(recipient).at(message.sender.member);
  return broadcasts.due <= broadcasts.told_dropped;
}

bool MessageLedger::is_settled() const {
  return std::ranges::all_of(
      due_, [this](const auto& due) { return is_told_dropped(sent_[due.first], due.second); });
}

std::vector<std::string> MessageLedger::find_missing() const {
  std::vector<std::string> missing;
  for (const auto& [id, recipient] : due_)
    if (!is_told_dropped(sent_[id], recipient))
      missing.push_back(describe(id, sent_[id], recipient));
  return missing;
}

std::vector<std::string> MessageLedger::find_contradictions() const {
  std::vector<std::string> found;
  for (std::size_t channel = 0; channel < channels_.size(); ++channel)
    for (std::size_t recipient = 0; recipient < members_per_channel; ++recipient)
      for (std::size_t sender = 0; sender < members_per_channel; ++sender) {
        const auto& [due, possible, told] = channels_[channel].broadcasts.at(recipient).at(sender);
        if (told > due + possible)
          found.push_back("in channel " + std::to_string(channel) + ", " +
                          std::to_string(recipient) + " was told that " + std::to_string(told) +
                          " Broadcasts of " + std::to_string(sender) +
                          " were dropped, and missed " + std::to_string(due + possible));
      }
  return found;
}

}  // namespace malinka::test
