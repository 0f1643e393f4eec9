#include "fcp.h"

#include "cicada/applet_sim/tlv/tlv.h"

namespace cicada::applet_sim::applet {
namespace {

constexpr tlv::Tag kFcp = 0x62;
constexpr tlv::Tag kDescriptor = 0x82;
constexpr tlv::Tag kFid = 0x83;
constexpr tlv::Tag kAid = 0x84;
constexpr tlv::Tag kSize = 0x80;
constexpr tlv::Tag kSfi = 0x88;
constexpr tlv::Tag kSecurity = 0x8C;
constexpr std::uint8_t kTransparentEf = 0x01;
constexpr std::uint8_t kDf = 0x38;
constexpr std::uint8_t kReadMode = 0x01;

std::unexpected<base::Error> malformed(base::Literal what) {
  return base::fail({.fault = base::Fault::malformed, .what = what, .clause = "ISO/IEC 7816-4 §7.4.3"});
}

/// The next object, with this tag and so many octets.
base::Result<base::ByteView> take(tlv::Reader& reader, tlv::Tag tag, std::size_t size) {
  CICADA_TRY(const auto object, reader.next(tag));
  if (object.value.size() != size) return malformed("a parameter of the wrong length");
  return object.value;
}

std::uint16_t number(base::ByteView two) {
  return static_cast<std::uint16_t>((two[0] << 8U) | two[1]);
}

base::Result<void> read_df(tlv::Reader& reader, fs::FileSpec& spec) {
  CICADA_TRY(const auto aid, reader.next(kAid));
  if (aid.value.size() < fs::kMinAidSize || aid.value.size() > fs::kMaxAidSize)
    return malformed("an AID has 5 to 16 octets");
  spec.aid = base::to_bytes(aid.value);
  return {};
}

base::Result<void> read_ef(tlv::Reader& reader, fs::FileSpec& spec) {
  CICADA_TRY(const auto size, take(reader, kSize, 2));
  spec.size = number(size);
  if (reader.peek() == kSfi) {
    CICADA_TRY(const auto sfi, take(reader, kSfi, 1));
    if ((sfi[0] & 0x07U) != 0) return malformed("a short identifier stands in the upper five bits");
    spec.sfi = static_cast<std::uint8_t>(sfi[0] >> 3U);
  }
  CICADA_TRY(const auto security, take(reader, kSecurity, 2));
  if (security[0] != kReadMode) return malformed("there is one access mode, READ BINARY");
  spec.security_condition = security[1];
  return {};
}

}  // namespace

base::Result<fs::FileSpec> read_fcp(base::ByteView data, fs::DfId parent) {
  CICADA_TRY(const auto body, tlv::only(data, kFcp));
  tlv::Reader reader{body};
  CICADA_TRY(const auto descriptor, take(reader, kDescriptor, 1));
  CICADA_TRY(const auto fid, take(reader, kFid, 2));
  fs::FileSpec spec{.parent = parent, .fid = number(fid)};
  switch (descriptor[0]) {
    case kDf: CICADA_CHECK(read_df(reader, spec)); break;
    case kTransparentEf: CICADA_CHECK(read_ef(reader, spec)); break;
    default: return malformed("neither a DF nor a transparent EF");
  }
  if (!reader.at_end()) return malformed("octets behind the last parameter");
  return spec;
}

}  // namespace cicada::applet_sim::applet
