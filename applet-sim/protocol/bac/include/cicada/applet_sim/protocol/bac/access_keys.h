// The document basic access keys.
#pragma once

#include "cicada/base/secret.h"

namespace cicada::applet_sim::protocol::bac {

struct KEncUse;
struct KMacUse;
using KEnc = base::Key<KEncUse, 16>;
using KMac = base::Key<KMacUse, 16>;

/// K_Enc and K_MAC of 9303-11 §4.3.2, two-key 3DES each. The card gets them ready-made; it never sees the MRZ.
struct AccessKeys {
  KEnc k_enc;
  KMac k_mac;

  [[nodiscard]] AccessKeys clone() const { return {k_enc.clone(), k_mac.clone()}; }
};

}  // namespace cicada::applet_sim::protocol::bac
