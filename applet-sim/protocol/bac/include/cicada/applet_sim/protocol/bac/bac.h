// Basic access control, the chip's side (9303-11 §4.3).
#pragma once

#include <array>
#include <cstdint>

#include "cicada/applet_sim/protocol/bac/access_keys.h"
#include "cicada/applet_sim/security/lapse.h"
#include "cicada/applet_sim/sm/secure_messaging.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/crypto/mbedtls/cipher.h"
#include "cicada/crypto/mbedtls/mac.h"

namespace cicada::applet_sim::protocol::bac {

/// RND.IC
using Challenge = std::array<std::uint8_t, 8>;
inline constexpr std::size_t kChallengeSize = 8;
/// E_IFD || M_IFD, and E_IC || M_IC
inline constexpr std::size_t kAuthenticationSize = 40;

/// How much was computed for one answer. A test compares the paths; the numbers never leave the card.
struct Work {
  std::size_t cipher_octets = 0;
  std::size_t macs = 0;
  std::size_t key_derivations = 0;
  std::size_t random_octets = 0;

  friend bool operator==(const Work&, const Work&) = default;
};

/// A terminal that proved the access keys: what it gets, and the session that follows.
struct Authentication {
  base::Bytes response;  ///< 40 octets
  sm::SecureMessaging session;
};

/// The access keys, ready to work.
class Bac {
 public:
  [[nodiscard]] static base::Result<Bac> create(const AccessKeys& keys);

  /// EXTERNAL AUTHENTICATE with mutual authentication, 9303-11 §4.3.2 and Appendix D.3. `data` has 40 octets.
  /// A wrong MAC, a wrong RND.IC and a wrong form fail alike: security with sw 6300, after the same computations
  /// (9303-11 App. D; a chip that told them apart could be recognized by an old answer played to it again).
  /// Fails with bad_input on another number of octets, crypto. `lapses`: what is not looked at.
  [[nodiscard]] base::Result<Authentication> authenticate(base::ByteView data, const Challenge& rnd_ic, base::Rng& rng,
                                                          Work* work = nullptr, security::Lapses lapses = {}) const;

 private:
  Bac(crypto::mbedtls::BlockCipher cipher, crypto::mbedtls::RetailMac mac) noexcept
      : cipher_(std::move(cipher)), mac_(std::move(mac)) {}

  crypto::mbedtls::BlockCipher cipher_;
  crypto::mbedtls::RetailMac mac_;
};

}  // namespace cicada::applet_sim::protocol::bac
