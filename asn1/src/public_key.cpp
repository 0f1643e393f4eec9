#include "cicada/asn1/public_key.h"

#include "algorithm_reader.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "public_key_reader.h"
#include "schema.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr ScanCaps kCaps{.size = 8192, .elements = 128};
constexpr SchemaType kInfoType{
    .module = Module::x509, .name = "X509.SubjectPublicKeyInfo", .wrong = "not a SubjectPublicKeyInfo", .caps = kCaps};
constexpr SchemaType kRsaType{
    .module = Module::x509, .name = "X509.RSAPublicKey", .wrong = "not an RSA public key", .caps = kCaps};
constexpr SchemaType kDomainType{.module = Module::x509,
                                 .name = "X509.SpecifiedECDomain",
                                 .wrong = "not explicit parameters of an elliptic curve",
                                 .caps = kCaps};

/// No curve of 9303 has more than 521 bits.
constexpr std::size_t kMaxFieldSize = 128;
constexpr std::size_t kMaxPointSize = 2 * kMaxFieldSize + 1;
/// 16384 bits: more than any document and any library.
constexpr std::size_t kMaxRsaSize = 2048;
constexpr std::uint32_t kMinDomainVersion = 1;
constexpr std::uint32_t kMaxDomainVersion = 3;

/// Octets of one number, as long as the field's prime.
Result<Bytes> field_element(ByteView octets, std::size_t size) {
  const auto number = trim_unsigned(octets);
  if (number.size() > size) {
    return fail({.fault = Fault::malformed, .what = "curve coefficient is longer than the prime"});
  }
  Bytes element(size - number.size());
  base::append(element, number);
  return element;
}

Result<Bytes> capped_unsigned(const Tlv& integer) {
  CICADA_TRY(const auto octets, unsigned_of_integer(integer.value));
  if (octets.size() > kMaxFieldSize) {
    return fail({.fault = Fault::limit, .what = "number of a curve has more than 1024 bits"});
  }
  return base::to_bytes(octets);
}

Result<EcDomainParameters> parse_specified_domain(ByteView der) {
  CICADA_TRY(const auto decoded, Decoded::decode(kDomainType, der));
  CICADA_TRY(const auto version, decoded.part("version"));
  CICADA_TRY(const auto version_number, small_integer(version.value));
  if (version_number < kMinDomainVersion || version_number > kMaxDomainVersion) {
    return fail({.fault = Fault::unsupported, .what = "version of the curve parameters", .clause = "SEC 1 C.2"});
  }
  CICADA_TRY(const auto field, decoded.part("fieldID.fieldType"));
  CICADA_TRY(const auto field_type, Oid::from_content(field.value));
  if (field_type != oids::kPrimeField) {
    return fail({.fault = Fault::unsupported, .what = "curve is not over a prime field", .clause = "9303-12 §4.4.2"});
  }
  CICADA_TRY(const auto prime_any, decoded.part("fieldID.parameters"));
  CICADA_TRY(const auto prime, read_only(prime_any.whole, tags::kInteger));
  CICADA_TRY(const auto a, decoded.part("curve.a"));
  CICADA_TRY(const auto b, decoded.part("curve.b"));
  CICADA_TRY(const auto generator, decoded.part("base"));
  CICADA_TRY(const auto order, decoded.part("order"));
  EcDomainParameters domain;
  CICADA_TRY(domain.p, capped_unsigned(prime));
  CICADA_TRY(domain.a, field_element(a.value, domain.p.size()));
  CICADA_TRY(domain.b, field_element(b.value, domain.p.size()));
  if (generator.value.size() > kMaxPointSize) return fail({.fault = Fault::limit, .what = "EC point is too long"});
  domain.generator = base::to_bytes(generator.value);
  CICADA_TRY(domain.order, capped_unsigned(order));
  if (const auto cofactor = decoded.find("cofactor")) {
    CICADA_TRY(domain.cofactor, small_integer(cofactor->value));
  }
  return domain;
}

Bytes encode_info(const AlgorithmIdentifier& algorithm, ByteView key) {
  return encode_sequence({encode(algorithm), encode_bit_string(key)});
}

}  // namespace

