// Terminal authentication, the chip's side (9303-11 §7.1): from a trust point down to rights.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "cicada/applet_sim/protocol/ta/trust_point.h"
#include "cicada/applet_sim/security/lapse.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::applet_sim::protocol::ta {

/// A key that a certificate brought: of a document verifier or a terminal. It lives in volatile memory only.
struct TemporaryKey {
  base::Bytes holder;
  PublicKey key;
  Role role{};
  std::uint8_t rights = 0;  ///< what all certificates above allow, and this one
};

/// What one session knows of its terminal. It changes by being replaced.
struct State {
  base::Bytes issuer = {};                             ///< MSE:Set DST named it; good for one certificate
  std::shared_ptr<const TemporaryKey> temporary = {};  ///< of the last good certificate
  bool terminal_named = false;                         ///< MSE:Set AT named the temporary key
  bool authenticated = false;                          ///< once in a session
};

/// What is persistent.
struct Trust {
  std::span<const TrustPoint> points;  ///< the newest first
  Date today{};
  security::Lapses lapses = {};  ///< what this chip neglects
};

/// MSE:Set DST: the key that will verify the next certificate. Fails with not_found and sw 6A88.
[[nodiscard]] base::Result<State> name_issuer(const State& state, const Trust& trust, base::ByteView reference);

/// What a good certificate changes.
struct Import {
  State state;
  std::optional<std::vector<TrustPoint>> points;  ///< a link certificate: the trust points from now on
  std::optional<Date> today;                      ///< a later day than before
};
/// PSO: VERIFY CERTIFICATE: `7F4E 5F37` (9303-11 §7.1.4). Fails with conflict and sw 6985 (no issuer named), malformed
/// and 6A80, security and 6300 (signature, issuer, place in the hierarchy, validity, a name that is known already, a
/// key shorter than its issuer's). The issuer is used up either way; a failure changes nothing else.
[[nodiscard]] base::Result<Import> import_certificate(const State& state, const Trust& trust, base::ByteView data);

/// The first day of whatever `data` is, which nobody has verified: of interest to a chip that neglects early_day.
[[nodiscard]] std::optional<Date> first_day_at_a_glance(base::ByteView data);

/// MSE:Set AT: the terminal's key. Fails with not_found and sw 6A88: only a temporary key of an inspection system is
/// one. Of `trust` only a chip that neglects something takes notice.
[[nodiscard]] base::Result<State> name_terminal(const State& state, base::ByteView reference, const Trust& trust = {});

/// What the terminal signs (9303-11 §7.1.2).
struct Challenge {
  base::ByteView chip;      ///< ID_IC: the document number with its check digit, or Comp of the chip's PACE key
  base::ByteView random;    ///< r_IC, 8 octets
  base::ByteView terminal;  ///< Comp of the terminal's key of chip authentication
};
struct Authentication {
  State state;
  std::uint8_t rights = 0;  ///< kReadDg3, kReadDg4
};
/// EXTERNAL AUTHENTICATE. Fails with conflict and sw 6985 (no terminal named), security and 6982 (once already) or 6300
/// (wrong signature).
[[nodiscard]] base::Result<Authentication> authenticate(const State& state, const Challenge& challenge,
                                                        base::ByteView signature, security::Lapses lapses = {});

}  // namespace cicada::applet_sim::protocol::ta
