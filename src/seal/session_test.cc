// SPDX-License-Identifier: MIT
// Initiator and responder, with a hub between them that is in the test's hand and means no good.
#include <doctest/doctest.h>

#include <algorithm>
#include <deque>

#include "base/limits.h"
#include "seal/identity.h"
#include "seal/initiator.h"
#include "seal/responder.h"

namespace malinka::seal {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// Made once: a password takes its time.
const ChannelKeys& control_keys() {
  static const ChannelKeys keys = *ChannelKeys::from_password("home", "a good password");
  return keys;
}
const ChannelKeys& view_keys() {
  static const ChannelKeys keys = *ChannelKeys::from_view_link(control_keys().view_password());
  return keys;
}
const ChannelKeys& other_keys() {
  static const ChannelKeys keys = *ChannelKeys::from_password("home", "a good passwore");
  return keys;
}

/// The client's side: keeps what has happened, and what it would send.
struct Phone {
  explicit Phone(const ChannelKeys& keys = control_keys(), std::string name = "phone",
                 std::string channel = "home")
      : initiator({.channel = std::move(channel),
                   .name = std::move(name),
                   .keys = keys,
                   .is_trusted = [this](const std::string&, const PublicKey& identity) {
                     if (!trusted) trusted = identity;
                     return *trusted == identity;
                   }}) {}
  Phone(const Phone&) = delete;
  Phone& operator=(const Phone&) = delete;

  void keep(SendHello& hello) { sent.push_back(std::move(hello.blob)); }
  void keep(const SessionReady&) { ++sessions; }
  void keep(const SessionDoubted&) { ++doubts; }
  void keep(const SessionRefused& refused) { refusals.push_back(refused.why); }
  void keep(const SessionLost&) { ++lost_sessions; }
  void keep(const Answered& answered) {
    heard.push_back(to_text(answered.inner));
    missed += answered.missed;
  }
  void keep(const KeysLearned& learned) {
    events.learn(learned.device, learned.keys);
    event_keys = learned.keys.size();
  }
  void keep_all() {
    for (InitiatorEvent& event : initiator.take_events())
      std::visit([this](auto& one) { keep(one); }, event);
  }

  void want(const std::string& device, Steady now) {
    initiator.want(device, now);
    keep_all();
  }
  void take(const std::string& device, ByteView blob, Steady now) {
    initiator.take(device, blob, now);
    keep_all();
  }
  Bytes seal(std::string_view text, Steady now) {
    const ByteView piece = as_bytes(text);
    return *initiator.seal("kitchen", std::span(&piece, 1), now);
  }

  std::deque<Bytes> sent;
  int sessions = 0;
  int doubts = 0;
  int lost_sessions = 0;
  std::vector<NoSession> refusals;
  std::vector<std::string> heard;
  std::uint64_t missed = 0;
  std::size_t event_keys = 0;
  std::optional<PublicKey> trusted;
  EventReceiver events;
  Initiator initiator;
};

/// The device's side. A new one is the device after a restart.
struct Kitchen {
  explicit Kitchen(const Secret& identity = Secret::random(), std::string name = "kitchen",
                   std::string channel = "home")
      : responder({.channel = std::move(channel),
                   .name = std::move(name),
                   .keys = control_keys(),
                   .identity = KeyPair(identity)},
                  events) {}

  Bytes seal(const Id& session, std::string_view text, Steady now) {
    const ByteView piece = as_bytes(text);
    return *responder.seal(session, std::span(&piece, 1), now);
  }

