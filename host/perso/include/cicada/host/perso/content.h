// What one card gets.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/clock.h"
#include "cicada/base/secret.h"
#include "cicada/host/perso/chip.h"

namespace cicada::host::perso {

struct ForBacEncryption;
struct ForBacMac;

/// Document basic access keys (9303-11 §9.7.2), as octets: whoever prepared the data derived them.
struct BacKeys {
  base::Key<ForBacEncryption, 16> k_enc;
  base::Key<ForBacMac, 16> k_mac;
};

/// Whom the card shall trust when terminals prove themselves.
struct TerminalTrust {
  std::vector<base::Bytes> cvca = {};  ///< card-verifiable certificates, whole (7F21), the oldest first; one or two
  base::Date today{};
  std::string document_number = {};  ///< with its check digit, as the MRZ has it; empty on cards without BAC
};

/// The private half of one key that was prepared for a chip.
struct PrivateHalf {
  base::SecretBytes value = {};  ///< of an elliptic curve (as long as the order) or of Diffie-Hellman; else empty
  /// RSA: unsigned big-endian; else empty.
  base::SecretBytes exponent = {}, prime_p = {}, prime_q = {}, exponent_p = {}, exponent_q = {}, coefficient = {};
};

/// Keys of a chip that does not make its own, in the order of the profile: made where the data is prepared, and
/// forgotten when they are on the card.
struct PreparedKeys {
  ChipKeys public_halves = {};
  std::optional<PrivateHalf> active = {};
  std::vector<PrivateHalf> chip = {};
};

/// The files by the names that a profile uses ("dg1"), whole, with their tags; and the keys.
struct Content {
  std::map<std::string, base::Bytes> files = {};
  std::optional<BacKeys> bac = {};
  /// Document number, birth and expiry, each with its check digit (9303-11 §9.7.1.1): for cards that derive their
  /// access keys themselves. As secret as those.
  std::optional<base::SecretBytes> mrz_information = {};
  std::optional<base::SecretBytes> pace_mrz = {};  ///< SHA-1 of the MRZ information, 20 octets (9303-11 §9.7.3)
  std::optional<base::SecretBytes> pace_can = {};  ///< six digits
  std::optional<TerminalTrust> trust = {};
  std::shared_ptr<const PreparedKeys> keys = {};  ///< for dialects with KeyOrigin::prepared; there is one copy
};

}  // namespace cicada::host::perso
