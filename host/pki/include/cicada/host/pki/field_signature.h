// Signatures as documents of the field have them: verified by the letter first, then in the ways known from there.
#pragma once

#include <string>
#include <vector>

#include "cicada/host/pki/public_key.h"

namespace cicada::host::pki {

/// What is to be verified; everything borrowed.
struct SignatureQuery {
  const asn1::AlgorithmIdentifier& algorithm;
  const PublicKey& key;
  base::ByteView message;
  base::ByteView signature;
  /// The digest algorithm that stands beside the signature algorithm (CMS). Both must name one hash.
  std::optional<HashAlgorithm> digest = std::nullopt;
};

/// Verifies. What was done that the standard does not allow is added to `deviations` by name (deviation.h, section
/// signatures), only when the signature verified. Every way ends in a whole signature verification with `key` over
/// `message`. Fails as PublicKey::verify_digest() does.
[[nodiscard]] base::Result<void> verify_field_signature(const SignatureQuery& query,
                                                        std::vector<std::string>& deviations);

/// The same for a key as it stands in a certificate. Fails also as PublicKey::create().
[[nodiscard]] base::Result<void> verify_field_signature(const asn1::AlgorithmIdentifier& algorithm,
                                                        const asn1::SubjectPublicKeyInfo& key, base::ByteView message,
                                                        base::ByteView signature, std::vector<std::string>& deviations);

}  // namespace cicada::host::pki
