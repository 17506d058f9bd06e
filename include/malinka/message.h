// SPDX-License-Identifier: MIT
// A message as programs see it: routing members taken apart, the value left as JSON text.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace malinka {

enum class MessageType { command, response, broadcast };

/// What a sender may do, where its channel is sealed: a view link does not let command.
enum class Access { view, control };

/// Bytes that travel beside the JSON. **Value**; copies share the content.
struct Blob {
  std::string name;  ///< A file name, without a path. May be empty.
  std::string type;  ///< A media type, as image/jpeg. May be empty.
  std::shared_ptr<const std::vector<std::byte>> content;

  [[nodiscard]] std::size_t size() const { return content ? content->size() : 0; }
};

/// The outcome of a Command.
struct ResponseStatus {
  std::string
      request_id;  ///< The id of the Command, as the JSON token that it was sent as; or null.
  bool success = false;
  int code = 0;       ///< spec/errors.json.
  std::string error;  ///< For a person; empty on success.
};

/// One message. **Value.** The wire form is docs/protocol.md section 3.
struct Message {
  MessageType type = MessageType::broadcast;
  std::string id;    ///< A JSON token (a quoted string or a number); empty when there is none.
  std::string name;  ///< As `files.list`.
  std::string originator;  ///< Stamped by the hub.
  std::vector<std::string> recipients;
  std::string expires_at;  ///< RFC 3339 with Z; empty when there is none.
  std::string value;       ///< JSON text; empty when there is none.
  std::string stream;      ///< What it is to a stream: JSON text; empty when there is none.
  std::optional<Blob> blob;
  std::optional<ResponseStatus> response;
  std::uint64_t arrival = 0;  ///< Which of the Commands that came; it never travels.
  bool is_sealed = false;     ///< The hub could not read it: docs/protocol.md section 8.
};

}  // namespace malinka
