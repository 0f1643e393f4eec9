#include "judge.h"

#include <fmt/format.h>

#include "cicada/host/auth/chip_checks.h"
#include "cicada/host/auth/passive.h"

namespace cicada::host::inspect {

using auth::CheckName;
using auth::CheckResult;

namespace {

/// Borrows the files.
auth::PassiveInput passive_input(const Files& files, const JudgeOptions& options, base::Instant at) {
  auth::PassiveInput input{.ef_sod = {}, .trust = options.trust, .at = at, .policy = options.policy};
  for (const auto& [ef, content] : files) {
    if (const auto number = lds::data_group_number(ef); number != 0) input.data_groups.emplace(number, content);
  }
  if (const auto sod = files.find(lds::Ef::sod); sod != files.end()) input.ef_sod = sod->second;
  const auto take = [&files](lds::Ef ef, std::optional<base::ByteView>& to) {
    if (const auto file = files.find(ef); file != files.end()) to = file->second;
  };
  take(lds::Ef::com, input.ef_com);
  take(lds::Ef::atr_info, input.ef_atr_info);
  input.issued_at = options.issued_at;
  return input;
}

/// Where the reader did not see EF.CardAccess, comparing it says something else.
void amend_card_access_check(auth::Verdict& verdict, CardAccessSource source) {
  const auto* const check = verdict.find(CheckName::card_access_match);
  if (check == nullptr) return;
  if (source == CardAccessSource::not_asked) {
    verdict.set(auth::not_needed(CheckName::card_access_match, "the reader was not to use PACE, and did not ask"));
  } else if (source == CardAccessSource::built_in && check->result != CheckResult::not_checked) {
    auto amended = *check;
    amended.reason = fmt::format("the chip hides EF.CardAccess; of what stood in for it: {}", check->reason);
    if (check->result == CheckResult::failed) amended.result = CheckResult::not_checked;
    verdict.set(std::move(amended));
  }
}

std::optional<auth::MappingEvidence> mapping_of(const Run& run) {
  if (!run.pace || !run.pace->chip_authentication) return std::nullopt;
  const auto& proof = *run.pace->chip_authentication;
  return auth::MappingEvidence{.curve = std::get<crypto::openssl::Curve>(run.pace->offer.domain),
                               .pk_map_ic = proof.mapping_key,
                               .ca_ic = base::to_bytes(proof.ca_ic.expose()),
                               .parameter_id = run.pace->offer.parameter_id};
}

}  // namespace

auth::Verdict judge(const Files& files, const JudgeOptions& options, base::Instant at) {
  return auth::judge_files(passive_input(files, options, at));
}

auth::Verdict judge_open_chip(const Run& run) {
  auto passive = passive_input(run.result.files, run.options.judge, run.at);
  for (const auto& file : run.result.unread) {
    if (file.malformed) passive.unreadable_files.emplace(file.ef, file.reason);
  }
  if (run.ef_cvca) passive.ef_cvca = *run.ef_cvca;
  const auto mapping = mapping_of(run);
  auth::ChipInput chip{.access_protocol = run.result.access_protocol,
                       .access_deviations = run.result.access.deviations,
                       .active = run.active ? &*run.active : nullptr,
                       .chip = run.chip ? &*run.chip : nullptr,
                       .mapping = mapping ? &*mapping : nullptr,
                       .terminal = run.terminal ? &*run.terminal : nullptr,
                       .terminal_not_run = std::string{run.terminal_not_run},
                       .terminal_wanted = run.terminal_wanted};
  if (run.card_access) chip.ef_card_access = *run.card_access;
  if (const auto file = run.result.files.find(lds::Ef::card_security); file != run.result.files.end()) {
    chip.ef_card_security = file->second;
  }
  if (!passive.ef_sod.empty()) passive.parsed_sod = run.sod;
  auto verdict = auth::judge_files(passive);
  auth::judge_chip(verdict, passive, chip);
  amend_card_access_check(verdict, run.result.access.card_access);
  return verdict;
}

void note_unread(auth::Verdict& verdict, const std::vector<Unread>& unread) {
  const auto* const hashes = verdict.find(CheckName::dg_hashes);
  if (hashes == nullptr || hashes->result != CheckResult::passed) return;
  const auto* const terminal = verdict.find(CheckName::terminal_authentication);
  const bool has_rights = terminal != nullptr && terminal->result == CheckResult::passed;
  std::string missing;
  for (const auto& file : unread) {
    // Without rights nobody expects the fingers and the irises.
    if (file.sw == 0 || (!has_rights && needs_terminal_authentication(file.ef))) continue;
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
