#include "bends.h"

#include <algorithm>
#include <array>

#include "chip.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/tlv.h"
#include "cicada/host/lds/dg14.h"
#include "cicada/host/lds/dg2.h"
#include "cicada/host/misissue/authority.h"

namespace cicada::tools::lower_tester {

namespace kernel = applet_sim::kernel;
using asn1::SecurityInfo;
using base::Bytes;
using host::lds::Ef;
using host::misissue::must;
using Files = std::map<Ef, Bytes>;

namespace {

constexpr std::uint8_t kForeignKeyId = 99;
const asn1::Oid kUnknownProtocol = asn1::Oid::of("0.4.0.127.0.7.2.2.4.6.9");
const asn1::Oid kSomethingElse = asn1::Oid::of("1.3.6.1.4.1.99999.1");

/// The first entry of a kind, or Failure.
template <typename Info>
SecurityInfo& entry_of(std::vector<SecurityInfo>& entries) {
  for (auto& entry : entries) {
    if (std::holds_alternative<Info>(entry.info)) return entry;
  }
  throw host::misissue::Failure{{.fault = base::Fault::bad_input, .what = "the document has no such SecurityInfo"}};
}

/// Changes what an entry says; it is encoded anew.
template <typename Info, typename Change>
void change(std::vector<SecurityInfo>& entries, Change with) {
  auto& entry = entry_of<Info>(entries);
  auto info = std::get<Info>(entry.info);
  with(info);
  entry = asn1::make_security_info(entry.protocol, std::move(info));
}

/// The last octet of the key that DG14 and EF.CardSecurity show.
void spoil_key(Infos& infos) {
  change<asn1::ChipAuthenticationPublicKeyInfo>(infos.of_chip, [](auto& info) {
    auto octets = info.public_key.der;
    octets.back() ^= 1U;
    info.public_key = must(asn1::parse_public_key_info(octets));
  });
}

/// The algorithm of the key: an identifier that nobody knows.
void rename_algorithm(Infos& infos) {
  change<asn1::ChipAuthenticationPublicKeyInfo>(infos.of_chip, [](auto& info) {
    const auto& oid = info.public_key.algorithm.oid.content();
    auto octets = info.public_key.der;
    const auto at = std::ranges::search(octets, oid);
    *(at.end() - 1) ^= 0x40U;
    info.public_key = must(asn1::parse_public_key_info(octets));
  });
}

/// The prime of the key's domain: the octet in its middle.
void spoil_prime(Infos& infos) {
  change<asn1::ChipAuthenticationPublicKeyInfo>(infos.of_chip, [](auto& info) {
    const auto numbers = must(asn1::parse_ec_public_key(info.public_key));
    auto octets = info.public_key.der;
    const auto at = std::ranges::search(octets, numbers.parameters->p);
    *(at.begin() + static_cast<std::ptrdiff_t>(numbers.parameters->p.size() / 2)) ^= 1U;
    info.public_key = must(asn1::parse_public_key_info(octets));
  });
}

SecurityInfo another_key_like(const SecurityInfo& entry) {
  base::SystemRng rng;
  kernel::CardContent unused;
  Infos made;
  const auto& info = std::get<asn1::ChipAuthenticationPublicKeyInfo>(entry.info);
  ChipKeyPlan key{.arcs = {"2.2"}};
  if (info.key_id) key.id = static_cast<std::uint8_t>(*info.key_id);
  add_chip_keys({.chip = {key}}, unused, made, rng);
  return made.of_chip.front();
}

SecurityInfo opaque(const asn1::Oid& protocol) {
  return asn1::make_security_info(protocol, asn1::UnknownInfo{.data = Bytes{0x02, 0x01, 0x01}});
}

void name_cvca_file(Infos& infos, asn1::CvcaFile where) {
  change<asn1::TerminalAuthenticationInfo>(infos.of_dg14, [&where](auto& info) { info.ef_cvca = where; });
}

/// A list of references that the chip does not keep up to date: the file is like any other then.
void set_cvca_file(kernel::CardContent& chip, Bytes content) {
  for (auto& file : chip.files) {
    if (chip.cvca_file && file.folder == kernel::Folder::lds1 && file.fid == *chip.cvca_file) file.content = content;
  }
  chip.cvca_file.reset();
}

Bytes references(std::initializer_list<std::string_view> names) {
  Bytes octets;
  for (const auto name : names) base::append(octets, asn1::encode_tlv(0x42, base::as_bytes(name)));
  return octets;
}

kernel::CardContent& with_id(kernel::CardContent& chip, std::uint8_t id) {
  if (chip.chip_keys.empty())
    throw host::misissue::Failure{{.fault = base::Fault::bad_input, .what = "the chip has no key of its own"}};
  chip.chip_keys.front().id = id;
  return chip;
}

void set_picture_size(Files& groups, std::uint16_t size) {
  auto dg2 = must(host::lds::parse_dg2(groups.at(Ef::dg2)));
  auto face = dg2.templates.at(0).faces.at(0);
  face.width = size;
  face.height = size;
  groups[Ef::dg2] = must(host::lds::build_dg2(face));
}

std::vector<NamedBend> make_chip_bends() {
  return {
      {"ca-key-id-unknown-to-chip",
       "DG14 names its key by an identifier that the chip does not know.",
       {.infos = [](Infos&, kernel::CardContent& chip) { with_id(chip, kForeignKeyId); }}},
      {"ca-key-corrupted",
       "The public key in DG14 has a wrong octet.",
       {.infos = [](Infos& infos, kernel::CardContent&) { spoil_key(infos); }}},
      {"ca-key-of-unknown-algorithm",
       "The public key in DG14 is of an algorithm that nobody knows.",
       {.infos = [](Infos& infos, kernel::CardContent&) { rename_algorithm(infos); }}},
      {"ca-key-on-unknown-curve",
       "The public key in DG14 lies on a curve with another prime than any that is known.",
       {.infos = [](Infos& infos, kernel::CardContent&) { spoil_prime(infos); }}},
      {"ca-info-names-another-key",
       "ChipAuthenticationInfo names another key than ChipAuthenticationPublicKeyInfo.",
       {.infos =
            [](Infos& infos, kernel::CardContent&) {
              change<asn1::ChipAuthenticationInfo>(infos.of_dg14, [](auto& info) { info.key_id = kForeignKeyId; });
            }}},
      {"aa-unknown-algorithm",
       "ActiveAuthenticationInfo names a signature algorithm that nobody knows.",
       {.infos =
            [](Infos& infos, kernel::CardContent&) {
              change<asn1::ActiveAuthenticationInfo>(infos.of_dg14,
                                                     [](auto& info) { info.signature_algorithm = kSomethingElse; });
            }}},
      {"ta-info-names-another-fid",
       "TerminalAuthenticationInfo says that EF.CVCA is where it is not.",
       {.infos = [](Infos& infos,
                    kernel::CardContent&) { name_cvca_file(infos, {.file_id = 0x0199, .short_file_id = {}}); }}},
      {"ta-info-names-another-sfi",
       "TerminalAuthenticationInfo gives EF.CVCA a short identifier that it does not have.",
       {.infos = [](Infos& infos,
                    kernel::CardContent&) { name_cvca_file(infos, {.file_id = 0x011C, .short_file_id = 0x1A}); }}},
      {"cvca-of-another-root",
       "EF.CVCA names a root that the terminal's certificates do not come from.",
       {.chip = [](kernel::CardContent& chip) { set_cvca_file(chip, references({"VNOTHERCA00002"})); }}},
      {"cvca-without-reference",
       "EF.CVCA holds an empty reference.",
       {.chip = [](kernel::CardContent& chip) { set_cvca_file(chip, Bytes{0x42, 0x00, 0x00, 0x00, 0x00}); }}},
      {"cvca-with-three-references",
       "EF.CVCA holds three references.",
       {.chip =
            [](kernel::CardContent& chip) {
              set_cvca_file(chip, references({"VNTESTCVCA00001", "VNTESTCVCA00002", "VNTESTCVCA00003"}));
            }}},
      {"another-document-number",
       "The chip believes that it is another document.",
       {.chip = [](kernel::CardContent& chip) { chip.document_number.front() ^= 1U; }}},
  };
}

std::vector<NamedBend> make_pace_bends() {
  return {
      {"more-security-infos",
       "EF.CardAccess and DG14 hold entries of protocols that nobody knows.",
       {.infos = [](Infos& infos,
                    kernel::CardContent&) { infos.shown.insert(infos.shown.begin(), opaque(kSomethingElse)); }}},
      {"pace-domain-parameter-info",
       "EF.CardAccess holds a PACEDomainParameterInfo beside its PACEInfos.",
       {.infos =
            [](Infos& infos, kernel::CardContent&) {
              const auto first = std::get<asn1::PaceInfo>(entry_of<asn1::PaceInfo>(infos.shown).info);
              infos.shown.push_back(asn1::make_security_info(
                  asn1::Oid::of("0.4.0.127.0.7.2.2.4.2"),
                  asn1::PaceDomainParameterInfo{
                      .domain_parameter = asn1::standardized_domain_algorithm(first.parameter_id.value_or(13)),
                      .parameter_id = first.parameter_id}));
            }}},
      {"pace-unknown-parameters",
       "The PACEInfo names domain parameters that do not exist.",
       {.infos =
            [](Infos& infos, kernel::CardContent&) {
              change<asn1::PaceInfo>(infos.shown, [](auto& info) { info.parameter_id = 27; });
            }}},
      {"cam-unknown-protocol",
       "The first PACEInfo is of a protocol that nobody knows; the other one can be used.",
       {.infos =
            [](Infos& infos, kernel::CardContent&) {
              auto& entry = entry_of<asn1::PaceInfo>(infos.shown);
              entry = asn1::make_security_info(kUnknownProtocol, std::get<asn1::PaceInfo>(entry.info));
            }}},
      {"card-access-garbled",
       "The length of EF.CardAccess does not fit what it holds.",
       {.files = [](Files& files) { files.at(Ef::card_access).at(3) += 1; }}},
      {"dg14-without-infos",
       "DG14 holds no SecurityInfo.",
       {.groups =
            [](Files& groups) { groups[Ef::dg14] = must(host::lds::build_dg14(asn1::encode_security_infos({}))); }}},
      {"card-security-with-another-key",
       "EF.CardSecurity is signed and holds another key than the chip's.",
       {.infos =
            [](Infos& infos, kernel::CardContent&) {
              auto all = infos.in_card_security();
              auto& entry = entry_of<asn1::ChipAuthenticationPublicKeyInfo>(all);
              entry = another_key_like(entry);
              infos.all_of_card_security = std::move(all);
            }}},
      {"card-security-without-key",
       "EF.CardSecurity is signed and holds no key of the chip.",
       {.infos = [](Infos& infos, kernel::CardContent&) { infos.all_of_card_security = infos.shown; }}},
      {"picture-of-no-size",
       "The face in DG2 says that it is 0 by 0 pixels.",
       {.groups = [](Files& groups) { set_picture_size(groups, 0); }}},
  };
}

}  // namespace

const NamedBend* find_bend(std::string_view name) {
  static const std::array kAll{make_chip_bends(), make_pace_bends()};
  for (const auto& part : kAll) {
    for (const auto& one : part) {
      if (one.name == name) return &one;
    }
  }
  return nullptr;
}

}  // namespace cicada::tools::lower_tester
