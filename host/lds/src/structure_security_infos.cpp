// What DG14 says about the chip's protocols (9303-11 §9.2).
#include <algorithm>
#include <array>

#include "cicada/asn1/oids.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/host/lds/dg14.h"
#include "notes.h"
#include "structure.h"

namespace cicada::host::lds {
namespace {

namespace oids = asn1::oids;

constexpr std::array kChipAuthentication = {
    oids::kCaDh3des,     oids::kCaDhAes128,   oids::kCaDhAes192,   oids::kCaDhAes256, oids::kCaEcdh3des,
    oids::kCaEcdhAes128, oids::kCaEcdhAes192, oids::kCaEcdhAes256, oids::kIdPkDh,     oids::kIdPkEcdh};
constexpr std::array kKnown = {oids::kIdTa, oids::kAaProtocolObject, oids::kEfDirInfo};

/// Of a protocol whose form is known.
bool has_a_form(const asn1::Oid& protocol) {
  return protocol.is_under(oids::kIdCa) || protocol.is_under(oids::kIdPk) || protocol.is_under(oids::kIdPace) ||
         std::ranges::find(kKnown, protocol) != kKnown.end();
}

}  // namespace

Structure examine_security_infos(base::ByteView file) {
  const auto dg14 = parse_dg14(file);
  if (!dg14) return {.unreadable = dg14.error()};
  const auto infos = asn1::parse_security_infos(dg14->security_infos);
  if (!infos) return {.unreadable = infos.error()};
  Structure found;
  for (const auto& entry : infos->entries) {
    const bool of_chip = entry.protocol.is_under(oids::kIdCa) || entry.protocol.is_under(oids::kIdPk);
    if (of_chip && std::ranges::find(kChipAuthentication, entry.protocol) == kChipAuthentication.end()) {
      note(found.deviations, "dg14-protocol-unknown");
    } else if (std::holds_alternative<asn1::UnknownInfo>(entry.info) && has_a_form(entry.protocol)) {
      note(found.deviations, "dg14-entry-form");
    }
    const auto* const chip = std::get_if<asn1::ChipAuthenticationInfo>(&entry.info);
    if (chip != nullptr && chip->version != 1) note(found.deviations, "dg14-chip-authentication-version");
  }
  return found;
}

}  // namespace cicada::host::lds
