// The card's transport keys.
#pragma once

#include "cicada/base/secret.h"

namespace cicada::applet_sim::protocol::scp03 {

struct KeyEncUse;
struct KeyMacUse;
struct KeyDekUse;
using KeyEnc = base::Key<KeyEncUse, 16>;
using KeyMac = base::Key<KeyMacUse, 16>;
using KeyDek = base::Key<KeyDekUse, 16>;

/// Static AES-128 keys of SCP03 (GPC Amendment D §6.1), key version 30. Key-DEK is kept for PUT KEY, which this card
/// does not have.
struct StaticKeys {
  KeyEnc k_enc;
  KeyMac k_mac;
  KeyDek k_dek;

  [[nodiscard]] StaticKeys clone() const { return {k_enc.clone(), k_mac.clone(), k_dek.clone()}; }
};

}  // namespace cicada::applet_sim::protocol::scp03
