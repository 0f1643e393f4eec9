// Issuing card-verifiable certificates and requests for them (9303-12 §7.2, TR-03110-3 C).
#pragma once

#include <optional>
#include <string>

#include "cicada/asn1/cv_certificate.h"
#include "cicada/host/pki/cv_key.h"

namespace cicada::host::pki {

/// What the authority decides; the key comes from its holder.
struct CvTerms {
  std::string holder_reference;
  asn1::CvAuthorization authorization;
  base::Date effective;
  base::Date expiration;
  std::vector<asn1::CvExtension> extensions = {};
};

/// A CVCA's first certificate, signed with its own key.
[[nodiscard]] base::Result<asn1::CvCertificate> issue_self_signed(const CvTerms& terms, const CvSigner& cvca);

/// A certificate for `key`, signed by the holder of `authority`, whose key `signer` is. A link certificate (role CVCA)
/// carries the domain of its key; all others leave it out, so an EC key must be on the signer's curve. Fails with
/// conflict when `signer` is not the authority's key, with bad_input when the role may not be signed by the authority
/// or the key cannot inherit its domain.
[[nodiscard]] base::Result<asn1::CvCertificate> issue_cv_certificate(const CvTerms& terms, const asn1::CvPublicKey& key,
                                                                     const asn1::CvCertificate& authority,
                                                                     const CvSigner& signer);

/// A request, signed with the key that it carries. `authority_reference`: whose signature is wanted.
[[nodiscard]] base::Result<asn1::CvRequest> make_cv_request(const std::string& holder_reference,
                                                            const std::optional<std::string>& authority_reference,
                                                            const CvSigner& key);
/// The same with an outer signature by the key that `authority_reference` names.
[[nodiscard]] base::Result<asn1::AuthenticatedCvRequest> authenticate_cv_request(const asn1::CvRequest& request,
                                                                                 const std::string& authority_reference,
                                                                                 const CvSigner& signer);

/// Has the requester the private key? Fails with security.
[[nodiscard]] base::Result<void> verify_cv_request(const asn1::CvRequest& request);

}  // namespace cicada::host::pki
