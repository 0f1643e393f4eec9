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

/// An EC public key: the domain in one of two forms, and the point.
struct EcPublicKeyNumbers {
  std::optional<EcDomainParameters> parameters;  ///< explicit parameters (the form of 9303-12)
  std::optional<Oid> named_curve;                ///< a named curve
  base::Bytes point;
};

/// Domain parameters of Diffie-Hellman over a prime field, unsigned big-endian, no leading zeros.
struct DhDomainParameters {
  base::Bytes p, g;
  base::Bytes q;  ///< order of the subgroup; empty in the form of PKCS#3
};

/// A DSA public key with its domain, unsigned big-endian, no leading zeros.
struct DsaPublicKeyNumbers {
  base::Bytes p, q, g;
  base::Bytes value;  ///< y
};

/// A Diffie-Hellman public key of a chip: the domain, and y.
struct DhPublicKeyNumbers {
  DhDomainParameters parameters;
  base::Bytes value;  ///< y, unsigned big-endian, no leading zeros
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

/// A key of dhpublicnumber (X9.42: p, g, q[, j]) or dhKeyAgreement (PKCS#3: p, g[, length of the exponent]); chips in
/// the field have either set of parameters under either name (9303-11 §8.5). Fails with unsupported for another
/// algorithm, with malformed, or limit for numbers over 8192 bits.
[[nodiscard]] base::Result<DhPublicKeyNumbers> parse_dh_public_key(const SubjectPublicKeyInfo& info);
/// The DomainParameters of either form alone (also PACEDomainParameterInfo). Fails as above.
[[nodiscard]] base::Result<DhDomainParameters> parse_dh_parameters(base::ByteView parameters);

/// A key of id-dsa with its parameters (RFC 3279 §2.3.2). Fails with unsupported for another algorithm, malformed (also
/// when the parameters are left to the issuer's certificate, which 9303-12 does not know), or limit for numbers over
/// 4096 bits.
[[nodiscard]] base::Result<DsaPublicKeyNumbers> parse_dsa_public_key(const SubjectPublicKeyInfo& info);
[[nodiscard]] base::Bytes encode_dsa_public_key_info(const DsaPublicKeyNumbers& key);

/// Is the domain one of the standardized ones (9303-11 §9.5.1; algorithm standardizedDomainParameters)? Then its
/// number, which may be one that nobody has defined yet. Nothing for another algorithm. Fails with malformed or limit.
[[nodiscard]] base::Result<std::optional<std::uint32_t>> standardized_domain(const AlgorithmIdentifier& algorithm);
/// y of a Diffie-Hellman key over a standardized domain, unsigned big-endian, no leading zeros. Chips write an INTEGER
/// or the bare number. Fails with malformed when empty, or limit over 8192 bits.
[[nodiscard]] base::Result<base::Bytes> dh_value_of_standardized(const SubjectPublicKeyInfo& info);

/// rsaEncryption with NULL parameters.
[[nodiscard]] base::Bytes encode_rsa_public_key_info(base::ByteView modulus, base::ByteView exponent);
/// `parameters` as 9303-12 §7.1.1.5 (explicit, with cofactor). p, a, b, generator are written in their given width.
[[nodiscard]] base::Bytes encode_ec_public_key_info(const EcDomainParameters& parameters, base::ByteView point);
[[nodiscard]] base::Bytes encode_ec_public_key_info(const Oid& named_curve, base::ByteView point);
/// dhpublicnumber with p, g, q; dhKeyAgreement with p, g when `q` is empty.
[[nodiscard]] base::Bytes encode_dh_public_key_info(const DhDomainParameters& parameters, base::ByteView value);
/// standardizedDomainParameters with this number: AlgorithmIdentifier alone, as in PACEDomainParameterInfo.
[[nodiscard]] AlgorithmIdentifier standardized_domain_algorithm(std::uint32_t id);
/// A key over a standardized domain; `key` is the EC point, or y as long as p (TR-03110-3 D.3).
[[nodiscard]] base::Bytes encode_standardized_public_key_info(std::uint32_t id, base::ByteView key);

}  // namespace cicada::asn1
