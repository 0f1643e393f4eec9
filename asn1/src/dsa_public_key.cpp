#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "cicada/asn1/tlv.h"

namespace cicada::asn1 {

using base::Bytes;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kMaxDsaSize = 512;

Result<Bytes> read_number(const Tlv& integer) {
  CICADA_TRY(const auto number, unsigned_of_integer(integer.value));
  if (number.size() > kMaxDsaSize) {
    return fail({.fault = Fault::limit, .what = "number of a DSA key has more than 4096 bits"});
  }
  return base::to_bytes(number);
}

Result<Bytes> next_number(TlvReader& reader) {
  CICADA_TRY(const auto integer, reader.expect(tags::kInteger));
  return read_number(integer);
}

}  // namespace

Result<DsaPublicKeyNumbers> parse_dsa_public_key(const SubjectPublicKeyInfo& info) {
  if (info.algorithm.oid != oids::kDsa) return fail({.fault = Fault::unsupported, .what = "not a DSA key"});
  if (!info.algorithm.has_parameters()) {
    return fail({.fault = Fault::malformed, .what = "DSA key without domain parameters", .clause = "RFC 3279 §2.3.2"});
  }
  CICADA_TRY(const auto domain, read_only(info.algorithm.parameters, tags::kSequence));
  TlvReader reader{domain.value};
  DsaPublicKeyNumbers key;
  CICADA_TRY(key.p, next_number(reader));
  CICADA_TRY(key.q, next_number(reader));
  CICADA_TRY(key.g, next_number(reader));
  CICADA_CHECK(reader.expect_end());
  CICADA_TRY(const auto value, read_only(info.key, tags::kInteger));
  CICADA_TRY(key.value, read_number(value));
  return key;
}

Bytes encode_dsa_public_key_info(const DsaPublicKeyNumbers& key) {
  const auto domain = encode_sequence({encode_unsigned(key.p), encode_unsigned(key.q), encode_unsigned(key.g)});
  return encode_sequence({encode(AlgorithmIdentifier{.oid = oids::kDsa, .parameters = domain}),
                          encode_bit_string(encode_unsigned(key.value))});
}

}  // namespace cicada::asn1
