// SPDX-License-Identifier: MIT
#include "message_ledger.h"

#include <doctest/doctest.h>

namespace malinka::test {
namespace {

constexpr Place asker{0, 0};
constexpr std::size_t other = 1;

/// Two in a channel, and what one asks the other.
struct LedgerTest {
  MessageLedger ledger{1};

  std::size_t ask_all() {
    SentMessage command{.type = SentType::command_to_all, .sender = asker};
    command.copies.at(other) = Copy::possible;
    return ledger.open(command);
  }
  /// The hub says that it went to the other, who is there.
  void accept(std::size_t id) { CHECK(ledger.accept(id, {other}, {other}).empty()); }
};

}  // namespace

TEST_CASE_FIXTURE(LedgerTest, "a Command to all is due to whom it is said to have gone") {
  const std::size_t id = ask_all();
  CHECK(ledger.is_settled());
  accept(id);
  CHECK_FALSE(ledger.is_settled());
  CHECK(ledger.deliver(id, {0, other}).empty());
  CHECK(ledger.is_settled());
}

TEST_CASE_FIXTURE(LedgerTest, "where a report was dropped, a Command to all is no longer due") {
  accept(ask_all());
  ledger.excuse_from(asker, ledger.next_id());
  CHECK(ledger.is_settled());
}

// hub.dropped is told before what waits in the queue, and so before older answers.
TEST_CASE_FIXTURE(LedgerTest, "where a report was dropped, it is not due by a later answer") {
  const std::size_t before = ask_all();
  ledger.excuse_from(asker, ledger.next_id());
  accept(before);
  CHECK(ledger.is_settled());
  accept(ask_all());
  CHECK_FALSE(ledger.is_settled());
}

}  // namespace malinka::test
