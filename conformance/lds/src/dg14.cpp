// LDS_E: DG14 (9303-10 §4.7.14, 9303-11 §9.2).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "der_rules.h"
#include "lists.h"
#include "security_infos.h"

namespace cicada::conformance::lds {
namespace {

namespace tags = asn1::tags;
namespace oids = asn1::oids;

constexpr Tag kTemplate = 0x6E;

Verdict frame(const Evidence& evidence) {
  CICADA_CHECK(template_tag(evidence, File::dg14, kTemplate));
  CICADA_CHECK(template_length(evidence, File::dg14));
  CICADA_TRY(const auto object, template_of(evidence, File::dg14, kTemplate));
  CICADA_TRY(const auto infos, security_infos(object.value, object.value_at()));
  return fmt::format("6E with {} SecurityInfos in DER", infos.size());
}

Verdict ca_infos(const Evidence& evidence) {
  CICADA_TRY(const auto infos, dg14_infos(evidence));
  CICADA_CHECK(chip_authentication_coherence(infos));
  return std::string{"every key of chip authentication has its protocol, every protocol its key"};
}

template <typename Filter, typename Rules_>
Verdict each(const Evidence& evidence, Filter filter, Rules_ rules, std::string_view what) {
  CICADA_TRY(const auto infos, dg14_infos(evidence));
  std::size_t count = 0;
  for (const auto& info : infos) {
    if (!filter(info)) continue;
    CICADA_CHECK(rules(info));
    ++count;
  }
  if (count == 0) return undecided(fmt::format("not reached: DG14 has no {}", what));
  return fmt::format("{} {}", count, what);
}

Verdict cam_has_chip_authentication(const Evidence& evidence) {
  CICADA_TRY(const auto infos, dg14_infos(evidence));
  const auto any = [&](auto filter, auto rules) {
    return std::ranges::any_of(infos, [&](const auto& info) { return filter(info) && rules(info).has_value(); });
  };
  if (!any(is_chip_key, chip_key_rules) || !any(is_chip_authentication, chip_authentication_rules)) {
    return breaks(
        "a chip with chip authentication mapping offers chip authentication too; DG14 lacks a valid key or protocol");
  }
  return std::string{"a key and a protocol of chip authentication"};
}

const std::array<asn1::Oid, 4> kPlainAlgorithms = {oids::kEcdsaPlainSha224, oids::kEcdsaPlainSha256,
                                                   oids::kEcdsaPlainSha384, oids::kEcdsaPlainSha512};

Judged<void> active_authentication_rules(const Info& info) {
  if (info.required.tag != tags::kInteger) return breaks("the version is no INTEGER", info.required.at);
  CICADA_TRY(const auto version, small_integer(info.required, "the version"));
  if (version != 1) return breaks(fmt::format("ActiveAuthenticationInfo has version {}", version), info.required.at);
  if (!info.optional || info.optional->tag != tags::kOid) {
    return breaks("ActiveAuthenticationInfo has no signature algorithm as OBJECT IDENTIFIER", info.whole.at);
  }
  const auto algorithm = asn1::Oid::from_content(info.optional->value);
  if (!algorithm || std::ranges::find(kPlainAlgorithms, *algorithm) == kPlainAlgorithms.end()) {
    return breaks(fmt::format("the signature algorithm {} is none of plain ECDSA with SHA-224 to SHA-512",
                              algorithm ? algorithm->to_dotted() : "that cannot be read"),
                  info.optional->at);
  }
  return {};
}

Verdict aa_info(const Evidence& evidence) {
  CICADA_TRY(const auto infos, dg14_infos(evidence));
  std::size_t count = 0;
  for (const auto& info : infos) {
    if (info.protocol != oids::kAaProtocolObject) continue;
    CICADA_CHECK(active_authentication_rules(info));
    ++count;
  }
  if (count != 1) return breaks(fmt::format("{} ActiveAuthenticationInfo in DG14, one is wanted", count));
  return std::string{"ActiveAuthenticationInfo of version 1"};
}

Verdict ta_info(const Evidence& evidence) {
  CICADA_TRY(const auto infos, dg14_infos(evidence));
  std::size_t count = 0;
  for (const auto& info : infos) {
    if (!info.protocol.is_under(oids::kIdTa)) continue;
    if (info.protocol != oids::kIdTa) {
      return breaks(fmt::format("TerminalAuthenticationInfo names the algorithm {}, the generic id-TA is wanted",
                                info.protocol.to_dotted()),
                    info.whole.at);
    }
    if (info.required.tag != tags::kInteger) return breaks("the version is no INTEGER", info.required.at);
    CICADA_TRY(const auto version, small_integer(info.required, "the version"));
    if (version != 1) {
      return breaks(fmt::format("TerminalAuthenticationInfo has version {}, 1 is wanted", version), info.required.at);
    }
    ++count;
  }
  if (count == 0) return breaks("there is no TerminalAuthenticationInfo");
  return std::string{"TerminalAuthenticationInfo of version 1"};
}

/// SEQUENCE { OCTET STRING of 2, [OCTET STRING of 1] }
Judged<void> ef_cvca_rules(const Object& object) {
  if (object.tag != tags::kSequence) return breaks("efCVCA is no SEQUENCE", object.at);
  Level level{object, Rules::der};
  CICADA_TRY(const auto fid, level.expect(tags::kOctetString, "the file identifier"));
  if (fid.value.size() != 2) return breaks("the file identifier has not two octets", fid.at);
  if (!level.at_end()) {
    CICADA_TRY(const auto sfi, level.expect(tags::kOctetString, "the short file identifier"));
    if (sfi.value.size() != 1) return breaks("the short file identifier has not one octet", sfi.at);
    if (sfi.value[0] == 0 || sfi.value[0] > 0x1E) {
      return breaks(fmt::format("{:02X} is no short file identifier", sfi.value[0]), sfi.at);
    }
  }
  return level.end("efCVCA");
}

Verdict ta_ef_cvca(const Evidence& evidence) {
  CICADA_TRY(const auto infos, dg14_infos(evidence));
  std::size_t count = 0;
  for (const auto& info : infos) {
    if (!info.protocol.is_under(oids::kIdTa) || !info.optional) continue;
    CICADA_CHECK(ef_cvca_rules(*info.optional));
    ++count;
  }
  if (count == 0) return absent("no TerminalAuthenticationInfo says where EF.CVCA is");
  return std::string{"file identifiers as OCTET STRINGs"};
}

constexpr std::array<Entry, 9> kChecks = {{
    {"dg14-security-infos", check<frame>},
    {"dg14-ca-infos", check<ca_infos>},
    {"dg14-ca-public-keys",
     check<[](const Evidence& e) { return each(e, is_chip_key, chip_key_rules, "ChipAuthenticationPublicKeyInfo"); }>},
    {"dg14-ca-info", check<[](const Evidence& e) {
       return each(e, is_chip_authentication, chip_authentication_rules, "ChipAuthenticationInfo");
     }>},
    {"dg14-repeats-card-access", check<[](const Evidence& e) -> Verdict {
       CICADA_TRY(const auto infos, dg14_infos(e));
       return repeats_card_access(e, infos);
     }>},
    {"dg14-aa-info", check<aa_info>},
    {"dg14-ca-beside-cam", check<cam_has_chip_authentication>},
    {"dg14-ta-info", check<ta_info>},
    {"dg14-ta-ef-cvca", check<ta_ef_cvca>},
}};

}  // namespace

std::span<const Entry> dg14_checks() noexcept {
  return kChecks;
}

}  // namespace cicada::conformance::lds
