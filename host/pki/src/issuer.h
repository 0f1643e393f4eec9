// Finding the CSCA that issued a certificate. Private to the room.
#pragma once

#include <span>

#include "cicada/host/pki/path.h"
#include "cicada/host/pki/trust_store.h"
#include "profile.h"

namespace cicada::host::pki {

struct IssuerSearch {
  /// Its key verified the certificate: an anchor, or a link certificate among the companions that an anchor vouches
  /// for.
  const asn1::Certificate* csca = nullptr;  ///< null: see refusal
  Judgement refusal;
  std::vector<std::string> deviations;
};

/// Matches by key identifier and name, compared tolerantly, then by name alone, and verifies the signature (9303-12
/// §6.1.2). A companion counts only as a link certificate under an anchor of the store.
[[nodiscard]] IssuerSearch find_issuer(const TrustStore& trust, const asn1::Certificate& certificate,
                                       const CertificateFacts& facts, std::span<const asn1::Certificate> companions,
                                       base::Instant at);

}  // namespace cicada::host::pki