  EventSender events{Steady{}};
  Responder responder;
};

struct World {
  /// Carries what the phone has sent to the device, and the device's replies back.
  void carry(Kitchen& to) {
    while (!phone.sent.empty()) {
      const Bytes blob = std::move(phone.sent.front());
      phone.sent.pop_front();
      if (const auto outcome = to.responder.take("phone", blob, now); outcome.reply)
        phone.take("kitchen", *outcome.reply, now);
    }
  }
  void carry() { carry(kitchen); }
  /// A session, and its first Command.
  SealedCommand greet() {
    phone.want("kitchen", now);
    carry();
    REQUIRE(phone.sessions == 1);
    return deliver(phone.seal("first", now));
  }
  SealedCommand deliver(const Bytes& blob) {
    auto outcome = kitchen.responder.take("phone", blob, now);
    REQUIRE(outcome.command);
    return *std::move(outcome.command);
  }
  bool is_dropped(const Bytes& blob, const char* from = "phone") {
    const auto outcome = kitchen.responder.take(from, blob, now);
    return !outcome.command && !outcome.reply;
  }
  void pass(seconds time) {
    now += time;
    phone.initiator.expire(now);
    phone.keep_all();
    kitchen.responder.expire(now);
  }

  Steady now{std::chrono::hours(1)};
  Phone phone;
  Kitchen kitchen;
};

Bytes with_bit_flipped(Bytes blob, std::size_t at) {
  blob[at] ^= std::byte{1};
  return blob;
}

}  // namespace

TEST_CASE("a hello and a welcome make a session, in which commands and answers go") {
  World world;
  const SealedCommand command = world.greet();
  CHECK(as_text(command.inner) == "first");
  CHECK(command.level == Level::control);
  CHECK(command.lost == 0);
  world.phone.take("kitchen", world.kitchen.seal(command.session, "done", world.now), world.now);
  CHECK(world.phone.heard == std::vector<std::string>{"done"});
  CHECK(world.phone.trusted == world.kitchen.responder.identity());
  CHECK(world.phone.event_keys == 2);
}

TEST_CASE("a view link makes sessions of level view, with the view event key alone") {
  World world;
  Phone viewer(view_keys());
  viewer.want("kitchen", world.now);
  const auto welcome = world.kitchen.responder.take("phone", viewer.sent.front(), world.now);
  viewer.take("kitchen", *welcome.reply, world.now);
  REQUIRE(viewer.sessions == 1);
  CHECK(viewer.event_keys == 1);
  CHECK(world.deliver(viewer.seal("look", world.now)).level == Level::view);

  const std::string text = "for those who control";
  const ByteView piece = as_bytes(text);
  const Bytes event = world.kitchen.events.seal(Level::control, std::span(&piece, 1), world.now);
  const auto form = parse_form(event);
  CHECK(viewer.events.open("kitchen", std::get<SealedBox>(*form)).error() ==
        EventReceiver::Failure::needs_session);
}

TEST_CASE("a viewer who asks for level control gets a welcome that is of no use to it") {
  World world;
  Phone viewer(view_keys());
  viewer.want("kitchen", world.now);
  Bytes hello = viewer.sent.front();
  hello[1] = static_cast<std::byte>(Level::control);
  CHECK(world.is_dropped(hello));  // The prologue has the level as well.
}

TEST_CASE("another password, channel or name makes no session") {
  World world;
  const auto try_with = [&](Phone& phone, Kitchen& kitchen, const char* originator) {
    phone.want("kitchen", world.now);
    const auto outcome = kitchen.responder.take(originator, phone.sent.front(), world.now);
    if (outcome.reply) phone.take("kitchen", *outcome.reply, world.now);
    return phone.sessions == 1;
  };
  Phone right;
  CHECK(try_with(right, world.kitchen, "phone"));
  Phone near_miss(other_keys());
  CHECK_FALSE(try_with(near_miss, world.kitchen, "phone"));
  Phone elsewhere(control_keys(), "phone", "home2");
  CHECK_FALSE(try_with(elsewhere, world.kitchen, "phone"));
  Phone renamed;
  CHECK_FALSE(try_with(renamed, world.kitchen, "tablet"));
  Phone misled;
  Kitchen hall(Secret::random(), "hall");
  CHECK_FALSE(try_with(misled, hall, "phone"));
}

