// SPDX-License-Identifier: MIT
// How one kind of server is spoken to: how to get in, how to say a message, and what came.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "bench/load/mold.h"
#include "bench/load/stamp.h"

namespace malinka::bench {

enum class SeatRole { subscriber, publisher, asker, answerer };

/// Which place a client takes. **Value.**
struct Seat {
  SeatRole role = SeatRole::subscriber;
  std::uint32_t channel = 0;
  std::uint32_t number = 0;  ///< Within its role and channel.
  bool is_slow = false;      ///< Reads only now and then, a little.
};

/// Told what was found in the bytes of one client.
class Inbox {
 public:
  virtual void on_welcome() = 0;
  virtual void on_message(Stamp stamp) = 0;
  /// Anything else that the server says by itself, as presence.
  virtual void on_other(std::string_view text) = 0;

 protected:
  ~Inbox() = default;
};

/// What all clients of one run say. **Value.**
struct Talk {
  std::size_t message_bytes = 200;  ///< Of the JSON text that every subject carries.
  std::string key{};                ///< Empty: open.
};

/// **Value**, in effect: it knows nothing of single clients.
class Dialect {
 public:
  virtual ~Dialect() = default;

  /// False where the bytes go as they are, without WebSocket.
  [[nodiscard]] virtual bool is_web_socket() const { return true; }
  [[nodiscard]] virtual std::string target(const Seat& seat) const = 0;
  [[nodiscard]] virtual std::string subprotocol() const { return {}; }

  /// What a client says first; empty where it is in once it is connected.
  [[nodiscard]] virtual std::string make_hello(const Seat& seat) const = 0;
  /// A message from `seat` to everyone in its channel, or to its counterpart there.
  [[nodiscard]] virtual Mold make_message(const Seat& seat) const = 0;

  /// Whether publishers receive what the others of their channel publish.
  [[nodiscard]] virtual bool do_publishers_listen() const { return false; }

  /// Takes whole units off the front of `payload`: of one frame, or of all that came where there
  /// are no frames. Returns how many bytes it took; the rest comes again with more behind it.
  virtual std::size_t take(const Seat& seat, std::string_view payload, Inbox& inbox) const = 0;
};

/// `malinka`, `mqtt`, `nats`, `nchan` or `bare`; null for any other.
[[nodiscard]] std::unique_ptr<Dialect> make_dialect(std::string_view name, const Talk& talk);

/// The text of a Broadcast, Command or Response of exactly `talk.message_bytes`, as Malinka wants
/// it. All subjects carry it.
[[nodiscard]] std::string make_text(const Talk& talk, const Seat& seat);
/// The name under which a seat is known in its channel.
[[nodiscard]] std::string name_of(const Seat& seat);
[[nodiscard]] std::string channel_name(std::uint32_t channel);

// One file each.
[[nodiscard]] std::unique_ptr<Dialect> make_malinka_dialect(const Talk& talk);
[[nodiscard]] std::unique_ptr<Dialect> make_mqtt_dialect(const Talk& talk);
[[nodiscard]] std::unique_ptr<Dialect> make_nats_dialect(const Talk& talk);
[[nodiscard]] std::unique_ptr<Dialect> make_nchan_dialect(const Talk& talk);
[[nodiscard]] std::unique_ptr<Dialect> make_bare_dialect(const Talk& talk);

}  // namespace malinka::bench
