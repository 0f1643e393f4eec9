// LDS_D_7, LDS_K_8: does the signer's certificate belong to the document and to a CSCA (9303-12 §7.1.1.6, §6)?
#include <algorithm>

#include <fmt/format.h>

#include "algorithms.h"
#include "certificate.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/x509.h"
#include "mrz.h"

namespace cicada::conformance::lds {

namespace oids = asn1::oids;

namespace {

std::string without_filler(std::string_view text) {
  const auto end = text.find_last_not_of('<');
  return std::string{text.substr(0, end == std::string_view::npos ? 0 : end + 1)};
}

Judged<void> document_type_fits(const CertificateParts& certificate, const std::string& code, std::string_view what) {
  const auto* extension = certificate.find(oids::kDocumentTypeListExtension);
  const auto types = extension == nullptr ? base::Result<std::vector<std::string>>{std::vector<std::string>{}}
                                          : asn1::parse_document_type_list(extension->value);
  if (!types) return {};
  const bool fits = std::ranges::any_of(
      *types, [&](const auto& type) { return type == code || (type.size() == 1 && code.starts_with(type)); });
  if (fits || code.empty()) return {};
  return breaks(fmt::format("{} is not for documents of type {}, which DG1 says", what, code),
                extension == nullptr ? certificate.tbs.at : extension->value_at);
}

Judged<void> state_fits(const CertificateParts& certificate, const std::string& state, std::string_view what) {
  const auto* extension = certificate.find(oids::kSubjectAltName);
  const auto names = extension == nullptr
                         ? base::Result<std::vector<asn1::GeneralName>>{std::vector<asn1::GeneralName>{}}
                         : asn1::parse_general_names(extension->value);
  if (!names) return {};
  for (const auto& name : *names) {
    const auto locality = name.directory ? name.directory->find(oids::kLocalityName) : std::nullopt;
    if (locality && without_filler(*locality) != state) {
      return breaks(fmt::format("{} is of {}, DG1 says {}", what, printable(base::as_bytes(*locality)), state),
                    extension->value_at);
    }
  }
  return {};
}

/// Nothing when `csca` cannot have signed; else what comes of its signature.
std::optional<Judged<void>> signed_by(const CertificateParts& certificate, const asn1::Certificate& signer_certificate,
                                      const asn1::Certificate& csca, std::string_view what) {
  if (!asn1::same_name(csca.subject, signer_certificate.issuer)) return std::nullopt;
  const auto wanted = signer_certificate.authority_key_identifier();
  const auto found = csca.subject_key_identifier();
  if (wanted && *wanted && !(*wanted)->key_identifier.empty() && found && *found &&
      !base::equal((*wanted)->key_identifier, **found)) {
    return std::nullopt;
  }
  const auto scheme = scheme_of(certificate.tbs_algorithm, "the certificate's signature algorithm");
  if (!scheme) return std::unexpected(scheme.error());
  const auto verified = verify(*scheme, HashAlgorithm::sha256, csca.public_key.der, certificate.tbs.whole,
                               signer_certificate.signature, "the certificate's signature", certificate.signature.at);
  if (!verified) return verified;
  const auto constraints = csca.basic_constraints();
  const auto usage = csca.key_usage();
  const bool may_sign = constraints && *constraints && (*constraints)->ca && usage && *usage &&
                        (*usage)->has(asn1::KeyUsage::key_cert_sign);
  if (!may_sign)
    return breaks(fmt::format("{} was signed by a certificate that is no CA's", what), certificate.issuer.at);
  const auto begins = signer_certificate.validity.not_before;
  if (begins < csca.validity.not_before || begins > csca.validity.not_after) {
    return breaks(fmt::format("{} begins outside the validity of its CSCA certificate", what), certificate.validity.at);
  }
  return Judged<void>{};
}

}  // namespace

Judged<void> signer_fits_document(const CertificateParts& certificate, const Evidence& evidence,
                                  std::string_view what) {
  const auto mrz = mrz_of(evidence);
  if (!mrz) return {};  // DG1 is judged elsewhere
  CICADA_CHECK(document_type_fits(certificate, without_filler((*mrz)[mrz->layout->code]), what));
  return state_fits(certificate, without_filler((*mrz)[mrz->layout->state]), what);
}

Judged<void> signer_path(const CertificateParts& certificate, const Evidence& evidence, std::string_view what) {
  const auto parsed = asn1::parse_certificate(certificate.whole.whole);
  if (!parsed) return undecided(fmt::format("{} cannot be read: {}", what, parsed.error().describe()));
  if (parsed->validity.not_before > evidence.now) {
    return breaks(fmt::format("{} is not valid yet", what), certificate.validity.at);
  }
  if (evidence.csca_certificates.empty()) {
    return undecided(fmt::format("{} has the profile of 9303-12; no CSCA certificate was supplied to verify it", what));
  }
  std::optional<Judged<void>> outcome;
  const auto count = std::min(evidence.csca_certificates.size(), kMaxCscaCertificates);
  for (std::size_t i = 0; i < count; ++i) {
    const auto csca = asn1::parse_certificate(evidence.csca_certificates[i]);
    if (!csca) continue;
    auto attempt = signed_by(certificate, *parsed, *csca, what);
    if (attempt && *attempt) return {};
    if (attempt) outcome = std::move(attempt);
  }
  if (outcome) return *outcome;
  return breaks(fmt::format("{} names an issuer whose certificate is not among the {} supplied", what, count),
                certificate.issuer.at);
}

}  // namespace cicada::conformance::lds