TEST_CASE("a hello is said three times in all, each time as a new session, then given up") {
  World world;
  world.phone.want("kitchen", world.now);
  world.pass(seconds(4));
  CHECK(world.phone.sent.size() == 1);
  world.pass(seconds(1));
  world.pass(seconds(5));
  REQUIRE(world.phone.sent.size() == 3);
  CHECK(world.phone.sent[0] != world.phone.sent[1]);
  CHECK(world.phone.refusals.empty());
  world.pass(seconds(5));
  CHECK(world.phone.sent.size() == 3);
  CHECK(world.phone.refusals == std::vector{NoSession::unanswered});
}

TEST_CASE("a forged welcome changes nothing: the true one still makes the session") {
  World world;
  world.phone.want("kitchen", world.now);
  const auto welcome = world.kitchen.responder.take("phone", world.phone.sent.front(), world.now);
  REQUIRE(welcome.reply);
  for (std::size_t at = 17; at < welcome.reply->size(); ++at)
    world.phone.take("kitchen", with_bit_flipped(*welcome.reply, at), world.now);
  CHECK(world.phone.sessions == 0);
  world.phone.take("kitchen", *welcome.reply, world.now);
  CHECK(world.phone.sessions == 1);
}

TEST_CASE("where only forged welcomes come, that is why there is no session") {
  World world;
  Kitchen impostor;
  Phone& phone = world.phone;
  phone.want("kitchen", world.now);
  for (int i = 0; i < 3; ++i) {
    const auto welcome = impostor.responder.take("phone", phone.sent.back(), world.now);
    REQUIRE(welcome.reply);
    phone.take("kitchen", with_bit_flipped(*welcome.reply, 60), world.now);
    world.pass(seconds(5));
  }
  CHECK(phone.refusals == std::vector{NoSession::not_verified});
}

TEST_CASE("a device that is not who it was gets no session") {
  World world;
  world.greet();
  world.phone.initiator.end("kitchen", world.now);
  Kitchen impostor;  // Knows the password, and has an identity of its own.
  world.phone.want("kitchen", world.now);
  world.carry(impostor);
  CHECK(world.phone.refusals == std::vector{NoSession::identity_changed});
  CHECK_FALSE(world.phone.initiator.has_session("kitchen"));
}

TEST_CASE("who has no sessions is believed at once") {
  World world;
  world.phone.want("kitchen", world.now);
  world.phone.take("kitchen", *refuse_hello(world.phone.sent.front()), world.now);
  CHECK(world.phone.refusals == std::vector{NoSession::refused});
}

TEST_CASE("a command is carried out once, however often the hub delivers it") {
  World world;
  world.greet();
  const Bytes blob = world.phone.seal("pulse", world.now);
  world.deliver(blob);
  CHECK(world.is_dropped(blob));
}

TEST_CASE("what comes behind a later command is dropped, and was counted as lost") {
  World world;
  world.greet();
  const Bytes second = world.phone.seal("second", world.now);
  const Bytes third = world.phone.seal("third", world.now);
  CHECK(world.deliver(third).lost == 1);
  CHECK(world.is_dropped(second));
}

TEST_CASE("no bit of a sealed command can be changed") {
  World world;
  world.greet();
  const Bytes blob = world.phone.seal("write 17=1", world.now);
  for (std::size_t at = 1 + sizeof(Id); at < blob.size(); ++at) {
    CAPTURE(at);
    CHECK(world.is_dropped(with_bit_flipped(blob, at)));
  }
  for (std::size_t length = 0; length < blob.size(); ++length)
    CHECK(world.is_dropped(Bytes(blob.begin(), blob.begin() + static_cast<long>(length))));
  CHECK(as_text(world.deliver(blob).inner) == "write 17=1");  // None of them changed anything.
}

TEST_CASE("a command is carried out for its session's own initiator alone") {
  World world;
  world.greet();
  CHECK(world.is_dropped(world.phone.seal("write 17=1", world.now), "tablet"));
}

