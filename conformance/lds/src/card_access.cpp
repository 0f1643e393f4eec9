// LDS_I: EF.CardAccess (9303-10 §3.11.3, 9303-11 §9.2.1, §9.2.2).
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "algorithms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "der_rules.h"
#include "lists.h"
#include "security_infos.h"

namespace cicada::conformance::lds {
namespace {

namespace tags = asn1::tags;
namespace oids = asn1::oids;

/// Mappings by the arc behind id-PACE.
enum class Mapping : std::uint8_t { dh_gm = 1, ecdh_gm = 2, dh_im = 3, ecdh_im = 4, ecdh_cam = 6 };
constexpr std::uint8_t kLastCipher = 4;
/// Numbers up to this are standardized or reserved (9303-11 §9.5.1).
constexpr std::uint32_t kLastReserved = 31;

std::optional<Mapping> mapping_of(base::ByteView arcs) {
  if (arcs.empty() || arcs[0] < 1 || arcs[0] > 6 || arcs[0] == 5) return std::nullopt;
  return static_cast<Mapping>(arcs[0]);
}

bool is_pace(const Info& info) {
  return info.protocol.is_under(oids::kIdPace);
}

/// PACEDomainParameterInfo names the mapping without a cipher.
bool is_domain_parameters(const Info& info) {
  const auto arcs = below(info.protocol, oids::kIdPace);
  return arcs && arcs->size() == 1;
}

bool fits(Mapping mapping, std::uint32_t number) {
  switch (mapping) {
    case Mapping::dh_gm:
    case Mapping::dh_im: return number <= 2;
    case Mapping::ecdh_im: return number >= 8 && number <= 18 && number != 10;  // p = 1 mod 4 has no point encoding
    case Mapping::ecdh_gm:
    case Mapping::ecdh_cam: break;
  }
  return number >= 8 && number <= 18;
}

bool has_domain_parameters(const Infos& infos, std::optional<std::uint32_t> number) {
  return std::ranges::any_of(infos, [&](const auto& info) {
    if (!is_domain_parameters(info)) return false;
    const auto own = optional_number(info, "parameterId");
    return own && *own == number;
  });
}

Judged<void> pace_info_rules(const Infos& infos, const Info& info) {
  const auto arcs = below(info.protocol, oids::kIdPace).value_or(base::ByteView{});
  const auto mapping = mapping_of(arcs);
  const bool cipher_ok = arcs.size() == 2 && arcs[1] <= kLastCipher && arcs[1] >= (arcs[0] == 6 ? 2 : 1);
  if (!mapping || !cipher_ok) {
    return breaks(fmt::format("{} is no protocol of PACE", info.protocol.to_dotted()), info.whole.at);
  }
  if (info.required.tag != tags::kInteger) return breaks("the version is no INTEGER", info.required.at);
  CICADA_TRY(const auto version, small_integer(info.required, "PACEInfo's version"));
  if (version != 2) return breaks(fmt::format("PACEInfo has version {}, 2 is wanted", version), info.required.at);
  CICADA_TRY(const auto number, optional_number(info, "parameterId"));
  if (!number) {
    if (has_domain_parameters(infos, std::nullopt)) return {};
    return breaks("PACEInfo has no parameterId, which standardized parameters need", info.whole.at);
  }
  if (*number <= kLastReserved ? !fits(*mapping, *number) : !has_domain_parameters(infos, number)) {
    return breaks(
        fmt::format("parameterId {} is not for {}, or its parameters are missing", *number, info.protocol.to_dotted()),
        info.optional->at);
  }
  return {};
}

Verdict security_infos_rule(const Evidence& evidence) {
  CICADA_TRY(const auto octets, file_of(evidence, File::card_access));
  CICADA_TRY(const auto infos, security_infos(octets, 0));
  return fmt::format("{} SecurityInfos in DER", infos.size());
}

Verdict pace_info(const Evidence& evidence) {
  CICADA_TRY(const auto infos, card_access_infos(evidence));
  std::size_t count = 0;
  for (const auto& info : infos) {
    if (!is_pace(info) || is_domain_parameters(info)) continue;
    CICADA_CHECK(pace_info_rules(infos, info));
    ++count;
  }
  if (count == 0) return breaks("there is no PACEInfo", 0);
  return fmt::format("{} PACEInfo", count);
}

Judged<void> domain_parameter_rules(const Info& info, bool only_one) {
  const auto arcs = below(info.protocol, oids::kIdPace).value_or(base::ByteView{});
  const auto mapping = mapping_of(arcs);
  if (!mapping) return breaks(fmt::format("{} is no mapping of PACE", info.protocol.to_dotted()), info.whole.at);
  if (info.required.tag != tags::kSequence)
    return breaks("the parameters are no AlgorithmIdentifier", info.required.at);
  CICADA_TRY(const auto algorithm, algorithm_of(info.required, "domainParameter"));
  const bool dh = *mapping == Mapping::dh_gm || *mapping == Mapping::dh_im;
  const bool explicit_dh =
      dh && algorithm.oid == oids::kDhPublicNumber && asn1::parse_dh_parameters(algorithm.parameters);
  const auto ec = asn1::parse_ec_parameters(algorithm.parameters);
  const bool explicit_ec = !dh && algorithm.oid == oids::kEcPublicKey && ec && ec->parameters;
  if (!explicit_dh && !explicit_ec) {
    return breaks(fmt::format("domainParameter holds no explicit parameters for {}", info.protocol.to_dotted()),
                  info.required.at);
  }
  CICADA_TRY(const auto number, optional_number(info, "parameterId"));
  if (!number) {
    if (only_one) return {};
    return breaks("one of several PACEDomainParameterInfo has no parameterId", info.whole.at);
  }
  if (*number <= kLastReserved) {
    return breaks(fmt::format("parameterId {} is reserved for standardized parameters", *number), info.optional->at);
  }
  return {};
}

Verdict domain_parameters(const Evidence& evidence) {
  CICADA_TRY(const auto infos, card_access_infos(evidence));
  const auto count = std::ranges::count_if(infos, is_domain_parameters);
  if (count == 0) return absent("there is no PACEDomainParameterInfo: no explicit parameters");
  std::set<std::optional<std::uint32_t>> numbers;
  for (const auto& info : infos) {
    if (!is_domain_parameters(info)) continue;
    CICADA_CHECK(domain_parameter_rules(info, count == 1));
    CICADA_TRY(const auto number, optional_number(info, "parameterId"));
    if (!numbers.insert(number).second)
      return breaks("two PACEDomainParameterInfo have one parameterId", info.whole.at);
  }
  return fmt::format("{} PACEDomainParameterInfo", count);
}

Verdict mapping_beside_cam(const Evidence& evidence) {
  CICADA_TRY(const auto infos, card_access_infos(evidence));
  bool other = false;
  for (const auto& info : infos) {
    const auto arcs = below(info.protocol, oids::kIdPace);
    const auto mapping = arcs && arcs->size() == 2 ? mapping_of(*arcs) : std::nullopt;
    other = other || (mapping && *mapping != Mapping::ecdh_cam);
  }
  const auto cam = cam_infos(infos);
  if (cam.empty()) return breaks("there is no PACEInfo with chip authentication mapping", 0);
  if (!other) {
    return breaks("chip authentication mapping is offered, and neither generic nor integrated mapping",
                  cam.front().info->whole.at);
  }
  return std::string{"another mapping beside chip authentication mapping"};
}

constexpr std::array<Entry, 4> kChecks = {{
    {"ef-card-access-security-infos", check<security_infos_rule>},
    {"ef-card-access-pace-info", check<pace_info>},
    {"ef-card-access-domain-parameters", check<domain_parameters>},
    {"ef-card-access-mapping-beside-cam", check<mapping_beside_cam>},
}};

}  // namespace

std::vector<CamInfo> cam_infos(const Infos& infos) {
  std::vector<CamInfo> found;
  for (const auto& info : infos) {
    const auto arcs = below(info.protocol, oids::kIdPace);
    if (!arcs || arcs->size() != 2 || mapping_of(*arcs) != Mapping::ecdh_cam) continue;
    const auto number = optional_number(info, "parameterId");
    found.push_back({&info, number ? *number : std::nullopt});
  }
  return found;
}

std::span<const Entry> card_access_checks() noexcept {
  return kChecks;
}

}  // namespace cicada::conformance::lds
