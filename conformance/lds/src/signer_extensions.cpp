// LDS_D_7, LDS_K_8: the extensions of a document signer's certificate (9303-12 §7.1.1.2, table 6).
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "certificate.h"
#include "cicada/asn1/extensions.h"
#include "cicada/asn1/oids.h"
#include "country_codes.h"
#include "der_rules.h"

namespace cicada::conformance::lds {

namespace oids = asn1::oids;

namespace {

enum class Presence : std::uint8_t { must, may, never };

struct ExtensionRule {
  asn1::Oid oid;
  std::string_view name;
  Presence presence;
  bool critical = false;
  Judged<void> (*content)(const ExtensionParts&) = nullptr;
};

std::unexpected<Finding> wrong(const ExtensionParts& extension, std::string_view what) {
  return breaks(std::string{what}, extension.value_at);
}

Judged<void> authority_key_identifier(const ExtensionParts& extension) {
  const auto parsed = asn1::parse_authority_key_identifier(extension.value);
  if (!parsed || parsed->key_identifier.empty()) return wrong(extension, "authorityKeyIdentifier has no keyIdentifier");
  return {};
}

Judged<void> subject_key_identifier(const ExtensionParts& extension) {
  const auto parsed = asn1::parse_subject_key_identifier(extension.value);
  if (!parsed || parsed->empty()) return wrong(extension, "subjectKeyIdentifier is none");
  return {};
}

Judged<void> key_usage(const ExtensionParts& extension) {
  static constexpr std::array<std::uint8_t, 4> kDigitalSignatureOnly{0x03, 0x02, 0x07, 0x80};
  if (base::equal(extension.value, kDigitalSignatureOnly)) return {};
  return wrong(extension, fmt::format("keyUsage is {}, digitalSignature alone is wanted (03 02 07 80)",
                                      octets_text(extension.value)));
}

Judged<void> private_key_usage_period(const ExtensionParts& extension) {
  const auto parsed = asn1::parse_private_key_usage_period(extension.value);
  if (!parsed || !parsed->proper_times) return wrong(extension, "privateKeyUsagePeriod is none");
  if (!parsed->not_before && !parsed->not_after) return wrong(extension, "privateKeyUsagePeriod says no time");
  if (parsed->not_before && parsed->not_after && *parsed->not_after < *parsed->not_before) {
    return wrong(extension, "privateKeyUsagePeriod ends before it begins");
  }
  return {};
}

/// The State in a directoryName: its localityName.
std::optional<std::string> locality(const asn1::GeneralName& name) {
  return name.directory ? name.directory->find(oids::kLocalityName) : std::nullopt;
}

/// As in the MRZ, with or without the filler behind it.
bool is_state(std::string code) {
  while (code.size() < 3) code += '<';
  return is_state_code(code);
}

Judged<void> alternative_names(const ExtensionParts& extension) {
  using Kind = asn1::GeneralName::Kind;
  const auto parsed = asn1::parse_general_names(extension.value);
  if (!parsed) return wrong(extension, "the alternative names are none");
  bool contact = false;
  bool state = false;
  for (const auto& name : *parsed) {
    contact = contact || name.kind == Kind::rfc822 || name.kind == Kind::dns || name.kind == Kind::uri;
    const auto code = locality(name);
    if (code && !is_state(*code)) {
      return wrong(extension, fmt::format("the alternative names have the locality '{}', which is no State of an MRZ",
                                          printable(base::as_bytes(*code))));
    }
    state = state || code.has_value();
  }
  if (!contact || !state) {
    return wrong(extension, "the alternative names lack a contact (mail, name or address) or the State as locality");
  }
  return {};
}

Judged<void> distribution_points(const ExtensionParts& extension) {
  const auto parsed = asn1::parse_crl_distribution_points(extension.value);
  if (!parsed || parsed->empty()) return wrong(extension, "cRLDistributionPoints say no address");
  for (const auto& uri : *parsed) {
    if (!uri.starts_with("http://") && !uri.starts_with("https://") && !uri.starts_with("ldap://")) {
      return wrong(extension, "cRLDistributionPoints have an address that is neither http, https nor ldap");
    }
  }
  return {};
}

Judged<void> document_types(const ExtensionParts& extension) {
  const auto parsed = asn1::parse_document_type_list(extension.value);
  if (!parsed || parsed->empty()) return wrong(extension, "documentType names no document");
  for (const auto& type : *parsed) {
    const bool letters = std::ranges::all_of(type, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (type.empty() || type.size() > 2 || !letters) {
      return wrong(extension, fmt::format("documentType has '{}', one or two letters are wanted",
                                          printable(base::as_bytes(type))));
    }
  }
  return {};
}

constexpr std::array<ExtensionRule, 19> kRules = {{
    {oids::kAuthorityKeyIdentifier, "authorityKeyIdentifier", Presence::must, false, authority_key_identifier},
    {oids::kSubjectKeyIdentifier, "subjectKeyIdentifier", Presence::may, false, subject_key_identifier},
    {oids::kKeyUsage, "keyUsage", Presence::must, true, key_usage},
    {oids::kPrivateKeyUsagePeriod, "privateKeyUsagePeriod", Presence::must, false, private_key_usage_period},
    {oids::kSubjectAltName, "subjectAltName", Presence::must, false, alternative_names},
    {oids::kIssuerAltName, "issuerAltName", Presence::must, false, alternative_names},
    {oids::kCrlDistributionPoints, "cRLDistributionPoints", Presence::must, false, distribution_points},
    {oids::kDocumentTypeListExtension, "documentType", Presence::must, false, document_types},
    {oids::kCertificatePolicies, "certificatePolicies", Presence::may, false, nullptr},
    {oids::kBasicConstraints, "basicConstraints", Presence::never},
    {oids::kExtendedKeyUsage, "extKeyUsage", Presence::never},
    {oids::kNameChange, "nameChange", Presence::never},
    {oids::kPolicyMappings, "policyMappings", Presence::never},
    {oids::kNameConstraints, "nameConstraints", Presence::never},
    {oids::kPolicyConstraints, "policyConstraints", Presence::never},
    {oids::kInhibitAnyPolicy, "inhibitAnyPolicy", Presence::never},
    {oids::kFreshestCrl, "freshestCRL", Presence::never},
    {asn1::Oid::of("2.5.29.9"), "subjectDirectoryAttributes", Presence::never},
    {asn1::Oid::of("2.16.840.1.113730.1.1"), "the Netscape certificate type", Presence::never},
}};

Judged<void> apply(const ExtensionRule& rule, const CertificateParts& certificate, std::string_view what) {
  const auto* extension = certificate.find(rule.oid);
  if (extension == nullptr) {
    if (rule.presence != Presence::must) return {};
    return breaks(fmt::format("{} lacks {}", what, rule.name), certificate.tbs.at);
  }
  if (rule.presence == Presence::never) {
    return breaks(fmt::format("{} has {}, which 9303-12 forbids", what, rule.name), extension->whole.at);
  }
  if (extension->critical != rule.critical) {
    return breaks(fmt::format("{}: {} is {}critical", what, rule.name, extension->critical ? "" : "not "),
                  extension->whole.at);
  }
  return rule.content == nullptr ? Judged<void>{} : rule.content(*extension);
}

Judged<void> common_rules(const CertificateParts& certificate, std::string_view what) {
  std::set<asn1::Oid> seen;
  for (const auto& extension : certificate.extensions) {
    if (!seen.insert(extension.oid).second) {
      return breaks(fmt::format("{} has extension {} twice", what, extension.oid.to_dotted()), extension.whole.at);
    }
    if (extension.criticality_written && !extension.critical) {
      return breaks(fmt::format("{}: criticality FALSE is the default and not written (X.690 §11.5)", what),
                    extension.whole.at);
    }
    const bool known = std::ranges::any_of(kRules, [&](const auto& rule) { return rule.oid == extension.oid; });
    if (!known && extension.critical) {
      return breaks(fmt::format("{} has the unknown extension {} as critical", what, extension.oid.to_dotted()),
                    extension.whole.at);
    }
    if (known) CICADA_CHECK(check_der(extension.value, extension.value_at, "an extension of the certificate"));
  }
  return {};
}

}  // namespace

Judged<void> signer_extensions(const CertificateParts& certificate, std::string_view what) {
  CICADA_CHECK(common_rules(certificate, what));
  for (const auto& rule : kRules) CICADA_CHECK(apply(rule, certificate, what));
  return {};
}

}  // namespace cicada::conformance::lds
