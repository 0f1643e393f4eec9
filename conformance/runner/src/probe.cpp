#include "cicada/conformance/runner/probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cicada/asn1/oids.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/asn1/tlv.h"
#include "cicada/base/hex.h"
#include "cicada/conformance/procedures/registry.h"
#include "cicada/conformance/terminal/pace.h"
#include "cicada/host/access/pace_protocol.h"
#include "probe_draft.h"

namespace cicada::conformance::runner {

using namespace base::literals;

namespace {

constexpr asn1::Tag kTagList = 0x5C;

/// Looks at a card from the outside in; what it finds goes into the draft.
class Prober {
 public:
  Prober(terminal::Target& target, base::Rng& rng, ProbeAccess access)
      : terminal_(target, rng), access_(std::move(access)) {}

  base::Result<std::string> draft() {
    CICADA_CHECK(terminal_.reset());
    CICADA_CHECK(look_at_master_file());
    CICADA_CHECK(look_at_application());
    look_inside();
    say_what_cannot_be_known();
    return draft_.to_toml(terminal_.target().describe());
  }

 private:
  base::Result<std::uint16_t> status(base::ByteView command) {
    CICADA_TRY(const auto response, terminal_.send(command));
    return response.sw;
  }

  /// EF.CardAccess, EF.DIR, EF.ATR/INFO: open to everyone.
  base::Result<void> look_at_master_file() {
    const auto infos = terminal::read_card_access(terminal_);
    if (infos)
      claim_pace(*infos);
    else
      draft_.remark(fmt::format("EF.CardAccess: {}", infos.error().describe()));
    CICADA_CHECK(terminal_.reset());
    CICADA_TRY(const auto master_file, status("00A4000C023F00"_hex));
    if (master_file == 0x9000) draft_.claim("MF", "SELECT of 3F00 was answered 9000");
    CICADA_TRY(const auto atr_info, status("00A4020C022F01"_hex));
    if (atr_info == 0x9000) draft_.claim("EFATR", "EF.ATR/INFO can be selected");
    CICADA_TRY(const auto dir, status("00A4020C022F00"_hex));
    if (dir != 0x9000) return {};
    CICADA_TRY(const auto content, terminal_.send("00B0000000"_hex));
    constexpr std::array<std::uint8_t, 6> kLds2 = {0xA0, 0x00, 0x00, 0x02, 0x47, 0x20};
    if (!std::ranges::search(content.data, kLds2).empty()) draft_.claim("LDS2", "EF.DIR lists an application of LDS2");
    return {};
  }

  void claim_pace(const asn1::SecurityInfos& infos) {
    for (const auto [entry, info] : infos.all<asn1::PaceInfo>()) {
      const auto protocol = host::access::PaceProtocol::from_oid(entry->protocol);
      if (!protocol) continue;
      using host::access::Mapping;
      const auto how = fmt::format("EF.CardAccess: {}", host::access::name_of(*protocol));
      draft_.claim("PACE", how);
      draft_.claim(protocol->agreement == host::access::KeyAgreement::dh ? "PACE-DH" : "PACE-ECDH", how);
      if (protocol->mapping == Mapping::generic) draft_.claim("PACE-GM", how);
      if (protocol->mapping == Mapping::integrated) draft_.claim("PACE-IM", how);
      if (protocol->mapping == Mapping::chip_authentication) draft_.claim("PACE-CAM", how);
    }
  }

  /// Whether it can be selected, read and challenged without a key.
  base::Result<void> look_at_application() {
    CICADA_CHECK(terminal_.reset());
    CICADA_TRY(const auto application, status("00A4040C07A0000002471001"_hex));
    if (application != 0x9000) {
      draft_.remark(fmt::format("SELECT of the application in plain: {:04X}", application));
      return {};
    }
    CICADA_TRY(const auto com, status("00A4020C02011E"_hex));
    CICADA_TRY(const auto read, status("00B0000004"_hex));
    if (com == 0x9000 && read == 0x9000 && !draft_.claims("PACE")) {
      draft_.claim("PLAIN", "EF.COM was read without a key");
      return {};
    }
    CICADA_TRY(const auto challenge, terminal_.send("0084000008"_hex));
    if (challenge.sw == 0x9000 && challenge.data.size() == 8)
      draft_.claim("BAC", "GET CHALLENGE in the application was answered with eight octets");
    return {};
  }

  /// With a key: the groups, and what they say.
  void look_inside() {
    auto ics = draft_.statement();
    ics.mrz = access_.mrz;
    ics.can = access_.can.clone();
    if (!ics.claims("PLAIN") && ics.mrz.empty() && ics.can.empty()) {
      draft_.remark("nothing opened the chip: --mrz or --can lets a probe see which groups it has");
      return;
    }
    const model::Case none;
    procedures::Scene scene{.terminal = terminal_, .ics = ics, .test = none, .now = {}, .files = files_};
    base::Bytes com;
    if (const auto outcome = procedures::read_file(scene, "EF.COM", com); !outcome.passed()) {
      draft_.remark("the groups could not be listed: " + outcome.reason);
      return;
    }
    if (!access_.can.empty() && draft_.claims("PACE")) draft_.claim("CAN", "it opened the chip");
    claim_groups(com);
    look_at_groups(scene);
    try_odd_instructions(scene);
  }

