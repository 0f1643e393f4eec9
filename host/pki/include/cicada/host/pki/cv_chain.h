// Chains of card-verifiable certificates: from the key that a card trusts to a terminal (9303-11 §7.1, 9303-12 §7.2).
#pragma once

#include <span>

#include "cicada/asn1/cv_certificate.h"
#include "cicada/base/clock.h"
#include "cicada/host/pki/cv_key.h"

namespace cicada::host::pki {

/// Longer chains are refused: some link certificates, a DV and a terminal.
inline constexpr std::size_t kMaxCvChain = 16;

/// What a chain that verified is worth to a card.
struct CvChainResult {
  CvKey holder;                         ///< key of the last certificate
  asn1::CvAuthorization authorization;  ///< of the last certificate, cut down to what all before it allow
  /// The day that a card takes over from the chain: the latest first day of link, DV and domestic terminal certificates
  /// (9303-11 §7.1.3: those of a foreign terminal are not believed), at least that of the trust point.
  base::Date card_date;
};

/// Verifies `chain` from the CVCA key of `trust_point` on, as a card whose date is `today` would, and stricter: a
/// certificate that is not valid yet is refused as well, since it would push the card's date ahead of the calendar.
/// Each certificate names the one before it as its authority, is signed by its key, and may be signed by its role: a
/// CVCA signs CVCA links and DVs, a DV signs terminals. Link certificates may have expired. All are for one kind of
/// terminal. `trust_point` itself is trusted as it is. Error::at is the index in `chain`. Fails with security
/// (signature, role, kind of terminal, authority), conflict (dates), and like CvKey::create; with limit for a longer
/// chain, with bad_input for an empty one or a trust point that is no CVCA.
[[nodiscard]] base::Result<CvChainResult> verify_cv_chain(const asn1::CvCertificate& trust_point,
                                                          std::span<const asn1::CvCertificate> chain, base::Date today);

/// Is the certificate signed with the key that it carries? For a CVCA's own certificate. Fails with security.
[[nodiscard]] base::Result<void> verify_self_signed(const asn1::CvCertificate& certificate);

/// The rights that both give; the role is that of `lower`. Bits of another length give nothing.
[[nodiscard]] asn1::CvAuthorization intersect(const asn1::CvAuthorization& upper, const asn1::CvAuthorization& lower);

}  // namespace cicada::host::pki
