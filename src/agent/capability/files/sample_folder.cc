// SPDX-License-Identifier: MIT
#include "agent/capability/files/sample_folder.h"

#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/try.h"

namespace malinka::agent::files {
namespace {

namespace fs = std::filesystem;

struct Sample {
  std::string_view path;
  std::string_view content;
};

constexpr std::array<Sample, 5> samples = {{
    {"welcome.txt",
     "Welcome to a simulated Malinka device!\n\n"
     "These files are real, in a temporary folder. Upload, rename and remove as you like:\n"
     "the folder goes when the device does.\n"},
    {"notes/shopping.txt", "raspberries\nbutter\nflour\n"},
    {"notes/малинка.txt", "A little raspberry. Names may be in any script.\n"},
    {"measurements/temperature.csv",
     "time,celsius\n08:00,19.5\n09:00,20.1\n10:00,20.8\n11:00,21.4\n12:00,21.9\n"},
    {"pictures/raspberry.svg",
     "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 48\">"
     "<path d=\"M20 14c9-8 16 0 15 9-1 10-9 20-15 23C14 43 6 33 5 23 4 14 11 6 20 14z\" "
     "fill=\"#c7254e\"/>"
     "<path d=\"M20 14C14 12 11 7 10 2c6 0 9 3 10 7 1-4 4-7 10-7-1 5-4 10-10 12z\" "
     "fill=\"#3f8f3f\"/>"
     "</svg>\n"},
}};

Result<void> write_sample(const fs::path& folder, const Sample& sample) {
  const fs::path path = folder / sample.path;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) return std::unexpected(Error{error, path.parent_path()});
  std::ofstream file(path, std::ios::binary);
  file << sample.content;
  file.close();
  if (!file) return fail(std::errc::io_error, path.string());
  return {};
}

}  // namespace

Result<SampleFolder> SampleFolder::create() {
  std::error_code error;
  fs::path base = fs::temp_directory_path(error);
  if (error) base = "/tmp";
  std::string path = (base / "malinka-device-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) return fail_errno(errno, path);
  SampleFolder folder(path);
  for (const Sample& sample : samples) TRY_VOID(write_sample(path, sample));
  return folder;
}

SampleFolder::~SampleFolder() {
  std::error_code ignored;  // What cannot be removed stays where the system clears up one day.
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace malinka::agent::files
