// SPDX-License-Identifier: MIT
#include "agent/capability/files/folder_syncs.h"

#include <doctest/doctest.h>

#include <memory>
#include <optional>

#include "agent/capability/files/test_support.h"

namespace malinka::agent::files {
namespace {

using test::Tree;

struct Bench {
  FolderSyncs::Share share(const char* goal) {
    return syncs->share(*open_parent(*tree.roots().find(tree.path(goal))));
  }

  Tree tree;
  std::shared_ptr<FolderSyncs> syncs = std::make_shared<FolderSyncs>();
};

TEST_CASE("who is alone on the way to a folder syncs it, each time") {
  Bench bench;
  CHECK(bench.share("one").settle());
  CHECK(bench.share("one").settle());
}

TEST_CASE("of several on the way to one folder the last to have its name syncs it") {
  Bench bench;
  FolderSyncs::Share one = bench.share("one");
  FolderSyncs::Share other = bench.share("other");
  CHECK_FALSE(other.settle());
  CHECK(one.settle());
}

TEST_CASE("who breaks off holds up nobody") {
  Bench bench;
  FolderSyncs::Share one = bench.share("one");
  {
    const FolderSyncs::Share other = bench.share("other");
  }
  CHECK(one.settle());
}

TEST_CASE("folders are synced each for itself, by whatever path they were reached") {
  Bench bench;
  bench.tree.make_folder("inner");
  bench.tree.link("link", "inner");
  FolderSyncs::Share outer = bench.share("file");
  FolderSyncs::Share inner = bench.share("inner/file");
  FolderSyncs::Share linked = bench.share("link/other");
  CHECK_FALSE(inner.settle());
  CHECK(outer.settle());
  CHECK(linked.settle());
}

TEST_CASE("a share may outlive what gave it") {
  Bench bench;
  FolderSyncs::Share one = bench.share("one");
  bench.syncs.reset();
  CHECK(one.settle());
}

}  // namespace
}  // namespace malinka::agent::files