TEST_CASE("a message comes back to its sender as nothing") {
  World world;
  const SealedCommand command = world.greet();
  world.phone.take("kitchen", world.phone.seal("echo", world.now), world.now);
  CHECK(world.phone.heard.empty());
  CHECK(world.is_dropped(world.kitchen.seal(command.session, "echo", world.now)));
}

TEST_CASE("an answer counts once, and only from its session's device") {
  World world;
  const SealedCommand command = world.greet();
  world.phone.want("hall", world.now);
  const Bytes answer = world.kitchen.seal(command.session, "done", world.now);
  world.phone.take("hall", answer, world.now);
  CHECK(world.phone.heard.empty());
  world.phone.take("kitchen", answer, world.now);
  world.phone.take("kitchen", answer, world.now);
  CHECK(world.phone.heard.size() == 1);
}

TEST_CASE("answers that the hub kept are noticed with the next one") {
  World world;
  const SealedCommand command = world.greet();
  (void)world.kitchen.seal(command.session, "kept", world.now);
  (void)world.kitchen.seal(command.session, "kept too", world.now);
  world.phone.take("kitchen", world.kitchen.seal(command.session, "comes", world.now), world.now);
  CHECK(world.phone.missed == 2);
}

TEST_CASE("a hello that is replayed makes no second session, nor disturbs the first") {
  World world;
  world.phone.want("kitchen", world.now);
  const Bytes hello = world.phone.sent.front();
  world.carry();
  world.deliver(world.phone.seal("first", world.now));
  CHECK(world.is_dropped(hello));
  CHECK(as_text(world.deliver(world.phone.seal("second", world.now)).inner) == "second");
}

TEST_CASE("what is replayed to a device that began anew is not carried out") {
  World world;
  world.phone.want("kitchen", world.now);
  const Bytes hello = world.phone.sent.front();
  world.carry();
  const Bytes command = world.phone.seal("unlock", world.now);
  Kitchen restarted;
  CHECK(restarted.responder.take("phone", hello, world.now).reply);
  const auto outcome = restarted.responder.take("phone", command, world.now);
  CHECK_FALSE(outcome.command);  // Its ephemeral key is another.
}

TEST_CASE("a session outlives the link: one ping, and it goes on") {
  World world;
  const SealedCommand command = world.greet();
  world.phone.initiator.lose_link();
  CHECK_FALSE(world.phone.initiator.has_session("kitchen"));
  world.phone.want("kitchen", world.now);
  REQUIRE(world.phone.doubts == 1);
  const SealedCommand ping = world.deliver(world.phone.seal("ping", world.now));
  CHECK(ping.session == command.session);
  world.phone.take("kitchen", world.kitchen.seal(ping.session, "pong", world.now), world.now);
  CHECK(world.phone.sessions == 2);
  CHECK(world.phone.initiator.has_session("kitchen"));
  CHECK(world.phone.lost_sessions == 0);
}

TEST_CASE("a device that began anew while in doubt gets a new session, and nothing fails") {
  World world;
  const Secret identity = Secret::random();
  Kitchen before(identity);
  world.phone.want("kitchen", world.now);
  world.carry(before);
  world.now += seconds(6);
  world.phone.initiator.doubt("kitchen");
  Kitchen after(identity);
  world.phone.want("kitchen", world.now);
  const auto outcome =
      after.responder.take("phone", world.phone.seal("ping", world.now), world.now);
  REQUIRE(outcome.reply);
  world.phone.take("kitchen", *outcome.reply, world.now);
  world.carry(after);
  CHECK(world.phone.sessions == 2);
  CHECK(world.phone.lost_sessions == 1);  // Nothing was sent in it that is not answered.
  CHECK(world.phone.refusals.empty());
}

TEST_CASE("a device that comes back while it is asked whether it is there is asked again") {
  World world;
  world.greet();
  world.phone.initiator.doubt("kitchen");
  world.phone.want("kitchen", world.now);
  REQUIRE(world.phone.doubts == 1);
  world.phone.initiator.doubt("kitchen");  // hub.joined: the ping went nowhere.
  world.pass(seconds(1));
  CHECK(world.phone.doubts == 2);
}

