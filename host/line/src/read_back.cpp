#include "cicada/host/line/read_back.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "cicada/base/cursor.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/auth/verdict.h"
#include "cicada/host/inspect/reader.h"
#include "expected_files.h"
#include "raw_read.h"

namespace cicada::host::line {

using auth::CheckName;
using auth::CheckResult;
using base::Result;

namespace {

Result<inspect::Inspection> look(iso7816::Channel& channel, const issuance::CardJob& job, const perso::Profile& profile,
                                 const ReadBackOptions& options, base::Rng& rng, const base::Clock& clock) {
  inspect::InspectionOptions how;
  CICADA_TRY(how.credentials, inspect::Credentials::from_mrz_information(job.mrz_information));
  how.credentials.is_cccd = profile.document == perso::DocumentKind::cccd;
  if (profile.pace.empty() || !profile.pace_mrz) how.credentials.only_bac();
  how.ask_for_lengths = options.extended_length;
  how.judge.trust = options.trust;
  how.judge.policy.every_group = true;
  return inspect::inspect(channel, how, rng, clock);
}

/// What has to be passed, not only not failed.
std::vector<CheckName> required_checks(const perso::Profile& profile) {
  std::vector<CheckName> checks = {CheckName::access, CheckName::sod_signature, CheckName::dg_hashes,
                                   CheckName::ds_path};
  if (!profile.chip_authentication.empty()) checks.push_back(CheckName::chip_authentication);
  if (profile.active_authentication) checks.push_back(CheckName::active_authentication);
  return checks;
}

std::string judge(const auth::Verdict& verdict, const perso::Profile& profile) {
  const auto required = required_checks(profile);
  for (const auto& check : verdict.checks) {
    const bool wanted = std::ranges::find(required, check.check) != required.end();
    if (check.result == CheckResult::failed || (wanted && check.result != CheckResult::passed)) {
      return fmt::format("{} {}: {}", to_string(check.check), to_string(check.result), check.reason);
    }
  }
  return {};
}

/// Compares, and takes into `files` what inspection does not read: the other files of the master file.
Result<std::string> compare(transport::Transport& card, const std::vector<ExpectedFile>& expected,
                            inspect::Files& files, const issuance::CardJob& job, base::Rng& rng) {
  RawReader reader{card, files, job, rng};
  for (const auto& file : expected) {
    if (file.ef && files.contains(*file.ef)) {
      if (!std::ranges::equal(files.at(*file.ef), file.content)) return fmt::format("{} differs", file.name);
      continue;
    }
    CICADA_TRY(const auto content, reader.read(file));
    if (!content) return fmt::format("{} cannot be read", file.name);
    if (!std::ranges::equal(*content, file.content)) return fmt::format("{} differs", file.name);
    if (file.ef) files.emplace(*file.ef, *content);
  }
  return std::string{};
}

Result<journal::Digest> digest(const inspect::Files& files) {
  CICADA_TRY(auto hasher, crypto::openssl::Hasher::create(crypto::openssl::HashAlgorithm::sha256));
  for (const auto& [ef, content] : files) {
    base::Bytes head{static_cast<std::uint8_t>(ef)};
    base::append_unsigned(head, content.size(), 4);
    CICADA_CHECK(hasher.update(head));
    CICADA_CHECK(hasher.update(content));
  }
  CICADA_TRY(const auto hash, hasher.finish());
  journal::Digest evidence{};
  std::ranges::copy(hash, evidence.begin());
  return evidence;
}

}  // namespace

Result<ReadBack> read_back(transport::Transport& card, const issuance::CardJob& job, const perso::Profile& profile,
                           const ReadBackOptions& options, base::Rng& rng, const base::Clock& clock) {
  iso7816::Channel channel{card};
  CICADA_TRY(auto seen, look(channel, job, profile, options, rng, clock));
  if (seen.access_error) return ReadBack{.problem = "the chip does not open with the keys of the job"};
  ReadBack result{.opened = true};
  auto expected = expected_files(job, profile);
  if (!options.whole) std::erase_if(expected, [](const ExpectedFile& file) { return file.content.empty(); });
  CICADA_TRY(result.problem, compare(card, expected, seen.files, job, rng));
  if (result.problem.empty()) result.problem = judge(seen.verdict, profile);
  CICADA_TRY(result.evidence, digest(seen.files));
  return result;
}

}  // namespace cicada::host::line
