// What one card gets.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/clock.h"
#include "cicada/base/secret.h"

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

/// The files by the names that a profile uses ("dg1"), whole, with their tags; and the keys.
struct Content {
  std::map<std::string, base::Bytes> files = {};
  std::optional<BacKeys> bac = {};
  std::optional<base::SecretBytes> pace_mrz = {};  ///< SHA-1 of the MRZ information, 20 octets (9303-11 §9.7.3)
  std::optional<base::SecretBytes> pace_can = {};  ///< six digits
  std::optional<TerminalTrust> trust = {};
};

}  // namespace cicada::host::perso
