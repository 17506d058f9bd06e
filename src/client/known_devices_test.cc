// SPDX-License-Identifier: MIT
#include "client/known_devices.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "base/base64.h"
#include "base/json.h"
#include "seal/identity.h"
#include "vectors.h"

namespace malinka::client {
namespace {

using Verdict = KnownDevices::Verdict;

seal::PublicKey key_of(char character) {
  seal::PublicKey key{};
  key.fill(static_cast<std::byte>(character));
  return key;
}

struct File {
  File() {
    folder = (std::filesystem::temp_directory_path() / "malinka-XXXXXX").string();
    REQUIRE(mkdtemp(folder.data()) != nullptr);
  }
  ~File() { std::filesystem::remove_all(folder); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] std::string path() const { return folder + "/known_devices"; }
  [[nodiscard]] KnownDevices open() const { return *KnownDevices::open(path()); }

  std::string folder;
};

}  // namespace

TEST_CASE("the files of the vectors say whom they remember") {
  for (const auto& [file, json] : test::load_vector_files("sealed/known_devices")) {
    CAPTURE(file);
    const Json& given = json.at("given");
    const auto key = find_known_device(test::expand_input(json.at("input")),
                                       given.at("channel").get<std::string>(),
                                       given.at("name").get<std::string>());
    const Json& expect = json.at("expect").at("keyHex");
    REQUIRE(key.has_value() == !expect.is_null());
    if (key) CHECK(as_text(*key) == test::expand_input({{"hex", expect}}));
  }
}

TEST_CASE("a device is who it was when it was first met") {
  KnownDevices known;
  CHECK(known.meet("home", "kitchen", key_of('a')) == Verdict::first_met);
  CHECK(known.meet("home", "kitchen", key_of('a')) == Verdict::known);
  CHECK(known.meet("home", "kitchen", key_of('b')) == Verdict::changed);
  CHECK(known.meet("home", "kitchen", key_of('a')) == Verdict::known);
  CHECK(known.fingerprint_of("home", "kitchen") == seal::fingerprint_of(key_of('a')));
}

TEST_CASE("the same name in another channel is another device") {
  KnownDevices known;
  (void)known.meet("home", "kitchen", key_of('a'));
  CHECK(known.meet("work", "kitchen", key_of('b')) == Verdict::first_met);
  CHECK(known.fingerprint_of("garden", "kitchen").empty());
}

TEST_CASE("an identity that is accepted takes the place of the one before, for good") {
  const File file;
  KnownDevices known = file.open();
  (void)known.meet("home", "the kitchen/ü %", key_of('a'));
  REQUIRE(known.accept("home", "the kitchen/ü %", key_of('b')));
  KnownDevices again = file.open();
  CHECK(again.meet("home", "the kitchen/ü %", key_of('b')) == Verdict::known);
  CHECK(again.meet("home", "the kitchen/ü %", key_of('a')) == Verdict::changed);
}

TEST_CASE("two programs that remember at once forget nothing of each other's") {
  const File file;
  KnownDevices one = file.open();
  KnownDevices other = file.open();
  (void)one.meet("home", "kitchen", key_of('a'));
  (void)other.meet("home", "hall", key_of('b'));
  KnownDevices again = file.open();
  CHECK(again.meet("home", "kitchen", key_of('x')) == Verdict::changed);
  CHECK(again.meet("home", "hall", key_of('x')) == Verdict::changed);
}

TEST_CASE("who another program has met is not met for the first time") {
  const File file;
  KnownDevices watches = file.open();  // For long, and has not met the kitchen.
  KnownDevices other = file.open();
  CHECK(other.meet("home", "kitchen", key_of('a')) == Verdict::first_met);
  CHECK(watches.meet("home", "kitchen", key_of('b')) == Verdict::changed);
  CHECK(watches.fingerprint_of("home", "kitchen") == seal::fingerprint_of(key_of('a')));
}

TEST_CASE("where the file takes nothing, devices are remembered for as long as the program runs") {
  const File file;
  KnownDevices known = *KnownDevices::open(file.folder + "/gone");
  std::filesystem::create_directory(file.folder + "/gone");
  CHECK(known.meet("home", "kitchen", key_of('a')) == Verdict::first_met);
  CHECK(known.meet("home", "kitchen", key_of('b')) == Verdict::changed);
  CHECK_FALSE(known.accept("home", "kitchen", key_of('b')));
  CHECK(known.meet("home", "kitchen", key_of('a')) == Verdict::known);
}

TEST_CASE("lines that are none are passed over") {
  const std::string line = "home kitchen " + base::encode_base64url(key_of('a'));
  const std::string text = "\nhome\nhome hall\nhome hall tooshort\nho%me hall x\n  \nhome attic " +
                           std::string(1000, 'A') + "\n" + line +
                           " and more\nhome kitchen\nhome cut";
  CHECK(find_known_device(text, "home", "kitchen") == key_of('a'));
  CHECK_FALSE(find_known_device(text, "home", "hall"));
  CHECK_FALSE(find_known_device(text, "home", "attic"));
  CHECK_FALSE(find_known_device(text, "home", "cut"));
}

TEST_CASE("a file that cannot be read is an error, and one that is not there is none") {
  const File file;
  std::filesystem::create_directory(file.path());
  CHECK_FALSE(KnownDevices::open(file.path()));
  CHECK(KnownDevices::open(file.folder + "/none/at/all"));
}

}  // namespace malinka::client