Result<SubjectPublicKeyInfo> read_public_key_info(const Tlv& sequence) {
  SubjectPublicKeyInfo info;
  info.der = base::to_bytes(sequence.whole);
  TlvReader reader{sequence.value};
  CICADA_TRY(const auto algorithm, reader.expect(tags::kSequence));
  CICADA_TRY(info.algorithm, read_algorithm(algorithm));
  CICADA_TRY(const auto key, reader.expect(tags::kBitString));
  CICADA_CHECK(reader.expect_end());
  CICADA_TRY(const auto octets, octets_of_bit_string(key.value));
  info.key = base::to_bytes(octets);
  return info;
}

Result<SubjectPublicKeyInfo> parse_public_key_info(ByteView der) {
  CICADA_TRY(const auto decoded, Decoded::decode(kInfoType, der));
  CICADA_TRY(const auto whole, decoded.part(""));
  return read_public_key_info(whole);
}

Result<RsaPublicKeyNumbers> parse_rsa_public_key(const SubjectPublicKeyInfo& info) {
  if (info.algorithm.oid != oids::kRsaEncryption && info.algorithm.oid != oids::kRsassaPss) {
    return fail({.fault = Fault::unsupported, .what = "not an RSA key"});
  }
  CICADA_TRY(const auto decoded, Decoded::decode(kRsaType, info.key));
  CICADA_TRY(const auto modulus, decoded.part("modulus"));
  CICADA_TRY(const auto exponent, decoded.part("publicExponent"));
  CICADA_TRY(const auto n, unsigned_of_integer(modulus.value));
  CICADA_TRY(const auto e, unsigned_of_integer(exponent.value));
  if (n.size() > kMaxRsaSize || e.size() > kMaxRsaSize) {
    return fail({.fault = Fault::limit, .what = "number of an RSA key has more than 16384 bits"});
  }
  const bool negative = ((modulus.value.front() | exponent.value.front()) & 0x80U) != 0;
  return RsaPublicKeyNumbers{.modulus = base::to_bytes(n), .exponent = base::to_bytes(e), .negative = negative};
}

Result<EcPublicKeyNumbers> parse_ec_parameters(ByteView parameters) {
  EcPublicKeyNumbers key;
  if (parameters.empty()) {
    return fail({.fault = Fault::malformed, .what = "EC key without domain parameters", .clause = "RFC 5480 §2.1.1"});
  }
  CICADA_TRY(const auto choice, read_only(parameters));
  if (choice.tag == tags::kNull) {
    return fail({.fault = Fault::unsupported, .what = "implicit curve parameters", .clause = "9303-12 §4.4.2"});
  }
  if (choice.tag == tags::kOid) {
    CICADA_TRY(key.named_curve, Oid::from_content(choice.value));
    return key;
  }
  CICADA_TRY(key.parameters, parse_specified_domain(parameters));
  return key;
}

Result<EcPublicKeyNumbers> parse_ec_public_key(const SubjectPublicKeyInfo& info) {
  if (info.algorithm.oid != oids::kEcPublicKey) {
    return fail({.fault = Fault::unsupported, .what = "not an elliptic curve key"});
  }
  CICADA_TRY(auto key, parse_ec_parameters(info.algorithm.parameters));
  if (info.key.empty()) return fail({.fault = Fault::malformed, .what = "EC key without a point"});
  if (info.key.size() > kMaxPointSize) return fail({.fault = Fault::limit, .what = "EC point is too long"});
  key.point = info.key;
  return key;
}

Bytes encode_rsa_public_key_info(ByteView modulus, ByteView exponent) {
  const auto key = encode_sequence({encode_unsigned(modulus), encode_unsigned(exponent)});
  return encode_info({.oid = oids::kRsaEncryption, .parameters = encode_null()}, key);
}

Bytes encode_ec_public_key_info(const EcDomainParameters& parameters, ByteView point) {
  const auto field = encode_sequence({oids::kPrimeField.der(), encode_unsigned(parameters.p)});
  const auto curve = encode_sequence({encode_octet_string(parameters.a), encode_octet_string(parameters.b)});
  const auto cofactor = parameters.cofactor == 0 ? Bytes{} : encode_integer(parameters.cofactor);
  auto domain =
      encode_sequence({encode_integer(kMinDomainVersion), field, curve, encode_octet_string(parameters.generator),
                       encode_unsigned(parameters.order), cofactor});
  return encode_info({.oid = oids::kEcPublicKey, .parameters = std::move(domain)}, point);
}

Bytes encode_ec_public_key_info(const Oid& named_curve, ByteView point) {
  return encode_info({.oid = oids::kEcPublicKey, .parameters = named_curve.der()}, point);
}

}  // namespace cicada::asn1
