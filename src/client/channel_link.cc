// SPDX-License-Identifier: MIT
#include "malinka/channel_link.h"

#include <optional>

#include "base/percent.h"
#include "base/try.h"
#include "base/utf8.h"
#include "link/hub_url.h"
#include "protocol/names.h"
#include "seal/channel_keys.h"

namespace malinka {
namespace {

/// Where a hub is unless its address says otherwise: no link needs to.
constexpr std::string_view usual_target = "/bus";
constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// The address as a browser takes it, with the / in front of its #.
std::string page_of(const link::HubUrl& hub) {
  const std::string target = hub.target == usual_target ? "/" : hub.target;
  return (hub.is_secure ? "https://" : "http://") + hub.host_field() + target;
}

/// What ChannelLink::hub has of it.
std::string hub_of(const link::HubUrl& hub) {
  std::string page = page_of(hub);
  if (hub.target == usual_target) page.pop_back();
  return page;
}

std::unexpected<Error> refuse(std::string_view why) {
  return fail(std::errc::invalid_argument, why);
}

}  // namespace

Result<ChannelLink> parse_link(std::string_view text) {
  const std::string_view whole = trimmed(text);
  const std::size_t hash = whole.find('#');
  if (hash == std::string_view::npos)
    return refuse("not a link: it is http[s]://HOST[:PORT]/#CHANNEL/PASSWORD");
  const auto hub = link::HubUrl::parse(whole.substr(0, hash));
  if (!hub) return refuse("not a link: what is before the # is no hub's address");

  const std::string_view place = whole.substr(hash + 1);
  const std::size_t slash = place.find('/');
  const auto channel = base::percent_decode(place.substr(0, slash));
  if (!channel || !protocol::is_name(*channel))
    return refuse("not a link: what is behind the # is no channel's name");
  if (slash == std::string_view::npos)
    return refuse("not a link: a / and the password are missing behind the channel");
  const std::string_view rest = place.substr(slash + 1);
  if (rest.empty()) return ChannelLink{hub_of(*hub), *channel, {}};
  auto password = base::percent_decode(rest);
  if (!password || rest.contains('/') || !base::is_utf8(*password))
    return refuse("not a link: what is behind the channel is no password, percent-encoded");
  return ChannelLink{hub_of(*hub), *channel, *std::move(password)};
}

Result<std::string> make_link(const ChannelLink& link) {
  const link::HubUrl hub = TRY(link::HubUrl::parse(link.hub));
  if (!protocol::is_name(link.channel)) return refuse("channel '" + link.channel + "'");
  return page_of(hub) + '#' + base::percent_encode(link.channel) + '/' +
         base::percent_encode(link.password);
}

Result<ChannelLink> to_view_link(const ChannelLink& link) {
  if (link.password.empty()) return refuse("an open channel has no view link");
  const auto keys = TRY(seal::ChannelKeys::from_text(link.channel, link.password));
  return ChannelLink{link.hub, link.channel, keys.view_password()};
}

}  // namespace malinka
