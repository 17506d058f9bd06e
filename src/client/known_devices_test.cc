// SPDX-License-Identifier: MIT
#include "client/known_devices.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "base/files.h"
#include "seal/identity.h"

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

TEST_CASE("lines that are none are passed over") {
  const File file;
  {
    KnownDevices known = file.open();
    (void)known.meet("home", "kitchen", key_of('a'));
  }
  std::ofstream(file.path(), std::ios::app)
      << "\nhome\nhome hall\nhome hall tooshort\nho%me hall x\n  \nhome attic "
      << std::string(1000, 'A') << "\nhome cut";
  KnownDevices known = file.open();
  CHECK(known.meet("home", "kitchen", key_of('a')) == Verdict::known);
  CHECK(known.meet("home", "hall", key_of('b')) == Verdict::first_met);
}

TEST_CASE("a file that cannot be read is an error, and one that is not there is none") {
  const File file;
  std::filesystem::create_directory(file.path());
  CHECK_FALSE(KnownDevices::open(file.path()));
  CHECK(KnownDevices::open(file.folder + "/none/at/all"));
}

}  // namespace malinka::client
