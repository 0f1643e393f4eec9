#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

/// 8192 bits: more than any document.
constexpr std::size_t kMaxNumberSize = 1024;
/// A third number of so few octets is the length of an exponent (PKCS#3), not the order of a subgroup (X9.42).
constexpr std::size_t kMaxLengthOctets = 4;

Result<Bytes> capped(ByteView number) {
  if (number.size() > kMaxNumberSize) {
    return fail({.fault = Fault::limit, .what = "number of a Diffie-Hellman key has more than 8192 bits"});
  }
  return base::to_bytes(number);
}

Result<Bytes> read_number(TlvReader& reader) {
  CICADA_TRY(const auto integer, reader.expect(tags::kInteger));
  CICADA_TRY(const auto number, unsigned_of_integer(integer.value));
  return capped(number);
}

Bytes encode_info(const AlgorithmIdentifier& algorithm, ByteView key) {
  return encode_sequence({encode(algorithm), encode_bit_string(key)});
}

}  // namespace

Result<DhDomainParameters> parse_dh_parameters(ByteView parameters) {
  CICADA_TRY(const auto sequence, read_only(parameters, tags::kSequence));
  TlvReader reader{sequence.value};
  DhDomainParameters domain;
  CICADA_TRY(domain.p, read_number(reader));
  CICADA_TRY(domain.g, read_number(reader));
  if (reader.at_end()) return domain;
  CICADA_TRY(auto third, read_number(reader));
  if (third.size() > kMaxLengthOctets) {
    domain.q = std::move(third);
    // The cofactor j and the seed of the parameters; neither is needed to compute.
    CICADA_CHECK(reader.accept(tags::kInteger));
    CICADA_CHECK(reader.accept(tags::kSequence));
  }
  CICADA_CHECK(reader.expect_end());
  return domain;
}

Result<DhPublicKeyNumbers> parse_dh_public_key(const SubjectPublicKeyInfo& info) {
  if (info.algorithm.oid != oids::kDhPublicNumber && info.algorithm.oid != oids::kDhKeyAgreement) {
    return fail({.fault = Fault::unsupported, .what = "not a Diffie-Hellman key"});
  }
  DhPublicKeyNumbers key;
  CICADA_TRY(key.parameters, parse_dh_parameters(info.algorithm.parameters));
  CICADA_TRY(const auto value, read_only(info.key, tags::kInteger));
  CICADA_TRY(const auto number, unsigned_of_integer(value.value));
  CICADA_TRY(key.value, capped(number));
  return key;
}

Result<std::optional<std::uint32_t>> standardized_domain(const AlgorithmIdentifier& algorithm) {
  if (algorithm.oid != oids::kStandardizedDomainParameters) return std::nullopt;
  CICADA_TRY(const auto id, read_only(algorithm.parameters, tags::kInteger));
  return small_integer(id.value);
}

Result<Bytes> dh_value_of_standardized(const SubjectPublicKeyInfo& info) {
  const auto integer = read_only(info.key, tags::kInteger, Rules::der);
  const ByteView octets = integer ? integer->value : ByteView{info.key};
  CICADA_TRY(const auto number, unsigned_of_integer(octets));
  return capped(number);
}

Bytes encode_dh_public_key_info(const DhDomainParameters& parameters, ByteView value) {
  const auto order = parameters.q.empty() ? Bytes{} : encode_unsigned(parameters.q);
  auto domain = encode_sequence({encode_unsigned(parameters.p), encode_unsigned(parameters.g), order});
  const auto& oid = parameters.q.empty() ? oids::kDhKeyAgreement : oids::kDhPublicNumber;
  return encode_info({.oid = oid, .parameters = std::move(domain)}, encode_unsigned(value));
}

AlgorithmIdentifier standardized_domain_algorithm(std::uint32_t id) {
  return {.oid = oids::kStandardizedDomainParameters, .parameters = encode_integer(id)};
}

Bytes encode_standardized_public_key_info(std::uint32_t id, ByteView key) {
  return encode_info(standardized_domain_algorithm(id), key);
}

}  // namespace cicada::asn1
