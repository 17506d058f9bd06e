// SPDX-License-Identifier: MIT
// Two initiators, two devices, and between them a hub that does what the input says: delivers,
// repeats, reorders, drops, changes, mixes, swaps and waits. Nothing opens that was not sealed for
// this end, by that peer, at that level; nothing opens twice; and nobody holds more than the
// limits.

#include <sys/types.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "malinka/message.h"
#include "seal/initiator.h"
#include "seal/responder.h"

namespace {

std::uint64_t random_state = 0;

}  // namespace

/// In place of the kernel's: the same input is to do the same each time. xorshift64*.
extern "C" ssize_t getrandom(void* out, std::size_t size, unsigned /*flags*/) {
  auto* const bytes = static_cast<unsigned char*>(out);
  for (std::size_t i = 0; i < size; ++i) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    bytes[i] = static_cast<unsigned char>((random_state * 0x2545F4914F6CDD1D) >> 56);
  }
  return static_cast<ssize_t>(size);
}

namespace malinka::seal {
namespace {

constexpr std::array<std::string_view, 2> device_names = {"kitchen", "hall"};
constexpr std::size_t pool_max = 256;
constexpr std::size_t steps_max = 512;

const ChannelKeys& control_keys() {
  static const ChannelKeys keys = *ChannelKeys::from_password("home", "a good password");
  return keys;
}
const ChannelKeys& view_keys() {
  static const ChannelKeys keys = *ChannelKeys::from_view_link(control_keys().view_password());
  return keys;
}

/// What was sealed, by its number: that is its plaintext.
struct Record {
  MessageType type = MessageType::command;
  std::string from, to;
  Level level = Level::control;
  bool is_opened = false;
};

/// All that was ever sealed, and all that can be delivered.
struct Books {
  std::string seal(Record record) {
    records.push_back(std::move(record));
    return std::to_string(records.size() - 1);
  }
  Record& open(ByteView plaintext) {
    const std::string_view text = as_text(plaintext);
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    ASSERT(error == std::errc() && end == text.data() + text.size() && number < records.size());
    ASSERT(!records[number].is_opened);
    records[number].is_opened = true;
    return records[number];
  }
  void keep(Bytes blob) {
    if (pool.size() < pool_max)
      pool.push_back(std::move(blob));
    else
      pool[next++ % pool_max] = std::move(blob);
  }

  std::vector<Record> records;
  std::vector<Bytes> pool;
  std::size_t next = 0;
};

struct Person {
  Person(Books& own_books, std::string own_name, const ChannelKeys& keys)
      : books(own_books),
        name(std::move(own_name)),
        level(keys.level()),
        initiator({.channel = "home",
                   .name = name,
                   .keys = keys,
                   .is_trusted = [](const std::string&, const PublicKey&) { return true; }}) {}

  /// Does what an initiator's owner does, until nothing more has happened.
  void pump() {
    for (auto news = initiator.take_events(); !news.empty(); news = initiator.take_events())
      for (InitiatorEvent& event : news) std::visit([this](auto& one) { handle(one); }, event);
  }
  void handle(SendHello& hello) { books.keep(std::move(hello.blob)); }
  void handle(const SessionReady& ready) { say(ready.device); }
  void handle(const SessionDoubted& doubted) { say(doubted.device); }
  void handle(const SessionRefused&) {}
  void handle(const SessionLost&) {}
  void handle(const Answered& answered) {
    const Record& record = books.open(answered.inner);
    ASSERT(record.type == MessageType::response && record.from == answered.device);
    ASSERT(record.to == name && record.level == level);
  }
  void handle(const KeysLearned& learned) {
    ASSERT(learned.keys.size() == static_cast<std::size_t>(level));
    events.learn(learned.device, learned.keys);
  }

  /// Sealed where there is a session, in doubt or not.
  void say(const std::string& device) {
    if (!initiator.age(device, now)) return;
    const std::string text =
        books.seal({.type = MessageType::command, .from = name, .to = device, .level = level});
    const ByteView piece = as_bytes(text);
    books.keep(*initiator.seal(device, std::span(&piece, 1), now));
  }
  void hear_event(const std::string& owner, ByteView blob) {
    const auto form = parse_form(blob);
    const auto* const sealed = form ? std::get_if<SealedBox>(&*form) : nullptr;
    if (sealed == nullptr) return;
    const auto opened = events.open(owner, *sealed);
    if (!opened) return;
    Record& record = books.open(opened->plaintext);
    record.is_opened = false;  // The other may hear it too, and this one again after a restart.
    ASSERT(record.type == MessageType::broadcast && record.from == owner && record.level <= level);
  }

  Books& books;
  std::string name;
  Level level;
  Steady now{std::chrono::hours(1)};
  EventReceiver events;
  Initiator initiator;
};

struct Device {
  Device(Books& own_books, std::string own_name, Steady now)
      : books(own_books),
        name(std::move(own_name)),
        events(now),
        responder({.channel = "home",
                   .name = name,
                   .keys = control_keys(),
                   .identity = KeyPair(Secret::random())},
                  events) {}

