// SPDX-License-Identifier: MIT
#include "hub/gate/web_site.h"

#include <fmt/format.h>

#include <cstdint>

#include "base/files.h"
#include "base/try.h"
#include "hub/gate/media_type.h"

namespace malinka::hub {
namespace {

constexpr std::size_t site_bytes_max = 256UL * 1024 * 1024;

constexpr std::string_view missing_page = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Malinka hub</title>
<h1>This Malinka hub is running</h1>
<p>It was built without its web app. To have it here, build it and say where it is:</p>
<pre>npm --prefix web ci
npm --prefix web run build
malinka-hub --web-root web/dist</pre>
<p>Built after that, the hub carries it along. Programs connect at <code>/bus</code> as ever.</p>
</html>
)";

/// Tells versions of our own files apart: FNV-1a, 64 bits.
std::string make_etag(ByteView content) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::byte byte : content)
    hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3;
  return fmt::format("\"{:016x}-{:x}\"", hash, content.size());
}

/// What lies in assets/ has a hash of its content in its name.
std::string cache_control_for(std::string_view path) {
  return path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
}

}  // namespace

WebSite::WebSite() { add("/index.html", SharedBytes(to_bytes(missing_page))); }

WebSite WebSite::from_assets(std::span<const WebAsset> assets) {
  WebSite site;
  for (const WebAsset& asset : assets)
    site.add("/" + std::string(asset.path),
             SharedBytes(Bytes(asset.content.begin(), asset.content.end())));
  return site;
}

Result<WebSite> WebSite::read(const std::filesystem::path& root) {
  namespace fs = std::filesystem;
  WebSite site;
  std::size_t room = site_bytes_max;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(root, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->is_regular_file(error)) continue;
    const std::string content = TRY(base::read_file(entry->path().string(), room));
    room -= content.size();
    site.add("/" + entry->path().lexically_relative(root).generic_string(),
             SharedBytes(to_bytes(content)));
  }
  if (error) return std::unexpected(Error{error, root.string()});
  return site;
}

const WebFile* WebSite::find(std::string_view path) const {
  const auto found = files_.find(path == "/" ? std::string_view("/index.html") : path);
  return found == files_.end() ? nullptr : &found->second;
}

void WebSite::add(const std::string& path, SharedBytes content) {
  const std::string etag = make_etag(content.view());
  files_[path] = {.content = std::move(content),
                  .media_type = std::string(media_type_of(path)),
                  .etag = etag,
                  .cache_control = cache_control_for(path)};
}

}  // namespace malinka::hub
