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
  counters.copies_failed[ResponseCode::not_found] = 3;
  counters.copies_failed[ResponseCode::unavailable] = 4;
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

TEST_CASE("the counters of two shards add up, number by number and code by code") {
  Counters total;
  for (const std::uint64_t count : {3U, 4U}) {
    Counters counters;
    counters.connections_accepted = count;
    counters.connections_turned_away = 10 * count;
    counters.http_requests = 100 * count;
    counters.joins_accepted = count + 1;
    counters.joins_moved = count + 2;
    counters.joins_refused[ResponseCode::conflict] = count + 3;
    counters.messages_received = count + 4;
    counters.message_bytes_received = count + 5;
    counters.messages_refused[ResponseCode::malformed] = count + 6;
    counters.messages_converted = count + 7;
    counters.copies_sent = count + 8;
    counters.copy_bytes_sent = count + 9;
    counters.copies_failed[ResponseCode::not_found] = count + 10;
    counters.broadcasts_dropped = count + 11;
    counters.reports_dropped = count + 12;
    total.add(counters);
  }
  CHECK(total.connections_accepted == 7);
  CHECK(total.connections_turned_away == 70);
  CHECK(total.http_requests == 700);
  CHECK(total.joins_accepted == 9);
  CHECK(total.joins_moved == 11);
  CHECK(total.joins_refused[ResponseCode::conflict] == 13);
  CHECK(total.messages_received == 15);
  CHECK(total.message_bytes_received == 17);
  CHECK(total.messages_refused[ResponseCode::malformed] == 19);
  CHECK(total.messages_converted == 21);
  CHECK(total.copies_sent == 23);
  CHECK(total.copy_bytes_sent == 25);
  CHECK(total.copies_failed[ResponseCode::not_found] == 27);
  CHECK(total.copies_failed.total() == 27);
  CHECK(total.broadcasts_dropped == 29);
  CHECK(total.reports_dropped == 31);
}

TEST_CASE("a gauge says what there is now") {
  const std::string text = render_metrics({}, {.connections = 5, .sessions = 3});
  CHECK(text.contains("# TYPE malinka_sessions gauge\nmalinka_sessions 3\n"));
  CHECK(text.contains("malinka_connections 5\n"));
}

}  // namespace malinka::hub
