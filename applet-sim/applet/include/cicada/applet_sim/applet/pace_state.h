// What the card knows for PACE: passwords, and the protocols that it offers.
#pragma once

#include <cstdint>
#include <optional>

#include "cicada/base/bytes.h"
#include "cicada/base/secret.h"

namespace cicada::applet_sim::applet {

/// DO'83' of MSE:Set AT (9303-11 §4.4.4.1, TR-03110-3 B.11.1).
enum class PasswordId : std::uint8_t { mrz = 1, can = 2, pin = 3, puk = 4 };
inline constexpr std::size_t kPasswords = 4;

/// One PACE password as the key derivation takes it: for the MRZ the SHA-1 of the MRZ information (20 octets), for the
/// others their characters (9303-11 §9.7.3). The card never sees the MRZ.
struct PacePassword {
  PasswordId id{};
  base::SecretBytes k;
  std::uint8_t max_tries = 0;  ///< PIN and PUK: 1 to 15; MRZ and CAN: 0, which means that nothing is counted
  std::uint8_t tries = 0;      ///< left; 0 of a counted password: blocked

  [[nodiscard]] bool counted() const noexcept { return max_tries != 0; }
  [[nodiscard]] PacePassword clone() const {
    return {.id = id, .k = k.clone(), .max_tries = max_tries, .tries = tries};
  }
};

/// What a PACEInfo announces (9303-11 §9.2.1). The card accepts only these pairs.
struct PaceProtocol {
  base::Bytes oid;  ///< value octets of the object identifier, 10
  /// Standardized domain parameters, 0 to 2 and 8 to 18. For chip authentication mapping the chip authentication key
  /// with this key identifier, too.
  std::uint8_t parameter_id = 0;

  friend bool operator==(const PaceProtocol&, const PaceProtocol&) = default;
};
inline constexpr std::size_t kMaxPaceProtocols = 8;
inline constexpr std::size_t kPaceOidSize = 10;

}  // namespace cicada::applet_sim::applet
