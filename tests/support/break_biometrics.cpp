// DG2, DG3 and DG4: the frame.
#include "cicada/base/hex.h"
#include "lds_document_parts.h"
#include "rule_breaker_lists.h"

namespace cicada::tests {

using namespace base::literals;
using asn1::Tag;
using Kind = DocumentKind;

namespace {

/// The rules of the frame, broken in data group `Of` with template `Template`.
template <File Of, Tag Template>
std::vector<RuleBreaker> frame_of(const std::string& dg) {
  const auto one = [&](std::string_view name, std::string_view check, void (*apply)(LdsDocument&)) {
    return RuleBreaker{dg + std::string{name}, Kind::passport, Of, dg + std::string{check}, apply};
  };
  return {
      one("-group-under-another-tag", "-group-template",
          [](LdsDocument& d) { edit_file(d, Of, {Template, 0x7F61}, with_tag(0x7F62)); }),
      one("-object-behind-the-group", "-group-template",
          [](LdsDocument& d) { edit_file(d, Of, {Template, 0x7F61}, followed_by("5302AABB"_hex)); }),
      one("-announces-more", "-instances",
          [](LdsDocument& d) { edit_file(d, Of, {Template, 0x7F61, 0x02}, with_value("07"_hex)); }),
      one("-number-in-two-octets", "-instances",
          [](LdsDocument& d) { edit_file(d, Of, {Template, 0x7F61, 0x02}, with_value("0001"_hex)); }),
      one("-object-between-instances", "-information-templates",
          [](LdsDocument& d) { edit_file(d, Of, {Template, 0x7F61, 0x02}, followed_by("530100"_hex)); }),
      one("-header-under-another-tag", "-header-templates",
          [](LdsDocument& d) { edit_file(d, Of, {Template, 0x7F61, 0x7F60, 0xA1}, with_tag(0xA2)); }),
      one("-header-with-an-unknown-element", "-header-templates",
          [](LdsDocument& d) { edit_file(d, Of, {Template, 0x7F61, 0x7F60, 0xA1, 0x87}, followed_by("8F0100"_hex)); }),
      one("-header-with-an-element-twice", "-header-templates",
          [](LdsDocument& d) { edit_file(d, Of, {Template, 0x7F61, 0x7F60, 0xA1, 0x81}, followed_by("810102"_hex)); }),
      one("-owner-of-another-format", "-format-owner",
          [](LdsDocument& d) { edit_file(d, Of, {Template, 0x7F61, 0x7F60, 0xA1, 0x87}, with_value("0102"_hex)); }),
      one("-without-owner", "-format-owner",
          [](LdsDocument& d) { edit_file(d, Of, {Template, 0x7F61, 0x7F60, 0xA1, 0x87}, without()); }),
      one("-type-of-another-format", "-format-type-19794",
          [](LdsDocument& d) { edit_file(d, Of, {Template, 0x7F61, 0x7F60, 0xA1, 0x88}, with_value("0005"_hex)); }),
      one("-block-under-another-tag", "-data-block-19794",
          [](LdsDocument& d) { edit_file(d, Of, {Template, 0x7F61, 0x7F60, 0x5F2E}, with_tag(0x5F2F)); }),
      one("-object-behind-the-block", "-data-block-19794",
          [](LdsDocument& d) { edit_file(d, Of, {Template, 0x7F61, 0x7F60, 0x5F2E}, followed_by("530100"_hex)); }),
  };
}

/// What ISO/IEC 39794 adds: 7F2E { A1 { `Block` } }.
template <File Of, Tag Template, Tag Block>
std::vector<RuleBreaker> block_of(const std::string& dg, std::string_view block_check,
                                  const std::vector<std::string>& tag_rules) {
  const auto one = [&](std::string_view name, std::string_view check, void (*apply)(LdsDocument&)) {
    return RuleBreaker{dg + std::string{name}, Kind::identity_card, Of, dg + std::string{check}, apply};
  };
  std::vector<RuleBreaker> list = {
      one("-type-of-an-older-format", "-format-type-39794",
          [](LdsDocument& d) { edit_file(d, Of, {Template, 0x7F61, 0x7F60, 0xA1, 0x88}, with_value("0001"_hex)); }),
      one("-new-block-under-another-tag", "-data-block-39794",
          [](LdsDocument& d) { edit_file(d, Of, {Template, 0x7F61, 0x7F60, 0x7F2E}, with_tag(0x7F2F)); }),
      one("-format-under-another-tag", "-standardized-format",
          [](LdsDocument& d) { edit_file(d, Of, {Template, 0x7F61, 0x7F60, 0x7F2E, 0xA1}, with_tag(0xA2)); }),
      one("-object-behind-the-format", "-standardized-format",
          [](LdsDocument& d) {
            edit_file(d, Of, {Template, 0x7F61, 0x7F60, 0x7F2E, 0xA1}, followed_by("530100"_hex));
          }),
      one("-block-of-another-part", block_check,
          [](LdsDocument& d) { edit_file(d, Of, {Template, 0x7F61, 0x7F60, 0x7F2E, 0xA1, Block}, with_tag(0x6A)); }),
      one("-block-with-an-object-behind", block_check,
          [](LdsDocument& d) {
            edit_file(d, Of, {Template, 0x7F61, 0x7F60, 0x7F2E, 0xA1, Block}, followed_by("800100"_hex));
          }),
  };
  list[1].also = tag_rules;
  return list;
}

std::vector<RuleBreaker> single_breakers() {
  return {
      {"dg2-without-instance",
       Kind::passport,
       File::dg2,
       "dg2-instances",
       [](LdsDocument& d) { d.files[File::dg2] = biometric_group(0x75, {}); },
       {"dg2-information-templates"}},
      {"dg3-empty-with-another-object", Kind::residence_card, File::dg3, "dg3-group-template",
       [](LdsDocument& d) { d.files[File::dg3] = "630A 7F61 03 020100 5402AABB"_hex; }},
      {"dg3-without-subtype", Kind::passport, File::dg3, "dg3-subtype",
       [](LdsDocument& d) { edit_file(d, File::dg3, {0x63, 0x7F61, 0x7F60, 0xA1, 0x82}, without()); }},
      {"dg3-finger-of-no-hand", Kind::passport, File::dg3, "dg3-subtype",
       [](LdsDocument& d) { edit_file(d, File::dg3, {0x63, 0x7F61, 0x7F60, 0xA1, 0x82}, with_value("08"_hex)); }},
      {"dg3-sixth-finger", Kind::passport, File::dg3, "dg3-subtype",
       [](LdsDocument& d) { edit_file(d, File::dg3, {0x63, 0x7F61, 0x7F60, 0xA1, 0x82}, with_value("19"_hex)); }},
      {"dg4-without-subtype", Kind::passport, File::dg4, "dg4-subtype",
       [](LdsDocument& d) { edit_file(d, File::dg4, {0x76, 0x7F61, 0x7F60, 0xA1, 0x82}, without()); }},
      {"dg4-iris-of-a-finger", Kind::passport, File::dg4, "dg4-subtype",
       [](LdsDocument& d) { edit_file(d, File::dg4, {0x76, 0x7F61, 0x7F60, 0xA1, 0x82}, with_value("09"_hex)); }},
      {"dg3-record-of-a-face", Kind::passport, File::dg3, "dg3-record-identifier",
       [](LdsDocument& d) {
         edit_file(d, File::dg3, {0x63, 0x7F61, 0x7F60, 0x5F2E}, with_value("46414300 30313000 00"_hex));
       }},
      {"dg4-record-of-a-finger", Kind::passport, File::dg4, "dg4-record-identifier",
       [](LdsDocument& d) {
         edit_file(d, File::dg4, {0x76, 0x7F61, 0x7F60, 0x5F2E}, with_value("46495200 30313000 00"_hex));
       }},
  };
}

}  // namespace

std::vector<RuleBreaker> frame_breakers() {
  std::vector<RuleBreaker> joined = single_breakers();
  const auto add = [&](std::vector<RuleBreaker> list) {
    for (auto& one : list) joined.push_back(std::move(one));
  };
  add(frame_of<File::dg2, 0x75>("dg2"));
  add(frame_of<File::dg3, 0x63>("dg3"));
  add(frame_of<File::dg4, 0x76>("dg4"));
  add(block_of<File::dg2, 0x75, 0x65>("dg2", "-face-block", {}));
  // For fingers and irises one rule about the tag holds for both editions of the record.
  add(block_of<File::dg3, 0x63, 0x64>("dg3", "-finger-block", {"dg3-data-block-19794"}));
  add(block_of<File::dg4, 0x76, 0x66>("dg4", "-iris-block", {"dg4-data-block-19794"}));
  return joined;
}

}  // namespace cicada::tests
