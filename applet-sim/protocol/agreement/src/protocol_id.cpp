#include "cicada/applet_sim/protocol/agreement/protocol_id.h"

#include <array>

#include "cicada/applet_sim/apdu/sw.h"

namespace cicada::applet_sim::protocol::agreement {
namespace {

/// bsi-de protocols(2) smartcard(2): 0.4.0.127.0.7.2.2
constexpr std::array<std::uint8_t, 7> kSmartcard = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02};
constexpr std::size_t kOidSize = kSmartcard.size() + 3;

struct Family {
  std::uint8_t arc;
  Kind kind;
  Mapping mapping;
};

constexpr std::array kPace = {
    Family{.arc = 1, .kind = Kind::dh, .mapping = Mapping::generic},
    Family{.arc = 2, .kind = Kind::ecdh, .mapping = Mapping::generic},
    Family{.arc = 3, .kind = Kind::dh, .mapping = Mapping::integrated},
    Family{.arc = 4, .kind = Kind::ecdh, .mapping = Mapping::integrated},
    Family{.arc = 6, .kind = Kind::ecdh, .mapping = Mapping::chip_authentication},
};
constexpr std::array kChipAuthentication = {
    Family{.arc = 1, .kind = Kind::dh, .mapping = Mapping::none},
    Family{.arc = 2, .kind = Kind::ecdh, .mapping = Mapping::none},
};

std::span<const Family> families_of(std::uint8_t protocol) {
  switch (static_cast<Protocol>(protocol)) {
    case Protocol::chip_authentication: return kChipAuthentication;
    case Protocol::pace: return kPace;
    default: return {};
  }
}

std::unexpected<base::Error> unknown() {
  return base::fail({.fault = base::Fault::unsupported,
                     .what = "no protocol of this chip",
                     .clause = "9303-11 §9.2",
                     .sw = apdu::sw::k6A80IncorrectData});
}

}  // namespace

base::Result<Suite> suite_of(base::ByteView oid) {
  if (oid.size() != kOidSize || !base::equal(oid.first(kSmartcard.size()), kSmartcard)) return unknown();
  const auto arcs = oid.last(3);
  if (arcs[2] < 1 || arcs[2] > 4) return unknown();
  const auto cipher = static_cast<sm::Algorithm>(arcs[2] - 1);
  for (const auto& family : families_of(arcs[0])) {
    if (family.arc != arcs[1]) continue;
    // Chip authentication mapping is defined for AES only (9303-11 §4.4.3.2).
    if (family.mapping == Mapping::chip_authentication && cipher == sm::Algorithm::tdes) return unknown();
    return Suite{static_cast<Protocol>(arcs[0]), family.kind, family.mapping, cipher};
  }
  return unknown();
}

base::Bytes oid_of(const Suite& suite) {
  const auto protocol = static_cast<std::uint8_t>(suite.protocol);
  std::uint8_t arc = 0;
  for (const auto& family : families_of(protocol)) {
    if (family.kind == suite.kind && family.mapping == suite.mapping) arc = family.arc;
  }
  const auto cipher = static_cast<std::uint8_t>(static_cast<std::uint8_t>(suite.cipher) + 1);
  return base::concat({kSmartcard, std::array<std::uint8_t, 3>{protocol, arc, cipher}});
}

}  // namespace cicada::applet_sim::protocol::agreement
