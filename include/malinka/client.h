// SPDX-License-Identifier: MIT
// A program in a channel: it joins, stays joined, asks devices, answers commands and hears events.

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "malinka/message.h"
#include "malinka/result.h"
#include "malinka/stream.h"

namespace malinka {

struct ClientOptions {
  std::string hub =
      "ws://127.0.0.1:31415";  ///< ws[s]://HOST[:PORT][/PATH]; http[s] means the same.
  std::string channel{};
  std::string name{};  ///< Empty: one is made, as `guest-4f1c9a`.
  /// Empty: the channel is open. That of a view link begins with `view1.`.
  std::string password{};
  /// With a password: no hub reads what is said. False talks with those who cannot seal; the
  /// password itself is the channel's key then.
  bool is_sealed = true;
  /// Where it is kept who the devices are (and who this is, of a device). Empty: $STATE_DIRECTORY,
  /// else ~/.local/state/malinka.
  std::string state_folder{};
  bool is_device = false;
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);
};

enum class ClientState {
  connecting,  ///< On the way, or waiting to try again.
  joined,
  refused,  ///< The hub said no; it is tried again where that can help (401, 409, 429, 503).
  closed,   ///< close() was called.
};

/// What is known of the client's place in its channel.
struct ClientStatus {
  ClientState state = ClientState::connecting;
  Error error;           ///< Why it is not joined; the code is 0 while there is no reason.
  int refusal_code = 0;  ///< spec/errors.json, where the hub refused.
  std::string hub, channel, name;
  bool is_guarded = false;
  bool is_sealed = false;
};

/// Another subscriber of the channel.
struct Member {
  std::string name;
  bool is_device = false;
};

/// A command and whom it is for.
struct Request {
  std::vector<std::string> recipients;  ///< Names, or {"*"} for all others.
  std::string name;
  std::string value;  ///< JSON text; empty for none.
  std::optional<Blob> blob;
  std::chrono::milliseconds timeout = std::chrono::seconds(30);
  /// What this end can receive of a stream that it asks for; Client::open sees to it.
  std::optional<std::uint64_t> stream_window{};
};

/// One recipient's answer. A recipient that did not answer has an answer too, made here, with code
/// 404, 408 or 503.
struct Answer {
  std::string from;  ///< The recipient that it is about.
  int code = 0;
  bool is_success = false;
  std::string error;
  std::string value;  ///< JSON text; empty for none.
  std::optional<Blob> blob;
  std::optional<std::uint64_t> stream_window{};  ///< Of a device that accepts a stream.
};

/// One command that came in, to be answered exactly once. A copy answers the same command; the
/// first answer counts.
class IncomingCommand {
 public:
  Message message;
  Access access = Access::control;  ///< What its sender may do.

  /// Thread-safe; does nothing when the link to the asker was lost since.
  void answer(Answer answer) const;

 private:
  friend class ClientCore;
  std::function<void(Answer)> answer_;
};

/// **Thread-safe.** Its handlers run on a thread of the client's own, one at a time, and may call
/// the client, except for close(), the destructor and the calls that wait. No exception leaves it;
/// an exception of a handler ends the process.
class Client {
 public:
  using AnswerHandler = std::move_only_function<void(const Answer&)>;

  /// Starts joining in the background. With a password it takes a tenth of a second before it
  /// returns: keys are made of it. Errors: std::errc::invalid_argument for an address or name that
  /// cannot be; std::errc::not_enough_memory; those of reading the state folder.
  [[nodiscard]] static Result<std::unique_ptr<Client>> start(ClientOptions options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Waits until it is joined, refused for good (400, 401, 409), or `timeout` is over; gives the
  /// status then.
  ClientStatus wait_joined(std::chrono::milliseconds timeout);
  [[nodiscard]] ClientStatus status() const;
  /// The others in the channel, by name; nobody while it is a crowd.
  [[nodiscard]] std::vector<Member> members() const;
  /// Whether they are so many (over 1,000) that the hub does not tell of each. Its command hub.list
  /// gives them by pages; docs/protocol.md section 4.
  [[nodiscard]] bool is_crowd() const;

  /// Asks, and waits for one answer from each recipient, in the order given (for `*`, of arrival).
  [[nodiscard]] std::vector<Answer> request(Request request);
  /// Asks; `on_answer` is called once for each recipient, then `on_done` once.
  void request(Request request, AnswerHandler on_answer, std::move_only_function<void()> on_done);
  /// Asks one recipient and waits for its answer; of `*`, for the first one, which has code 404
  /// where nobody is there.
  [[nodiscard]] Answer request_one(std::string recipient, std::string name, std::string value = {},
                                   std::optional<Blob> blob = {},
                                   std::chrono::milliseconds timeout = std::chrono::seconds(30));

  /// What became of asking for a stream.
  struct Opened {
    Answer answer;
    std::unique_ptr<Stream> stream;  ///< Null where the device did not accept one.
  };
  /// Asks one recipient for a stream and waits for its answer.
  [[nodiscard]] Opened open(std::string recipient, std::string name, std::string value = {},
                            std::chrono::milliseconds timeout = std::chrono::seconds(30));

  /// Tells all others; in a sealed channel those who may `see` it. Errors:
  /// std::errc::not_connected; std::errc::no_buffer_space when too much waits already;
  /// std::errc::operation_not_permitted in a sealed channel, but for devices.
  [[nodiscard]] Result<void> broadcast(std::string name, std::string value,
                                       std::optional<Blob> blob = {}, Access see = Access::view);

  /// The fingerprint of a device as it is remembered; empty where the channel is not sealed, or
  /// nothing was asked of the device yet.
  [[nodiscard]] std::string fingerprint(std::string device) const;
  /// That of the identity which a device has now in place of the remembered one, so that requests
  /// to it fail with 495; empty where there is none.
  [[nodiscard]] std::string changed_fingerprint(std::string device) const;
  /// Accepts that identity, by the fingerprint that a person has seen. Errors:
  /// std::errc::no_such_device_or_address where the device has another by now; those of remembering
  /// it.
  [[nodiscard]] Result<void> trust(std::string device, std::string fingerprint);

  /// Each replaces the one before. Broadcasts (those of @hub too, and from @client what this end
  /// has to tell: `seal.lost` as
  /// hub.dropped, `seal.changed` with a subscriber's two fingerprints), commands, and changes of
  /// the status. Whoever handles events is told those of a sealed channel's devices a moment after
  /// it joined.
  void on_event(std::function<void(const Message&)> handler);
  void on_command(std::function<void(const IncomingCommand&)> handler);
  void on_status(std::function<void(const ClientStatus&)> handler);

  /// Leaves the channel in order, waits at most `timeout` for what is still to be sent, and ends
  /// the thread.
  void close(std::chrono::milliseconds timeout = std::chrono::seconds(5));

 private:
  explicit Client(std::unique_ptr<class ClientCore> core);
  std::unique_ptr<class ClientCore> core_;
};

}  // namespace malinka
