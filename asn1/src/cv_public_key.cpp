#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/base/cursor.h"
#include "cv_fields.h"

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr base::Literal kClause = "TR-03110-3 D.3";

// Data objects within 7F49.
constexpr Tag kModulus = 0x81;
constexpr Tag kExponent = 0x82;
constexpr Tag kPrime = 0x81;
constexpr Tag kCoefficientA = 0x82;
constexpr Tag kCoefficientB = 0x83;
constexpr Tag kGenerator = 0x84;
constexpr Tag kOrder = 0x85;
constexpr Tag kPoint = 0x86;
constexpr Tag kCofactor = 0x87;

/// 8192 bits of RSA; no curve has more than 521 bits.
constexpr std::size_t kMaxRsaSize = 1024;
constexpr std::size_t kMaxFieldSize = 66;
constexpr std::size_t kMaxCofactorSize = 4;

Result<Bytes> read_unsigned(TlvReader& reader, Tag tag, std::size_t max_size) {
  CICADA_TRY(const auto object, reader.expect(tag));
  if (object.value.empty() || (object.value.size() > 1 && object.value.front() == 0)) {
    return fail({.fault = Fault::malformed,
                 .what = "unsigned integer is empty or has leading zeros",
                 .clause = "TR-03110-3 D.2.1.1"});
  }
  if (object.value.size() > max_size) return fail({.fault = Fault::limit, .what = "number of a key is too long"});
  return base::to_bytes(object.value);
}

/// A coefficient, as long as the prime.
Result<Bytes> read_coefficient(TlvReader& reader, Tag tag, std::size_t size) {
  CICADA_TRY(const auto number, read_unsigned(reader, tag, kMaxFieldSize));
  if (number.size() > size) {
    return fail({.fault = Fault::malformed, .what = "curve coefficient is longer than the prime", .clause = kClause});
  }
  Bytes element(size - number.size());
  base::append(element, number);
  return element;
}

/// `field_size` 0: not known here.
Result<Bytes> read_point(TlvReader& reader, Tag tag, std::size_t field_size) {
  CICADA_TRY(const auto object, reader.expect(tag));
  const auto size = object.value.size();
  const bool right_size =
      field_size == 0 ? size % 2 == 1 && size >= 3 && size <= 2 * kMaxFieldSize + 1 : size == 2 * field_size + 1;
  if (!right_size || object.value.front() != 0x04) {
    return fail({.fault = Fault::malformed, .what = "EC point is not uncompressed", .clause = "TR-03110-3 D.2.1.2"});
  }
  return base::to_bytes(object.value);
}

Result<EcDomainParameters> read_domain(TlvReader& reader) {
  EcDomainParameters domain;
  CICADA_TRY(domain.p, read_unsigned(reader, kPrime, kMaxFieldSize));
  CICADA_TRY(domain.a, read_coefficient(reader, kCoefficientA, domain.p.size()));
  CICADA_TRY(domain.b, read_coefficient(reader, kCoefficientB, domain.p.size()));
  CICADA_TRY(domain.generator, read_point(reader, kGenerator, domain.p.size()));
  CICADA_TRY(domain.order, read_unsigned(reader, kOrder, kMaxFieldSize));
  return domain;
}

Result<CvEcKey> read_ec(TlvReader& reader) {
  CvEcKey key;
  if (reader.peek() == kPrime) {
    CICADA_TRY(key.domain, read_domain(reader));
  }
  CICADA_TRY(key.point, read_point(reader, kPoint, key.domain ? key.domain->p.size() : 0));
  if (!key.domain || reader.at_end()) return key;
  CICADA_TRY(const auto cofactor, read_unsigned(reader, kCofactor, kMaxCofactorSize));
  for (const auto octet : cofactor) key.domain->cofactor = (key.domain->cofactor << 8U) | octet;
  return key;
}

Bytes encode_unsigned_object(Tag tag, ByteView number) {
  return encode_tlv(tag, trim_unsigned(number));
}

Result<Bytes> encode_ec(const CvEcKey& key) {
  if (key.point.size() < 3 || key.point.front() != 0x04) {
    return fail({.fault = Fault::bad_input, .what = "EC point is not uncompressed", .clause = kClause});
  }
  if (!key.domain) return encode_tlv(kPoint, key.point);
  const auto& domain = *key.domain;
  if (domain.p.empty() || domain.a.empty() || domain.b.empty() || domain.order.empty() ||
      domain.generator.size() != key.point.size()) {
    return fail({.fault = Fault::bad_input, .what = "domain parameters are incomplete", .clause = kClause});
  }
  auto encoded =
      base::concat({encode_unsigned_object(kPrime, domain.p), encode_unsigned_object(kCoefficientA, domain.a),
                    encode_unsigned_object(kCoefficientB, domain.b), encode_tlv(kGenerator, domain.generator),
                    encode_unsigned_object(kOrder, domain.order), encode_tlv(kPoint, key.point)});
  if (domain.cofactor != 0) {
    Bytes cofactor;
    base::append_unsigned(cofactor, domain.cofactor, kMaxCofactorSize);
    base::append(encoded, encode_unsigned_object(kCofactor, cofactor));
  }
  return encoded;
}

Result<Bytes> encode_rsa(const CvRsaKey& key) {
  if (key.modulus.empty() || key.exponent.empty()) {
    return fail({.fault = Fault::bad_input, .what = "RSA key without numbers", .clause = kClause});
  }
  return base::concat({encode_unsigned_object(kModulus, key.modulus), encode_unsigned_object(kExponent, key.exponent)});
}

}  // namespace

Result<CvPublicKey> cv::public_key_of(const Tlv& object) {
  TlvReader reader{object.value, Rules::der};
  CICADA_TRY(const auto type, reader.expect(tags::kOid));
  CvPublicKey key;
  CICADA_TRY(key.algorithm, Oid::from_content(type.value));
  if (key.algorithm.is_under(oids::kTaRsa)) {
    CvRsaKey numbers;
    CICADA_TRY(numbers.modulus, read_unsigned(reader, kModulus, kMaxRsaSize));
    CICADA_TRY(numbers.exponent, read_unsigned(reader, kExponent, kMaxRsaSize));
    key.key = std::move(numbers);
  } else if (key.algorithm.is_under(oids::kTaEcdsa)) {
    CICADA_TRY(key.key, read_ec(reader));
  } else {
    return fail({.fault = Fault::unsupported,
                 .what = "key of a card-verifiable certificate is not for terminal authentication",
                 .clause = "TR-03110-3 C.1.2"});
  }
  CICADA_CHECK(reader.expect_end());
  return key;
}

Result<CvPublicKey> parse_cv_public_key(ByteView der) {
  if (der.size() > kMaxCvCertificateSize) return fail({.fault = Fault::limit, .what = "public key is too long"});
  CICADA_TRY(const auto object, read_only(der, cv::tags::kPublicKey, Rules::der));
  return cv::public_key_of(object);
}

Result<Bytes> encode_cv_public_key(const CvPublicKey& key) {
  const bool rsa = key.rsa() != nullptr;
  if (!key.algorithm.is_under(rsa ? oids::kTaRsa : oids::kTaEcdsa)) {
    return fail({.fault = Fault::bad_input, .what = "algorithm does not fit the key", .clause = kClause});
  }
  CICADA_TRY(const auto numbers, rsa ? encode_rsa(*key.rsa()) : encode_ec(*key.ec()));
  return encode_tlv(cv::tags::kPublicKey, {key.algorithm.der(), numbers});
}

}  // namespace cicada::asn1
