#include "expected_files.h"

#include <algorithm>

namespace cicada::host::line {

namespace {

bool a_station_may_read(const perso::File& file) {
  using enum perso::AccessRule;
  return file.content != perso::kCvcaContent && (file.read == always || file.read == access || file.read == bac);
}

std::optional<lds::Ef> ef_of(const perso::File& file) {
  for (const auto& known : lds::all_files()) {
    if (!file.content.empty() && issuance::content_name(known.ef) == file.content) return known.ef;
  }
  if (!file.content.empty()) return std::nullopt;
  const auto directory = file.df == perso::kMasterFile ? lds::Directory::master_file : lds::Directory::lds1;
  return lds::find_by_fid(directory, file.fid);
}

}  // namespace

std::vector<ExpectedFile> expected_files(const issuance::CardJob& job, const perso::Profile& profile) {
  std::vector<ExpectedFile> expected;
  for (const auto& file : profile.files) {
    if (!a_station_may_read(file)) continue;
    ExpectedFile wanted{.name = file.name,
                        .ef = ef_of(file),
                        .in_master_file = file.df == perso::kMasterFile,
                        .fid = file.fid,
                        .open = file.read == perso::AccessRule::always,
                        .content = file.fixed};
    if (!file.content.empty() && wanted.ef && job.files.contains(*wanted.ef)) {
      wanted.content = job.files.at(*wanted.ef);
    }
    expected.push_back(std::move(wanted));
  }
  return expected;
}

}  // namespace cicada::host::line
