// Chip authentication mapping: the proof that PACE carries along (9303-11 §4.4.3.5).
#include <fmt/format.h>

#include <algorithm>

#include "chip_files.h"
#include "cicada/crypto/openssl/ec_group.h"
#include "cicada/host/auth/chip.h"

namespace cicada::host::auth {

using base::Fault;
using base::Result;
using crypto::openssl::Curve;

std::optional<MappingEvidence> mapping_evidence(const access::PaceEvidence& evidence) {
  const auto* const curve = std::get_if<Curve>(&evidence.offer.domain);
  if (!evidence.chip_authentication || curve == nullptr) return std::nullopt;
  return MappingEvidence{.curve = *curve,
                         .pk_map_ic = evidence.chip_authentication->mapping_key,
                         .ca_ic = base::to_bytes(evidence.chip_authentication->ca_ic.expose()),
                         .parameter_id = evidence.offer.parameter_id};
}

namespace {

/// The key of EF.CardSecurity that the chip proved.
Result<ChipKey> proven_key(const MappingEvidence& evidence, const asn1::SecurityInfos& card_security) {
  CICADA_TRY(const auto group, crypto::openssl::EcGroup::create(evidence.curve));
  base::Error why{.fault = Fault::not_found,
                  .what = "EF.CardSecurity holds no key that fits the chip authentication mapping",
                  .clause = "9303-11 §4.4.3.5"};
  for (const auto& [entry, info] : card_security.all<asn1::ChipAuthenticationPublicKeyInfo>()) {
    if (info->key_id && evidence.parameter_id && *info->key_id != *evidence.parameter_id) continue;
    auto key = chip_key(*info);
    if (!key) {
      why = key.error();
      continue;
    }
    const auto* const curve = std::get_if<Curve>(&key->group);
    if (curve == nullptr || *curve != evidence.curve) continue;
    const auto expected = group.multiply(evidence.ca_ic, key->value);
    if (expected && base::equal(*expected, evidence.pk_map_ic)) return std::move(*key);
    why = {.fault = Fault::security,
           .what = "the chip does not hold the key of EF.CardSecurity",
           .clause = "9303-11 §4.4.3.5"};
  }
  return std::unexpected{why};
}

}  // namespace

Result<std::string> verify_mapping(const MappingEvidence& evidence, const asn1::SecurityInfos& card_security) {
  CICADA_CHECK(proven_key(evidence, card_security));
  return fmt::format("ECDH {}", crypto::openssl::curve_name(evidence.curve));
}

bool mapped_key_is_in_dg14(const MappingEvidence& evidence, const asn1::SecurityInfos& card_security,
                           base::ByteView ef_dg14) {
  const auto proven = proven_key(evidence, card_security);
  const auto infos = infos_of_dg14(ef_dg14);
  if (!proven || !infos) return false;
  const auto keys = infos->all<asn1::ChipAuthenticationPublicKeyInfo>();
  return std::ranges::any_of(keys, [&](const auto& offer) {
    const auto key = chip_key(*offer.info);
    return key && key->group == proven->group && base::equal(key->value, proven->value);
  });
}

}  // namespace cicada::host::auth