  void claim_groups(base::ByteView com) {
    const auto file = asn1::read_only(com, 0x60);
    const auto objects = file ? asn1::read_all(file->value) : base::Result<std::vector<asn1::Tlv>>{};
    if (!file || !objects) return draft_.remark("EF.COM cannot be taken apart");
    const auto list = std::ranges::find(*objects, kTagList, &asn1::Tlv::tag);
    if (list == objects->end()) return draft_.remark("EF.COM has no list of groups");
    // Tags of the groups in the order of their numbers (9303-10 §4.6.1).
    constexpr std::array<std::uint8_t, 16> kTags = {0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68,
                                                    0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70};
    for (std::size_t i = 0; i < kTags.size(); ++i) {
      const auto number = i + 1;
      if (std::ranges::find(list->value, kTags.at(i)) == list->value.end()) continue;
      groups_.insert(number);
      // DG1 and DG2 have every chip; DG14 and DG15 are claimed by what is in them.
      if (number > 2 && number != 14 && number != 15) draft_.claim(fmt::format("DG{}", number), "EF.COM lists it");
    }
  }

  void look_at_groups(procedures::Scene& scene) {
    base::Bytes content;
    if (groups_.contains(14)) {
      if (const auto read = procedures::read_file(scene, "DG14", content); read.passed())
        claim_chip_protocols(content);
      else
        draft_.remark(read.reason);
    }
    if (groups_.contains(15)) {
      if (const auto read = procedures::read_file(scene, "DG15", content); read.passed())
        claim_active(content);
      else
        draft_.remark(read.reason);
    }
    if (const auto read = procedures::read_file(scene, "DG2", content); read.passed()) claim_face(content);
  }

  void claim_chip_protocols(base::ByteView dg14) {
    const auto file = asn1::read_only(dg14, 0x6E);
    const auto infos = file ? asn1::parse_security_infos(file->value) : base::Result<asn1::SecurityInfos>{};
    if (!file || !infos) return draft_.remark("DG14 cannot be taken apart");
    for (const auto [entry, key] : infos->all<asn1::ChipAuthenticationPublicKeyInfo>()) {
      draft_.claim("CA", "DG14 has a key for it");
      draft_.claim(entry->protocol == asn1::oids::kIdPkDh ? "CA-DH" : "CA-ECDH", "DG14 has a key for it");
    }
    if (!infos->all<asn1::TerminalAuthenticationInfo>().empty()) {
      draft_.maybe("TA", "DG14 announces it; it needs [terminal-authentication], and RSA or ECDSA beside it");
      draft_.maybe("RSA", "when the root's key is one");
      draft_.maybe("ECDSA", "when the root's key is one");
      draft_.maybe("DATE", "when the chip keeps a date that certificates move");
      draft_.maybe("MIG", "when the chip takes link certificates with other algorithms");
    }
  }

  void claim_active(base::ByteView dg15) {
    const auto file = asn1::read_only(dg15, 0x6F);
    const auto key = file ? asn1::parse_public_key_info(file->value) : base::Result<asn1::SubjectPublicKeyInfo>{};
    if (!file || !key) return draft_.remark("DG15 cannot be taken apart");
    draft_.claim("AA", "DG15 has a key");
    draft_.claim(key->algorithm.oid == asn1::oids::kRsaEncryption ? "AA-RSA" : "AA-ECDSA", "DG15's key is one");
  }

  /// The header "FAC" stands at the front of a face record of ISO/IEC 19794-5; 39794-5 is ASN.1 and has none.
  void claim_face(base::ByteView dg2) {
    constexpr std::array<std::uint8_t, 4> kFace = {'F', 'A', 'C', 0};
    if (!std::ranges::search(dg2, kFace).empty())
      draft_.claim("19794-5", "DG2 has a record that begins with FAC");
    else
      draft_.claim("39794-5", "DG2 has no record that begins with FAC");
  }

  /// READ BINARY with odd INS of EF.COM, under the session.
  void try_odd_instructions(procedures::Scene& scene) {
    const auto* access = procedures::find_given("access-open");
    if (access == nullptr || !terminal_.reset() || !access->given(scene).passed()) return;
    const auto select = terminal_.transmit({.ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = {0x01, 0x1E}});
    if (!select || select->sw != 0x9000) return;
    const auto read = terminal_.transmit({.ins = 0xB1, .data = {0x54, 0x02, 0x00, 0x00}, .ne = 8});
    if (read && read->sw == 0x9000) draft_.claim("OddIns", "READ BINARY B1 of EF.COM was answered 9000");
  }

  void say_what_cannot_be_known() {
    if (draft_.claims("PACE") && !draft_.claims("CAN"))
      draft_.maybe("CAN", "when the document has one: EF.CardAccess does not say it");
    for (const auto* group : {"DG3", "DG4"}) {
      if (!draft_.claims(group)) continue;
      const std::string_view number = group == std::string_view{"DG3"} ? "4" : "6";
      draft_.maybe(fmt::format("19794-{}", number),
                   fmt::format("when {} is so encoded; a probe cannot read it", group));
      draft_.maybe(fmt::format("39794-{}", number), fmt::format("when {} is so encoded", group));
    }
  }

  terminal::Terminal terminal_;
  ProbeAccess access_;
  ProbeDraft draft_;
  std::map<std::string, base::Bytes> files_;
  std::set<std::size_t> groups_;
};

}  // namespace

base::Result<std::string> draft_statement(terminal::Target& target, base::Rng& rng, ProbeAccess access) {
  return Prober{target, rng, std::move(access)}.draft();
}

}  // namespace cicada::conformance::runner
