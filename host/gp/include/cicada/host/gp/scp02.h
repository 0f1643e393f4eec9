// A secure channel to a chip of the older kind: GlobalPlatform SCP02, host side.
#pragma once

#include <cstdint>
#include <utility>

#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/gp/initialize_update.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/gp/scp02_codec.h"
#include "cicada/host/gp/secure_channel.h"
#include "cicada/host/iso7816/apdu.h"
#include "cicada/host/iso7816/channel.h"

namespace cicada::host::gp {

struct Scp02Options {
  std::uint8_t key_version = kAnyKeyVersion;
  std::uint8_t level = 0x03;  ///< 01 or 03
  Scp02Option option = Scp02Option::i15;
  /// Of the selected application; with i55 the card challenge is checked against it, unless it is empty.
  base::Bytes aid = {};
};

/// SCP02, explicit initiation. Commands are protected, responses are not: whoever sits between can change what the
/// card answers. For chips that speak nothing else.
class Scp02 final : public SecureChannel {
 public:
  /// INITIALIZE UPDATE, check of the card cryptogram, EXTERNAL AUTHENTICATE. Fails with security when the card does
  /// not know K-ENC: EXTERNAL AUTHENTICATE is then never sent, so it costs the card no try, and nothing here tries
  /// twice. The card cryptogram proves K-ENC only; a wrong K-MAC is noticed as early with i = 55 and the AID, and by
  /// the card otherwise. Fails with card_status when the card refuses a command, unsupported when it speaks another
  /// protocol, malformed when its answer is none of SCP02.
  [[nodiscard]] static base::Result<Scp02> open(iso7816::Channel& channel, const KeySource& keys, base::Rng& rng,
                                                const Scp02Options& options = {});
  /// The same after INITIALIZE UPDATE: from the check of the answer on.
  [[nodiscard]] static base::Result<Scp02> finish(iso7816::Channel& channel, const KeySource& keys,
                                                  const UpdateAnswer& answer, const Scp02Options& options);

  [[nodiscard]] base::Result<iso7816::ResponseApdu> transmit(const iso7816::CommandApdu& command) override;
  [[nodiscard]] bool alive() const noexcept override { return codec_.alive(); }
  [[nodiscard]] std::size_t max_command_data() const noexcept override { return codec_.max_command_data(); }
  [[nodiscard]] std::uint8_t security_level() const noexcept override { return codec_.security_level(); }
  [[nodiscard]] const CardIdentity& card() const noexcept override { return card_; }
  [[nodiscard]] base::Result<base::Bytes> encrypt_key(base::ByteView key) const override;
  [[nodiscard]] base::Result<base::Bytes> encrypt_data(base::ByteView data) const override;

 private:
  Scp02(iso7816::Channel& channel, Scp02Codec codec, const CardIdentity& card)
      : channel_(&channel), codec_(std::move(codec)), card_(card) {}

  iso7816::Channel* channel_;
  Scp02Codec codec_;
  CardIdentity card_;
};

}  // namespace cicada::host::gp
