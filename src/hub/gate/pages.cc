// SPDX-License-Identifier: MIT
#include "hub/gate/pages.h"

#include <algorithm>

#include "hub/gate/key_guard.h"
#include "hub/metrics/prometheus.h"

namespace malinka::hub {

bool is_loopback(const std::string& address) {
  return address == "::1" || address_group(address).starts_with("127.");
}

HttpResponse Pages::answer(const wire::RequestHead& request, std::string_view path,
                           const std::string& peer_address) const {
  if (request.method != "GET" && request.method != "HEAD") {
    HttpResponse response = make_plain_response(405, "only GET and HEAD work here");
    response.fields.push_back({"Allow", "GET, HEAD"});
    return response;
  }
  if (path == "/healthz") return make_plain_response(200, "ok");
  if (path == "/metrics") return answer_metrics(peer_address);
  return answer_file(request, path);
}

HttpResponse Pages::answer_metrics(const std::string& peer_address) const {
  const auto& allowed = settings_.metrics_allowed;
  if (!is_loopback(peer_address) && std::ranges::find(allowed, peer_address) == allowed.end())
    return make_plain_response(403, "metrics are for this machine, and for metrics_allowed");
  return {.status = 200,
          .media_type = prometheus_media_type,
          .content = SharedBytes(to_bytes(settings_.render_metrics())),
          .fields = {{"Cache-Control", "no-store"}}};
}

HttpResponse Pages::answer_file(const wire::RequestHead& request, std::string_view path) const {
  const WebFile* const file = settings_.site.find(path);
  if (file == nullptr) return make_plain_response(404, "there is nothing here");
  HttpResponse response{.status = 200,
                        .media_type = file->media_type,
                        .content = file->content,
                        .fields = {{"ETag", file->etag}, {"Cache-Control", file->cache_control}}};
  if (!request.fields.has_token("If-None-Match", file->etag)) return response;
  response.status = 304;
  response.media_type.clear();
  response.content = {};
  return response;
}

}  // namespace malinka::hub
