#include "data_group_hashes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "cicada/host/auth/deviation.h"
#include "cicada/host/lds/com.h"
#include "cicada/host/pki/public_key.h"

namespace cicada::host::auth {

namespace {

constexpr auto kName = CheckName::dg_hashes;

std::string list_of(const std::vector<int>& numbers) {
  std::vector<std::string> names;
  names.reserve(numbers.size());
  for (const int number : numbers) names.push_back(fmt::format("DG{}", number));
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Which groups match, which do not, which were not there.
struct Comparison {
  std::vector<int> equal, different, unsigned_groups, not_read;
};

base::Result<Comparison> compare(const asn1::LdsSecurityObject& object, pki::HashAlgorithm algorithm,
                                 const std::map<int, base::ByteView>& data_groups) {
  Comparison comparison;
  for (const auto& [number, octets] : data_groups) {
    const auto* expected = object.find(number);
    if (expected == nullptr) {
      comparison.unsigned_groups.push_back(number);
      continue;
    }
    CICADA_TRY(const auto actual, crypto::openssl::hash(algorithm, octets));
    (base::equal(actual, *expected) ? comparison.equal : comparison.different).push_back(number);
  }
  std::set<int> listed;
  for (const auto& group : object.data_groups) listed.insert(group.number);
  for (const int number : listed) {
    if (!data_groups.contains(number)) comparison.not_read.push_back(number);
  }
  return comparison;
}

void note_form(const asn1::LdsSecurityObject& object, pki::HashAlgorithm algorithm, const PassiveInput& input,
               std::vector<std::string>& deviations) {
  if ((object.version == 1) != object.version_info.has_value()) deviations.emplace_back(deviation::kLdsVersionInfo);
  if (algorithm == pki::HashAlgorithm::sha1) deviations.emplace_back(deviation::kSha1);
  if (!input.ef_com) return;
  // EF.COM is not signed; the signed list is the one that counts (9303-10 §4.6.1).
  std::set<int> announced;
  const auto com = lds::parse_com(*input.ef_com);
  if (!com) {
    deviations.emplace_back(deviation::kComUnreadable);
    return;
  }
  for (const auto ef : com->data_groups()) announced.insert(lds::data_group_number(ef));
  std::set<int> listed;
  for (const auto& group : object.data_groups) listed.insert(group.number);
  if (announced != listed) deviations.emplace_back(deviation::kComDiffers);
}

Check conclude(const Comparison& comparison, CheckResult signature) {
  std::vector<std::string> wrong;
  if (!comparison.different.empty()) {
    wrong.push_back(fmt::format("{}: not what was signed (the hash differs)", list_of(comparison.different)));
  }
  if (!comparison.unsigned_groups.empty()) {
    wrong.push_back(
        fmt::format("{}: on the chip, but not in the security object", list_of(comparison.unsigned_groups)));
  }
  const auto unread = comparison.not_read.empty() ? "" : fmt::format("; not read: {}", list_of(comparison.not_read));
  if (!wrong.empty()) return failed(kName, fmt::format("{}{}", fmt::join(wrong, "; "), unread));
  if (signature != CheckResult::passed) {
    return not_checked(
        kName, fmt::format("{} match the list of hashes, but {}, so this proves nothing{}", list_of(comparison.equal),
                           signature == CheckResult::failed ? "the signature of the list is wrong"
                                                            : "the signature of the list was not checked",
                           unread));
  }
  return passed(kName, fmt::format("{} as signed{}", list_of(comparison.equal), unread));
}

}  // namespace

Check judge_data_groups(const asn1::SignedData& message, const PassiveInput& input, CheckResult signature) {
  if (!message.content) return failed(kName, "EF.SOD holds no list of hashes");
  const auto object = asn1::parse_lds_security_object(*message.content);
  if (!object) {
    return failed(kName, fmt::format("the list of hashes in EF.SOD cannot be read: {}", object.error().what.view()));
  }
  const auto algorithm = pki::hash_by_oid(object->hash_algorithm.oid);
  if (!algorithm) {
    return not_checked(kName, fmt::format("the hash algorithm {} of the data groups is not supported",
                                          object->hash_algorithm.oid.to_dotted()));
  }
  if (input.data_groups.empty()) return not_checked(kName, "no data group was given");
  const auto comparison = compare(*object, *algorithm, input.data_groups);
  if (!comparison) return not_checked(kName, "the data groups could not be hashed");
  auto check = conclude(*comparison, signature);
  note_form(*object, *algorithm, input, check.deviations);
  return check;
}

}  // namespace cicada::host::auth
