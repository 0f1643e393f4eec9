// The list of hashes (9303-10 §4.6.2.3), and whether EF.COM says the same.
#include <algorithm>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/host/auth/deviation.h"
#include "cicada/host/lds/com.h"
#include "surgery.h"
#include "tables.h"

namespace cicada::host::misissue {

namespace deviation = auth::deviation;
using asn1::tags::kInteger;
using asn1::tags::kSequence;
using base::Bytes;
using lds::Ef;

namespace {

constexpr auto kCheck = CheckName::dg_hashes;
constexpr std::string_view kList = "9303-10 §4.6.2.3";
constexpr std::string_view kCom = "9303-10 §4.6.1";
constexpr std::string_view kUnreadable = "the list of hashes in EF.SOD cannot be read";
constexpr auto kCountry = Trust::of_the_country;
constexpr int kFace = 2;

/// The list as the recipe has it, by no rule of its own: any number, any version.
Bytes written(const asn1::LdsSecurityObject& list) {
  Bytes hashes;
  for (const auto& one : list.data_groups) {
    base::append(hashes,
                 asn1::encode_sequence({asn1::encode_integer(one.number), asn1::encode_octet_string(one.hash)}));
  }
  Bytes version_info;
  if (list.version_info) {
    const auto text = [](const std::string& value) { return asn1::encode_string(asn1::tags::kPrintableString, value); };
    version_info =
        asn1::encode_sequence({text(list.version_info->lds_version), text(list.version_info->unicode_version)});
  }
  return asn1::encode_sequence({asn1::encode_integer(list.version), asn1::encode(list.hash_algorithm),
                                asn1::encode_tlv(kSequence, hashes), version_info});
}

void change_list(Scene& scene, const std::function<void(asn1::LdsSecurityObject&)>& change) {
  bend(scene, [change](SodRecipe& r) {
    change(r.list);
    r.content = written(r.list);
  });
}

/// A list with an object cut out of it, or changed.
void cut_list(Scene& scene, const std::vector<Place>& way, const std::function<void(Objects&)>& cut) {
  bend(scene, [way, cut](SodRecipe& r) { r.content = operated(written(r.list), way, cut); });
}

asn1::DataGroupHash& entry(asn1::LdsSecurityObject& list, int number) {
  const auto found = std::ranges::find(list.data_groups, number, [](const auto& one) { return int{one.number}; });
  if (found == list.data_groups.end()) give_up("the document does not have the data group");
  return *found;
}

template <int number>
void drop_group(Scene& scene) {
  change_list(scene, [](auto& list) {
    entry(list, number);
    std::erase_if(list.data_groups, [](const auto& one) { return one.number == number; });
  });
}

/// EF.COM with another list of tags.
void change_tags(Scene& scene, const std::function<void(std::vector<std::uint8_t>&)>& change) {
  auto com = must(lds::parse_com(scene.file(Ef::com)));
  change(com.tags);
  scene.file(Ef::com) = lds::build_com(com);
}

std::uint8_t face_tag() {
  return static_cast<std::uint8_t>(lds::info(Ef::dg2).tag);
}

void say_version(Scene& scene, std::string_view lds_version) {
  change_list(scene, [version = std::string{lds_version}](auto& list) {
    list.version = 1;
    list.version_info = asn1::LdsVersionInfo{.lds_version = version, .unicode_version = "040000"};
  });
}

std::vector<Fault> faults_of_its_form() {
  return {
      {"list-version-wrong", "The list has version 2.", kList, kCheck, kFailed, kUnreadable,
       [](Scene& s) { change_list(s, [](auto& list) { list.version = 2; }); }},
      {"list-version-missing", "The list has no version.", kList, kCheck, kFailed, kUnreadable,
       [](Scene& s) { cut_list(s, {}, [](Objects& parts) { take_out(parts, kInteger); }); }},
      {"list-hash-algorithm-missing", "The list does not say which hashes it has.", kList, kCheck, kFailed, kUnreadable,
       [](Scene& s) { cut_list(s, {}, [](Objects& parts) { take_out(parts, kSequence); }); }},
      {"list-number-missing", "The list has a hash without the number of its group.", kList, kCheck, kFailed,
       kUnreadable,
       [](Scene& s) {
         cut_list(s, {{kSequence, 1}, {kSequence, 1}}, [](Objects& parts) { take_out(parts, kInteger); });
       }},
      {"list-version-0-with-lds-version", "The list has version 0 and says which LDS it is of.", kList, kCheck,
       kTolerated, deviation::kLdsVersionInfo, [](Scene& s) { change_list(s, [](auto& list) { list.version = 0; }); }},
      {"list-version-1-without-lds-version", "The list has version 1 and does not say which LDS it is of.", kList,
       kCheck, kTolerated, deviation::kLdsVersionInfo,
       [](Scene& s) { change_list(s, [](auto& list) { list.version_info.reset(); }); }},
      {"list-of-lds-1-8",
       "The document is of LDS 1.8, as EF.COM and EF.SOD say.",
       kList,
       kCheck,
       kSound,
       "as signed",
       [](Scene& s) {
         say_version(s, "0108");
         auto com = must(lds::parse_com(s.file(Ef::com)));
         com.lds_version = "0108";
         s.file(Ef::com) = lds::build_com(com);
       },
       kCountry,
       {},
       0,
       Ef::com},
      {"list-of-lds-1-7", "The document is of LDS 1.7: a list of version 0.", kList, kCheck, kSound, "as signed",
       [](Scene& s) {
         change_list(s, [](auto& list) {
           list.version = 0;
           list.version_info.reset();
         });
       }},
      {"list-of-lds-1-9", "The list is of LDS 1.9, which is still to come.", kList, kCheck, kSound, "as signed",
       [](Scene& s) { say_version(s, "0109"); }},
  };
}

std::vector<Fault> faults_of_its_entries() {
  return {
      {"list-hash-of-face-wrong",
       "The hash of DG2 was signed with a bit changed.",
       kList,
       kCheck,
       kFailed,
       "DG2: not what was signed",
       [](Scene& s) { change_list(s, [](auto& list) { entry(list, kFace).hash.front() ^= 0x01; }); },
       kCountry,
       {},
       kFace},
      {"list-without-dg1",
       "EF.SOD has no hash of DG1, which the chip has.",
       kList,
       kCheck,
       kFailed,
       "DG1: on the chip, but not in the security object",
       drop_group<1>,
       kCountry,
       {},
       1},
      {"list-without-dg14",
       "EF.SOD has no hash of DG14, by which alone EF.CardSecurity belongs to the document.",
       kList,
       kCheck,
       kFailed,
       "DG14: on the chip, but not in the security object",
       drop_group<14>,
       kCountry,
       {},
       14},
      {"list-with-dg10", "EF.SOD has a hash of DG10, which the chip does not have and EF.COM does not list.", kList,
       kCheck, kOpen, "DG10 could not be read",
       [](Scene& s) {
         change_list(s, [](auto& list) {
           list.data_groups.push_back({.number = 10, .hash = Bytes(list.data_groups.front().hash.size(), 0x10)});
         });
       }},
      {"list-number-wrong",
       "EF.SOD lists the hash of DG2 as that of DG16.",
       kList,
       kCheck,
       kFailed,
       "DG2: on the chip, but not in the security object",
       [](Scene& s) { change_list(s, [](auto& list) { entry(list, kFace).number = 16; }); },
       kCountry,
       {},
       kFace},
      {"face-malformed-and-changed",
       "DG2 cannot be read, and is not what was signed either.",
       "9303-11 §5.1",
       kCheck,
       kFailed,
       "DG2: not what was signed",
       [](Scene& s) {
         s.change_groups = [](auto& groups) {
           groups.at(kFace) =
               operated(groups.at(kFace), {{0x7F61}}, [](Objects& parts) { first(parts, 0x7F60).tag = 0x7F62; });
         };
       },
       kCountry,
       {},
       kFace},
      {"com-lists-fewer-groups",
       "EF.COM leaves DG2 out, which EF.SOD lists.",
       kCom,
       kCheck,
       kTolerated,
       deviation::kComDiffers,
       [](Scene& s) { change_tags(s, [](auto& tags) { std::erase(tags, face_tag()); }); },
       kCountry,
       {},
       kFace,
       Ef::com},
      {"com-lists-more-groups",
       "EF.COM lists DG10, which EF.SOD does not.",
       kCom,
       kCheck,
       kOpen,
       "DG10 could not be read",
       [](Scene& s) {
         change_tags(s, [](auto& tags) { tags.push_back(static_cast<std::uint8_t>(lds::info(Ef::dg10).tag)); });
       },
       kCountry,
       {},
       0,
       Ef::com},
      {"com-lists-other-groups",
       "EF.COM lists DG10 in the place of DG2.",
       kCom,
       kCheck,
       kOpen,
       "DG10 could not be read",
       [](Scene& s) {
         change_tags(s, [](auto& tags) {
           std::ranges::replace(tags, face_tag(), static_cast<std::uint8_t>(lds::info(Ef::dg10).tag));
         });
       },
       kCountry,
       {},
       kFace,
       Ef::com},
  };
}

}  // namespace

std::vector<Fault> faults_of_the_hash_list() {
  auto all = faults_of_its_form();
  const auto entries = faults_of_its_entries();
  all.insert(all.end(), entries.begin(), entries.end());
  return all;
}

}  // namespace cicada::host::misissue
