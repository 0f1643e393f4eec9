// Public keys as certificates, DG14 and DG15 carry them: numbers, not yet keys.
#pragma once

#include <cstdint>
#include <optional>

#include "cicada/asn1/algorithm_identifier.h"
#include "cicada/asn1/oid.h"

namespace cicada::asn1 {

/// SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
struct SubjectPublicKeyInfo {
  base::Bytes der;  ///< the whole SEQUENCE as it stood
  AlgorithmIdentifier algorithm;
  base::Bytes key;  ///< content of the BIT STRING: an EC point, or the DER of an RSAPublicKey
};

struct RsaPublicKeyNumbers {
  base::Bytes modulus;    ///< unsigned big-endian, no leading zeros
  base::Bytes exponent;   ///< unsigned big-endian, no leading zeros
  bool negative = false;  ///< a number was encoded without its leading 00 (field deviation)
};

/// SpecifiedECDomain over a prime field, unsigned big-endian integers: p, a and b as long as p.
struct EcDomainParameters {
  base::Bytes p, a, b;
  base::Bytes generator;       ///< the point as it stood: 04 || x || y, or compressed
  base::Bytes order;           ///< no leading zeros
  std::uint32_t cofactor = 0;  ///< 0: not given
};

/// An EC public key: the domain in one of three forms, and the point.
struct EcPublicKeyNumbers {
  std::optional<EcDomainParameters> parameters;  ///< explicit parameters (the form of 9303-12)
  std::optional<Oid> named_curve;                ///< a named curve
  base::Bytes point;
};

/// Reads the whole SEQUENCE; any algorithm. Fails with malformed or limit.
[[nodiscard]] base::Result<SubjectPublicKeyInfo> parse_public_key_info(base::ByteView der);
/// Fails with unsupported when the algorithm is not rsaEncryption or RSASSA-PSS, with malformed, or with limit for
/// numbers over 16384 bits.
[[nodiscard]] base::Result<RsaPublicKeyNumbers> parse_rsa_public_key(const SubjectPublicKeyInfo& info);
/// Fails with unsupported when the algorithm is not ecPublicKey, for binary fields, and for implicitCurve; with
/// malformed, or limit for numbers over 1024 bits.
[[nodiscard]] base::Result<EcPublicKeyNumbers> parse_ec_public_key(const SubjectPublicKeyInfo& info);
/// The ECParameters of an AlgorithmIdentifier alone (also PACEDomainParameterInfo). Fails as above; `point` is empty.
[[nodiscard]] base::Result<EcPublicKeyNumbers> parse_ec_parameters(base::ByteView parameters);

/// rsaEncryption with NULL parameters.
[[nodiscard]] base::Bytes encode_rsa_public_key_info(base::ByteView modulus, base::ByteView exponent);
/// `parameters` as 9303-12 §7.1.1.5 (explicit, with cofactor). p, a, b, generator are written in their given width.
[[nodiscard]] base::Bytes encode_ec_public_key_info(const EcDomainParameters& parameters, base::ByteView point);
[[nodiscard]] base::Bytes encode_ec_public_key_info(const Oid& named_curve, base::ByteView point);

}  // namespace cicada::asn1
