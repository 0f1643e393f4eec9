// The ZIP container of a CAP file. Here, and only here, libzip is used: archives come from anybody.
#include <zip.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "cicada/host/gp/load_file.h"
#include "components.h"

namespace cicada::host::gp {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::string_view kFolder = "javacard";
constexpr std::string_view kSuffix = ".cap";

struct CloseArchive {
  void operator()(zip_t* archive) const noexcept { zip_discard(archive); }
};
struct CloseEntry {
  void operator()(zip_file_t* entry) const noexcept { zip_fclose(entry); }
};
using Archive = std::unique_ptr<zip_t, CloseArchive>;

std::unexpected<base::Error> malformed(base::Literal what, std::uint64_t at = 0) {
  return fail(
      {.fault = Fault::malformed, .what = what, .clause = "JCVM Specification §4.1.1", .hint = "", .sw = 0, .at = at});
}

/// Borrows the octets. ZIP_CHECKCONS: what the central directory and the entries say must agree.
Result<Archive> open_archive(ByteView octets) {
  zip_error_t error;
  zip_error_init(&error);
  auto* source = zip_source_buffer_create(octets.data(), octets.size(), 0, &error);
  Archive archive;
  if (source != nullptr) {
    archive.reset(zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error));
    if (!archive) zip_source_free(source);
  }
  zip_error_fini(&error);
  if (!archive) return malformed("the CAP file is no ZIP archive, or a damaged one");
  return archive;
}

/// A name as a path of plain folders: nothing absolute, no "..", no '\', nothing that a terminal would obey.
bool is_plain(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != std::string_view::npos) return false;
  if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; })) return false;
  for (std::size_t at = 0; at <= name.size();) {
    const auto end = std::min(name.find('/', at), name.size());
    const auto part = name.substr(at, end - at);
    if (part == "." || part == "..") return false;
    at = end + 1;
  }
  return true;
}

/// "a/b/javacard/Header.cap" -> folder "a/b/javacard", kind 0. Nothing for a file that is no component.
struct Place {
  std::string_view folder;
  std::size_t kind = 0;
};
std::optional<Place> place_of(std::string_view name) {
  const auto slash = name.rfind('/');
  if (slash == std::string_view::npos || !name.ends_with(kSuffix)) return std::nullopt;
  const auto folder = name.substr(0, slash);
  if (folder != kFolder && !folder.ends_with("/javacard")) return std::nullopt;
  auto base_name = name.substr(slash + 1);
  base_name.remove_suffix(kSuffix.size());
  const auto* const found = std::ranges::find(kComponents, base_name, &ComponentKind::name);
  if (found == kComponents.end()) return std::nullopt;
  return Place{.folder = folder, .kind = static_cast<std::size_t>(found - kComponents.begin())};
}

/// At most kMaxComponent octets, whatever the archive says.
Result<Bytes> unpack(zip_t& archive, zip_uint64_t index) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat_index(&archive, index, 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0) {
    return malformed("an entry of the CAP file does not say its size", index);
  }
  if (stat.size > kMaxComponent) {
    return fail({.fault = Fault::limit,
                 .what = "a component of the CAP file is longer than any can be",
                 .clause = "JCVM Specification §6.2",
                 .at = index});
  }
  const std::unique_ptr<zip_file_t, CloseEntry> entry{zip_fopen_index(&archive, index, 0)};
  if (!entry) return malformed("an entry of the CAP file cannot be unpacked", index);
  Bytes octets(stat.size + 1);  // one more than said: an entry that is longer than it says is found out
  std::size_t filled = 0;
  while (filled < octets.size()) {
    const auto got = zip_fread(entry.get(), octets.data() + filled, octets.size() - filled);
    if (got < 0) return malformed("an entry of the CAP file is damaged", index);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  if (filled != stat.size) return malformed("an entry of the CAP file has another size than it says", index);
  octets.resize(filled);
  return octets;
}

}  // namespace

Result<LoadFile> parse_cap(ByteView zip, bool with_descriptor) {
  if (zip.size() > kMaxLoadFileSize) {
    return fail({.fault = Fault::limit, .what = "the CAP file is larger than any card can load", .at = zip.size()});
  }
  CICADA_TRY(const auto archive, open_archive(zip));
  const auto count = zip_get_num_entries(archive.get(), 0);
  if (count < 0 || static_cast<std::size_t>(count) > kMaxCapEntries) {
    return fail({.fault = Fault::limit, .what = "the CAP file has too many entries"});
  }
  Components components;
  std::string_view folder;
  for (zip_uint64_t index = 0; index < static_cast<zip_uint64_t>(count); ++index) {
    const char* const raw = zip_get_name(archive.get(), index, ZIP_FL_ENC_RAW);
    if (raw == nullptr) return malformed("an entry of the CAP file has no name", index);
    const std::string_view name{raw};
    if (!is_plain(name)) return malformed("an entry of the CAP file has a name that climbs or hides", index);
    const auto place = place_of(name);
    if (!place) continue;
    if (!folder.empty() && folder != place->folder) return malformed("the CAP file holds two packages", index);
    folder = place->folder;
    if (components.at(place->kind)) return malformed("the CAP file holds a component twice", index);
    CICADA_TRY(components.at(place->kind), unpack(*archive, index));
  }
  return assemble(components, with_descriptor);
}

}  // namespace cicada::host::gp
