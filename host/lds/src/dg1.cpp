#include "cicada/host/lds/dg1.h"

#include "cicada/asn1/tlv.h"

namespace cicada::host::lds {
namespace {

constexpr asn1::Tag kMrz = 0x5F1F;

}  // namespace

base::Result<Dg1> parse_dg1(base::ByteView file) {
  CICADA_TRY(const auto outer, asn1::read_only(file, info(Ef::dg1).tag));
  CICADA_TRY(const auto objects, asn1::read_all(outer.value));
  Dg1 dg1;
  bool has_mrz = false;
  for (const auto& object : objects) {
    if (object.tag == kMrz && !has_mrz) {
      has_mrz = true;
      CICADA_TRY(dg1.mrz, parse_mrz(base::as_text(object.value)));
    } else {
      dg1.unknown.push_back({.tag = object.tag, .value = base::to_bytes(object.value)});
    }
  }
  if (!has_mrz) {
    return base::fail({.fault = base::Fault::malformed,
                       .what = "DG1 has no machine readable zone (5F1F)",
                       .clause = "9303-10 §4.7.1"});
  }
  return dg1;
}

base::Result<base::Bytes> build_dg1(const Mrz& fields) {
  CICADA_TRY(const auto zone, build_mrz(fields));
  return asn1::encode_tlv(info(Ef::dg1).tag, asn1::encode_tlv(kMrz, base::as_bytes(zone)));
}

}  // namespace cicada::host::lds
