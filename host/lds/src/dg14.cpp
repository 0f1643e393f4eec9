#include "cicada/host/lds/dg14.h"

#include "cicada/asn1/der.h"
#include "cicada/asn1/tlv.h"
#include "cicada/host/lds/ef.h"
#include "notes.h"

namespace cicada::host::lds {

base::Result<Dg14> parse_dg14(base::ByteView file) {
  CICADA_TRY(const auto outer, asn1::read_only(file, info(Ef::dg14).tag));
  asn1::TlvReader reader{outer.value};
  CICADA_TRY(const auto infos, reader.expect(asn1::tags::kSet));
  Dg14 dg14{.security_infos = base::to_bytes(infos.whole), .unknown = {}};
  CICADA_TRY(const auto others, asn1::read_all(reader.rest()));
  for (const auto& object : others) keep(dg14.unknown, object);
  return dg14;
}

base::Result<base::Bytes> build_dg14(base::ByteView security_infos) {
  return build_dg14(Dg14{.security_infos = base::to_bytes(security_infos), .unknown = {}});
}

base::Result<base::Bytes> build_dg14(const Dg14& dg14) {
  if (!asn1::read_only(dg14.security_infos, asn1::tags::kSet)) {
    return base::fail({.fault = base::Fault::bad_input,
                       .what = "what is to be written into DG14 is not a SET",
                       .clause = "9303-10 §4.7.14"});
  }
  base::Bytes content = dg14.security_infos;
  append_all(content, dg14.unknown);
  return asn1::encode_tlv(info(Ef::dg14).tag, content);
}

}  // namespace cicada::host::lds
