#include "cicada/host/lds/dg15.h"

#include "cicada/asn1/der.h"
#include "cicada/asn1/public_key.h"
#include "cicada/asn1/tlv.h"
#include "cicada/host/lds/ef.h"
#include "notes.h"

namespace cicada::host::lds {

base::Result<Dg15> parse_dg15(base::ByteView file) {
  CICADA_TRY(const auto outer, asn1::read_only(file, info(Ef::dg15).tag));
  asn1::TlvReader reader{outer.value};
  CICADA_TRY(const auto key, reader.expect(asn1::tags::kSequence));
  CICADA_CHECK(asn1::parse_public_key_info(key.whole));
  Dg15 dg15{.public_key_info = base::to_bytes(key.whole), .unknown = {}};
  CICADA_TRY(const auto others, asn1::read_all(reader.rest()));
  for (const auto& object : others) keep(dg15.unknown, object);
  return dg15;
}

base::Result<base::Bytes> build_dg15(base::ByteView public_key_info) {
  return build_dg15(Dg15{.public_key_info = base::to_bytes(public_key_info), .unknown = {}});
}

base::Result<base::Bytes> build_dg15(const Dg15& dg15) {
  if (!asn1::parse_public_key_info(dg15.public_key_info)) {
    return base::fail({.fault = base::Fault::bad_input,
                       .what = "what is to be written into DG15 is not a public key",
                       .clause = "9303-10 §4.7.15"});
  }
  base::Bytes content = dg15.public_key_info;
  append_all(content, dg15.unknown);
  return asn1::encode_tlv(info(Ef::dg15).tag, content);
}

}  // namespace cicada::host::lds
