// SPDX-License-Identifier: MIT
#include "random_load.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/json.h"
#include "filler.h"

namespace malinka::test {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t channel_count = 6;
constexpr std::size_t read_buffer_bytes = 256UL * 1024;
constexpr std::size_t faults_max = 20;
constexpr int acts_per_turn = 4;
constexpr std::chrono::seconds patience(120);
constexpr std::string_view ping =
    R"({"messageType":"Command","id":"ping","name":"hub.ping","recipients":["@hub"]})";
constexpr std::string_view roll_call =
    R"({"messageType":"Command","id":"roll call","name":"hub.ping","recipients":["@hub"]})";

std::unique_ptr<net::Loop> make_loop() {
  auto loop = net::Loop::create();
  REQUIRE(loop);
  return *std::move(loop);
}

std::string name_of(std::size_t member) {
  return member == nobody ? "nobody" : "m" + std::to_string(member);
}

std::string channel_name(std::size_t channel) { return "channel-" + std::to_string(channel); }

/// Nothing for a name that nobody has.
std::optional<std::size_t> member_named(std::string_view name) {
  for (std::size_t member = 0; member <= nobody; ++member)
    if (name == name_of(member)) return member;
  return std::nullopt;
}

std::string recipients_of(const SentMessage& message) {
  if (message.type == SentType::broadcast) return {};
  if (message.type == SentType::command_to_all) return R"(,"recipients":["*"])";
  std::string names;
  for (std::size_t member = 0; member <= nobody; ++member)
    if (message.copies.at(member) != Copy::none)
      names += (names.empty() ? "\"" : ",\"") + name_of(member) + "\"";
  return ",\"recipients\":[" + names + "]";
}

std::string envelope_of(std::size_t id, const SentMessage& message) {
  constexpr std::array types = {"Broadcast", "Command", "Command", "Response"};
  std::string text = R"({"messageType":")" +
                     std::string(types.at(static_cast<std::size_t>(message.type))) + R"(","id":)" +
                     std::to_string(id) + recipients_of(message);
  if (message.type == SentType::response)
    text += R"(,"response":{"requestId":0,"success":true,"responseCode":200})";
  if (message.is_binary) return text + R"(,"blob":{"size":)" + std::to_string(message.bytes) + "}}";
  return text + R"(,"value":")" + std::string(filler_of(id, message.bytes)) + "\"}";
}

}  // namespace

RandomLoad::RandomLoad(const RandomLoadSettings& settings)
    : settings_(settings),
      random_(settings.seed),
      loop_(make_loop()),
      batcher_(*loop_),
      read_buffer_(read_buffer_bytes),
      engine_{*loop_, batcher_, read_buffer_},
      ledger_(channel_count),
      channels_(channel_count) {
  // Whoever is killed then is buried before the loop reads again, and hears nothing more.
  loop_->set_turn_end([this] {
    batcher_.flush();
    take_care();
    for (int i = 0; i < acts_per_turn && is_acting_; ++i) act();
  });
  url_ = {.is_secure = false, .host = "127.0.0.1", .port = settings.hub_port, .target = "/bus"};
}

// What is done at random.

void RandomLoad::run(std::chrono::seconds time) {
  is_acting_ = true;
  const Steady end = loop_->clock().now() + time;
  while (loop_->clock().now() < end && faults_.empty()) loop_->run_turn(milliseconds(1));
  is_acting_ = false;
}

void RandomLoad::act() {
  const Place place = random_place();
  const std::size_t what = random_below(1000);
  if (seat(place).state == State::absent) return join(place);
  if (what < 800) return speak(place, 1 + random_below(20), 2000);
  if (what < 840) return speak(place, 1, filler_bytes_max);
  if (what < 850) return begin_key_change(place.channel);
  if (!is_free_to_go(place)) return;
  if (what < 858) return leave(place);
  if (what < 864) return kill(place);
  if (what < 870) return kill_in_mid_frame(place);
  if (what < 910) return stall(place, false);
  if (what < 913) return stall(place, true);
  if (what < 918) return intrude(place);
}

