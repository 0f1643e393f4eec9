// Is a data group what a CSCA-verified EF.SOD says?
#include <fmt/format.h>

#include <algorithm>

#include "cicada/host/auth/chip_checks.h"
#include "cicada/host/pki/public_key.h"
#include "sod.h"

namespace cicada::host::auth {

namespace {

/// A link of the proof that is not as it must be; empty when all are. The day of validity and revocation count only
/// when they speak against the signer: what is missing there is said in checks of their own.
std::string broken_link(const Verdict& verdict) {
  for (const auto name : {CheckName::sod_signature, CheckName::ds_path}) {
    const auto* const check = verdict.find(name);
    if (check == nullptr) return fmt::format("{} was not checked", to_string(name));
    if (check->result != CheckResult::passed) return fmt::format("{}: {}", to_string(name), check->reason);
  }
  for (const auto name : {CheckName::ds_validity, CheckName::revocation}) {
    const auto* const check = verdict.find(name);
    if (check != nullptr && check->result == CheckResult::failed) {
      return fmt::format("{}: {}", to_string(name), check->reason);
    }
  }
  return {};
}

}  // namespace

SignedList signed_list(const PassiveInput& passive) {
  const auto parsed = sod_of(passive);
  const auto& sod = parsed->sod;
  if (!sod || !sod->list) return base::fail({.what = "EF.SOD cannot be read"});
  if (!*sod->list) return base::fail({.what = "the list of hashes in EF.SOD cannot be read"});
  return *sod->list;
}

Binding binding_of(int data_group, const SignedList& list, const PassiveInput& passive, const Verdict& verdict) {
  using State = Binding::State;
  const auto given = passive.data_groups.find(data_group);
  const bool has_file = given != passive.data_groups.end();
  if (!list) return {.state = State::unproven, .reason = std::string{list.error().what.view()}};
  const auto* const expected = list->find(data_group);
  if (expected == nullptr && !has_file) {
    return {.state = State::absent, .reason = fmt::format("the document has no DG{}", data_group)};
  }
  if (expected == nullptr) {
    return {.state = State::replaced,
            .reason = fmt::format("the chip has a DG{} that EF.SOD does not list", data_group)};
  }
  if (!has_file) {
    return {.state = State::withheld, .reason = fmt::format("EF.SOD lists DG{}, which was not read", data_group)};
  }
  const auto algorithm = pki::hash_by_oid(list->hash_algorithm.oid);
  if (!algorithm) return {.state = State::unproven, .reason = "the hash algorithm of EF.SOD is not supported"};
  const auto actual = crypto::openssl::hash(*algorithm, given->second);
  if (!actual) return {.state = State::unproven, .reason = "the data group could not be hashed"};
  if (!base::equal(*actual, *expected)) {
    return {.state = State::replaced,
            .reason = fmt::format("DG{} is not the one that was signed (the hash differs)", data_group)};
  }
  if (auto link = broken_link(verdict); !link.empty()) return {.state = State::unproven, .reason = std::move(link)};
  return {.state = State::bound, .reason = {}};
}

}  // namespace cicada::host::auth
