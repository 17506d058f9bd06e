// SPDX-License-Identifier: MIT
#include "cli/gpio_watch.h"

#include <fmt/format.h>

#include <future>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/try.h"
#include "cli/event_text.h"
#include "cli/link_remarks.h"
#include "cli/printable.h"

namespace malinka::cli {
namespace {

/// Two askings may be lost before the device ends the watch.
constexpr std::chrono::seconds lease(60);
constexpr std::chrono::seconds renewal(20);
constexpr std::chrono::seconds end_timeout(2);

/// A number is one of its chip; on the chip with the header it is alone.
using LineKey = std::pair<std::string, std::uint64_t>;

std::optional<LineKey> key_of(const Json& line) {
  const auto number = find_whole_number(line, "line");
  if (!number) return std::nullopt;
  return LineKey{text_of(line, "chip"), *number};
}

/// Prints the edges of some lines of one device. After the first answer, on the client's thread
/// alone.
class EdgePrinter {
 public:
  /// `edges` are those that were asked for: others may be told for somebody else.
  EdgePrinter(Program& program, std::string device, std::string edges)
      : program_(program), device_(std::move(device)), edges_(std::move(edges)) {}

  void take_answer(const Json& reply) {
    const Json* const lines = find_member(reply, "lines");
    if (lines == nullptr || !lines->is_array()) return;
    for (const Json& line : *lines)
      if (auto key = key_of(line)) lines_.insert(*std::move(key));
  }

  void take_event(const Message& event) const {
    if (event.name != "gpio.edge" || event.originator != device_) return;
    const auto value = parse_json(event.value);
    const Json* const edges = value ? find_member(*value, "edges") : nullptr;
    if (edges == nullptr || !edges->is_array()) return;
    if (const auto lost = find_whole_number(*value, "lost"))
      program_.console().remark(
          fmt::format("malinka: {} edges came too fast and are not among these", *lost));
    for (const Json& edge : *edges)
      if (is_wanted(edge)) print(edge);
    (void)program_.console().flush();
  }

 private:
  [[nodiscard]] bool is_wanted(const Json& edge) const {
    const auto key = key_of(edge);
    return key && lines_.contains(*key) && (edges_ == "both" || edges_ == text_of(edge, "edge"));
  }

  void print(const Json& edge) const {
    Console& console = program_.console();
    if (program_.is_json()) return program_.print_reply(device_, edge);
    const std::uint64_t time = find_whole_number(edge, "timeNanoseconds").value_or(0);
    constexpr std::uint64_t second = 1'000'000'000;
    console.print(
        console.painted(fmt::format("{}.{:06}", time / second, time % second / 1000), Colour::dim) +
        fmt::format("  {:<7}  ", printable(text_of(edge, "edge"))) +
        console.painted(line_title(edge), Colour::bold) + "\n");
  }

  Program& program_;
  const std::string device_;
  const std::string edges_;
  std::set<LineKey> lines_;
};

}  // namespace

Attempt<ExitCode> watch_lines(Program& program, Session& session, const std::string& device,
                              const Json& wish, const EndSignals& end_signals) {
  Json asked = wish;
  asked["seconds"] = lease.count();
  EdgePrinter printer(program, device, text_of(wish, "edges"));
  session.client().on_event([&](const Message& event) { printer.take_event(event); });

  // The answer is taken where events are, so that none comes before it is known which are wanted.
  std::promise<Answer> first;
  session.client().request(
      {.recipients = {device}, .name = "gpio.watch", .value = dump_json(asked), .blob = {}},
      [&](const Answer& answer) {
        if (const auto reply = parse_json(answer.value); reply && answer.is_success)
          printer.take_answer(*reply);
        first.set_value(answer);
      },
      [] {});
  if (const auto judged = session.judge(first.get_future().get()); !judged) {
    session.client().close(std::chrono::seconds(1));  // From here on nobody tells the printer.
    return std::unexpected(judged.error());
  }
  program.console().remark("watching; Ctrl-C ends");
  session.client().on_status(
      [&](const ClientStatus& status) { remark_link(program.console(), status); });

  bool was_renewed = true;
  while (!end_signals.wait_for(renewal)) {
    const Attempt<Reply> reply =
        session.ask({.device = device, .command = "gpio.watch", .value = asked});
    if (!reply && was_renewed)
      program.console().remark("malinka: " + printable(reply.error().error) + "; trying again");
    was_renewed = reply.has_value();
  }
  session.client().on_status(nullptr);
  asked["edges"] = "none";
  // Where that cannot be said any more, the watch ends by its time.
  (void)session.ask(
      {.device = device, .command = "gpio.watch", .value = asked, .timeout = end_timeout});
  session.client().on_event(nullptr);
  session.client().close(std::chrono::seconds(1));
  return ExitCode::done;
}

}  // namespace malinka::cli
