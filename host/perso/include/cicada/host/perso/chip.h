// What a chip proves and wants proved, as a profile says it; and what its keys look like from outside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"

namespace cicada::host::perso {

/// Standardized domain parameters (9303-11 §9.5.1): 0 to 2 are groups for Diffie-Hellman, 8 to 18 elliptic curves.
using DomainParameters = std::uint8_t;
[[nodiscard]] constexpr bool is_dh(DomainParameters domain) noexcept {
  return domain <= 2;
}
[[nodiscard]] constexpr bool is_curve(DomainParameters domain) noexcept {
  return domain >= 8 && domain <= 18;
}

/// One PACEInfo. @clause 9303-11 §9.2.1
struct PaceEntry {
  std::string name;  ///< "ECDH-GM-AES-128"
  base::Bytes oid;   ///< content octets of id-PACE-...
  DomainParameters domain = 0;
};

/// How the key of active authentication is made. @clause 9303-11 §6.1.2
struct ActiveAuthentication {
  std::uint16_t bits = 0;       ///< of an RSA modulus; 0: ECDSA
  DomainParameters domain = 0;  ///< of ECDSA
  std::uint8_t hash = 0;        ///< 1 SHA-1, 2 SHA-224, 3 SHA-256, 4 SHA-384, 5 SHA-512
};

/// How a key of chip authentication is made, and what it is for. @clause 9303-11 §9.2.3
struct ChipAuthentication {
  DomainParameters domain = 0;
  std::optional<std::uint8_t> key_id = {};
  std::vector<std::string> names = {};  ///< "ECDH-AES-128"
  std::vector<base::Bytes> oids = {};   ///< content octets of id-CA-..., in the same order
};

/// @clause 9303-11 §7.1
struct TerminalAuthentication {
  std::string cvca_file;  ///< File::name of EF.CVCA
};

/// The public half of a key that was made on the card.
struct ChipPublicKey {
  base::Bytes modulus, exponent;  ///< RSA, unsigned big-endian; else empty
  base::Bytes value;              ///< an uncompressed point, or a Diffie-Hellman value as long as its prime
};

/// All of a card, in the order of its profile.
struct ChipKeys {
  std::optional<ChipPublicKey> active = {};
  std::vector<ChipPublicKey> chip = {};
};

}  // namespace cicada::host::perso
