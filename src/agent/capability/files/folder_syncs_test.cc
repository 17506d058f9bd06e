// SPDX-License-Identifier: MIT
#include "agent/capability/files/folder_syncs.h"

#include <doctest/doctest.h>

#include <memory>

namespace malinka::agent::files {
namespace {

struct Bench {
  FolderSyncs::Share share(const char* path) { return syncs->share(path); }

  std::shared_ptr<FolderSyncs> syncs = std::make_shared<FolderSyncs>();
};

TEST_CASE("who is alone on the way to a folder syncs it, each time") {
  Bench bench;
  CHECK(bench.share("/srv/one").settle());
  CHECK(bench.share("/srv/one").settle());
}

TEST_CASE("of several on the way to one folder the last to have its name syncs it") {
  Bench bench;
  FolderSyncs::Share one = bench.share("/srv/one");
  FolderSyncs::Share other = bench.share("/srv/other");
  CHECK_FALSE(other.settle());
  CHECK(one.settle());
}

TEST_CASE("who breaks off holds up nobody") {
  Bench bench;
  FolderSyncs::Share one = bench.share("/srv/one");
  {
    const FolderSyncs::Share other = bench.share("/srv/other");
  }
  CHECK(one.settle());
}

TEST_CASE("folders are synced each for itself") {
  Bench bench;
  FolderSyncs::Share outer = bench.share("/srv/file");
  FolderSyncs::Share inner = bench.share("/srv/inner/file");
  FolderSyncs::Share other = bench.share("/srv/inner/other");
  CHECK_FALSE(inner.settle());
  CHECK(outer.settle());
  CHECK(other.settle());
}

TEST_CASE("a share may outlive what gave it") {
  Bench bench;
  FolderSyncs::Share one = bench.share("/srv/one");
  bench.syncs.reset();
  CHECK(one.settle());
}

}  // namespace
}  // namespace malinka::agent::files
