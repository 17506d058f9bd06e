// SPDX-License-Identifier: MIT
#include "malinka/client.h"

#include <array>
#include <utility>

#include "base/limits.h"
#include "base/random.h"
#include "base/try.h"
#include "base/utf8.h"
#include "client/client_core.h"
#include "link/connector.h"
#include "protocol/names.h"

namespace malinka {
namespace {

/// So begins the key of a link that only lets look: never a password.
constexpr std::string_view view_link_prefix = "view1.";

std::string make_guest_name() {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string name = "guest-";
  for (int i = 0; i < 6; ++i) name.push_back(hex[base::random_below(hex.size())]);
  return name;
}

Result<void> check_password(const std::string& password) {
  if (password.size() > limits::key_bytes_max || !base::is_utf8(password))
    return fail(std::errc::invalid_argument, "the password is too long, or not UTF-8");
  if (password.starts_with(view_link_prefix))
    return fail(std::errc::invalid_argument, "a password cannot begin with view1.");
  return {};
}

Result<client::SubscriberSettings> settings_of(ClientOptions options) {
  client::SubscriberSettings settings;
  settings.hub = TRY(link::HubUrl::parse(options.hub));
  if (!protocol::is_name(options.channel))
    return fail(std::errc::invalid_argument, "channel '" + options.channel + "'");
  if (options.name.empty()) options.name = make_guest_name();
  if (!protocol::is_name(options.name))
    return fail(std::errc::invalid_argument, "name '" + options.name + "'");
  TRY_VOID(check_password(options.password));
  settings.channel = std::move(options.channel);
  settings.name = std::move(options.name);
  settings.key = std::move(options.password);
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
  std::vector<Answer> answers = core_->request({.recipients = {std::move(recipient)},
                                                .name = std::move(name),
                                                .value = std::move(value),
                                                .blob = std::move(blob),
                                                .timeout = timeout});
  return std::move(answers.front());
}

Result<void> Client::broadcast(std::string name, std::string value, std::optional<Blob> blob) {
  return core_->broadcast(std::move(name), std::move(value), std::move(blob));
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
