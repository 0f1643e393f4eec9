// A secure channel to a chip: GlobalPlatform SCP03, host side.
#pragma once

#include <array>
#include <cstdint>

#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/gp/scp03_codec.h"
#include "cicada/host/iso7816/apdu.h"
#include "cicada/host/iso7816/channel.h"

namespace cicada::host::gp {

/// Key version 0 lets the card choose (GlobalPlatform Card Specification §E.5.1.3).
inline constexpr std::uint8_t kAnyKeyVersion = 0x00;

/// What the card said about itself in its answer to INITIALIZE UPDATE (Amendment D §7.1.1). Not authentic before the
/// channel is open.
struct CardIdentity {
  ChipSerial serial{};                             ///< key diversification data
  std::uint8_t key_version = 0;                    ///< of the static keys that the card used
  std::uint8_t implementation = 0;                 ///< "i": options of SCP03 (Amendment D §5.1)
  std::array<std::uint8_t, 3> sequence_counter{};  ///< grows with every INITIALIZE UPDATE
};

/// An open channel. It lives as long as both sides agree; the channel to the card must outlive it.
class Scp03 {
 public:
  /// INITIALIZE UPDATE, check of the card cryptogram, EXTERNAL AUTHENTICATE at level 33.
  ///
  /// Fails with security when the card does not know the keys. EXTERNAL AUTHENTICATE is then never sent, so a wrong
  /// key costs the card one sequence number and no try: real cards count failed EXTERNAL AUTHENTICATEs and stop for
  /// good. There is no retry here for the same reason. Fails with card_status when the card refuses a command,
  /// malformed or unsupported when its answer is not SCP03 in S8 mode with R-MAC and R-ENCRYPTION.
  [[nodiscard]] static base::Result<Scp03> open(iso7816::Channel& channel, const KeySource& keys, base::Rng& rng,
                                                std::uint8_t key_version = kAnyKeyVersion);

  /// Sends one command inside the channel. Status words of the application (6A82...) are results, not errors, and
  /// the channel goes on. Fails with security when the answer was changed on the way, with card_status when the
  /// card says that it closed the channel, with what the transport said when it broke, and after any of these with
  /// session_dead.
  [[nodiscard]] base::Result<iso7816::ResponseApdu> transmit(const iso7816::CommandApdu& command);

  [[nodiscard]] const CardIdentity& card() const noexcept { return card_; }
  [[nodiscard]] bool alive() const noexcept { return codec_.alive(); }

 private:
  Scp03(iso7816::Channel& channel, Scp03Codec codec, const CardIdentity& card)
      : channel_(&channel), codec_(std::move(codec)), card_(card) {}

  iso7816::Channel* channel_;
  Scp03Codec codec_;
  CardIdentity card_;
};

}  // namespace cicada::host::gp