void RandomLoad::join(Place place) {
  Channel& channel = channels_[place.channel];
  if (channel.is_closing) return;
  Seat& joining = seat(place);
  joining.member = std::make_unique<CrowdMember>(*this, place);
  joining.state = State::joining;
  joining.is_early = channel.is_reopening;
  protocol::Join request;
  request.channel = channel_name(place.channel);
  request.subscriber = name_of(place.member);
  request.key = key_of(channel);
  request.instance = "instance-" + request.subscriber;  // So it replaces whoever is not gone yet.
  joining.member->connect(engine_, url_, std::move(request), place.member % 2 == 1);
  ++joins_;
}

void RandomLoad::speak(Place place, std::size_t messages, std::size_t bytes_max) {
  Seat& speaker = seat(place);
  if (speaker.state != State::in || speaker.awaits_ping || speaker.is_half_open) return;
  for (std::size_t i = 0; i < messages; ++i)
    send_one(place, static_cast<SentType>(random_below(4)), bytes_max);
  speaker.member->send(ping);
  speaker.awaits_ping = true;
  speaker.ping_sent_at = ledger_.next_id();
}

void RandomLoad::send_one(Place place, SentType type, std::size_t bytes_max) {
  SentMessage message{.type = type,
                      .sender = place,
                      .bytes = static_cast<std::uint32_t>(random_bytes(bytes_max)),
                      .is_binary = place.member % 2 == 1 && random_below(2) == 0};
  const bool is_to_all = type == SentType::broadcast || type == SentType::command_to_all;
  const std::size_t names = type == SentType::command ? 1 + random_below(3) : 1;
  for (std::size_t i = 0; i < (is_to_all ? members_per_channel : names); ++i) {
    const std::size_t recipient = is_to_all ? i : random_below(members_per_channel + 1);
    if (recipient != place.member)
      message.copies.at(recipient) = copy_to({place.channel, recipient}, type);
  }
  send_to(place, message);
}

void RandomLoad::send_to(Place place, const SentMessage& message) {
  if (std::ranges::count(message.copies, Copy::none) == std::ssize(message.copies)) return;
  const std::size_t id = ledger_.open(message);
  sent_bytes_ += message.bytes;
  CrowdMember& member = *seat(place).member;
  if (message.is_binary)
    member.send_binary(envelope_of(id, message), filler_of(id, message.bytes));
  else
    member.send(envelope_of(id, message));
}

/// Of who is just coming or going nobody can say whether the hub has it when the message comes.
Copy RandomLoad::copy_to(Place recipient, SentType type) {
  if (type == SentType::command_to_all) return Copy::possible;  // Until it is said to whom it went.
  if (recipient.member == nobody) return Copy::due;
  const Seat& to = seat(recipient);
  if (to.state == State::in) return Copy::due;
  // It is reported, or reaches who joins meanwhile.
  return type != SentType::broadcast && to.is_known_out ? Copy::due : Copy::possible;
}

/// The hub has all that it said before.
void RandomLoad::leave(Place place) {
  ledger_.excuse_to(place);
  ledger_.excuse_from(place, ledger_.next_id());
  seat(place).state = State::leaving;
  seat(place).member->leave();
}

void RandomLoad::kill(Place place) {
  ledger_.excuse_to(place);
  ledger_.excuse_from(place, seat(place).confirmed_to);
  ++kills_;
  vacate(seat(place));
  seat(place).is_known_out = false;
}

/// Unless the frame fits into the socket's buffer.
void RandomLoad::kill_in_mid_frame(Place place) {
  speak(place, 1, filler_bytes_max);
  seat(place).is_doomed = true;
}

void RandomLoad::stall(Place place, bool is_half_open) {
  Seat& stalling = seat(place);
  const milliseconds time = is_half_open ? 2 * settings_.heartbeat + std::chrono::seconds(3)
                                         : milliseconds(50 + random_below(1500));
  stalling.is_half_open = is_half_open;
  stalling.deaf_until = loop_->clock().now() + time;
  stalling.member->stop_reading();
}

