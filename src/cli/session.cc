// SPDX-License-Identifier: MIT
#include "cli/session.h"

#include <algorithm>
#include <map>

#include "base/json.h"
#include "base/limits.h"
#include "base/try.h"
#include "cli/printable.h"
#include "cli/suggest.h"

namespace malinka::cli {
namespace {

constexpr std::chrono::milliseconds join_timeout = std::chrono::seconds(15);
constexpr std::chrono::milliseconds look_interval(50);

// Who is in a larger channel than this is not listed whole.
constexpr std::size_t crowd_listed_max = 100'000;

/// The strings of an array; none where there is no array.
std::vector<std::string> texts_of(const Json& object, std::string_view name) {
  std::vector<std::string> texts;
  if (const Json* const array = find_member(object, name); array != nullptr && array->is_array())
    for (const Json& element : *array)
      if (element.is_string()) texts.push_back(element.get<std::string>());
  return texts;
}

/// Sent to `*`, a command would be carried out by all.
Attempt<void> refuse_all(const std::string& device) {
  if (device != "*") return {};
  return usage_failure("which device? * is all of them, and this is for one");
}

std::unexpected<Failure> hub_failure(int code, std::string error) {
  return std::unexpected(Failure{ExitCode::no_hub, {}, code, std::move(error)});
}

/// Why the hub may have refused the key that was made of the settings: it cannot know itself.
std::string explain_key(const Settings& settings) {
  if (!settings.password)
    return "; it has a password (`malinka login`, --password-file or MALINKA_PASSWORD)";
  if (!settings.is_sealed)
    return "; those who are there have another password, or are not set to sealed = false as this "
           "program is";
  return "; those who are there have another password (it may have been changed: `malinka pair` on "
         "the device shows the link), or somebody there is set to sealed = false";
}

std::unexpected<Failure> explain(const ClientStatus& status, const Settings& settings) {
  const Error& error = status.error;
  if (status.state == ClientState::refused) {
    const bool is_about_key = status.refusal_code == static_cast<int>(ResponseCode::wrong_key);
    return hub_failure(status.refusal_code,
                       "cannot join channel " + status.channel + ": " +
                           (error.context.empty() ? error.message() : error.context) +
                           (is_about_key ? explain_key(settings) : ""));
  }
  return hub_failure(static_cast<int>(ResponseCode::unavailable),
                     "cannot reach the hub at " + status.hub + ": " +
                         (error.code ? error.message() : "no answer in time") +
                         "; is it running there? (--hub URL names another)");
}

}  // namespace

Attempt<Session> Session::join(const Settings& settings) {
  if (settings.channel.empty())
    return usage_failure(
        "which channel? `malinka login` takes a device's link; or say --channel NAME, or set "
        "MALINKA_CHANNEL, or write channel = \"NAME\" "
        "to " +
        settings_path());
  ClientOptions options;
  options.hub = settings.hub;
  options.channel = settings.channel;
  options.password = settings.password.value_or("");
  options.is_sealed = settings.is_sealed;
  options.connect_timeout = join_timeout;
  auto client = Client::start(std::move(options));
  if (!client) return usage_failure(client.error().message());

  // The client would try for ever; a person at a prompt wants to know of the first failure.
  const auto deadline = std::chrono::steady_clock::now() + join_timeout;
  ClientStatus status;
  do {
    status = (*client)->wait_joined(look_interval);
    if (status.state == ClientState::joined) return Session(std::move(*client));
  } while (!status.error.code && std::chrono::steady_clock::now() < deadline);
  return explain(status, settings);
}

Attempt<void> Session::check_device(const std::string& device) const {
  TRY_VOID(refuse_all(device));
  if (client_->is_crowd()) return {};  // The hub will say so where it is not there.
  const std::vector<Member> members = client_->members();
  if (std::ranges::find(members, device, &Member::name) != members.end()) return {};
  const std::string channel = client_->status().channel;
  const std::vector<std::string> known = devices();
  const std::string remark =
      known.empty() ? "; there is none in channel " + channel : did_you_mean(device, known);
  return std::unexpected(Failure{ExitCode::no_device, device,
                                 static_cast<int>(ResponseCode::not_found),
                                 "no such device: " + device + remark});
}

Attempt<Reply> Session::ask(const Question& question) {
  TRY_VOID(refuse_all(question.device));
  return judge(client_->request_one(question.device, question.command, dump_json(question.value),
                                    question.blob, question.timeout));
}

Attempt<Session::Opened> Session::open(const Question& question) {
  TRY_VOID(refuse_all(question.device));
  Client::Opened opened =
      client_->open(question.device, question.command, dump_json(question.value), question.timeout);
  Reply reply = TRY(judge(opened.answer));
  if (opened.stream) return Opened{std::move(reply), std::move(opened.stream)};
  return std::unexpected(Failure{ExitCode::failed, question.device,
                                 static_cast<int>(ResponseCode::not_supported),
                                 "its version takes no streams: it is to be updated"});
}

Attempt<Reply> Session::judge(const Answer& answer) const {
  if (answer.code == static_cast<int>(ResponseCode::not_found))
    TRY_VOID(check_device(answer.from));  // The hub or the device said so; they mean other things.
  if (!answer.is_success) return std::unexpected(failure_of(answer));
  auto value = parse_json(answer.value.empty() ? "{}" : answer.value);
  if (!value || !value->is_object())
    return std::unexpected(Failure{ExitCode::failed, answer.from,
                                   static_cast<int>(ResponseCode::malformed),
                                   "the device's answer makes no sense"});
  return Reply{std::make_shared<const Json>(std::move(*value)), answer.blob};
}

std::vector<Member> Session::members() const {
  if (!client_->is_crowd()) return client_->members();
  std::map<std::string, bool> is_device_by_name;
  for (std::size_t offset = 0; offset < crowd_listed_max; offset += limits::list_page_max) {
    const Json range = {{"offset", offset}, {"limit", limits::list_page_max}};
    const auto page = parse_json(client_->request_one("@hub", "hub.list", dump_json(range)).value);
    if (!page) break;
    const std::vector<std::string> names = texts_of(*page, "subscribers");
    for (const std::string& name : names) is_device_by_name.emplace(name, false);
    for (const std::string& name : texts_of(*page, "devices")) is_device_by_name[name] = true;
    if (names.size() < limits::list_page_max) break;
  }
  is_device_by_name.erase(status().name);
  std::vector<Member> members;
  members.reserve(is_device_by_name.size());
  for (const auto& [name, is_device] : is_device_by_name) members.push_back({name, is_device});
  return members;
}

std::vector<std::string> Session::devices() const {
  std::vector<std::string> names;
  for (const Member& member : members())
    if (member.is_device) names.push_back(member.name);
  return names;
}

}  // namespace malinka::cli
