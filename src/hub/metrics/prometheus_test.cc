// SPDX-License-Identifier: MIT
#include "hub/metrics/prometheus.h"

#include <doctest/doctest.h>

namespace malinka::hub {

TEST_CASE("a counter is written with its help, its type and its value") {
  Counters counters;
  counters.joins_accepted = 7;
  const std::string text = render_metrics(counters, {});
  CHECK(
      text.contains("# HELP malinka_joins_accepted_total Joins accepted.\n"
                    "# TYPE malinka_joins_accepted_total counter\n"
                    "malinka_joins_accepted_total 7\n"));
}

TEST_CASE("counts by code carry the code as their label") {
  Counters counters;
  counters.copies_failed = {{ResponseCode::not_found, 3}, {ResponseCode::unavailable, 4}};
  const std::string text = render_metrics(counters, {});
  CHECK(text.contains("malinka_copies_failed_total{code=\"404\"} 3\n"));
  CHECK(text.contains("malinka_copies_failed_total{code=\"503\"} 4\n"));
}

TEST_CASE("the way of sending is the label of a gauge that is one") {
  CHECK(render_metrics({}, {.uses_io_uring = true})
            .contains("# TYPE malinka_send_info gauge\n"
                      "malinka_send_info{method=\"io_uring\"} 1\n"));
  CHECK(render_metrics({}, {}).contains("malinka_send_info{method=\"plain\"} 1\n"));
}

TEST_CASE("a gauge says what there is now") {
  const std::string text = render_metrics({}, {.connections = 5, .sessions = 3});
  CHECK(text.contains("# TYPE malinka_sessions gauge\nmalinka_sessions 3\n"));
  CHECK(text.contains("malinka_connections 5\n"));
}

}  // namespace malinka::hub
