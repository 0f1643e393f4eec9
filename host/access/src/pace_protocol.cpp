#include "cicada/host/access/pace_protocol.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "cicada/asn1/oids.h"

namespace cicada::host::access {

using crypto::openssl::Curve;
using crypto::openssl::Modp;

namespace {

/// The last two arcs below id-PACE: mapping with agreement, and cipher.
struct Branch {
  std::uint8_t arc;
  KeyAgreement agreement;
  Mapping mapping;
  std::array<std::string_view, 4> names;  ///< by cipher; empty where there is none
};

constexpr std::array kBranches = {
    Branch{1,
           KeyAgreement::dh,
           Mapping::generic,
           {"PACE-DH-GM-3DES-CBC-CBC", "PACE-DH-GM-AES-CBC-CMAC-128", "PACE-DH-GM-AES-CBC-CMAC-192",
            "PACE-DH-GM-AES-CBC-CMAC-256"}},
    Branch{2,
           KeyAgreement::ecdh,
           Mapping::generic,
           {"PACE-ECDH-GM-3DES-CBC-CBC", "PACE-ECDH-GM-AES-CBC-CMAC-128", "PACE-ECDH-GM-AES-CBC-CMAC-192",
            "PACE-ECDH-GM-AES-CBC-CMAC-256"}},
    Branch{3,
           KeyAgreement::dh,
           Mapping::integrated,
           {"PACE-DH-IM-3DES-CBC-CBC", "PACE-DH-IM-AES-CBC-CMAC-128", "PACE-DH-IM-AES-CBC-CMAC-192",
            "PACE-DH-IM-AES-CBC-CMAC-256"}},
    Branch{4,
           KeyAgreement::ecdh,
           Mapping::integrated,
           {"PACE-ECDH-IM-3DES-CBC-CBC", "PACE-ECDH-IM-AES-CBC-CMAC-128", "PACE-ECDH-IM-AES-CBC-CMAC-192",
            "PACE-ECDH-IM-AES-CBC-CMAC-256"}},
    Branch{6,
           KeyAgreement::ecdh,
           Mapping::chip_authentication,
           {"", "PACE-ECDH-CAM-AES-CBC-CMAC-128", "PACE-ECDH-CAM-AES-CBC-CMAC-192", "PACE-ECDH-CAM-AES-CBC-CMAC-256"}},
};

constexpr std::array kKinds = {KeyKind::tdes, KeyKind::aes128, KeyKind::aes192, KeyKind::aes256};

/// Bits of work that breaking it takes, about (SP 800-57 part 1, table 2).
int bits_of(KeyKind cipher) noexcept {
  switch (cipher) {
    case KeyKind::tdes: return 80;
    case KeyKind::aes128: return 128;
    case KeyKind::aes192: return 192;
    case KeyKind::aes256: return 256;
  }
  return 0;
}

int bits_of(const Domain& domain) noexcept {
  if (const auto* modp = std::get_if<Modp>(&domain)) return *modp == Modp::modp_1024_160 ? 80 : 112;
  switch (std::get<Curve>(domain)) {
    case Curve::p192:
    case Curve::brainpool_p192r1: return 96;
    case Curve::p224:
    case Curve::brainpool_p224r1: return 112;
    case Curve::p256:
    case Curve::brainpool_p256r1: return 128;
    case Curve::brainpool_p320r1: return 160;
    case Curve::p384:
    case Curve::brainpool_p384r1: return 192;
    case Curve::brainpool_p512r1: return 256;
    case Curve::p521: return 260;
  }
  return 0;
}

auto rank_of(const PaceOffer& offer) noexcept {
  const auto cipher = bits_of(offer.protocol.cipher);
  const auto group = bits_of(offer.domain);
  return std::tuple{offer.protocol.mapping == Mapping::chip_authentication,
                    std::min(cipher, group),
                    cipher,
                    group,
                    offer.protocol.mapping == Mapping::generic,
                    offer.protocol.agreement == KeyAgreement::ecdh};
}

}  // namespace

std::optional<PaceProtocol> PaceProtocol::from_oid(const asn1::Oid& oid) {
  const auto arc = asn1::oids::kIdPace.content();
  const auto content = oid.content();
  if (content.size() != arc.size() + 2 || !base::equal(content.first(arc.size()), arc)) return std::nullopt;
  const auto* const branch = std::ranges::find(kBranches, content[arc.size()], &Branch::arc);
  const std::size_t cipher = content[arc.size() + 1];
  if (branch == kBranches.end() || cipher < 1 || cipher > kKinds.size()) return std::nullopt;
  if (branch->names.at(cipher - 1).empty()) return std::nullopt;
  return PaceProtocol{
      .oid = oid, .agreement = branch->agreement, .mapping = branch->mapping, .cipher = kKinds.at(cipher - 1)};
}

std::string_view name_of(const PaceProtocol& protocol) noexcept {
  for (const auto& branch : kBranches) {
    if (branch.agreement != protocol.agreement || branch.mapping != protocol.mapping) continue;
    const auto* const kind = std::ranges::find(kKinds, protocol.cipher);
    return branch.names[static_cast<std::size_t>(kind - kKinds.begin())];
  }
  return "";
}

std::optional<Domain> standardized_domain(std::uint32_t parameter_id) noexcept {
  switch (parameter_id) {
    case 0: return Modp::modp_1024_160;
    case 1: return Modp::modp_2048_224;
    case 2: return Modp::modp_2048_256;
    case 8: return Curve::p192;
    case 9: return Curve::brainpool_p192r1;
    case 10: return Curve::p224;
    case 11: return Curve::brainpool_p224r1;
    case 12: return Curve::p256;
    case 13: return Curve::brainpool_p256r1;
    case 14: return Curve::brainpool_p320r1;
    case 15: return Curve::p384;
    case 16: return Curve::brainpool_p384r1;
    case 17: return Curve::brainpool_p512r1;
    case 18: return Curve::p521;
    default: return std::nullopt;
  }
}

std::optional<PaceOffer> usable_offer(const asn1::Oid& oid, std::uint32_t version,
                                      std::optional<std::uint32_t> parameter_id) {
  constexpr std::uint32_t kVersion = 2;
  const auto protocol = PaceProtocol::from_oid(oid);
  if (version != kVersion || !protocol || !parameter_id) return std::nullopt;
  const auto domain = standardized_domain(*parameter_id);
  if (!domain) return std::nullopt;
  const auto* const curve = std::get_if<Curve>(&*domain);
  if ((curve != nullptr) != (protocol->agreement == KeyAgreement::ecdh)) return std::nullopt;
  if (curve != nullptr && *curve == Curve::p224 && protocol->mapping == Mapping::integrated) return std::nullopt;
  return PaceOffer{.protocol = *protocol, .parameter_id = *parameter_id, .domain = *domain};
}

std::vector<PaceOffer> usable_offers(const asn1::SecurityInfos& infos) {
  std::vector<PaceOffer> offers;
  for (const auto& [entry, info] : infos.all<asn1::PaceInfo>()) {
    if (auto offer = usable_offer(entry->protocol, info->version, info->parameter_id)) offers.push_back(*offer);
  }
  return offers;
}

const PaceOffer* strongest(std::span<const PaceOffer> offers) noexcept {
  const PaceOffer* best = nullptr;
  for (const auto& offer : offers) {
    if (best == nullptr || rank_of(offer) > rank_of(*best)) best = &offer;
  }
  return best;
}

}  // namespace cicada::host::access
