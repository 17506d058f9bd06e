// SPDX-License-Identifier: MIT
// The golden cases of spec/vectors/sealed/, whose README says what each member means.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "base/json.h"
#include "base/limits.h"
#include "hex.h"
#include "seal/chain.h"
#include "seal/channel_keys.h"
#include "seal/event_keys.h"
#include "seal/form.h"
#include "seal/identity.h"
#include "seal/noise.h"
#include "vectors.h"

namespace malinka::seal {
namespace {

namespace test = malinka::test;

using test::hex_of;

Bytes bytes_of_hex(const Json& hex) { return to_bytes(test::expand_input({{"hex", hex}})); }

Secret secret_of_hex(const Json& hex) {
  Secret secret;
  std::ranges::copy(bytes_of_hex(hex), secret.writable().begin());
  return secret;
}

Id id_of_hex(const Json& hex) {
  Id id{};
  std::ranges::copy(bytes_of_hex(hex), id.begin());
  return id;
}

std::uint64_t number_of(const Json& json, const char* name) {
  const std::string text = json.value(name, "0");
  std::uint64_t number = 0;
  REQUIRE(std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc());
  return number;
}

Level level_of(const Json& given) { return static_cast<Level>(given.at("level").get<int>()); }

Bytes prologue_of(const Json& given) {
  const auto text = [&](const char* name) { return given.at(name).get<std::string>(); };
  const std::string channel = text("channel");
  const std::string initiator = text("initiator");
  const std::string responder = text("responder");
  return make_prologue(level_of(given), id_of_hex(given.at("sessionIdHex")),
                       {channel, initiator, responder});
}

std::vector<EventKey> event_keys_of(const Json& given) {
  std::vector<EventKey> keys;
  for (const Json& json : given.at("eventKeys"))
    keys.push_back({.level = level_of(json),
                    .id = id_of_hex(json.at("keyIdHex")),
                    .key = secret_of_hex(json.at("keyHex")),
                    .generation = json.at("generation").get<std::uint32_t>(),
                    .next = number_of(json, "next")});
  return keys;
}

NoiseInitiator initiator_of(const Json& given) {
  return {prologue_of(given), secret_of_hex(given.at("pskHex")),
          secret_of_hex(given.at("initiatorEphemeralHex"))};
}

NoiseResponder responder_of(const Json& given) {
  return {prologue_of(given), secret_of_hex(given.at("pskHex")),
          KeyPair(secret_of_hex(given.at("responderStaticHex"))),
          secret_of_hex(given.at("responderEphemeralHex"))};
}

/// Whether the end that is tested makes a session of what came to it.
bool takes(const Json& file) {
  const Json& given = file.at("given");
  const std::string input = test::expand_input(file.at("input"));
  const auto form = parse_form(as_bytes(input));
  if (!form) return false;
  if (file.at("end") == "responder") {
    const auto* const hello = std::get_if<Hello>(&*form);
    NoiseResponder responder = responder_of(given);
    return hello != nullptr && hello->level == level_of(given) &&
           hello->session == id_of_hex(given.at("sessionIdHex")) &&
           responder.read_hello(hello->noise) && responder.write_welcome({});
  }
  const auto* const welcome = std::get_if<Welcome>(&*form);
  NoiseInitiator initiator = initiator_of(given);
  (void)initiator.write_hello({});
  if (welcome == nullptr || welcome->session != id_of_hex(given.at("sessionIdHex"))) return false;
  const auto welcomed = initiator.read_welcome(welcome->noise);
  return welcomed && decode_event_keys(welcomed->payload);
}

Json describe(const Hello& hello) {
  return {{"kind", "hello"},
          {"level", static_cast<int>(hello.level)},
          {"sessionIdHex", hex_of(hello.session)},
          {"noiseHex", hex_of(hello.noise)}};
}
Json describe(const Welcome& welcome) {
  return {{"kind", "welcome"},
          {"sessionIdHex", hex_of(welcome.session)},
          {"noiseHex", hex_of(welcome.noise)}};
}
Json describe(const SealedBox& sealed) {
  const bool is_data = sealed.kind == BoxKind::data;
  return {{"kind", is_data ? "data" : "event"},
          {is_data ? "sessionIdHex" : "keyIdHex", hex_of(sealed.id)},
          {"generation", sealed.generation},
          {"counter", std::to_string(sealed.counter)},
          {"boxHex", hex_of(sealed.box)}};
}
Json describe(const Unknown& unknown) {
  return {{"kind", "unknown"}, {"sessionIdHex", hex_of(unknown.session)}};
}

Bytes write_again(const Hello& hello) {
  return make_hello(hello.level, hello.session, hello.noise);
}
Bytes write_again(const Welcome& welcome) { return make_welcome(welcome.session, welcome.noise); }
Bytes write_again(const Unknown& unknown) { return make_unknown(unknown.session); }
Bytes write_again(const SealedBox& sealed) {
  Bytes blob(box_header_bytes);
  write_box_header(sealed, blob);
  append(blob, sealed.box);
  return blob;
}

std::string_view word_of(const Error& error) {
  constexpr auto words = std::to_array<std::string_view>(
      {"empty", "unknown_kind", "unknown_level", "too_short", "too_long"});
  return words.at(static_cast<std::size_t>(error.code.value() - 1));
}

}  // namespace

TEST_CASE("the published vectors of the Noise pattern hold") {
  for (const auto& [file, json] : test::load_vector_files("sealed/noise")) {
    CAPTURE(file);
    const Json& given = json.at("given");
    const Json& messages = json.at("expect").at("messages");
    const Bytes prologue = bytes_of_hex(given.at("prologueHex"));
    const Secret psk = secret_of_hex(given.at("pskHex"));
    NoiseInitiator initiator(prologue, psk, secret_of_hex(given.at("initiatorEphemeralHex")));
    NoiseResponder responder(prologue, psk, KeyPair(secret_of_hex(given.at("responderStaticHex"))),
                             secret_of_hex(given.at("responderEphemeralHex")));

    const Bytes hello = initiator.write_hello(bytes_of_hex(messages[0].at("payloadHex")));
    CHECK(hex_of(hello) == messages[0].at("ciphertextHex"));
    CHECK(hex_of(*responder.read_hello(hello)) == messages[0].at("payloadHex"));
    const auto welcome = responder.write_welcome(bytes_of_hex(messages[1].at("payloadHex")));
    REQUIRE(welcome);
    CHECK(hex_of(welcome->message) == messages[1].at("ciphertextHex"));
    const auto welcomed = initiator.read_welcome(welcome->message);
    REQUIRE(welcomed);
    CHECK(hex_of(welcomed->payload) == messages[1].at("payloadHex"));
    CHECK(hex_of(welcomed->split.initiator_key.view()) ==
          hex_of(welcome->split.initiator_key.view()));

    for (std::size_t i = 2; i < messages.size(); ++i) {
      const Bytes payload = bytes_of_hex(messages[i].at("payloadHex"));
      const ByteView piece(payload);
      Bytes box(payload.size() + tag_bytes);
      const bool is_initiators = i % 2 == 0;
      seal_box(is_initiators ? welcomed->split.initiator_key : welcomed->split.responder_key,
               i / 2 - 1, {}, std::span(&piece, 1), box);
      CHECK(hex_of(box) == messages[i].at("ciphertextHex"));
    }
  }
}

TEST_CASE("a password and a channel come to the keys of the vectors") {
  for (const auto& [file, json] : test::load_vector_files("sealed/keys")) {
    CAPTURE(file);
    const Json& given = json.at("given");
    const auto keys = ChannelKeys::from_text(given.at("channel").get<std::string>(),
                                             given.at("password").get<std::string>());
    REQUIRE(keys);
    const Json& expect = json.at("expect");
    CHECK(keys->level() == Level::control);
    CHECK(keys->join_key() == expect.at("joinKey"));
    CHECK(keys->view_password() == expect.at("viewLink"));
    CHECK(hex_of(keys->session_key(Level::control)->view()) == expect.at("controlPskHex"));
    CHECK(hex_of(keys->session_key(Level::view)->view()) == expect.at("viewPskHex"));
  }
}

TEST_CASE("a view link gives the view keys and no others") {
  for (const auto& [file, json] : test::load_vector_files("sealed/view_links")) {
    CAPTURE(file);
    const std::string text = test::expand_input(json.at("input"));
    const auto keys = ChannelKeys::from_view_link(text);
    const Json& expect = json.at("expect");
    REQUIRE(keys.has_value() == expect.at("ok").get<bool>());
    if (!keys) continue;
    CHECK(keys->level() == Level::view);
    CHECK_FALSE(keys->session_key(Level::control));
    CHECK(keys->join_key() == expect.at("joinKey"));
    CHECK(keys->view_password() == expect.at("viewLink"));
    CHECK(hex_of(keys->session_key(Level::view)->view()) == expect.at("viewPskHex"));
  }
}

TEST_CASE("the forms of the vectors are read and written") {
  for (const auto& [file, name, input, given, expect] : test::load_vectors("sealed/forms")) {
    CAPTURE(file);
    const auto form = parse_form(as_bytes(input));
    REQUIRE(form.has_value() == expect.at("ok").get<bool>());
    if (!form) {
      CHECK(word_of(form.error()) == expect.at("error"));
      continue;
    }
    Json seen = std::visit([](const auto& one) { return describe(one); }, *form);
    seen["ok"] = true;
    CHECK(seen == expect);
    CHECK(hex_of(std::visit([](const auto& one) { return write_again(one); }, *form)) ==
          hex_of(as_bytes(input)));
  }
}

TEST_CASE("the handshakes of the vectors come out as they say") {
  for (const auto& [file, json] : test::load_vector_files("sealed/handshakes")) {
    CAPTURE(file);
    if (json.contains("end")) {
      CHECK_FALSE(takes(json));
      continue;
    }
    const Json& given = json.at("given");
    const Json& expect = json.at("expect");
    const Id session = id_of_hex(given.at("sessionIdHex"));
    NoiseInitiator initiator = initiator_of(given);
    NoiseResponder responder = responder_of(given);
    const Bytes hello = initiator.write_hello({});
    CHECK(hex_of(make_hello(level_of(given), session, hello)) == expect.at("helloHex"));
    REQUIRE(responder.read_hello(hello));
    const auto welcome = responder.write_welcome(encode_event_keys(event_keys_of(given)));
    REQUIRE(welcome);
    CHECK(hex_of(make_welcome(session, welcome->message)) == expect.at("welcomeHex"));
    const auto welcomed = initiator.read_welcome(welcome->message);
    REQUIRE(welcomed);
    CHECK(hex_of(welcomed->split.initiator_key.view()) == expect.at("initiatorKeyHex"));
    CHECK(hex_of(welcomed->split.responder_key.view()) == expect.at("responderKeyHex"));
    CHECK(hex_of(welcomed->identity) == expect.at("identityHex"));
    CHECK(fingerprint_of(welcomed->identity) == expect.at("fingerprint"));
    const auto keys = decode_event_keys(welcomed->payload);
    REQUIRE(keys);
    CHECK(encode_event_keys(*keys) == encode_event_keys(event_keys_of(given)));
  }
}

TEST_CASE("the boxes of the vectors are sealed and opened") {
  for (const auto& [file, json] : test::load_vector_files("sealed/boxes")) {
    CAPTURE(file);
    const Json& given = json.at("given");
    const auto kind = given.at("kind") == "data" ? BoxKind::data : BoxKind::event;
    const Id id = id_of_hex(given.at("idHex"));
    Steady now{};
    SendingChain sender(kind, id, secret_of_hex(given.at("keyHex")), now);
    for (const Json& step : json.value("sender", Json::array())) {
      // What raises a generation here is time.
      if (step.value("raise", false)) now += std::chrono::seconds(limits::seal_generation_seconds);
      const std::string plaintext = test::expand_input(step.at("plaintext"));
      const ByteView piece = as_bytes(plaintext);
      CHECK(hex_of(sender.seal(std::span(&piece, 1), now)) == step.at("blobHex"));
    }
    ReceivingChain receiver(secret_of_hex(given.at("keyHex")),
                            given.value("generation", std::uint32_t{0}), number_of(given, "next"));
    std::size_t number = 0;
    for (const Json& step : json.value("receiver", Json::array())) {
      CAPTURE(number++);
      const Bytes blob = bytes_of_hex(step.at("blobHex"));
      const auto form = parse_form(blob);
      const auto* const sealed = form ? std::get_if<SealedBox>(&*form) : nullptr;
      const bool is_ours = sealed != nullptr && sealed->kind == kind && sealed->id == id;
      const auto opened = is_ours ? receiver.open(*sealed) : fail(ChainError::not_genuine);
      const Json& expect = step.at("expect");
      REQUIRE(opened.has_value() == expect.at("ok").get<bool>());
      if (!opened) continue;
      CHECK(hex_of(opened->plaintext) == expect.at("plaintextHex"));
      CHECK(opened->lost == expect.at("lost").get<std::uint64_t>());
    }
  }
}

}  // namespace malinka::seal
