// LDS_K: EF.CardSecurity (9303-10 §3.11.4, 9303-11 §9.2.11).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cicada/asn1/oids.h"
#include "lists.h"
#include "public_key.h"
#include "security_infos.h"
#include "signed_data.h"

namespace cicada::conformance::lds {
namespace {

namespace oids = asn1::oids;

Verdict infos_rule(const Evidence& evidence) {
  CICADA_TRY(const auto data, reached_signed_data(evidence, kCardSecurityPlace));
  if (!data.content) return undecided("not reached: the encapsulated content is missing", data.content_type.at);
  CICADA_TRY(const auto infos, security_infos(data.content->value, data.content->value_at()));
  return fmt::format("{} SecurityInfos in DER", infos.size());
}

Verdict chip_key(const Evidence& evidence) {
  CICADA_TRY(const auto infos, card_security_infos(evidence));
  std::vector<std::uint32_t> domains;
  for (const auto& info : infos) {
    if (!is_chip_key(info)) continue;
    CICADA_CHECK(chip_key_rules(info));
    if (info.protocol != oids::kIdPkEcdh) continue;
    if (const auto domain = domain_number(info.required.whole)) domains.push_back(*domain);
  }
  if (domains.empty()) return breaks("there is no ChipAuthenticationPublicKeyInfo with a key of id-PK-ECDH");
  for (const auto& cam : cam_infos(infos)) {
    if (cam.parameter && *cam.parameter <= 31 && std::ranges::find(domains, *cam.parameter) == domains.end()) {
      return breaks(fmt::format("no key is on the curve {} that chip authentication mapping names", *cam.parameter));
    }
  }
  return fmt::format("{} keys for chip authentication mapping", domains.size());
}

Verdict key_id(const Evidence& evidence) {
  CICADA_TRY(const auto infos, card_security_infos(evidence));
  const auto open = card_access_infos(evidence);
  const auto cams = cam_infos(open ? *open : infos);
  if (cams.empty()) return undecided("not reached: there is no PACEInfo with chip authentication mapping");
  for (const auto& cam : cams) {
    if (!cam.parameter) return undecided("not reached: the PACEInfo has no parameterId", cam.info->whole.at);
    const bool found = std::ranges::any_of(infos, [&](const auto& info) {
      if (!is_chip_key(info)) return false;
      const auto number = optional_number(info, "the key's number");
      return number && *number == cam.parameter;
    });
    if (!found) {
      return breaks(
          fmt::format("no key has the number {}, the parameterId of chip authentication mapping", *cam.parameter));
    }
  }
  return std::string{"the key has the number of the parameters"};
}

constexpr std::array<Entry, 8> kChecks = {{
    {"ef-card-security-security-infos", check<infos_rule>},
    {"ef-card-security-ca-public-key", check<chip_key>},
    {"ef-card-security-repeats-card-access", check<[](const Evidence& e) -> Verdict {
       CICADA_TRY(const auto infos, card_security_infos(e));
       return repeats_card_access(e, infos);
     }>},
    {"ef-card-security-key-id", check<key_id>},
    {"ef-card-security-signed-data",
     check<[](const Evidence& e) { return signed_data_encoding(e, kCardSecurityPlace); }>},
    {"ef-card-security-signed-data-values",
     check<[](const Evidence& e) { return signed_data_values(e, kCardSecurityPlace, oids::kSecurityObject); }>},
    {"ef-card-security-signer-info", check<[](const Evidence& e) { return signer_infos(e, kCardSecurityPlace); }>},
    {"ef-card-security-signer-certificate",
     check<[](const Evidence& e) { return signer_certificate(e, kCardSecurityPlace); }>},
}};

}  // namespace

std::span<const Entry> card_security_checks() noexcept {
  return kChecks;
}

}  // namespace cicada::conformance::lds