TEST_CASE("a session that is made anew for its event keys takes the old one's place") {
  World world;
  const SealedCommand command = world.greet();
  world.now += seconds(6);
  world.phone.initiator.renew("kitchen", world.now);
  world.phone.keep_all();
  REQUIRE(world.phone.sent.size() == 1);
  CHECK_FALSE(world.phone.initiator.has_session("kitchen"));
  world.carry();
  CHECK(world.phone.initiator.has_session("kitchen"));
  CHECK(world.deliver(world.phone.seal("x", world.now)).session != command.session);
}

TEST_CASE("unknown ends its session, once, and no other") {
  World world;
  const SealedCommand command = world.greet();
  const Bytes unknown = make_unknown(command.session);
  world.phone.take("hall", unknown, world.now);
  CHECK(world.phone.lost_sessions == 0);
  world.phone.take("kitchen", unknown, world.now);
  world.phone.take("kitchen", unknown, world.now);
  CHECK(world.phone.lost_sessions == 1);
}

TEST_CASE("however often the hub says unknown, hellos are 5 s apart") {
  World world;
  world.greet();
  int hellos = 0;
  for (int i = 0; i < 60; ++i) {
    world.phone.want("kitchen", world.now);
    while (!world.phone.sent.empty()) {
      ++hellos;
      world.carry();
    }
    if (world.phone.initiator.has_session("kitchen")) {
      const Bytes blob = world.phone.seal("x", world.now);
      world.phone.take("kitchen", make_unknown(world.deliver(blob).session), world.now);
    }
    world.pass(seconds(1));
  }
  CHECK(hellos <= 12);
  CHECK(hellos >= 10);
}

TEST_CASE("an idle session ends after an hour, and its initiator ends it before that") {
  World world;
  world.greet();
  world.pass(minutes(54));
  CHECK(world.phone.initiator.has_session("kitchen"));
  world.pass(minutes(1));
  CHECK_FALSE(world.phone.initiator.has_session("kitchen"));
  CHECK(world.kitchen.responder.session_count() == 1);
  world.pass(minutes(5));
  CHECK(world.kitchen.responder.session_count() == 0);
}

TEST_CASE("a session without data ends after 10 s") {
  World world;
  world.phone.want("kitchen", world.now);
  world.carry();
  world.pass(seconds(9));
  CHECK(world.kitchen.responder.session_count() == 1);
  world.pass(seconds(1));
  CHECK(world.kitchen.responder.session_count() == 0);
}

TEST_CASE("a flood of hellos leaves confirmed sessions alone, and nobody else without one") {
  World world;
  world.greet();
  const auto hello_from = [&](const std::string& name) {
    Phone phone(control_keys(), name);
    phone.want("kitchen", world.now);
    return world.kitchen.responder.take(name, phone.sent.front(), world.now).reply.has_value();
  };
  int answered = 0;
  for (int i = 0; i < 100; ++i) answered += hello_from("flooder") ? 1 : 0;
  CHECK(answered == limits::seal_unconfirmed_each_max);
  for (int i = 0; i < 200; ++i) hello_from("flooder" + std::to_string(i % 50));
  CHECK(world.kitchen.responder.session_count() == 1 + limits::seal_unconfirmed_max);
  CHECK(hello_from("honest"));
  CHECK(as_text(world.deliver(world.phone.seal("still here", world.now)).inner) == "still here");
}

