// DG11 and DG12.
#include "cicada/base/hex.h"
#include "rule_breaker_lists.h"

namespace cicada::tests {

using namespace base::literals;
using Kind = DocumentKind;

namespace {

/// Gives the element of DG11 or DG12 another value.
template <File Of, asn1::Tag Template>
void put(LdsDocument& document, asn1::Tag tag, Bytes value) {
  edit_file(document, Of, {Template, tag}, with_value(std::move(value)));
}
constexpr auto put11 = put<File::dg11, 0x6B>;
constexpr auto put12 = put<File::dg12, 0x6C>;

const Bytes& latin1() {
  static const Bytes kText = "4DFC6C6C6572"_hex;  // "Mueller" with its one-octet umlaut
  return kText;
}

std::vector<RuleBreaker> of_dg11() {
  const auto one = [](std::string name, std::string check, void (*apply)(LdsDocument&)) {
    return RuleBreaker{std::move(name), Kind::passport, File::dg11, std::move(check), apply};
  };
  return {
      one("dg11-lists-one-more", "dg11-tag-list",
          [](LdsDocument& d) { put11(d, 0x5C, "5F0E5F0F5F105F2B5F115F425F125F135F145F155F165F175F185F7F"_hex); }),
      one("dg11-lists-in-another-order", "dg11-tag-list",
          [](LdsDocument& d) { put11(d, 0x5C, "5F0E5F105F0F5F2B5F115F425F125F135F145F155F165F175F18"_hex); }),
      one("dg11-without-list", "dg11-tag-list",
          [](LdsDocument& d) { edit_file(d, File::dg11, {0x6B, 0x5C}, without()); }),
      one("dg11-with-an-object-of-dg12", "dg11-tag-list",
          [](LdsDocument& d) { edit_file(d, File::dg11, {0x6B, 0x5F18}, followed_by("5F190141"_hex)); }),
      one("dg11-name-in-latin-1", "dg11-full-name", [](LdsDocument& d) { put11(d, 0x5F0E, latin1()); }),
      one("dg11-name-divided-twice", "dg11-full-name",
          [](LdsDocument& d) { put11(d, 0x5F0E, text_octets("ERIKSSON<<ANNA<<MARIA")); }),
      one("dg11-name-filled-up", "dg11-full-name",
          [](LdsDocument& d) { put11(d, 0x5F0E, text_octets("ERIKSSON<<ANNA<<<")); }),
      one("dg11-announces-another-name", "dg11-other-names",
          [](LdsDocument& d) { edit_file(d, File::dg11, {0x6B, 0xA0, 0x02}, with_value("03"_hex)); }),
      one("dg11-other-name-under-another-tag", "dg11-other-names",
          [](LdsDocument& d) { edit_file(d, File::dg11, {0x6B, 0xA0, 0x5F0F}, with_tag(0x5F0E)); }),
      one("dg11-number-with-a-control-character", "dg11-personal-number",
          [](LdsDocument& d) { put11(d, 0x5F10, "5A4500"_hex); }),
      one("dg11-birth-in-month-13", "dg11-date-of-birth",
          [](LdsDocument& d) { put11(d, 0x5F2B, text_octets("19741312")); }),
      one("dg11-birth-of-six-digits", "dg11-date-of-birth",
          [](LdsDocument& d) { put11(d, 0x5F2B, text_octets("740812")); }),
      one("dg11-birth-in-bcd-with-a-letter", "dg11-date-of-birth",
          [](LdsDocument& d) { put11(d, 0x5F2B, "19740A12"_hex); }),
      one("dg11-place-that-ends-with-a-filler", "dg11-place-of-birth",
          [](LdsDocument& d) { put11(d, 0x5F11, text_octets("ZENITH<")); }),
      one("dg11-address-in-latin-1", "dg11-address", [](LdsDocument& d) { put11(d, 0x5F42, latin1()); }),
      one("dg11-telephone-empty", "dg11-telephone", [](LdsDocument& d) { put11(d, 0x5F12, {}); }),
      one("dg11-profession-in-latin-1", "dg11-profession", [](LdsDocument& d) { put11(d, 0x5F13, latin1()); }),
      one("dg11-title-with-a-surrogate", "dg11-title", [](LdsDocument& d) { put11(d, 0x5F14, "EDA080"_hex); }),
      one("dg11-summary-over-long", "dg11-personal-summary", [](LdsDocument& d) { put11(d, 0x5F15, "C180"_hex); }),
      one("dg11-proof-in-png", "dg11-proof-of-citizenship", [](LdsDocument& d) { put11(d, 0x5F16, "89504E47"_hex); }),
      one("dg11-documents-that-begin-with-a-filler", "dg11-other-document-numbers",
          [](LdsDocument& d) { put11(d, 0x5F17, text_octets("<L898902C3")); }),
  };
}

std::vector<RuleBreaker> of_dg12() {
  const auto one = [](std::string name, std::string check, void (*apply)(LdsDocument&)) {
    return RuleBreaker{std::move(name), Kind::passport, File::dg12, std::move(check), apply};
  };
  return {
      one("dg12-lists-one-less", "dg12-tag-list",
          [](LdsDocument& d) { put12(d, 0x5C, "5F195F265F1A5F1B5F1C5F1D5F1E5F55"_hex); }),
      one("dg12-with-an-object-twice", "dg12-tag-list",
          [](LdsDocument& d) { edit_file(d, File::dg12, {0x6C, 0x5F56}, followed_by("5F560141"_hex)); }),
      one("dg12-authority-in-latin-1", "dg12-issuing-authority", [](LdsDocument& d) { put12(d, 0x5F19, latin1()); }),
      one("dg12-issued-on-31-april", "dg12-date-of-issue",
          [](LdsDocument& d) { put12(d, 0x5F26, text_octets("20240431")); }),
      one("dg12-issued-on-no-day", "dg12-date-of-issue",
          [](LdsDocument& d) { put12(d, 0x5F26, text_octets("20240300")); }),
      one("dg12-announces-no-person", "dg12-other-persons",
          [](LdsDocument& d) { edit_file(d, File::dg12, {0x6C, 0xA0, 0x02}, with_value("00"_hex)); }),
      one("dg12-announces-another-person", "dg12-other-persons",
          [](LdsDocument& d) { edit_file(d, File::dg12, {0x6C, 0xA0, 0x02}, with_value("02"_hex)); }),
      one("dg12-endorsements-in-latin-1", "dg12-endorsements", [](LdsDocument& d) { put12(d, 0x5F1B, latin1()); }),
      one("dg12-tax-in-latin-1", "dg12-tax-exit-requirements", [](LdsDocument& d) { put12(d, 0x5F1C, latin1()); }),
      one("dg12-front-in-png", "dg12-image-front", [](LdsDocument& d) { put12(d, 0x5F1D, "89504E47"_hex); }),
      one("dg12-rear-empty", "dg12-image-rear", [](LdsDocument& d) { put12(d, 0x5F1E, {}); }),
      one("dg12-personalized-at-25-o-clock", "dg12-personalization-time",
          [](LdsDocument& d) { put12(d, 0x5F55, text_octets("20240315251500")); }),
      one("dg12-personalized-on-a-day", "dg12-personalization-time",
          [](LdsDocument& d) { put12(d, 0x5F55, text_octets("20240315")); }),
      one("dg12-system-empty", "dg12-personalization-system", [](LdsDocument& d) { put12(d, 0x5F56, {}); }),
  };
}

}  // namespace

std::vector<RuleBreaker> detail_breakers() {
  auto joined = of_dg11();
  for (auto& one : of_dg12()) joined.push_back(std::move(one));
  return joined;
}

}  // namespace cicada::tests
