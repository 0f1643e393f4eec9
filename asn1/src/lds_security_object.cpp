#include "cicada/asn1/lds_security_object.h"

#include <bitset>

#include "algorithm_reader.h"
#include "cicada/asn1/der.h"
#include "schema.h"
#include "text.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr SchemaType kObjectType{.module = Module::lds,
                                 .name = "LDS.LDSSecurityObject",
                                 .wrong = "not an LDS security object",
                                 .caps = {.size = 16384, .elements = 256}};

constexpr std::uint32_t kLastVersion = 1;

/// The rules that hold for reading and for writing: each data group once, 1 to 16, at least two.
Result<void> check_data_groups(const std::vector<DataGroupHash>& data_groups, Fault fault) {
  if (data_groups.size() < kMinDataGroups || data_groups.size() > kMaxDataGroups) {
    return fail({.fault = fault, .what = "not 2 to 16 data group hashes", .clause = "9303-10 §4.6.2.3"});
  }
  std::bitset<kMaxDataGroups + 1> seen;
  for (std::size_t i = 0; i < data_groups.size(); ++i) {
    const auto number = data_groups[i].number;
    if (number < 1 || number > kMaxDataGroups || seen.test(number) || data_groups[i].hash.empty()) {
      return fail({.fault = fault,
                   .what = "data group number out of range or listed twice, or hash empty",
                   .clause = "9303-10 §4.6.2.3",
                   .at = i});
    }
    seen.set(number);
  }
  return {};
}

Result<DataGroupHash> read_data_group(const Tlv& sequence) {
  TlvReader reader{sequence.value};
  CICADA_TRY(const auto number_object, reader.expect(tags::kInteger));
  CICADA_TRY(const auto hash, reader.expect(tags::kOctetString));
  CICADA_CHECK(reader.expect_end());
  CICADA_TRY(const auto number, small_integer(number_object.value));
  if (number > kMaxDataGroups) {
    return fail({.fault = Fault::malformed, .what = "data group number above 16", .clause = "9303-10 §4.6.2.3"});
  }
  return DataGroupHash{.number = static_cast<std::uint8_t>(number), .hash = base::to_bytes(hash.value)};
}

Result<std::vector<DataGroupHash>> read_data_groups(const Tlv& list) {
  std::vector<DataGroupHash> data_groups;
  TlvReader reader{list.value};
  while (!reader.at_end()) {
    CICADA_TRY(const auto element, reader.expect(tags::kSequence));
    CICADA_TRY(auto data_group, read_data_group(element));
    data_groups.push_back(std::move(data_group));
  }
  CICADA_CHECK(check_data_groups(data_groups, Fault::malformed));
  return data_groups;
}

}  // namespace

const Bytes* LdsSecurityObject::find(int number) const noexcept {
  for (const auto& data_group : data_groups) {
    if (data_group.number == number) return &data_group.hash;
  }
  return nullptr;
}

Result<LdsSecurityObject> parse_lds_security_object(ByteView der) {
  CICADA_TRY(const auto decoded, Decoded::decode(kObjectType, der));
  LdsSecurityObject object;
  CICADA_TRY(const auto version, decoded.part("version"));
  CICADA_TRY(object.version, small_integer(version.value));
  if (object.version > kLastVersion) {
    return fail(
        {.fault = Fault::unsupported, .what = "version of the LDS security object", .clause = "9303-10 §4.6.2.3"});
  }
  CICADA_TRY(const auto algorithm, decoded.part("hashAlgorithm"));
  CICADA_TRY(object.hash_algorithm, read_algorithm(algorithm));
  CICADA_TRY(const auto list, decoded.part("dataGroupHashValues"));
  CICADA_TRY(object.data_groups, read_data_groups(list));
  if (decoded.find("ldsVersionInfo")) {
    CICADA_TRY(const auto lds, decoded.part("ldsVersionInfo.ldsVersion"));
    CICADA_TRY(const auto unicode, decoded.part("ldsVersionInfo.unicodeVersion"));
    object.version_info = LdsVersionInfo{.lds_version = text_of(tags::kPrintableString, lds.value),
                                         .unicode_version = text_of(tags::kPrintableString, unicode.value)};
  }
  return object;
}

Result<Bytes> encode(const LdsSecurityObject& object) {
  if (object.version > kLastVersion || object.version_info.has_value() != (object.version == 1)) {
    return fail({.fault = Fault::bad_input,
                 .what = "version information belongs to version 1 of the LDS security object, and only there",
                 .clause = "9303-10 §4.6.2.3"});
  }
  CICADA_CHECK(check_data_groups(object.data_groups, Fault::bad_input));
  Bytes hashes;
  for (const auto& data_group : object.data_groups) {
    base::append(hashes, encode_sequence({encode_integer(data_group.number), encode_octet_string(data_group.hash)}));
  }
  Bytes version_info;
  if (object.version_info) {
    if (!is_printable_string(object.version_info->lds_version) ||
        !is_printable_string(object.version_info->unicode_version)) {
      return fail({.fault = Fault::bad_input, .what = "LDS version is not printable"});
    }
    version_info = encode_sequence({encode_string(tags::kPrintableString, object.version_info->lds_version),
                                    encode_string(tags::kPrintableString, object.version_info->unicode_version)});
  }
  return encode_sequence({encode_integer(object.version), encode(object.hash_algorithm),
                          encode_tlv(tags::kSequence, hashes), version_info});
}

}  // namespace cicada::asn1
