// Basic access control, step by step (9303-11 §4.3): each step can be done wrong by changing what it starts from.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/base/secret.h"
#include "cicada/conformance/terminal/session.h"
#include "cicada/conformance/terminal/terminal.h"
#include "cicada/host/iso7816/apdu.h"

namespace cicada::conformance::terminal {

inline constexpr std::size_t kBacNonceSize = 8;
/// E || M of either side.
inline constexpr std::size_t kBacTokenSize = 40;

/// K_Enc and K_MAC, 16 octets each.
struct BacKeys {
  base::SecretBytes enc;
  base::SecretBytes mac;

  /// Fails with bad_input when the text is no MRZ information (mrz.h).
  [[nodiscard]] static base::Result<BacKeys> from_mrz_information(std::string_view mrz_information);
};

/// 00 84 00 00 Le
[[nodiscard]] host::iso7816::CommandApdu get_challenge(std::uint32_t ne = kBacNonceSize);
/// 00 82 00 00 Lc token Le
[[nodiscard]] host::iso7816::CommandApdu external_authenticate(base::Bytes token, std::uint32_t ne = kBacTokenSize);

/// What came back to EXTERNAL AUTHENTICATE. `wrong` says what does not prove the chip's knowledge of the keys, and is
/// empty when all does; then there is a session.
struct BacAnswer {
  std::string wrong;
  std::optional<Session> session;
};

/// The terminal's part of one run: everything may be changed before seal().
struct BacRun {
  base::Bytes rnd_ic;       ///< as received
  base::Bytes rnd_ifd;      ///< 8 octets
  base::SecretBytes k_ifd;  ///< 16 octets

  /// Fresh values beside the chip's challenge.
  [[nodiscard]] static base::Result<BacRun> create(base::ByteView rnd_ic, base::Rng& rng);
  /// E_IFD || M_IFD over RND.IFD || RND.IC || K.IFD. Fails with bad_input when these are no whole number of blocks.
  [[nodiscard]] base::Result<base::Bytes> seal(const BacKeys& keys) const;
  /// The other side of it: size, MAC, RND.IC, RND.IFD, and the session of K.IFD xor K.IC. Fails with crypto only.
  [[nodiscard]] base::Result<BacAnswer> check(const BacKeys& keys, base::ByteView answer) const;
};

/// The whole of it, done right, in the application selected now: afterwards the terminal has the session. A chip that
/// wants another Le than 28 is asked once more. Fails with card_status, malformed, security (the answer proves
/// nothing), transport, card_removed, crypto.
[[nodiscard]] base::Result<void> run_bac(Terminal& terminal, const BacKeys& keys);

}  // namespace cicada::conformance::terminal
