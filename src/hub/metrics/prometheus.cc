// SPDX-License-Identifier: MIT
#include "hub/metrics/prometheus.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

namespace malinka::hub {
namespace {

/// Writes one metric after the other, each with the two lines that explain it.
class MetricsWriter {
 public:
  void gauge(std::string_view name, std::string_view about, std::uint64_t value) {
    head(name, about, "gauge");
    line(name, "", value);
  }

  /// A word, which is the label of a one.
  void info(std::string_view name, std::string_view about, std::string_view label,
            std::string_view word) {
    head(name, about, "gauge");
    line(name, fmt::format("{{{}=\"{}\"}}", label, word), 1);
  }

  void counter(std::string_view name, std::string_view about, std::uint64_t value) {
    head(name, about, "counter");
    line(name, "", value);
  }

  void counter(std::string_view name, std::string_view about, const CodeCounts& counts) {
    head(name, about, "counter");
    for (std::size_t code = 0; code < counts.all().size(); ++code)
      if (const std::uint64_t count = counts.all().at(code); count > 0)
        line(name, fmt::format("{{code=\"{}\"}}", code), count);
  }

  std::string take() { return std::move(text_); }

 private:
  void head(std::string_view name, std::string_view about, std::string_view kind) {
    fmt::format_to(std::back_inserter(text_), "# HELP malinka_{0} {1}\n# TYPE malinka_{0} {2}\n",
                   name, about, kind);
  }

  void line(std::string_view name, std::string_view labels, std::uint64_t value) {
    fmt::format_to(std::back_inserter(text_), "malinka_{}{} {}\n", name, labels, value);
  }

  std::string text_;
};

}  // namespace

std::string render_metrics(const Counters& counters, const Gauges& gauges) {
  MetricsWriter writer;
  writer.gauge("shards", "Threads that share the work, each with channels of its own.",
               gauges.shards);
  writer.gauge("connections", "Open connections of any kind.", gauges.connections);
  writer.gauge("sessions", "Subscribers that have joined.", gauges.sessions);
  writer.gauge("channels", "Channels with at least one subscriber.", gauges.channels);
  writer.gauge("queued_bytes", "Bytes of messages that wait in queues.", gauges.queued_bytes);
  writer.gauge("incoming_bytes", "Bytes held of messages that have not come whole.",
               gauges.incoming_bytes);
  writer.info("send_info", "How bytes are given to the kernel.", "method",
              gauges.uses_io_uring ? "io_uring" : "plain");

  writer.counter("connections_accepted_total", "Connections accepted.",
                 counters.connections_accepted);
  writer.counter("connections_turned_away_total", "Connections dropped because the hub was full.",
                 counters.connections_turned_away);
  writer.counter("http_requests_total", "HTTP requests answered.", counters.http_requests);
  writer.counter("joins_accepted_total", "Joins accepted.", counters.joins_accepted);
  writer.counter("joins_moved_total", "Joins handed to the shard that their channel lives on.",
                 counters.joins_moved);
  writer.counter("joins_refused_total", "Joins refused, by code.", counters.joins_refused);

  writer.counter("messages_received_total", "Messages from subscribers.",
                 counters.messages_received);
  writer.counter("message_bytes_received_total", "Bytes of those messages.",
                 counters.message_bytes_received);
  writer.counter("messages_refused_total", "Messages that were refused, by code.",
                 counters.messages_refused);
  writer.counter("messages_converted_total", "Binary messages converted to text.",
                 counters.messages_converted);
  writer.counter("copies_sent_total", "Copies of messages handed to the network.",
                 counters.copies_sent);
  writer.counter("copy_bytes_sent_total", "Bytes of those copies.", counters.copy_bytes_sent);
  writer.counter("copies_failed_total", "Copies not delivered and reported to the sender, by code.",
                 counters.copies_failed);
  writer.counter("broadcasts_dropped_total", "Copies of Broadcasts that were dropped.",
                 counters.broadcasts_dropped);
  writer.counter("reports_dropped_total", "Messages of the hub itself that were dropped.",
                 counters.reports_dropped);
  return writer.take();
}

}  // namespace malinka::hub
