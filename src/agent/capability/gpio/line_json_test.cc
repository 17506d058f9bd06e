// SPDX-License-Identifier: MIT
#include "agent/capability/gpio/line_json.h"

#include "agent/capability/gpio/test_support.h"

namespace malinka::agent::gpio {
namespace {

/// A chip under another name, as a port expander has it.
class Expander final : public Chip {
 public:
  explicit Expander(std::unique_ptr<Chip> chip) : chip_(std::move(chip)) {}

  [[nodiscard]] const ChipInfo& info() const override { return info_; }
  [[nodiscard]] bool is_present() const override { return chip_->is_present(); }
  [[nodiscard]] Result<LineInfo> look(unsigned offset) const override {
    return chip_->look(offset);
  }
  [[nodiscard]] Result<std::unique_ptr<HeldLines>> hold(std::span<const unsigned> offsets,
                                                        const LineConfig& config,
                                                        EdgeSink sink) override {
    return chip_->hold(offsets, config, std::move(sink));
  }
  void await_release(unsigned offset) override { chip_->await_release(offset); }

 private:
  const std::unique_ptr<Chip> chip_;
  const ChipInfo info_{"gpiochip1", "expander", SimulatedHeader::pins};
};

/// A header, and an expander whose lines have the same numbers.
class TwoChips final : public GpioDriver {
 public:
  explicit TwoChips(net::Loop& loop) : header(loop), expander(loop) {}

  [[nodiscard]] std::vector<std::string> chip_names() const override {
    return {"gpiochip0", "gpiochip1"};
  }
  [[nodiscard]] Result<std::unique_ptr<Chip>> open(const std::string& name) override {
    if (name == "gpiochip0") return header.open(name);
    return std::make_unique<Expander>(*expander.open(name));
  }
  [[nodiscard]] std::map<unsigned, std::string> pin_uses(const std::string&) const override {
    return {};
  }
  void on_change(std::function<void()>) override {}

  SimulatedDriver header;
  SimulatedDriver expander;
};

struct TwoChipBench {
  TwoChipBench() {
    auto passed_on = std::make_unique<TwoChips>(*loop);
    driver = passed_on.get();
    gpio = std::make_unique<Gpio>(
        *loop,
        GpioSettings{
            .driver = std::move(passed_on),
            .lines = {{.name = "bell", .line = 5U, .chip = "expander", .access = LineAccess::write},
                      {.name = "lamp", .line = 5U}}},
        [this](std::string_view, const Json& value, const std::optional<Blob>&) {
          for (const Json& edge : value.at("edges")) edges.push_back(edge);
        });
  }
  /// What the answer says of its one line.
  [[nodiscard]] Json line_of(const std::string& command, const Json& value) const {
    Json line;
    gpio->run({command, "phone", std::make_shared<const Json>(value), {}, Access::control},
              [&](const Reply& reply) { line = reply.value->at("lines").at(0); });
    return line;
  }

  ManualClock clock;
  std::unique_ptr<net::Loop> loop = *net::Loop::create(clock);
  std::vector<Json> edges;
  TwoChips* driver = nullptr;
  std::unique_ptr<Gpio> gpio;
};

}  // namespace

TEST_CASE("a line that is not of the header's chip says in each answer which chip it is of") {
  const TwoChipBench bench;
  for (const char* const command : {"gpio.read", "gpio.watch"}) {
    CAPTURE(command);
    CHECK(bench.line_of(command, {{"lines", {"bell"}}}).at("chip") == "gpiochip1");
    CHECK_FALSE(bench.line_of(command, {{"lines", {"lamp"}}}).contains("chip"));
  }
}

TEST_CASE("an edge of a line that is not of the header's chip says which chip it is of") {
  TwoChipBench bench;
  (void)bench.line_of("gpio.watch", {{"lines", {"bell"}}});
  (void)bench.line_of("gpio.watch", {{"lines", {"lamp"}}});
  bench.driver->expander.header().drive(5, true);
  bench.clock.advance(std::chrono::milliseconds(1));
  bench.driver->header.header().drive(5, true);
  for (int i = 0; i < 4; ++i) bench.loop->run_turn(std::chrono::milliseconds(0));
  REQUIRE(bench.edges.size() == 2);
  CHECK(bench.edges[0].at("name") == "bell");
  CHECK(bench.edges[0].at("chip") == "gpiochip1");
  CHECK(bench.edges[1].at("line") == 5);
  CHECK_FALSE(bench.edges[1].contains("chip"));
}

}  // namespace malinka::agent::gpio
