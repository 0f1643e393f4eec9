// X.509 certificates: read with every signed octet kept, and written for issuing (RFC 5280, 9303-12 §7).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cicada/asn1/algorithm_identifier.h"
#include "cicada/asn1/extensions.h"
#include "cicada/asn1/name.h"
#include "cicada/asn1/public_key.h"
#include "cicada/base/clock.h"

namespace cicada::asn1 {

/// Certificates larger than this (octets) are refused.
inline constexpr std::size_t kMaxCertificateSize = 64UL * 1024;

struct Validity {
  base::Instant not_before;
  base::Instant not_after;
};

/// A parsed certificate. Nothing in it has been verified.
struct Certificate {
  base::Bytes der;                              ///< the whole certificate as it stood
  base::Bytes tbs;                              ///< the signed part as it stood, with tag and length
  std::uint32_t version = 1;                    ///< 1 to 3
  base::Bytes serial;                           ///< content octets of the INTEGER as they stood
  AlgorithmIdentifier signature_algorithm;      ///< the outer one
  AlgorithmIdentifier tbs_signature_algorithm;  ///< the signed one; both must agree (RFC 5280 §4.1.1.2)
  Name issuer;
  Validity validity{};
  Name subject;
  SubjectPublicKeyInfo public_key;
  bool has_unique_identifiers = false;  ///< issuerUniqueID or subjectUniqueID present: forbidden by 9303-12
  std::vector<Extension> extensions;
  base::Bytes signature;  ///< content of the BIT STRING
  /// Encodings that DER or RFC 5280 forbid and documents in the field have; tolerated: "length-not-shortest",
  /// "serial-number-negative", "time-form".
  std::vector<base::Literal> deviations;

  [[nodiscard]] const Extension* find(const Oid& oid) const noexcept { return find_extension(extensions, oid); }
  // Each gives nothing when the extension is absent and fails with malformed when it is there but broken.
  [[nodiscard]] base::Result<std::optional<AuthorityKeyIdentifier>> authority_key_identifier() const;
  [[nodiscard]] base::Result<std::optional<base::Bytes>> subject_key_identifier() const;
  [[nodiscard]] base::Result<std::optional<KeyUsages>> key_usage() const;
  [[nodiscard]] base::Result<std::optional<BasicConstraints>> basic_constraints() const;
  [[nodiscard]] base::Result<std::optional<PrivateKeyUsagePeriod>> private_key_usage_period() const;
  [[nodiscard]] base::Result<std::optional<std::vector<GeneralName>>> subject_alt_name() const;
  [[nodiscard]] base::Result<std::optional<std::vector<GeneralName>>> issuer_alt_name() const;
  [[nodiscard]] base::Result<std::optional<std::vector<std::string>>> crl_distribution_points() const;
  [[nodiscard]] base::Result<std::optional<std::vector<Oid>>> extended_key_usage() const;
  [[nodiscard]] base::Result<std::optional<std::vector<std::string>>> document_type_list() const;
};

/// Reads a DER certificate. Fails with malformed, or with limit when it is too large, too deep or has too many parts.
[[nodiscard]] base::Result<Certificate> parse_certificate(base::ByteView der);

/// Two serial numbers are the same number (leading zeros do not matter). Content octets of INTEGERs.
[[nodiscard]] bool same_serial(base::ByteView a, base::ByteView b) noexcept;

/// What a new certificate says.
struct TbsCertificate {
  base::Bytes serial;  ///< unsigned big-endian, 1 to 20 octets, not zero
  AlgorithmIdentifier signature_algorithm;
  base::Bytes issuer;  ///< DER of the Name: take it from the issuer's certificate, octet by octet
  Validity validity{};
  base::Bytes subject;     ///< DER of the Name
  base::Bytes public_key;  ///< DER of the SubjectPublicKeyInfo
  std::vector<Extension> extensions;
};

/// DER of a version 3 TBSCertificate: hash and sign this. Fails with bad_input on a serial number or a date that the
/// profile does not allow.
[[nodiscard]] base::Result<base::Bytes> encode_tbs_certificate(const TbsCertificate& tbs);
/// The certificate from its signed part and the signature over it. `algorithm` as in the TBS.
[[nodiscard]] base::Bytes encode_certificate(base::ByteView tbs, const AlgorithmIdentifier& algorithm,
                                             base::ByteView signature);

}  // namespace cicada::asn1
