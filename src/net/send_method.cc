// SPDX-License-Identifier: MIT
#include "net/send_method.h"

#include <utility>

#include "base/log.h"
#include "base/try.h"

namespace malinka::net {
namespace {

Result<void> try_out(const SendMethod::RingOpener& open) {
  const std::unique_ptr<SendRing> ring = TRY(open());
  return probe_send_ring(*ring);
}

}  // namespace

SendMethod SendMethod::choose(RingOpener open) {
  const Result<void> tried = try_out(open);
  if (tried) return {std::move(open), "io_uring"};
  return {nullptr, "plain (io_uring refused: " + tried.error().message() + ")"};
}

SendMethod SendMethod::plain() { return {nullptr, "plain (as set)"}; }

std::unique_ptr<SendRing> SendMethod::make_ring() const {
  if (!open_) return nullptr;
  Result<std::unique_ptr<SendRing>> ring = open_();
  if (ring) return *std::move(ring);
  LOG_WARNING("sends: plain, since another io_uring was refused", {"why", ring.error().message()});
  return nullptr;
}

}  // namespace malinka::net
