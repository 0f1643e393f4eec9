// LDS_D_7, LDS_K_8: the fields of a document signer's certificate (9303-12 §7.1.1, tables 5 and 6).
#include <algorithm>

#include <fmt/format.h>

#include "algorithms.h"
#include "certificate.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "country_codes.h"
#include "der_rules.h"
#include "public_key.h"

namespace cicada::conformance::lds {

namespace tags = asn1::tags;
namespace oids = asn1::oids;

namespace {

constexpr std::size_t kMaxSerial = 20;

Judged<void> version_rules(const CertificateParts& certificate, std::string_view what) {
  if (certificate.version) {
    Level level{*certificate.version, Rules::der};
    CICADA_TRY(const auto number, level.expect(tags::kInteger, "the version"));
    CICADA_CHECK(level.end("the version"));
    if (base::equal(number.value, std::array<std::uint8_t, 1>{0x02})) return {};
  }
  return breaks(fmt::format("{} is not of version 3", what), certificate.tbs.at);
}

Judged<void> serial_rules(const Object& serial, std::string_view what) {
  const auto value = serial.value;
  if (value.empty() || value.size() > kMaxSerial) {
    return breaks(fmt::format("{}: a serial number of {} octets, 1 to 20 are wanted", what, value.size()), serial.at);
  }
  const bool positive = (value[0] & 0x80U) == 0 && std::ranges::any_of(value, [](auto octet) { return octet != 0; });
  if (!positive) return breaks(fmt::format("{}: the serial number is not positive", what), serial.at);
  return {};
}

Judged<void> algorithm_rules(const CertificateParts& certificate, std::string_view what) {
  CICADA_TRY(const auto scheme, scheme_of(certificate.tbs_algorithm, "the certificate's signature algorithm"));
  if (!scheme.hash) {
    return breaks(fmt::format("{}: rsaEncryption is no algorithm for signing certificates", what),
                  certificate.tbs_algorithm.at);
  }
  if (!base::equal(certificate.tbs_algorithm.whole, certificate.algorithm.whole)) {
    return breaks(fmt::format("{}: the algorithm beside the signature is not the one that was signed", what),
                  certificate.algorithm.at);
  }
  return {};
}

/// countryName once, in upper case, PrintableString; commonName; strings of two types only. Returns the country.
Judged<std::string> name_rules(const Object& name, std::string_view whose, std::string_view what) {
  const auto parsed = asn1::parse_name(name.whole);
  if (!parsed) return breaks(fmt::format("{}: the {}'s name is none", what, whose), name.at);
  std::string country;
  std::size_t countries = 0;
  std::size_t common_names = 0;
  for (const auto& relative : parsed->relative_names) {
    for (const auto& attribute : relative) {
      if (attribute.type == oids::kCommonName) ++common_names;
      const bool is_country = attribute.type == oids::kCountryName;
      const bool string_ok =
          attribute.string_tag == tags::kPrintableString || (!is_country && attribute.string_tag == tags::kUtf8String);
      if (!string_ok) {
        return breaks(fmt::format("{}: in the {}'s name {} is of type {}", what, whose, attribute.type.to_dotted(),
                                  tag_text(attribute.string_tag)),
                      name.at);
      }
      if (!is_country) continue;
      ++countries;
      country = attribute.text();
    }
  }
  if (countries != 1 || common_names == 0) {
    return breaks(fmt::format("{}: the {}'s name has countryName {} times and commonName {} times", what, whose,
                              countries, common_names),
                  name.at);
  }
  if (!is_two_letter_code(country)) {
    return breaks(fmt::format("{}: in the {}'s name the country is '{}', no code in upper case", what, whose,
                              printable(base::as_bytes(country))),
                  name.at);
  }
  return country;
}

Judged<void> names_rules(const CertificateParts& certificate, std::string_view what) {
  CICADA_TRY(const auto issuer, name_rules(certificate.issuer, "issuer", what));
  CICADA_TRY(const auto subject, name_rules(certificate.subject, "subject", what));
  if (issuer != subject) {
    return breaks(fmt::format("{}: issued by {} for {}, one country is wanted", what, issuer, subject),
                  certificate.subject.at);
  }
  return {};
}

Judged<base::Instant> time_at(Level& level, std::string_view name, std::string_view what) {
  CICADA_TRY(const auto object, level.next(name));
  const auto time = asn1::time_of({.tag = object.tag, .value = object.value, .whole = object.whole});
  if (!time) return breaks(fmt::format("{}: {} has a form that RFC 5280 §4.1.2.5 forbids", what, name), object.at);
  const bool late = base::date_of(*time).year() >= std::chrono::year{2050};
  if (late != (object.tag == tags::kGeneralizedTime)) {
    return breaks(fmt::format("{}: {} is UTCTime up to 2049 and GeneralizedTime after that", what, name), object.at);
  }
  return *time;
}

Judged<void> validity_rules(const Object& validity, std::string_view what) {
  Level level{validity, Rules::der};
  CICADA_TRY(const auto from, time_at(level, "notBefore", what));
  CICADA_TRY(const auto until, time_at(level, "notAfter", what));
  CICADA_CHECK(level.end("the validity"));
  if (until < from) return breaks(fmt::format("{} ends before it begins", what), validity.at);
  return {};
}

}  // namespace

Judged<void> signer_profile(const CertificateParts& certificate, std::string_view what) {
  CICADA_CHECK(check_der(certificate.whole.whole, certificate.whole.at, what));
  CICADA_CHECK(version_rules(certificate, what));
  CICADA_CHECK(serial_rules(certificate.serial, what));
  CICADA_CHECK(algorithm_rules(certificate, what));
  CICADA_CHECK(names_rules(certificate, what));
  CICADA_CHECK(validity_rules(certificate.validity, what));
  CICADA_CHECK(key_rules(certificate.key, kCertificateKey, "the signer's key"));
  if (certificate.unique_identifier) {
    return breaks(fmt::format("{}: 9303-12 forbids unique identifiers", what), certificate.unique_identifier->at);
  }
  return {};
}

Judged<void> signer_rules(const CertificateParts& certificate, const Evidence& evidence, std::string_view what) {
  CICADA_CHECK(signer_profile(certificate, what));
  CICADA_CHECK(signer_extensions(certificate, what));
  CICADA_CHECK(signer_fits_document(certificate, evidence, what));
  return signer_path(certificate, evidence, what);
}

}  // namespace cicada::conformance::lds
