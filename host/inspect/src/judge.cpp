#include "judge.h"

#include <fmt/format.h>

#include "cicada/host/auth/passive.h"

namespace cicada::host::inspect {

using auth::CheckName;
using auth::CheckResult;

auth::Verdict judge(const Files& files, const JudgeOptions& options, base::Instant at) {
  auth::PassiveInput input{.ef_sod = {}, .trust = options.trust, .at = at, .policy = options.policy};
  for (const auto& [ef, content] : files) {
    if (const auto number = lds::data_group_number(ef); number != 0) input.data_groups.emplace(number, content);
  }
  if (const auto sod = files.find(lds::Ef::sod); sod != files.end()) input.ef_sod = sod->second;
  if (const auto com = files.find(lds::Ef::com); com != files.end()) input.ef_com = com->second;
  input.issued_at = options.issued_at;
  return auth::judge_files(input);
}

void add_chip_checks(auth::Verdict& verdict, const Inspection& inspection, const auth::Policy& policy) {
  const auto protocol = inspection.access_protocol;
  auto access = auth::passed(CheckName::access, fmt::format("{} opened the chip", protocol));
  access.deviations = inspection.access.deviations;
  if (policy.strict && !access.deviations.empty()) {
    access.result = CheckResult::failed;
    access.reason += ", with deviations";
  }
  verdict.set(std::move(access));
  if (inspection.access.card_access == CardAccessSource::not_asked) {
    verdict.set(auth::not_needed(CheckName::card_access_match, "EF.CardAccess was not asked for"));
  } else if (inspection.access.card_access == CardAccessSource::none) {
    verdict.set(auth::not_needed(CheckName::card_access_match, "the chip has no EF.CardAccess"));
  } else {
    verdict.set(auth::not_checked(CheckName::card_access_match, "this version of Cicada does not do it"));
  }
  verdict.set(auth::not_needed(CheckName::terminal_authentication, "no file that needs it was asked for"));
  for (const auto name : {CheckName::active_authentication, CheckName::chip_authentication}) {
    const auto* const check = verdict.find(name);
    if (check != nullptr && check->result == CheckResult::not_checked && check->matters) {
      verdict.set(auth::not_checked(name, "this version of Cicada does not do it"));
    }
  }
}

void note_unread(auth::Verdict& verdict, const std::vector<Unread>& unread) {
  const auto* const hashes = verdict.find(CheckName::dg_hashes);
  if (hashes == nullptr || hashes->result != CheckResult::passed) return;
  std::string missing;
  for (const auto& file : unread) {
    if (file.sw == 0 || file.ef == lds::Ef::dg3 || file.ef == lds::Ef::dg4) continue;
    if (lds::data_group_number(file.ef) == 0) continue;
    missing += fmt::format("{}{}", missing.empty() ? "" : ", ", lds::to_string(file.ef));
  }
  if (missing.empty()) return;
  auto check =
      auth::not_checked(CheckName::dg_hashes, fmt::format("{} could not be read; {}", missing, hashes->reason));
  check.deviations = hashes->deviations;
  verdict.set(std::move(check));
}

auth::Verdict closed_chip(const base::Error& why) {
  auto verdict = auth::Verdict::open();
  for (const auto name : auth::kAllChecks) verdict.set(auth::not_checked(name, "the chip did not open"));
  auto access = auth::failed(CheckName::access, std::string{why.what.view()});
  if (!why.clause.empty()) access.clause = why.clause.view();
  verdict.set(std::move(access));
  return verdict;
}

}  // namespace cicada::host::inspect
