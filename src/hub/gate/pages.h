// SPDX-License-Identifier: MIT
// What the hub answers to HTTP requests other than the upgrade: the web app, /healthz and /metrics.

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/gate/http_response.h"
#include "hub/gate/web_site.h"
#include "wire/http_head.h"

namespace malinka::hub {

struct PageSettings {
  WebSite site{};
  std::vector<std::string> metrics_allowed{};  ///< Addresses beside this machine's own.
  std::function<std::string()> render_metrics{};
};

/// True for 127.0.0.0/8, ::1, and the former mapped into IPv6.
[[nodiscard]] bool is_loopback(const std::string& address);

/// **Loop-bound.**
class Pages {
 public:
  explicit Pages(PageSettings settings) : settings_(std::move(settings)) {}

  /// For GET and HEAD; the content is left out for the latter later on.
  [[nodiscard]] HttpResponse answer(const wire::RequestHead& request, std::string_view path,
                                    const std::string& peer_address) const;

 private:
  [[nodiscard]] HttpResponse answer_metrics(const std::string& peer_address) const;
  [[nodiscard]] HttpResponse answer_file(const wire::RequestHead& request,
                                         std::string_view path) const;

  PageSettings settings_;
};

}  // namespace malinka::hub
