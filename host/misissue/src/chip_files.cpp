// Files in which the chip says what it can: DG14, DG15, EF.CardSecurity, EF.CVCA, EF.ATR/INFO (9303-10 §3.11, §4.7.14,
// §4.7.15; 9303-11 §9.2). What can be signed is.
#include <algorithm>

#include "cicada/asn1/cms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/ef_cvca.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/host/auth/card_security.h"
#include "cicada/host/auth/deviation.h"
#include "cicada/host/lds/dg14.h"
#include "surgery.h"
#include "tables.h"

namespace cicada::host::misissue {

namespace oids = asn1::oids;
using asn1::tags::kInteger;
using asn1::tags::kOid;
using asn1::tags::kSequence;
using asn1::tags::kSet;
using base::Bytes;
using lds::Ef;

namespace {

constexpr auto kCheck = CheckName::file_structure;
constexpr auto kCountry = Trust::of_the_country;
constexpr std::string_view kInfos = "9303-11 §9.2.3";
constexpr std::string_view kCardSecurity = "9303-11 §9.2.11";
constexpr std::string_view kAtrInfo = "9303-10 §3.11.1";
constexpr int kDg14 = 14;
constexpr int kDg15 = 15;

/// The objects of the entry of DG14 that `is_it` chooses by its protocol.
void change_entry(Scene& scene, bool (*is_it)(const asn1::Oid&), const std::function<void(Objects&)>& change) {
  auto& file = scene.groups.at(kDg14);
  const auto infos = must(asn1::parse_security_infos(must(lds::parse_dg14(file)).security_infos));
  for (std::size_t i = 0; i < infos.entries.size(); ++i) {
    if (!is_it(infos.entries[i].protocol)) continue;
    file = operated(file, {{kSet}, {kSequence, i}}, change);
    return;
  }
  give_up("DG14 does not have the entry that the fault is about");
}

bool is_chip_authentication(const asn1::Oid& protocol) {
  return protocol.is_under(oids::kIdCa);
}

bool is_chip_key(const asn1::Oid& protocol) {
  return protocol.is_under(oids::kIdPk);
}

/// EF.CardSecurity with other entries, signed by the document's own signer.
void change_card_security(Scene& scene, const std::function<void(std::vector<asn1::SecurityInfo>&)>& change) {
  auto& file = scene.file(Ef::card_security);
  auto entries = must(auth::infos_of_card_security(file)).entries;
  change(entries);
  auto recipe = recipe_for(scene.authority, scene.groups, {});
  recipe.content_type = oids::kSecurityObject;
  recipe.attribute_content_type = oids::kSecurityObject;
  recipe.content = asn1::encode_security_infos(entries);
  file = seal_content_info(recipe);
}

bool is_pace(const asn1::SecurityInfo& entry) {
  return std::holds_alternative<asn1::PaceInfo>(entry.info);
}

/// Somebody else's key on the same curve.
void replace_key(std::vector<asn1::SecurityInfo>& entries) {
  for (auto& entry : entries) {
    const auto* own = std::get_if<asn1::ChipAuthenticationPublicKeyInfo>(&entry.info);
    if (own == nullptr) continue;
    const auto info = must(new_signer_like(own->public_key).public_key_info(pki::EcParameterForm::explicit_parameters));
    entry = asn1::make_security_info(
        entry.protocol, asn1::ChipAuthenticationPublicKeyInfo{.public_key = must(asn1::parse_public_key_info(info)),
                                                              .key_id = own->key_id});
    return;
  }
  give_up("EF.CardSecurity has no key");
}

/// EF.CVCA with names in it: those that are there, or one, where the chip fills them in by itself.
Bytes named(const Bytes& file) {
  if (asn1::parse_ef_cvca(file)) return file;
  return must(asn1::encode_ef_cvca({"VNCVCATEST00001"}));
}

/// Card capabilities that announce command chaining, extended length and 7F66; then what is given.
void say_lengths(Scene& scene, const Bytes& lengths) {
  const Bytes capabilities = {0x47, 0x03, 0xF3, 0x01, 0xE0};
  scene.files[Ef::atr_info] = base::concat({capabilities, lengths});
}

Fault of_dg14(std::string_view name, std::string_view title, std::string_view reason, void (*commit)(Scene&)) {
  return {name, title, kInfos, kCheck, kTolerated, reason, commit, kCountry, {}, kDg14};
}

std::vector<Fault> faults_of_the_infos() {
  return {
      of_dg14("infos-tag-wrong", "DG14 begins with tag 6F.", "dg14-unreadable",
              [](Scene& s) { set_tag(s, kDg14, 0x6F); }),
      of_dg14("infos-length-short", "The length of DG14 is one too small.", "dg14-unreadable",
              [](Scene& s) { shorten_length(s, kDg14); }),
      of_dg14("infos-length-long", "The length of DG14 is one too large.", "dg14-unreadable",
              [](Scene& s) { lengthen_length(s, kDg14); }),
      of_dg14("infos-protocol-illegal", "The chip's key is for a key agreement that does not exist.",
              "dg14-protocol-unknown",
              [](Scene& s) { change_entry(s, is_chip_key, [](Objects& o) { first(o, kOid).value.back() = 0x03; }); }),
      of_dg14("infos-protocol-missing", "An entry of DG14 does not say which protocol it is about.", "dg14-unreadable",
              [](Scene& s) { change_entry(s, is_chip_authentication, [](Objects& o) { take_out(o, kOid); }); }),
      of_dg14("infos-version-wrong", "Chip authentication is of version 9.", "dg14-chip-authentication-version",
              [](Scene& s) {
                change_entry(s, is_chip_authentication, [](Objects& o) { first(o, kInteger).value = {9}; });
              }),
      of_dg14("infos-version-missing", "Chip authentication has no version.", "dg14-entry-form",
              [](Scene& s) { change_entry(s, is_chip_authentication, [](Objects& o) { take_out(o, kInteger); }); }),
  };
}

std::vector<Fault> faults_of_the_keys() {
  const auto of_dg15 = [](std::string_view name, std::string_view title, void (*commit)(Scene&)) {
    return Fault{name, title, "9303-10 §4.7.15", kCheck, kTolerated, "dg15-unreadable", commit, kCountry, {}, kDg15};
  };
  const auto of_cvca = [](std::string_view name, std::string_view title, void (*commit)(Scene&)) {
    return Fault{name, title, "9303-11 §7.1.3", kCheck, kTolerated, "cvca-unreadable", commit, kCountry,
                 {},   0,     Ef::cvca};
  };
  return {
      of_dg15("active-key-tag-wrong", "DG15 begins with tag 70.", [](Scene& s) { set_tag(s, kDg15, 0x70); }),
      of_dg15("active-key-length-short", "The length of DG15 is one too small.",
              [](Scene& s) { shorten_length(s, kDg15); }),
      of_dg15("active-key-length-long", "The length of DG15 is one too large.",
              [](Scene& s) { lengthen_length(s, kDg15); }),
      of_cvca("cvca-tag-wrong", "The first name in EF.CVCA has tag 43.",
              [](Scene& s) { s.file(Ef::cvca) = with_tag(named(s.file(Ef::cvca)), 0x43); }),
      of_cvca("cvca-empty", "EF.CVCA has no name in it.",
              [](Scene& s) { s.file(Ef::cvca) = Bytes(s.file(Ef::cvca).size()); }),
  };
}

std::vector<Fault> faults_of_card_security() {
  const auto row = [](std::string_view name, std::string_view title, CheckName check, Outcome outcome,
                      std::string_view reason, void (*commit)(Scene&)) {
    return Fault{name, title, kCardSecurity, check, outcome, reason, commit, kCountry, {}, 0, Ef::card_security};
  };
  return {
      row("card-security-with-more", "EF.CardSecurity has an entry that EF.CardAccess does not have.",
          CheckName::card_access_match, kSound, "EF.CardAccess",
          [](Scene& s) {
            change_card_security(s, [](auto& entries) {
              entries.push_back(asn1::make_security_info(oids::kIdTa, asn1::TerminalAuthenticationInfo{}));
            });
          }),
      row("card-security-with-less", "EF.CardSecurity leaves out a PACE that EF.CardAccess shows.",
          CheckName::card_access_match, kTolerated, auth::deviation::kCardSecurityIncomplete,
          [](Scene& s) {
            change_card_security(s, [](auto& entries) {
              const auto found = std::ranges::find_if(entries, is_pace);
              if (found == entries.end()) give_up("EF.CardSecurity has no PACE");
              entries.erase(found);
            });
          }),
      row("card-security-with-another", "EF.CardSecurity has PACE with other parameters than EF.CardAccess shows.",
          CheckName::card_access_match, kTolerated, auth::deviation::kCardSecurityIncomplete,
          [](Scene& s) {
            change_card_security(s, [](auto& entries) {
              const auto found = std::ranges::find_if(entries, is_pace);
              if (found == entries.end()) give_up("EF.CardSecurity has no PACE");
              *found = asn1::make_security_info(found->protocol, asn1::PaceInfo{.version = 2, .parameter_id = 18});
            });
          }),
      row("card-security-of-another-key", "EF.CardSecurity has the key of another chip.",
          CheckName::chip_authentication, kFailed, "EF.CardSecurity",
          [](Scene& s) { change_card_security(s, replace_key); }),
  };
}

std::vector<Fault> faults_of_atr_info() {
  const auto row = [](std::string_view name, std::string_view title, Outcome outcome, std::string_view reason,
                      void (*commit)(Scene&)) {
    return Fault{name, title, kAtrInfo, kCheck, outcome, reason, commit, kCountry};
  };
  return {
      row("atr-info-two-octets", "EF.ATR/INFO gives the lengths of APDUs in two octets.", kSound, "",
          [](Scene& s) { say_lengths(s, {0x7F, 0x66, 0x08, 0x02, 0x02, 0x07, 0x80, 0x02, 0x02, 0x07, 0x80}); }),
      row("atr-info-three-octets", "EF.ATR/INFO gives the lengths of APDUs in three octets.", kSound, "",
          [](Scene& s) {
            say_lengths(s, {0x7F, 0x66, 0x0A, 0x02, 0x03, 0x00, 0x80, 0x00, 0x02, 0x03, 0x00, 0x80, 0x00});
          }),
      row("atr-info-one-length", "EF.ATR/INFO gives the length of commands only.", kTolerated, "atr-info-unreadable",
          [](Scene& s) { say_lengths(s, {0x7F, 0x66, 0x04, 0x02, 0x02, 0x07, 0x80}); }),
      row("atr-info-tag-wrong", "EF.ATR/INFO gives the lengths under tag 7F65.", kTolerated, "atr-info-without-lengths",
          [](Scene& s) { say_lengths(s, {0x7F, 0x65, 0x08, 0x02, 0x02, 0x07, 0x80, 0x02, 0x02, 0x07, 0x80}); }),
  };
}

}  // namespace

std::vector<Fault> faults_of_the_chip_files() {
  auto all = faults_of_the_infos();
  for (auto part : {faults_of_the_keys(), faults_of_card_security(), faults_of_atr_info()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace cicada::host::misissue
