#include "cicada/asn1/security_infos.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "algorithm_reader.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "scan.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr ScanCaps kCaps{.size = kMaxSecurityInfosSize, .elements = 8192};

/// Is `oid` this many arcs below `arc`? All arcs of these trees take one octet.
bool is_below(const Oid& oid, const Oid& arc, std::size_t arcs) noexcept {
  return oid.is_under(arc) && oid.content().size() == arc.content().size() + arcs;
}

Result<std::uint32_t> read_integer(TlvReader& reader) {
  CICADA_TRY(const auto integer, reader.expect(tags::kInteger));
  return small_integer(integer.value);
}

/// The INTEGER that may be the last part.
Result<std::optional<std::uint32_t>> read_last_integer(TlvReader& reader) {
  if (reader.at_end()) return std::nullopt;
  CICADA_TRY(const auto value, read_integer(reader));
  CICADA_CHECK(reader.expect_end());
  return value;
}

Result<SecurityInfoData> read_pace(TlvReader& reader) {
  PaceInfo info;
  CICADA_TRY(info.version, read_integer(reader));
  CICADA_TRY(info.parameter_id, read_last_integer(reader));
  return info;
}

Result<SecurityInfoData> read_pace_domain(TlvReader& reader) {
  PaceDomainParameterInfo info;
  CICADA_TRY(const auto algorithm, reader.expect(tags::kSequence));
  CICADA_TRY(info.domain_parameter, read_algorithm(algorithm));
  CICADA_TRY(info.parameter_id, read_last_integer(reader));
  return info;
}

Result<SecurityInfoData> read_chip_authentication(TlvReader& reader) {
  ChipAuthenticationInfo info;
  CICADA_TRY(info.version, read_integer(reader));
  CICADA_TRY(info.key_id, read_last_integer(reader));
  return info;
}

Result<SecurityInfoData> read_public_key(TlvReader& reader) {
  ChipAuthenticationPublicKeyInfo info;
  CICADA_TRY(const auto key, reader.expect(tags::kSequence));
  CICADA_TRY(info.public_key, parse_public_key_info(key.whole));
  CICADA_TRY(info.key_id, read_last_integer(reader));
  return info;
}

/// An OCTET STRING of so many octets, as a number.
Result<std::uint32_t> read_file_number(TlvReader& reader, std::size_t octets) {
  CICADA_TRY(const auto string, reader.expect(tags::kOctetString));
  if (string.value.size() != octets) {
    return fail({.fault = Fault::malformed, .what = "file identifier of another length", .clause = "9303-11 §9.2.5"});
  }
  return octets == 1 ? string.value[0] : (std::uint32_t{string.value[0]} << 8U) | string.value[1];
}

Result<SecurityInfoData> read_terminal_authentication(TlvReader& reader) {
  TerminalAuthenticationInfo info;
  CICADA_TRY(info.version, read_integer(reader));
  if (reader.at_end()) return info;
  CICADA_TRY(const auto file, reader.expect(tags::kSequence));
  CICADA_CHECK(reader.expect_end());
  TlvReader parts{file.value};
  CICADA_TRY(const auto file_id, read_file_number(parts, 2));
  info.ef_cvca = CvcaFile{.file_id = static_cast<std::uint16_t>(file_id), .short_file_id = std::nullopt};
  if (parts.at_end()) return info;
  CICADA_TRY(const auto short_file_id, read_file_number(parts, 1));
  CICADA_CHECK(parts.expect_end());
  info.ef_cvca->short_file_id = static_cast<std::uint8_t>(short_file_id);
  return info;
}

Result<SecurityInfoData> read_active_authentication(TlvReader& reader) {
  ActiveAuthenticationInfo info;
  CICADA_TRY(info.version, read_integer(reader));
  CICADA_TRY(const auto algorithm, reader.expect(tags::kOid));
  CICADA_CHECK(reader.expect_end());
  CICADA_TRY(info.signature_algorithm, Oid::from_content(algorithm.value));
  return info;
}

Result<SecurityInfoData> read_ef_dir(TlvReader& reader) {
  CICADA_TRY(const auto content, reader.expect(tags::kOctetString));
  CICADA_CHECK(reader.expect_end());
  return EfDirInfo{.ef_dir = base::to_bytes(content.value)};
}

using Read = Result<SecurityInfoData> (*)(TlvReader&);

/// What reads the data of this protocol; nothing for an unknown one.
Read reader_of(const Oid& protocol) noexcept {
  if (is_below(protocol, oids::kIdPace, 2)) return read_pace;
  if (is_below(protocol, oids::kIdPace, 1)) return read_pace_domain;
  if (is_below(protocol, oids::kIdCa, 2)) return read_chip_authentication;
  if (is_below(protocol, oids::kIdPk, 1)) return read_public_key;
  if (protocol == oids::kIdTa) return read_terminal_authentication;
  if (protocol == oids::kAaProtocolObject) return read_active_authentication;
  if (protocol == oids::kEfDirInfo) return read_ef_dir;
  return nullptr;
}

void note(SecurityInfos& infos, base::Literal deviation) {
  const auto same = [&](const base::Literal& other) { return other.view() == deviation.view(); };
  if (std::ranges::none_of(infos.deviations, same)) infos.deviations.push_back(deviation);
}

