// Deviations of certificates, revocation lists and data groups.
#include <array>
#include <memory>
#include <stdexcept>

#include "bad_documents.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/host/auth/deviation.h"

namespace cicada::tests {

std::vector<DeviatingDocument> deviations_of_certificates();

namespace oids = asn1::oids;
namespace pki = host::pki;
using base::Bytes;
using host::auth::CheckName;

namespace {

/// The DS from changed octets of its signed part.
void with_ds_octets(Scene& scene, std::function<Bytes(Bytes)> change) {
  const auto& authority = scene.document.authority;
  scene.bend = [&authority, change = std::move(change)](SodRecipe& recipe) {
    auto tbs = authority.ds;
    tbs.signature_algorithm = authority.csca_key.signature_algorithm();
    const auto certificate = issue_octets(change(*asn1::encode_tbs_certificate(tbs)), authority.csca_key);
    recipe.certificates = {certificate.der};
    recipe.signer_id = issuer_and_serial(certificate);
  };
}

asn1::Extension not_critical(asn1::Extension extension) {
  extension.critical = false;
  return extension;
}

/// All names of the country, the CSCA's in the signer's certificate too.
void call_country(Scene& scene, const std::string& country) {
  auto& authority = scene.document.authority;
  authority.csca.issuer = authority.csca.subject = authority.ds.issuer = authority.crl.issuer = name(country, "CSCA");
  authority.ds.subject = name(country, "Document Signer");
}

std::vector<DeviatingDocument> of_the_ds() {
  const auto check = CheckName::ds_path;
  return {
      {"ds-without-authority-key-identifier", check, pki::deviation::kDsWithoutAki,
       [](Scene& s) { drop(s.document.authority.ds.extensions, oids::kAuthorityKeyIdentifier); }},
      {"ds-authority-key-identifier-of-another-key", check, pki::deviation::kAkiOfAnotherKey,
       [](Scene& s) { put(s.document.authority.ds.extensions, asn1::make_authority_key_identifier(Bytes(20, 0xAB))); }},
      {"ds-without-key-usage", check, pki::deviation::kDsWithoutKeyUsage,
       [](Scene& s) { drop(s.document.authority.ds.extensions, oids::kKeyUsage); }},
      {"ds-key-usage-not-critical", check, pki::deviation::kKeyUsageNotCritical,
       [](Scene& s) {
         put(s.document.authority.ds.extensions,
             not_critical(asn1::make_key_usage({asn1::KeyUsage::digital_signature})));
       }},
      {"ds-with-another-usage-that-forbids-nothing", check, pki::deviation::kExtendedKeyUsage,
       [](Scene& s) {
         put(s.document.authority.ds.extensions,
             not_critical(asn1::make_extended_key_usage(std::array{asn1::Oid::of("1.3.6.1.5.5.7.3.36")})));
       }},
      {"ds-with-a-forbidden-extension", check, pki::deviation::kForbiddenExtension,
       [](Scene& s) {
         put(s.document.authority.ds.extensions, {.oid = oids::kFreshestCrl, .critical = false, .value = {0x30, 0x00}});
       }},
      {"ds-with-an-extension-not-readable", check, pki::deviation::kExtensionUnreadable,
       [](Scene& s) {
         put(s.document.authority.ds.extensions,
             {.oid = oids::kDocumentTypeListExtension, .critical = false, .value = {0x05, 0x00}});
       }},
      {"ds-issuer-of-other-strings", check, pki::deviation::kNameInAnotherForm,
       [](Scene& s) {
         const std::array parts = {
             asn1::NamePart{.type = oids::kCountryName, .text = "vn", .string_tag = asn1::tags::kPrintableString},
             asn1::NamePart{.type = oids::kCommonName, .text = " csca ", .string_tag = asn1::tags::kUtf8String}};
         s.document.authority.ds.issuer = *asn1::encode_name(parts);
       }},
      {"ds-issuer-turned-round", check, pki::deviation::kNameInAnotherForm,
       [](Scene& s) {
         const std::array parts = {asn1::NamePart{.type = oids::kCommonName, .text = "CSCA"},
                                   asn1::NamePart{.type = oids::kCountryName, .text = "VN"}};
         s.document.authority.ds.issuer = *asn1::encode_name(parts);
       }},
      {"ds-serial-negative", check, pki::deviation::kSerialNotProper,
       [](Scene& s) {
         s.document.authority.ds.serial = {0x7F, 0x11, 0x22};
         with_ds_octets(s, [](Bytes tbs) {
           return patched(std::move(tbs), Bytes{0x02, 0x03, 0x7F, 0x11, 0x22}, Bytes{0x02, 0x03, 0xFF, 0x11, 0x22});
         });
       }},
      {"ds-serial-of-twenty-one-octets", check, pki::deviation::kSerialNotProper,
       [](Scene& s) {
         s.document.authority.ds.serial = {0x7F};
         with_ds_octets(s, [](const Bytes& tbs) {
           // The parts again, with a longer number in the second place.
           const auto parts = *asn1::read_all(asn1::read_only(tbs)->value);
           Bytes content;
           for (std::size_t i = 0; i < parts.size(); ++i) {
             base::append(content, i == 1 ? asn1::encode_tlv(asn1::tags::kInteger, Bytes(21, 0x11))
                                          : base::to_bytes(parts[i].whole));
           }
           return asn1::encode_tlv(asn1::tags::kSequence, content);
         });
       }},
      {"ds-time-with-an-offset", check, pki::deviation::kTimeForm,
       [](Scene& s) {
         // The days of the test begin at noon: YYMMDD120000Z becomes YYMMDD1200+00.
         s.document.authority.ds.validity.not_before = std::chrono::floor<std::chrono::days>(days_from_today(-60));
         with_ds_octets(s, [](Bytes tbs) {
           return patched(std::move(tbs), base::as_bytes("251231000000Z"), base::as_bytes("2512310000+00"));
         });
       }},
      {"ds-algorithm-null-outside-only", check, pki::deviation::kNullDiffers,
       [](Scene& s) {
         const auto& authority = s.document.authority;
         s.bend = [&authority](SodRecipe& recipe) {
           const auto plain = authority.ds_certificate();
           const asn1::AlgorithmIdentifier with_null{.oid = plain.signature_algorithm.oid,
                                                     .parameters = asn1::encode_null()};
           recipe.certificates = {asn1::encode_certificate(plain.tbs, with_null, plain.signature)};
         };
       }},
      {"ds-with-a-named-curve", check, pki::deviation::kNamedCurve,
       [](Scene& s) {
         auto& authority = s.document.authority;
         authority.ds.public_key = *authority.ds_key.public_key_info(pki::EcParameterForm::named_curve);
       }},
  };
}

std::vector<DeviatingDocument> of_the_csca() {
  const auto check = CheckName::ds_path;
  return {
      {"csca-without-subject-key-identifier", check, pki::deviation::kCscaWithoutSki,
       [](Scene& s) { drop(s.document.authority.csca.extensions, oids::kSubjectKeyIdentifier); }},
      {"csca-without-key-usage", check, pki::deviation::kCscaWithoutKeyUsage,
       [](Scene& s) { drop(s.document.authority.csca.extensions, oids::kKeyUsage); }},
      {"csca-without-basic-constraints", check, pki::deviation::kCscaWithoutBasicConstraints,
       [](Scene& s) { drop(s.document.authority.csca.extensions, oids::kBasicConstraints); }},
      {"csca-without-path-length", check, pki::deviation::kPathLengthNotZero,
       [](Scene& s) {
         put(s.document.authority.csca.extensions, asn1::make_basic_constraints({.ca = true, .path_length = {}}));
       }},
      {"csca-expired", CheckName::ds_validity, pki::deviation::kCscaExpired,
       [](Scene& s) { s.document.authority.csca.validity.not_after = days_from_today(-1); }},
      {"ds-expired-where-the-caller-accepts-it", CheckName::ds_validity, pki::deviation::kDsExpiredValidAtSigning,
       [](Scene& s) {
         s.document.authority.ds.validity.not_after = days_from_today(-1);
         s.policy.accept_expired_signer = true;
       }},
      {"link-only-in-the-document", check, pki::deviation::kLinkInDocument,
       [](Scene& s) {
         // The store knows the old root only; the new key comes with the document, signed by the old one.
         auto& authority = s.document.authority;
         const auto fresh = std::make_shared<pki::Signer>(new_signer());
         s.bend = [&authority, fresh](SodRecipe& recipe) {
           auto link = authority.csca;
           link.serial = {2};
           link.public_key = *fresh->public_key_info(pki::EcParameterForm::explicit_parameters);
           put(link.extensions, asn1::make_subject_key_identifier(key_id(*fresh)));
           put(link.extensions, asn1::make_authority_key_identifier(key_id(authority.csca_key)));
           auto tbs = authority.ds;
           put(tbs.extensions, asn1::make_authority_key_identifier(key_id(*fresh)));
           const auto leaf = issue(tbs, *fresh);
           recipe.certificates = {leaf.der, issue(link, authority.csca_key).der};
           recipe.signer_id = issuer_and_serial(leaf);
         };
       }},
      {"link-with-another-name-only-in-the-document", check, pki::deviation::kLinkInDocument,
       [](Scene& s) {
         auto& authority = s.document.authority;
         const auto fresh = std::make_shared<pki::Signer>(new_signer());
         s.bend = [&authority, fresh](SodRecipe& recipe) {
           auto link = authority.csca;
           link.serial = {2};
           link.subject = name("VN", "CSCA renamed");
           link.public_key = *fresh->public_key_info(pki::EcParameterForm::explicit_parameters);
           put(link.extensions, asn1::make_subject_key_identifier(key_id(*fresh)));
           put(link.extensions, asn1::make_authority_key_identifier(key_id(authority.csca_key)));
           put(link.extensions, {.oid = oids::kNameChange, .critical = false, .value = {0x05, 0x00}});
           auto tbs = authority.ds;
           tbs.issuer = link.subject;
           put(tbs.extensions, asn1::make_authority_key_identifier(key_id(*fresh)));
           const auto leaf = issue(tbs, *fresh);
           recipe.certificates = {leaf.der, issue(link, authority.csca_key).der};
           recipe.signer_id = issuer_and_serial(leaf);
         };
       }},
  };
}

std::vector<DeviatingDocument> of_the_rest() {
  return {
      {"country-in-small-letters", CheckName::country, pki::deviation::kCountryNotUpperCase,
       [](Scene& s) { call_country(s, "vn"); }},
      {"country-of-three-letters", CheckName::country, pki::deviation::kCountryForm,
       [](Scene& s) { call_country(s, "VNM"); }},
      {"town-where-the-state-belongs", CheckName::country, pki::deviation::kStateForm,
       [](Scene& s) {
         const std::array parts = {asn1::NamePart{.type = oids::kLocalityName, .text = "Ha Noi"}};
         const std::array names = {*asn1::GeneralName::of_directory(*asn1::encode_name(parts))};
         put(s.document.authority.ds.extensions, asn1::make_subject_alt_name(names));
       }},
      {"list-without-authority-key-identifier", CheckName::revocation, pki::deviation::kCrlWithoutAki,
       [](Scene& s) { drop(s.document.authority.crl.extensions, oids::kAuthorityKeyIdentifier); }},
      {"list-dated-later", CheckName::revocation, pki::deviation::kCrlDatedLater,
       [](Scene& s) { s.document.authority.crl.this_update = days_from_today(2); }},
      {"data-group-padded", CheckName::dg_hashes, host::auth::deviation::kPaddedDataGroup,
       [](Scene& s) { s.change_groups = [](auto& groups) { groups[2].resize(groups[2].size() + 50); }; }},
      {"version-information-missing", CheckName::dg_hashes, host::auth::deviation::kLdsVersionInfo,
       [](Scene& s) {
         s.bend = [](SodRecipe& recipe) {
           // Version 1 without what belongs to it.
           recipe.list.version = 0;
           recipe.list.version_info.reset();
           auto octets = *asn1::encode(recipe.list);
           const auto header = asn1::read_header(octets)->header_size;
           octets.at(header + 2) = 1;
           recipe.content = octets;
         };
       }},
  };
}

}  // namespace

std::vector<DeviatingDocument> deviations_of_certificates() {
  std::vector<DeviatingDocument> all;
  for (auto part : {of_the_ds(), of_the_csca(), of_the_rest()}) {
    for (auto& one : part) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace cicada::tests
