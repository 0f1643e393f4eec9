// Which key of DG14, in which group, with which cipher.
#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "chip_files.h"
#include "cicada/asn1/oids.h"
#include "cicada/crypto/openssl/ec_group.h"
#include "cicada/host/access/pace_protocol.h"
#include "cicada/host/auth/chip.h"
#include "cicada/host/auth/deviation.h"
#include "cicada/host/pki/public_key.h"

namespace cicada::host::auth {

using access::KeyKind;
using base::ByteView;
using base::Fault;
using base::Result;
using crypto::openssl::Curve;
using crypto::openssl::Modp;
using crypto::openssl::ModpGroup;
namespace oids = asn1::oids;

namespace {

constexpr auto kClause = "9303-11 §6.2";

struct Protocol {
  asn1::Oid oid;
  asn1::Oid key_protocol;  ///< id-PK-DH or id-PK-ECDH
  KeyKind cipher;
};
/// 9303-11 §9.2.6. The first of each agreement is 3DES.
constexpr std::array kProtocols = {
    Protocol{asn1::Oid::of("0.4.0.127.0.7.2.2.3.1.1"), oids::kIdPkDh, KeyKind::tdes},
    Protocol{asn1::Oid::of("0.4.0.127.0.7.2.2.3.1.2"), oids::kIdPkDh, KeyKind::aes128},
    Protocol{asn1::Oid::of("0.4.0.127.0.7.2.2.3.1.3"), oids::kIdPkDh, KeyKind::aes192},
    Protocol{asn1::Oid::of("0.4.0.127.0.7.2.2.3.1.4"), oids::kIdPkDh, KeyKind::aes256},
    Protocol{asn1::Oid::of("0.4.0.127.0.7.2.2.3.2.1"), oids::kIdPkEcdh, KeyKind::tdes},
    Protocol{asn1::Oid::of("0.4.0.127.0.7.2.2.3.2.2"), oids::kIdPkEcdh, KeyKind::aes128},
    Protocol{asn1::Oid::of("0.4.0.127.0.7.2.2.3.2.3"), oids::kIdPkEcdh, KeyKind::aes192},
    Protocol{asn1::Oid::of("0.4.0.127.0.7.2.2.3.2.4"), oids::kIdPkEcdh, KeyKind::aes256},
};

/// Version 2 is that of EAC2; chips with it and version 1 of the protocol are in the field.
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kToleratedVersion = 2;

using KeyInfo = asn1::SecurityInfos::Found<asn1::ChipAuthenticationPublicKeyInfo>;
using ProtocolInfo = asn1::SecurityInfos::Found<asn1::ChipAuthenticationInfo>;

std::unexpected<base::Error> unknown_domain() {
  return base::fail({.fault = Fault::unsupported,
                     .what = "the chip's key is in a group that is not known",
                     .clause = "9303-11 §9.5.1"});
}

/// `value` without leading zeros to a number as long as p, checked to be in the group.
Result<ChipKey> modp_key(Modp group, ByteView value) {
  CICADA_TRY(const auto modp, ModpGroup::create(group));
  CICADA_CHECK(modp.check(value));
  base::Bytes padded(modp.size() - value.size(), 0);
  base::append(padded, value);
  return ChipKey{.group = group, .value = std::move(padded), .key_id = {}};
}

Result<ChipKey> ec_key(Curve curve, ByteView point) {
  CICADA_TRY(const auto key, crypto::openssl::EcPublicKey::create(curve, point));
  return ChipKey{.group = curve, .value = key.point(), .key_id = {}};
}

Result<ChipKey> key_of(const asn1::SubjectPublicKeyInfo& info) {
  CICADA_TRY(const auto standardized, asn1::standardized_domain(info.algorithm));
  if (standardized) {
    const auto domain = access::standardized_domain(*standardized);
    if (!domain) return unknown_domain();
    if (const auto* const curve = std::get_if<Curve>(&*domain)) return ec_key(*curve, info.key);
    CICADA_TRY(const auto value, asn1::dh_value_of_standardized(info));
    return modp_key(std::get<Modp>(*domain), value);
  }
  if (info.algorithm.oid == oids::kEcPublicKey) {
    CICADA_TRY(const auto key, pki::PublicKey::create(info));
    ChipKey result{.group = key.ec()->curve(), .value = key.ec()->point(), .key_id = {}};
    if (key.names_its_curve()) result.deviations.emplace_back(deviation::kNamedCurve);
    return result;
  }
  CICADA_TRY(const auto numbers, asn1::parse_dh_public_key(info));
  const auto group = crypto::openssl::match_modp(numbers.parameters.p, numbers.parameters.g);
  if (!group) return unknown_domain();
  if (!numbers.parameters.q.empty()) {
    CICADA_TRY(const auto modp, ModpGroup::create(*group));
    if (!base::equal(modp.order(), numbers.parameters.q)) return unknown_domain();
  }
  return modp_key(*group, numbers.value);
}

struct Candidate {
  const Protocol* protocol;
  const KeyInfo* key;
  std::size_t place;  ///< in the list of candidates
  std::optional<std::uint32_t> reference;
  std::vector<std::string> deviations = {};
};

/// The key that a ChipAuthenticationInfo means: the one with its id. A wrong or missing id does no harm as long as
/// there is only one key that it can be.
void add_offer(const Protocol& protocol, const ProtocolInfo& info, const std::vector<KeyInfo>& keys,
               std::vector<Candidate>& candidates) {
  std::vector<const KeyInfo*> fitting;
  for (const auto& key : keys) {
    if (key.entry->protocol == protocol.key_protocol) fitting.push_back(&key);
  }
  const auto same_id = [&info](const KeyInfo* key) { return key->info->key_id == info.info->key_id; };
  auto chosen = std::ranges::find_if(fitting, same_id);
  Candidate candidate{
      .protocol = &protocol, .key = nullptr, .place = candidates.size(), .reference = info.info->key_id};
  if (chosen == fitting.end()) {
    if (fitting.size() != 1) return;
    chosen = fitting.begin();
    if (!candidate.reference) candidate.reference = (*chosen)->info->key_id;
    candidate.deviations.emplace_back(deviation::kChipKeyIdUnknown);
  }
  candidate.key = *chosen;
  if (info.info->version != kVersion) candidate.deviations.emplace_back(deviation::kChipInfoVersion);
  candidates.push_back(std::move(candidate));
}

/// What the infos offer, then, where they offer nothing, 3DES for every key.
std::vector<Candidate> candidates_of(const std::vector<ProtocolInfo>& infos, const std::vector<KeyInfo>& keys) {
  std::vector<Candidate> candidates;
  for (const auto& info : infos) {
    const auto* const protocol = std::ranges::find(kProtocols, info.entry->protocol, &Protocol::oid);
    if (protocol == kProtocols.end() || info.info->version > kToleratedVersion) continue;
    add_offer(*protocol, info, keys, candidates);
  }
  if (!infos.empty()) return candidates;
  for (const auto& key : keys) {
    const auto* const protocol = std::ranges::find(kProtocols, key.entry->protocol, &Protocol::key_protocol);
    if (protocol == kProtocols.end()) continue;
    candidates.push_back({.protocol = protocol,
                          .key = &key,
                          .place = candidates.size(),
                          .reference = key.info->key_id,
                          .deviations = {std::string{deviation::kChipInfoMissing}}});
  }
  return candidates;
}

}  // namespace

Result<ChipKey> chip_key(const asn1::ChipAuthenticationPublicKeyInfo& info) {
  CICADA_TRY(auto key, key_of(info.public_key));
  key.key_id = info.key_id;
  return key;
}

Result<ChipOffer> best_chip_offer(ByteView ef_dg14) {
  CICADA_TRY(const auto infos, infos_of_dg14(ef_dg14));
  const auto keys = infos.all<asn1::ChipAuthenticationPublicKeyInfo>();
  if (keys.empty()) {
    return base::fail(
        {.fault = Fault::not_found, .what = "DG14 holds no key for chip authentication", .clause = kClause});
  }
  auto candidates = candidates_of(infos.all<asn1::ChipAuthenticationInfo>(), keys);
  // The strongest first; of equals the one that stands first in DG14.
  std::ranges::sort(candidates, std::ranges::less{}, [](const Candidate& candidate) {
    return std::pair{-static_cast<int>(std::to_underlying(candidate.protocol->cipher)), candidate.place};
  });
  base::Error why{
      .fault = Fault::unsupported, .what = "DG14 offers no chip authentication that is known", .clause = kClause};
  for (auto& candidate : candidates) {
    auto key = chip_key(*candidate.key->info);
    if (key) {
      ChipOffer offer{.protocol = candidate.protocol->oid,
                      .cipher = candidate.protocol->cipher,
                      .key = *std::move(key),
                      .reference = candidate.reference,
                      .deviations = std::move(candidate.deviations)};
      offer.deviations.insert(offer.deviations.end(), offer.key.deviations.begin(), offer.key.deviations.end());
      return offer;
    }
    why = key.error();
    // An unknown group may stand beside a known one; a key that is wrong is an answer.
    if (why.fault != Fault::unsupported) break;
  }
  return std::unexpected{why};
}

}  // namespace cicada::host::auth
