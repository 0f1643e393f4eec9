// Static keys of SCP03.
#pragma once

#include "cicada/base/secret.h"

namespace cicada::applet_sim::protocol::scp03 {

struct KeyEncUse;
struct KeyMacUse;
struct KeyDekUse;
using KeyEnc = base::Key<KeyEncUse, 16>;
using KeyMac = base::Key<KeyMacUse, 16>;
using KeyDek = base::Key<KeyDekUse, 16>;

/// Keys that somebody else holds: AES-128, -192 or -256.
struct KeysView {
  base::ByteView enc, mac;
};

/// The transport keys of dialect cicada-1: AES-128 (GPC Amendment D §6.1), key version 30. Key-DEK is kept for PUT KEY,
/// which that dialect does not have.
struct StaticKeys {
  KeyEnc k_enc;
  KeyMac k_mac;
  KeyDek k_dek;

  [[nodiscard]] StaticKeys clone() const { return {k_enc.clone(), k_mac.clone(), k_dek.clone()}; }
  [[nodiscard]] KeysView view() const noexcept { return {.enc = k_enc.expose(), .mac = k_mac.expose()}; }
};

}  // namespace cicada::applet_sim::protocol::scp03
