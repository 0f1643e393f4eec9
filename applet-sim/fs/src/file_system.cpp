#include "cicada/applet_sim/fs/file_system.h"

#include <algorithm>

#include "cicada/applet_sim/apdu/sw.h"

namespace cicada::applet_sim::fs {
namespace {

namespace sw = apdu::sw;

FileId id_of(std::size_t index) {
  return static_cast<FileId>(index);
}

std::unexpected<base::Error> bad(base::Literal what) {
  return base::fail({.fault = base::Fault::bad_input, .what = what, .sw = sw::k6A80IncorrectData});
}

std::unexpected<base::Error> in_use(base::Literal what) {
  return base::fail({.fault = base::Fault::conflict, .what = what, .sw = sw::k6A89FileExists});
}

std::unexpected<base::Error> full(base::Literal what) {
  return base::fail({.fault = base::Fault::limit, .what = what, .sw = sw::k6A84NotEnoughMemory});
}

/// ISO/IEC 7816-4 §7.4.1: 3FFF and FFFF have other meanings, 0000 is for future use.
bool reserved(Fid fid) {
  return fid == 0x0000 || fid == 0x3FFF || fid == 0xFFFF;
}

}  // namespace

const FileSystem::File* FileSystem::file(FileId id) const noexcept {
  const auto index = static_cast<std::size_t>(id);
  return index < files_.size() ? &files_[index] : nullptr;
}

const Ef* FileSystem::ef(FileId id) const noexcept {
  const auto* found = file(id);
  return found != nullptr && found->ef ? &*found->ef : nullptr;
}

const Df* FileSystem::df(FileId id) const noexcept {
  const auto* found = file(id);
  return found != nullptr && found->df ? &*found->df : nullptr;
}

std::optional<FileId> FileSystem::find_df(base::ByteView aid) const noexcept {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    if (files_[i].df && base::equal(files_[i].df->aid, aid)) return id_of(i);
  }
  return std::nullopt;
}

std::optional<FileId> FileSystem::find_ef(DfId df, Fid fid) const noexcept {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const auto& ef = files_[i].ef;
    if (ef && ef->parent == df && ef->fid == fid) return id_of(i);
  }
  return std::nullopt;
}

std::optional<FileId> FileSystem::find_ef_by_sfi(DfId df, std::uint8_t sfi) const noexcept {
  if (sfi == 0) return std::nullopt;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const auto& ef = files_[i].ef;
    if (ef && ef->parent == df && ef->sfi == sfi) return id_of(i);
  }
  return std::nullopt;
}

bool FileSystem::fid_in_use(DfId parent, Fid fid) const noexcept {
  if (fid == kMfFid || find_ef(parent, fid)) return true;
  // DFs are children of the MF. A DF's own identifier may not come up again inside it either (ISO/IEC 7816-4 §7.1.1).
  return std::ranges::any_of(files_, [&](const File& file) {
    return file.df && file.df->fid == fid && (!parent || &file == &files_[static_cast<std::size_t>(*parent)]);
  });
}

base::Result<void> FileSystem::check_create(const FileSpec& spec) const {
  if (spec.parent && df(*spec.parent) == nullptr) return bad("the parent is not a DF");
  if (reserved(spec.fid)) return bad("a reserved file identifier");
  CICADA_CHECK(spec.is_df() ? check_df(spec) : check_ef(spec));
  if (fid_in_use(spec.parent, spec.fid)) return in_use("the file identifier is in use");
  if (files_.size() >= kMaxFiles) return full("no room for another file");
  return {};
}

base::Result<void> FileSystem::check_df(const FileSpec& spec) const {
  if (spec.aid.size() < kMinAidSize || spec.aid.size() > kMaxAidSize) return bad("an AID has 5 to 16 octets");
  if (spec.parent) {
    return base::fail({.fault = base::Fault::conflict,
                       .what = "a DF can be created in the MF only",
                       .sw = sw::k6985ConditionsNotSatisfied});
  }
  if (find_df(spec.aid)) return in_use("the AID is in use");
  return {};
}

base::Result<void> FileSystem::check_ef(const FileSpec& spec) const {
  if (spec.size == 0) return bad("an EF has 1 to 65,535 octets");
  if (spec.sfi > kMaxSfi) return bad("a short identifier is 1 to 30");
  if (!security::AccessCondition::from_octet(spec.security_condition)) return bad("unknown security condition");
  if (find_ef_by_sfi(spec.parent, spec.sfi)) return in_use("the short identifier is in use");
  if (spec.size > kMaxContent - content_) return full("no room for the content");
  return {};
}

base::Result<FileId> FileSystem::create(const FileSpec& spec) {
  CICADA_CHECK(check_create(spec));
  File file;
  if (spec.is_df()) {
    file.df = Df{.fid = spec.fid, .aid = spec.aid};
  } else {
    CICADA_TRY(const auto read, security::AccessCondition::from_octet(spec.security_condition));
    file.ef =
        Ef{.parent = spec.parent, .fid = spec.fid, .sfi = spec.sfi, .read = read, .content = base::Bytes(spec.size)};
    content_ += spec.size;
  }
  files_.push_back(std::move(file));
  return id_of(files_.size() - 1);
}

base::Result<void> FileSystem::check_remake(FileId id, const FileSpec& spec) const {
  const auto* target = ef(id);
  if (target == nullptr) {
    return base::fail({.fault = base::Fault::not_found, .what = "no such EF", .sw = sw::k6A82FileNotFound});
  }
  if (spec.is_df() || spec.size == 0) return bad("an EF has 1 to 65,535 octets");
  if (spec.sfi > kMaxSfi) return bad("a short identifier is 1 to 30");
  if (!security::AccessCondition::from_octet(spec.security_condition)) return bad("unknown security condition");
  const auto same = find_ef_by_sfi(target->parent, spec.sfi);
  if (same && *same != id) return in_use("the short identifier is in use");
  if (spec.size > kMaxContent - (content_ - target->content.size())) return full("no room for the content");
  return {};
}

base::Result<void> FileSystem::remake(FileId id, const FileSpec& spec) {
  CICADA_CHECK(check_remake(id, spec));
  CICADA_TRY(const auto read, security::AccessCondition::from_octet(spec.security_condition));
  auto& target = *files_[static_cast<std::size_t>(id)].ef;
  content_ = content_ - target.content.size() + spec.size;
  target.sfi = spec.sfi;
  target.read = read;
  target.content.assign(spec.size, 0);
  return {};
}

base::Result<void> FileSystem::check_write(FileId id, std::size_t offset, std::size_t count) const {
  const auto* target = ef(id);
  if (target == nullptr) {
    return base::fail({.fault = base::Fault::not_found, .what = "no such EF", .sw = sw::k6986NoCurrentEf});
  }
  if (offset >= target->content.size()) {
    return base::fail({.fault = base::Fault::limit,
                       .what = "the offset is outside the file",
                       .sw = sw::k6B00WrongOffset,
                       .at = offset});
  }
  if (count > target->content.size() - offset) return full("the data runs over the end of the file");
  return {};
}

base::Result<void> FileSystem::write(FileId id, std::size_t offset, base::ByteView data) {
  CICADA_CHECK(check_write(id, offset, data.size()));
  auto& content = files_[static_cast<std::size_t>(id)].ef->content;
  std::ranges::copy(data, content.begin() + static_cast<std::ptrdiff_t>(offset));
  return {};
}

}  // namespace cicada::applet_sim::fs