TEST_CASE("of 1,024 sessions and one more, the greediest initiator loses its longest idle") {
  World world;
  world.greet();
  const auto session_of = [&](const std::string& name) {
    Phone phone(control_keys(), name);
    phone.want("kitchen", world.now);
    const auto welcome = world.kitchen.responder.take(name, phone.sent.front(), world.now);
    REQUIRE(welcome.reply);
    phone.take("kitchen", *welcome.reply, world.now);
    REQUIRE(world.kitchen.responder.take(name, phone.seal("x", world.now), world.now).command);
  };
  for (std::size_t i = 1; i < limits::seal_sessions_max; ++i) session_of("greedy");
  session_of("modest");
  CHECK(world.kitchen.responder.session_count() == limits::seal_sessions_max);
  CHECK(as_text(world.deliver(world.phone.seal("still here", world.now)).inner) == "still here");
}

TEST_CASE("an initiator has room for 1,024 devices, and forgets the one that it used least") {
  World world;
  for (std::size_t i = 0; i < limits::seal_sessions_max; ++i)
    world.phone.want("device" + std::to_string(i), world.now);
  world.phone.want("one more", world.now);
  CHECK(world.phone.refusals == std::vector{NoSession::too_many});
  world.phone.initiator.give_up("device7");
  world.phone.want("one more", world.now);
  CHECK(world.phone.refusals.size() == 1);
}

TEST_CASE("a session goes on through raised keys, and an old key opens nothing new") {
  World world;
  world.greet();
  const Bytes first = world.phone.seal("first", world.now);
  for (std::uint64_t i = 0; i < 3 * limits::seal_generation_messages; ++i)
    world.deliver(world.phone.seal("x", world.now));
  const Bytes later = world.phone.seal("later", world.now);
  CHECK(std::get<SealedBox>(*parse_form(later)).generation == 3);
  CHECK(as_text(world.deliver(later).inner) == "later");
  CHECK(std::get<SealedBox>(*parse_form(first)).generation == 0);

  world.now += minutes(10);
  CHECK(std::get<SealedBox>(*parse_form(world.phone.seal("aged", world.now))).generation == 4);
}

TEST_CASE("events are heard once each, from their owner, and gaps are counted") {
  World world;
  world.greet();
  const auto event = [&](std::string_view text) {
    const ByteView piece = as_bytes(text);
    return world.kitchen.events.seal(Level::view, std::span(&piece, 1), world.now);
  };
  const auto open = [&](const Bytes& blob, const char* from) {
    return world.phone.events.open(from, std::get<SealedBox>(*parse_form(blob)));
  };
  const Bytes first = event("first");
  const Bytes second = event("second");
  const Bytes third = event("third");
  CHECK(as_text(open(first, "kitchen")->plaintext) == "first");
  CHECK_FALSE(open(first, "kitchen"));
  CHECK(open(third, "hall").error() == EventReceiver::Failure::needs_session);
  CHECK(open(third, "kitchen")->lost == 1);
  CHECK_FALSE(open(second, "kitchen"));
}

TEST_CASE("a key that a session did not explain is asked for once") {
  World world;
  world.greet();
  EventSender other{Steady{}};
  const auto keys = other.keys_for(Level::control);
  const std::string text = "not for you";
  const ByteView piece = as_bytes(text);
  const Bytes event = other.seal(Level::control, std::span(&piece, 1), world.now);
  const auto form = parse_form(event);
  const auto& sealed = std::get<SealedBox>(*form);
  using Failure = EventReceiver::Failure;
  CHECK(world.phone.events.open("kitchen", sealed).error() == Failure::needs_session);
  world.phone.events.learn("kitchen", world.kitchen.events.keys_for(Level::control));
  CHECK(world.phone.events.open("kitchen", sealed).error() == Failure::dropped);
  world.phone.events.learn("kitchen", keys);
  CHECK(world.phone.events.open("kitchen", sealed));
}

