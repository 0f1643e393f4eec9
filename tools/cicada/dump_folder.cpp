#include "dump_folder.h"

#include <algorithm>

#include "cicada/base/file.h"
#include "cicada/host/access/bac.h"
#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/mrz.h"

namespace cicada::tools {
namespace {

namespace kernel = applet_sim::kernel;
namespace bac = applet_sim::protocol::bac;
using host::lds::Ef;

/// SC octets of docs/card-commands.md.
constexpr std::uint8_t kAfterAccess = 0x40;
constexpr std::uint8_t kNeedsDg3Right = 0xE3;
constexpr std::uint8_t kNeedsDg4Right = 0xE4;

std::uint8_t condition_of(Ef ef) noexcept {
  if (ef == Ef::dg3) return kNeedsDg3Right;
  if (ef == Ef::dg4) return kNeedsDg4Right;
  return kAfterAccess;
}

base::Result<bac::AccessKeys> access_keys(base::ByteView dg1) {
  CICADA_TRY(const auto parsed, host::lds::parse_dg1(dg1));
  CICADA_TRY(const auto information, host::lds::mrz_information(parsed.mrz.fields));
  CICADA_TRY(const auto keys, host::access::BacKeys::from_mrz_information(information));
  return bac::AccessKeys{bac::KEnc{keys.k_enc().expose()}, bac::KMac{keys.k_mac().expose()}};
}

}  // namespace

base::Result<std::map<Ef, base::Bytes>> read_dumps(const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    return base::fail({.fault = base::Fault::not_found, .what = "no such folder"});
  }
  std::map<Ef, base::Bytes> files;
  for (const auto& info : host::lds::all_files()) {
    if (info.directory != host::lds::Directory::lds1) continue;
    auto content = base::read_file(folder / info.file_name, 0xFFFF);
    if (!content && content.error().fault == base::Fault::not_found) continue;
    if (!content) return std::unexpected(content.error());
    if (!content->empty()) files.emplace(info.ef, *std::move(content));
  }
  if (files.empty()) {
    return base::fail(
        {.fault = base::Fault::not_found,
         .what = "no file of a chip lies in this folder",
         .hint = "files are named EF_COM.bin, EF_SOD.bin, DG1.bin ... as `cicada read --out` writes them"});
  }
  return files;
}

base::Result<kernel::CardContent> read_dump_folder(const std::filesystem::path& folder) {
  CICADA_TRY(auto files, read_dumps(folder));
  const auto dg1 = files.find(Ef::dg1);
  if (dg1 == files.end()) {
    return base::fail({.fault = base::Fault::not_found,
                       .what = "DG1.bin is missing",
                       .hint = "the access keys of the card come from the MRZ in DG1"});
  }
  kernel::CardContent content;
  CICADA_TRY(content.access_keys, access_keys(dg1->second));
  for (auto& [ef, octets] : files) {
    const auto& info = host::lds::info(ef);
    content.files.push_back({.folder = kernel::Folder::lds1,
                             .fid = info.fid,
                             .sfi = info.sfi,
                             .security_condition = condition_of(ef),
                             .content = std::move(octets)});
  }
  return content;
}

}  // namespace cicada::tools
