// SPDX-License-Identifier: MIT
#include "agent/place.h"

#include <unistd.h>

#include <array>

#include "base/limits.h"
#include "base/password.h"
#include "base/private_files.h"
#include "base/try.h"
#include "malinka/pairing.h"
#include "protocol/names.h"

namespace malinka::agent {
namespace {

constexpr std::string_view default_hub = "ws://127.0.0.1:31415";

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || !protocol::is_name(name.data()))
    return "device";
  return name.data();
}

std::unexpected<Error> refuse_setting(const std::string& what) {
  return fail(std::errc::invalid_argument, what);
}

Result<std::string> read_device_password(const base::Options& options) {
  std::string password = TRY(base::read_password(options)).value_or("");
  TRY_VOID(client::check_password(password));
  if (password.starts_with(seal::view_prefix))
    return refuse_setting("a password must not begin with view1.: that is how view links begin");
  return password;
}

/// The channel's key: of a sealed one, what is derived from the password.
Result<void> set_key(client::SubscriberSettings& subscriber, std::string password, bool is_sealed) {
  subscriber.sealing.reset();
  if (!is_sealed || password.empty()) {
    subscriber.key = std::move(password);
    return {};
  }
  const std::string folder = TRY(base::state_folder());
  auto sealing = client::make_device_sealing(subscriber.channel, password, folder);
  if (!sealing) return refuse_setting("cannot seal the channel: " + sealing.error().message());
  subscriber.key = sealing->keys.join_key();
  subscriber.sealing = *std::move(sealing);
  return {};
}

/// What was made at an earlier start, or now. The file names the hub too, for `malinka pair`.
Result<Paired> pair(const std::string& hub, bool is_sealed) {
  const std::string folder = TRY(base::state_folder());
  auto kept = read_pairing(folder);
  if (!kept && kept.error().code == std::errc::bad_message)
    return refuse_setting(kept.error().context);
  if (!kept) return refuse_setting("cannot read the pairing: " + kept.error().message());
  const bool is_new = !*kept;
  ChannelLink link = is_new ? make_pairing(hub) : **kept;
  if (is_new || link.hub != hub) {
    link.hub = hub;
    if (const auto written = write_pairing(folder, link); !written)
      return refuse_setting("cannot keep the pairing: " + written.error().message() +
                            " (give --channel NAME and --password-file FILE to do without)");
  }
  return Paired{folder, std::move(link), is_sealed, is_new};
}

Result<client::SubscriberSettings> read_names(const base::Options& options) {
  client::SubscriberSettings subscriber;
  subscriber.hub = TRY(link::HubUrl::parse(options.text("hub").value_or(std::string(default_hub))));
  subscriber.channel = options.text("channel").value_or("");
  subscriber.name = options.text("name").value_or(host_name());
  subscriber.is_device = true;
  if (!subscriber.channel.empty() && !protocol::is_name(subscriber.channel))
    return refuse_setting("channel: not a name that a channel can have");
  if (!protocol::is_name(subscriber.name))
    return refuse_setting("name: not a name that a device can have");
  return subscriber;
}

}  // namespace

Result<Place> read_place(const base::Options& options) {
  Place place;
  place.subscriber = TRY(read_names(options));
  std::string password = TRY(read_device_password(options));
  const bool is_sealed = TRY(options.truth("sealed", true));
  if (place.subscriber.channel.empty() && !password.empty())
    return refuse_setting(
        "a password is set, but no channel: give --channel NAME (or set channel in "
        "/etc/malinka/agent.toml); or leave out both, and this device makes both itself");
  if (place.subscriber.channel.empty()) {
    place.paired = TRY(pair(place.subscriber.hub.text(), is_sealed));
    place.subscriber.channel = place.paired->link.channel;
    password = place.paired->link.password;
  }
  place.is_password_weak = !password.empty() && password.size() < limits::password_bytes_warned;
  TRY_VOID(set_key(place.subscriber, std::move(password), is_sealed));
  return place;
}

Result<client::SubscriberSettings> move_place(client::SubscriberSettings subscriber,
                                              const ChannelLink& link, bool is_sealed) {
  subscriber.channel = link.channel;
  TRY_VOID(set_key(subscriber, link.password, is_sealed));
  return subscriber;
}

}  // namespace malinka::agent
