// SPDX-License-Identifier: MIT
#include "agent/capability/files/roots.h"

#include <doctest/doctest.h>

#include "agent/capability/files/files_error.h"
#include "base/limits.h"

namespace malinka::agent::files {

TEST_CASE("a path below a root is split at it") {
  const Result<Place> place = Roots({"/srv/share"}).find("/srv/share/a/b");
  REQUIRE(place);
  CHECK(place->root == "/srv/share");
  CHECK(place->relative == "a/b");
  CHECK(place->path == "/srv/share/a/b");
}

TEST_CASE("repeated slashes and dots do not count, and two dots stay for the kernel") {
  CHECK(Roots({"/srv//share/"}).find("//srv/./share///a/.//b/")->relative == "a/b");
  CHECK(Roots({"/srv/share"}).find("/srv/share/../etc")->relative == "../etc");
  CHECK(Roots({"/srv/share"}).find("/srv/share/.")->is_root());
}

TEST_CASE("a name that only begins as a root does is outside of it") {
  CHECK(Roots({"/srv/share"}).find("/srv/shared").error().code == FilesError::outside_roots);
  CHECK(Roots({"/srv/share"}).find("/srv").error().code == FilesError::outside_roots);
  CHECK(Roots({"/srv/share"}).find("/").error().code == FilesError::outside_roots);
}

TEST_CASE("of two roots inside one another the deeper one counts") {
  CHECK(Roots({"/srv", "/srv/share"}).find("/srv/share/a")->root == "/srv/share");
  CHECK(Roots({"/srv/share", "/srv"}).find("/srv/other")->root == "/srv");
}

TEST_CASE("the whole disk may be a root") {
  CHECK(Roots({"/"}).find("/etc/hosts")->relative == "etc/hosts");
  CHECK(Roots({"/"}).find("/")->is_root());
  CHECK_FALSE(Roots({"/"}).is_folder_of_roots("/"));
  CHECK(Roots({"/srv"}).is_folder_of_roots("//."));
}

TEST_CASE("what is no path is refused, and not repeated at length") {
  using namespace std::string_literals;
  for (const std::string& path : {""s, "relative"s, "/srv\0/x"s, "/" + std::string(5000, 'x')}) {
    CAPTURE(path.size());
    const Result<Place> place = Roots({"/"}).find(path);
    REQUIRE_FALSE(place);
    CHECK(place.error().code == FilesError::bad_path);
    CHECK(place.error().context.size() <= 64);
  }
}

TEST_CASE("a root that is not there is a problem, and one that is, is none") {
  CHECK(Roots({"/"}).problems().empty());
  const std::vector<std::string> problems = Roots({"/", "/no/such/folder"}).problems();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].contains("/no/such/folder"));
}

}  // namespace malinka::agent::files
