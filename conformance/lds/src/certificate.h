// A certificate taken apart, with the place of every part.
#pragma once

#include <vector>

#include "cicada/asn1/name.h"
#include "strict_tlv.h"

namespace cicada::conformance::lds {

inline constexpr std::size_t kMaxExtensionsLookedAt = 64;

struct ExtensionParts {
  asn1::Oid oid;
  Object whole;
  bool critical = false;
  bool criticality_written = false;
  base::ByteView value;  ///< content of extnValue
  std::size_t value_at = 0;
};

struct CertificateParts {
  Object whole, tbs;
  std::optional<Object> version;
  Object serial, tbs_algorithm, issuer, validity, subject, key;
  std::optional<Object> unique_identifier;  ///< the first of the two
  std::vector<ExtensionParts> extensions;
  Object algorithm, signature;

  [[nodiscard]] const ExtensionParts* find(const asn1::Oid& oid) const noexcept;
};

/// Only what is needed to find the parts; what they say is for the rules.
[[nodiscard]] Judged<CertificateParts> certificate_of(const Object& certificate);

/// The certificate of a document signer against 9303-12 §7.1.1, field by field. `what` names it.
[[nodiscard]] Judged<void> signer_profile(const CertificateParts& certificate, std::string_view what);
[[nodiscard]] Judged<void> signer_extensions(const CertificateParts& certificate, std::string_view what);
/// Document types and State against DG1, when that is there.
[[nodiscard]] Judged<void> signer_fits_document(const CertificateParts& certificate, const Evidence& evidence,
                                                std::string_view what);
/// Up to one of the supplied CSCA certificates. Undecided when none was supplied.
[[nodiscard]] Judged<void> signer_path(const CertificateParts& certificate, const Evidence& evidence,
                                       std::string_view what);
/// All of that.
[[nodiscard]] Judged<void> signer_rules(const CertificateParts& certificate, const Evidence& evidence,
                                        std::string_view what);

}  // namespace cicada::conformance::lds
