// SPDX-License-Identifier: MIT
// A device behind a LoopbackHub, on its thread, that takes part in streams. Not part of any
// program.

#pragma once

#include <deque>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "client/loopback_hub.h"
#include "client/message_form.h"
#include "client/messages.h"
#include "client/streams.h"

namespace malinka::client {

/// Accepts every stream. What comes on `echo` goes back, and its end is that of the other side; on
/// `silent` nothing is taken, and nothing said.
class LoopbackKitchen final : StreamTransport {
 public:
  /// The hub has it from now on. `failed` is told how the first stream was given up.
  static void join(LoopbackHub& hub, std::promise<StreamFailure>* failed = nullptr) {
    hub.on_message([kitchen = std::make_shared<LoopbackKitchen>(hub, failed)](
                       link::MessageKind kind, ByteView payload) {
      auto received = MessageForm::read(kind, payload);
      return received && kitchen->take(received->message);
    });
  }

  LoopbackKitchen(LoopbackHub& hub, std::promise<StreamFailure>* failed)
      : hub_(hub), failed_(failed), streams_(system_clock(), *this) {
    streams_.set_queue_bytes(limits::queue_bytes);
  }

 private:
  struct Talk final : StreamHandler {
    Talk(LoopbackKitchen& owner, bool echoes) : kitchen(owner), is_echo(echoes) {}

    void on_chunk(const StreamBytes& bytes) noexcept override {
      if (!is_echo) return;
      end->send(*bytes);
      end->take(bytes->size());
    }
    void on_room() noexcept override {}
    void on_end(std::string value) noexcept override {
      if (is_echo) end->end(std::move(value));
    }
    void on_over(const std::optional<StreamFailure>& failure) noexcept override {
      if (failure && kitchen.failed_ != nullptr)
        std::exchange(kitchen.failed_, nullptr)->set_value(*failure);
    }

    LoopbackKitchen& kitchen;
    const bool is_echo;
    std::unique_ptr<StreamEnd> end;
  };

  bool take(const Message& message) {
    if (message.stream.empty()) return false;
    const auto part = protocol::parse_stream_part(message.stream);
    REQUIRE(part);
    if (const auto* const opening = std::get_if<protocol::StreamOpening>(&part->what))
      accept(message, opening->window);
    else
      streams_.take({StreamKey::Side::executor, "phone", part->id}, *part, message);
    return true;
  }

  void accept(const Message& command, std::uint64_t credit) {
    const auto window = streams_.reserve_window();
    REQUIRE(window);
    Answer answer;
    answer.is_success = true;
    answer.stream_window = *window;
    Message acceptance = make_response(command, std::move(answer));
    acceptance.originator = "kitchen";
    acceptance.recipients = {"phone"};
    hub_.send(acceptance);
    Talk& talk = talks_.emplace_back(*this, command.name == "echo");
    talk.end = streams_.open({.key = {StreamKey::Side::executor, "phone", command.id},
                              .name = command.name,
                              .credit = credit,
                              .window = *window},
                             talk);
  }

  Result<std::string> send_stream_message(const StreamKey&, const Message& message) override {
    Message whole = message;
    whole.id = make_id();
    whole.originator = "kitchen";
    hub_.send(whole);
    want_link();  // There may be more.
    return whole.id;
  }
  void want_link() override {
    if (std::exchange(is_link_wanted_, true)) return;
    call_later([this] {
      is_link_wanted_ = false;
      streams_.send_next();
    });
  }
  void call_later(net::Task task) override { hub_.loop().next_turn(std::move(task)); }

  LoopbackHub& hub_;
  std::promise<StreamFailure>* failed_;
  bool is_link_wanted_ = false;
  std::deque<Talk> talks_;
  Streams streams_;  // Goes first: by then there is nobody to tell.
};

}  // namespace malinka::client
