// SPDX-License-Identifier: MIT
#include "agent/capability/files/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "agent/capability/files/beneath.h"
#include "agent/capability/files/operations.h"
#include "agent/capability/files/transfers.h"
#include "agent/capability/files/writes.h"
#include "agent/capability/reply.h"
#include "base/json.h"

namespace malinka::agent::files {
namespace {

struct Finished {
  Reply reply;
  std::vector<std::string> problems;
};

void sync_folder(const std::string& path, const Roots& roots) {
  const auto place = roots.find(path.empty() ? "/" : path);
  if (!place) return;
  if (const auto folder = open_place(*place, O_RDONLY | O_DIRECTORY)) fsync(folder->get());
}

/// Has the names of what was written reach the disk, as the contents have.
void settle(std::vector<FolderSyncs::Share>& shares, const Roots& roots) {
  for (FolderSyncs::Share& share : shares)
    if (share.settle()) sync_folder(share.folder(), roots);
}

std::vector<std::string> roots_of(FilesSettings& settings) {
  if (settings.sample_folder) return {settings.sample_folder->path()};
  return std::move(settings.roots);
}

}  // namespace

Files::Files(os::WorkerPool& workers, FilesSettings settings)
    : workers_(workers),
      roots_(std::make_shared<const Roots>(roots_of(settings))),
      leftovers_(std::make_shared<Leftovers>()),
      syncs_(std::make_shared<FolderSyncs>()),
      problems_(roots_->problems()),
      self_(std::make_shared<Files*>(this)) {
  sample_folder_ = std::move(settings.sample_folder);
}

Json Files::describe() const {
  Json json = {{"roots", roots_->paths()}};
  if (!problems_.empty()) json["problems"] = problems_;
  return json;
}

/// From here on, not only once a worker has it in hand: so that more than one worker's shares wait
/// for one another.
std::vector<FolderSyncs::Share> Files::shares_of(const Command& command) {
  std::vector<FolderSyncs::Share> shares;
  if (is_transfer(command)) return shares;
  for (const std::string& path : paths_written(command)) shares.push_back(syncs_->share(path));
  return shares;
}

void Files::run(const Command& command, Answerer answer) {
  if (!workers_.has_room())
    return answer(refuse(ResponseCode::busy, "the device's disks are busy: try again"));
  workers_.submit<Finished>(
      [roots = roots_, leftovers = leftovers_, syncs = syncs_, shares = shares_of(command), command,
       &workers = workers_]() mutable {
        Reply reply = is_transfer(command)
                          ? open_transfer({workers, *roots, *leftovers, *syncs}, command)
                          : carry_out(*roots, command);
        if (reply.code == ResponseCode::done) settle(shares, *roots);
        return Finished{std::move(reply), roots->problems()};
      },
      [self = std::weak_ptr(self_), answer = std::move(answer)](Finished finished) mutable {
        if (const std::shared_ptr<Files*> files = self.lock())
          (*files)->problems_ = std::move(finished.problems);
        answer(std::move(finished.reply));
      });
}

}  // namespace malinka::agent::files
