#include "cicada/host/auth/passive.h"

#include <fmt/format.h>

#include <algorithm>

#include "cicada/asn1/lds_security_object.h"
#include "cicada/asn1/tlv.h"
#include "cicada/host/lds/dg1.h"
#include "cicada/host/pki/path.h"
#include "data_group_hashes.h"
#include "file_structure.h"
#include "judgement_check.h"
#include "passive_checks.h"
#include "sod.h"
#include "sod_signature.h"

namespace cicada::host::auth {

namespace {

/// Issuing State and document code: as given, else as DG1 says.
void complete_from_dg1(const PassiveInput& input, pki::PathQuery& query) {
  query.issuing_state = input.issuing_state;
  query.document_code = input.document_code;
  const auto dg1 = input.data_groups.find(1);
  if (dg1 == input.data_groups.end()) return;
  // Padding behind the object is no part of it.
  const auto size = asn1::object_size(dg1->second);
  if (!size) return;
  const auto parsed = lds::parse_dg1(dg1->second.first(*size));
  if (!parsed) return;
  query.document_number = parsed->mrz.fields.document_number;
  if (query.issuing_state.empty()) query.issuing_state = parsed->mrz.fields.issuing_state;
  if (query.document_code.empty()) query.document_code = parsed->mrz.fields.document_code;
}

/// Whether a chip check is to be expected, from the signed list.
Check chip_check(CheckName name, const base::Result<std::vector<int>>& listed, int data_group) {
  if (!listed) return not_checked(name, "whether the document has it is not known: EF.SOD cannot be read");
  if (std::ranges::find(*listed, data_group) == listed->end()) {
    return not_needed(name, fmt::format("the document has none (no DG{})", data_group));
  }
  return not_checked(name, "it needs the chip, and only files were given");
}

/// The numbers of the data groups that it lists, in ascending order.
base::Result<std::vector<int>> listed(const base::Result<Sod>& sod) {
  if (!sod) return std::unexpected{sod.error()};
  if (!sod->list) return base::fail({.what = "EF.SOD holds no list of hashes"});
  const auto& list = *sod->list;
  if (!list) return std::unexpected{list.error()};
  std::vector<int> numbers;
  numbers.reserve(list->data_groups.size());
  for (const auto& group : list->data_groups) numbers.push_back(group.number);
  std::ranges::sort(numbers);
  return numbers;
}

}  // namespace

void append_path_checks(const Sod& sod, const SodSignature& signature, const PassiveInput& input,
                        std::vector<Check>& checks) {
  constexpr std::array kNames = {CheckName::ds_path, CheckName::ds_validity, CheckName::revocation, CheckName::country};
  if (input.trust == nullptr || signature.signer == nullptr) {
    for (const auto name : kNames) {
      checks.push_back(not_checked(name, input.trust == nullptr ? "no trust material given (--trust)"
                                                                : "the signer's certificate is not known"));
    }
    return;
  }
  pki::PathQuery query{.signer = signature.signer,
                       .companions = sod.certificates,
                       .at = input.at,
                       .signed_at = input.issued_at ? input.issued_at : signature.signing_time,
                       .accept_expired_signer = input.policy.accept_expired_signer};
  complete_from_dg1(input, query);
  const auto report = pki::validate_path(*input.trust, query);
  checks.push_back(to_check(CheckName::ds_path, report.path));
  checks.push_back(to_check(CheckName::ds_validity, report.validity));
  checks.push_back(to_check(CheckName::revocation, report.revocation));
  checks.push_back(to_check(CheckName::country, report.country));
}

namespace {

std::vector<Check> judge_sod(const base::Result<Sod>& sod, const PassiveInput& input) {
  std::vector<Check> checks;
  if (!sod) {
    checks.push_back(
        failed(CheckName::sod_signature, fmt::format("EF.SOD cannot be read: {}", sod.error().what.view())));
    for (const auto name : {CheckName::dg_hashes, CheckName::ds_path, CheckName::ds_validity, CheckName::revocation,
                            CheckName::country}) {
      checks.push_back(not_checked(name, "EF.SOD cannot be read"));
    }
    checks.push_back(judge_file_structure(input, checks[0], checks[1]));
    return checks;
  }
  const auto signature = judge_signature(*sod, input.trust);
  checks.push_back(signature.check);
  checks.push_back(judge_data_groups(*sod, input, signature.check.result));
  checks.push_back(judge_file_structure(input, checks[0], checks[1]));
  append_path_checks(*sod, signature, input, checks);
  for (auto& check : checks) apply_policy(input.policy, check);
  return checks;
}

}  // namespace

std::vector<Check> passive_authentication(const PassiveInput& input) {
  return judge_sod(sod_of(input)->sod, input);
}

Verdict judge_files(const PassiveInput& input) {
  auto verdict = Verdict::open();
  verdict.set(not_needed(CheckName::access, "no chip was accessed: the files were given"));
  verdict.set(not_needed(CheckName::card_access_match, "no chip was accessed: the files were given"));
  const auto parsed = sod_of(input);
  for (auto& check : judge_sod(parsed->sod, input)) verdict.set(std::move(check));
  const auto numbers = listed(parsed->sod);
  verdict.set(chip_check(CheckName::active_authentication, numbers, 15));
  verdict.set(chip_check(CheckName::chip_authentication, numbers, 14));
  verdict.set(not_needed(CheckName::terminal_authentication, "no chip was accessed: the files were given"));
  return verdict;
}

base::Result<std::vector<int>> listed_data_groups(base::ByteView ef_sod) {
  return listed(parse_sod(ef_sod));
}

base::Result<std::vector<int>> listed_data_groups(const ParsedSod& sod) {
  return listed(sod.sod);
}

}  // namespace cicada::host::auth
