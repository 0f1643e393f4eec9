#include "cicada/host/pki/cv_issue.h"

namespace cicada::host::pki {

using asn1::CvRole;
using base::Fault;

namespace {

base::Result<asn1::CvCertificate> sign_body(const asn1::CvBody& content, const CvSigner& signer) {
  CICADA_TRY(const auto body, asn1::encode_cv_body(content));
  CICADA_TRY(const auto signature, signer.sign(body));
  return asn1::parse_cv_certificate(asn1::encode_cv_certificate(body, signature));
}

asn1::CvBody body_of(const CvTerms& terms, const std::string& authority, asn1::CvPublicKey key) {
  return {.authority_reference = authority,
          .public_key = std::move(key),
          .holder_reference = terms.holder_reference,
          .authorization = terms.authorization,
          .effective = terms.effective,
          .expiration = terms.expiration,
          .extensions = terms.extensions};
}

base::Result<void> check_role(CvRole authority, CvRole holder) {
  const bool by_cvca = authority == CvRole::cvca && holder != CvRole::terminal;
  const bool by_dv =
      (authority == CvRole::dv_domestic || authority == CvRole::dv_foreign) && holder == CvRole::terminal;
  if (by_cvca || by_dv) return {};
  return base::fail({.fault = Fault::bad_input,
                     .what = "this authority may not sign for this role",
                     .clause = "9303-11 §7.1.4",
                     .hint = "a CVCA signs links and document verifiers, a document verifier signs terminals"});
}

/// The key as the certificate has it: a domain only for a CVCA.
base::Result<asn1::CvPublicKey> certified_key(const asn1::CvPublicKey& key, const CvSigner& signer, bool with_domain) {
  auto certified = key;
  const auto* ec = key.ec();
  if (ec == nullptr) return certified;
  if (with_domain && !ec->domain) {
    return base::fail({.fault = Fault::bad_input, .what = "the key of a CVCA comes without its domain parameters"});
  }
  CICADA_TRY(const auto own, CvKey::create(key, signer.curve()));
  if (with_domain) return certified;
  if (own.curve() != signer.curve()) {
    return base::fail({.fault = Fault::bad_input,
                       .what = "the key is on another curve than the authority's and could not inherit its domain",
                       .clause = "9303-11 §7.1.5",
                       .hint = "make a key on the authority's curve"});
  }
  certified.key = asn1::CvEcKey{.domain = std::nullopt, .point = ec->point};
  return certified;
}

}  // namespace

base::Result<asn1::CvCertificate> issue_self_signed(const CvTerms& terms, const CvSigner& cvca) {
  if (terms.authorization.role() != CvRole::cvca) {
    return base::fail({.fault = Fault::bad_input, .what = "only a CVCA signs for itself", .clause = "9303-11 §7.1.4"});
  }
  return sign_body(body_of(terms, terms.holder_reference, cvca.public_key(true)), cvca);
}

base::Result<asn1::CvCertificate> issue_cv_certificate(const CvTerms& terms, const asn1::CvPublicKey& key,
                                                       const asn1::CvCertificate& authority, const CvSigner& signer) {
  if (!signer.matches(authority.public_key)) {
    return base::fail({.fault = Fault::conflict,
                       .what = "the private key does not belong to the authority's certificate",
                       .hint = "give the key and the certificate of one authority"});
  }
  const auto role = terms.authorization.role();
  CICADA_CHECK(check_role(authority.authorization.role(), role));
  if (terms.authorization.terminal_type != authority.authorization.terminal_type) {
    return base::fail({.fault = Fault::bad_input, .what = "the authority is for another kind of terminal"});
  }
  CICADA_TRY(auto certified, certified_key(key, signer, role == CvRole::cvca));
  return sign_body(body_of(terms, authority.holder_reference, std::move(certified)), signer);
}

base::Result<asn1::CvRequest> make_cv_request(const std::string& holder_reference,
                                              const std::optional<std::string>& authority_reference,
                                              const CvSigner& key) {
  CICADA_TRY(const auto body, asn1::encode_cv_request_body({.authority_reference = authority_reference,
                                                            .public_key = key.public_key(true),
                                                            .holder_reference = holder_reference,
                                                            .extensions = {}}));
  CICADA_TRY(const auto signature, key.sign(body));
  return asn1::parse_cv_request(asn1::encode_cv_certificate(body, signature));
}

base::Result<asn1::AuthenticatedCvRequest> authenticate_cv_request(const asn1::CvRequest& request,
                                                                   const std::string& authority_reference,
                                                                   const CvSigner& signer) {
  CICADA_TRY(const auto covered, asn1::encode_outer_signed_octets(request.der, authority_reference));
  CICADA_TRY(const auto signature, signer.sign(covered));
  return asn1::parse_authenticated_cv_request(asn1::encode_authenticated_cv_request(covered, signature));
}

base::Result<void> verify_cv_request(const asn1::CvRequest& request) {
  CICADA_TRY(const auto key, CvKey::create(request.public_key));
  return key.verify(request.body, request.signature);
}

}  // namespace cicada::host::pki
