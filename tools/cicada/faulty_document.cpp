#include "faulty_document.h"

#include "cicada/applet_sim/applet/card_state.h"
#include "cicada/host/lds/ef.h"

namespace cicada::tools {

namespace fs = applet_sim::fs;
namespace lds = host::lds;
namespace misissue = host::misissue;
using base::Bytes;

namespace {

/// Identifiers that no file of a document has: what the forgery does not have goes there.
constexpr fs::Fid kNowhere = 0xFD00;

/// Which file of the document this is; nothing for any other.
std::optional<lds::Ef> name_of(const fs::FileSystem& files, const fs::Ef& ef) {
  if (!ef.parent) return lds::find_by_fid(lds::Directory::master_file, ef.fid);
  const auto* const df = files.df(*ef.parent);
  if (df == nullptr || !base::equal(df->aid, base::ByteView{lds::lds1_aid()})) return std::nullopt;
  return lds::find_by_fid(lds::Directory::lds1, ef.fid);
}

std::map<lds::Ef, Bytes> files_of(const fs::FileSystem& files) {
  std::map<lds::Ef, Bytes> found;
  for (std::size_t i = 0; i < files.count(); ++i) {
    const auto* const ef = files.ef(static_cast<fs::FileId>(i));
    if (ef == nullptr) continue;
    if (const auto name = name_of(files, *ef)) found[*name] = ef->content;
  }
  return found;
}

/// The content of this file from now on; nullptr: it is not there any more.
const Bytes* content_of(const misissue::Evidence& forgery, std::optional<lds::Ef> name, const Bytes& before) {
  if (name == lds::Ef::sod) return &forgery.sod;
  if (name && forgery.files.contains(*name)) return &forgery.files.at(*name);
  const auto number = name ? lds::data_group_number(*name) : 0;
  if (number == 0) return &before;
  const auto found = forgery.groups.find(number);
  return found == forgery.groups.end() ? nullptr : &found->second;
}

base::Result<void> check_size(const Bytes& content) {
  if (content.size() <= fs::kMaxFileSize) return {};
  return base::fail({.fault = base::Fault::limit, .what = "a file has 65,535 octets at most"});
}

/// A file of the forgery that the card did not have: in the master file, for everybody.
base::Result<void> add(fs::FileSystem& to, lds::Ef name, const Bytes& content) {
  CICADA_CHECK(check_size(content));
  const auto& info = lds::info(name);
  if (info.directory != lds::Directory::master_file) {
    return base::fail(
        {.fault = base::Fault::not_found, .what = "the card does not have the file that the fault is about"});
  }
  CICADA_TRY(const auto place, to.create({.parent = {},
                                          .fid = info.fid,
                                          .size = static_cast<std::uint16_t>(content.size()),
                                          .sfi = info.sfi,
                                          .security_condition = 0x00}));
  return to.write(place, 0, content);
}

/// The same files in the same order, with other contents.
base::Result<fs::FileSystem> rebuilt(const fs::FileSystem& files, const misissue::Evidence& forgery) {
  fs::FileSystem made;
  for (std::size_t i = 0; i < files.count(); ++i) {
    const auto id = static_cast<fs::FileId>(i);
    if (const auto* const df = files.df(id)) {
      CICADA_CHECK(made.create({.fid = df->fid, .aid = df->aid}));
      continue;
    }
    const auto* const ef = files.ef(id);
    if (ef == nullptr) continue;
    const auto* const content = content_of(forgery, name_of(files, *ef), ef->content);
    const bool gone = content == nullptr || content->empty();
    if (!gone) CICADA_CHECK(check_size(*content));
    CICADA_TRY(const auto place, made.create({.parent = ef->parent,
                                              .fid = gone ? static_cast<fs::Fid>(kNowhere + i) : ef->fid,
                                              .size = static_cast<std::uint16_t>(gone ? 1 : content->size()),
                                              .sfi = gone ? std::uint8_t{0} : ef->sfi,
                                              .security_condition = ef->read.octet()}));
    if (!gone) CICADA_CHECK(made.write(place, 0, *content));
  }
  const auto before = files_of(files);
  for (const auto& [name, content] : forgery.files) {
    if (!before.contains(name)) CICADA_CHECK(add(made, name, content));
  }
  return made;
}

}  // namespace

base::Result<void> FaultyDocument::furnish(applet_sim::applet::CardState& card) {
  const auto files = files_of(card.files);
  if (!files.contains(lds::Ef::sod)) {
    return base::fail({.fault = base::Fault::not_found, .what = "the card has no EF.SOD"});
  }
  std::map<int, Bytes> groups;
  auto others = files;
  others.erase(lds::Ef::sod);
  for (const auto& [name, content] : files) {
    const auto number = lds::data_group_number(name);
    if (number == 0) continue;
    groups[number] = content;
    others.erase(name);
  }
  CICADA_TRY(auto forgery, misissue::forge(fault_, country_, groups, now_, others));
  CICADA_TRY(card.files, rebuilt(card.files, forgery));
  trust_ = std::move(forgery.trust);
  return {};
}

}  // namespace cicada::tools
