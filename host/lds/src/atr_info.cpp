#include "cicada/host/lds/atr_info.h"

#include <algorithm>

#include "cicada/asn1/der.h"
#include "cicada/asn1/tlv.h"

namespace cicada::host::lds {
namespace {

constexpr asn1::Tag kCapabilities = 0x47;
constexpr asn1::Tag kExtendedLengths = 0x7F66;
constexpr base::Literal kClause = "9303-10 §3.11.1";

base::Result<std::uint32_t> read_length(asn1::TlvReader& reader) {
  CICADA_TRY(const auto integer, reader.expect(asn1::tags::kInteger));
  return asn1::small_integer(integer.value);
}

base::Result<ExtendedLengths> read_lengths(const asn1::Tlv& object) {
  asn1::TlvReader reader{object.value};
  ExtendedLengths lengths;
  CICADA_TRY(lengths.max_command, read_length(reader));
  CICADA_TRY(lengths.max_response, read_length(reader));
  CICADA_CHECK(reader.expect_end());
  return lengths;
}

}  // namespace

base::Result<AtrInfo> parse_atr_info(base::ByteView file) {
  AtrInfo atr_info;
  asn1::TlvReader reader{file};
  while (!reader.at_end()) {
    const auto rest = reader.rest();
    if (std::ranges::all_of(rest, [](std::uint8_t octet) { return octet == 0; })) break;
    CICADA_TRY(const auto object, reader.next());
    if (object.tag == kCapabilities && !atr_info.capabilities) {
      if (object.value.size() != 3) {
        return base::fail({.fault = base::Fault::malformed,
                           .what = "card capabilities in EF.ATR/INFO do not have three octets",
                           .clause = kClause});
      }
      atr_info.capabilities = {object.value[0], object.value[1], object.value[2]};
    } else if (object.tag == kExtendedLengths && !atr_info.extended_lengths) {
      CICADA_TRY(atr_info.extended_lengths, read_lengths(object));
    } else {
      if (atr_info.unknown.size() == asn1::kMaxObjects) {
        return base::fail({.fault = base::Fault::limit, .what = "EF.ATR/INFO has too many data objects"});
      }
      atr_info.unknown.push_back({.tag = object.tag, .value = base::to_bytes(object.value)});
    }
  }
  return atr_info;
}

base::Bytes build_atr_info(const AtrInfo& atr_info) {
  base::Bytes file;
  if (atr_info.capabilities) asn1::append_tlv(file, kCapabilities, *atr_info.capabilities);
  if (atr_info.extended_lengths) {
    const auto command = asn1::encode_integer(atr_info.extended_lengths->max_command);
    const auto response = asn1::encode_integer(atr_info.extended_lengths->max_response);
    base::append(file, asn1::encode_tlv(kExtendedLengths, {command, response}));
  }
  for (const auto& object : atr_info.unknown) asn1::append_tlv(file, object.tag, object.value);
  return file;
}

}  // namespace cicada::host::lds
