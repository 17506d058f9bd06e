// SPDX-License-Identifier: MIT
#include "hub/gate/web_site.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <array>
#include <fstream>

namespace malinka::hub {
namespace {

/// A folder that is gone with the test.
struct TemporaryFolder {
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "malinka-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }

  void write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((path / name).parent_path());
    std::ofstream(path / name) << content;
  }

  std::filesystem::path path;
};

}  // namespace

TEST_CASE("a folder's files are found by path, with the type and the time that fit them") {
  const TemporaryFolder folder;
  folder.write("index.html", "<!doctype html>");
  folder.write("assets/app-1a2b.js", "let x");
  folder.write("favicon.svg", "<svg/>");
  const auto site = WebSite::read(folder.path);
  REQUIRE(site);

  const WebFile* const index = site->find("/");
  REQUIRE(index != nullptr);
  CHECK(as_text(index->content.view()) == "<!doctype html>");
  CHECK(index->media_type == "text/html; charset=utf-8");
  CHECK(index->cache_control == "no-cache");

  const WebFile* const script = site->find("/assets/app-1a2b.js");
  REQUIRE(script != nullptr);
  CHECK(script->media_type == "text/javascript; charset=utf-8");
  CHECK(script->cache_control.contains("immutable"));
  CHECK(site->find("/favicon.svg")->media_type == "image/svg+xml");
}

TEST_CASE("nothing is found that was not there when the site was read") {
  const TemporaryFolder folder;
  folder.write("index.html", "x");
  const auto site = WebSite::read(folder.path);
  REQUIRE(site);
  folder.write("later.txt", "x");
  for (const char* const path :
       {"/later.txt", "/../index.html", "//index.html", "/./index.html", ""})
    CHECK(site->find(path) == nullptr);
}

TEST_CASE("other content has another ETag") {
  const auto etag_of = [](std::string_view content) {
    const std::array assets = {WebAsset{"a.txt", as_bytes(content)}};
    return WebSite::from_assets(assets).find("/a.txt")->etag;
  };
  CHECK(etag_of("one") == etag_of("one"));
  CHECK(etag_of("one") != etag_of("two"));
}

TEST_CASE("a site without files says how to get them") {
  const WebSite site = WebSite::from_assets({});
  REQUIRE(site.find("/") != nullptr);
  CHECK(as_text(site.find("/")->content.view()).contains("--web-root"));
}

TEST_CASE("a folder that is not there is an error") {
  CHECK_FALSE(WebSite::read("/nonexistent/malinka"));
}

}  // namespace malinka::hub
