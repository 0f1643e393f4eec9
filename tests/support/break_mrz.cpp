// DG1: one field of the MRZ wrong, the composite check digit right all the same.
#include <algorithm>
#include <array>

#include "cicada/asn1/tlv.h"
#include "cicada/base/hex.h"
#include "lds_document_parts.h"
#include "rule_breaker_lists.h"

namespace cicada::tests {

using namespace base::literals;
using Kind = DocumentKind;

namespace {

char digit(std::string_view text) {
  static constexpr std::array<int, 3> kWeights{7, 3, 1};
  int sum = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const int value = c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 0;
    sum += value * kWeights.at(i % 3);
  }
  return static_cast<char>('0' + sum % 10);
}

std::string composite_of(const std::string& mrz) {
  const auto part = [&](std::size_t at, std::size_t size) { return mrz.substr(at, size); };
  if (mrz.size() == 90) return std::string{digit(part(5, 25) + part(30, 7) + part(38, 7) + part(48, 11))};
  if (mrz.size() == 72) return std::string{digit(part(36, 10) + part(49, 7) + part(57, 14))};
  return std::string{digit(part(44, 10) + part(57, 7) + part(65, 22))};
}

/// Writes `text` at `at`, counts the composite digit anew, and prints the same on the document.
void write(LdsDocument& document, std::size_t at, std::string_view text) {
  auto mrz = document.printed_mrz;
  mrz.replace(at, text.size(), text);
  const std::size_t composite = mrz.size() == 90 ? 59 : mrz.size() - 1;
  mrz.replace(composite, 1, composite_of(mrz));
  document.printed_mrz = mrz;
  document.files[File::dg1] = dg1(mrz);
}

/// TD3: where fields stand.
constexpr std::size_t kName = 5;
constexpr std::size_t kNumber = 44;
constexpr std::size_t kBirth = 57;
constexpr std::size_t kExpiry = 65;
constexpr std::size_t kOptional = 72;

}  // namespace

