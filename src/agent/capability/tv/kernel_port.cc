// SPDX-License-Identifier: MIT
#include "agent/capability/tv/kernel_port.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/cec.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "base/try.h"

namespace malinka::agent::tv {
namespace {

/// A TV has a second to answer (CEC 9.2); some that wake up take longer.
constexpr unsigned reply_milliseconds = 1500;
/// What comes behind a message that wants no answer, where it is refused.
constexpr unsigned refusal_milliseconds = 400;
/// A claim of an address takes less than a second; one that failed is not tried again by itself.
constexpr std::chrono::seconds settle_patience{3};
/// What an adapter is told that cannot read its display's: the first input of a TV.
constexpr PhysicalAddress first_input = 0x1000;

Result<void> control(int fd, unsigned long request, void* argument, std::string_view what) {
  if (ioctl(fd, request, argument) != 0) return fail_errno(errno, what);
  return {};
}

cec_log_addrs playback_device(const std::string& osd_name) {
  cec_log_addrs wanted{};
  wanted.cec_version = CEC_OP_CEC_VERSION_1_4;
  wanted.num_log_addrs = 1;
  wanted.vendor_id = CEC_VENDOR_ID_NONE;
  wanted.primary_device_type[0] = CEC_OP_PRIM_DEVTYPE_PLAYBACK;
  wanted.log_addr_type[0] = CEC_LOG_ADDR_TYPE_PLAYBACK;
  wanted.all_device_types[0] = CEC_OP_ALL_DEVTYPE_PLAYBACK;
  osd_name.copy(wanted.osd_name, sizeof wanted.osd_name - 1);
  return wanted;
}

bool plays_display(const cec_log_addrs& addresses) {
  const auto type = addresses.log_addr_type[0];
  return addresses.num_log_addrs > 0 &&
         (type == CEC_LOG_ADDR_TYPE_TV || type == CEC_LOG_ADDR_TYPE_AUDIOSYSTEM);
}

Result<void> introduce(int fd, const Introduction& self) {
  cec_log_addrs present{};
  TRY_VOID(control(fd, CEC_ADAP_G_LOG_ADDRS, &present, "CEC_ADAP_G_LOG_ADDRS"));
  const bool is_set_up = present.num_log_addrs > 0;
  if (plays_display(present)) return {};
  if (is_set_up && (!self.replaces_others || self.osd_name == present.osd_name)) return {};
  if (is_set_up) {
    cec_log_addrs nothing{};
    TRY_VOID(control(fd, CEC_ADAP_S_LOG_ADDRS, &nothing, "CEC_ADAP_S_LOG_ADDRS"));
  }
  cec_log_addrs wanted = playback_device(self.osd_name);
  return control(fd, CEC_ADAP_S_LOG_ADDRS, &wanted, "CEC_ADAP_S_LOG_ADDRS");
}

Result<PhysicalAddress> find_address(int fd, const cec_caps& caps) {
  PhysicalAddress address = nowhere;
  TRY_VOID(control(fd, CEC_ADAP_G_PHYS_ADDR, &address, "CEC_ADAP_G_PHYS_ADDR"));
  if (address != nowhere || (caps.capabilities & CEC_CAP_PHYS_ADDR) == 0) return address;
  address = first_input;
  TRY_VOID(control(fd, CEC_ADAP_S_PHYS_ADDR, &address, "CEC_ADAP_S_PHYS_ADDR"));
  return address;
}

std::string explain_transmit(int error) {
  if (error == EBUSY) return "another program has it for itself: end that (kodi, cec-client)";
  if (error == ENONET) return "no display is connected";
  if (error == ENODEV) return "the device is gone";
  return std::strerror(error);  // NOLINT(concurrency-mt-unsafe): glibc's is safe.
}

/// Whether a result says all that it will: of some, sent comes first, and the answer later.
bool is_final(const cec_msg& result, bool wants_reply) {
  return !wants_reply || (result.tx_status & CEC_TX_STATUS_OK) == 0 || result.rx_status != 0;
}

Outcome outcome_of(const cec_msg& result, bool wants_reply) {
  Outcome outcome;
  const bool is_sent = result.tx_status == 0 || (result.tx_status & CEC_TX_STATUS_OK) != 0;
  if (!is_sent && (result.tx_status & CEC_TX_STATUS_NACK) != 0)
    return {Fate::not_acknowledged, outcome.reply, {}};
  if (!is_sent || (result.rx_status & CEC_RX_STATUS_ABORTED) != 0)
    return {Fate::failed, outcome.reply, "the line is disturbed, or was taken out"};
  if (!wants_reply) return {Fate::sent, outcome.reply, {}};
  const auto reply =
      CecMessage::parse(std::span(result.msg).first(std::min<std::size_t>(result.len, 16)));
  if (!reply || (result.rx_status & CEC_RX_STATUS_OK) == 0)
    return {Fate::no_answer, outcome.reply, {}};
  const bool is_refusal = (result.rx_status & CEC_RX_STATUS_FEATURE_ABORT) != 0;
  return {is_refusal || refusal_in(*reply) ? Fate::refused : Fate::answered, *reply, {}};
}

std::string problem_of(PhysicalAddress address, const cec_log_addrs& addresses) {
  if (address == nowhere)
    return "no display is seen by this port: plug one in and switch it on; on a Pi 4 or 5 use the "
           "port next to the power plug, or set hdmi_force_hotplug=1 in config.txt";
  if (address == root_address || plays_display(addresses))
    return "it is a display's own side of the cable";
  return {};
}

}  // namespace

Result<UniqueFd> open_device(const std::string& path, const Introduction& self) {
  UniqueFd fd(open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!fd.is_open()) return fail_errno(errno, path);
  cec_caps caps{};
  TRY_VOID(control(fd.get(), CEC_ADAP_G_CAPS, &caps, path));
  if ((caps.capabilities & CEC_CAP_TRANSMIT) == 0)
    return fail(std::errc::not_supported, path + ": it only listens");
  const PhysicalAddress address = TRY(find_address(fd.get(), caps));
  if (address != root_address && (caps.capabilities & CEC_CAP_LOG_ADDRS) != 0)
    TRY_VOID(introduce(fd.get(), self));
  return fd;
}

Result<std::unique_ptr<KernelPort>> KernelPort::create(net::Loop& loop, std::string device,
                                                       UniqueFd fd, KernelPortOwner& owner) {
  std::unique_ptr<KernelPort> port(new KernelPort(loop, std::move(device), std::move(fd), owner));
  TRY_VOID(loop.watch(port->fd_.get(), *port));
  port->read_state();
  return port;
}

KernelPort::KernelPort(net::Loop& loop, std::string device, UniqueFd fd, KernelPortOwner& owner)
    : loop_(loop), fd_(std::move(fd)), owner_(owner) {
  port_.device = std::move(device);
}

KernelPort::~KernelPort() { loop_.forget(fd_.get()); }

std::optional<std::string> KernelPort::send(const Request& request, OutcomeSink& done) {
  cec_msg message{};
  const auto bytes = request.message.bytes();
  std::ranges::copy(bytes, std::begin(message.msg));
  message.len = static_cast<std::uint32_t>(bytes.size());
  if (request.reply) {
    message.reply = static_cast<std::uint8_t>(*request.reply);
    message.timeout =
        *request.reply == Opcode::feature_abort ? refusal_milliseconds : reply_milliseconds;
  }
  if (ioctl(fd_.get(), CEC_TRANSMIT, &message) != 0) return explain_transmit(errno);
  waiting_.insert_or_assign(message.sequence, Waiting{request.reply.has_value(), std::move(done)});
  return {};
}

void KernelPort::fail_all(const std::string& why) {
  for (auto& [sequence, waiting] : std::exchange(waiting_, {}))
    waiting.done({Fate::failed, CecMessage(0, 0), why});
}

/// Edge-triggered: all that there is, of both kinds.
void KernelPort::on_ready(net::Readiness) noexcept {
  if (!read_events() || !read_messages()) return owner_.on_gone(*this);
  if (std::exchange(has_lost_messages_, false))
    fail_all("more was said on the line than could be heard: try again");
}

/// False once the device is gone.
bool KernelPort::read_events() {
  bool has_changed = false;
  cec_event event{};
  while (ioctl(fd_.get(), CEC_DQEVENT, &event) == 0) {
    has_changed |= event.event == CEC_EVENT_STATE_CHANGE;
    has_lost_messages_ |= event.event == CEC_EVENT_LOST_MSGS;  // Some may be what is waited for.
  }
  if (errno == ENODEV) return false;
  if (!has_changed) return true;
  read_state();
  owner_.on_changed(*this);
  return true;
}

bool KernelPort::read_messages() {
  for (;;) {
    cec_msg received{};
    if (ioctl(fd_.get(), CEC_RECEIVE, &received) != 0) return errno != ENODEV;
    if (received.sequence != 0) {
      finish(received.sequence, received);
      continue;
    }
    const auto bytes = std::span(received.msg).first(std::min<std::size_t>(received.len, 16));
    if (const auto message = CecMessage::parse(bytes)) owner_.on_heard(*this, *message);
  }
}

void KernelPort::introduce_again(const Introduction& self) {
  if (port_.own || port_.address == root_address) return;
  if (port_.is_settling && loop_.clock().now() - settling_since_ < settle_patience) return;
  cec_log_addrs nothing{};
  if (port_.is_settling) (void)ioctl(fd_.get(), CEC_ADAP_S_LOG_ADDRS, &nothing);
  (void)introduce(fd_.get(), self);
  settling_since_ = loop_.clock().now();
  read_state();
}

/// To hear what is said to all, and to answer for this device, one has to be a follower; whose
/// device it is not must not answer for it.
void KernelPort::follow(bool is_ours) {
  std::uint32_t mode = CEC_MODE_INITIATOR | (is_ours ? CEC_MODE_FOLLOWER : CEC_MODE_NO_FOLLOWER);
  (void)ioctl(fd_.get(), CEC_S_MODE, &mode);
}

void KernelPort::read_state() {
  cec_log_addrs addresses{};
  port_.address = nowhere;
  port_.own.reset();
  (void)ioctl(fd_.get(), CEC_ADAP_G_PHYS_ADDR, &port_.address);
  (void)ioctl(fd_.get(), CEC_ADAP_G_LOG_ADDRS, &addresses);
  if (addresses.log_addr_mask != 0)
    port_.own = static_cast<LogicalAddress>(std::countr_zero(addresses.log_addr_mask));
  const bool was_settling = std::exchange(
      port_.is_settling, port_.address != nowhere && addresses.num_log_addrs > 0 && !port_.own);
  if (port_.is_settling && !was_settling) settling_since_ = loop_.clock().now();
  port_.problem = problem_of(port_.address, addresses);
  follow(port_.address != root_address && !plays_display(addresses));
}

void KernelPort::finish(std::uint32_t sequence, const cec_msg& result) {
  const auto found = waiting_.find(sequence);
  if (found == waiting_.end() || !is_final(result, found->second.wants_reply)) return;
  Waiting waiting = std::move(found->second);
  waiting_.erase(found);
  waiting.done(outcome_of(result, waiting.wants_reply));
}

}  // namespace malinka::agent::tv
