// EF.COM, and the frames of all templates.
#include "cicada/base/hex.h"
#include "rule_breaker_lists.h"

namespace cicada::tests {

using namespace base::literals;
using Kind = DocumentKind;

namespace {

/// The template's tag becomes that of another.
template <File Of>
void wrong_template(LdsDocument& document) {
  document.afterwards[Of] = [](Bytes& file) { file[0] = 0x71; };
}
/// Octets follow the template. The hash in EF.SOD is that of the whole file.
template <File Of>
void trailing_octets(LdsDocument& document) {
  base::append(document.files.at(Of), "0000"_hex);
}
template <File Of>
void trailing_octets_of_a_signed_file(LdsDocument& document) {
  document.afterwards[Of] = [](Bytes& file) { base::append(file, "0000"_hex); };
}
/// The last octet is gone.
template <File Of>
void cut_off(LdsDocument& document) {
  document.files.at(Of).pop_back();
}

/// A changed template with its hash right.
template <File Of>
void wrong_template_hashed(LdsDocument& document) {
  document.files.at(Of)[0] = 0x71;
}

}  // namespace

std::vector<RuleBreaker> com_breakers() {
  return {
      {"com-template-of-another-file", Kind::passport, File::com, "ef-com-template-tag", wrong_template<File::com>},
      {"com-with-octets-behind", Kind::passport, File::com, "ef-com-length", trailing_octets<File::com>},
      {"com-cut-off", Kind::passport, File::com, "ef-com-length", cut_off<File::com>},
      {"com-lds-version-106", Kind::passport, File::com, "ef-com-lds-version",
       [](LdsDocument& d) { edit_file(d, File::com, {0x60, 0x5F01}, with_value(text_octets("0106"))); }},
      {"com-lds-version-in-binary", Kind::passport, File::com, "ef-com-lds-version",
       [](LdsDocument& d) { edit_file(d, File::com, {0x60, 0x5F01}, with_value("01080000"_hex)); }},
      {"com-unicode-version-of-five-digits", Kind::passport, File::com, "ef-com-unicode-version",
       [](LdsDocument& d) { edit_file(d, File::com, {0x60, 0x5F36}, with_value(text_octets("04000"))); }},
      {"com-unicode-version-with-a-letter", Kind::passport, File::com, "ef-com-unicode-version",
       [](LdsDocument& d) { edit_file(d, File::com, {0x60, 0x5F36}, with_value(text_octets("04000A"))); }},
      {"com-lists-numbers", Kind::passport, File::com, "ef-com-tag-list",
       [](LdsDocument& d) { edit_file(d, File::com, {0x60, 0x5C}, with_value("0102030B0C0E0F04"_hex)); }},
      {"com-lacks-dg2", Kind::passport, File::com, "ef-com-tag-list",
       [](LdsDocument& d) { edit_file(d, File::com, {0x60, 0x5C}, with_value("6163766B6C6E6F"_hex)); }},
      {"com-lists-one-that-is-not-signed", Kind::passport, File::com, "ef-com-tag-list",
       [](LdsDocument& d) { edit_file(d, File::com, {0x60, 0x5C}, with_value("616563756B6C6E6F76"_hex)); }},
      {"com-lists-one-twice", Kind::passport, File::com, "ef-com-tag-list",
       [](LdsDocument& d) { edit_file(d, File::com, {0x60, 0x5C}, with_value("61757563766B6C6E6F"_hex)); }},
      {"com-lacks-one-that-is-signed", Kind::passport, File::com, "ef-com-tag-list",
       [](LdsDocument& d) { edit_file(d, File::com, {0x60, 0x5C}, with_value("6175"_hex)); }},
      {"com-with-another-object", Kind::passport, File::com, "ef-com-tag-list",
       [](LdsDocument& d) { edit_file(d, File::com, {0x60, 0x5C}, followed_by("530100"_hex)); }},

      {"dg1-template-of-another-file", Kind::passport, File::dg1, "dg1-template-tag", wrong_template_hashed<File::dg1>},
      {"dg1-with-octets-behind", Kind::passport, File::dg1, "dg1-length", trailing_octets<File::dg1>},
      {"dg2-template-of-another-file", Kind::passport, File::dg2, "dg2-template-tag", wrong_template_hashed<File::dg2>},
      {"dg2-with-octets-behind", Kind::passport, File::dg2, "dg2-length", trailing_octets<File::dg2>},
      {"dg3-template-of-another-file", Kind::passport, File::dg3, "dg3-template-tag", wrong_template_hashed<File::dg3>},
      {"dg3-with-octets-behind", Kind::passport, File::dg3, "dg3-length", trailing_octets<File::dg3>},
      {"dg4-template-of-another-file", Kind::passport, File::dg4, "dg4-template-tag", wrong_template_hashed<File::dg4>},
      {"dg4-with-octets-behind", Kind::passport, File::dg4, "dg4-length", trailing_octets<File::dg4>},
      {"dg11-template-of-another-file", Kind::passport, File::dg11, "dg11-template-tag",
       wrong_template_hashed<File::dg11>},
      {"dg11-with-octets-behind", Kind::passport, File::dg11, "dg11-length", trailing_octets<File::dg11>},
      {"dg12-template-of-another-file", Kind::passport, File::dg12, "dg12-template-tag",
       wrong_template_hashed<File::dg12>},
      {"dg12-with-octets-behind", Kind::passport, File::dg12, "dg12-length", trailing_octets<File::dg12>},
      {"dg14-template-of-another-file", Kind::passport, File::dg14, "dg14-security-infos",
       wrong_template_hashed<File::dg14>},
      {"dg14-with-octets-behind", Kind::passport, File::dg14, "dg14-security-infos", trailing_octets<File::dg14>},
      {"dg15-template-of-another-file", Kind::passport, File::dg15, "dg15-template-tag",
       wrong_template_hashed<File::dg15>},
      {"dg15-with-octets-behind", Kind::passport, File::dg15, "dg15-length", trailing_octets<File::dg15>},
      {"sod-template-of-another-file", Kind::passport, File::sod, "ef-sod-template-tag", wrong_template<File::sod>},
      {"sod-with-octets-behind", Kind::passport, File::sod, "ef-sod-length",
       trailing_octets_of_a_signed_file<File::sod>},
  };
}

}  // namespace cicada::tests