std::vector<RuleBreaker> mrz_breakers() {
  const auto of_passport = [](std::string name, std::string check, void (*apply)(LdsDocument&),
                              std::vector<std::string> also = {}) {
    return RuleBreaker{std::move(name), Kind::passport, File::dg1, std::move(check), apply, std::move(also)};
  };
  const auto of_card = [](std::string name, std::string check, void (*apply)(LdsDocument&),
                          std::vector<std::string> also = {}) {
    return RuleBreaker{std::move(name), Kind::identity_card, File::dg1, std::move(check), apply, std::move(also)};
  };
  return {
      of_passport("dg1-mrz-of-87-characters", "dg1-mrz-object",
                  [](LdsDocument& d) { d.files[File::dg1] = dg1(std::string_view{d.printed_mrz}.substr(0, 87)); }),
      of_passport("dg1-mrz-under-another-tag", "dg1-mrz-object",
                  [](LdsDocument& d) { edit_file(d, File::dg1, {0x61, 0x5F1F}, with_tag(0x5F1E)); }),
      of_passport("dg1-with-a-second-object", "dg1-mrz-object",
                  [](LdsDocument& d) { edit_file(d, File::dg1, {0x61, 0x5F1F}, followed_by("5F0E 00"_hex)); }),
      // The signer's certificate is for "P" only, so the document's type is also its finding.
      of_passport("dg1-td3-that-is-a-card", "dg1-document-code", [](LdsDocument& d) { write(d, 0, "I<"); },
                  {"ef-sod-signer-certificate", "ef-card-security-signer-certificate"}),
      of_passport("dg1-code-with-a-digit", "dg1-document-code", [](LdsDocument& d) { write(d, 1, "1"); }),
      of_card("dg1-td1-that-is-a-passport", "dg1-document-code", [](LdsDocument& d) { write(d, 0, "P<"); },
              {"ef-sod-signer-certificate"}),
      of_card("dg1-td1-that-is-a-visa", "dg1-document-code", [](LdsDocument& d) { write(d, 0, "IV"); }),
      of_passport("dg1-state-nobody-has", "dg1-issuing-state", [](LdsDocument& d) { write(d, 2, "QQQ"); },
                  {"ef-sod-signer-certificate", "ef-card-security-signer-certificate"}),
      of_passport("dg1-state-of-two-letters", "dg1-issuing-state", [](LdsDocument& d) { write(d, 2, "UT<"); },
                  {"ef-sod-signer-certificate", "ef-card-security-signer-certificate"}),
      of_passport("dg1-name-with-a-digit", "dg1-name", [](LdsDocument& d) { write(d, kName, "ER1KSSON"); }),
      of_passport("dg1-name-empty", "dg1-name", [](LdsDocument& d) { write(d, kName, std::string(39, '<')); }),
      of_passport("dg1-name-divided-twice", "dg1-name",
                  [](LdsDocument& d) { write(d, kName, "ERIKSSON<<ANNA<<MARIA"); }),
      of_passport("dg1-name-with-three-fillers", "dg1-name",
                  [](LdsDocument& d) { write(d, kName, "ERIKSSON<<<ANNA"); }),
      of_passport("dg1-number-with-another-digit", "dg1-document-number",
                  [](LdsDocument& d) { write(d, kNumber + 9, "7"); }),
      of_passport("dg1-number-without-digit-on-a-td3", "dg1-document-number",
                  [](LdsDocument& d) { write(d, kNumber + 9, "<"); }),
      of_passport("dg1-number-in-lower-case", "dg1-document-number", [](LdsDocument& d) { write(d, kNumber, "l"); }),
      of_passport("dg1-number-empty", "dg1-document-number", [](LdsDocument& d) { write(d, kNumber, "<<<<<<<<<0"); }),
      of_card("dg1-long-number-with-another-digit", "dg1-document-number",
              [](LdsDocument& d) { write(d, 14, "<12348<"); }),
      of_card("dg1-long-number-that-does-not-go-on", "dg1-document-number", [](LdsDocument& d) { write(d, 14, "<"); }),
      of_passport("dg1-nationality-nobody-has", "dg1-nationality", [](LdsDocument& d) { write(d, 54, "UTP"); }),
      of_passport("dg1-birth-in-month-13", "dg1-date-of-birth", [](LdsDocument& d) { write(d, kBirth, "7413124"); }),
      of_passport("dg1-birth-on-30-february", "dg1-date-of-birth",
                  [](LdsDocument& d) { write(d, kBirth, "740230" + std::string{digit("740230")}); }),
      of_passport("dg1-birth-with-half-a-filler", "dg1-date-of-birth",
                  [](LdsDocument& d) { write(d, kBirth, "7408<2" + std::string{digit("7408<2")}); }),
      of_passport("dg1-birth-with-another-digit", "dg1-date-of-birth",
                  [](LdsDocument& d) { write(d, kBirth + 6, "3"); }),
      of_passport("dg1-sex-x", "dg1-sex", [](LdsDocument& d) { write(d, 64, "X"); }),
      of_passport("dg1-expiry-on-29-february-of-no-leap-year", "dg1-date-of-expiry",
                  [](LdsDocument& d) { write(d, kExpiry, "310229" + std::string{digit("310229")}); }),
      of_passport("dg1-expiry-not-known", "dg1-date-of-expiry",
                  [](LdsDocument& d) { write(d, kExpiry, "31<<<<" + std::string{digit("31<<<<")}); }),
      of_passport("dg1-expiry-with-another-digit", "dg1-date-of-expiry",
                  [](LdsDocument& d) { write(d, kExpiry + 6, "8"); }),
      of_passport("dg1-optional-data-without-digit", "dg1-optional-data",
                  [](LdsDocument& d) { write(d, kOptional + 14, "<"); }),
      of_passport("dg1-optional-data-with-a-blank", "dg1-optional-data",
                  [](LdsDocument& d) { write(d, kOptional, "ZE 84226B"); }),
      of_passport("dg1-no-optional-data-with-digit-5", "dg1-optional-data",
                  [](LdsDocument& d) { write(d, kOptional, "<<<<<<<<<<<<<<5"); }),
      of_card("dg1-optional-data-in-lower-case", "dg1-optional-data", [](LdsDocument& d) { write(d, 50, "a"); }),
      of_passport("dg1-composite-of-another", "dg1-composite-check-digit",
                  [](LdsDocument& d) {
                    d.printed_mrz.back() = '1';
                    d.files[File::dg1] = dg1(d.printed_mrz);
                  }),
      of_card("dg1-composite-of-another-card", "dg1-composite-check-digit",
              [](LdsDocument& d) {
                d.printed_mrz[59] = '7';
                d.files[File::dg1] = dg1(d.printed_mrz);
              }),
      RuleBreaker{"dg1-composite-of-another-td2", Kind::residence_card, File::dg1, "dg1-composite-check-digit",
                  [](LdsDocument& d) {
                    d.printed_mrz.back() = '7';
                    d.files[File::dg1] = dg1(d.printed_mrz);
                  }},
      of_passport("dg1-of-another-document", "dg1-equals-printed-mrz",
                  [](LdsDocument& d) { d.printed_mrz.replace(kName, 8, "ANDERSON"); }),
  };
}

}  // namespace cicada::tests
