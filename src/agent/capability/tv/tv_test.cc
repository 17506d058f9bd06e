// SPDX-License-Identifier: MIT
#include "agent/capability/tv/tv.h"

#include "agent/capability/tv/simulated_driver.h"
#include "agent/capability/tv/test_support.h"

namespace malinka::agent::tv {

using namespace std::chrono_literals;
using test::Bench;
using test::port_of;
using test::refusing;
using test::silent;

TEST_CASE("the status is what the TV says") {
  Bench bench;
  bench.tv.volume_percent = 33;
  const Reply reply = bench.answer_to("tv.status");
  CHECK(reply.code == ResponseCode::done);
  CHECK(reply.value->at("power") == "on");
  CHECK(reply.value->at("volumePercent") == 33);
  CHECK(reply.value->at("muted") == false);
  CHECK(reply.value->at("port") == "/dev/cec0");
  CHECK(reply.value->at("physicalAddress") == "1.0.0.0");
  CHECK(reply.value->at("ports")[0].at("hasTv") == true);
}

TEST_CASE("on is answered once the TV says that it is on, and not before") {
  Bench bench;
  bench.tv.power = Power::standby;
  int asked = 0;
  bench.driver->answer = [&](const std::string&, const Request& request) {
    if (request.message.opcode() == Opcode::image_view_on) bench.tv.power = Power::turning_on;
    const bool is_asked = request.message.opcode() == Opcode::give_device_power_status;
    if (is_asked && bench.tv.power == Power::turning_on && ++asked == 5) bench.tv.power = Power::on;
    return request.message.opcode() == Opcode::image_view_on ? silent(Fate::no_answer)
                                                             : bench.tv(request);
  };
  CHECK(bench.answer_to("tv.on").value->at("power") == "on");
  CHECK(asked == 5);
  CHECK(bench.driver->count(Opcode::image_view_on) == 1);
}

TEST_CASE("a TV that takes the message and stays as it is is said to after half a minute") {
  Bench bench;
  bench.tv.power = Power::standby;
  bench.driver->answer = [&](const std::string&, const Request& request) {
    if (request.message.opcode() == Opcode::image_view_on) return silent(Fate::no_answer);
    return bench.tv(request);
  };
  const Steady begin = bench.clock.now();
  const Reply reply = bench.answer_to("tv.on");
  CHECK(reply.code == ResponseCode::timed_out);
  CHECK(reply.error.find("still says that it is standby") != std::string::npos);
  CHECK(bench.clock.now() - begin < 40s);
  // It may have slept when it was told: it is told again, and not all the time.
  CHECK(bench.driver->count(Opcode::image_view_on) > 1);
  CHECK(bench.driver->count(Opcode::image_view_on) < 8);
}

TEST_CASE("a TV that never says how it is is told, and that is said") {
  Bench bench;
  bench.driver->answer = [](const std::string&, const Request& request) {
    const bool is_question = request.message.opcode() == Opcode::give_device_power_status;
    return is_question ? refusing(request.message, 0) : silent(Fate::no_answer);
  };
  const Reply reply = bench.answer_to("tv.off");
  CHECK(reply.code == ResponseCode::done);
  CHECK(reply.value->at("power") == "unknown");
  CHECK(reply.value->at("problem").get<std::string>().find("does not say") != std::string::npos);
  CHECK(bench.driver->count(Opcode::standby) == 1);
}

TEST_CASE("a refusal is passed on with its reason, after the older way was tried") {
  Bench bench;
  bench.driver->answer = [&](const std::string&, const Request& request) {
    const auto opcode = request.message.opcode();
    if (opcode == Opcode::image_view_on || opcode == Opcode::text_view_on)
      return refusing(request.message, 4);
    return bench.tv(request);
  };
  const Reply reply = bench.answer_to("tv.on");
  CHECK(reply.code == ResponseCode::failed);
  CHECK(reply.error == "the TV refuses <Image View On>: it will not");
  CHECK(bench.driver->count(Opcode::text_view_on) == 1);
}

TEST_CASE("focus is ours unless another says that it is shown") {
  Bench bench;
  CHECK(bench.answer_to("tv.focus").value->at("focused") == true);
  bench.tv.is_rival = true;
  const Reply reply = bench.answer_to("tv.focus");
  CHECK(reply.code == ResponseCode::failed);
  CHECK(reply.error.find("stays with what is at 0.0.0.0") != std::string::npos);
}

TEST_CASE("the port where a TV answers is used, and where it was before is asked first") {
  Bench bench;
  bench.driver->all = {port_of("/dev/cec0"), port_of("/dev/cec1")};
  bench.driver->answer = [&](const std::string& device, const Request& request) {
    return device == "/dev/cec1" ? bench.tv(request) : silent(Fate::not_acknowledged);
  };
  const Reply reply = bench.answer_to("tv.status");
  CHECK(reply.value->at("port") == "/dev/cec1");
  CHECK(reply.value->at("ports")[0].at("hasTv") == false);
  CHECK(reply.value->at("ports")[0].contains("problem"));
}

TEST_CASE("the port that the settings want is the only one") {
  Bench bench("/dev/cec1");
  bench.driver->all = {port_of("/dev/cec0"), port_of("/dev/cec1")};
  bench.driver->answer = [&](const std::string& device, const Request& request) {
    return device == "/dev/cec0" ? bench.tv(request) : silent(Fate::not_acknowledged);
  };
  CHECK(bench.answer_to("tv.on").code == ResponseCode::failed);
  bench.driver->all = {port_of("/dev/cec0")};
  CHECK(bench.answer_to("tv.on").error.find("[tv] in agent.toml wants") != std::string::npos);
}

TEST_CASE("no device, no display and no answer are each explained") {
  Bench bench;
  bench.driver->all.clear();
  const Reply none = bench.answer_to("tv.on");
  CHECK(none.code == ResponseCode::not_supported);
  CHECK(none.error.find("no /dev/cec*") != std::string::npos);
  CHECK(bench.answer_to("tv.status").code == ResponseCode::done);

  bench.driver->all = {port_of("/dev/cec0", nowhere)};
  CHECK(bench.answer_to("tv.off").error.find("no display is seen") != std::string::npos);

  bench.driver->all = {port_of("/dev/cec0")};
  bench.driver->answer = nullptr;
  const Reply silence = bench.answer_to("tv.off");
  CHECK(silence.error.find("no TV answers here") != std::string::npos);
  CHECK(bench.capability->describe().at("problems").size() == 1);
}

TEST_CASE("a TV that let go of the cable in its sleep is called all the same") {
  Bench bench;
  bench.tv.power = Power::standby;
  bench.driver->all = {port_of("/dev/cec0", nowhere)};
  bench.driver->answer = [&](const std::string&, const Request& request) {
    if (request.message.initiator() == unregistered) bench.driver->all = {port_of("/dev/cec0")};
    return request.message.initiator() == unregistered ? silent(Fate::sent) : bench.tv(request);
  };
  CHECK(bench.answer_to("tv.on").value->at("power") == "on");
}

TEST_CASE("a change of power is told once, whoever made it") {
  Bench bench;
  bench.answer_to("tv.status");
  REQUIRE(bench.events.size() == 1);
  CHECK(bench.events[0].at("power") == "on");
  const CecMessage standby(television, everyone, Opcode::standby);
  bench.driver->listener().on_heard(bench.driver->all[0], standby);
  bench.driver->listener().on_heard(bench.driver->all[0], standby);
  REQUIRE(bench.events.size() == 2);
  CHECK(bench.events[1].at("power") == "turning off");
}

TEST_CASE("a TV that tells nobody is asked once a minute, and when it is on its way, sooner") {
  Bench bench;
  bench.answer_to("tv.status");
  bench.tv.power = Power::standby;  // By its own remote.
  const std::size_t before = bench.driver->sent.size();
  bench.turn_until([&] { return bench.events.size() == 2; });
  CHECK(bench.events[1].at("power") == "standby");
  CHECK(bench.driver->sent.size() - before <= 2);
}

TEST_CASE("who is shown is heard, and the TV's own choice of this device is answered") {
  Bench bench;
  bench.answer_to("tv.status");
  const Port port = bench.driver->all[0];
  const CecMessage choice(television, everyone, Opcode::set_stream_path, {0x10, 0x00});
  bench.driver->listener().on_heard(port, choice);
  CHECK(bench.events.back().at("focused") == true);
  CHECK(bench.driver->sent.back() == active_source(4, 0x1000));
  bench.driver->listener().on_heard(port, active_source(8, 0x2000));
  CHECK(bench.events.back().at("focused") == false);
}

TEST_CASE("what others do is not taken for the TV's") {
  Bench bench;
  bench.answer_to("tv.status");
  const CecMessage stranger(8, everyone, Opcode::report_power_status, {1});
  bench.driver->listener().on_heard(bench.driver->all[0], stranger);
  bench.driver->listener().on_heard(port_of("/dev/cec7"),
                                    CecMessage(television, everyone, Opcode::standby));
  CHECK(bench.events.size() == 1);
}

TEST_CASE("a port that vanishes in the middle is an error, and works again when it is back") {
  Bench bench;
  bench.answer_to("tv.status");
  bench.driver->answer = [&](const std::string&, const Request&) {
    bench.driver->all.clear();
    return Outcome{Fate::failed, CecMessage(0, 0), "the device is gone"};
  };
  CHECK(bench.answer_to("tv.off").code != ResponseCode::done);
  bench.driver->listener().on_ports_changed();
  CHECK(bench.events.back().at("power") == "unknown");
  bench.driver->all = {port_of("/dev/cec0")};
  bench.driver->answer = [&](const std::string&, const Request& request) {
    return bench.tv(request);
  };
  CHECK(bench.answer_to("tv.off").value->at("power") == "standby");
}

TEST_CASE("commands wait in order, the status is shared, and too many are refused") {
  Bench bench;
  bench.ask("tv.off");
  for (int i = 0; i < 20; ++i) bench.ask("tv.status");
  CHECK(bench.replies.empty());
  for (int i = 0; i < 10; ++i) bench.ask("tv.on");
  std::size_t refused = bench.replies.size();
  CHECK(refused == 3);  // Eight wait, and the status is one of them.
  for (const Reply& reply : bench.replies) CHECK(reply.code == ResponseCode::busy);
  bench.turn_until([&] { return bench.replies.size() == 31; });
  CHECK(bench.driver->count(Opcode::standby) == 1);
  CHECK(bench.driver->count(Opcode::image_view_on) == 7);
}

TEST_CASE("a command that waited until its deadline is refused, and not carried out after that") {
  Bench bench;
  bench.driver->answer = [&](const std::string&, const Request& request) {
    if (request.message.opcode() == Opcode::standby) return silent(Fate::no_answer);
    return bench.tv(request);
  };
  bench.ask("tv.off");  // Which takes half a minute.
  bench.ask("tv.volume", {{"percent", 90}}, bench.clock.now() + 5s);
  bench.ask("tv.status", Json::object(), bench.clock.now() + 5s);
  bench.ask("tv.status");  // Who waits longer gets it.
  bench.turn_until([&] { return bench.replies.size() == 4; });
  CHECK(bench.replies[0].code == ResponseCode::timed_out);
  CHECK(bench.replies[1].code == ResponseCode::timed_out);
  CHECK(bench.replies[1].error.find("was not done") != std::string::npos);
  CHECK(bench.replies[2].value->at("volumePercent") == 20);
  CHECK(bench.replies[3].code == ResponseCode::done);
}

TEST_CASE("a device that is being opened for ever keeps no command from the others") {
  Bench bench;
  bench.driver->is_stuck = true;
  CHECK(bench.answer_to("tv.status").value->at("power") == "on");
}

TEST_CASE("ports that change all the time are looked at none the less") {
  Bench bench;
  bench.answer_to("tv.status");
  const std::size_t before = bench.driver->count(Opcode::give_device_power_status);
  bench.turn_until([&] {
    bench.driver->listener().on_ports_changed();
    return bench.driver->count(Opcode::give_device_power_status) > before;
  });
}

TEST_CASE("a capability that ends in the middle of a command answers nobody and calls nobody") {
  Bench bench;
  bench.tv.power = Power::standby;
  bench.ask("tv.on");
  bench.loop->run_turn(0ms);
  bench.capability.reset();
  bench.clock.advance(1min);
  for (int i = 0; i < 5; ++i) bench.loop->run_turn(0ms);
  CHECK(bench.replies.empty());
}

TEST_CASE("the simulated TV takes its moment, and keeps what it was told") {
  ManualClock clock;
  const auto loop = *net::Loop::create(clock);
  std::vector<Reply> replies;
  std::vector<Json> events;
  Tv tv(*loop, TvSettings{std::make_unique<SimulatedDriver>(*loop), {}, true},
        [&](std::string_view, const Json& value, const std::optional<Blob>&) {
          events.push_back(value);
        });
  CHECK(tv.is_simulated());
  const auto ask = [&](const char* command, Json value = Json::object()) {
    replies.clear();
    tv.run({command, "phone", std::make_shared<const Json>(std::move(value)), {}},
           [&](Reply reply) { replies.push_back(std::move(reply)); });
    for (int i = 0; replies.empty() && i < 1000; ++i) {
      clock.advance(20ms);
      loop->run_turn(0ms);
    }
    REQUIRE(replies.size() == 1);
    REQUIRE_MESSAGE(replies[0].code == ResponseCode::done, replies[0].error);
    return *replies[0].value;
  };
  CHECK(ask("tv.status").at("power") == "standby");
  CHECK(ask("tv.on").at("power") == "on");
  CHECK(ask("tv.volume", {{"percent", 57}}).at("volumePercent") == 57);
  CHECK(ask("tv.volume", {{"change", "mute"}}).at("muted") == true);
  CHECK(ask("tv.focus").at("focused") == true);
  CHECK(ask("tv.off").at("power") == "standby");
  const auto is_on_the_way = [](const Json& event) { return event.at("power") == "turning on"; };
  CHECK(std::ranges::any_of(events, is_on_the_way));
}

}  // namespace malinka::agent::tv