  void take(const std::string& from, ByteView blob, Steady now) {
    auto [reply, command] = responder.take(from, blob, now);
    if (reply) books.keep(*std::move(reply));
    ASSERT(responder.session_count() <= limits::seal_sessions_max + limits::seal_unconfirmed_max);
    if (!command) return;
    const Record record = books.open(command->inner);
    ASSERT(record.type == MessageType::command && record.from == from && record.to == name);
    ASSERT(record.level == command->level);
    answer(*command, from, now);
  }
  void answer(const SealedCommand& command, const std::string& to, Steady now) {
    const std::string text =
        books.seal({.type = MessageType::response, .from = name, .to = to, .level = command.level});
    const ByteView piece = as_bytes(text);
    books.keep(*responder.seal(command.session, std::span(&piece, 1), now));
  }
  void tell(Level level, Steady now) {
    const std::string text =
        books.seal({.type = MessageType::broadcast, .from = name, .to = {}, .level = level});
    const ByteView piece = as_bytes(text);
    books.keep(events.seal(level, std::span(&piece, 1), now));
  }

  Books& books;
  std::string name;
  EventSender events;
  Responder responder;
};

/// The hub, and the program that it follows: one byte for what to do, others for with what.
class HostileHub {
 public:
  explicit HostileHub(ByteView program) : program_(program) {
    for (std::size_t i = 0; i < devices_.size(); ++i)
      restart(devices_[i], std::string(device_names[i]));
  }

  void run() {
    for (std::size_t step = 0; step < steps_max && !program_.empty(); ++step) take_step();
  }

 private:
  void take_step() {
    Person& person = persons_[next_byte() % persons_.size()];
    std::optional<Device>& device = devices_[next_byte() % devices_.size()];
    act(person, device, device->name);
    for (Person& each : persons_) each.pump();
  }

  /// `name` is a copy: the device's own may go.
  void act(Person& person, std::optional<Device>& device, std::string name) {
    switch (next_byte() % 14) {
      case 0: return person.initiator.want(name, now_);
      case 1: return device->take(person.name, any_blob(), now_);
      case 2: return person.initiator.take(name, any_blob(), now_);
      case 3: return person.say(name);
      case 4: return device->tell(next_byte() % 2 == 0 ? Level::view : Level::control, now_);
      case 5: return person.hear_event(name, any_blob());
      case 6: return pass(std::chrono::seconds(next_byte()));
      case 7: return pass(std::chrono::minutes(next_byte()));
      case 8: return books_.keep(changed(any_blob()));
      case 9: return books_.keep(mixed(any_blob(), any_blob()));
      case 10: return books_.keep(raw_bytes());
      case 11: return person.initiator.lose_link();
      case 12: return restart(device, std::move(name));
      default: return disturb(person, name);
    }
  }

  void disturb(Person& person, const std::string& name) {
    switch (next_byte() % 4) {
      case 0: return person.initiator.doubt(name);
      case 1: return person.initiator.end(name, now_);
      case 2: return person.initiator.give_up(name);
      default: return person.initiator.renew(name, now_);
    }
  }

  void restart(std::optional<Device>& device, std::string name) {
    device.emplace(books_, std::move(name), now_);
  }

  void pass(std::chrono::seconds time) {
    now_ += time;
    for (Person& person : persons_) {
      person.now = now_;
      person.initiator.expire(now_);
    }
    for (auto& device : devices_) device->responder.expire(now_);
  }

  std::uint8_t next_byte() {
    if (program_.empty()) return 0;
    const auto byte = std::to_integer<std::uint8_t>(program_.front());
    program_ = program_.subspan(1);
    return byte;
  }

  /// One that was said before, counted from the latest.
  Bytes any_blob() {
    const std::size_t back = next_byte();
    if (books_.pool.empty()) return {};
    return books_.pool[books_.pool.size() - 1 - back % books_.pool.size()];
  }
  Bytes changed(Bytes blob) {
    const std::size_t at = next_byte();
    const std::uint8_t by = next_byte();
    if (blob.empty()) return blob;
    if (by == 0) blob.resize(at % blob.size());
    if (by != 0) blob[at % blob.size()] ^= std::byte{by};
    return blob;
  }
  Bytes mixed(Bytes head, const Bytes& tail) {
    const std::size_t at = next_byte() % (std::min(head.size(), tail.size()) + 1);
    head.resize(at);
    append(head, ByteView(tail).subspan(at));
    return head;
  }
  Bytes raw_bytes() {
    const std::size_t wanted = next_byte();
    const ByteView bytes = program_.first(std::min(program_.size(), wanted));
    program_ = program_.subspan(bytes.size());
    return {bytes.begin(), bytes.end()};
  }

  ByteView program_;
  Steady now_{std::chrono::hours(1)};
  Books books_;
  // The second has the view link alone, and may pose as the first: the hub stamps names.
  std::array<Person, 2> persons_{Person(books_, "phone", control_keys()),
                                 Person(books_, "phone", view_keys())};
  std::array<std::optional<Device>, device_names.size()> devices_;
};

}  // namespace
}  // namespace malinka::seal

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  random_state = 0x9E3779B97F4A7C15;
  malinka::seal::HostileHub(std::as_bytes(std::span(data, size))).run();
  return 0;
}
