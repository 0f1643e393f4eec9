// The document signer's certificate: one field wrong, signed by the CSCA all the same.
#include <algorithm>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "cicada/base/hex.h"
#include "lds_document_parts.h"
#include "rule_breaker_lists.h"

namespace cicada::tests {

namespace oids = asn1::oids;
namespace tags = asn1::tags;
using namespace base::literals;
using Kind = DocumentKind;

namespace {

void drop(LdsDocument& d, const asn1::Oid& oid) {
  std::erase_if(d.ds.extensions, [&](const auto& one) { return one.oid == oid; });
}
void add(LdsDocument& d, const asn1::Oid& oid, Bytes value, bool critical = false) {
  d.ds.extensions.push_back({.oid = oid, .critical = critical, .value = std::move(value)});
}
void replace(LdsDocument& d, const asn1::Oid& oid, Bytes value) {
  for (auto& one : d.ds.extensions) {
    if (one.oid == oid) one.value = std::move(value);
  }
}
void turn_criticality(LdsDocument& d, const asn1::Oid& oid) {
  for (auto& one : d.ds.extensions) {
    if (one.oid == oid) one.critical = !one.critical;
  }
}

Bytes name_of(std::initializer_list<Bytes> attributes) {
  Bytes relative;
  for (const auto& one : attributes) base::append(relative, asn1::encode_tlv(tags::kSet, one));
  return asn1::encode_tlv(tags::kSequence, relative);
}
Bytes name_attribute(const asn1::Oid& oid, asn1::Tag string_tag, std::string_view text) {
  return sequence({oid.der(), asn1::encode_string(string_tag, text)});
}

Bytes alternative(std::string_view state) {
  return sequence(
      {asn1::encode_tlv(0x81, text_octets("somebody@example.test")),
       asn1::encode_tlv(0xA4, name_of({name_attribute(oids::kLocalityName, tags::kPrintableString, state)}))});
}

base::Instant days(int count) {
  return lds_today() + std::chrono::days{count};
}

struct Wrong {
  std::string name;
  void (*apply)(LdsDocument&);
};

std::vector<Wrong> fields() {
  return {
      {"version-1", [](LdsDocument& d) { d.ds.version = {}; }},
      {"version-2", [](LdsDocument& d) { d.ds.version = asn1::encode_tlv(tags::kContext0, asn1::encode_integer(1)); }},
      {"serial-number-0", [](LdsDocument& d) { d.ds.serial = "020100"_hex; }},
      {"serial-number-negative", [](LdsDocument& d) { d.ds.serial = "020181"_hex; }},
      {"serial-number-of-21-octets", [](LdsDocument& d) { d.ds.serial = asn1::encode_unsigned(Bytes(21, 0x11)); }},
      {"another-algorithm-outside",
       [](LdsDocument& d) { d.ds.outer_algorithm = sequence({oids::kEcdsaWithSha512.der()}); }},
      {"signed-with-sha-1", [](LdsDocument& d) { d.ds.algorithm = sequence({oids::kEcdsaWithSha1.der()}); }},
      {"country-in-lower-case",
       [](LdsDocument& d) {
         d.ds.subject = name_of({name_attribute(oids::kCountryName, tags::kPrintableString, "ut"),
                                 name_attribute(oids::kCommonName, tags::kPrintableString, "Signer")});
       }},
      {"country-in-utf8",
       [](LdsDocument& d) {
         d.ds.subject = name_of({name_attribute(oids::kCountryName, tags::kUtf8String, "UT"),
                                 name_attribute(oids::kCommonName, tags::kPrintableString, "Signer")});
       }},
      {"of-another-country", [](LdsDocument& d) { d.ds.subject = name_der("DE", "Signer"); }},
      {"without-common-name",
       [](LdsDocument& d) {
         d.ds.subject = name_of({name_attribute(oids::kCountryName, tags::kPrintableString, "UT")});
       }},
      {"name-in-teletex",
       [](LdsDocument& d) {
         d.ds.subject = name_of({name_attribute(oids::kCountryName, tags::kPrintableString, "UT"),
                                 name_attribute(oids::kCommonName, tags::kTeletexString, "Signer")});
       }},
      {"ends-before-it-begins", [](LdsDocument& d) { d.ds.validity = validity_der(days(-60), days(-61)); }},
      {"time-without-need-generalized",
       [](LdsDocument& d) {
         d.ds.validity =
             sequence({must(asn1::encode_generalized_time(days(-60))), must(asn1::encode_time(days(4000)))});
       }},
      {"not-valid-yet", [](LdsDocument& d) { d.ds.validity = validity_der(days(5), days(4000)); }},
      {"begins-before-its-csca", [](LdsDocument& d) { d.ds.validity = validity_der(days(-500), days(4000)); }},
      {"curve-by-name",
       [](LdsDocument& d) {
         d.ds.key =
             asn1::encode_ec_public_key_info(asn1::Oid::of("1.2.840.10045.3.1.7"), d.ds_key->ec()->public_point());
       }},
      {"without-cofactor",
       [](LdsDocument& d) {
         d.ds.key = edited(d.ds.key, {0x30, 0x30, 0x30}, [](const Bytes& whole) {
           auto value = base::to_bytes(must(asn1::read_only(whole)).value);
           value.resize(value.size() - 3);  // INTEGER 1 is the last
           return asn1::encode_tlv(tags::kSequence, value);
         });
       }},
      {"with-unique-identifier", [](LdsDocument& d) { d.ds.unique_identifiers = "81020011"_hex; }},
  };
}

std::vector<Wrong> extensions() {
  return {
      {"without-authority-key", [](LdsDocument& d) { drop(d, oids::kAuthorityKeyIdentifier); }},
      {"authority-key-without-identifier",
       [](LdsDocument& d) { replace(d, oids::kAuthorityKeyIdentifier, "3000"_hex); }},
      {"without-key-usage", [](LdsDocument& d) { drop(d, oids::kKeyUsage); }},
      {"key-usage-not-critical", [](LdsDocument& d) { turn_criticality(d, oids::kKeyUsage); }},
      {"key-usage-of-a-ca", [](LdsDocument& d) { replace(d, oids::kKeyUsage, "03020106"_hex); }},
      {"key-usage-with-more", [](LdsDocument& d) { replace(d, oids::kKeyUsage, "030206C0"_hex); }},
      {"without-usage-period", [](LdsDocument& d) { drop(d, oids::kPrivateKeyUsagePeriod); }},
      {"usage-period-empty", [](LdsDocument& d) { replace(d, oids::kPrivateKeyUsagePeriod, "3000"_hex); }},
      {"without-subject-names", [](LdsDocument& d) { drop(d, oids::kSubjectAltName); }},
      {"without-issuer-names", [](LdsDocument& d) { drop(d, oids::kIssuerAltName); }},
      {"names-without-state",
       [](LdsDocument& d) {
         replace(d, oids::kIssuerAltName, sequence({asn1::encode_tlv(0x81, text_octets("somebody@example.test"))}));
       }},
      {"names-with-a-state-nobody-has", [](LdsDocument& d) { replace(d, oids::kIssuerAltName, alternative("QQQ")); }},
      {"of-a-state-that-dg1-is-not", [](LdsDocument& d) { replace(d, oids::kSubjectAltName, alternative("FRA")); }},
      {"without-distribution-points", [](LdsDocument& d) { drop(d, oids::kCrlDistributionPoints); }},
      {"distribution-point-by-ftp",
       [](LdsDocument& d) {
         const std::vector<std::string> uris = {"ftp://example.test/UTO.crl"};
         replace(d, oids::kCrlDistributionPoints, asn1::make_crl_distribution_points(uris).value);
       }},
      {"without-document-types", [](LdsDocument& d) { drop(d, oids::kDocumentTypeListExtension); }},
      {"document-types-critical", [](LdsDocument& d) { turn_criticality(d, oids::kDocumentTypeListExtension); }},
      {"for-other-documents",
       [](LdsDocument& d) {
         const std::vector<std::string> types = {"ID"};
         replace(d, oids::kDocumentTypeListExtension, must(asn1::make_document_type_list(types)).value);
       }},
      {"with-basic-constraints", [](LdsDocument& d) { add(d, oids::kBasicConstraints, "3000"_hex, true); }},
      {"with-extended-key-usage",
       [](LdsDocument& d) { add(d, oids::kExtendedKeyUsage, sequence({oids::kMasterListSigningKey.der()})); }},
      {"with-name-change", [](LdsDocument& d) { add(d, oids::kNameChange, "0500"_hex); }},
      {"with-policy-mappings", [](LdsDocument& d) { add(d, oids::kPolicyMappings, "3000"_hex); }},
      {"with-an-unknown-critical-extension",
       [](LdsDocument& d) { add(d, asn1::Oid::of("1.3.6.1.4.1.99999.1"), "0500"_hex, true); }},
      {"with-an-extension-twice",
       [](LdsDocument& d) {
         d.ds.more_extensions.push_back(
             sequence({oids::kSubjectKeyIdentifier.der(), asn1::encode_octet_string("0401AA"_hex)}));
       }},
      {"with-a-default-written",
       [](LdsDocument& d) {
         drop(d, oids::kSubjectKeyIdentifier);
         d.ds.more_extensions.push_back(sequence({oids::kSubjectKeyIdentifier.der(), asn1::encode_boolean(false),
                                                  asn1::encode_octet_string("0401AA"_hex)}));
       }},
      {"extension-with-a-long-length", [](LdsDocument& d) { replace(d, oids::kSubjectKeyIdentifier, "048101AA"_hex); }},
  };
}

std::vector<Wrong> paths() {
  return {
      {"signed-with-another-key", [](LdsDocument& d) { d.csca.key = public_key_der(chip_test_key()); }},
      {"of-a-csca-with-another-name", [](LdsDocument& d) { d.ds.issuer = name_der("UT", "Another"); }},
      {"of-a-csca-with-another-key-identifier",
       [](LdsDocument& d) {
         replace(d, oids::kAuthorityKeyIdentifier, asn1::make_authority_key_identifier(Bytes(20, 0x77)).value);
       }},
      {"of-a-csca-that-is-none",
       [](LdsDocument& d) {
         std::erase_if(d.csca.extensions, [](const auto& one) { return one.oid == oids::kBasicConstraints; });
       }},
  };
}

}  // namespace

std::vector<RuleBreaker> certificate_breakers() {
  std::vector<RuleBreaker> list;
  for (auto* wrong : {fields, extensions, paths}) {
    for (const auto& one : wrong()) {
      // One signer for both files.
      list.push_back({"signer-" + one.name,
                      Kind::passport,
                      File::sod,
                      "ef-sod-signer-certificate",
                      one.apply,
                      {"ef-card-security-signer-certificate"}});
    }
  }
  list.push_back({"card-signer-without-key-usage",
                  Kind::passport,
                  File::card_security,
                  "ef-card-security-signer-certificate",
                  [](LdsDocument& d) { drop(d, oids::kKeyUsage); },
                  {"ef-sod-signer-certificate"}});
  list.push_back({"signer-with-a-short-rsa-key",
                  Kind::residence_card,
                  File::sod,
                  "ef-sod-signer-certificate",
                  [](LdsDocument& d) {
                    // The modulus of 1024 bits cannot have signed, so the SignerInfo says so too.
                    Bytes modulus(128, 0xA5);
                    modulus.back() |= 1U;
                    d.ds.key = asn1::encode_rsa_public_key_info(modulus, "010001"_hex);
                  },
                  {"ef-sod-signer-info"}});
  list.push_back({"signer-of-rsa-without-null", Kind::residence_card, File::sod, "ef-sod-signer-certificate",
                  [](LdsDocument& d) { d.ds.key = edited(d.ds.key, {0x30, 0x30, 0x05}, without()); }});
  return list;
}

}  // namespace cicada::tests