void RandomLoad::begin_key_change(std::size_t channel) {
  Channel& closing = channels_[channel];
  const auto is_settled = [](const Seat& one) {
    return one.pins == 0 && (one.state == State::absent || one.state == State::in);
  };
  if (closing.is_reopening || !std::ranges::all_of(closing.seats, is_settled)) return;
  closing.is_closing = true;
  ++key_changes_;
  for (std::size_t member = 0; member < members_per_channel; ++member) {
    const Place place{channel, member};
    if (seat(place).state != State::in) continue;
    if (seat(place).is_half_open || random_below(4) == 0)
      kill(place);
    else
      leave(place);
  }
}

void RandomLoad::intrude(Place witness) {
  const Channel& guarded = channels_[witness.channel];
  if (guarded.is_closing || guarded.is_reopening) return;
  ++seat(witness).pins;
  ++intrusions_;
  auto member = std::make_unique<CrowdMember>(*this, Place{witness.channel, nobody});
  protocol::Join request;
  request.channel = channel_name(witness.channel);
  request.subscriber = "intruder";
  request.key = "no key of any channel";
  member->connect(engine_, url_, std::move(request), false);
  intruders_.push_back({std::move(member), witness.member});
}

/// What was begun and is due now.
void RandomLoad::take_care() {
  for (std::size_t channel = 0; channel < channels_.size(); ++channel) {
    for (std::size_t member = 0; member < members_per_channel; ++member)
      take_care_of({channel, member});
    Channel& closing = channels_[channel];
    const auto is_absent = [](const Seat& one) { return one.state == State::absent; };
    if (!closing.is_closing || !std::ranges::all_of(closing.seats, is_absent)) continue;
    closing.is_closing = false;
    closing.is_reopening = true;
    ++closing.key_number;
  }
}

void RandomLoad::take_care_of(Place place) {
  Seat& one = seat(place);
  if (std::exchange(one.is_doomed, false) && one.state == State::in) return kill(place);
  if (!one.deaf_until || *one.deaf_until > loop_->clock().now()) return;
  one.deaf_until.reset();
  if (one.state != State::in) return;
  one.member->start_reading();
  if (one.is_half_open) one.member->send(roll_call);
}

// What is heard.

void RandomLoad::on_join(CrowdMember& member, int code) noexcept {
  const Place place = member.place();
  if (place.member == nobody) {
    if (code != 401) note_fault("a wrong key was answered with " + std::to_string(code));
    return;
  }
  Channel& channel = channels_[place.channel];
  if (code == 401 && seat(place).is_early) return;  // Somebody was not gone yet.
  if (code != 200) return note_fault("a join was answered with " + std::to_string(code));
  channel.is_reopening = false;
  Seat& joined = seat(place);
  joined.state = State::in;
  joined.is_known_out = false;
  joined.joined_at = joined.confirmed_to = ledger_.next_id();
  joined.last_heard.fill(0);
}

void RandomLoad::on_relayed(CrowdMember& member, std::size_t id, std::string_view originator,
                            std::string_view filler) noexcept {
  const Place place = member.place();
  const std::string wrong = ledger_.deliver(id, place);
  if (!wrong.empty()) return note_fault(wrong);
  const SentMessage sent = *ledger_.find(id);
  if (originator != name_of(sent.sender.member))
    note_fault(std::to_string(id) + " came from " + std::string(originator));
  if (filler != filler_of(id, sent.bytes))
    note_fault(std::to_string(id) + " came with other content than it had");
  std::size_t& last = seat(place).last_heard.at(sent.sender.member);
  if (id < last)
    note_fault(std::to_string(id) + " came behind " + std::to_string(last) + " of one sender");
  last = id;
  const bool is_answered = sent.type == SentType::command && is_acting_ &&
                           seat(place).state == State::in && random_below(4) == 0;
  if (!is_answered) return;
  SentMessage answer{.type = SentType::response, .sender = place, .bytes = 50};
  answer.copies.at(sent.sender.member) = copy_to(sent.sender, SentType::response);
  send_to(place, answer);
}

