// Object identifiers of PACE and chip authentication.
#pragma once

#include <cstdint>

#include "cicada/applet_sim/protocol/agreement/domain.h"
#include "cicada/applet_sim/sm/session_keys.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::applet_sim::protocol::agreement {

/// The third last arc below 0.4.0.127.0.7.2.2: what is done.
enum class Protocol : std::uint8_t { chip_authentication = 3, pace = 4 };

/// How PACE maps its nonce (9303-11 §4.4.3.3). Chip authentication has none.
enum class Mapping : std::uint8_t { none, generic, integrated, chip_authentication };

/// What an object identifier says: id-PACE-ECDH-GM-AES-CBC-CMAC-128, id-CA-DH-3DES-CBC-CBC ...
struct Suite {
  Protocol protocol = Protocol::pace;
  Kind kind = Kind::ecdh;
  Mapping mapping = Mapping::none;
  sm::Algorithm cipher = sm::Algorithm::aes128;

  friend bool operator==(const Suite&, const Suite&) = default;
};

/// From the content octets of an object identifier (DO'80' of MSE:Set AT). Fails with unsupported and sw 6A80 for
/// anything but the 19 identifiers of PACE and the 8 of chip authentication.
[[nodiscard]] base::Result<Suite> suite_of(base::ByteView oid);
/// The content octets: 04 00 7F 00 07 02 02 and three more.
[[nodiscard]] base::Bytes oid_of(const Suite& suite);

}  // namespace cicada::applet_sim::protocol::agreement
