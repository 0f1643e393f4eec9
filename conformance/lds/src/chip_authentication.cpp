// Chip authentication in DG14 and EF.CardSecurity (9303-11 §9.2.3, §9.2.4).
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "der_rules.h"
#include "public_key.h"
#include "security_infos.h"

namespace cicada::conformance::lds {

namespace tags = asn1::tags;
namespace oids = asn1::oids;

namespace {

constexpr std::uint8_t kDh = 1;
constexpr std::uint8_t kEcdh = 2;
constexpr std::uint8_t kLastCipher = 4;

/// Key agreement of a key or protocol: the arc behind id-PK or id-CA; 0 for none that is known.
std::uint8_t agreement(const Info& info) {
  const auto key = below(info.protocol, oids::kIdPk);
  const auto arcs = key ? key : below(info.protocol, oids::kIdCa);
  return arcs && !arcs->empty() && ((*arcs)[0] == kDh || (*arcs)[0] == kEcdh) ? (*arcs)[0] : std::uint8_t{0};
}

std::optional<std::uint32_t> key_number(const Info& info) {
  const auto number = optional_number(info, "the key's number");
  return number ? *number : std::nullopt;
}

bool belong_together(const Info& key, const Info& protocol) {
  return agreement(key) == agreement(protocol) && key_number(key) == key_number(protocol);
}

std::string described(const Info& info) {
  const auto number = key_number(info);
  return number ? fmt::format("{} with key {}", info.protocol.to_dotted(), *number) : info.protocol.to_dotted();
}

}  // namespace

bool is_chip_key(const Info& info) {
  return info.protocol.is_under(oids::kIdPk);
}

bool is_chip_authentication(const Info& info) {
  return info.protocol.is_under(oids::kIdCa);
}

Judged<void> chip_key_rules(const Info& info) {
  const auto arcs = below(info.protocol, oids::kIdPk);
  const auto kind = agreement(info);
  if (!arcs || arcs->size() != 1 || kind == 0) {
    return breaks(fmt::format("{} is neither id-PK-DH nor id-PK-ECDH", info.protocol.to_dotted()), info.whole.at);
  }
  CICADA_CHECK(optional_number(info, "the key's number"));
  return key_rules(info.required, kind == kDh ? kChipAuthenticationDhKey : kChipAuthenticationEcKey, "the chip's key");
}

Judged<void> chip_authentication_rules(const Info& info) {
  const auto arcs = below(info.protocol, oids::kIdCa);
  const bool leaf = arcs && arcs->size() == 2 && agreement(info) != 0 && (*arcs)[1] >= 1 && (*arcs)[1] <= kLastCipher;
  if (!leaf) {
    return breaks(fmt::format("{} is no protocol of chip authentication with its cipher", info.protocol.to_dotted()),
                  info.whole.at);
  }
  if (info.required.tag != tags::kInteger) return breaks("the version is no INTEGER", info.required.at);
  CICADA_TRY(const auto version, small_integer(info.required, "the version"));
  if (version != 1) {
    return breaks(fmt::format("ChipAuthenticationInfo has version {}, 1 is wanted", version), info.required.at);
  }
  CICADA_CHECK(optional_number(info, "the key's number"));
  return {};
}

Judged<void> chip_authentication_coherence(const Infos& infos) {
  std::vector<const Info*> keys;
  std::vector<const Info*> protocols;
  for (const auto& info : infos) {
    if (is_chip_key(info)) keys.push_back(&info);
    if (is_chip_authentication(info)) protocols.push_back(&info);
  }
  if (keys.empty()) return breaks("there is no ChipAuthenticationPublicKeyInfo");
  if (protocols.empty()) return breaks("there is no ChipAuthenticationInfo", keys.front()->whole.at);
  std::set<std::uint32_t> numbers;
  for (const auto* key : keys) {
    const auto number = key_number(*key);
    if (keys.size() > 1 && !number) return breaks("one of several keys has no number", key->whole.at);
    if (number && !numbers.insert(*number).second) {
      return breaks(fmt::format("two keys have the number {}", *number), key->whole.at);
    }
    if (std::ranges::none_of(protocols, [&](const auto* one) { return belong_together(*key, *one); })) {
      return breaks(fmt::format("no ChipAuthenticationInfo belongs to {}", described(*key)), key->whole.at);
    }
  }
  for (const auto* protocol : protocols) {
    if (std::ranges::none_of(keys, [&](const auto* one) { return belong_together(*one, *protocol); })) {
      return breaks(fmt::format("no key belongs to {}", described(*protocol)), protocol->whole.at);
    }
  }
  return {};
}

}  // namespace cicada::conformance::lds
