#include "known_defects.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cicada/asn1/oids.h"
#include "cicada/host/pki/public_key.h"
#include "judgement.h"
#include "profile.h"

namespace cicada::host::pki {

namespace oids = asn1::oids;

namespace {

struct DefectName {
  asn1::Oid type;
  std::string_view name;
};

constexpr std::array kNames = {
    DefectName{oids::kDeviationCertOrKey, "certificate-or-key"},
    DefectName{oids::kDeviationDsSignature, "ds-signature"},
    DefectName{oids::kDeviationDsEncoding, "ds-encoding"},
    DefectName{oids::kDeviationCscaEncoding, "csca-encoding"},
    DefectName{oids::kDeviationAaKeyCompromised, "aa-key-compromised"},
    DefectName{oids::kDeviationLds, "lds"},
    DefectName{oids::kDeviationDgMalformed, "dg-malformed"},
    DefectName{oids::kDeviationDgHashWrong, "dg-hash-wrong"},
    DefectName{oids::kDeviationSodSignatureWrong, "sod-signature-wrong"},
    DefectName{oids::kDeviationComInconsistent, "com-inconsistent"},
    DefectName{oids::kDeviationMrz, "mrz"},
    DefectName{oids::kDeviationMrzWrongData, "mrz-wrong-data"},
    DefectName{oids::kDeviationMrzWrongCheckDigit, "mrz-wrong-check-digit"},
    DefectName{oids::kDeviationChip, "chip"},
    DefectName{oids::kDeviationNationalUse, "national-use"},
};

std::string name_of_defect(const asn1::Oid& type) {
  const auto* const known = std::ranges::find(kNames, type, &DefectName::type);
  return fmt::format("deviation-list:{}", known == kNames.end() ? type.to_dotted() : std::string{known->name});
}

std::string without_fillers(std::string_view text) {
  while (text.ends_with('<') || text.ends_with(' ')) text.remove_suffix(1);
  return std::string{text};
}

bool is_meant(const asn1::DeviationSigner& named, const asn1::DeviationList& list, const asn1::Certificate& signer) {
  if (!named.issuer.empty()) {
    const auto issuer = asn1::parse_name(named.issuer);
    return issuer && asn1::same_name(*issuer, signer.issuer) && asn1::same_serial(named.serial, signer.serial);
  }
  if (!named.subject_key_identifier.empty()) {
    const auto key_id = signer.subject_key_identifier();
    return key_id && *key_id && base::equal(**key_id, named.subject_key_identifier);
  }
  if (!list.digest_algorithm) return false;
  const auto hash = hash_by_oid(list.digest_algorithm->oid);
  if (!hash) return false;
  const auto digest = crypto::openssl::hash(*hash, signer.der);
  return digest && base::equal(*digest, named.certificate_digest);
}

bool is_meant(const asn1::DeviationDocuments& documents, const asn1::DeviationList& list, const PathQuery& query) {
  if (documents.document_type && without_fillers(*documents.document_type) != without_fillers(query.document_code)) {
    return false;
  }
  if (documents.signer && !is_meant(*documents.signer, list, *query.signer)) return false;
  if (documents.first_issued) {
    if (!query.signed_at || *query.signed_at < *documents.first_issued) return false;
    if (documents.last_issued && *query.signed_at > *documents.last_issued) return false;
  }
  if (documents.document_numbers.empty()) return true;
  const auto number = without_fillers(query.document_number);
  return !number.empty() && std::ranges::any_of(documents.document_numbers,
                                                [&](const auto& listed) { return without_fillers(listed) == number; });
}

/// A State speaks for its own documents: a criterion that says nothing about the signer would mean everybody's.
bool says_whose(const asn1::DeviationDocuments& documents) {
  return documents.signer || !documents.document_numbers.empty();
}

}  // namespace

std::vector<std::string> known_defects(const TrustStore& trust, const PathQuery& query) {
  std::vector<std::string> names;
  for (const auto& list : trust.deviation_lists()) {
    for (const auto& entry : list.entries) {
      if (!says_whose(entry.documents) || !is_meant(entry.documents, list, query)) continue;
      for (const auto& description : entry.descriptions) note(names, name_of_defect(description.type));
    }
  }
  return names;
}

}  // namespace cicada::host::pki
