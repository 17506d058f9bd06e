// SPDX-License-Identifier: MIT
#include "cli/each_target.h"

#include <vector>

#include "base/json.h"
#include "base/try.h"

namespace malinka::cli {

Attempt<ExitCode> ask_for_each(Program& program, const Arguments& arguments,
                               const std::string& command,
                               const std::function<Json(const Target&)>& make_value) {
  std::vector<Target> targets;
  for (const std::string& operand : arguments.operands) {
    targets.push_back(TRY(parse_target(operand)));
    if (!targets.back().is_remote())
      return usage_failure(operand + ": which device? say DEV:PATH, as kitchen:/tmp/a");
  }
  Session session = TRY(program.join());
  ExitCode ended = ExitCode::done;
  for (const Target& target : targets) {
    const auto reply =
        session.ask({.device = target.device, .command = command, .value = make_value(target)});
    if (reply && program.is_json()) program.print_reply(target.device, *reply->value);
    if (reply) continue;
    program.report(with_flag(reply.error(), "recursive", "-r"));
    ended = reply.error().exit_code;
  }
  return ended;
}

}  // namespace malinka::cli