void RandomLoad::on_hub_message(CrowdMember& member, const Json& message) noexcept {
  const std::string* const name = find_string(message, "name");
  const Json* const value = find_member(message, "value");
  if (name != nullptr && *name == "hub.dropped")
    return on_dropped(member.place(), value->at("from"));
  if (message.contains("response")) on_response(member.place(), message);
}

void RandomLoad::on_dropped(Place place, const Json& from) {
  for (const auto& [name, counts] : from.items()) {
    if (const auto sender = member_named(name))
      ledger_.tell_dropped(place, *sender, counts.at("broadcasts").get<std::size_t>());
    else if (name != "@hub")
      note_fault("drops of " + name + " are told");
    else if (counts.at("responses") > 0) {  // Of its own reports, or of the answer to its ping.
      ledger_.excuse_from(place, ledger_.next_id());
      seat(place).awaits_ping = false;
      if (seat(place).is_half_open && !seat(place).deaf_until) seat(place).member->send(roll_call);
    }
  }
}

void RandomLoad::on_response(Place place, const Json& message) {
  const Json& response = message.at("response");
  const Json& request = response.at("requestId");
  const int code = response.at("responseCode").get<int>();
  Seat& asker = seat(place);
  if (request == "ping") {
    asker.awaits_ping = false;
    asker.confirmed_to = asker.ping_sent_at;
    return;
  }
  if (request == "roll call") return keep(asker);
  if (!request.is_number()) return note_fault("the hub says " + dump_json(message));
  const auto id = request.get<std::size_t>();
  if (code == 202) {
    std::vector<std::size_t> recipients;
    for (const Json& name : message.at("value").at("recipients"))
      recipients.push_back(member_named(name.get<std::string>()).value_or(nobody));
    std::vector<std::size_t> present;
    for (std::size_t member = 0; member < members_per_channel; ++member) {
      const Seat& other = seat({place.channel, member});
      // The hub may have given up one that is half-open, long before that one hears of it.
      const bool is_there = other.state == State::in && !other.is_half_open;
      if (member != place.member && is_there && other.joined_at <= id) present.push_back(member);
    }
    const std::string wrong = ledger_.accept(id, recipients, present);
    if (!wrong.empty()) note_fault(wrong);
    return;
  }
  if (code != 404 && code != 503) return note_fault("the hub says " + dump_json(message));
  const auto recipient =
      member_named(message.at("value").at("recipient").get<std::string>()).value_or(nobody);
  const std::string wrong = ledger_.report(id, place, recipient);
  if (!wrong.empty()) note_fault(wrong);
}

void RandomLoad::on_nonsense(CrowdMember&, std::string_view why) noexcept {
  note_fault(std::string(why));
}

void RandomLoad::on_end(CrowdMember& member, link::EndReason reason) noexcept {
  const Place place = member.place();
  if (place.member == nobody) return end_intruder(member);
  Seat& ended = seat(place);
  if (ended.state == State::in && !ended.is_half_open) note_fault("a member was lost");
  if (ended.state == State::in) {
    ledger_.excuse_to(place);
    ledger_.excuse_from(place, ended.confirmed_to);
    ++half_open_ends_;
  }
  const bool is_known_out =
      ended.state == State::in ||
      (ended.state == State::leaving && reason == link::EndReason::closed_by_us) ||
      (ended.state == State::joining && ended.is_known_out);
  vacate(ended);
  ended.is_known_out = is_known_out;
}

void RandomLoad::end_intruder(const CrowdMember& member) {
  const auto found = std::ranges::find_if(
      intruders_, [&](const Intruder& one) { return one.member.get() == &member; });
  --seat({member.place().channel, found->witness}).pins;
  loop_->dispose(std::move(found->member));
  intruders_.erase(found);
}

void RandomLoad::vacate(Seat& seat) {
  loop_->dispose(std::move(seat.member));
  seat = Seat{};
}

// The end.

