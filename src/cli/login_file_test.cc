// SPDX-License-Identifier: MIT
#include "cli/login_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/files.h"
#include "base/json.h"

namespace malinka::cli {
namespace {

const ChannelLink link{"https://hub.example", "home", "secret"};

TEST_CASE("a login takes the place of the one before, and the rest stays as it was written") {
  CHECK(with_login("# mine\nhub = \"ws://old\"\njson = true  # always\n\tpassword_file= \"/p\"\n",
                   link)
            .value() ==
        "hub = \"https://hub.example\"\nchannel = \"home\"\npassword = \"secret\"\n"
        "# mine\njson = true  # always\n");
  const std::string once = with_login("json = true", link).value();
  CHECK(with_login(once, link).value() == once);
}

TEST_CASE("an open channel's login has no password, and forgets that of another") {
  CHECK(with_login("password = \"old\"\n", {"http://h", "home", ""}).value() ==
        "hub = \"http://h\"\nchannel = \"home\"\n");
}

TEST_CASE("a password of any characters comes back as it was") {
  const std::string password =
      "\"\\\n\t\x01\x7f'#= a\u00e9\u20ac\U0001F600\U00020000\U000E0041\U0010FFFF";
  const auto text = with_login("", {"http://h", "home", password});
  REQUIRE(text);
  CHECK(base::parse_toml(*text, "settings").value().at("password") == password);
}

TEST_CASE("settings that are written too cleverly are left alone") {
  CHECK_FALSE(with_login("\"hub\" = \"ws://old\"\n", link));
  CHECK_FALSE(with_login("other = \"\"\"\nhub = 1\n\"\"\"\n", link));
}

TEST_CASE("the file is the person's alone, and its folders are made") {
  std::string folder = "/tmp/malinka-login-XXXXXX";
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  const std::string path = folder + "/.config/malinka/config.toml";
  REQUIRE(keep_login(path, link));
  std::filesystem::permissions(path, std::filesystem::perms(0644));
  REQUIRE(keep_login(path, {"http://h", "hall", "another"}));
  CHECK(base::read_toml(path).value().at("channel") == "hall");
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace malinka::cli
