#include "profile.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "cicada/asn1/oids.h"
#include "cicada/host/pki/deviation.h"
#include "cicada/host/pki/public_key.h"
#include "judgement.h"

namespace cicada::host::pki {

namespace oids = asn1::oids;

namespace {

constexpr std::string_view kProfile = "9303-12 §7.1.1";
constexpr std::size_t kMaxSerialSize = 20;

/// Extensions that are processed here or say nothing about the path. A critical one outside this list is refused.
constexpr std::array kUnderstood = {
    oids::kSubjectKeyIdentifier,
    oids::kAuthorityKeyIdentifier,
    oids::kKeyUsage,
    oids::kPrivateKeyUsagePeriod,
    oids::kSubjectAltName,
    oids::kIssuerAltName,
    oids::kBasicConstraints,
    oids::kCrlDistributionPoints,
    oids::kCertificatePolicies,
    oids::kExtendedKeyUsage,
    oids::kNameChange,
    oids::kDocumentTypeListExtension,
};

constexpr std::array kForbidden = {
    oids::kPolicyMappings,   oids::kNameConstraints, oids::kPolicyConstraints,
    oids::kInhibitAnyPolicy, oids::kFreshestCrl,     asn1::Oid::of("2.16.840.1.113730.1.1"),  // Netscape type
};

bool serial_is_proper(base::ByteView serial) {
  const bool negative = !serial.empty() && (serial[0] & 0x80U) != 0;
  const bool zero = std::ranges::all_of(serial, [](auto octet) { return octet == 0; });
  return !negative && !zero && serial.size() <= kMaxSerialSize;
}

/// Forms that DER or RFC 5280 forbid.
void note_encoding(const asn1::Certificate& certificate, const CertificateFacts& facts,
                   std::vector<std::string>& deviations) {
  for (const auto& name : certificate.deviations) {
    // A negative serial number has its own name among the serial numbers that are not proper.
    if (name.view() == deviation::kLengthNotShortest || name.view() == deviation::kTimeForm) {
      note(deviations, name.view());
    }
  }
  if (facts.key_period && !facts.key_period->proper_times) note(deviations, deviation::kTimeForm);
  if (facts.unreadable) note(deviations, deviation::kExtensionUnreadable);
}

/// What holds for every certificate of the profile.
std::optional<Judgement> object_to_any(const asn1::Certificate& certificate, const CertificateFacts& facts,
                                       std::string_view who, std::vector<std::string>& deviations) {
  if (!asn1::same_algorithm(certificate.signature_algorithm, certificate.tbs_signature_algorithm)) {
    return judged_bad(fmt::format("{} names two different signature algorithms", who), "RFC 5280 §4.1.1.2");
  }
  for (const auto& extension : certificate.extensions) {
    if (extension.critical && std::ranges::find(kUnderstood, extension.oid) == kUnderstood.end()) {
      return judged_bad(
          fmt::format("{} has a critical extension that is not understood: {}", who, extension.oid.to_dotted()),
          "RFC 5280 §4.2");
    }
    if (std::ranges::find(kForbidden, extension.oid) != kForbidden.end()) {
      note(deviations, deviation::kForbiddenExtension);
    }
  }
  note_encoding(certificate, facts, deviations);
  // NULL in one place, nothing in the other: RFC 5280 §4.1.1.2 wants them identical.
  if (certificate.signature_algorithm != certificate.tbs_signature_algorithm) note(deviations, deviation::kNullDiffers);
  if (certificate.has_unique_identifiers) note(deviations, deviation::kForbiddenExtension);
  if (certificate.version != 3) note(deviations, deviation::kVersionNotThree);
  if (!serial_is_proper(certificate.serial)) note(deviations, deviation::kSerialNotProper);
  if (const auto* usage = certificate.find(oids::kKeyUsage); usage != nullptr && !usage->critical) {
    note(deviations, deviation::kKeyUsageNotCritical);
  }
  if (const auto form = key_form(certificate.public_key)) {
    if (form->named_curve) note(deviations, deviation::kNamedCurve);
    if (form->weak) note(deviations, deviation::kWeakKey);
    if (form->negative) note(deviations, deviation::kNegativeKeyNumber);
  }
  const auto scheme = signature_scheme(certificate.signature_algorithm);
  if (scheme && scheme->hash == HashAlgorithm::sha1) note(deviations, deviation::kSha1);
  return std::nullopt;
}

}  // namespace

base::Result<CertificateFacts> read_facts(const asn1::Certificate& certificate) {
  CertificateFacts facts;
  CICADA_TRY(facts.key_usage, certificate.key_usage());
  CICADA_TRY(facts.constraints, certificate.basic_constraints());
  CICADA_TRY(facts.extended_key_usage, certificate.extended_key_usage());
  const auto take = [&](auto& field, auto extension) {
    if (extension) {
      field = *std::move(extension);
    } else {
      facts.unreadable = true;
    }
  };
  take(facts.authority_key_id, certificate.authority_key_identifier());
  take(facts.subject_key_id, certificate.subject_key_identifier());
  take(facts.key_period, certificate.private_key_usage_period());
  take(facts.document_types, certificate.document_type_list());
  return facts;
}

bool may_sign_document(const std::vector<std::string>& types, std::string_view document_code) {
  while (document_code.ends_with('<')) document_code.remove_suffix(1);
  return std::ranges::any_of(types, [&](const std::string& type) {
    // A single letter stands for all types that start with it.
    return type.size() == 1 ? document_code.starts_with(type) : document_code == type;
  });
}

std::optional<Judgement> object_to_signer(const asn1::Certificate& certificate, const CertificateFacts& facts,
                                          std::string_view document_code, std::vector<std::string>& deviations) {
  if (facts.is_ca()) return judged_bad("the signer's certificate is a CA certificate", kProfile);
  if (auto objection = object_to_any(certificate, facts, "the signer's certificate", deviations)) return objection;
  if (!facts.key_usage) {
    note(deviations, deviation::kDsWithoutKeyUsage);
  } else if (facts.key_usage->has(asn1::KeyUsage::key_cert_sign)) {
    return judged_bad("the signer's certificate claims the right to sign certificates", kProfile);
  } else if (!facts.key_usage->has(asn1::KeyUsage::digital_signature)) {
    return judged_bad("the signer's certificate is not for signatures (keyUsage without digitalSignature)", kProfile);
  }
  if (facts.extended_key_usage) {
    const auto& usages = *facts.extended_key_usage;
    const auto is_list_key = [](const auto& oid) {
      return oid == oids::kMasterListSigningKey || oid == oids::kDeviationListSigningKey;
    };
    if (certificate.find(oids::kExtendedKeyUsage)->critical || std::ranges::any_of(usages, is_list_key)) {
      return judged_bad("the signer's certificate is for another purpose than signing documents (extKeyUsage)",
                        "9303-12 §7.1.1.3");
    }
    note(deviations, deviation::kExtendedKeyUsage);
  }
  if (facts.document_types && !document_code.empty() && !may_sign_document(*facts.document_types, document_code)) {
    return judged_bad(fmt::format("the signer may not sign documents of type {} (only {})", document_code,
                                  fmt::join(*facts.document_types, ", ")),
                      "9303-12 §7.1.1.6");
  }
  return std::nullopt;
}

std::optional<Judgement> object_to_csca(const asn1::Certificate& certificate, const CertificateFacts& facts,
                                        std::vector<std::string>& deviations) {
  const auto form = anchor_form(certificate);
  if (!form || !form->is_anchor) return judged_bad("the issuer's certificate is not a CA certificate", kProfile);
  if (form->without_constraints) note(deviations, deviation::kCscaWithoutBasicConstraints);
  if (auto objection = object_to_any(certificate, facts, "the CSCA certificate", deviations)) return objection;
  if (!facts.key_usage) {
    note(deviations, deviation::kCscaWithoutKeyUsage);
  } else if (!facts.key_usage->has(asn1::KeyUsage::key_cert_sign)) {
    return judged_bad("the CSCA certificate may not sign certificates (keyUsage without keyCertSign)", kProfile);
  }
  if (facts.constraints && facts.constraints->path_length != 0U) note(deviations, deviation::kPathLengthNotZero);
  return std::nullopt;
}

}  // namespace cicada::host::pki
