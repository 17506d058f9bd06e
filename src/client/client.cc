// SPDX-License-Identifier: MIT
#include "malinka/client.h"

#include <array>
#include <utility>

#include "base/private_files.h"
#include "base/random.h"
#include "base/try.h"
#include "client/client_core.h"
#include "client/messages.h"
#include "link/connector.h"
#include "protocol/names.h"

namespace malinka {
namespace {

std::string make_guest_name() {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string name = "guest-";
  for (int i = 0; i < 6; ++i) name.push_back(hex[base::random_below(hex.size())]);
  return name;
}

Result<void> check_password(const ClientOptions& options) {
  TRY_VOID(client::check_password(options.password));
  const bool is_view_link = options.password.starts_with(seal::view_prefix);
  if (is_view_link && options.is_device)
    return fail(std::errc::invalid_argument, "a device needs the password itself, not a view link");
  if (is_view_link && !options.is_sealed)
    return fail(std::errc::invalid_argument, "a view link needs a sealed channel");
  return {};
}

Result<client::Sealing> sealing_of(const ClientOptions& options) {
  const std::string folder =
      options.state_folder.empty() ? TRY(base::state_folder()) : options.state_folder;
  return options.is_device ? client::make_device_sealing(options.channel, options.password, folder)
                           : client::make_sealing(options.channel, options.password, folder);
}

Result<client::SubscriberSettings> settings_of(ClientOptions options) {
  client::SubscriberSettings settings;
  settings.hub = TRY(link::HubUrl::parse(options.hub));
  if (!protocol::is_name(options.channel))
    return fail(std::errc::invalid_argument, "channel '" + options.channel + "'");
  if (options.name.empty()) options.name = make_guest_name();
  if (!protocol::is_name(options.name))
    return fail(std::errc::invalid_argument, "name '" + options.name + "'");
  TRY_VOID(check_password(options));
  if (options.is_sealed && !options.password.empty()) settings.sealing = TRY(sealing_of(options));
  settings.channel = std::move(options.channel);
  settings.name = std::move(options.name);
  settings.key = settings.sealing ? settings.sealing->keys.join_key() : options.password;
  settings.is_device = options.is_device;
  settings.connect_timeout = options.connect_timeout;
  return settings;
}

}  // namespace

void IncomingCommand::answer(Answer answer) const {
  if (answer_) answer_(std::move(answer));
}

Result<std::unique_ptr<Client>> Client::start(ClientOptions options) {
  client::SubscriberSettings settings = TRY(settings_of(std::move(options)));
  std::unique_ptr<ClientCore> core = TRY(ClientCore::start(std::move(settings)));
  return std::unique_ptr<Client>(new Client(std::move(core)));
}

Client::Client(std::unique_ptr<ClientCore> core) : core_(std::move(core)) {}
Client::~Client() = default;

ClientStatus Client::wait_joined(std::chrono::milliseconds timeout) {
  return core_->wait_joined(timeout);
}
ClientStatus Client::status() const { return core_->status(); }
bool Client::is_crowd() const { return core_->is_crowd(); }
std::vector<Member> Client::members() const { return core_->members(); }

std::vector<Answer> Client::request(Request request) { return core_->request(std::move(request)); }

void Client::request(Request request, AnswerHandler on_answer,
                     std::move_only_function<void()> on_done) {
  core_->request(std::move(request), std::move(on_answer), std::move(on_done));
}

Answer Client::request_one(std::string recipient, std::string name, std::string value,
                           std::optional<Blob> blob, std::chrono::milliseconds timeout) {
  std::vector<Answer> answers = core_->request({.recipients = {recipient},
                                                .name = std::move(name),
                                                .value = std::move(value),
                                                .blob = std::move(blob),
                                                .timeout = timeout});
  if (!answers.empty()) return std::move(answers.front());
  return client::make_failure(std::move(recipient), ResponseCode::not_found, "nobody is there");
}

Client::Opened Client::open(std::string recipient, std::string name, std::string value,
                            std::chrono::milliseconds timeout) {
  return core_->open({.recipients = {std::move(recipient)},
                      .name = std::move(name),
                      .value = std::move(value),
                      .blob = {},
                      .timeout = timeout});
}

Result<void> Client::broadcast(std::string name, std::string value, std::optional<Blob> blob,
                               Access see) {
  return core_->broadcast(std::move(name), std::move(value), std::move(blob), see);
}

std::string Client::fingerprint(std::string device) const {
  return core_->fingerprint(std::move(device));
}
std::string Client::changed_fingerprint(std::string device) const {
  return core_->changed_fingerprint(std::move(device));
}
Result<void> Client::trust(std::string device, std::string fingerprint) {
  return core_->trust(std::move(device), std::move(fingerprint));
}

void Client::on_event(std::function<void(const Message&)> handler) {
  core_->on_event(std::move(handler));
}
void Client::on_command(std::function<void(const IncomingCommand&)> handler) {
  core_->on_command(std::move(handler));
}
void Client::on_status(std::function<void(const ClientStatus&)> handler) {
  core_->on_status(std::move(handler));
}

void Client::close(std::chrono::milliseconds timeout) { core_->close(timeout); }

}  // namespace malinka
