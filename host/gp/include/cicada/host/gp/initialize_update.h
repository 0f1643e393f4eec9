// INITIALIZE UPDATE: the first command of every secure channel, and what the card says about itself.
#pragma once

#include <cstdint>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/gp/secure_channel.h"
#include "cicada/host/iso7816/channel.h"

namespace cicada::host::gp {

/// Octets of SCP03's challenges, cryptograms and MACs (Amendment D §5.1). SCP02 has 8 and one form only.
enum class Scp03Mode : std::uint8_t { s8 = 8, s16 = 16 };

/// The challenge that was sent and the answer to it.
struct UpdateAnswer {
  CardIdentity card;
  base::Bytes host_challenge;
  base::Bytes card_challenge;   ///< SCP03: 8 or 16 octets; SCP02: 6, the sequence counter stands before it
  base::Bytes card_cryptogram;  ///< 8 or 16 octets
};

/// Amendment D §7.1.1.6: key diversification data (10), key information (3), card challenge, card cryptogram (8 or 16
/// each), and the sequence counter (3) when the card challenge is pseudo-random.
/// Card Specification §E.5.1.6: key diversification data (10), key information (2), sequence counter (2), card
/// challenge (6), card cryptogram (8). The challenge's size tells the mode. Fails with malformed when the length is
/// another one, with unsupported when the protocol is neither SCP02 nor SCP03 or the card answers in another mode than
/// it was asked in.
[[nodiscard]] base::Result<UpdateAnswer> parse_update_answer(base::ByteView data, base::ByteView host_challenge);

/// Draws a challenge and sends the command. Fails with card_status when the card refuses it, and as
/// parse_update_answer.
[[nodiscard]] base::Result<UpdateAnswer> initialize_update(iso7816::Channel& channel, base::Rng& rng,
                                                           std::uint8_t key_version = kAnyKeyVersion,
                                                           Scp03Mode mode = Scp03Mode::s8);

}  // namespace cicada::host::gp
