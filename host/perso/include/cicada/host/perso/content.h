// What one card gets.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "cicada/base/bytes.h"
#include "cicada/base/secret.h"

namespace cicada::host::perso {

struct ForBacEncryption;
struct ForBacMac;

/// Document basic access keys (9303-11 §9.7.2), as octets: whoever prepared the data derived them.
struct BacKeys {
  base::Key<ForBacEncryption, 16> k_enc;
  base::Key<ForBacMac, 16> k_mac;
};

/// The files by the names that a profile uses ("dg1"), whole, with their tags; and the keys.
struct Content {
  std::map<std::string, base::Bytes> files = {};
  std::optional<BacKeys> bac = {};
};

}  // namespace cicada::host::perso
