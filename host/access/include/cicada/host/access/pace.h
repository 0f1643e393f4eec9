// Password authenticated connection establishment (9303-11 §4.4).
#pragma once

#include <expected>
#include <optional>

#include "cicada/base/bytes.h"
#include "cicada/base/rng.h"
#include "cicada/base/secret.h"
#include "cicada/host/access/failure.h"
#include "cicada/host/access/pace_password.h"
#include "cicada/host/access/pace_protocol.h"
#include "cicada/host/access/session.h"

namespace cicada::host::access {

/// What a run leaves for the proofs that come after it. Nothing in it says that the chip is genuine.
struct PaceEvidence {
  PaceOffer offer;
  PasswordKind password = PasswordKind::mrz;
  base::Bytes terminal_ephemeral;  ///< PK_DH,IFD as sent
  base::Bytes chip_ephemeral;      ///< PK_DH,IC as received
  /// Comp() of the two: ID_IC of terminal authentication is the chip's (9303-11 §7.1.2).
  base::Bytes compressed_terminal_ephemeral;
  base::Bytes compressed_chip_ephemeral;
  /// Chip authentication mapping: PK_map,IC and CA_IC. The chip is proven when CA_IC * PK_IC = PK_map,IC for a PK_IC
  /// that was signed (9303-11 §4.4.3.5).
  struct ChipAuthenticationData {
    base::Bytes mapping_key;
    base::SecretBytes ca_ic;
  };
  std::optional<ChipAuthenticationData> chip_authentication = {};
  /// Names of the CVCA keys that the chip trusts for terminal authentication, newest first; empty when it gave none.
  base::Bytes car = {};
  base::Bytes previous_car = {};
  /// Attempts left with this PIN or PUK before this run, when the card said so.
  std::optional<std::uint8_t> tries_left = {};
};

struct PaceSession {
  SecureSession session;  ///< its protocol is "PACE"
  PaceEvidence evidence;
};

struct PaceOptions {
  /// A PIN or PUK with one try left is not tried: a wrong one would block it, and a suspended one wants the CAN first.
  bool spend_last_try = false;
};

/// MSE:Set AT and four GENERAL AUTHENTICATE, one chain. The context is the master file: nothing is selected before.
/// DO'84' always names the domain parameters; objects that a chip may not know are not sent. Keys of groups that need
/// more than a short APDU (2048 bits) go with extended length. Fails with
///   card_status  the card refused: the password is wrong (6300 at the last step), blocked, or the protocol is not
///   known security     a public key is not in the group, is trivial, or is our own; the token is wrong malformed    an
///   answer has another form: not exactly the objects of the step, in order, in their lengths transport, card_removed,
///   crypto
[[nodiscard]] std::expected<PaceSession, AccessFailure> run_pace(PlainSession&& plain, const PaceOffer& offer,
                                                                 const PacePassword& password, base::Rng& rng,
                                                                 const PaceOptions& options = {});

}  // namespace cicada::host::access
