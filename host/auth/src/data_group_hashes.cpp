#include "data_group_hashes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>

#include "cicada/asn1/lds_security_object.h"
#include "cicada/asn1/tlv.h"
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
  std::vector<int> equal, different, followed, unsigned_groups, not_read;
  bool padded = false;
};

/// The data object at the front of a file, when something is behind it.
std::optional<base::ByteView> object_before_more(base::ByteView file) {
  const auto header = asn1::read_header(file);
  if (!header || header->total_size() >= file.size()) return std::nullopt;
  return file.first(header->total_size());
}

bool is_padding(base::ByteView octets) {
  const auto all = [&](std::uint8_t value) {
    return std::ranges::all_of(octets, [value](auto octet) { return octet == value; });
  };
  return all(0x00) || all(0xFF);
}

base::Result<void> compare_group(int number, base::ByteView file, const base::Bytes& expected,
                                 pki::HashAlgorithm algorithm, Comparison& comparison) {
  CICADA_TRY(const auto whole, crypto::openssl::hash(algorithm, file));
  if (base::equal(whole, expected)) {
    comparison.equal.push_back(number);
    return {};
  }
  const auto object = object_before_more(file);
  if (!object) {
    comparison.different.push_back(number);
    return {};
  }
  CICADA_TRY(const auto front, crypto::openssl::hash(algorithm, *object));
  if (!base::equal(front, expected)) {
    comparison.different.push_back(number);
  } else if (is_padding(file.subspan(object->size()))) {
    comparison.equal.push_back(number);
    comparison.padded = true;
  } else {
    comparison.followed.push_back(number);
  }
  return {};
}

base::Result<Comparison> compare(const asn1::LdsSecurityObject& object, pki::HashAlgorithm algorithm,
                                 const std::map<int, base::ByteView>& data_groups) {
  Comparison comparison;
  for (const auto& [number, octets] : data_groups) {
    const auto* expected = object.find(number);
    if (expected == nullptr) {
      comparison.unsigned_groups.push_back(number);
      continue;
    }
    CICADA_CHECK(compare_group(number, octets, *expected, algorithm, comparison));
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

/// Groups that anybody may read, and that were not there.
std::vector<int> missing_of(const Comparison& comparison) {
  auto missing = comparison.not_read;
  std::erase_if(missing, [](int number) { return number == 3 || number == 4; });
  return missing;
}

/// What is wrong with which groups; empty if nothing is.
std::string wrong_groups(const Comparison& comparison) {
  std::string text;
  const auto add = [&](const std::vector<int>& groups, std::string_view what) {
    if (groups.empty()) return;
    if (!text.empty()) text.append("; ");
    text.append(list_of(groups)).append(": ").append(what);
  };
  add(comparison.different, "not what was signed (the hash differs)");
  add(comparison.followed, "octets that nobody signed follow the data");
  add(comparison.unsigned_groups, "on the chip, but not in the security object");
  return text;
}

Check conclude(const Comparison& comparison, CheckResult signature, bool every_group) {
  const auto unread = comparison.not_read.empty() ? "" : fmt::format("; not read: {}", list_of(comparison.not_read));
  if (const auto wrong = wrong_groups(comparison); !wrong.empty()) {
    return failed(kName, fmt::format("{}{}", wrong, unread));
  }
  if (signature != CheckResult::passed) {
    return not_checked(
        kName, fmt::format("{} match the list of hashes, but {}, so this proves nothing{}", list_of(comparison.equal),
                           signature == CheckResult::failed ? "the signature of the list is wrong"
                                                            : "the signature of the list was not checked",
                           unread));
  }
  if (const auto missing = missing_of(comparison); every_group && !missing.empty()) {
    return not_checked(
        kName, fmt::format("{} as signed, but {} of the security object {} not given", list_of(comparison.equal),
                           list_of(missing), missing.size() == 1 ? "was" : "were"));
  }
  return passed(kName, fmt::format("{} as signed{}", list_of(comparison.equal), unread));
}

}  // namespace

Check judge_data_groups(const Sod& sod, const PassiveInput& input, CheckResult signature) {
  if (!sod.list) return failed(kName, "EF.SOD holds no list of hashes");
  const auto& object = *sod.list;
  if (!object) {
    return failed(kName, fmt::format("the list of hashes in EF.SOD cannot be read: {}", object.error().what.view()));
  }
  const auto algorithm = pki::hash_by_oid(object->hash_algorithm.oid);
  if (!algorithm) {
    auto open = not_checked(kName, fmt::format("the hash algorithm {} of the data groups is not supported",
                                               object->hash_algorithm.oid.to_dotted()));
    open.deviations.emplace_back(pki::deviation::kAlgorithmNotAllowed);
    return open;
  }
  if (input.data_groups.empty()) return not_checked(kName, "no data group was given");
  const auto comparison = compare(*object, *algorithm, input.data_groups);
  if (!comparison) return not_checked(kName, "the data groups could not be hashed");
  auto check = conclude(*comparison, signature, input.policy.every_group);
  if (comparison->padded) check.deviations.emplace_back(deviation::kPaddedDataGroup);
  note_form(*object, *algorithm, input, check.deviations);
  return check;
}

}  // namespace cicada::host::auth
