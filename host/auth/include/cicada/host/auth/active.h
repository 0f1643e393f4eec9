// Active authentication: does the chip hold the private key of DG15 (9303-11 §6.1)?
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/access/session.h"

namespace cicada::host::auth {

/// Octets of the challenge. Never longer or shorter (9303-11 §6.1.2).
inline constexpr std::size_t kActiveChallengeSize = 8;

/// What went over the wire: one INTERNAL AUTHENTICATE.
struct ActiveEvidence {
  std::array<std::uint8_t, kActiveChallengeSize> rnd_ifd = {};  ///< fresh for each run
  base::Bytes response = {};                                    ///< the signature, as the chip sent it
  /// Why there is no response: card_status with Error::sw when the chip refused, else what `session` or `rng` said;
  /// malformed when DG15 could not be read, and nothing was sent.
  std::optional<base::Error> error = {};
};

/// Sends a challenge of `rng` to the chip. `ef_dg15` is the whole file, for the length of the answer: a key whose
/// signature does not fit into a short response is asked for with extended length. Never fails; whether the session
/// lives on says the session. Makes no statement about the chip: see verify_active_authentication.
[[nodiscard]] ActiveEvidence run_active_authentication(access::SecureSession& session, base::ByteView ef_dg15,
                                                       base::Rng& rng);
/// The same for a chip without access control.
[[nodiscard]] ActiveEvidence run_active_authentication(access::PlainSession& session, base::ByteView ef_dg15,
                                                       base::Rng& rng);

/// A signature that is right.
struct ActiveProof {
  std::string what = {};  ///< "RSA 2048 bit, SHA-256"
  std::vector<std::string> deviations = {};
};

/// Is `response` the signature over `rnd_ifd` (8 octets) by the key in `ef_dg15`?
///   RSA    ISO/IEC 9796-2 scheme 1: the whole recovered message is checked, from header to trailer, in the forms B.6
///          (which 9303-11 asks for) and B.4; trailer BC (SHA-1) or xxCC (SHA-1 to SHA-512).
///   ECDSA  plain r || s; DER is tolerated. The hash is that of the ActiveAuthenticationInfo in `ef_dg14`; without one,
///          each hash not longer than the key is tried.
/// Whole files. Fails with security when the signature is wrong or the key is no key, with malformed when its length or
/// form is wrong, with unsupported for keys, and hashes in DG14, that 9303-11 does not have.
[[nodiscard]] base::Result<ActiveProof> verify_active_authentication(base::ByteView ef_dg15,
                                                                     std::optional<base::ByteView> ef_dg14,
                                                                     base::ByteView rnd_ifd, base::ByteView response);

}  // namespace cicada::host::auth
