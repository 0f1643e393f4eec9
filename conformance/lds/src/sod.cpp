// LDS_D: EF.SOD (9303-10 §4.6.2).
#include <array>

#include <fmt/format.h>

#include "algorithms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "data_groups.h"
#include "der_rules.h"
#include "lists.h"
#include "security_object.h"
#include "signed_data.h"

namespace cicada::conformance::lds {
namespace {

namespace tags = asn1::tags;

constexpr std::size_t kMinGroups = 2;
constexpr std::size_t kMaxGroups = 16;

struct GroupHash {
  unsigned number;
  Object hash;
};

struct SecurityObject {
  std::uint32_t version = 0;
  HashAlgorithm hash = HashAlgorithm::sha256;
  std::vector<GroupHash> groups;
  Object list;
  std::optional<Object> version_info;
};

Judged<GroupHash> group_hash(const Object& element, HashAlgorithm hash) {
  Level level{element, Rules::der};
  CICADA_TRY(const auto number, level.expect(tags::kInteger, "a data group's number"));
  CICADA_TRY(const auto value, level.expect(tags::kOctetString, "a data group's hash"));
  CICADA_CHECK(level.end("a data group's hash"));
  CICADA_TRY(const auto small, small_integer(number, "a data group's number"));
  if (small < 1 || small > kMaxGroups) return breaks(fmt::format("{} is no data group's number", small), number.at);
  const auto size = crypto::openssl::hash_size(hash);
  if (value.value.size() != size) {
    return breaks(fmt::format("the hash of DG{} has {} octets, {} are wanted", small, value.value.size(), size),
                  value.at);
  }
  return GroupHash{.number = small, .hash = value};
}

Judged<void> read_groups(SecurityObject& object) {
  Level level{object.list, Rules::der};
  std::set<unsigned> seen;
  while (!level.at_end()) {
    CICADA_TRY(const auto element, level.expect(tags::kSequence, "a data group's hash"));
    CICADA_TRY(const auto group, group_hash(element, object.hash));
    if (!seen.insert(group.number).second) return breaks(fmt::format("DG{} stands twice", group.number), element.at);
    object.groups.push_back(group);
  }
  if (object.groups.size() < kMinGroups) {
    return breaks(fmt::format("{} data groups are listed, two are wanted at least", object.groups.size()),
                  object.list.at);
  }
  return {};
}

Judged<SecurityObject> security_object(const SignedDataParts& data) {
  if (!data.content) return undecided("not reached: the encapsulated content is missing", data.content_type.at);
  CICADA_CHECK(check_der(data.content->value, data.content->value_at(), "LDSSecurityObject"));
  Level outer{*data.content, Rules::der};
  CICADA_TRY(const auto sequence, outer.expect(tags::kSequence, "LDSSecurityObject"));
  CICADA_CHECK(outer.end("LDSSecurityObject"));
  Level level{sequence, Rules::der};
  SecurityObject object;
  CICADA_TRY(const auto version, level.expect(tags::kInteger, "LDSSecurityObject's version"));
  CICADA_TRY(object.version, small_integer(version, "LDSSecurityObject's version"));
  if (object.version > 1) return breaks(fmt::format("LDSSecurityObject has version {}", object.version), version.at);
  CICADA_TRY(const auto algorithm, level.expect(tags::kSequence, "the hash algorithm"));
  CICADA_TRY(object.hash, hash_of(algorithm, "the hash algorithm of the data groups"));
  CICADA_TRY(object.list, level.expect(tags::kSequence, "the list of hashes"));
  CICADA_CHECK(read_groups(object));
  CICADA_TRY(object.version_info, level.accept(tags::kSequence, "LDSVersionInfo"));
  CICADA_CHECK(level.end("LDSSecurityObject"));
  return object;
}

Judged<void> version_info_rules(const SecurityObject& object) {
  if ((object.version == 1) != object.version_info.has_value()) {
    return breaks(fmt::format("version {} {} LDSVersionInfo", object.version, object.version == 1 ? "without" : "with"),
                  object.list.at);
  }
  if (!object.version_info) return {};
  Level level{*object.version_info, Rules::der};
  CICADA_TRY(const auto lds, level.expect(tags::kPrintableString, "the LDS version"));
  CICADA_TRY(const auto unicode, level.expect(tags::kPrintableString, "the Unicode version"));
  CICADA_CHECK(level.end("LDSVersionInfo"));
  const auto lds_text = base::as_text(lds.value);
  if (lds_text != "0108") {
    return breaks(fmt::format("LDSVersionInfo says LDS {}, 0108 is wanted", printable(lds.value)), lds.at);
  }
  const auto digits = [](char c) { return c >= '0' && c <= '9'; };
  if (unicode.value.size() != 6 || !std::ranges::all_of(base::as_text(unicode.value), digits)) {
    return breaks(fmt::format("LDSVersionInfo says Unicode {}, six digits are wanted", printable(unicode.value)),
                  unicode.at);
  }
  return {};
}

Judged<std::size_t> compare_hashes(const Evidence& evidence, const SecurityObject& object) {
  std::set<unsigned> listed;
  std::size_t compared = 0;
  for (const auto& group : object.groups) {
    listed.insert(group.number);
    const auto file = evidence.files.find(data_group_file(group.number));
    if (file == evidence.files.end()) continue;
    const auto digest = crypto::openssl::hash(object.hash, file->second);
    if (!digest) return undecided(digest.error().describe());
    if (!base::equal(*digest, group.hash.value)) {
      return breaks(fmt::format("the hash of DG{} is not that of the file", group.number), group.hash.at);
    }
    ++compared;
  }
  for (unsigned number = 1; number <= kMaxGroups; ++number) {
    if (evidence.files.contains(data_group_file(number)) && !listed.contains(number)) {
      return breaks(fmt::format("DG{} is on the chip and has no hash", number), object.list.at);
    }
  }
  for (const unsigned number : {1U, 2U}) {
    if (!listed.contains(number)) return breaks(fmt::format("DG{} has no hash", number), object.list.at);
  }
  return compared;
}

Verdict lds_security_object(const Evidence& evidence) {
  CICADA_TRY(const auto data, reached_signed_data(evidence, kSodPlace));
  CICADA_TRY(const auto object, security_object(data));
  CICADA_CHECK(version_info_rules(object));
  CICADA_TRY(const auto compared, compare_hashes(evidence, object));
  return fmt::format("version {}, {} hashes, {} of them compared with files", object.version, object.groups.size(),
                     compared);
}

constexpr std::array<Entry, 7> kChecks = {{
    {"ef-sod-template-tag", check<[](const Evidence& e) { return template_tag(e, File::sod, 0x77); }>},
    {"ef-sod-length", check<[](const Evidence& e) { return template_length(e, File::sod); }>},
    {"ef-sod-signed-data", check<[](const Evidence& e) { return signed_data_encoding(e, kSodPlace); }>},
    {"ef-sod-signed-data-values",
     check<[](const Evidence& e) { return signed_data_values(e, kSodPlace, asn1::oids::kLdsSecurityObject); }>},
    {"ef-sod-signer-info", check<[](const Evidence& e) { return signer_infos(e, kSodPlace); }>},
    {"ef-sod-security-object", check<lds_security_object>},
    {"ef-sod-signer-certificate", check<[](const Evidence& e) { return signer_certificate(e, kSodPlace); }>},
}};

}  // namespace

Judged<std::set<unsigned>> signed_group_numbers(const Evidence& evidence) {
  CICADA_TRY(const auto data, reached_signed_data(evidence, kSodPlace));
  CICADA_TRY(const auto object, reached(security_object(data)));
  std::set<unsigned> numbers;
  for (const auto& group : object.groups) numbers.insert(group.number);
  return numbers;
}

std::span<const Entry> sod_checks() noexcept {
  return kChecks;
}

}  // namespace cicada::conformance::lds
