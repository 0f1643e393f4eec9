// A secure channel to a chip: GlobalPlatform SCP03, host side.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/gp/initialize_update.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/gp/scp03_codec.h"
#include "cicada/host/gp/secure_channel.h"
#include "cicada/host/iso7816/apdu.h"
#include "cicada/host/iso7816/channel.h"

namespace cicada::host::gp {

/// How a channel is opened. The defaults are those of personalization: everything protected, nothing negotiable.
struct Scp03Options {
  std::uint8_t key_version = kAnyKeyVersion;
  std::uint8_t level = kSecurityLevel;  ///< 01, 03, 11, 13 or 33
  Scp03Mode mode = Scp03Mode::s8;
  /// "i" that the card must have (Amendment D §5.1): 70 is S8, pseudo-random challenge, R-MAC, R-ENCRYPTION. Without a
  /// value, any "i" that allows `level` will do.
  std::optional<std::uint8_t> implementation = 0x70;
};

/// SCP03 with AES-128, AES-192 or AES-256 keys, S8 or S16.
class Scp03 final : public SecureChannel {
 public:
  /// INITIALIZE UPDATE, check of the card cryptogram, EXTERNAL AUTHENTICATE at level 33.
  ///
  /// Fails with security when the card does not know the keys. EXTERNAL AUTHENTICATE is then never sent, so a wrong
  /// key costs the card one sequence number and no try: real cards count failed EXTERNAL AUTHENTICATEs and stop for
  /// good. There is no retry here for the same reason. Fails with card_status when the card refuses a command,
  /// malformed or unsupported when its answer is not SCP03 in S8 mode with R-MAC and R-ENCRYPTION.
  [[nodiscard]] static base::Result<Scp03> open(iso7816::Channel& channel, const KeySource& keys, base::Rng& rng,
                                                std::uint8_t key_version = kAnyKeyVersion);
  /// The same with other options. Fails with bad_input when the level is none of SCP03.
  [[nodiscard]] static base::Result<Scp03> open(iso7816::Channel& channel, const KeySource& keys, base::Rng& rng,
                                                const Scp03Options& options);
  /// The same after INITIALIZE UPDATE: from the check of the answer on.
  [[nodiscard]] static base::Result<Scp03> finish(iso7816::Channel& channel, const KeySource& keys,
                                                  const UpdateAnswer& answer, const Scp03Options& options);

  [[nodiscard]] base::Result<iso7816::ResponseApdu> transmit(const iso7816::CommandApdu& command) override;
  [[nodiscard]] bool alive() const noexcept override { return codec_.alive(); }
  [[nodiscard]] std::size_t max_command_data() const noexcept override { return codec_.max_command_data(); }
  [[nodiscard]] std::uint8_t security_level() const noexcept override { return codec_.security_level(); }
  [[nodiscard]] const CardIdentity& card() const noexcept override { return card_; }
  [[nodiscard]] base::Result<base::Bytes> encrypt_key(base::ByteView key) const override;
  [[nodiscard]] base::Result<base::Bytes> encrypt_data(base::ByteView data) const override;

 private:
  Scp03(iso7816::Channel& channel, Scp03Codec codec, const CardIdentity& card)
      : channel_(&channel), codec_(std::move(codec)), card_(card) {}

  iso7816::Channel* channel_;
  Scp03Codec codec_;
  CardIdentity card_;
};

}  // namespace cicada::host::gp
