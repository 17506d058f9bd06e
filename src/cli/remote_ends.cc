// SPDX-License-Identifier: MIT
// The ends of a copy that are on a device: files.read and files.write.
#include <chrono>
#include <utility>

#include "base/json.h"
#include "base/limits.h"
#include "base/try.h"
#include "cli/copy_ends.h"
#include "cli/remote_ends.h"

namespace malinka::cli {
namespace {

Failure failure_of(const StreamFailure& failure, const std::string& device) {
  return {ExitCode::failed, device, failure.code, failure.error};
}

Attempt<Session::Opened> open_stream(Session& session, const std::string& device,
                                     std::string command, const Json& value) {
  return session.open({.device = device,
                       .command = std::move(command),
                       .value = value,
                       .timeout = transfer_timeout});
}

class RemoteSource final : public CopySource {
 public:
  RemoteSource(Session& session, Target target) : session_(session), target_(std::move(target)) {}

  Attempt<FileFacts> look() override {
    TRY_VOID(open(0));
    return facts_of(*reply_);
  }

  /// What look() has opened serves for the first time.
  Attempt<void> begin(std::uint64_t offset) override {
    if (!stream_ || offset != opened_at_ || has_begun_) TRY_VOID(open(offset));
    has_begun_ = true;
    return {};
  }

  Attempt<StreamBytes> read() override {
    auto bytes = stream_->read();
    if (!bytes) return std::unexpected(failure_of(bytes.error(), target_.device));
    return *bytes ? *bytes : std::make_shared<const Bytes>();
  }

  Attempt<std::string> hash() override {
    auto value = stream_->result();
    if (!value) return std::unexpected(failure_of(value.error(), target_.device));
    const auto json = parse_json(*value);
    return json ? text_of(*json, "sha256") : std::string();
  }

  bool can_begin_again() const override { return true; }

 private:
  Attempt<void> open(std::uint64_t offset) {
    stream_.reset();
    Json value = {{"path", target_.path}};
    if (offset > 0) value["offset"] = offset;
    Session::Opened opened = TRY(open_stream(session_, target_.device, "files.read", value));
    opened.stream->end();
    stream_ = std::move(opened.stream);
    reply_ = std::move(opened.reply.value);
    opened_at_ = offset;
    has_begun_ = false;
    return {};
  }

  Session& session_;
  Target target_;
  std::unique_ptr<Stream> stream_;
  std::shared_ptr<const Json> reply_;
  std::uint64_t opened_at_ = 0;
  bool has_begun_ = false;
};

/// A small file goes whole, with all that is known of it; any other as a stream.
class RemoteSink final : public CopySink {
 public:
  RemoteSink(Session& session, Bundler& bundler, Target target, Overwrite overwrite)
      : session_(session), bundler_(bundler), target_(std::move(target)), overwrite_(overwrite) {}

  Attempt<std::uint64_t> begin(const FileFacts& facts, const std::string& transfer) override {
    stream_.reset();
    whole_.reset();
    facts_ = facts;
    wish_ = {{"path", target_.path}, {"overwrite", overwrite_ == Overwrite::yes}};
    // What is written over keeps its mode: the device sees to that unless one is named.
    if (overwrite_ == Overwrite::no && !facts.mode.empty()) wish_["mode"] = facts.mode;
    if (!facts.modified.empty()) wish_["modified"] = facts.modified;
    if (facts.bytes && *facts.bytes <= Bundler::file_bytes_max) {
      whole_.emplace();
      return 0;
    }
    wish_["transfer"] = transfer;
    if (facts.bytes) wish_["size"] = *facts.bytes;
    Session::Opened opened = TRY(open_stream(session_, target_.device, "files.write", wish_));
    stream_ = std::move(opened.stream);
    return find_whole_number(*opened.reply.value, "offset").value_or(0);
  }

  Attempt<void> write(const StreamBytes& bytes) override {
    if (whole_) return append(*bytes);
    auto written = stream_->write(*bytes);
    if (!written) return std::unexpected(failure_of(written.error(), target_.device));
    return {};
  }

  Attempt<std::shared_ptr<const Json>> finish(const std::string& hash) override {
    if (whole_) return send_whole(hash);
    stream_->end(dump_json({{"sha256", hash}}));
    auto value = stream_->result();
    if (!value) return std::unexpected(failure_of(value.error(), target_.device));
    auto entry = parse_json(*value);
    return std::make_shared<const Json>(entry ? std::move(*entry) : Json::object());
  }

  /// A device that was gone for a moment is found again; a folder that is not there is not.
  bool can_begin_again() const override { return times_not_found_ < not_found_max; }

 private:
  Attempt<void> append(ByteView bytes) {
    malinka::append(*whole_, bytes);
    if (whole_->size() <= Bundler::file_bytes_max) return {};
    return std::unexpected(Failure{ExitCode::failed, target_.device,
                                   static_cast<int>(ResponseCode::conflict),
                                   "the file grew while it was copied: say it again"});
  }

  Attempt<std::shared_ptr<const Json>> send_whole(const std::string& hash) {
    wish_["sha256"] = hash;
    auto reply = bundler_.write(target_.device, wish_, *whole_);
    if (reply) return reply;
    if (reply.error().code == static_cast<int>(ResponseCode::not_found)) ++times_not_found_;
    const bool is_there = reply.error().code == static_cast<int>(ResponseCode::conflict);
    if (is_there && may_be_there_)
      if (auto entry = find_own()) return *entry;
    may_be_there_ = may_be_there_ || !is_there;
    return std::unexpected(std::move(reply.error()));
  }

  /// What an attempt has brought there whose answer was lost.
  std::optional<std::shared_ptr<const Json>> find_own() {
    const auto reply = session_.ask(
        {.device = target_.device, .command = "files.stat", .value = {{"path", target_.path}}});
    if (!reply) return std::nullopt;
    const FileFacts there = facts_of(*reply->value);
    const auto seconds_of = [](const std::string& time) { return time.substr(0, seconds_length); };
    const bool is_own =
        there.bytes == facts_.bytes && seconds_of(there.modified) == seconds_of(facts_.modified);
    return is_own ? std::optional(reply->value) : std::nullopt;
  }

  static constexpr int not_found_max = 3;
  /// Of `2026-11-22T21:48:07.000Z`: what every file system keeps.
  static constexpr std::size_t seconds_length = 19;

  Session& session_;
  Bundler& bundler_;
  Target target_;
  Overwrite overwrite_;
  FileFacts facts_;
  Json wish_;
  std::unique_ptr<Stream> stream_;
  std::optional<Bytes> whole_;
  bool may_be_there_ = false;
  int times_not_found_ = 0;
};

}  // namespace

FileFacts facts_of(const Json& entry) {
  return {.bytes = find_whole_number(entry, "size"),
          .mode = text_of(entry, "mode"),
          .modified = text_of(entry, "modified")};
}

std::unique_ptr<CopySource> make_remote_source(Session& session, const Target& target) {
  return std::make_unique<RemoteSource>(session, target);
}

std::unique_ptr<CopySink> make_remote_sink(Session& session, Bundler& bundler, const Target& target,
                                           Overwrite overwrite) {
  return std::make_unique<RemoteSink>(session, bundler, target, overwrite);
}

}  // namespace malinka::cli
