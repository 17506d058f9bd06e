// SPDX-License-Identifier: MIT
#include "base/shared_budget.h"

#include <doctest/doctest.h>

#include <array>

namespace malinka {

TEST_CASE("one holder alone gets half of a shared budget") {
  SharedBudget budget(1000);
  CHECK(budget.grow(0, 400));
  CHECK(budget.grow(400, 100));
  CHECK_FALSE(budget.grow(500, 1));
  CHECK(budget.used_bytes() == 500);
}

TEST_CASE("ten greedy holders of a shared budget leave something to one who comes later") {
  SharedBudget budget(1100);
  std::array<std::size_t, 10> held{};
  for (bool has_grown = true; has_grown;) {
    has_grown = false;
    for (std::size_t& bytes : held)
      if (budget.grow(bytes, 1)) has_grown = ++bytes > 0;
  }
  CHECK(budget.free_bytes() >= 100);
  CHECK(budget.grow(0, 50));
}

TEST_CASE("what is given back to a shared budget can be taken again") {
  SharedBudget budget(100);
  REQUIRE(budget.grow(0, 50));
  CHECK_FALSE(budget.grow(0, 50));
  budget.give_back(50);
  CHECK(budget.grow(0, 50));
}

TEST_CASE("a shared budget that is overdrawn has nothing left, however far") {
  SharedBudget budget(100);
  budget.take(1000);
  CHECK(budget.free_bytes() == 0);
  CHECK_FALSE(budget.grow(0, 1));
  CHECK_FALSE(budget.leaves_enough(1));
}

TEST_CASE("two budgets of one limit see what the other uses, all but a step") {
  constexpr std::size_t step = SharedBudget::told_step_bytes;
  SharedBudget::Sum sum = 0;
  SharedBudget one(100 * step, &sum);
  SharedBudget other(100 * step, &sum);
  one.take(10 * step);
  CHECK(one.free_bytes() == 90 * step);
  CHECK(other.free_bytes() == 90 * step);
  one.take(step - 1);
  CHECK(one.free_bytes() == 89 * step + 1);
  CHECK(other.free_bytes() == 90 * step);
  one.give_back(11 * step - 1);
  CHECK(one.used_bytes() == 0);
  CHECK(other.free_bytes() == 100 * step);
}

TEST_CASE("many small changes of a budget are told as soon as they come to a step") {
  constexpr std::size_t step = SharedBudget::told_step_bytes;
  SharedBudget::Sum sum = 0;
  SharedBudget budget(100 * step, &sum);
  for (std::size_t i = 0; i < 16; ++i) budget.take(step / 16);
  CHECK(sum == step);
  for (std::size_t i = 0; i < 15; ++i) budget.give_back(step / 16);
  CHECK(sum == step);
  budget.give_back(step / 16);
  CHECK(sum == 0);
}

TEST_CASE("a budget that dies takes along what it told of itself") {
  SharedBudget::Sum sum = 0;
  {
    SharedBudget budget(1UL << 30U, &sum);
    budget.take(SharedBudget::told_step_bytes);
    REQUIRE(sum == SharedBudget::told_step_bytes);
  }
  CHECK(sum == 0);
}

}  // namespace malinka
