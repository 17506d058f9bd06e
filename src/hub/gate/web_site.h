// SPDX-License-Identifier: MIT
// The web app as the hub hands it out: all its files in memory, read once at the start.

#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/shared_bytes.h"
#include "malinka/result.h"

namespace malinka::hub {

/// A file of the web app that was built into the program.
struct WebAsset {
  std::string_view path;  ///< Below the root, as `assets/index.js`.
  ByteView content;
};

struct WebFile {
  SharedBytes content;
  std::string media_type;
  std::string etag;
  std::string cache_control;
};

/// **Value.** A look-up never touches a disk, so no path of a request can lead anywhere else.
class WebSite {
 public:
  /// A site of no files answers `/` with how to get some.
  WebSite();
  [[nodiscard]] static WebSite from_assets(std::span<const WebAsset> assets);
  /// Reads a folder with all below it. Errors: those of reading it; std::errc::file_too_large.
  [[nodiscard]] static Result<WebSite> read(const std::filesystem::path& root);

  /// The file at the decoded path of a request, or null. `/` is index.html.
  [[nodiscard]] const WebFile* find(std::string_view path) const;

 private:
  void add(const std::string& path, SharedBytes content);

  std::map<std::string, WebFile, std::less<>> files_;  // By the path of a request.
};

}  // namespace malinka::hub
