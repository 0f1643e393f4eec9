// Files and texts of a job as octets; and the files that waited for the chip's keys.
#include <algorithm>
#include <array>

#include "cicada/host/issuance/sealed_job.h"
#include "job_encoding.h"
#include "job_files.h"

namespace cicada::host::issuance {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;
using lds::Ef;

namespace {

/// "CC" and the form's number.
constexpr std::array<std::uint8_t, 3> kMark = {'C', 'C', 1};
constexpr std::uint8_t kInApplication = 0;
constexpr std::uint8_t kInMasterFile = 1;

}  // namespace

void append_file(Bytes& to, Ef ef, ByteView content) {
  const auto& info = lds::info(ef);
  to.push_back(info.directory == lds::Directory::master_file ? kInMasterFile : kInApplication);
  base::append_unsigned(to, info.fid, 2);
  base::append_unsigned(to, content.size(), 4);
  base::append(to, content);
}

Result<JobFile> take_file(base::Cursor& from) {
  const auto at = from.position();
  CICADA_TRY(const auto place, from.take_u8());
  CICADA_TRY(const auto fid, from.take_u16());
  if (place > kInMasterFile) return fail({.what = "a file of the job has no such place", .at = at});
  const auto ef = lds::find_by_fid(place == kInMasterFile ? lds::Directory::master_file : lds::Directory::lds1, fid);
  if (!ef) return fail({.what = "the job has an unknown file", .at = at});
  CICADA_TRY(const auto size, from.take_u32());
  if (size > kMaxJobFile) return fail({.fault = Fault::limit, .what = "a file of the job is too long", .at = at});
  CICADA_TRY(const auto content, from.take(size));
  return JobFile{.ef = *ef, .content = content};
}

void append_text(Bytes& to, std::string_view text) {
  base::append_unsigned(to, text.size(), 2);
  base::append(to, base::as_bytes(text));
}

Result<std::string_view> take_text(base::Cursor& from) {
  const auto at = from.position();
  CICADA_TRY(const auto size, from.take_u16());
  if (size > kMaxJobText) return fail({.fault = Fault::limit, .what = "a text of the job is too long", .at = at});
  CICADA_TRY(const auto octets, from.take(size));
  return base::as_text(octets);
}

Result<Bytes> encode_completion(const CardJob& job, const perso::Profile& profile) {
  const auto waiting = waiting_files(profile);
  const std::array<std::uint8_t, 1> count = {static_cast<std::uint8_t>(waiting.size())};
  auto octets = base::concat({kMark, count});
  for (const auto ef : waiting) {
    const auto file = job.files.find(ef);
    if (file == job.files.end()) {
      return fail({.fault = Fault::bad_input, .what = "the job is not complete", .at = static_cast<std::uint64_t>(ef)});
    }
    if (file->second.size() > kMaxJobFile)
      return fail({.fault = Fault::limit, .what = "a file of the job is too long"});
    append_file(octets, ef, file->second);
  }
  return octets;
}

Result<void> apply_completion(CardJob& job, ByteView octets) {
  base::Cursor cursor{octets};
  CICADA_TRY(const auto mark, cursor.take(kMark.size()));
  if (!base::equal(mark, kMark)) return fail({.what = "this is not the completion of a job"});
  CICADA_TRY(const auto count, cursor.take_u8());
  std::map<Ef, Bytes> files;
  for (std::size_t i = 0; i < count; ++i) {
    CICADA_TRY(const auto file, take_file(cursor));
    if (!waits_for_chip(file.ef)) return fail({.what = "a file of the completion does not wait for the chip", .at = i});
    if (!files.emplace(file.ef, base::to_bytes(file.content)).second) {
      return fail({.what = "the completion has a file twice", .at = i});
    }
  }
  if (!cursor.at_end()) return fail({.what = "octets follow the completion", .at = cursor.position()});
  // All or nothing: a completion that cannot be read leaves the job as it was.
  for (auto& [ef, content] : files) job.files.insert_or_assign(ef, std::move(content));
  return {};
}

}  // namespace cicada::host::issuance
