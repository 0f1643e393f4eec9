// Certificate revocation lists (RFC 5280 §5, 9303-12 §7.1.4).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cicada/asn1/algorithm_identifier.h"
#include "cicada/asn1/extensions.h"
#include "cicada/asn1/name.h"
#include "cicada/base/clock.h"

namespace cicada::asn1 {

/// Lists larger than this (octets) are refused.
inline constexpr std::size_t kMaxCrlSize = 16UL * 1024 * 1024;
/// Lists with more entries are refused.
inline constexpr std::size_t kMaxRevoked = 100'000;

struct RevokedCertificate {
  base::Bytes serial;  ///< content octets of the INTEGER when parsed; unsigned big-endian when encoding
  base::Instant revoked_at;
};

/// A parsed list. Nothing in it has been verified.
struct CertificateList {
  base::Bytes der;
  base::Bytes tbs;            ///< the signed part as it stood
  std::uint32_t version = 1;  ///< 1 or 2
  AlgorithmIdentifier signature_algorithm;
  AlgorithmIdentifier tbs_signature_algorithm;
  Name issuer;
  base::Instant this_update;
  std::optional<base::Instant> next_update;
  std::vector<RevokedCertificate> revoked;  ///< in the order of the list
  std::vector<Extension> extensions;
  base::Bytes signature;

  /// Is this serial number (content octets of an INTEGER) on the list?
  [[nodiscard]] bool revokes(base::ByteView serial) const noexcept;
  [[nodiscard]] const Extension* find(const Oid& oid) const noexcept { return find_extension(extensions, oid); }
  [[nodiscard]] base::Result<std::optional<AuthorityKeyIdentifier>> authority_key_identifier() const;
  [[nodiscard]] base::Result<std::optional<base::Bytes>> crl_number() const;  ///< content octets of the INTEGER
};

/// Fails with malformed, or limit.
[[nodiscard]] base::Result<CertificateList> parse_certificate_list(base::ByteView der);

/// What a new list says. 9303-12 wants the extensions authorityKeyIdentifier and cRLNumber and no others.
struct TbsCertificateList {
  AlgorithmIdentifier signature_algorithm;
  base::Bytes issuer;  ///< DER of the Name
  base::Instant this_update;
  base::Instant next_update;
  std::vector<RevokedCertificate> revoked;  ///< left out of the encoding when empty
  std::vector<Extension> extensions;
};

/// DER of a version 2 TBSCertList: hash and sign this. Fails with bad_input.
[[nodiscard]] base::Result<base::Bytes> encode_tbs_certificate_list(const TbsCertificateList& tbs);
[[nodiscard]] base::Bytes encode_certificate_list(base::ByteView tbs, const AlgorithmIdentifier& algorithm,
                                                  base::ByteView signature);

}  // namespace cicada::asn1