TEST_CASE("of too many owners of event keys, who was not heard of for longest is forgotten") {
  World world;
  world.greet();
  const auto keys = world.kitchen.events.keys_for(Level::view);
  for (std::size_t i = 1; i < limits::seal_event_owners_max; ++i)
    world.phone.events.learn("device" + std::to_string(i), keys);
  const std::string text = "still heard";
  const ByteView piece = as_bytes(text);
  const auto open = [&](const char* from, const Bytes& event) {
    return world.phone.events.open(from, std::get<SealedBox>(*parse_form(event)));
  };
  const auto seal = [&] {
    return world.kitchen.events.seal(Level::view, std::span(&piece, 1), world.now);
  };
  CHECK(open("kitchen", seal()));
  world.phone.events.learn("one more", keys);
  CHECK(open("kitchen", seal()));
  CHECK(open("device1", seal()).error() == EventReceiver::Failure::needs_session);
}

TEST_CASE("a second welcome does not turn the counter of an event key back") {
  World world;
  world.greet();
  const std::string text = "reading";
  const ByteView piece = as_bytes(text);
  const std::vector<EventKey> early = world.kitchen.events.keys_for(Level::control);
  const Bytes event = world.kitchen.events.seal(Level::view, std::span(&piece, 1), world.now);
  const auto form = parse_form(event);
  REQUIRE(world.phone.events.open("kitchen", std::get<SealedBox>(*form)));
  world.phone.events.learn("kitchen", early);
  CHECK_FALSE(world.phone.events.open("kitchen", std::get<SealedBox>(*form)));
}

TEST_CASE("who has the tape, the password and both disks opens nothing without the ephemerals") {
  const Secret identity = Secret::random();
  const Secret initiator_ephemeral = Secret::random();
  const Secret responder_ephemeral = Secret::random();
  const Secret psk = *control_keys().session_key(Level::control);
  const Bytes prologue = make_prologue(Level::control, Id{}, {"home", "phone", "kitchen"});
  NoiseInitiator initiator(prologue, psk, initiator_ephemeral);
  NoiseResponder responder(prologue, psk, KeyPair(identity), responder_ephemeral);
  const Bytes hello = initiator.write_hello({});
  REQUIRE(responder.read_hello(hello));
  const auto welcoming = responder.write_welcome(as_bytes("event keys"));
  REQUIRE(welcoming);

  // The thief's Noise: all of section 8, and in the place of the ephemerals whatever there is.
  const auto opens = [&](const Secret& ephemeral) {
    NoiseInitiator thief(prologue, psk, ephemeral);
    // The hash must be of the tape's hello, so its public key is put where the thief's own is.
    SymmetricState state(prologue);
    PublicKey on_tape{};
    std::copy_n(hello.begin(), on_tape.size(), on_tape.begin());
    state.mix_hash(on_tape);
    state.mix_key(on_tape);
    REQUIRE(state.decrypt_and_hash(ByteView(hello).subspan(on_tape.size())));
    PublicKey answer{};
    std::copy_n(welcoming->message.begin(), answer.size(), answer.begin());
    state.mix_hash(answer);
    state.mix_key(answer);
    const auto shared = agree(ephemeral, answer);
    if (!shared) return false;
    state.mix_key(shared->view());
    return state.decrypt_and_hash(ByteView(welcoming->message).subspan(32, 48)).has_value();
  };
  CHECK_FALSE(opens(identity));
  CHECK_FALSE(opens(psk));
  CHECK_FALSE(opens(*control_keys().session_key(Level::view)));
  CHECK_FALSE(opens(Secret::random()));
  CHECK(opens(initiator_ephemeral));  // So the test can fail.
}

TEST_CASE("a key that was raised is not the one it came from, nor leads back to it") {
  const Secret key = Secret::random();
  const Secret raised = raise_key(key);
  const std::string text = "sealed before";
  const ByteView piece = as_bytes(text);
  Bytes box(text.size() + tag_bytes);
  seal_box(key, 0, {}, std::span(&piece, 1), box);
  Bytes opened(text.size());
  CHECK_FALSE(open_box(raised, 0, {}, box, opened));
  CHECK_FALSE(open_box(raise_key(raised), 0, {}, box, opened));
  CHECK(open_box(key, 0, {}, box, opened));
}

}  // namespace malinka::seal
