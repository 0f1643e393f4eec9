// Chip authentication version 1, the chip's side (9303-11 §6.2).
#pragma once

#include <cstdint>
#include <optional>

#include "cicada/applet_sim/protocol/agreement/domain.h"
#include "cicada/applet_sim/protocol/agreement/protocol_id.h"
#include "cicada/applet_sim/security/lapse.h"
#include "cicada/applet_sim/sm/secure_messaging.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::applet_sim::protocol::ca {

/// Which key is meant: DO'84', or the only one.
using KeyId = std::optional<std::uint8_t>;

/// MSE:Set AT (22 41 A4): a protocol and a key.
struct Selection {
  agreement::Suite suite;
  KeyId key;
};
/// 80 `oid` [84 `key`]. Objects of other tags are ignored. Fails with malformed or unsupported and sw 6A80.
[[nodiscard]] base::Result<Selection> parse_set_at(base::ByteView data);

/// MSE:Set KAT (22 41 A6): the terminal's key, agreed upon at once with 3DES.
struct KeyAgreementTemplate {
  base::ByteView terminal_key;
  KeyId key;
};
/// 91 `public key` [84 `key`]. The view lives as long as `data`. Fails with malformed and sw 6A80.
[[nodiscard]] base::Result<KeyAgreementTemplate> parse_set_kat(base::ByteView data, security::Lapses lapses = {});

/// GENERAL AUTHENTICATE: 7C { 80 `public key` }. Fails with malformed and sw 6A80.
[[nodiscard]] base::Result<base::ByteView> parse_general_authenticate(base::ByteView data,
                                                                      security::Lapses lapses = {});

/// The new session.
struct Agreed {
  sm::SecureMessaging session;  ///< SSC 0
  base::Bytes terminal_key;     ///< Comp(PK_DH,IFD), what terminal authentication signs
};
/// Fails with malformed or security and sw 6A80 when the terminal's key is no element of the group, crypto and 6F00.
[[nodiscard]] base::Result<Agreed> agree(const agreement::Domain& domain, base::ByteView chip_key, sm::Algorithm cipher,
                                         base::ByteView terminal_key, security::Lapses lapses = {});

}  // namespace cicada::applet_sim::protocol::ca