Result<void> read_entry(const Tlv& sequence, SecurityInfos& infos) {
  TlvReader reader{sequence.value};
  CICADA_TRY(const auto type, reader.expect(tags::kOid));
  SecurityInfo entry;
  entry.der = base::to_bytes(sequence.whole);
  CICADA_TRY(entry.protocol, Oid::from_content(type.value));
  entry.info = UnknownInfo{.data = base::to_bytes(reader.rest())};
  if (const auto read = reader_of(entry.protocol); read != nullptr) {
    if (auto data = read(reader)) {
      entry.info = *std::move(data);
    } else {
      note(infos, "an entry does not have the form of its protocol");
    }
  }
  infos.entries.push_back(std::move(entry));
  return {};
}

/// DER wants a SET OF sorted; that an entry stands twice makes no sense in it.
void note_order(SecurityInfos& infos) {
  const auto text = [](const SecurityInfo& entry) { return base::as_text(entry.der); };
  if (!std::ranges::is_sorted(infos.entries, {}, text)) note(infos, "the SET is not sorted");
  std::set<std::string_view> seen;
  for (const auto& entry : infos.entries) {
    if (!seen.insert(text(entry)).second) note(infos, "an entry stands twice");
  }
}

Result<SecurityInfos> read_set(ByteView octets) {
  CICADA_TRY(const auto set, read_only(octets, tags::kSet));
  SecurityInfos infos;
  TlvReader reader{set.value};
  while (!reader.at_end()) {
    if (infos.entries.size() == kMaxSecurityInfos) {
      return fail({.fault = Fault::limit, .what = "too many SecurityInfos", .at = reader.position()});
    }
    CICADA_TRY(const auto entry, reader.expect(tags::kSequence));
    CICADA_CHECK(read_entry(entry, infos));
  }
  note_order(infos);
  return infos;
}

Bytes encode_optional(const std::optional<std::uint32_t>& number) {
  return number ? encode_integer(*number) : Bytes{};
}

Bytes encode_data(const PaceInfo& info) {
  return base::concat({encode_integer(info.version), encode_optional(info.parameter_id)});
}

Bytes encode_data(const PaceDomainParameterInfo& info) {
  return base::concat({encode(info.domain_parameter), encode_optional(info.parameter_id)});
}

Bytes encode_data(const ChipAuthenticationInfo& info) {
  return base::concat({encode_integer(info.version), encode_optional(info.key_id)});
}

Bytes encode_data(const ChipAuthenticationPublicKeyInfo& info) {
  return base::concat({info.public_key.der, encode_optional(info.key_id)});
}

Bytes encode_data(const TerminalAuthenticationInfo& info) {
  auto data = encode_integer(info.version);
  if (!info.ef_cvca) return data;
  const auto id = info.ef_cvca->file_id;
  const std::array<std::uint8_t, 2> file_id{static_cast<std::uint8_t>(id >> 8U), static_cast<std::uint8_t>(id)};
  const auto& short_id = info.ef_cvca->short_file_id;
  const auto short_file_id = short_id ? encode_octet_string(ByteView{&*short_id, 1}) : Bytes{};
  base::append(data, encode_sequence({encode_octet_string(file_id), short_file_id}));
  return data;
}

Bytes encode_data(const ActiveAuthenticationInfo& info) {
  return base::concat({encode_integer(info.version), info.signature_algorithm.der()});
}

Bytes encode_data(const EfDirInfo& info) {
  return encode_octet_string(info.ef_dir);
}

Bytes encode_data(const UnknownInfo& info) {
  return info.data;
}

}  // namespace

Result<SecurityInfos> parse_security_infos(ByteView set) {
  CICADA_TRY(const auto seen, scan(set, kCaps));
  Bytes definite;
  if (seen.indefinite) {
    CICADA_TRY(definite, to_definite_lengths(set, kCaps));
  }
  CICADA_TRY(auto infos, read_set(seen.indefinite ? ByteView{definite} : set));
  if (seen.over_long) note(infos, "a length is not in its shortest form");
  if (seen.indefinite) note(infos, "a length is indefinite");
  return infos;
}

SecurityInfo make_security_info(const Oid& protocol, SecurityInfoData info) {
  const auto data = std::visit([](const auto& kind) { return encode_data(kind); }, info);
  return {.der = encode_sequence({protocol.der(), data}), .protocol = protocol, .info = std::move(info)};
}

Bytes encode_security_infos(std::span<const SecurityInfo> entries) {
  std::vector<Bytes> encoded;
  encoded.reserve(entries.size());
  for (const auto& entry : entries) encoded.push_back(entry.der);
  return encode_set_of(encoded);
}

std::vector<SecurityInfo> missing_from(const SecurityInfos& card_access, const SecurityInfos& signed_infos) {
  std::set<std::string_view> present;
  for (const auto& entry : signed_infos.entries) present.insert(base::as_text(entry.der));
  std::vector<SecurityInfo> missing;
  for (const auto& entry : card_access.entries) {
    if (!present.contains(base::as_text(entry.der))) missing.push_back(entry);
  }
  return missing;
}

}  // namespace cicada::asn1