bool RandomLoad::come_to_rest() {
  return run_until([this] { return is_at_rest() && ledger_.is_settled(); });
}

bool RandomLoad::leave_all() {
  for (std::size_t channel = 0; channel < channels_.size(); ++channel)
    for (std::size_t member = 0; member < members_per_channel; ++member)
      if (const Place place{channel, member}; seat(place).state == State::in) leave(place);
  return run_until([this] {
    return std::ranges::all_of(channels_, [](const Channel& channel) {
      return std::ranges::all_of(channel.seats,
                                 [](const Seat& one) { return one.state == State::absent; });
    });
  });
}

bool RandomLoad::is_at_rest(const Seat& seat) {
  return (seat.state == State::absent || seat.state == State::in) && !seat.deaf_until &&
         !seat.is_half_open && !seat.awaits_ping;
}

bool RandomLoad::is_at_rest() const {
  return intruders_.empty() && std::ranges::all_of(channels_, [](const Channel& channel) {
           return std::ranges::all_of(channel.seats,
                                      [](const Seat& one) { return is_at_rest(one); });
         });
}

/// For whoever reads why it did not come to rest.
std::vector<std::string> RandomLoad::find_restless() const {
  std::vector<std::string> found;
  for (std::size_t channel = 0; channel < channels_.size(); ++channel)
    for (std::size_t member = 0; member < members_per_channel; ++member) {
      const Seat& one = channels_[channel].seats.at(member);
      if (is_at_rest(one)) continue;
      found.push_back(name_of(member) + " in channel " + std::to_string(channel) + ": state " +
                      std::to_string(static_cast<int>(one.state)) +
                      (one.deaf_until ? ", deaf" : "") + (one.is_half_open ? ", half-open" : "") +
                      (one.awaits_ping ? ", awaits an answer" : ""));
    }
  return found;
}

bool RandomLoad::run_until(const std::function<bool()>& is_done) {
  const Steady end = loop_->clock().now() + patience;
  while (faults_.empty() && !is_done()) {
    if (loop_->clock().now() > end) return false;
    loop_->run_turn(milliseconds(1));
  }
  return true;
}

std::string RandomLoad::summary() const {
  return std::to_string(ledger_.next_id()) + " messages of " + std::to_string(sent_bytes_ >> 20) +
         " MiB, " + std::to_string(ledger_.copies(Copy::delivered)) + " copies delivered, " +
         std::to_string(ledger_.copies(Copy::reported)) + " reported, " +
         std::to_string(ledger_.dropped()) + " told as dropped; " + std::to_string(joins_) +
         " joins, " + std::to_string(kills_) + " kills, " + std::to_string(half_open_ends_) +
         " half-open links ended, " + std::to_string(half_open_kept_) + " heard of, " +
         std::to_string(key_changes_) + " keys changed, " + std::to_string(intrusions_) +
         " wrong keys refused";
}

// Chance.

std::size_t RandomLoad::random_below(std::size_t limit) {
  return static_cast<std::size_t>(random_() % limit);
}

Place RandomLoad::random_place() {
  return {random_below(channels_.size()), random_below(members_per_channel)};
}

/// Small ones most of the time, and now and then none or all.
std::size_t RandomLoad::random_bytes(std::size_t bytes_max) {
  if (random_below(20) == 0) return random_below(2) == 0 ? 0 : bytes_max;
  const double power = std::log2(static_cast<double>(bytes_max));
  return static_cast<std::size_t>(
      std::exp2(power * static_cast<double>(random_below(1000)) / 1000.0));
}

std::string RandomLoad::key_of(const Channel& channel) const {
  return channel.key_number % 3 == 0 ? std::string() : "key-" + std::to_string(channel.key_number);
}

bool RandomLoad::is_free_to_go(Place place) {
  const Seat& one = seat(place);
  return one.state == State::in && one.pins == 0 && !one.is_half_open;
}

void RandomLoad::note_fault(std::string fault) {
  if (faults_.size() < faults_max) faults_.push_back(std::move(fault));
}

}  // namespace malinka::test
